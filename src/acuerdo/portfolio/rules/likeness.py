"""Whether two debtors may be one human, and why. Pure."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

# Whoever is at least this sure (of 100) is shown to a person, who decides.
LEAST: Final = 60
_WEIGHTS: Final = {
    "same_document": 60,
    "near_document": 40,
    "same_phone": 35,
    "same_email": 35,
    "same_birth": 25,
    "same_name": 35,
    "name_contained": 30,
    "similar_name": 20,
}
_NAMES: Final = frozenset({"same_name", "name_contained", "similar_name"})
# Another birth date, or another number of the same kind of document, speaks against it.
_OTHER_BIRTH: Final = 60
_OTHER_DOCUMENT: Final = 30
_PARTICLES: Final = frozenset(
    "de del la las los el da das do dos e y i van von der den di du le san santa mc".split()
)
_WORD: Final = re.compile(r"[^\W_]+")


@dataclass(frozen=True, slots=True)
class Likeness:
    """How sure (0 to 100) and why: codes, the most telling first."""

    sureness: int
    reasons: tuple[str, ...]

    @property
    def is_likely(self) -> bool:
        return self.sureness >= LEAST


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of a debtor. `name` is plain (lower case, no accents); `addresses` are (kind,
    value) with each phone in one form; `document` holds letters and digits alone."""

    name: str
    document: str = ""
    document_type: str = ""
    birth_on: date | None = None
    addresses: frozenset[tuple[str, str]] = frozenset()


def name_words(plain: str) -> tuple[str, ...]:
    """The words of a name that tell people apart: without particles, in alphabetical order."""
    return tuple(sorted(word for word in _WORD.findall(plain) if word not in _PARTICLES))


def judge(one: Known, other: Known) -> Likeness:
    """How likely both are one human. Without a likeness of names nobody is anybody else."""
    reasons = [
        compare_names(one.name, other.name),
        compare_documents(one.document, other.document),
        *sorted({f"same_{kind}" for kind, _value in one.addresses & other.addresses}),
        "same_birth" if one.birth_on and one.birth_on == other.birth_on else "",
    ]
    found = [reason for reason in reasons if reason in _WEIGHTS]
    if not _NAMES.intersection(found):
        return Likeness(0, ())
    sureness = sum(_WEIGHTS[reason] for reason in found)
    if one.birth_on and other.birth_on and one.birth_on != other.birth_on:
        sureness -= _OTHER_BIRTH
    is_other = one.document and other.document and not reasons[1]
    if is_other and one.document_type == other.document_type:
        sureness -= _OTHER_DOCUMENT
    found.sort(key=lambda reason: -_WEIGHTS[reason])
    return Likeness(max(0, min(sureness, 100)), tuple(found))


def compare_names(one: str, other: str) -> str:
    """`same_name` in whatever order, `name_contained` where one leaves a name or surname out or
    writes an initial, `similar_name` with a letter wrong; '' for two different names."""
    first, second = sorted((name_words(one), name_words(other)), key=len)
    if not first:
        return ""
    if first == second:
        return "same_name"
    if len(first) < 2:
        return ""
    if _fits(first, second, _is_word):
        return "name_contained"
    return "similar_name" if _fits(first, second, _is_nearly) else ""


def compare_documents(one: str, other: str) -> str:
    """`same_document` where only lost zeros, letters around it or a check digit differ,
    `near_document` with one character wrong or two exchanged; '' for others or none."""
    first, second = sorted((_bare(one), _bare(other)), key=len)
    if len(first) < 6:
        return ""
    if first == second or (len(second) == len(first) + 1 and second.startswith(first)):
        return "same_document"
    return "near_document" if _is_one_off(first, second) else ""


def _bare(document: str) -> str:
    digits = re.sub(r"\D", "", document)
    return digits.lstrip("0") if len(digits) >= 6 else document


def _fits(short: Sequence[str], long: Sequence[str], matches: Callable[[str, str], bool]) -> bool:
    """Whether each word of `short` has a word of its own in `long`, whole words first."""
    left = list(long)
    for word in sorted(short, key=len, reverse=True):
        found = next((one for one in left if one == word), None) or next(
            (one for one in left if matches(word, one)), None
        )
        if found is None:
            return False
        left.remove(found)
    return True


def _is_word(one: str, other: str) -> bool:
    """The same, or an initial of it."""
    return one == other or (1 in (len(one), len(other)) and one[0] == other[0])


def _is_nearly(one: str, other: str) -> bool:
    return _is_word(one, other) or (min(len(one), len(other)) >= 4 and _is_one_off(one, other))


def _is_one_off(one: str, other: str) -> bool:
    """Whether one character was changed, left out or put in, or two neighbours exchanged."""
    short, long = sorted((one, other), key=len)
    if len(long) - len(short) > 1:
        return False
    start = next((place for place in range(len(short)) if short[place] != long[place]), len(short))
    if len(short) < len(long):
        return short[start:] == long[start + 1 :]
    if short[start + 1 :] == long[start + 1 :]:
        return True
    swapped = long[start + 1 : start + 2] + long[start : start + 1] + long[start + 2 :]
    return short[start:] == swapped
