"""Reckoning with days: pure functions from a date to a date."""

from __future__ import annotations

import calendar
from collections.abc import Iterator
from datetime import date, timedelta
from functools import lru_cache

import holidays


def add_months(day: date, months: int) -> date:
    """The same day `months` later, or the month's last day where it is shorter."""
    index = day.year * 12 + day.month - 1 + months
    year, month = divmod(index, 12)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def month_end(day: date) -> date:
    return day.replace(day=calendar.monthrange(day.year, day.month)[1])


def safe_date(year: int, month: int, day: int) -> date | None:
    """The date, or None where there is no such day."""
    try:
        return date(year, month, day)
    except ValueError:
        return None


def next_month_end(ref: date) -> date:
    """The end of this month, or of the next one where this is it."""
    end = month_end(ref)
    return end if ref < end else month_end(end + timedelta(days=1))


def last_month_end(ref: date) -> date:
    return ref.replace(day=1) - timedelta(days=1)


def next_weekday(ref: date, weekday: int) -> date:
    """The coming `weekday` (Monday is 0), never today."""
    return ref + timedelta(days=(weekday - ref.weekday()) % 7 or 7)


def last_weekday(ref: date, weekday: int) -> date:
    return ref - timedelta(days=(ref.weekday() - weekday) % 7 or 7)


def week_of(ref: date, weeks: int) -> tuple[date, date]:
    """Monday to Sunday of the week `weeks` after that of `ref`."""
    monday = ref - timedelta(days=ref.weekday()) + timedelta(weeks=weeks)
    return monday, monday + timedelta(days=6)


def month_of(ref: date, months: int) -> tuple[date, date]:
    """First and last day of the month `months` after that of `ref`."""
    first = add_months(ref.replace(day=1), months)
    return first, month_end(first)


def day_of_month(number: int, ref: date, past: bool) -> date | None:
    """The nearest `number`-th of a month from `ref` on, or back from it (`ref` itself counts)."""
    if not 1 <= number <= 31:
        return None
    step = -1 if past else 1
    for months in range(4):
        first = add_months(ref.replace(day=1), step * months)
        day = safe_date(first.year, first.month, number)
        if day and (day <= ref if past else day >= ref):
            return day
    return None


def pay_days(ref: date) -> Iterator[date]:
    """The half-month pay days from `ref` on: the 15th and the last day of each month."""
    first = ref.replace(day=1)
    while True:
        for day in (first.replace(day=15), month_end(first)):
            if day >= ref:
                yield day
        first = add_months(first, 1)


def easter(year: int) -> date:
    """Easter Sunday (Gregorian, after Butcher)."""
    golden, century, rest = year % 19, year // 100, year % 100
    epact = (
        19 * golden + century - century // 4 - (century - (century + 8) // 25 + 1) // 3 + 15
    ) % 30
    offset = (32 + 2 * (century % 4) + 2 * (rest // 4) - epact - rest % 4) % 7
    late = (golden + 11 * epact + 22 * offset) // 451
    month, day = divmod(epact + offset - 7 * late + 114, 31)
    return date(year, month, day + 1)


def thanksgiving(year: int) -> date:
    """The fourth Thursday of November."""
    first = date(year, 11, 1)
    return first + timedelta(days=(3 - first.weekday()) % 7 + 21)


@lru_cache(maxsize=128)
def _holidays(country: str, year: int) -> frozenset[date]:
    try:
        return frozenset(holidays.country_holidays(country, years=year))
    except NotImplementedError:
        return frozenset()


def business_day(ref: date, position: int, country: str, *, saturdays: bool = False) -> date:
    """The month's `position`-th business day of the country, in this month or, where it has
    passed, the next one."""
    first = ref.replace(day=1)
    while True:
        day, left = first - timedelta(days=1), position
        while left:
            day += timedelta(days=1)
            if day.weekday() < 5 + saturdays and day not in _holidays(country, day.year):
                left -= 1
        if day >= ref:
            return day
        first = add_months(first, 1)
