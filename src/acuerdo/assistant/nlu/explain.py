"""Why a message was read as it was: rules, clauses, words and the nearest training examples."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from acuerdo.assistant.nlu.cues import NAMES, cues_of
from acuerdo.assistant.nlu.intents import INDEX, INTENTS
from acuerdo.assistant.nlu.linear import CUE_SCALE, MEANING_SCALE, probabilities
from acuerdo.assistant.nlu.measuring import first_of
from acuerdo.assistant.nlu.neighbours import Neighbour
from acuerdo.assistant.nlu.pipeline import Pipeline, Request, language_of
from acuerdo.assistant.nlu.text import clean, fold

_MOST_WORDS = 8
_MOST_CUES = 6


@dataclass(frozen=True, slots=True)
class RuleMatch:
    """A rule of the lexicon and the words that it matched."""

    rule: str
    words: str


@dataclass(frozen=True, slots=True)
class ClauseReading:
    """A clause alone: its likeliest intent and how probable that is."""

    text: str
    intent: str
    probability: float


@dataclass(frozen=True, slots=True)
class Weight:
    """A word or cue and how much it speaks for the first intent (above 0) or for the next of the
    top 3 (below 0)."""

    name: str
    weight: float


@dataclass(frozen=True, slots=True)
class Explanation:
    """All that led to a reading. `mended` is the text that was read, misspellings repaired;
    `by_meaning` and `by_words` what each half of the classifier would say alone."""

    text: str
    mended: str
    language: str
    intents: tuple[str, ...]
    top3: tuple[str, ...]
    confidence: float
    act: bool
    acts_from: float
    probabilities: dict[str, float]
    by_meaning: str
    by_words: str
    rules: tuple[RuleMatch, ...]
    clauses: tuple[ClauseReading, ...]
    words: tuple[Weight, ...]
    cues: tuple[Weight, ...]
    neighbours: tuple[Neighbour, ...]


def explain(pipeline: Pipeline, request: Request) -> Explanation:
    """Read one message and say what led to the answer."""
    reading = pipeline.read([request])[0]
    look, reader = reading.look, pipeline.model.reader
    first = INDEX[first_of(reading)]
    original = clean(request.text)
    clauses = probabilities(look.clause_logits, reader.temperature)
    return Explanation(
        text=request.text,
        mended=look.text,
        language=language_of(request, reading),
        intents=reading.intents,
        top3=reading.top3,
        confidence=reading.confidence,
        act=reading.act,
        acts_from=reader.thresholds.act,
        probabilities=reading.probabilities,
        by_meaning=INTENTS[int(look.meaning.argmax())],
        by_words=INTENTS[int(look.words.argmax())],
        rules=tuple(RuleMatch(hit.rule, original[hit.start : hit.end]) for hit in look.hits),
        clauses=tuple(
            ClauseReading(clause.text, INTENTS[int(row.argmax())], round(float(row.max()), 3))
            for clause, row in zip(look.clauses, clauses, strict=True)
        ),
        words=_strongest([word.text for word in look.tokens], look.evidence[:, first], _MOST_WORDS),
        cues=_cues(pipeline, look.text, first, INDEX[reading.top3[1]]),
        neighbours=tuple(pipeline.model.neighbours.nearest(look.vector / MEANING_SCALE)),
    )


def _cues(pipeline: Pipeline, text: str, intent: int, other: int) -> tuple[Weight, ...]:
    present = np.nonzero(cues_of(fold(text), text))[0]
    table = pipeline.model.reader.classifier.linear.cues[present] * CUE_SCALE
    difference = table[:, intent] - table[:, other]
    return _strongest([NAMES[cue] for cue in present], difference, _MOST_CUES)


def _strongest(names: list[str], weights: object, count: int) -> tuple[Weight, ...]:
    # A text without a word still has one row of evidence.
    pairs = [
        Weight(name, round(float(weight), 2))
        for name, weight in zip(names, np.asarray(weights), strict=False)
    ]
    return tuple(sorted(pairs, key=lambda pair: -abs(pair.weight))[:count])
