"""How far a walk of the demo clock has come."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from acuerdo.workflow.models import WalkState


@dataclass(frozen=True, slots=True)
class Walk:
    """`target_at` is None, or not after `walked_to`, while nothing is under way."""

    walked_to: datetime
    target_at: datetime | None

    @property
    def under_way(self) -> bool:
        return self.target_at is not None and self.target_at > self.walked_to


def get_walk() -> Walk | None:
    """Where the business's ticks stand; None before the first one."""
    row = WalkState.objects.filter(pk="business").first()
    return Walk(row.walked_to, row.target_at) if row else None
