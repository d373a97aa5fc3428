"""Understanding: time, memory and accuracy of the classifier, beside a recipe as Rasa has it.

    python benchmarks/understanding.py [--data DIRECTORY] [--quick]

In one run and on one core: how long it takes to load, to read one message (p50, p95) and a batch,
and with how much memory; the same for count vectors with a linear layer; accuracy of both on
`assistant/nlu/testset`, plain and disturbed. With the public sets in DIRECTORY, also our recipe's
accuracy on BANKING77 and CLINC150 beside TF-IDF alone. `--quick` leaves the public sets out.

The public sets are `banking77/{train,test}.csv` of github.com/PolyAI-LDN/task-specific-datasets and
`clinc150/data_full.json` of github.com/clinc/oos-eval. Published for dual sentence
encoders (Casanueva et al. 2020, all examples): BANKING77 93–94 %, CLINC150 in scope 97 %.
"""

from __future__ import annotations

import argparse
import csv
import json
import os
import resource
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path
from random import Random
from typing import Any

import numpy as np

from acuerdo.assistant.nlu.encoder import CachedEncoder, get_encoder
from acuerdo.assistant.nlu.examples import load_examples
from acuerdo.assistant.nlu.fitting import fit
from acuerdo.assistant.nlu.grams import Vocabulary
from acuerdo.assistant.nlu.linear import Linear, Seen, probabilities, see
from acuerdo.assistant.nlu.measuring import Labelled, measure
from acuerdo.assistant.nlu.model import get_model
from acuerdo.assistant.nlu.perturb import VARIANTS
from acuerdo.assistant.nlu.pipeline import Pipeline, Request, parse_request
from acuerdo.assistant.nlu.testing import load_rows

ROOT = Path(__file__).resolve().parents[1]
PUBLIC = ROOT.parent / "shared" / "data" / "nlu"
TODAY = date(2026, 11, 23)
BATCH = 64


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--data", type=Path, default=PUBLIC)
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--child", choices=("ours", "counts"), help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.child:
        print(json.dumps(time_ours() if options.child == "ours" else time_counts()))
        return
    print("## Time and memory, one core")
    for name, child in (("acuerdo", "ours"), ("count vectors + linear", "counts")):
        print(f"{name}: {in_child(child)}")
    print("\n## The project's own messages (never trained on)")
    accuracy()
    if options.quick:
        return
    for name, load in (("BANKING77", load_banking), ("CLINC150", load_clinc)):
        print(f"\n## {name}")
        try:
            public(*load(options.data))
        except OSError as missing:
            print(f"not there ({missing.filename}); where to get it: {Path(__file__).name} --help")


# --- time and memory -----------------------------------------------------------------------------


def in_child(kind: str) -> str:
    """Measure in a process of its own, on one core, so that the memory is its alone."""
    command = [sys.executable, __file__, "--child", kind]
    alone = {**os.environ, "OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}
    found = json.loads(
        subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True, env=alone).stdout
    )
    return (
        f"loaded in {found['load']:.2f} s, one message p50 {found['p50']:.1f} ms p95"
        f" {found['p95']:.1f} ms, {found['rate']:.0f} messages/s in batch, {found['rss']:.0f} MB"
    )


def pin() -> None:
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})


def time_ours() -> dict[str, float]:
    """Everything that `acuerdo understand` does with a message, values included."""
    pin()
    started = time.perf_counter()
    pipeline = Pipeline(get_model(), get_encoder())
    pipeline.understand([Request("", "hola")], TODAY)
    load = time.perf_counter() - started
    requests = [parse_request(row) for row in load_rows()]
    return timed(load, requests, lambda batch: pipeline.understand(batch, TODAY))


def time_counts() -> dict[str, float]:
    """The other recipe: it has no file, so its load time is that of its training."""
    pin()
    started = time.perf_counter()
    predict = count_vectors()
    load = time.perf_counter() - started
    return timed(load, [row["text"] for row in load_rows()], predict)


def timed(
    load: float, messages: list[Any], read: Callable[[list[Any]], object]
) -> dict[str, float]:
    singles = []
    for message in messages:
        started = time.perf_counter()
        read([message])
        singles.append(time.perf_counter() - started)
    started = time.perf_counter()
    for first in range(0, len(messages), BATCH):
        read(messages[first : first + BATCH])
    batch = time.perf_counter() - started
    return {
        "load": load,
        "p50": 1000 * float(np.percentile(singles, 50)),
        "p95": 1000 * float(np.percentile(singles, 95)),
        "rate": len(messages) / batch,
        "rss": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
    }


def count_vectors() -> Callable[[list[str]], list[str]]:
    """Counts of words and of pieces of words, and one linear layer, as Rasa's default has them
    before its transformer."""
    from sklearn.feature_extraction.text import CountVectorizer
    from sklearn.linear_model import SGDClassifier
    from sklearn.pipeline import make_pipeline, make_union

    examples = load_examples()
    recipe = make_pipeline(
        make_union(
            CountVectorizer(),
            CountVectorizer(analyzer="char_wb", ngram_range=(1, 4), min_df=2),
        ),
        SGDClassifier(loss="log_loss", alpha=1e-5, random_state=0),
    )
    recipe.fit([example.text for example in examples], [example.primary for example in examples])
    return lambda texts: list(recipe.predict(texts))


# --- accuracy ------------------------------------------------------------------------------------


