"""Local days and hours in every zone that may be the debtor's."""

from __future__ import annotations

from datetime import UTC, date, datetime, time
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


def contains(intervals: Intervals, at: time) -> bool:
    return any(start <= at < end or (end == time.max and at >= start) for start, end in intervals)
