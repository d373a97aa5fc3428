"""The dates of a schedule: months, weeks, days of business. Pure; what a holiday is, is given."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Callable
from datetime import date, timedelta
from typing import Literal

Frequency = Literal["weekly", "biweekly", "semimonthly", "monthly"]

# No country closes longer than this; beyond it the calendar itself is wrong.
_LONGEST_HOLIDAY = 20


def due_dates(
    first: date, count: int, frequency: Frequency, is_business_day: Callable[[date], bool]
) -> list[date]:
    """`count` dates from `first`, which stands as it is; later ones move to a day of business.

    Monthly keeps the day of the month (31 January, 28 February, 31 March); twice a month falls
    on the 15th and the last day, the days of pay in much of Latin America.
    """
    days = [first]
    for number in range(1, count):
        if frequency == "monthly":
            day = add_months(first, number)
        elif frequency == "semimonthly":
            day = _half_month_after(first, number)
        else:
            day = first + timedelta(days=(7 if frequency == "weekly" else 14) * number)
        days.append(next_business_day(day, is_business_day))
    return days


def add_months(day: date, months: int) -> date:
    """The same day `months` later, or the last of that month where it has no such day."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def _half_month_after(day: date, number: int) -> date:
    """The `number`-th 15th or last day of a month after `day`, leaving at least ten days."""
    found = day + timedelta(days=9)
    for _ in range(number):
        found += timedelta(days=1)
        while found.day != 15 and found.day != monthrange(found.year, found.month)[1]:
            found += timedelta(days=1)
    return found


def next_business_day(day: date, is_business_day: Callable[[date], bool]) -> date:
    """`day`, or the first day of business after it."""
    for ahead in range(_LONGEST_HOLIDAY + 1):
        if is_business_day(day + timedelta(days=ahead)):
            return day + timedelta(days=ahead)
    return day


def nearest_business_days(
    wanted: date, earliest: date, latest: date, is_business_day: Callable[[date], bool]
) -> list[date]:
    """The days of business from `earliest` to `latest`, nearest to `wanted` first, of two equally
    near the later one; `earliest` counts as one of business."""
    span = (latest - earliest).days
    days = [earliest + timedelta(days=ahead) for ahead in range(span + 1)]
    found = [day for day in days if day == earliest or is_business_day(day)]
    return sorted(found, key=lambda day: (abs((day - wanted).days), -day.toordinal()))
