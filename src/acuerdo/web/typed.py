"""Dates and hours as people type them. Pure: no clock, no database."""

from __future__ import annotations

import re
from datetime import date, datetime, time

_DAY_FIRST = re.compile(r"(\d{1,2})[/.\-\s](\d{1,2})[/.\-\s](\d{4})")
_YEAR_FIRST = re.compile(r"(\d{4})[/.\-](\d{1,2})[/.\-](\d{1,2})")
_HOUR = re.compile(r"(\d{1,2})(?:\s?(?:[:.hH]|[hH]:)\s?(\d{2})?)?\s?h?")
# A year before or after these is a slip of the finger.
_YEARS = range(1900, 2200)
_SEPARATOR = re.compile(r"[T,\s]+")


class Unreadable(ValueError):
    """What was typed is no such date or hour."""


def parse_day(text: str) -> date:
    """`24/11/2026`, `24-11-2026`, `24.11.2026` or `2026-11-24`. Raises Unreadable."""
    text = text.strip()
    if found := _YEAR_FIRST.fullmatch(text):
        year, month, day = found.groups()
    elif found := _DAY_FIRST.fullmatch(text):
        day, month, year = found.groups()
    else:
        raise Unreadable(text)
    if int(year) not in _YEARS:
        raise Unreadable(text)
    try:
        return date(int(year), int(month), int(day))
    except ValueError:
        raise Unreadable(text) from None


def parse_hour(text: str) -> time:
    """`9`, `9:30`, `9.30`, `9h` or `9h30`, of 24 hours. Raises Unreadable."""
    found = _HOUR.fullmatch(text.strip())
    if found is None:
        raise Unreadable(text)
    try:
        return time(int(found[1]), int(found[2] or 0))
    except ValueError:
        raise Unreadable(text) from None


def parse_moment(text: str) -> datetime:
    """A day and an hour with a space, a comma or `T` between them, without a zone. Raises
    Unreadable."""
    day, *rest = _SEPARATOR.split(text.strip(), maxsplit=1)
    if not rest:
        raise Unreadable(text)
    return datetime.combine(parse_day(day), parse_hour(rest[0]))
