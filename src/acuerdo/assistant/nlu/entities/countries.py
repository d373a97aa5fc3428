"""How each country writes and nicknames money: one pack per country, not per language."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from functools import lru_cache

_HUNDRED, _THOUSAND, _MILLION = Decimal(100), Decimal(1_000), Decimal(1_000_000)

# Slang that multiplies: "20 lucas", "dos palos", "3 hundo".
_SCALES: Mapping[str, Decimal] = {
    **dict.fromkeys(
        "luca lucas luka lukas luquita luquitas lukitas lks lucazas".split(), _THOUSAND
    ),
    **dict.fromkeys("palo palos palito palitos melon melones melao".split(), _MILLION),
    **dict.fromkeys("gamba gambas gambita gambitas".split(), _HUNDRED),
    **dict.fromkeys("k kk grand grands".split(), _THOUSAND),
    **dict.fromkeys("hundo hundos hunnid".split(), _HUNDRED),
    "mm": _MILLION,
}
_SCALES_OF: Mapping[str, Mapping[str, Decimal]] = {
    "PE": dict.fromkeys("luca lucas luka lukas luquita luquitas".split(), Decimal(1)),
    "CO": dict.fromkeys("barra barras barrita barritas".split(), _THOUSAND),
    "BR": dict.fromkeys("milao barao baroes".split(), _THOUSAND),
    "US": dict.fromkeys("stack stacks rack racks band bands".split(), _THOUSAND),
    "GB": {
        "monkey": Decimal(500),
        "pony": Decimal(25),
        "ton": _HUNDRED,
        "tonne": _HUNDRED,
        **dict.fromkeys("fiver fivers".split(), Decimal(5)),
        **dict.fromkeys("tenner tenners".split(), Decimal(10)),
    },
    "CL": {"quina": Decimal(500), "quinas": Decimal(500)},
}

# Words for one unit of money, and the currency that they name beyond doubt (None: several have it).
_UNITS: Mapping[str, str | None] = {
    **dict.fromkeys(
        "\u20ac eur euro euros euritos eurillos leuros lereles pavos pavo".split(), "EUR"
    ),
    **dict.fromkeys(
        "r$ brl real reais reaiszinhos conto contos pila pilas pau paus".split(), "BRL"
    ),
    **dict.fromkeys("s/ s/. sol soles solcitos solecitos pen".split(), "PEN"),
    **dict.fromkeys("us$ u$s usd dolar dolares dollar dollars".split(), "USD"),
    **dict.fromkeys("\u00a3 gbp pound pounds quid".split(), "GBP"),
    **dict.fromkeys("zar rand rands".split(), "ZAR"),
    **dict.fromkeys("cop cop$".split(), "COP"),
    **dict.fromkeys("mxn mx$".split(), "MXN"),
    **dict.fromkeys("ars ar$".split(), "ARS"),
    **dict.fromkeys("clp clp$".split(), "CLP"),
    **dict.fromkeys(
        "$ peso pesos pesito pesitos mango mangos mangazos coco cocos varo varos baro baros bolas"
        " barra barras lana lanas feria prata pratas bucks buck pelas mn m.n.".split()
    ),
}
_UNITS_OF: Mapping[str, Mapping[str, str | None]] = {
    "US": dict.fromkeys("$ buck bucks".split(), "USD"),
    "GB": {"$": "USD", "p": None},
    "ZA": {**dict.fromkeys("r buck bucks".split(), "ZAR"), "$": "USD"},
    "BR": {"r": "BRL", "mango": "BRL", "mangos": "BRL"},
}
# Words that are money in themselves: "a fiver", "a tenner".
SELF_COUNTED = frozenset("fiver fivers tenner tenners monkey pony ton".split())


@dataclass(frozen=True, slots=True)
class Country:
    """A country's pack. `month_first`: 5/12 is the 12th of May."""

    code: str
    month_first: bool
    scales: Mapping[str, Decimal] = field(hash=False)
    units: Mapping[str, str | None] = field(hash=False)


@lru_cache(maxsize=256)
def get_country(code: str) -> Country:
    """The pack of an ISO 3166 code; an unknown one gets what all have in common."""
    code = code.upper()
    scales = {**_SCALES, **_SCALES_OF.get(code, {})}
    units = {**_UNITS, **_UNITS_OF.get(code, {})}
    return Country(
        code=code,
        month_first=code == "US",
        scales=scales,
        units={unit: currency for unit, currency in units.items() if unit not in scales},
    )
