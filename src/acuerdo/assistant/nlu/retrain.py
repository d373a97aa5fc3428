"""Train a version on the project's examples and people's labels, in a process of its own.

`python -m acuerdo.assistant.nlu.retrain OUT LIVE EXAMPLES` reads labels from standard input, one
JSON object a line (the fields of `Example`), learns from them and the folder EXAMPLES, writes the
model and `figures.json` to the folder OUT and tells its progress on standard output, one percentage
a line. LIVE is the folder of the model to compare with. It needs no database, and its memory goes
with it.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from acuerdo.assistant.nlu.encoder import CachedEncoder, Encoder, get_encoder
from acuerdo.assistant.nlu.examples import Example, identity, load_examples, problem_with
from acuerdo.assistant.nlu.learn import FOLDS
from acuerdo.assistant.nlu.measuring import Figures
from acuerdo.assistant.nlu.model import Model, load_model, save_model
from acuerdo.assistant.nlu.testing import figures_of, is_kept_out, load_rows
from acuerdo.assistant.nlu.train import train

FIGURES = "figures.json"
# What is left when all classifiers have been learned: the neighbours and two rounds of the test.
_LAST_STEPS = 2


def gather(shipped: Sequence[Example], labels: Iterable[Example]) -> list[Example]:
    """The examples to train on. A label replaces the same message among the shipped ones and an
    earlier label; one that cannot be used, or that stands in the test set, is left out."""
    examples = {(one.language, *identity(one)): one for one in shipped}
    for label in labels:
        if not problem_with(label) and not is_kept_out(label):
            examples[(label.language, *identity(label))] = label
    return list(examples.values())


def retrain(
    shipped: Sequence[Example],
    labels: Iterable[Example],
    live: Model,
    encoder: Encoder,
    tell: Callable[[int], None],
) -> tuple[Model, dict[str, Any]]:
    """(the new version, its figures on the fixed test set beside those of the live one).

    `tell` hears the percentage done. Neighbours, whose texts pages show, are of the shipped
    examples alone: labels belong to a creditor, and the model does not.
    """
    steps, done = FOLDS + 1 + _LAST_STEPS, 0

    def step() -> None:
        nonlocal done
        done += 1
        tell(min(99, 100 * done // steps))

    model, _, _ = train(gather(shipped, labels), encoder, shown=shipped, step=step)
    rows = load_rows()
    before = figures_of(live.reader, encoder, rows)
    step()
    return model, {"before": plain(before), "after": plain(figures_of(model.reader, encoder, rows))}


def plain(figures: Figures) -> dict[str, Any]:
    """Figures ready for JSON; the confusions stay out."""
    return {name: value for name, value in asdict(figures).items() if name != "confusion"}


def read_labels(lines: Iterable[str]) -> list[Example]:
    """Labels as `retrain` gets them."""
    found = []
    for line in lines:
        given = json.loads(line)
        found.append(Example(**{**given, "intents": tuple(given["intents"])}))
    return found


def main() -> None:
    """Train in the background: the pages of this machine come first."""
    out, live, examples = map(Path, sys.argv[1:])
    os.nice(10)

    def tell(percent: int) -> None:
        sys.stdout.write(f"{percent}\n")
        sys.stdout.flush()

    model, figures = retrain(
        load_examples(examples),
        read_labels(sys.stdin),
        load_model(live),
        CachedEncoder(get_encoder()),
        tell,
    )
    save_model(model, out)
    (out / FIGURES).write_text(json.dumps(figures), "utf-8")


if __name__ == "__main__":
    main()
