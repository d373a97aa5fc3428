"""The training examples nearest in meaning to a text: what an answer can be shown to stand on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from acuerdo.assistant.nlu.examples import Example

Floats = NDArray[np.float32]

_DIMENSIONS = 96
_STEPS = 127


@dataclass(frozen=True, slots=True)
class Neighbour:
    """An example and how near it is: 1 is the same meaning, 0 nothing in common."""

    text: str
    intents: tuple[str, ...]
    similarity: float


@dataclass(frozen=True)
class Neighbours:
    """The examples' meanings on fewer dimensions, one byte each."""

    texts: tuple[str, ...]
    intents: tuple[tuple[str, ...], ...]
    projection: NDArray[np.float16]
    vectors: NDArray[np.int8]

    @classmethod
    def learn(cls, examples: Sequence[Example], meaning: Floats) -> Neighbours:
        """Keep the directions along which the examples' meanings differ most."""
        _, directions = np.linalg.eigh(meaning.T @ meaning)
        projection = np.asarray(directions[:, ::-1][:, :_DIMENSIONS], np.float16)
        vectors = _shortened(meaning, projection)
        return cls(
            tuple(example.text for example in examples),
            tuple(example.intents for example in examples),
            projection,
            np.rint(vectors * _STEPS).astype(np.int8),
        )

    def nearest(self, vector: Floats, count: int = 5) -> list[Neighbour]:
        """The `count` nearest examples, the nearest first."""
        asked = _shortened(vector[None], self.projection)[0]
        near = (self.vectors.astype(np.float32) / _STEPS) @ asked
        best = np.argsort(-near, kind="stable")[:count]
        return [
            Neighbour(self.texts[row], self.intents[row], round(min(1.0, float(near[row])), 3))
            for row in best.tolist()
        ]


def _shortened(vectors: Floats, projection: NDArray[np.float16]) -> Floats:
    short = vectors @ projection.astype(np.float32)
    lengths = np.linalg.norm(short, axis=1, keepdims=True)
    return np.asarray(short / np.maximum(lengths, 1e-9), np.float32)
