"""Counting pieces of words and short runs of words: TF-IDF, with no library behind it at run time.

Pieces of two to five letters within a word forgive a misspelling; runs of one to three words know
phrases. The vocabulary and its weights are part of the trained model.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from acuerdo.assistant.nlu.normal import for_grams

Floats = NDArray[np.float32]
Integers = NDArray[np.int32]

_TOKEN = re.compile(r"\w+|[^\w\s]")
_REPEATED = re.compile(r"(.)\1{2,}")
_SHORTEST, _LONGEST, _RUN = 2, 5, 3
# A piece of a word starts with this in the vocabulary; a run of words does not.
_PIECE = "\x01"


@dataclass(frozen=True, slots=True)
class Word:
    """A token of a text and where it stands in it."""

    text: str
    start: int
    end: int


def words_of(text: str) -> list[Word]:
    """The tokens of `text` as `for_grams` spells them, drawn-out letters shortened to two."""
    return [
        Word(_REPEATED.sub(r"\1\1", match[0]), match.start(), match.end())
        for match in _TOKEN.finditer(for_grams(text))
    ]


def grams_of(words: Sequence[Word]) -> Iterator[tuple[str, int]]:
    """Every gram with the position of the word where it begins."""
    for position, word in enumerate(words):
        padded = f" {word.text} "
        for size in range(_SHORTEST, _LONGEST + 1):
            if size >= len(padded):
                yield _PIECE + padded, position
                break
            for start in range(len(padded) - size + 1):
                yield _PIECE + padded[start : start + size], position
        run = ""
        for following in words[position : position + _RUN]:
            run = f"{run} {following.text}" if run else following.text
            yield run, position


@dataclass(frozen=True, slots=True)
class Counted:
    """Texts as sparse rows: row i is `indices[starts[i]:starts[i+1]]` with the same `values`."""

    indices: Integers
    values: Floats
    starts: Integers

    def __len__(self) -> int:
        return len(self.starts) - 1

    def row(self, position: int) -> tuple[Integers, Floats]:
        part = slice(self.starts[position], self.starts[position + 1])
        return self.indices[part], self.values[part]


@dataclass(frozen=True)
class Vocabulary:
    """The grams that count and their inverse document frequencies."""

    grams: tuple[str, ...]
    idf: Floats

    @cached_property
    def index(self) -> dict[str, int]:
        return {gram: position for position, gram in enumerate(self.grams)}

    @cached_property
    def _is_piece(self) -> NDArray[np.bool_]:
        return np.array([gram.startswith(_PIECE) for gram in self.grams], bool)

    @classmethod
    def learn(cls, texts: Iterable[str], *, pieces_in: int = 3, runs_in: int = 2) -> Vocabulary:
        """Keep the pieces that occur in at least `pieces_in` texts and the runs in `runs_in`."""
        documents: Counter[str] = Counter()
        count = 0
        for text in texts:
            documents.update({gram for gram, _ in grams_of(words_of(text))})
            count += 1
        kept = sorted(
            gram
            for gram, seen in documents.items()
            if seen >= (pieces_in if gram.startswith(_PIECE) else runs_in)
        )
        seen_in = np.array([documents[gram] for gram in kept], np.float32)
        return cls(tuple(kept), np.log((1 + count) / (1 + seen_in)).astype(np.float32) + 1)

    def count(self, texts: Sequence[str]) -> Counted:
        """TF-IDF rows: 1 + log(count) times idf, pieces and runs each of length 1."""
        indices: list[Integers] = []
        values: list[Floats] = []
        starts = [0]
        for text in texts:
            found, weights = self._row(words_of(text))
            indices.append(found)
            values.append(weights)
            starts.append(starts[-1] + len(found))
        return Counted(
            np.concatenate(indices) if indices else np.zeros(0, np.int32),
            np.concatenate(values) if values else np.zeros(0, np.float32),
            np.array(starts, np.int32),
        )

    def _row(self, words: Sequence[Word]) -> tuple[Integers, Floats]:
        index = self.index
        counts: Counter[int] = Counter()
        for gram, _ in grams_of(words):
            position = index.get(gram)
            if position is not None:
                counts[position] += 1
        found = np.fromiter(counts.keys(), np.int32, len(counts))
        weights = np.fromiter(counts.values(), np.float32, len(counts))
        weights = (1 + np.log(weights)) * self.idf[found] if len(found) else weights
        pieces = self._is_piece[found] if len(found) else np.zeros(0, bool)
        for kind in (pieces, ~pieces):
            length = float(np.sqrt((weights[kind] ** 2).sum()))
            if length:
                weights[kind] /= length
        return found, weights.astype(np.float32)

    def known_share(self, text: str) -> float:
        """How much of a text's words the training has seen, 0–1."""
        words = [word.text for word in words_of(text)]
        return sum(word in self.index for word in words) / len(words) if words else 0.0
