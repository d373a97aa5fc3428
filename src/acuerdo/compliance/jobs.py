"""What runs by itself: the counts of what the rules prevented."""

from __future__ import annotations

from datetime import datetime

import structlog
from django.db import connection, transaction

from acuerdo.compliance.actions.counting import count_refusals
from acuerdo.creditors.models import Creditor

logger = structlog.get_logger(__name__)


def count_refusals_all(*, now: datetime) -> None:
    """Count for every creditor, each in a transaction of its own. What fails for one is logged
    and keeps none of the others waiting: the next tick counts it."""
    for creditor_id in list(Creditor.objects.order_by("pk").values_list("pk", flat=True)):
        try:
            with transaction.atomic():
                count_refusals(creditor_id=creditor_id, now=now)
        except Exception:
            logger.exception("creditor_failed", work="count_refusals", creditor=creditor_id)
            if not connection.in_atomic_block:
                connection.close_if_unusable_or_obsolete()
