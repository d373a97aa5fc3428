"""Mending a misspelt word from the words that the training examples know.

Only a word that nobody wrote there is touched, and only where exactly one letter added, left out,
exchanged or swapped makes it a word that several wrote. Names and slang stay as they are.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property

from acuerdo.assistant.nlu.text import fold

_WORD = re.compile(r"[^\W\d_]+")
_ADDRESS = re.compile(r"@|://|www\.")
_SHORTEST = 4
# A word that so many examples have may replace another.
_COMMON = 3


@dataclass(frozen=True)
class Speller:
    """`known`: all words of the training, folded. `common`: folded → how it is mostly written,
    the most frequent first."""

    known: frozenset[str]
    common: dict[str, str]

    @classmethod
    def learn(cls, texts: Iterable[str]) -> Speller:
        """Count the words of the examples."""
        spelt: dict[str, Counter[str]] = {}
        for text in texts:
            for word in set(_WORD.findall(text.lower())):
                spelt.setdefault(fold(word), Counter())[word] += 1
        often = sorted(spelt, key=lambda word: (-spelt[word].total(), word))
        return cls(
            frozenset(spelt),
            {
                word: spelt[word].most_common(1)[0][0]
                for word in often
                if spelt[word].total() >= _COMMON and len(word) >= _SHORTEST
            },
        )

    def mend(self, text: str) -> str:
        """`text` with its misspelt words mended; it may be of another length."""
        return " ".join(
            token if _ADDRESS.search(token) else _WORD.sub(self._mended, token)
            for token in text.split(" ")
        )

    def _mended(self, match: re.Match[str]) -> str:
        word = match[0]
        folded = fold(word.lower())
        if len(folded) < _SHORTEST or folded in self.known:
            return word
        shorter = self._shorter
        best: str | None = None
        for form in (folded, *_deletions(folded)):
            candidate = form if form in self.common else None
            for found in (candidate, shorter.get(form)):
                if found and _one_edit(folded, found) and self._before(found, best):
                    best = found
        return self.common[best] if best else word

    def _before(self, word: str, other: str | None) -> bool:
        return other is None or self._rank[word] < self._rank[other]

    @cached_property
    def _rank(self) -> dict[str, int]:
        return {word: rank for rank, word in enumerate(self.common)}

    @cached_property
    def _shorter(self) -> dict[str, str]:
        """Each common word with one letter left out → the most frequent such word."""
        found: dict[str, str] = {}
        for word in self.common:
            for form in _deletions(word):
                found.setdefault(form, word)
        return found


def _deletions(word: str) -> Iterator[str]:
    for position in range(len(word)):
        yield word[:position] + word[position + 1 :]


def _one_edit(one: str, other: str) -> bool:
    """Whether one letter added, left out, exchanged, or two neighbours swapped lie between."""
    if abs(len(one) - len(other)) > 1:
        return False
    start = 0
    while start < min(len(one), len(other)) and one[start] == other[start]:
        start += 1
    rest, other_rest = one[start:], other[start:]
    if len(one) == len(other):
        swapped = rest[1:2] + rest[:1] + rest[2:] == other_rest
        return rest[1:] == other_rest[1:] or swapped
    return rest[1:] == other_rest or rest == other_rest[1:]
