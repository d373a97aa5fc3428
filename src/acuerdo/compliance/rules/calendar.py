"""Holidays of a country or a part of it, with the corrections that are ours."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

import holidays


@dataclass(frozen=True, slots=True)
class Override:
    """A day that the library does not know, or knows wrongly. `subdivision` "" is everywhere."""

    country: str
    subdivision: str
    on: date
    add: bool
    citation: str


@dataclass(frozen=True, slots=True)
class Calendar:
    """Where no contact is made on holidays: which country, and which kinds of day count."""

    country: str
    categories: tuple[str, ...] = ("public",)
    overrides: tuple[Override, ...] = ()

    def is_holiday(self, on: date, subdivision: str) -> bool:
        """Whether `on` is a holiday in `subdivision`; where that is empty or not known to the
        library, whether it is one in any part of the country."""
        return on in _dates(self, subdivision, on.year)


def _subdivisions(country: str, wanted: str) -> Iterable[str | None]:
    known = holidays.list_supported_countries()[country]
    if wanted in known:
        return [wanted]
    return [None, *known]


@lru_cache(maxsize=4096)
def _dates(calendar: Calendar, subdivision: str, year: int) -> frozenset[date]:
    found: set[date] = set()
    for part in _subdivisions(calendar.country, subdivision):
        found.update(
            holidays.country_holidays(
                calendar.country, subdiv=part, years=year, categories=calendar.categories
            )
        )
    for override in calendar.overrides:
        if override.on.year == year and override.subdivision in {"", subdivision}:
            (found.add if override.add else found.discard)(override.on)
    return frozenset(found)
