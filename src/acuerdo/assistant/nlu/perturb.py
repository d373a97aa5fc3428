"""The same message as a worse keyboard, a hurried thumb or a speech recogniser would give it.

Training sees such variants, and the robustness table is measured with them. Pure: the same seed
gives the same variant.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from random import Random

_NEAR: dict[str, str] = dict(
    pair.split("=")
    for pair in (
        "a=sqz b=vn c=xv d=sf e=wr f=dg g=fh h=gj i=uo j=hk k=jl l=k m=n n=bm o=ip p=o q=wa r=et"
        " s=ad t=ry u=yi v=cb w=qe x=zc y=tu z=xa"
    ).split()
)
_LETTERS_PER_TYPO = 12
_FIGURE = re.compile(r"\d{1,3}(?:[.,]\d{3})+|\d+")
_NOT_SPOKEN = re.compile(r"[^\w\s@%$€£]|_")
_MARK = re.compile(r"[\w.+-]+@[\w.-]+")

_SMALL: dict[str, list[str]] = {
    "es": (
        "cero uno dos tres cuatro cinco seis siete ocho nueve diez once doce trece catorce quince"
        " dieciséis diecisiete dieciocho diecinueve veinte veintiuno veintidós veintitrés"
        " veinticuatro veinticinco veintiséis veintisiete veintiocho veintinueve"
    ).split(),
    "pt": (
        "zero um dois três quatro cinco seis sete oito nove dez onze doze treze quatorze quinze"
        " dezesseis dezessete dezoito dezenove"
    ).split(),
    "en": (
        "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen"
        " fifteen sixteen seventeen eighteen nineteen"
    ).split(),
}
_TENS: dict[str, list[str]] = {
    "es": "diez veinte treinta cuarenta cincuenta sesenta setenta ochenta noventa".split(),
    "pt": "dez vinte trinta quarenta cinquenta sessenta setenta oitenta noventa".split(),
    "en": "ten twenty thirty forty fifty sixty seventy eighty ninety".split(),
}
_HUNDREDS: dict[str, list[str]] = {
    "es": (
        "ciento doscientos trescientos cuatrocientos quinientos seiscientos setecientos"
        " ochocientos novecientos"
    ).split(),
    "pt": (
        "cento duzentos trezentos quatrocentos quinhentos seiscentos setecentos oitocentos"
        " novecentos"
    ).split(),
}
_AND = {"es": " y ", "pt": " e ", "en": " "}
_THOUSAND = {"es": "mil", "pt": "mil", "en": "thousand"}


def without_accents(text: str, _language: str, _random: Random) -> str:
    """ "mañana" → "manana"."""
    parts = unicodedata.normalize("NFKD", text)
    return "".join(part for part in parts if not unicodedata.combining(part))


def with_typos(text: str, _language: str, random: Random) -> str:
    """One mistake in about twelve letters: left out, doubled, swapped or a neighbouring key."""
    result: list[str] = []
    letters = list(text)
    position = 0
    while position < len(letters):
        letter = letters[position]
        position += 1
        if not letter.isalpha() or random.random() >= 1 / _LETTERS_PER_TYPO:
            result.append(letter)
            continue
        kind = random.randrange(4)
        if kind == 1:
            result += [letter, letter]
        elif kind == 2 and position < len(letters) and letters[position].isalpha():
            result += [letters[position], letter]
            position += 1
        elif kind == 3:
            result.append(random.choice(_NEAR.get(letter.lower(), letter)))
    return "".join(result)


def in_upper_case(text: str, _language: str, _random: Random) -> str:
    """As somebody shouts."""
    return text.upper()


def as_spoken(text: str, language: str, _random: Random) -> str:
    """As a recogniser writes speech: figures as words, no punctuation, lower case."""
    if _MARK.search(text):
        return text.lower()
    spoken = _FIGURE.sub(lambda match: f" {_in_words(match[0], language)} ", text)
    return " ".join(_NOT_SPOKEN.sub(" ", spoken).lower().split())


VARIANTS: dict[str, Callable[[str, str, Random], str]] = {
    "no accents": without_accents,
    "typos": with_typos,
    "upper case": in_upper_case,
    "voice style": as_spoken,
}


def _in_words(figure: str, language: str) -> str:
    digits = re.sub(r"[.,]", "", figure)
    number = int(digits)
    if number >= 1_000_000 or (len(digits) > 1 and digits[0] == "0"):
        return " ".join(_SMALL[language][int(digit)] for digit in digits)
    thousands, rest = divmod(number, 1000)
    words = []
    if thousands:
        said = "" if thousands == 1 and language != "en" else _below_thousand(thousands, language)
        words.append(f"{said} {_THOUSAND[language]}".strip())
    if rest or not thousands:
        words.append(_below_thousand(rest, language))
    return " ".join(words)


def _below_thousand(number: int, language: str) -> str:
    hundreds, rest = divmod(number, 100)
    if not hundreds:
        return _below_hundred(rest, language)
    if language == "en":
        head = f"{_SMALL['en'][hundreds]} hundred"
        return f"{head} {_below_hundred(rest, language)}" if rest else head
    if number == 100:
        return "cien" if language == "es" else "cem"
    head = _HUNDREDS[language][hundreds - 1]
    joint = " e " if language == "pt" else " "
    return f"{head}{joint}{_below_hundred(rest, language)}" if rest else head


def _below_hundred(number: int, language: str) -> str:
    small = _SMALL[language]
    if number < len(small):
        return small[number]
    tens, rest = divmod(number, 10)
    head = _TENS[language][tens - 1]
    return f"{head}{_AND[language]}{small[rest]}" if rest else head
