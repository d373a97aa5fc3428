"""Every time zone that a debtor may be in: by residence, by phones, by what was last said.

A contact must be lawful in each of them, so that one zone too many costs an hour, and one too few
breaks the law. What tells nothing (a freephone number, a country without its part) means all zones
of the country.
"""

from __future__ import annotations

from functools import cache, lru_cache

import phonenumbers
import polars as pl
from babel.core import get_global
from phonenumbers.timezone import time_zones_for_number
from phonenumbers.tzdata import TIMEZONE_DATA

from acuerdo.portfolio.rules.phone_areas import AREAS, ONE_ZONE
from acuerdo.portfolio.rules.places import list_zones

# phonenumbers' names for what is the same time since 2010 or longer.
_SAME_TIME = {
    "America/Boise": "America/Denver",
    "America/Juneau": "America/Anchorage",
    "America/North_Dakota/Center": "America/Chicago",
}
# What the first digits of a number can tell is told by these many characters of `+…`.
_AREA_LENGTH = 8
_CODES = sorted([*AREAS, *ONE_ZONE], key=len, reverse=True)
_KNOWN_CODE = rf"^\+(?:{'|'.join(_CODES)})"


@lru_cache(maxsize=65_536)
def list_phone_zones(e164: str) -> tuple[str, ...]:
    """Every time zone that the number `+…` tells of, the likeliest first; () where it tells
    nothing at all, not even a country (satellite phones, no number).

    A prefix is where a number was given out. Who has it may have moved or be on a journey: so
    this is added to the residence and never stands for it.
    """
    digits = e164.removeprefix("+")
    for code in _CODES:
        if not digits.startswith(code) or e164 == digits:
            continue
        if code in ONE_ZONE:
            return (ONE_ZONE[code],)
        country, _table = AREAS[code]
        if code == "1" and digits[1:4] in (north := _north_american_areas()):
            return north[digits[1:4]]
        areas = _areas(code)
        longest = max(map(len, areas))
        for length in range(longest, 0, -1):
            if found := areas.get(digits[len(code) : len(code) + length]):
                return found
        return list_zones(country)
    return _ask_library(e164)


@cache
def _areas(code: str) -> dict[str, tuple[str, ...]]:
    """The table of a calling code with one prefix per key and zones for values."""
    country, table = AREAS[code]
    found = {}
    for prefixes, told in table.items():
        zones: list[str] = []
        for word in told.split():
            if word == "*":
                zones += list_zones(country)
            else:
                zones += [word] if "/" in word else list_zones(country, word)
        for prefix in prefixes.split():
            found[prefix] = tuple(dict.fromkeys(zones))
    return found


@cache
def _north_american_areas() -> dict[str, tuple[str, ...]]:
    """Area code → its zones: our table, else all that phonenumbers knows inside the code."""
    found: dict[str, set[str]] = {}
    for prefix, zones in TIMEZONE_DATA.items():
        if prefix.startswith("1") and len(prefix) >= 4:
            found.setdefault(prefix[1:4], set()).update(map(_current_name, zones))
    return {**{area: tuple(sorted(zones)) for area, zones in found.items()}, **_areas("1")}


def _ask_library(e164: str) -> tuple[str, ...]:
    try:
        number = phonenumbers.parse(e164, None)
    except phonenumbers.NumberParseException:
        return ()
    country = phonenumbers.region_code_for_country_code(number.country_code or 0)
    if country == "001":
        return ()  # satellite phones and the like, which belong to no country
    zones = [_current_name(zone) for zone in time_zones_for_number(number) if zone != "Etc/Unknown"]
    return tuple(dict.fromkeys(zones)) or list_zones(country)


def _current_name(zone: str) -> str:
    return _SAME_TIME.get(zone) or str(get_global("zone_aliases").get(zone, zone))


def find_candidates(places: pl.DataFrame, phones: pl.DataFrame) -> pl.DataFrame:
    """`key`, `timezone` (the likeliest) and `zones` (all, that one first) of each debtor.

    `places` has `key`, `rank`, `country`, `subdivision`: the place of rank 0, one for every key, is
    where the debtor is believed to be; the others are where he may be too. `phones` has `key` and
    `value` (E.164).
    """
    places = places.select("key", pl.col("rank").cast(pl.Int64), "country", "subdivision")
    main = places.filter(pl.col("rank") == 0)
    by_phone = _find_phone_zones(phones.join(main, on="key", how="semi"))
    # A number that tells nothing means the whole country.
    silent = by_phone.filter(pl.col("zones").list.len() == 0).select("key").unique()
    silent = main.join(silent, on="key", how="semi").select(
        "key", pl.lit(2, dtype=pl.Int64).alias("rank"), "country", pl.lit("").alias("subdivision")
    )
    by_place = _find_place_zones(pl.concat([places, silent]))
    main = by_place.filter(pl.col("rank") == 0).with_columns(usual=pl.col("zones").list.first())
    # Where only a country of several zones is known, a phone of one of them is the better guess.
    likely = (
        main.filter((pl.col("subdivision") == "") & (pl.col("zones").list.len() > 1))
        .join(by_phone, on="key", how="inner", suffix="_phone", maintain_order="left_right")
        .with_columns(likely=pl.col("zones_phone").list.first())
        .filter(
            (pl.col("zones_phone").list.len() == 1)
            & pl.col("zones").list.contains(pl.col("likely"))
        )
        .unique("key", keep="first", maintain_order=True)
        .select("key", "likely")
    )
    first = main.join(likely, on="key", how="left", maintain_order="left").select(
        "key", timezone=pl.coalesce("likely", "usual").fill_null("")
    )
    ranked = pl.concat(
        [
            first.select("key", pl.lit(-1, dtype=pl.Int64).alias("rank"), zone="timezone"),
            by_place.select("key", "rank", zone="zones").explode("zone"),
            by_phone.select("key", pl.lit(1, dtype=pl.Int64).alias("rank"), zone="zones").explode(
                "zone"
            ),
        ]
    ).filter(pl.col("zone").fill_null("") != "")
    every = (
        ranked.sort("key", "rank", maintain_order=True)
        .group_by("key", maintain_order=True)
        .agg(zones=pl.col("zone").unique(maintain_order=True))
    )
    return first.join(every, on="key", how="left", maintain_order="left").with_columns(
        pl.col("zones").fill_null(pl.lit([], dtype=pl.List(pl.String)))
    )


def _find_place_zones(places: pl.DataFrame) -> pl.DataFrame:
    distinct = places.select("country", "subdivision").unique()
    zones = [list(list_zones(*place)) for place in distinct.iter_rows()]
    return places.join(
        distinct.with_columns(zones=pl.Series(zones, dtype=pl.List(pl.String))),
        on=["country", "subdivision"],
        how="left",
        maintain_order="left",
    )


def _find_phone_zones(phones: pl.DataFrame) -> pl.DataFrame:
    """`key` and `zones` of each phone, looked up once per area: a million numbers have few."""
    number = pl.col("value")
    areas = phones.select(
        "key",
        area=pl.when(number.str.contains(_KNOWN_CODE))
        .then(number.str.slice(0, _AREA_LENGTH))
        .otherwise(number),
    )
    distinct = areas["area"].unique()
    zones = [list(list_phone_zones(area)) for area in distinct.to_list()]
    return areas.join(
        pl.DataFrame({"area": distinct, "zones": pl.Series(zones, dtype=pl.List(pl.String))}),
        on="area",
        how="left",
        maintain_order="left",
    ).select("key", "zones")
