"""Local dates and clocks of a zone as columns of instants (microseconds since 1970)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

import numpy as np

from acuerdo.compliance.rules.counting import Span
from acuerdo.compliance.rules.sets import Ints, micros
from acuerdo.compliance.rules.zones import instant, list_turns

ALWAYS = np.iinfo(np.int64).min + 1
NEVER = np.iinfo(np.int64).max


@dataclass(frozen=True, slots=True)
class Days:
    """The dates of a zone: `midnights[i]` begins the date `first + i`; and its clock: `offsets[i]`
    is how far it is ahead of UTC from `turns[i]` on."""

    first: int
    midnights: Ints
    turns: Ints
    offsets: Ints

    def free_at(self, at: Ints, spans: tuple[Span, ...]) -> Ints:
        """When contacts at `at` have left all spans."""
        on = np.searchsorted(self.midnights, at, "right") - 1
        free = np.full(len(at), ALWAYS, dtype=np.int64)
        for span in spans:
            if span.kind == "ever":
                return np.full(len(at), NEVER, dtype=np.int64)
            if span.kind == "iso_week":
                # Ordinal 1 is a Monday.
                days = 7 - (self.first + on - 1) % 7
            else:
                days = np.full(len(at), span.days)
            # What lies past the last date is further than anybody looks.
            place = np.clip(on + days, 0, len(self.midnights) - 1)
            free = np.maximum(free, self.midnights[place])
        return free

    def set_back(self, at: Ints, wait: int) -> Ints:
        """By how much the clock was set back in the `wait` after each of `at`."""
        back: Ints = np.maximum(self._offset(at) - self._offset(at + wait), 0)
        return back

    def _offset(self, at: Ints) -> Ints:
        index = np.searchsorted(self.turns, at, "right") - 1
        found: Ints = self.offsets[np.maximum(index, 0)]
        return found


def days_around(zone: ZoneInfo, now: datetime) -> Days:
    """The dates that past contacts and their spans can touch. A span is at most 99 days, so that
    older contacts than of last year are in none; they may also be noted for later dates."""
    return _days(zone, now.year - 1, now.year + 3)


@lru_cache(maxsize=512)
def _days(zone: ZoneInfo, first: int, last: int) -> Days:
    """From the first of January of one year to that of another."""
    begin, end = date(first, 1, 1).toordinal(), date(last, 1, 1).toordinal()
    dates = [date.fromordinal(day) for day in range(begin, end)]
    turns = list_turns(zone, dates[0], dates[-1])
    return Days(
        begin,
        np.array([micros(instant(on, time.min, zone)) for on in dates], dtype=np.int64),
        np.array([micros(at) for at, _offset in turns], dtype=np.int64),
        np.array([offset // timedelta(microseconds=1) for _at, offset in turns], dtype=np.int64),
    )
