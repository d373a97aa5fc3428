"""Who writes, who is to be paid and what to call, as a reader finds it in a text."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

import phonenumbers
from phonenumbers import Leniency, PhoneNumberMatcher, PhoneNumberType

from acuerdo.messaging.content.folding import compile_quiet, fold
from acuerdo.messaging.content.lexicon import get_lexicon


@dataclass(frozen=True, slots=True)
class Identity:
    """What identifies the sender to a reader: the creditor, and `firm`, the agency that writes for
    it (empty: the creditor writes itself)."""

    name: str
    legal_name: str = ""
    tax_id: str = ""
    address: str = ""
    firm: str = ""

    @property
    def names(self) -> tuple[str, ...]:
        """The names under which the creditor is known."""
        return tuple(dict.fromkeys(name for name in (self.legal_name, self.name) if name))


_CHARS = re.compile(r"[\W_]+")
# A name of a person or a firm: words with a capital, small words between them.
_PROPER = (
    r"[A-ZÀ-Þ][\w.&'’-]*"
    r"(?:\s(?:(?:de|del|da|do|dos|das|la|las|los|van|von|y|e|&)\s)*[A-ZÀ-Þ][\w.&'’-]*)*"
)
_LINK_WORDS = r"(?:\s?[:\-–,]\s?|\s)(?:(?:el|la|o|a|de|do|da|the|mr|mrs|ms|sr|sra|dr|dra)\.?\s)?"
_TITLES = r"(?:(?:[Ss]r|[Ss]ra|[Ss]rta|[Dd]r|[Dd]ra|[Ll]ic|[Mm]r|[Mm]rs|[Mm]s)\.?\s)?"


def shows(value: str, folded: str) -> bool:
    """Whether `value` stands in the folded text as a word of its own."""
    pattern = compile_quiet((value,))
    return pattern is not None and pattern.search(folded) is not None


def shows_number(value: str, folded: str) -> bool:
    """The same for a number, however it is punctuated."""
    wanted = _CHARS.sub("", fold(value))
    return len(wanted) >= 5 and wanted in _CHARS.sub("", folded)


@lru_cache(maxsize=1)
def _agent() -> re.Pattern[str]:
    cues = get_lexicon().cues["agent"]
    return re.compile(rf"(?<!\w)(?i:{cues}){_LINK_WORDS}{_TITLES}(?P<name>{_PROPER})")


@lru_cache(maxsize=1)
def _payee() -> re.Pattern[str]:
    cues = get_lexicon().cues["payee"]
    return re.compile(rf"(?<!\w)(?i:{cues}){_LINK_WORDS}{_TITLES}(?P<name>{_PROPER})")


@lru_cache(maxsize=1)
def _paying() -> re.Pattern[str]:
    return re.compile(rf"(?<!\w)(?:{get_lexicon().cues['paying']})")


def find_agent(text: str, identity: Identity) -> tuple[int, int] | None:
    """Where a person presents themselves by name."""
    others = {fold(name) for name in (*identity.names, identity.firm) if name}
    for hit in _agent().finditer(_plain(text)):
        name = fold(hit["name"]).rstrip(".,")
        if not any(name.startswith(other) or other.startswith(name) for other in others):
            return hit.span()
    return None


def find_foreign_payee(text: str, identity: Identity) -> tuple[int, int] | None:
    """Where somebody other than the creditor is named as who is to be paid."""
    for start, end in _sentences(text):
        sentence = text[start:end]
        if not _paying().search(fold(sentence)):
            continue
        for hit in _payee().finditer(_plain(sentence)):
            name = fold(hit["name"])
            if not any(name.startswith(fold(own)) for own in identity.names):
                return start + hit.start(), start + hit.end()
    return None


def _plain(text: str) -> str:
    """The text without the accents of small letters, place by place, for cues in ASCII."""
    return text.translate(_ACCENTS)


_ACCENTS = str.maketrans("áéíóúüñâêôãõçà", "aeiouunaeoaoca")


def _sentences(text: str) -> Iterator[tuple[int, int]]:
    for hit in re.finditer(r"[^\n!?]+", text):
        yield hit.span()


@dataclass(frozen=True, slots=True)
class Callback:
    """A number to call in a text; `kind` as the gate names it."""

    kind: str
    start: int
    end: int


def find_callbacks(text: str, country: str, others: Sequence[str]) -> tuple[Callback, ...]:
    """The telephone numbers in a text, read as in `country`. An amount of money and the `others`
    (a tax id, the number of an account) are none."""
    for other in others:
        text = text.replace(other, " " * len(other)) if other else text
    text = _MONEY.sub(lambda hit: " " * len(hit.group()), text)
    if not _SEVEN_DIGITS.search(text):
        return ()
    return _callbacks(text, country)


@lru_cache(maxsize=4096)
def _callbacks(text: str, country: str) -> tuple[Callback, ...]:
    found = []
    for hit in PhoneNumberMatcher(text, country or None, leniency=Leniency.VALID):
        kind = phonenumbers.number_type(hit.number)
        name = _KINDS.get(kind, "normal")
        found.append(Callback(name, hit.start, hit.end))
    return tuple(found)


_SEVEN_DIGITS = re.compile(r"(?:\d\D{0,6}){7}")
_MONEY = re.compile(r"(?:[$€£₡]|S/)\s?\d[\d.,]*")
_KINDS = {
    PhoneNumberType.PREMIUM_RATE: "premium",
    PhoneNumberType.TOLL_FREE: "toll_free",
}
