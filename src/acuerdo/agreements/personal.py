"""What of a person this room keeps, and what an erasure leaves of it."""

from __future__ import annotations

from acuerdo.agreements.models import Capacity, Concession
from acuerdo.portfolio.personal import Personal, register_personal


def register() -> None:
    """Called once, when the application starts."""
    register_personal(
        Personal(Capacity, {"income_minor": 0, "expenses_minor": {}}),
        Personal(Concession, {"reason": ""}, via="account__debtor"),
    )
