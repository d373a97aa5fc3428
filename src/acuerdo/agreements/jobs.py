"""What the business's ticks call."""

from __future__ import annotations

from datetime import datetime

from acuerdo.agreements import actions
from acuerdo.core.actor import SYSTEM


def settle_due(*, now: datetime) -> None:
    """Break the agreements whose grace is over. A tick, each hour: days end where creditors are."""
    actions.settle_due(now=now, actor=SYSTEM)
