"""Texts as the lexicons read them, with the way back to the words that stand in the original."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache

# "J U Z G A D O", as a heading is spread out: one word.
_SPREAD = re.compile(r"(?<!\w)[^\W\d_](?:[ .\-][^\W\d_]){3,}(?!\w)")
# A letter of no living language stands for a name.
_SOME_NAME = "ƿ"
_QUOTES = str.maketrans({"’": "'", "‘": "'", "“": '"', "”": '"', "\u00a0": " "})


@lru_cache(maxsize=8_192)
def fold(text: str) -> str:
    """Lower case without accents, white space made one blank."""
    plain = unicodedata.normalize("NFKD", text.casefold())
    return " ".join("".join(char for char in plain if not unicodedata.combining(char)).split())


@dataclass(frozen=True, slots=True)
class Folded:
    """A folded text. `places[i]` is where the character i came from in the original."""

    text: str
    places: tuple[int, ...]

    def origin(self, start: int, end: int) -> tuple[int, int]:
        """The span in the original of the characters from `start` up to `end`."""
        return self.places[start], self.places[end - 1] + 1

    def masked(self, quiet: re.Pattern[str] | None) -> Folded:
        """With every hit of `quiet` made one meaningless word."""
        if quiet is None:
            return self
        text, places, last = [], [], 0
        for hit in quiet.finditer(self.text):
            text += [self.text[last : hit.start()], _SOME_NAME]
            places += [*self.places[last : hit.start()], self.places[hit.start()]]
            last = hit.end()
        if not last:
            return self
        return Folded("".join([*text, self.text[last:]]), (*places, *self.places[last:]))


@lru_cache(maxsize=16_384)
def fold_with_places(text: str) -> Folded:
    """`text` folded. Characters that nobody sees (zero-width blanks, soft hyphens) are left out,
    and words spread out in single letters are joined."""
    dropped = {
        hit.start() + offset
        for hit in _SPREAD.finditer(text)
        for offset in range(1, len(hit.group()), 2)
    }
    chars: list[str] = []
    places: list[int] = []
    for place, letter in enumerate(text):
        if place in dropped:
            continue
        for char in _fold_char(letter):
            if char != " " or (chars and chars[-1] != " "):
                chars.append(char)
                places.append(place)
    while chars and chars[-1] == " ":
        chars.pop()
        places.pop()
    return Folded("".join(chars), tuple(places))


@lru_cache(maxsize=4096)
def _fold_char(char: str) -> str:
    if unicodedata.category(char) == "Cf":
        return ""
    plain = unicodedata.normalize("NFKD", char.translate(_QUOTES).casefold())
    kept = "".join(one for one in plain if not unicodedata.combining(one))
    # An underscore is the slant of a chat message, no letter of a word.
    return " " if kept.isspace() or kept == "_" else kept


@lru_cache(maxsize=8_192)
def compile_quiet(values: tuple[str, ...]) -> re.Pattern[str] | None:
    """A pattern of texts that are nobody's words: names and addresses."""
    names = sorted({fold(value) for value in values if value.strip()}, key=len, reverse=True)
    if not names:
        return None
    return re.compile(r"(?<!\w)(?:" + "|".join(map(re.escape, names)) + r")(?!\w)")
