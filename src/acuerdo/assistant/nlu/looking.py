"""A message looked at: as a whole, clause by clause, and by which words speak for which intent."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from acuerdo.assistant.nlu.clauses import Clause, split
from acuerdo.assistant.nlu.cues import spans_of
from acuerdo.assistant.nlu.encoder import Encoder
from acuerdo.assistant.nlu.grams import Word, grams_of, words_of
from acuerdo.assistant.nlu.linear import CUE_SCALE, Linear, probabilities, see
from acuerdo.assistant.nlu.matching import Hit, find_hits
from acuerdo.assistant.nlu.spelling import Speller
from acuerdo.assistant.nlu.text import clean, fold

Floats = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Message:
    """A text to read and the question before it (`intents.PENDING`, or "")."""

    text: str
    pending: str = ""


@dataclass(frozen=True, slots=True)
class Look:
    """What the classifier sees in one message. Arrays have one number per intent.

    `text` has its misspelt words mended, so its positions are its own. `clauses` is empty where
    there is only one; `clause_logits` has a row for each. `evidence` (words, intents) says how
    much each of `tokens` speaks for each intent. `vector` is the meaning as the encoder gives it,
    `languages` how probable each of LANGUAGES is by the spelling alone, `hits` what the rules match
    in the text as it came (cleaned).
    """

    text: str
    meaning: Floats
    words: Floats
    clauses: tuple[Clause, ...]
    clause_logits: Floats
    tokens: tuple[Word, ...]
    evidence: Floats
    vector: Floats
    languages: Floats
    hits: tuple[Hit, ...]

    @property
    def logits(self) -> Floats:
        return self.meaning + self.words


@dataclass(frozen=True)
class Classifier:
    """The linear layer with the speller before it, and a second one that tells the language."""

    speller: Speller
    linear: Linear
    tongue: Linear

    def look(self, messages: Sequence[Message], encoder: Encoder) -> list[Look]:
        """Look at messages; all their clauses go through the encoder in the same batches."""
        texts = [self.speller.mend(clean(message.text)) for message in messages]
        divided = [split(text) for text in texts]
        parts = [clauses if len(clauses) > 1 else [] for clauses in divided]
        everything = [*texts, *(clause.text for clauses in parts for clause in clauses)]
        pendings = [message.pending for message in messages]
        pendings += [
            message.pending
            for message, clauses in zip(messages, parts, strict=True)
            for _ in clauses
        ]
        seen = see(everything, pendings, encoder, self.linear.vocabulary)
        meaning, words = self.linear.blocks(seen)
        _, spelling = self.tongue.blocks(seen.spelling(len(texts)))
        languages = probabilities(spelling)
        looks: list[Look] = []
        first = len(texts)
        for position, clauses in enumerate(parts):
            rows = slice(first, first + len(clauses))
            first += len(clauses)
            clause_logits = meaning[rows] + words[rows]
            tokens = tuple(words_of(texts[position]))
            counted = seen.grams.row(position)
            evidence = self._by_word(texts[position], tokens, counted)
            _add_clauses(evidence, tokens, clauses, clause_logits)
            looks.append(
                Look(
                    texts[position],
                    meaning[position],
                    words[position],
                    tuple(clauses),
                    clause_logits,
                    tokens,
                    evidence,
                    seen.meaning[position],
                    languages[position],
                    _hits(messages[position].text),
                )
            )
        return looks

    def _by_word(
        self,
        text: str,
        tokens: Sequence[Word],
        counted: tuple[NDArray[np.int32], Floats],
    ) -> Floats:
        """How much each word's grams and the cues it is in speak for each intent."""
        evidence = np.zeros((max(1, len(tokens)), self.linear.bias.size), np.float32)
        index = self.linear.vocabulary.index
        places: dict[int, list[int]] = {}
        for gram, position in grams_of(tokens):
            known = index.get(gram)
            if known is not None:
                places.setdefault(known, []).append(position)
        indices, values = counted
        said = self.linear.grams[indices].astype(np.float32) * values[:, None]
        for row, gram_index in enumerate(indices.tolist()):
            positions = places[gram_index]
            for position in positions:
                evidence[position] += said[row] / len(positions)
        for cue, start, end in spans_of(fold(text)):
            inside = _inside(tokens, start, end)
            for position in inside:
                evidence[position] += CUE_SCALE * self.linear.cues[cue] / len(inside)
        return evidence


def _hits(text: str) -> tuple[Hit, ...]:
    original = clean(text)
    return tuple(find_hits(fold(original), original).values())


def _add_clauses(
    evidence: Floats, tokens: Sequence[Word], clauses: Sequence[Clause], logits: Floats
) -> None:
    for clause, row in zip(clauses, logits, strict=True):
        inside = _inside(tokens, clause.start, clause.end)
        said = np.log(probabilities(row) + 1e-3)
        for position in inside:
            evidence[position] += said / len(inside)


def _inside(tokens: Sequence[Word], start: int, end: int) -> list[int]:
    return [position for position, word in enumerate(tokens) if start <= word.start < end]


def in_order(evidence: Floats, intents: Sequence[int]) -> list[int]:
    """The intents in the order in which the text says them."""
    remaining = list(intents)
    ordered: list[int] = []
    while remaining:
        first = max(
            remaining,
            key=lambda one: sum(
                _comes_first(evidence[:, one] - evidence[:, other])
                for other in remaining
                if other != one
            ),
        )
        remaining.remove(first)
        ordered.append(first)
    return ordered


def own_stretch(evidence: Floats, intent: int, other: int) -> tuple[float, float]:
    """The stretch of words that speaks most for `intent` against `other`: (how much more it does,
    how probable `intent` is by these words alone). (0, 0) where no word does."""
    best = here = 0.0
    begin = first = last = 0
    for position, difference in enumerate((evidence[:, intent] - evidence[:, other]).tolist()):
        if here + difference <= 0:
            here, begin = 0.0, position + 1
            continue
        here += difference
        if here > best:
            best, first, last = here, begin, position + 1
    if not best:
        return 0.0, 0.0
    return best, float(probabilities(evidence[first:last].sum(axis=0))[intent])


def _comes_first(difference: Floats) -> float:
    """How much better "this, then the other" explains the words than the reverse.

    `difference` is, word by word, how much more they speak for this one: the best cut has this
    one's words before it and the other's after.
    """
    total = float(difference.sum())
    before = np.concatenate([[0.0], np.cumsum(difference)])
    return float((2 * before - total).max() - (total - 2 * before).max())
