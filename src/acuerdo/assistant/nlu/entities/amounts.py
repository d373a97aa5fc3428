"""Amounts of money: what is marked as money by a sign, a unit, a scale or slang.

`$184.300`, `R$ 1.234,56`, `38 mil`, `200k`, `dos palos y medio`, `120 lucas`, `3 hundo`,
`a fiver`. Bare numbers are judged by `money_context.py`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal
from functools import lru_cache

from acuerdo.assistant.nlu.contract import Entity
from acuerdo.assistant.nlu.entities.countries import SELF_COUNTED, Country
from acuerdo.assistant.nlu.entities.marked import Marked
from acuerdo.assistant.nlu.entities.nouns import COUNTED
from acuerdo.assistant.nlu.entities.numbers import ONE, Number

_PREFIX = (
    r"(?:us\$|u\$s|mx\$|ar\$|clp\$|cop\$|ca\$|r\$|s/\.?|\$|\u20ac|\u00a3|(?<!\w)(?:cop|mxn|brl|eur"
    r"|usd|ars|clp|pen|zar|gbp))"
)
_HALF_WORDS = r"(?:media?|medio|meia|meio|half\s+an?)"
_SPACED_THOUSANDS = {"ZA", "ES", "PT"}
# A scale after "ni una", "no tengo un" says that there is nothing.
_NOTHING = re.compile(
    r"\b(?:ni|no\s+(?:tengo|hay|traigo|me\s+queda)|nem|nao\s+tenho|sin|sem)\s+(?:ni\s+|nem\s+)?$"
)
# "con cincuenta" needs no more; "y cincuenta" needs the word.
_CENTS = re.compile(r"\bco[nm]\s|(?:centavos|centimos|cents|ctvs)$")
_TIME_AFTER = re.compile(r"\s?(?:am|pm|hs?|hrs?|horas?|o'?clock)(?!\w)")
_COUNTED_AFTER = re.compile(rf"\s+(?:de\s+)?{COUNTED}(?!\w)")
_COURTESY = re.compile(
    r"\s+(?:gracias|disculpas|perdon\w*|desculpas|thanks|apologies|obrigad\w+|beijos|besos|amores"
    r"|maneras|cosas|coisas|problemas|problems)(?!\w)"
)


@lru_cache(maxsize=64)
def _patterns(country: Country) -> tuple[re.Pattern[str], re.Pattern[str]]:
    scales = "|".join(sorted(map(re.escape, country.scales), key=len, reverse=True))
    units = "|".join(sorted((re.escape(unit) for unit in country.units), key=len, reverse=True))
    r_prefix = r"|(?<!\w)r" if country.units.get("r") else ""
    counted = re.compile(
        rf"(?:(?P<prefix>{_PREFIX}{r_prefix})\s?)?(?P<figure>N++(?:(?<=N) N{{3,6}}(?!\w))*+)"
        rf"(?:\s?(?P<scale>{scales})(?!\w))?"
        r"(?P<half>\s+(?:y\s+medi[oa]|e\s+mei[oa]|and\s+a\s+half)(?!\w))?"
        rf"(?:\s?(?:(?:de|of)\s+)?(?P<unit>{units})(?![\w/])(?!(?<=[$/.\u00a3])\s?N))?"
        r"(?P<cents>(?<=[a-z])\s+(?:con|com|y|e|and)\s+(?P<cent>N++)(?P<named>\s+(?:centavos"
        r"|centimos|cents|ctvs))?(?!\w|\s?%))?"
    )
    article = re.compile(
        rf"(?<!\w)(?:(?P<half>{_HALF_WORDS})|una?|uma?|an?|one|otra|another)\s+(?P<scale>{scales})"
        rf"(?!\w)"
        r"(?P<more>\s+(?:y\s+medi[oa]|e\s+mei[oa]|and\s+a\s+half)(?!\w))?"
        rf"(?:\s?(?:(?:de|of)\s+)?(?P<unit>{units})(?![\w/]))?"
    )
    return counted, article


def find_amounts(marked: Marked) -> Iterator[Entity]:
    """Amounts that the text itself marks as money."""
    country = marked.country
    counted, article = _patterns(country)
    for match in counted.finditer(marked.marked):
        number = marked.number(match, "figure")
        if number is None:
            continue
        prefix, scale, unit = match["prefix"], match["scale"], match["unit"]
        if not (prefix or scale or unit) and not _is_scaled(number):
            continue
        value, end = _grouped(marked, match, number)
        if _TIME_AFTER.match(marked.marked, end) and not prefix:
            continue
        if not (prefix or unit) and (
            _COUNTED_AFTER.match(marked.marked, end) or _COURTESY.match(marked.marked, end)
        ):
            continue
        if scale:
            value *= country.scales[scale]
            if match["half"]:
                value += country.scales[scale] / 2
        elif match["half"] and not unit:
            end = match.end("figure")
        cents = marked.number(match, "cent")
        if cents is not None and unit and 0 < cents.value < 100 and _CENTS.search(match["cents"]):
            value += cents.value / 100
            end = match.end("cents")
        yield _amount(
            marked,
            match.start(),
            max(end, _end(match, end)),
            value,
            _currency(country, prefix, unit),
        )
    for match in article.finditer(marked.marked):
        if not match["half"] and _NOTHING.search(marked.before(match.start(), 24)):
            continue
        scale = match["scale"]
        if scale in ("k", "kk", "mm", "grand") and match["half"] is None and scale != "grand":
            continue
        factor = country.scales[scale]
        value = factor / 2 if match["half"] else factor + (factor / 2 if match["more"] else 0)
        currency = _currency(country, None, match["unit"])
        if scale in SELF_COUNTED and currency is None:
            currency = "GBP"
        yield _amount(marked, match.start(), match.end(), value, currency)
    for match in re.finditer(r"(?<!\w)(?:fiver|tenner)(?!\w)", marked.marked):
        if match[0] in country.scales:
            yield _amount(marked, match.start(), match.end(), country.scales[match[0]], "GBP")


def _end(match: re.Match[str], end: int) -> int:
    if match["unit"]:
        return max(end, match.end("unit"))
    return (
        max(end, match.end("half") if match["half"] else match.end("scale"))
        if match["scale"]
        else end
    )


def _grouped(marked: Marked, match: re.Match[str], number: Number) -> tuple[Decimal, int]:
    """The value of the figure, with thousands set apart by spaces ("R1 200", "1 200,50 €")."""
    value, end = number.value, number.end
    if number.words or number.scale != ONE or not number.text.isdigit() or len(number.text) > 3:
        return value, end
    # "el 5 500 pesos": without a sign only where thousands are written so.
    money = match["prefix"] or (match["unit"] and marked.country.code in _SPACED_THOUSANDS)
    while money and end < match.end("figure"):
        following = marked.numbers.get(end + 1)
        if (
            following is None
            or following.words
            or not re.match(r"\d{3}(?:[.,]\d\d)?$", following.text)
        ):
            break
        value, end = value * 1_000 + following.value, following.end
    return value, end


def _is_scaled(number: Number) -> bool:
    """Whether a number is money by its size alone: "38 mil", "200k", "ciento veinte"."""
    if number.scale > ONE:
        return number.words is False or number.text != "1000" or number.scale != number.value
    return number.words and number.value >= 100 and number.value != 1_000 and not _is_year(number)


def _is_year(number: Number) -> bool:
    return 1_900 <= number.value <= 2_099


def _amount(marked: Marked, start: int, end: int, value: Decimal, currency: str | None) -> Entity:
    return Entity(
        type="amount",
        value=Decimal(int(value)) if value == value.to_integral_value() else value,
        start=start,
        end=end,
        text=marked.original[start:end],
        rule="amount.marked",
        currency=currency,
    )


def _currency(country: Country, prefix: str | None, unit: str | None) -> str | None:
    for mark in (prefix, unit):
        if mark:
            mark = mark.rstrip(".") if mark != "s/." else "s/"
            if found := country.units.get(mark):
                return found
    return None


def find_numbers(marked: Marked) -> Iterator[Entity]:
    """Every number as it stands, whatever it means: the weakest reading."""
    for number in marked.numbers.values():
        if number.ordinal:
            continue
        yield Entity(
            type="number",
            value=number.value,
            start=number.start,
            end=number.end,
            text=marked.original[number.start : number.end],
            rule="number.bare",
            confidence=0.5,
        )
