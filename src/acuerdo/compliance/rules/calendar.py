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

    def name_of(self, on: date, subdivision: str, language: str) -> str:
        """What the holiday is called, in `es`, `pt` or `en` where the library knows it so; an
        empty text where it is no holiday."""
        if not self.is_holiday(on, subdivision):
            return ""
        for part in _subdivisions(self.country, subdivision):
            name = _library(self, part, on.year, _LOCALES.get(language, language)).get(on)
            if name:
                return str(name)
        return next((one.citation for one in self.overrides if one.on == on and one.add), "")

    @property
    def parts(self) -> frozenset[str]:
        """The subdivisions that have holidays of their own."""
        return _parts(self.country)


@lru_cache(maxsize=64)
def _parts(country: str) -> frozenset[str]:
    # Beside the codes of ISO 3166-2 the library names a few cities in full.
    return frozenset(
        part for part in holidays.list_supported_countries()[country] if len(part) <= 3
    )


def _subdivisions(country: str, wanted: str) -> Iterable[str | None]:
    known = holidays.list_supported_countries()[country]
    if wanted in known:
        return [wanted]
    return [None, *known]


_LOCALES = {"en": "en_US", "pt": "pt_BR"}


@lru_cache(maxsize=4096)
def _library(
    calendar: Calendar, part: str | None, year: int, language: str | None
) -> holidays.HolidayBase:
    return holidays.country_holidays(
        calendar.country,
        subdiv=part,
        years=year,
        categories=calendar.categories,
        language=language,
    )


@lru_cache(maxsize=4096)
def _dates(calendar: Calendar, subdivision: str, year: int) -> frozenset[date]:
    found: set[date] = set()
    for part in _subdivisions(calendar.country, subdivision):
        found.update(_library(calendar, part, year, None))
    for override in calendar.overrides:
        # Where the part is not known, a day added in any part counts.
        is_ours = override.subdivision in {"", subdivision} or (override.add and not subdivision)
        if override.on.year == year and is_ours:
            (found.add if override.add else found.discard)(override.on)
    return frozenset(found)
