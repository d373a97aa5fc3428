"""Amounts of money: figures, words and slang, by country.

`$184.300`, `R$ 1.234,56`, `38 mil`, `200k`, `dos palos y medio`, `120 lucas`, `3 hundo`. A bare
number becomes an amount only where the words around it, or the pending question, say so.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal

from acuerdo.assistant.nlu.contract import Entity
from acuerdo.assistant.nlu.numbers import DIGITS, WORDS, parse_digits, parse_words

_THOUSAND, _MILLION = Decimal(1_000), Decimal(1_000_000)
_MULTIPLIERS: dict[str, Decimal] = {
    **dict.fromkeys(("mil", "k", "thousand", "grand", "mill", "miles"), _THOUSAND),
    **dict.fromkeys(
        ("millon", "millones", "milhao", "milhoes", "million", "millions", "mm"), _MILLION
    ),
    **dict.fromkeys(("palo", "palos"), _MILLION),
    **dict.fromkeys(("hundo", "hundos"), Decimal(100)),
    **dict.fromkeys(("gamba", "gambas"), Decimal(100)),
}
# Slang for one unit of the country's own money.
_UNITS = (
    "conto|contos|pila|pilas|pau|paus|mango|mangos|varo|varos|barras?|bucks?|quid|lana|lanas"
    "|pelas?|pavos?"
)
_CURRENCY_WORDS: dict[str, str | None] = {
    **dict.fromkeys(("euro", "euros", "eur", "\u20ac"), "EUR"),
    **dict.fromkeys(("real", "reais", "brl", "r$"), "BRL"),
    **dict.fromkeys(("sol", "soles", "pen", "s/", "s/."), "PEN"),
    **dict.fromkeys(("dolar", "dolares", "dollar", "dollars", "usd", "us$", "u$s"), "USD"),
    **dict.fromkeys(("pound", "pounds", "gbp", "\u00a3"), "GBP"),
    "cop": "COP",
    "mxn": "MXN",
    "ars": "ARS",
    "clp": "CLP",
    **dict.fromkeys(("peso", "pesos", "$", "dinheiro"), None),
}
_LUCA_COUNTRIES_OF_ONE = {"PE"}

_PREFIX = r"(?:us\$|u\$s|mx\$|ar\$|ca\$|r\$|s/\.?|\$|\u20ac|\u00a3|cop|mxn|brl|eur|usd|ars|clp|pen)"
_AFTER = (
    r"(?:pesos?|reais|real|euros?|eur|soles|sol|dolares|dolar|dollars?|pounds?|usd|cop|mxn|brl"
    r"|ars|clp|pen|gbp|\u20ac|\u00a3|\$)"
)
_SCALE = (
    r"(?:millones|millon|milhoes|milhao|millions?|mil|miles|thousand|grand|lucas?|palos?|hundos?"
    r"|gambas?|mm|k)"
)
_NUMBER = re.compile(
    rf"(?<![\w.,/-])(?:(?P<prefix>{_PREFIX})\s?)?"
    rf"(?P<figure>{DIGITS}|{WORDS}|medio|meio|half\s+an?)"
    rf"(?:\s?(?P<scale>{_SCALE})\b)?"
    rf"(?P<half>\s+(?:y\s+medio|e\s+meio|and\s+a\s+half)\b)?"
    rf"(?:\s?(?:(?:de|of)\s+)?(?P<unit>{_AFTER}|{_UNITS})(?![\w/]))?",
)
_HALF = {"medio", "meio", "half a", "half an"}


def find_amounts(folded: str, original: str, country: str) -> Iterator[Entity]:
    """Amounts that the text itself marks as money (a sign, a unit or a multiplier)."""
    for match in _NUMBER.finditer(folded):
        prefix, scale, unit = match["prefix"], match["scale"], match["unit"]
        figure = re.sub(r"\s+", " ", match["figure"])
        if not (prefix or scale or unit) and not _is_large_in_words(figure):
            continue
        if figure in _HALF:
            if not scale:
                continue
            value: Decimal | None = Decimal("0.5")
        elif figure[0].isdigit():
            value = parse_digits(figure)
        else:
            words = parse_words(figure)
            value = None if words is None else Decimal(words)
        if value is None or _is_time(folded, match.end()):
            continue
        factor = _factor(scale, country)
        value *= factor
        if match["half"] and scale:
            value += factor / 2
        yield Entity(
            type="amount",
            value=Decimal(int(value)) if value == value.to_integral_value() else value,
            start=match.start(),
            end=match.end(),
            text=original[match.start() : match.end()],
            rule="amount.marked",
            currency=_currency(prefix, unit),
        )


def find_numbers(folded: str, original: str) -> Iterator[Entity]:
    """Bare numbers, whatever they mean: the caller decides by context."""
    for match in re.finditer(rf"(?<![\w.,/$-])(?:{DIGITS}|{WORDS})(?![\w/%\u00ba\u00aa])", folded):
        text = match.group()
        if text[0].isdigit():
            value = parse_digits(text)
        else:
            words = parse_words(text)
            value = None if words is None else Decimal(words)
        if value is not None:
            yield Entity(
                type="number",
                value=value,
                start=match.start(),
                end=match.end(),
                text=original[match.start() : match.end()],
                rule="number.bare",
                confidence=0.5,
            )


def _factor(scale: str | None, country: str) -> Decimal:
    if not scale:
        return Decimal(1)
    if scale in ("luca", "lucas"):
        return Decimal(1) if country in _LUCA_COUNTRIES_OF_ONE else _THOUSAND
    return _MULTIPLIERS[scale]


def _currency(prefix: str | None, unit: str | None) -> str | None:
    for mark in (prefix, unit):
        if mark and mark in _CURRENCY_WORDS and _CURRENCY_WORDS[mark]:
            return _CURRENCY_WORDS[mark]
        if mark and mark.upper() in {"COP", "MXN", "BRL", "EUR", "USD", "ARS", "CLP", "PEN"}:
            return mark.upper()
    return None


def _is_large_in_words(figure: str) -> bool:
    """Words of a hundred and more are money here ("ciento veinte mil", "doscientos")."""
    if figure[0].isdigit() or figure in _HALF:
        return False
    words = parse_words(figure)
    return words is not None and words >= 100


def _is_time(folded: str, end: int) -> bool:
    return bool(re.match(r"\s?(?:am\b|pm\b|hs?\b|horas?\b|o'clock)", folded[end:]))
