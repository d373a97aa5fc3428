"""How simulated debtors write: amounts and days as they are said, and the slips of their hands."""

from __future__ import annotations

import re
import unicodedata
from datetime import date
from random import Random
from typing import Final

from acuerdo.core.money import Money
from acuerdo.simulation.rules.debtors.personas import Hand, Persona

_MONTHS: Final = {
    "es": "enero febrero marzo abril mayo junio julio"
    " agosto septiembre octubre noviembre diciembre",
    "pt": "janeiro fevereiro março abril maio junho julho"
    " agosto setembro outubro novembro dezembro",
    "en": "January February March April May June July August September October November December",
}
_WEEKDAYS: Final = {
    "es": "el lunes|el martes|el miércoles|el jueves|el viernes|el sábado|el domingo",
    "pt": "na segunda|na terça|na quarta|na quinta|na sexta|no sábado|no domingo",
    "en": "on Monday|on Tuesday|on Wednesday|on Thursday|on Friday|on Saturday|on Sunday",
}
_SLANG: Final = {"COP": "{} lucas", "MXN": "{} varos", "BRL": "{} conto", "GBP": "{} quid"}
_NAMES: Final = {"COP": "{} pesos", "MXN": "{} pesos", "BRL": "{} reais", "GBP": "{} pounds"}
_SIGNS: Final = {"COP": "${}", "MXN": "${}", "BRL": "R$ {}", "GBP": "£{}"}
_WORD: Final = re.compile(r"[^\W\d_]{5,}(?![^{]*\})")


def write_amount(money: Money, persona: Persona, random: Random) -> str:
    """An amount as it is said: signs, words, thousands and slang of the country."""
    currency = money.currency
    whole, cents = divmod(money.minor, 100)
    if cents:
        return _SIGNS[currency].format(_grouped(whole, currency) + _mark(currency) + f"{cents:02}")
    forms = [
        _SIGNS[currency].format(_grouped(whole, currency)),
        _NAMES[currency].format(_grouped(whole, currency)),
        _NAMES[currency].format(whole),
    ]
    if currency == "COP" and whole % 1000 == 0:
        forms += [f"{whole // 1000} mil", f"{whole // 1000} mil pesos"]
    if persona.manner == "casual":
        said = whole // 1000 if currency == "COP" else whole
        if currency != "COP" or whole % 1000 == 0:
            forms.append(_SLANG[currency].format(said))
    return random.choice(forms)


def write_day(day: date, today: date, language: str, random: Random) -> str:
    """A day as it is said, with its preposition: by its weekday only within the next six days."""
    forms = [write_exact_day(day, language)]
    away = (day - today).days
    if 0 < away < 7:
        forms.append(_WEEKDAYS[language].split("|")[day.weekday()])
    # A bare number is the next such day.
    if 0 < away < 28:
        forms.append({"es": "el {}", "pt": "dia {}", "en": "on the {}"}[language].format(
            _ordinal(day.day) if language == "en" else day.day
        ))  # fmt: skip
    return random.choice(forms)


def write_exact_day(day: date, language: str) -> str:
    """A day and month, which nobody can take for another."""
    month = _MONTHS[language].split()[day.month - 1]
    return {"es": "el {} de {}", "pt": "dia {} de {}", "en": "on {} {}"}[language].format(
        day.day, month
    )


def scrawl(wording: str, hand: Hand, random: Random) -> str:
    """The wording as this hand types it; what stands in braces is left alone."""
    if hand == "no_accents":
        return strip_accents(wording).replace("¿", "").lower()
    if hand == "shouting":
        return re.sub(r"\{\w+\}|[^{]", lambda found: _upper(found[0]), wording)
    if hand == "typos":
        words = list(_WORD.finditer(wording))
        if words:
            word = random.choice(words)
            slipped = _slip(word[0], random)
            return wording[: word.start()] + slipped + wording[word.end() :]
    return wording


def strip_accents(text: str) -> str:
    parts = unicodedata.normalize("NFKD", text)
    return "".join(one for one in parts if not unicodedata.combining(one))


def _upper(piece: str) -> str:
    return piece if piece.startswith("{") else piece.upper()


def _slip(word: str, random: Random) -> str:
    """Two letters swapped, one left out or one doubled, never the first."""
    at = random.randrange(1, len(word) - 1)
    kind = random.randrange(3)
    if kind == 0:
        return word[:at] + word[at + 1] + word[at] + word[at + 2 :]
    if kind == 1:
        return word[:at] + word[at + 1 :]
    return word[:at] + word[at] + word[at:]


def _grouped(whole: int, currency: str) -> str:
    text = f"{whole:,}"
    return text.replace(",", ".") if currency in ("COP", "BRL") else text


def _mark(currency: str) -> str:
    return "," if currency in ("COP", "BRL") else "."


def _ordinal(number: int) -> str:
    ending = (
        "th" if 10 <= number % 100 <= 20 else {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
    )
    return f"{number}{ending}"
