"""What portfolios do in the background."""

from __future__ import annotations

from datetime import datetime

from acuerdo.core.actor import SYSTEM
from acuerdo.core.models import Event
from acuerdo.portfolio.actions import propose_duplicates


def propose_after_import(event: Event, *, now: datetime) -> None:
    """A file brought people (PortfolioImported): some may be known under another spelling."""
    if event.creditor_id is not None:
        propose_duplicates(creditor_id=event.creditor_id, actor=SYSTEM, now=now)
