"""The business's ticks: the one table, and how they are walked through.

`walk(start, end)` runs every tick that falls due in between, each at its own instant, in order.
The demo clock and tests use it; `acuerdo run` walks nowhere, it does what a tick does once, at its
own instant. On the real clock nothing may be done late: after a standstill each tick runs once, at
the present, however often it fell due.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from importlib import import_module
from typing import Any, Final

import psycopg
import structlog
from django.conf import settings
from django.db import connection, transaction

from acuerdo.core import clock
from acuerdo.workflow.models import WalkState

logger = structlog.get_logger(__name__)

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Tick:
    """A function `(*, now)` of some room's `jobs.py`, due every `every`, aligned to UTC."""

    function: str
    every: timedelta

    def first_after(self, instant: datetime) -> datetime:
        """The first time it is due after `instant`, exclusive."""
        return _EPOCH + ((instant - _EPOCH) // self.every + 1) * self.every


# Of one instant, in this order. What belongs to a creditor's morning is asked for each hour and
# looks at the creditor's own zone.
TICKS: Final[tuple[Tick, ...]] = (
    Tick("acuerdo.agreements.jobs.settle_due", timedelta(hours=1)),
    Tick("acuerdo.payments.jobs.accrue_all", timedelta(hours=1)),
    Tick("acuerdo.strategies.jobs.night_all", timedelta(hours=1)),
    Tick("acuerdo.strategies.jobs.plan_all", timedelta(hours=1)),
    Tick("acuerdo.assistant.jobs.remind_silent_all", timedelta(minutes=5)),
    Tick("acuerdo.messaging.jobs.deliver", timedelta(minutes=5)),
    Tick("acuerdo.conversations.jobs.ask_satisfaction_all", timedelta(minutes=15)),
    Tick("acuerdo.messaging.jobs.settle_unknown", timedelta(minutes=15)),
    Tick("acuerdo.payments.jobs.reconcile", timedelta(minutes=15)),
    Tick("acuerdo.ledger.jobs.seal", timedelta(hours=1)),
    Tick("acuerdo.portfolio.jobs.scan_inboxes", timedelta(minutes=5)),
    Tick("acuerdo.compliance.jobs.count_refusals_all", timedelta(hours=1)),
    Tick("acuerdo.portfolio.jobs.apply_retention_all", timedelta(days=1)),
    Tick("acuerdo.reporting.jobs.remove_old_exports_all", timedelta(days=1)),
)


def resolve(dotted: str) -> Callable[..., Any]:
    """The function that a table names."""
    module, _, name = dotted.rpartition(".")
    function: Callable[..., Any] = getattr(import_module(module), name)
    return function


def due_between(
    start: datetime, end: datetime, ticks: tuple[Tick, ...] = TICKS
) -> Iterator[tuple[datetime, list[Tick]]]:
    """Every instant in (start, end] at which something is due, with what is, in table order."""
    instant = start
    while True:
        nexts = [tick.first_after(instant) for tick in ticks]
        instant = min(nexts)
        if instant > end:
            return
        yield instant, [tick for tick, due in zip(ticks, nexts, strict=True) if due == instant]


def run_ticks(ticks: list[Tick], now: datetime) -> None:
    """Run `ticks` at `now`. One that fails is logged and does not keep the others from running:
    the next time it is due, it finds what it left."""
    for tick in ticks:
        try:
            resolve(tick.function)(now=now)
        except Exception:
            logger.exception("tick_failed", tick=tick.function, at=now.isoformat())
            connection.close_if_unusable_or_obsolete()


def walk(
    start: datetime,
    end: datetime,
    *,
    arrive: Callable[[datetime], None] = lambda _instant: None,
    settle: Callable[[datetime], None],
) -> Iterator[datetime]:
    """Run every tick due in (start, end], each at its own instant, and yield the instant.

    `arrive(instant)` sets the clock first, so that what a tick sets off is not stamped before its
    cause; `settle(instant)` lets it come to rest before the next ticks.
    """
    for instant, ticks in due_between(start, end):
        arrive(instant)
        run_ticks(ticks, instant)
        settle(instant)
        yield instant


def walk_to_now(*, settle: Callable[[datetime], None], patience: float = 0.0) -> None:
    """The heartbeat: run what fell due since the last one, at most one such walk at a time.

    Somebody else's walk is waited for as long as `patience` (seconds).
    """
    with _alone(patience) as alone:
        if alone:
            _walk_to_now(settle)


def _walk_to_now(settle: Callable[[datetime], None]) -> None:
    now = clock.now()
    state, _created = WalkState.objects.get_or_create(
        pk="business", defaults={"walked_to": now - timedelta(minutes=5)}
    )
    if state.target_at and state.target_at > now:
        # What fell due before the clock was moved comes first; then every instant on the way.
        for instant in walk(state.walked_to, state.target_at, arrive=_arrive, settle=settle):
            _remember(instant)
        _arrive(state.target_at)
        _remember(state.target_at)
    else:
        run_ticks([tick for tick in TICKS if tick.first_after(state.walked_to) <= now], now)
        _remember(max(now, state.walked_to))


@contextmanager
def _alone(patience: float) -> Iterator[bool]:
    """Whether nobody else walks. The lock lives on a connection of its own: a tick may close the
    thread's, and a process that is killed lets go of it."""
    deadline = time.monotonic() + patience
    with psycopg.connect(settings.DATABASE_URL, autocommit=True) as link:
        while not (taken := _try_lock(link)) and time.monotonic() < deadline:
            time.sleep(0.1)
        yield taken


def _try_lock(link: psycopg.Connection[Any]) -> bool:
    row = link.execute("SELECT pg_try_advisory_lock(hashtext('acuerdo walk'))").fetchone()
    return bool(row and row[0])


def _arrive(instant: datetime) -> None:
    """Bring the demo clock to `instant`, if it is not past it."""
    with transaction.atomic():
        clock.set_offset(instant - clock.real_now())
    clock.forget_offset()  # another thread may have read the old row before the commit


def _remember(instant: datetime) -> None:
    WalkState.objects.filter(pk="business").update(walked_to=instant)
