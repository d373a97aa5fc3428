"""When contacts are made: hours by weekday and holidays, and the hours that a debtor asked for.

A moment is admitted only where it is admitted in every candidate zone. `release` gives the first
moment from `at` on at which the rule alone admits; the check takes the least common one.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from acuerdo.compliance.rules.calendar import Calendar
from acuerdo.compliance.rules.facts import ContactRequest, parse_hours
from acuerdo.compliance.rules.zones import DAYS, Intervals, contains, instant

HORIZON = timedelta(days=400)
"""How far ahead a lawful moment is looked for."""

Spans = list[tuple[datetime, datetime]]
"""Half-open stretches of time, in UTC."""


@dataclass(frozen=True, slots=True)
class Override:
    """More hours on `weekdays`, where the debtor asked for them in such an `instrument`. That they
    want no others is the rule of wishes' to say."""

    instrument: str
    weekdays: frozenset[str]


@dataclass(frozen=True, slots=True)
class Window:
    """Hours by weekday; `closed` names the reason of a day without hours, and of a holiday."""

    days: Mapping[str, Intervals]
    closed: Mapping[str, str]
    calendar: Calendar
    subdivision: str
    override: Override | None = None

    def refuse(self, at: datetime, request: ContactRequest, zones: tuple[ZoneInfo, ...]) -> str:
        """The reason code against `at`, or an empty text."""
        codes = [self._refuse_in(at.astimezone(zone), request) for zone in zones]
        first = next((code for code in codes if code), "")
        if first == "outside_hours" and not all(codes):
            return "outside_hours_candidate_zone"
        return first

    def _refuse_in(self, local: datetime, request: ContactRequest) -> str:
        hours, closed = self.day(local.date(), request)
        if not hours:
            return closed
        return "" if contains(hours, local.time()) else "outside_hours"

    def day(self, on: date, request: ContactRequest) -> tuple[Intervals, str]:
        """The hours of a local date, and the reason code where there are none."""
        if "holiday" in self.closed and self.calendar.is_holiday(on, self.subdivision):
            return (), self.closed["holiday"]
        day = DAYS[on.weekday()]
        hours = self.days.get(day, ())
        wish = request.flags.get("consumer_requested_window")
        if (
            wish
            and self.override
            and day in self.override.weekdays
            and wish.get("instrument") == self.override.instrument
        ):
            hours = tuple(sorted((*hours, *span(*parse_hours(wish, "consumer_requested_window")))))
        return hours, self.closed.get(day, "outside_hours")

    def release(
        self, at: datetime, request: ContactRequest, zones: tuple[ZoneInfo, ...]
    ) -> datetime | None:
        limit = at + HORIZON
        while at <= limit:
            before = at
            for zone in zones:
                found = self._release_in(at, request, zone, limit)
                if found is None:
                    return None
                at = found
            if at == before:
                return at
        return None

    def _release_in(
        self, at: datetime, request: ContactRequest, zone: ZoneInfo, limit: datetime
    ) -> datetime | None:
        if not self._refuse_in(at.astimezone(zone), request):
            return at
        on = at.astimezone(zone).date()
        while True:
            for start, _end in self.day(on, request)[0]:
                opens = instant(on, start, zone)
                if opens > limit:
                    return None
                if opens > at and not self._refuse_in(opens.astimezone(zone), request):
                    return opens
            on += timedelta(days=1)
            if instant(on, time.min, zone) > limit:
                return None

    def openings(
        self, start: datetime, end: datetime, request: ContactRequest, zone: ZoneInfo
    ) -> Spans:
        """The spans of [start, end) that are open in one zone."""
        found: Spans = []
        on = start.astimezone(zone).date() - timedelta(days=1)
        last = end.astimezone(zone).date()
        while on <= last:
            for opens, closes in self.day(on, request)[0]:
                following = on + timedelta(days=1)
                till = (
                    instant(following, time.min, zone)
                    if closes == time.max
                    else instant(on, closes, zone)
                )
                found.append((max(instant(on, opens, zone), start), min(till, end)))
            on += timedelta(days=1)
        return join(found)


def join(spans: Spans) -> Spans:
    """The same moments in order, as few spans as can be."""
    joined: Spans = []
    for start, end in sorted(spans):
        if start >= end:
            continue
        if joined and start <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(joined[-1][1], end))
        else:
            joined.append((start, end))
    return joined


def intersect(left: Spans, right: Spans) -> Spans:
    """The moments that are in both; each in order and without overlaps."""
    found: Spans = []
    i = j = 0
    while i < len(left) and j < len(right):
        start = max(left[i][0], right[j][0])
        end = min(left[i][1], right[j][1])
        if start < end:
            found.append((start, end))
        if left[i][1] < right[j][1]:
            i += 1
        else:
            j += 1
    return found


def span(start: time, end: time) -> Intervals:
    """[start, end) as intervals of a day; one that passes midnight is two."""
    if start < end:
        return ((start, end),)
    return ((time.min, end), (start, time.max)) if end > time.min else ((start, time.max),)


def complement(start: time, end: time) -> Intervals:
    """The hours outside of [start, end)."""
    if start > end:
        return ((end, start),)
    found = []
    if start > time.min:
        found.append((time.min, start))
    if end < time.max:
        found.append((end, time.max))
    return tuple(found)


_NO_CALENDAR = Calendar("")


def wished_hours(request: ContactRequest, flag: str, code: str) -> Window | None:
    """The window that a debtor's wish makes: the hours asked for, or all but the unwelcome ones.

    None where there is no such wish. Other hours that a clause of the contract itself gives are no
    wish of the debtor; unwelcome hours are, wherever they were called so.
    """
    wish = request.flags.get(flag)
    asked_for = flag == "consumer_requested_window"
    if not wish or (asked_for and wish.get("instrument") == "inside_contract"):
        return None
    start, end = parse_hours(wish, flag)
    hours = span(start, end) if asked_for else complement(start, end)
    return Window(dict.fromkeys(DAYS, hours), {}, _NO_CALENDAR, "")
