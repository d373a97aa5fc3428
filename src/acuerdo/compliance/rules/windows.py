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

WHOLE_DAY: Intervals = ((time.min, time.max),)


@dataclass(frozen=True, slots=True)
class Override:
    """Other hours on `weekdays`, where the debtor asked for them in such an `instrument`."""

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
        on = local.date()
        if "holiday" in self.closed and self.calendar.is_holiday(on, self.subdivision):
            return self.closed["holiday"]
        day = DAYS[on.weekday()]
        hours = self._hours(on, request)
        if not hours:
            return self.closed.get(day, "outside_hours")
        return "" if contains(hours, local.time()) else "outside_hours"

    def _hours(self, on: date, request: ContactRequest) -> Intervals:
        day = DAYS[on.weekday()]
        wish = request.flags.get("consumer_requested_window")
        if (
            wish
            and self.override
            and day in self.override.weekdays
            and wish.get("instrument") == self.override.instrument
        ):
            return span(*parse_hours(wish, "consumer_requested_window"))
        return self.days.get(day, ())

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
            for start, _end in self._hours(on, request):
                opens = instant(on, start, zone)
                if opens > limit:
                    return None
                if opens > at and not self._refuse_in(opens.astimezone(zone), request):
                    return opens
            on += timedelta(days=1)
            if instant(on, time.min, zone) > limit:
                return None


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

    None where there is no such wish. A clause of the contract itself is no wish of the debtor.
    """
    wish = request.flags.get(flag)
    if not wish or wish.get("instrument") == "inside_contract":
        return None
    start, end = parse_hours(wish, flag)
    hours = span(start, end) if flag == "consumer_requested_window" else complement(start, end)
    return Window(dict.fromkeys(DAYS, hours), {}, _NO_CALENDAR, "")
