"""Countries with a rule pack, their parts and their zones, named for the reader."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from zoneinfo import ZoneInfo

from babel.dates import get_timezone_location

from acuerdo.compliance.packs import get_library
from acuerdo.compliance.rules.facts import BadInput
from acuerdo.compliance.rules.pack import UNKNOWN_PART
from acuerdo.portfolio.rules.places import plain
from acuerdo.portfolio.rules.subdivisions import list_subdivisions
from acuerdo.web.formats import language_locale
from acuerdo.web.reads.accounts import Choice


@dataclass(frozen=True, slots=True)
class Place:
    """A country, or a part of it, as the gate is asked about it."""

    country: str
    part: str

    @property
    def jurisdiction(self) -> str:
        return f"{self.country}-{self.part}" if self.part else self.country


def find_place(country: str, part: str, *, default: str = "") -> Place:
    """What was asked for where a pack knows it; else `default`, else the first country."""
    packs = get_library().packs
    if country not in packs:
        country = default if default in packs else min(packs)
        part = ""
    return Place(country, part if part in _part_names(country) else "")


def list_countries(language: str) -> list[Choice]:
    """The countries that have a pack, by name."""
    found = [
        Choice(code, pack.names.get(language[:2]) or pack.names["en"])
        for code, pack in get_library().packs.items()
    ]
    return sorted(found, key=lambda choice: plain(choice.label))


def list_parts(country: str) -> list[Choice]:
    """The parts of a country that have rules, holidays or zones of their own, by name."""
    found = [
        Choice(code, f"{name} ({code})" if name != code else code)
        for code, name in _part_names(country).items()
    ]
    return sorted(found, key=lambda choice: plain(choice.label))


def list_place_zones(place: Place) -> tuple[str, ...]:
    """The zones that a debtor there may be in, the likeliest first."""
    try:
        return tuple(zone.key for zone in get_library().zones_for(place.jurisdiction, ()))
    except BadInput:
        return ()


def zone_label(zone: str, language: str) -> str:
    """The city that a zone is called after: `America/Bogota` → `Bogotá`."""
    return _zone_label(zone, language_locale(language))


@cache
def _zone_label(zone: str, locale: str) -> str:
    try:
        place = ZoneInfo(zone)
    except (ValueError, OSError, KeyError):
        return zone
    city = get_timezone_location(place, locale=locale, return_city=True)
    return str(city or zone.replace("_", " ")).rpartition("/")[2]


@cache
def _part_names(country: str) -> dict[str, str]:
    pack = get_library().packs.get(country)
    if pack is None:
        return {}
    codes = set(pack.calendar.parts)
    for rule in pack.rules:
        codes |= rule.subdivisions | rule.not_subdivisions
    named = {part.code: part.names[0] for part in list_subdivisions(country)}
    parts = {code for code in codes | named.keys() if len(code) <= 3}
    return {code: named.get(code, code) for code in parts - {UNKNOWN_PART}}
