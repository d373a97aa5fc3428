"""Signs in a text that the classifier weighs: what the rules match, and small word families.

A cue decides nothing. The rules of `lexicon.py` speak where they are precise; here the same
matches, and wider families of words (`families.txt`: kin, death, wages, tribunals, insults …), are
numbers among others, so one word that no training example shows with an intent still pulls
towards it.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from acuerdo.assistant.nlu.intents import PENDING
from acuerdo.assistant.nlu.lexicon import RULES

Floats = NDArray[np.float32]

# What is no list of words, on folded text.
_UNITS = (
    "mil|k|lucas|palos?|pesos|soles|euros?|reais|conto|pila|bucks|quid|dollars|rand|varos|mangos"
)
_SHAPED: dict[str, str] = {
    "amount": rf"[$€£]\s?\d|r\$|s/\.?\s?\d|\d\s*(?:{_UNITS})(?![a-z])",
    "laugh": r"(?:ja){2,}|(?:je){2,}|(?:ha){2,}|(?:he){2,}|k{3,}|(?:rs){2,}|\blo+l|lmao|xd+|[😂🤣]",
    "percent": r"\d\s?%|por\s?ciento|por\s?cento|percent",
    "mail": r"\S@\S",
    "phone": r"\+?\d[\d\s().-]{7,}\d",
    "asks": r"\?",
}


def _families() -> Iterator[tuple[str, re.Pattern[str]]]:
    """The families of `families.txt`: a name (with ^: at the beginning only), then the words,
    indented, in which `_` stands for a space and the rest is a regular expression."""
    text = Path(__file__).with_name("families.txt").read_text("utf-8")
    for block in text.split("\n\n"):
        name, _, words = block.strip().partition("\n")
        any_of = "|".join(words.replace("_", r"\s+").split())
        before = r"^\W*" if name.endswith("^") else "(?<![a-z0-9])"
        yield name.rstrip(" ^"), re.compile(rf"{before}(?:{any_of})(?![a-z0-9])")
    for name, pattern in _SHAPED.items():
        yield name, re.compile(pattern)


FAMILIES: tuple[tuple[str, re.Pattern[str]], ...] = tuple(_families())

# Shapes of a message that say something whatever its words are.
_SHAPES = (
    "one_word",
    "two_words",
    "up_to_four",
    "over_twelve",
    "over_thirty",
    "shouted",
    "exclaimed",
    "only_digits",
    "only_signs",
    "starts_with_yes",
    "starts_with_no",
)
_BARE_FIGURE = re.compile(
    r"^\W*(?:el\s+|dia\s+|the\s+|o\s+)?[\d.,/kx$%]+\W*(?:mil|k|cuotas|reais|pesos)?\W*$"
)
# An answer is read with the question: these products of both are what a linear model needs.
_ANSWERS = ("any", "yes", "no", "figure", "day")

NAMES: tuple[str, ...] = (
    *(f"rule:{rule.intent}:{rule.name}" for rule in RULES),
    *(f"family:{name}" for name, _ in FAMILIES),
    *(f"shape:{name}" for name in _SHAPES),
    *(f"asked:{kind}:{answer}" for kind in PENDING for answer in _ANSWERS),
)
_FIRST_FAMILY = len(RULES)
_FIRST_SHAPE = _FIRST_FAMILY + len(FAMILIES)
_FIRST_ANSWER = _FIRST_SHAPE + len(_SHAPES)
_FAMILY = {name: position for position, (name, _) in enumerate(FAMILIES)}

VERSION = hashlib.sha256(
    "\n".join(
        [*NAMES, *(rule.pattern.pattern for rule in RULES), *(p.pattern for _, p in FAMILIES)]
    ).encode()
).hexdigest()


def cues_of(folded: str, original: str, pending: str = "") -> Floats:
    """The numbers of one text, shape (len(NAMES),), each 0 or 1."""
    row = np.zeros(len(NAMES), np.float32)
    for position, rule in enumerate(RULES):
        if rule.pattern.search(folded):
            row[position] = 1
    families = row[_FIRST_FAMILY:_FIRST_SHAPE]
    for position, (_, pattern) in enumerate(FAMILIES):
        if pattern.search(folded):
            families[position] = 1
    words = folded.split()
    letters = [character for character in original if character.isalpha()]
    yes, no = bool(families[_FAMILY["yes"]]), bool(families[_FAMILY["no"]])
    row[_FIRST_SHAPE:_FIRST_ANSWER] = (
        len(words) <= 1,
        len(words) == 2,
        len(words) <= 4,
        len(words) > 12,
        len(words) > 30,
        len(letters) > 5 and sum(map(str.isupper, letters)) > 0.8 * len(letters),
        "!" in folded,
        bool(words) and not letters,
        not any(character.isalnum() for character in folded),
        yes,
        no,
    )
    if pending:
        first = _FIRST_ANSWER + PENDING.index(pending) * len(_ANSWERS)
        figure = bool(_BARE_FIGURE.match(folded))
        row[first : first + len(_ANSWERS)] = (1, yes, no, figure, families[_FAMILY["day"]])
    return row


def spans_of(folded: str) -> Sequence[tuple[int, int, int]]:
    """(cue, start, end) of the matches of rules and families, for saying where an intent stands."""
    patterns = [rule.pattern for rule in RULES] + [pattern for _, pattern in FAMILIES]
    found = []
    for position, pattern in enumerate(patterns):
        match = pattern.search(folded)
        if match and match.end() > match.start():
            found.append((position, match.start(), match.end()))
    return found
