"""Reading text as it comes: folded for matching, with every offset kept.

`clean` drops what is invisible and cuts what is too long; `fold` gives a text of the same length
without case, accents and look-alike letters, so that a span found in it is a span of the original.
"""

from __future__ import annotations

import unicodedata
from functools import lru_cache

# Beyond this a message is read from its beginning only: nobody writes a proposal in ten pages.
MAX_CHARACTERS = 2_000
_DROPPED = ("Cc", "Cf", "Co", "Cs")

# Letters of other alphabets that look Latin: folding them keeps a disguised word readable.
_LOOK_ALIKES = str.maketrans(
    "\u0430\u0435\u043e\u0440\u0441\u0443\u0445\u0456\u0458\u0455\u04bb\u0501\u043a\u043c"
    "\u0442\u043d\u0432\u03b1\u03bf\u03c1\u03b5\u03b9\u03ba\u03bd\u03c4\u0131",
    "aeopcyxijshdkm" + "thb" + "aopeikvti",
)
_PUNCTUATION = str.maketrans(
    {
        "\u2019": "'",
        "\u2018": "'",
        "\u201c": '"',
        "\u201d": '"',
        "\u2013": "-",
        "\u2014": "-",
        "\u00a0": " ",
        "\u202f": " ",
        "\u2009": " ",
        "\n": " ",
        "\r": " ",
        "\t": " ",
    }
)


def clean(text: str) -> str:
    """`text` in NFC without control and zero-width characters, at most MAX_CHARACTERS long."""
    return "".join(character for character, _, _ in _composed(text))


def positions(text: str) -> tuple[tuple[int, int], ...]:
    """For every character of `clean(text)` where it begins and ends in `text`."""
    return tuple((start, end) for _, start, end in _composed(text))


def _composed(text: str) -> list[tuple[str, int, int]]:
    """The characters of the cleaned text with their place in the given one.

    A letter and the marks that follow it are composed together, so that every result keeps its
    place; what is composed never reaches over more than that.
    """
    text = text[: MAX_CHARACTERS * 2]
    if text.isascii() and text.isprintable():
        return [(letter, place, place + 1) for place, letter in enumerate(text[:MAX_CHARACTERS])]
    found: list[tuple[str, int, int]] = []
    start = 0
    while start < len(text):
        end = start + 1
        while end < len(text) and unicodedata.combining(text[end]):
            end += 1
        found.extend(
            (character, start, end)
            for character in unicodedata.normalize("NFC", text[start:end])
            if character in "\n\r\t" or unicodedata.category(character) not in _DROPPED
        )
        start = end
    return found[:MAX_CHARACTERS]


@lru_cache(maxsize=4_096)
def _fold_character(character: str) -> str:
    # NFKD also turns full-width digits and mathematical letters into plain ones.
    plain = unicodedata.normalize("NFKD", character)
    base = next((part for part in plain if not unicodedata.combining(part)), " ")
    lowered = base.lower()
    return lowered if len(lowered) == 1 else base


def fold(text: str) -> str:
    """Lower case, no accents, plain punctuation; as long as `text`, character by character."""
    translated = text.translate(_PUNCTUATION)
    folded = "".join(_fold_character(character) for character in translated)
    return folded.translate(_LOOK_ALIKES)
