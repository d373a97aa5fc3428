"""How good a Reader is on labelled messages: the figures of the model card, tests and benchmark."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from acuerdo.assistant.nlu.intents import INTENTS, OUT_OF_SCOPE, RISK
from acuerdo.assistant.nlu.reading import Reading

_BINS = 10


@dataclass(frozen=True, slots=True)
class Labelled:
    """What a message means: `intents` in text order; the first or one of `acceptable` is right."""

    intents: tuple[str, ...]
    language: str
    acceptable: tuple[str, ...] = ()

    def is_right(self, intent: str) -> bool:
        return intent == self.intents[0] or intent in self.acceptable


@dataclass(frozen=True, slots=True)
class Figures:
    """All shares are 0–1. `right_where_acted` is over the messages that were acted on."""

    messages: int
    primary: float
    by_language: dict[str, float]
    by_intent: dict[str, float]
    top3: float
    acted: float
    right_where_acted: float
    risk_recall: dict[str, float]
    out_of_scope_recall: float
    calibration_error: float
    same_intents: float
    confusion: Counter[tuple[str, str]] = field(default_factory=Counter)


def measure(readings: Sequence[Reading], labels: Sequence[Labelled]) -> Figures:
    """Compare readings with what was meant."""
    pairs = list(zip(readings, labels, strict=True))
    right = np.array([label.is_right(first_of(reading)) for reading, label in pairs])
    acted = np.array([reading.act for reading in readings])
    confidence = np.array([reading.confidence for reading in readings])
    languages = np.array([label.language for label in labels])
    primaries = np.array([label.intents[0] for label in labels])
    return Figures(
        messages=len(pairs),
        primary=_share(right),
        by_language={str(one): _share(right[languages == one]) for one in sorted(set(languages))},
        by_intent={
            intent: _share(right[primaries == intent])
            for intent in INTENTS
            if (primaries == intent).any()
        },
        top3=_share([any(map(label.is_right, reading.top3)) for reading, label in pairs]),
        acted=_share(acted),
        right_where_acted=_share(right[acted]),
        risk_recall={
            risk: _share([risk in r.intents for r, label in pairs if risk in label.intents])
            for risk in RISK
        },
        out_of_scope_recall=_share(
            [first_of(r) == OUT_OF_SCOPE for r, label in pairs if label.intents[0] == OUT_OF_SCOPE]
        ),
        calibration_error=calibration_error(confidence, right),
        same_intents=_share([set(r.intents) == set(label.intents) for r, label in pairs]),
        confusion=Counter(
            (label.intents[0], first_of(reading))
            for reading, label in pairs
            if not label.is_right(first_of(reading))
        ),
    )


def first_of(reading: Reading) -> str:
    """The intent that a reading puts first, also where it asks again."""
    return (reading.intents or reading.top3)[0]


def calibration_error(confidence: object, right: object) -> float:
    """Expected calibration error over ten bins of equal width."""
    sure, hit = np.asarray(confidence, float), np.asarray(right, float)
    bins = np.minimum((sure * _BINS).astype(int), _BINS - 1)
    return round(
        float(
            sum(
                abs(sure[bins == one].mean() - hit[bins == one].mean()) * (bins == one).mean()
                for one in set(bins.tolist())
            )
        ),
        4,
    )


def _share(values: object) -> float:
    numbers = np.asarray(values, float)
    return round(float(numbers.mean()), 4) if numbers.size else 0.0