def accuracy() -> None:
    rows = load_rows()
    labels = [
        Labelled(tuple(row["intents"]), row["lang"], tuple(row["acceptable"])) for row in rows
    ]
    pipeline, counts = Pipeline(get_model(), CachedEncoder(get_encoder())), count_vectors()
    plain: dict[str, float] = {}
    changes = {"plain": lambda text, _language, _random: text, **VARIANTS}
    print("| variant | acuerdo | loss | top 3 | acted on | right there | count vectors | loss |")
    print("|---|---|---|---|---|---|---|---|")
    for name, change in changes.items():
        random = Random(1)
        texts = [change(row["text"], row["lang"], random) for row in rows]
        readings = pipeline.read([Request("", text) for text in texts])
        ours = measure(readings, labels)
        theirs = float(
            np.mean([label.is_right(i) for label, i in zip(labels, counts(texts), strict=True)])
        )
        plain.setdefault("ours", ours.primary)
        plain.setdefault("theirs", theirs)
        print(
            f"| {name} | {ours.primary:.1%} | {100 * (plain['ours'] - ours.primary):.1f}"
            f" | {ours.top3:.1%} | {ours.acted:.1%} | {ours.right_where_acted:.1%}"
            f" | {theirs:.1%} | {100 * (plain['theirs'] - theirs):.1f} |",
            flush=True,
        )
        if name == "plain":
            best = ours
    print(
        f"by language {best.by_language}, out of scope found {best.out_of_scope_recall:.1%},"
        f" calibration error {best.calibration_error:.3f}, risks named {best.risk_recall}"
    )


# --- public sets ---------------------------------------------------------------------------------

Rows = list[tuple[str, str]]


def load_banking(data: Path) -> tuple[Rows, Rows, Rows, Rows]:
    sets = []
    for name in ("train", "test"):
        with (data / "banking77" / f"{name}.csv").open(encoding="utf-8") as file:
            sets.append([(row["text"], row["category"]) for row in csv.DictReader(file)])
    return sets[0], sets[1], [], []


def load_clinc(data: Path) -> tuple[Rows, Rows, Rows, Rows]:
    """(training with its 100 examples out of scope, test, validation, test out of scope)."""
    with (data / "clinc150" / "data_full.json").open(encoding="utf-8") as file:
        sets = {
            name: [(text, intent) for text, intent in rows]
            for name, rows in json.load(file).items()
        }
    validation = sets["val"] + sets["oos_val"]
    return sets["train"] + sets["oos_train"], sets["test"], validation, sets["oos_test"]


def public(train: Rows, test: Rows, validation: Rows, outside: Rows) -> None:
    """Our recipe and TF-IDF alone, trained and tested on a public set. The cues are about debts
    and stay out."""
    encoder = CachedEncoder(get_encoder())
    classes = sorted({intent for _, intent in train})
    vocabulary = Vocabulary.learn(text for text, _ in train)

    def seen(rows: Rows) -> Seen:
        found = see([text for text, _ in rows], [""] * len(rows), encoder, vocabulary)
        return Seen(found.meaning, found.grams, found.cues[:, :0])

    wanted = np.array([[intent == one for one in classes] for _, intent in train], np.float32)
    started = time.perf_counter()
    learned = seen(train)
    everything = np.ones(len(train), np.float32)
    recipes: dict[str, tuple[Linear, Callable[[Seen], Seen]]] = {
        "our recipe": (fit(learned, wanted, everything, vocabulary), lambda one: one)
    }
    print(f"trained on {len(train)} examples in {time.perf_counter() - started:.0f} s", flush=True)

    def spelling(one: Seen) -> Seen:
        return one.spelling(len(one))

    alone = fit(spelling(learned), wanted, everything, vocabulary)
    recipes["TF-IDF alone"] = (alone, spelling)
    for name, (layer, part) in recipes.items():
        report(name, layer, part, seen, classes, (test, validation, outside))


def report(
    name: str,
    layer: Linear,
    part: Callable[[Seen], Seen],
    seen: Callable[[Rows], Seen],
    classes: Sequence[str],
    sets: tuple[Rows, Rows, Rows],
) -> None:
    test, validation, outside = sets

    def judged(rows: Rows) -> tuple[np.ndarray, np.ndarray]:
        table = probabilities(sum(layer.blocks(part(seen(rows)))))
        return np.array(classes)[table.argmax(axis=1)], table.max(axis=1)

    found, sure = judged(test)
    right = found == np.array([intent for _, intent in test])
    print(f"{name}: accuracy {right.mean():.1%}", flush=True)
    if not outside:
        return
    # Below this certainty a message counts as out of scope: chosen on the validation set.
    guess, certain = judged(validation)
    true = np.array([intent for _, intent in validation])
    inside = true != "oos"

    def balance(limit: float) -> float:
        said_outside = (guess == "oos") | (certain < limit)
        return float(
            ((guess == true) & ~said_outside)[inside].mean() + said_outside[~inside].mean()
        )

    limit = max(np.arange(0.0, 0.9, 0.02), key=balance)
    kept = right & (sure >= limit)
    other, other_sure = judged(outside)
    recall = ((other == "oos") | (other_sure < limit)).mean()
    print(f"  out of scope recall {recall:.1%} with {kept.mean():.1%} right in scope", flush=True)


if __name__ == "__main__":
    main()
