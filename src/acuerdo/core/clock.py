"""The only place that reads the time.

Three times exist. `real_now()` is the machine's: leases, heartbeats, logins and signatures use
it. `now()` is the business's: in a demo it runs ahead of the real one by an offset kept in the
database, so that every process agrees. `travel(at)` pins it for one process (`--as-of`, tests).
"""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

from django.conf import settings

_OFFSET_TTL_SECONDS = 0.5
_lock = threading.Lock()
_pinned: datetime | None = None
_offset = timedelta(0)
_offset_read_at = float("-inf")


def real_now() -> datetime:
    """The machine's time, aware, in UTC."""
    return datetime.now(UTC)


def now() -> datetime:
    """The business's time, aware, in UTC."""
    return _pinned if _pinned is not None else real_now() + get_offset()


def get_offset() -> timedelta:
    """How far the demo clock runs ahead of the real one: zero outside a demo, whatever an earlier
    demo left in the database, because the law asks about the hour that it is."""
    global _offset, _offset_read_at
    if not settings.DEMO:
        return timedelta(0)
    with _lock:
        if time.monotonic() - _offset_read_at > _OFFSET_TTL_SECONDS:
            from acuerdo.core.models import DemoClock

            row = DemoClock.objects.filter(pk=1).first()
            _offset = row.offset if row else timedelta(0)
            _offset_read_at = time.monotonic()
        return _offset


def set_offset(offset: timedelta) -> None:
    """Move the demo clock. It never goes back: what happened has happened."""
    from acuerdo.core.models import DemoClock

    row, _created = DemoClock.objects.select_for_update().get_or_create(
        pk=1, defaults={"offset": timedelta(0)}
    )
    row.offset = max(row.offset, offset)
    row.save(update_fields=["offset"])
    forget_offset()


def forget_offset() -> None:
    """Read the demo clock's row again at the next question."""
    global _offset_read_at
    with _lock:
        _offset_read_at = float("-inf")


@contextmanager
def travel(at: datetime) -> Iterator[None]:
    """Pin the business's time of this whole process to `at` (aware)."""
    global _pinned
    if at.tzinfo is None:
        raise ValueError("the clock takes an aware datetime")
    before, _pinned = _pinned, at.astimezone(UTC)
    try:
        yield
    finally:
        _pinned = before
