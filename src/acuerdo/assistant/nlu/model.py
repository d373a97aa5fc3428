"""The trained model as two files: numbers without pickle, and a readable description.

`model/weights.npz` holds arrays only; `model/model.json` says what they were made from and where
the thresholds lie. A model made for other cues or another encoder is refused, not misread.
"""

from __future__ import annotations

import io
import json
from dataclasses import asdict, dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any
from zipfile import BadZipFile

import numpy as np
from numpy.typing import NDArray

from acuerdo.assistant.nlu import cues
from acuerdo.assistant.nlu.contract import LANGUAGES
from acuerdo.assistant.nlu.grams import Vocabulary
from acuerdo.assistant.nlu.intents import INTENTS
from acuerdo.assistant.nlu.linear import Linear
from acuerdo.assistant.nlu.looking import Classifier
from acuerdo.assistant.nlu.neighbours import Neighbours
from acuerdo.assistant.nlu.reading import Reader, Thresholds
from acuerdo.assistant.nlu.spelling import Speller

FORMAT = 1
FOLDER = Path(__file__).with_name("model")
_WEIGHTS, _DESCRIPTION = "weights.npz", "model.json"


class BadModel(ValueError):
    """The files are no model, or one that this version of the code cannot use."""


@dataclass(frozen=True)
class Model:
    """A reader, the examples near to a text, and `facts`: data hash, encoder, figures."""

    reader: Reader
    neighbours: Neighbours
    facts: dict[str, Any]


def save_model(model: Model, folder: Path = FOLDER) -> None:
    """Write the two files of a model."""
    weights, description = pack_model(model)
    folder.mkdir(parents=True, exist_ok=True)
    (folder / _WEIGHTS).write_bytes(weights)
    text = json.dumps(description, ensure_ascii=False, indent=2)
    (folder / _DESCRIPTION).write_text(text + "\n", "utf-8")


def pack_model(model: Model) -> tuple[bytes, dict[str, Any]]:
    """A model as the bytes of its weights and its description, ready for JSON."""
    reader, neighbours = model.reader, model.neighbours
    classifier = reader.classifier
    linear, tongue, speller = classifier.linear, classifier.tongue, classifier.speller
    half = np.float16
    file = io.BytesIO()
    np.savez_compressed(
        file,
        grams=_packed(linear.vocabulary.grams),
        idf=linear.vocabulary.idf.astype(half),
        meaning=linear.meaning.astype(half),
        words=linear.grams,
        cues=linear.cues.astype(half),
        bias=linear.bias,
        tongue=tongue.grams,
        tongue_bias=tongue.bias,
        known=_packed(sorted(speller.known)),
        common=_packed(f"{folded}\t{written}" for folded, written in speller.common.items()),
        member=reader.member,
        sureness=reader.sureness,
        examples=_packed(
            f"{','.join(intents)}\t{text}"
            for intents, text in zip(neighbours.intents, neighbours.texts, strict=True)
        ),
        projection=neighbours.projection,
        vectors=neighbours.vectors,
    )
    description = {
        "format": FORMAT,
        "cues": cues.VERSION,
        "intents": INTENTS,
        "languages": LANGUAGES,
        "temperature": round(reader.temperature, 4),
        "thresholds": asdict(reader.thresholds),
        **model.facts,
    }
    return file.getvalue(), description


def load_model(folder: Path = FOLDER) -> Model:
    """Read a model. Raises BadModel where there is none that this code can use."""
    try:
        description = json.loads((folder / _DESCRIPTION).read_text("utf-8"))
        return unpack_model((folder / _WEIGHTS).read_bytes(), description)
    except (OSError, ValueError) as error:
        if isinstance(error, BadModel):
            raise
        raise BadModel(f"{folder}: {type(error).__name__}: {error}") from error


def unpack_model(weights: bytes, description: dict[str, Any]) -> Model:
    """The model that `pack_model` packed. Raises BadModel where this code cannot use it."""
    try:
        with np.load(io.BytesIO(weights), allow_pickle=False) as file:
            arrays = {name: file[name] for name in file.files}
        _check(description)
        return _model(description, arrays)
    except (OSError, ValueError, KeyError, TypeError, EOFError, BadZipFile) as error:
        if isinstance(error, BadModel):
            raise
        raise BadModel(f"{type(error).__name__}: {error}") from error


def _check(description: dict[str, Any]) -> None:
    if description["format"] != FORMAT:
        raise BadModel(f"format {description['format']}, not {FORMAT}")
    same = (
        description["cues"] == cues.VERSION
        and tuple(description["intents"]) == INTENTS
        and tuple(description["languages"]) == LANGUAGES
    )
    if not same:
        raise BadModel("the cues or intents have changed: python -m acuerdo.assistant.nlu.train")


def _model(description: dict[str, Any], arrays: dict[str, NDArray[Any]]) -> Model:
    vocabulary = Vocabulary(tuple(_unpacked(arrays["grams"])), _single(arrays["idf"]))
    classes = len(INTENTS)
    linear = Linear(
        vocabulary,
        _single(arrays["meaning"]),
        arrays["words"],
        _single(arrays["cues"]),
        arrays["bias"],
    )
    shapes = (
        linear.meaning.shape[1] == classes,
        linear.grams.shape == (len(vocabulary.grams), classes),
        linear.cues.shape == (len(cues.NAMES), classes),
    )
    if not all(shapes):
        raise BadModel("the weights have another shape")
    nothing = np.zeros((0, len(LANGUAGES)), np.float32)
    tongue = Linear(vocabulary, nothing, arrays["tongue"], nothing, arrays["tongue_bias"])
    pairs = [line.split("\t") for line in _unpacked(arrays["common"])]
    speller = Speller(frozenset(_unpacked(arrays["known"])), {pair[0]: pair[1] for pair in pairs})
    examples = [line.split("\t", 1) for line in _unpacked(arrays["examples"])]
    return Model(
        Reader(
            Classifier(speller, linear, tongue),
            float(description["temperature"]),
            arrays["member"],
            arrays["sureness"],
            Thresholds(**description["thresholds"]),
        ),
        Neighbours(
            tuple(text for _, text in examples),
            tuple(tuple(intents.split(",")) for intents, _ in examples),
            arrays["projection"],
            arrays["vectors"],
        ),
        description,
    )


@lru_cache(maxsize=1)
def get_model() -> Model:
    """The model that the project ships, loaded once."""
    return load_model()


def _packed(lines: Any) -> NDArray[np.uint8]:
    return np.frombuffer("\n".join(lines).encode(), np.uint8)


def _unpacked(array: NDArray[np.uint8]) -> list[str]:
    return array.tobytes().decode().split("\n")


def _single(array: NDArray[Any]) -> NDArray[np.float32]:
    return array.astype(np.float32)
