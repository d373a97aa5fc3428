"""Numbers as people write them: 1.234,56 · 1,234.56 · "ciento veinte mil" · "três" · "two hundred".

All on folded text. Exact: a Decimal or an int, never a float.
"""

from __future__ import annotations

import re
from decimal import Decimal

_ES = {
    "un": 1,
    "uno": 1,
    "una": 1,
    "dos": 2,
    "tres": 3,
    "cuatro": 4,
    "cinco": 5,
    "seis": 6,
    "siete": 7,
    "ocho": 8,
    "nueve": 9,
    "diez": 10,
    "once": 11,
    "doce": 12,
    "trece": 13,
    "catorce": 14,
    "quince": 15,
    "dieciseis": 16,
    "diecisiete": 17,
    "dieciocho": 18,
    "diecinueve": 19,
    "veinte": 20,
    "veintiun": 21,
    "veintiuno": 21,
    "veintidos": 22,
    "veintitres": 23,
    "veinticuatro": 24,
    "veinticinco": 25,
    "veintiseis": 26,
    "veintisiete": 27,
    "veintiocho": 28,
    "veintinueve": 29,
    "treinta": 30,
    "cuarenta": 40,
    "cincuenta": 50,
    "sesenta": 60,
    "setenta": 70,
    "ochenta": 80,
    "noventa": 90,
    "cien": 100,
    "ciento": 100,
    "doscientos": 200,
    "doscientas": 200,
    "trescientos": 300,
    "trescientas": 300,
    "cuatrocientos": 400,
    "cuatrocientas": 400,
    "quinientos": 500,
    "quinientas": 500,
    "seiscientos": 600,
    "seiscientas": 600,
    "setecientos": 700,
    "setecientas": 700,
    "ochocientos": 800,
    "ochocientas": 800,
    "novecientos": 900,
    "novecientas": 900,
}
_PT = {
    "um": 1,
    "uma": 1,
    "dois": 2,
    "duas": 2,
    "quatro": 4,
    "sete": 7,
    "oito": 8,
    "nove": 9,
    "dez": 10,
    "onze": 11,
    "doze": 12,
    "treze": 13,
    "quatorze": 14,
    "quinze": 15,
    "dezesseis": 16,
    "dezessete": 17,
    "dezoito": 18,
    "dezenove": 19,
    "vinte": 20,
    "trinta": 30,
    "quarenta": 40,
    "cinquenta": 50,
    "sessenta": 60,
    "setenta": 70,
    "oitenta": 80,
    "noventa": 90,
    "cem": 100,
    "cento": 100,
    "duzentos": 200,
    "duzentas": 200,
    "trezentos": 300,
    "trezentas": 300,
    "quatrocentos": 400,
    "quatrocentas": 400,
    "quinhentos": 500,
    "quinhentas": 500,
    "seiscentos": 600,
    "seiscentas": 600,
    "setecentos": 700,
    "oitocentos": 800,
    "novecentos": 900,
}
_EN = {
    "one": 1,
    "two": 2,
    "three": 3,
    "four": 4,
    "five": 5,
    "six": 6,
    "seven": 7,
    "eight": 8,
    "nine": 9,
    "ten": 10,
    "eleven": 11,
    "twelve": 12,
    "thirteen": 13,
    "fourteen": 14,
    "fifteen": 15,
    "sixteen": 16,
    "seventeen": 17,
    "eighteen": 18,
    "nineteen": 19,
    "twenty": 20,
    "thirty": 30,
    "forty": 40,
    "fifty": 50,
    "sixty": 60,
    "seventy": 70,
    "eighty": 80,
    "ninety": 90,
}
SMALL: dict[str, int] = {**_EN, **_PT, **_ES}
_HUNDRED = {"hundred": 100}
_SCALES: dict[str, int] = {
    "mil": 1_000,
    "thousand": 1_000,
    "millon": 1_000_000,
    "millones": 1_000_000,
    "milhao": 1_000_000,
    "milhoes": 1_000_000,
    "million": 1_000_000,
}
_AND = {"y", "e", "and"}
_NUMBER_WORD = "|".join(sorted({*SMALL, *_HUNDRED, *_SCALES}, key=len, reverse=True))
WORDS = rf"(?:{_NUMBER_WORD})(?:[\s-]+(?:(?:y|e|and)\s+)?(?:{_NUMBER_WORD}))*"
# A figure with its separators. It never ends on a separator and never starts inside a word.
DIGITS = r"\d+(?:[.,']\d{3})*(?:[.,]\d+)*"

_SEPARATED = re.compile(r"^\d{1,3}(?:[.,']\d{3})+$")


def parse_digits(text: str) -> Decimal | None:
    """The value of a written figure, or None where its separators make no sense.

    Where both separators appear the last one is the decimal one. A single separator before
    exactly three digits groups thousands: no currency here has three decimals.
    """
    figure = re.sub(r"[\s']", "", text)
    dots, commas = figure.count("."), figure.count(",")
    if dots and commas:
        decimal = max(figure.rfind("."), figure.rfind(","))
        whole, part = figure[:decimal], figure[decimal + 1 :]
        grouping = "," if figure[decimal] == "." else "."
        if figure[decimal] in whole or not re.fullmatch(
            rf"\d{{1,3}}(?:{re.escape(grouping)}\d{{3}})+", whole
        ):
            return None
        return Decimal(f"{re.sub('[.,]', '', whole)}.{part}")
    if dots or commas:
        if _SEPARATED.match(figure) and not figure.startswith("0"):
            return Decimal(re.sub("[.,]", "", figure))
        if dots + commas > 1:
            return None
        return Decimal(figure.replace(",", "."))
    return Decimal(figure)


def parse_words(text: str) -> int | None:
    """The value of number words of one language ("ciento veinte mil" → 120000), or None."""
    total, current, seen = 0, 0, False
    for word in re.split(r"[\s-]+", text.strip()):
        if word in _AND:
            continue
        if word in SMALL:
            current, seen = current + SMALL[word], True
        elif word in _HUNDRED:
            current, seen = max(current, 1) * 100, True
        elif word in _SCALES:
            scale = _SCALES[word]
            if scale == 1_000_000:
                total = (total + max(current, 1)) * scale
            else:
                total += max(current, 1) * scale
            current, seen = 0, True
        else:
            return None
    return total + current if seen else None


def parse_count(text: str) -> int | None:
    """A small whole number in digits or words."""
    if text.isdigit():
        return int(text)
    return parse_words(text)
