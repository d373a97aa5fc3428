"""The fixed test set: messages that no model is ever trained on, and what a reader makes of them.

`testset/*.jsonl` was written before the training examples. It is the same for every version, so
that two of them can be compared; `retrain.gather` keeps its texts out of the training.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

from acuerdo.assistant.nlu.encoder import Encoder
from acuerdo.assistant.nlu.examples import Example, identity
from acuerdo.assistant.nlu.intents import pending_of
from acuerdo.assistant.nlu.looking import Message
from acuerdo.assistant.nlu.measuring import Figures, Labelled, measure
from acuerdo.assistant.nlu.reading import Reader

TESTSET = Path(__file__).with_name("testset")
NAMES = ("heldback", "samples")


def load_rows(*names: str) -> list[dict[str, Any]]:
    """The messages of these files of the set (all without names), as they stand there."""
    return [
        json.loads(line)
        for name in names or NAMES
        for line in (TESTSET / f"{name}.jsonl").read_text("utf-8").splitlines()
    ]


def figures_of(reader: Reader, encoder: Encoder, rows: Sequence[Mapping[str, Any]]) -> Figures:
    """How good a reader is on labelled messages of that form."""
    readings = reader.read(
        [Message(row["text"], pending_of(row.get("pending"))) for row in rows], encoder
    )
    labels = [
        Labelled(tuple(row["intents"]), row["lang"], tuple(row["acceptable"])) for row in rows
    ]
    return measure(readings, labels)


@lru_cache(maxsize=1)
def kept_out() -> frozenset[tuple[str, str]]:
    """(language, folded words) of the whole set: what no training may see."""
    return frozenset((row["lang"], _words(row["text"], row["lang"])) for row in load_rows())


def is_kept_out(example: Example) -> bool:
    """Whether an example stands in the test set."""
    return (example.language, identity(example)[0]) in kept_out()


def _words(text: str, language: str) -> str:
    return identity(Example(text, (), language))[0]
