"""What the worker does for portfolios."""

from __future__ import annotations

from datetime import datetime

from acuerdo.core.actor import SYSTEM
from acuerdo.core.models import Event
from acuerdo.portfolio.actions.uploads import run_upload


def import_upload(event: Event, *, now: datetime) -> None:
    """Import the file that somebody confirmed. Repeated after a crash, it does the rest."""
    for ref in event.refs:
        kind, _, number = ref.partition(":")
        if kind == "upload":
            run_upload(int(number), actor=SYSTEM, now=now)
