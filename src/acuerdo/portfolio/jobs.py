"""What the business's ticks call."""

from __future__ import annotations

from datetime import datetime

import structlog
from django.db import connection

from acuerdo.creditors.models import Creditor
from acuerdo.portfolio.actions.inbox import scan_inbox

logger = structlog.get_logger(__name__)


def scan_inboxes(*, now: datetime) -> None:
    """Take in what waits in the creditors' folders. A tick; what fails for one creditor is logged
    and keeps no other waiting."""
    for creditor in Creditor.objects.filter(settings__has_key="inbox").order_by("pk"):
        try:
            scan_inbox(creditor=creditor, now=now)
        except Exception:
            logger.exception("inbox_failed", creditor=creditor.pk)
            if not connection.in_atomic_block:
                connection.close_if_unusable_or_obsolete()
