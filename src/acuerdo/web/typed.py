"""Dates, hours and amounts as people type them. Pure: no clock, no database."""

from __future__ import annotations

import re
from datetime import date, datetime, time
from decimal import Decimal

from acuerdo.core.money import exponent, quantum

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


_AMOUNT = re.compile(r"[0-9]{1,15}(?:\.[0-9]{1,4})?")


def parse_amount(text: str, currency: str) -> Decimal:
    """An amount in major units, with or without separators: `1.000.000`, `1,000.50`, `1 000`.

    The last separator begins the decimals only where no more follow than the currency shows.
    Raises Unreadable.
    """
    digits = re.sub(r"[\s\u00a0\u202f$€£]", "", text)
    places = len(str(quantum(currency))) - 1  # pesos are shown whole
    shown = exponent(currency) - places
    head, separator, tail = digits, "", ""
    for mark in sorted(".,", key=digits.rfind):
        if mark in digits:
            head, separator, tail = digits.rpartition(mark)
    if separator and (len(tail) == 3 or not 1 <= len(tail) <= shown):
        head, tail = digits, ""
    plain = re.sub(r"[.,]", "", head) + (f".{tail}" if tail else "")
    if not _AMOUNT.fullmatch(plain) or re.search(r"[.,]{2}|^[.,]|[.,]$", digits):
        raise Unreadable(text)
    return Decimal(plain)
