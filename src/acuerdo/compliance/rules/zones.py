"""Local days and hours in every zone that may be the debtor's."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from acuerdo.compliance.rules.facts import BadInput

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")

Zones = tuple[ZoneInfo, ...]
"""All zones that may be the debtor's."""

Intervals = tuple[tuple[time, time], ...]
"""Half-open [start, end) of a local day; an end of `time.max` is the end of the day."""


@lru_cache(maxsize=256)
def read_zone(name: str) -> ZoneInfo:
    """The zone called `name`. Raises BadInput where there is none."""
    try:
        if not isinstance(name, str) or not name:
            raise ValueError
        return ZoneInfo(name)
    except (ValueError, OSError, KeyError):
        raise BadInput("zones") from None


def instant(on: date, at: time, zone: ZoneInfo) -> datetime:
    """The UTC instant of a local day and hour; an hour skipped by a clock change is the change."""
    return datetime.combine(on, at, zone).astimezone(UTC)


def set_back(start: datetime, end: datetime, zone: ZoneInfo) -> timedelta:
    """By how much the clock of `zone` was set back between two instants: so much longer is a wait
    by the real clock than by that one."""
    return max(_offset(start, zone) - _offset(end, zone), timedelta(0))


def _offset(at: datetime, zone: ZoneInfo) -> timedelta:
    return at.astimezone(zone).utcoffset() or timedelta(0)


@lru_cache(maxsize=512)
def list_turns(zone: ZoneInfo, first: date, last: date) -> list[tuple[datetime, timedelta]]:
    """The instants between two dates at which the clock of `zone` is moved, each with the offset
    from then on; before all of them `first` itself."""
    at = datetime.combine(first, time.min, UTC)
    turns = [(at, _offset(at, zone))]
    while at.date() < last:
        following = at + timedelta(days=1)
        offset = _offset(following, zone)
        if offset != turns[-1][1]:
            low, high = at, following
            while high - low > timedelta(seconds=1):
                middle = low + (high - low) / 2
                low, high = (low, middle) if _offset(middle, zone) == offset else (middle, high)
            turns.append((high.replace(microsecond=0), offset))
        at = following
    return turns


def contains(intervals: Intervals, at: time) -> bool:
    return any(start <= at < end or (end == time.max and at >= start) for start, end in intervals)
