"""One linear layer over three kinds of evidence: meaning (encoder), spelling (grams) and cues.

The three blocks are fused where they are strongest: their evidence is added before it becomes
probabilities, with weights that were learned together. What each block says alone stays visible,
which serves the confidence and the explanation.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from acuerdo.assistant.nlu.cues import NAMES, cues_of
from acuerdo.assistant.nlu.encoder import Encoder
from acuerdo.assistant.nlu.grams import Counted, Vocabulary
from acuerdo.assistant.nlu.normal import for_encoder
from acuerdo.assistant.nlu.text import clean, fold

Floats = NDArray[np.float32]

# How far each block may reach, relative to the grams. Found by grouped cross-validation.
MEANING_SCALE = np.float32(1.2)
CUE_SCALE = np.float32(0.7)


@dataclass(frozen=True, slots=True)
class Seen:
    """Texts as numbers: `meaning` (n, 512), `grams` sparse, `cues` (n, len(NAMES)), all scaled."""

    meaning: Floats
    grams: Counted
    cues: Floats

    def __len__(self) -> int:
        return len(self.grams)

    def spelling(self, count: int) -> Seen:
        """The first `count` rows by their grams alone."""
        starts = self.grams.starts[: count + 1]
        grams = Counted(self.grams.indices[: starts[-1]], self.grams.values[: starts[-1]], starts)
        return Seen(self.meaning[:count, :0], grams, self.cues[:count, :0])


def see(
    texts: Sequence[str], pendings: Sequence[str], encoder: Encoder, vocabulary: Vocabulary
) -> Seen:
    """Turn texts (each with the question before it, or "") into numbers."""
    cues = np.zeros((len(texts), len(NAMES)), np.float32)
    for position, (text, pending) in enumerate(zip(texts, pendings, strict=True)):
        original = clean(text)
        cues[position] = cues_of(fold(original), original, pending)
    return Seen(
        encoder.encode([for_encoder(text) for text in texts]) * MEANING_SCALE,
        vocabulary.count(texts),
        cues * CUE_SCALE,
    )


@dataclass(frozen=True)
class Linear:
    """The learned weights: one column per class in each block, and a bias."""

    vocabulary: Vocabulary
    meaning: Floats
    grams: NDArray[np.float16]
    cues: Floats
    bias: Floats

    def blocks(self, seen: Seen) -> tuple[Floats, Floats]:
        """What meaning says, and what words say (grams, cues, bias): two of (n, classes)."""
        words = seen.cues @ self.cues + self.bias
        for position in range(len(seen)):
            indices, values = seen.grams.row(position)
            words[position] += values @ self.grams[indices].astype(np.float32)
        return seen.meaning @ self.meaning, words


def probabilities(logits: Floats, temperature: float = 1.0) -> Floats:
    """Softmax over the last axis."""
    scaled = logits / np.float32(temperature)
    powers = np.exp(scaled - scaled.max(axis=-1, keepdims=True))
    return np.asarray(powers / powers.sum(axis=-1, keepdims=True), np.float32)
