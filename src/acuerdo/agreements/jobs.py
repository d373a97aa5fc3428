"""What the business's ticks call."""

from __future__ import annotations

from datetime import datetime

from acuerdo.agreements import actions
from acuerdo.agreements.models import Agreement
from acuerdo.core.actor import SYSTEM
from acuerdo.core.models import Event


def settle_due(*, now: datetime) -> None:
    """Break the agreements whose grace is over. A tick, each hour: days end where creditors are."""
    actions.settle_due(now=now, actor=SYSTEM)


def cancel_recalled(event: Event, *, now: datetime) -> None:
    """Accounts were taken back: what was agreed about them here ends, and nobody broke it."""
    running = Agreement.objects.filter(state="active", account__state="recalled")
    if event.creditor_id is not None:
        running = running.filter(creditor_id=event.creditor_id)
    for agreement in running.order_by("account_id"):
        actions.cancel_agreement(
            agreement=agreement, actor=SYSTEM, now=now, reason="account_recalled"
        )
