"""A text with its figures marked, so that one pattern reads "38", "38 mil" and "treinta y ocho".

`marked` is as long as the folded text; in it stand, in capitals (folded text has none):

    N…  a number            O…  an ordinal ("5th", "twenty eighth", "1º")
    C…  a time on the clock ("17:30", "14h")   X…  what is read already (a phone, a document)

A pattern over it never has to know how numbers are written, and a span of it is one of the text.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field

from acuerdo.assistant.nlu.entities.countries import Country
from acuerdo.assistant.nlu.entities.numbers import Number, read_numbers

# 17:30 · 17.30h · 14h · 14h30 · 18hs · 9:15
_CLOCK = re.compile(
    r"(?<![\w.,/:$-])(?P<hour>[01]?\d|2[0-4])"
    r"(?::(?P<minute>[0-5]\d)(?:\s?(?:hs?|hrs))?(?![\d:])"
    r"|(?:\.(?P<dotted>[0-5]\d))?\s?(?:hs?|hrs)(?:\s?(?P<tail>[0-5]\d)(?:\s?min)?)?)(?:(?!\w)|"
    r"(?=[ap]\.?m\b))"
)
# Names with a figure in them.
_BRAND = re.compile(
    r"(?<!\w)(?:(?:7|seven)(?:\s|-)?eleven|7-11|7\sonce|24/7|\d{5}-\d{3}|\d{5}-\d{4}|banco\s24\s?h"
    r"(?:oras)?|99\s?(?:pay|app|food|pop))(?!\w)"
)
_WIDE_GAP = re.compile(r"\s{9,}")


@dataclass(slots=True)
class Marked:
    """The text in its three forms and the values behind the marks."""

    folded: str
    original: str
    country: Country
    marked: str = ""
    numbers: dict[int, Number] = field(default_factory=dict)
    clocks: dict[int, tuple[int, int]] = field(default_factory=dict)

    def number(self, match: re.Match[str], group: str) -> Number | None:
        """The number that `group` of a match over `marked` stands on."""
        start = match.start(group)
        return self.numbers.get(start) if start >= 0 else None

    def before(self, position: int, length: int = 60) -> str:
        return self.marked[max(0, position - length) : position]

    def after(self, position: int, length: int = 60) -> str:
        return self.marked[position : position + length]


def mark(folded: str, original: str, country: Country, taken: Iterable[tuple[int, int]]) -> Marked:
    """`taken` are the spans that other readers have claimed."""
    letters = list(folded.lower() if len(folded.lower()) == len(folded) else folded)
    for start, end in taken:
        letters[start:end] = "X" * (end - start)
    text = "".join(letters)
    result = Marked(folded=folded, original=original, country=country)
    for match in _BRAND.finditer(text):
        letters[match.start() : match.end()] = "X" * (match.end() - match.start())
    # A phrase does not reach over a wide gap, and no pattern has to walk through one.
    for match in _WIDE_GAP.finditer(text):
        letters[match.start() : match.end()] = "X" * (match.end() - match.start())
    text = "".join(letters)
    for match in _CLOCK.finditer(text):
        hour = int(match["hour"])
        minute = int(match["minute"] or match["dotted"] or match["tail"] or 0)
        result.clocks[match.start()] = (hour, minute)
        letters[match.start() : match.end()] = "C" * (match.end() - match.start())
    for number in read_numbers("".join(letters)):
        sign = "O" if number.ordinal else "N"
        letters[number.start : number.end] = sign * (number.end - number.start)
        result.numbers[number.start] = number
    result.marked = "".join(letters)
    return result
