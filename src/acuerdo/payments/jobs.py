"""What the reactions and the business's ticks call."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime

from django.db import connection

from acuerdo.core.models import Event
from acuerdo.payments import actions


def look_at_provider(event: Event, *, now: datetime) -> None:
    """Ask about what a webhook named. A delivery: it keeps its own transactions."""
    _apart(lambda: actions.look_at_event(int(event.data["provider_event"]), now=now))


def reconcile(*, now: datetime) -> None:
    """The janitor of requests left hanging. A tick."""
    _apart(lambda: actions.reconcile_requests(now=now))


def _apart(work: Callable[[], object]) -> None:
    """Run `work` in a thread with its own connection, which it gives back while a provider is
    asked; the caller's may carry a lock that must not be lost by that."""
    if connection.in_atomic_block:
        work()
        return

    def run() -> None:
        try:
            work()
        finally:
            connection.close()

    with ThreadPoolExecutor(max_workers=1) as pool:
        pool.submit(run).result()
