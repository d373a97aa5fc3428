"""Train the model from the examples in the project: `python -m acuerdo.assistant.nlu.train`.

Writes `model/` and, where it stands in a checkout, the model card `docs/model-card-nlu.md`.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict
from pathlib import Path

from acuerdo.assistant.nlu.card import card, robustness
from acuerdo.assistant.nlu.encoder import CachedEncoder, Encoder, get_encoder
from acuerdo.assistant.nlu.examples import Example, balance, hash_of, load_examples
from acuerdo.assistant.nlu.learn import FOLDS, Fold, Unseen, learn
from acuerdo.assistant.nlu.measuring import Figures, Labelled, measure
from acuerdo.assistant.nlu.model import FOLDER, Model, save_model
from acuerdo.assistant.nlu.neighbours import Neighbours
from acuerdo.assistant.nlu.normal import for_encoder
from acuerdo.assistant.nlu.reading import Reader

CARD = Path(__file__).resolve().parents[4] / "docs" / "model-card-nlu.md"


def train(
    examples: Sequence[Example],
    encoder: Encoder,
    *,
    shown: Sequence[Example] | None = None,
    step: Callable[[], None] = lambda: None,
) -> tuple[Model, Figures, list[Fold]]:
    """A model for these examples, its cross-validated figures, and what they were measured on.

    `shown` are the examples that may be named as neighbours of a text (all, if not told); `step`
    is called after each part of the work. Deterministic: the same examples give the same model.
    """
    reader, folds = learn(examples, encoder, step)
    figures = measure_unseen(reader, [one for fold in folds for one in fold.unseen])
    near = examples if shown is None else shown
    meaning = encoder.encode([for_encoder(example.text) for example in near])
    counts = balance(examples)
    proof = {name: value for name, value in asdict(figures).items() if name != "confusion"}
    facts = {
        "data": {
            "sha256": hash_of(examples),
            "examples": len(examples),
            "languages": dict(counts["language"]),
            "writers": len({example.writer for example in examples}),
        },
        "encoder": encoder.name,
        "cross_validation": {"folds": FOLDS, "grouped_by": "writer", **proof},
    }
    return Model(reader, Neighbours.learn(near, meaning), facts), figures, folds


def measure_unseen(reader: Reader, unseen: Sequence[Unseen]) -> Figures:
    """The figures over messages whose writers the classifier that looked at them did not know."""
    return measure(
        [reader.judge(one.look) for one in unseen],
        [Labelled(one.example.intents, one.example.language) for one in unseen],
    )


def main() -> None:
    """Train, save, and say how it went."""
    started = time.monotonic()
    examples, encoder = load_examples(), CachedEncoder(get_encoder())
    model, figures, folds = train(examples, encoder)
    save_model(model)
    if CARD.parent.is_dir():
        CARD.write_text(
            card(model, figures, examples, robustness(model, folds[0], encoder)), "utf-8"
        )
    sys.stdout.write(
        f"{len(examples)} examples, {time.monotonic() - started:.0f} s; cross-validated:"
        f" primary {figures.primary:.1%}, top 3 {figures.top3:.1%}; {FOLDER}\n"
    )


if __name__ == "__main__":
    main()
