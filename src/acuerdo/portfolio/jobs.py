"""What the worker does for portfolios."""

from __future__ import annotations

from datetime import datetime

import structlog
from django.db import connection, transaction

from acuerdo.core.actor import SYSTEM, Actor
from acuerdo.core.models import Event
from acuerdo.creditors.models import Creditor
from acuerdo.portfolio.actions import apply_retention, discard_old_uploads, propose_duplicates
from acuerdo.portfolio.actions.inbox import scan_inbox
from acuerdo.portfolio.actions.uploads import run_upload

logger = structlog.get_logger(__name__)


def import_upload(event: Event, *, now: datetime) -> None:
    """Import the file that somebody confirmed, in their name. Repeated after a crash, it does
    the rest."""
    for ref in event.refs:
        kind, _, number = ref.partition(":")
        if kind == "upload":
            run_upload(int(number), actor=Actor.from_label(event.actor), now=now)


def propose_after_import(event: Event, *, now: datetime) -> None:
    """A file brought people (PortfolioImported): some may be known under another spelling."""
    if event.creditor_id is not None:
        propose_duplicates(creditor_id=event.creditor_id, actor=SYSTEM, now=now)


def apply_retention_all(*, now: datetime) -> None:
    """Once a day: forget what each creditor's rules reach, and files that nobody imported."""
    for creditor in Creditor.objects.order_by("pk"):
        with transaction.atomic():
            apply_retention(creditor=creditor, actor=SYSTEM, now=now)
            discard_old_uploads(creditor=creditor, actor=SYSTEM, now=now)


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
