"""What the books do by themselves."""

from __future__ import annotations

from datetime import datetime

from acuerdo.ledger.sealing import seal_entries


def seal(*, now: datetime) -> None:
    """Seal what was posted since the last tick."""
    seal_entries(now=now)
