"""The business's ticks: the one table, and how they are walked through.

`walk(start, end)` runs every tick that falls due in between, each at its own instant, in order.
The demo clock, `--as-of` and tests use it. On the real clock nothing may be done late: after a
standstill each tick runs once, at the present, however often it fell due.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from importlib import import_module
from typing import Any, Final

import structlog
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
    Tick("acuerdo.strategies.jobs.night_all", timedelta(hours=1)),
    Tick("acuerdo.strategies.jobs.plan_all", timedelta(hours=1)),
    Tick("acuerdo.messaging.jobs.deliver", timedelta(minutes=5)),
    Tick("acuerdo.messaging.jobs.settle_unknown", timedelta(minutes=5)),
    Tick("acuerdo.payments.jobs.reconcile", timedelta(minutes=5)),
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
    start: datetime, end: datetime, *, settle: Callable[[datetime], None]
) -> Iterator[datetime]:
    """Run every tick due in (start, end], each at its own instant, and yield the instant.

    `settle(instant)` lets what the ticks set off come to rest before the next ones.
    """
    for instant, ticks in due_between(start, end):
        run_ticks(ticks, instant)
        settle(instant)
        yield instant


def walk_to_now(*, settle: Callable[[datetime], None]) -> None:
    """The heartbeat: run what fell due since the last one, at most one such walk at a time."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(hashtext('acuerdo walk'))")
        if not cursor.fetchone()[0]:
            return
    try:
        now = clock.now()
        state, _created = WalkState.objects.get_or_create(
            pk="business", defaults={"walked_to": now - timedelta(minutes=5)}
        )
        if state.target_at and state.target_at > now:
            for instant in walk(state.walked_to, state.target_at, settle=settle):
                _advance(state, instant)
            _advance(state, state.target_at)
        else:
            due = [tick for tick in TICKS if tick.first_after(state.walked_to) <= now]
            run_ticks(due, now)
            WalkState.objects.filter(pk=state.pk).update(walked_to=max(now, state.walked_to))
    finally:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_unlock(hashtext('acuerdo walk'))")


def _advance(state: WalkState, instant: datetime) -> None:
    """Bring the demo clock to `instant`, if it is not past it, and remember how far we walked."""
    with transaction.atomic():
        clock.set_offset(instant - clock.real_now())
        WalkState.objects.filter(pk=state.pk).update(walked_to=instant)
