"""How well entities are read: recall and precision against labelled texts.

    python tests/entity_scores.py FILE.jsonl [FILE.jsonl ...] [--misses]

A gold entity is found where a predicted one has its type and value and overlaps it; precision is
the share of predicted entities that find a gold one.
"""

from __future__ import annotations

import json
import sys
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from acuerdo.assistant.nlu.export import read_text

Row = dict[str, Any]
_COUNTRY_OF_LANGUAGE = {"es": "CO", "pt": "BR", "en": "US"}


@dataclass(slots=True)
class Scores:
    """Counts by group ("all", "lang es", "type amount", …) and the rows that went wrong."""

    gold: Counter[str] = field(default_factory=Counter)
    found: Counter[str] = field(default_factory=Counter)
    predicted: Counter[str] = field(default_factory=Counter)
    right: Counter[str] = field(default_factory=Counter)
    misses: list[tuple[Row, list[Row], list[Row]]] = field(default_factory=list)

    def recall(self, group: str = "all") -> float:
        return self.found[group] / self.gold[group] if self.gold[group] else 1.0

    def precision(self, group: str = "all") -> float:
        return self.right[group] / self.predicted[group] if self.predicted[group] else 1.0


def rows_of(paths: Iterable[Path]) -> Iterator[Row]:
    for path in paths:
        with path.open(encoding="utf-8") as lines:
            yield from (json.loads(line) for line in lines if line.strip())


def score(rows: Iterable[Row]) -> Scores:
    scores = Scores()
    for row in rows:
        variety = row.get("variety") or ""
        country = variety[3:] or _COUNTRY_OF_LANGUAGE[row["lang"]]
        read = read_text(row["text"], country=country, ref_date=date.fromisoformat(row["ref_date"]))
        missed = [gold for gold in row["entities"] if not any(_same(gold, one) for one in read)]
        wrong = [one for one in read if not any(_same(gold, one) for gold in row["entities"])]
        for counts, entities, bad in (
            ((scores.gold, scores.found), row["entities"], missed),
            ((scores.predicted, scores.right), read, wrong),
        ):
            for entity in entities:
                for group in ("all", f"lang {row['lang']}", f"type {entity['type']}"):
                    counts[0][group] += 1
                    counts[1][group] += entity not in bad
        if missed or wrong:
            scores.misses.append((row, missed, wrong))
    return scores


def _same(gold: Row, read: Row) -> bool:
    if gold["type"] != read["type"] or gold["start"] >= read["end"] or read["start"] >= gold["end"]:
        return False
    wanted, value = gold["value"], read["value"]
    if isinstance(wanted, int | float) and isinstance(value, int | float):
        return abs(wanted - value) < 0.005
    return bool(wanted == value)


def main(arguments: list[str]) -> None:
    paths = [Path(name) for name in arguments if not name.startswith("--")]
    scores = score(rows_of(paths))
    for group in sorted(scores.gold.keys() | scores.predicted.keys()):
        print(
            f"{group:24} recall {scores.recall(group):6.1%} of {scores.gold[group]:4}"
            f"   precision {scores.precision(group):6.1%} of {scores.predicted[group]:4}"
        )
    if "--misses" in arguments:
        for row, missed, wrong in scores.misses:
            print(f"{row['id']} {row.get('variety', '')} | {row['text']}")
            for sign, entities in (("-", missed), ("+", wrong)):
                for entity in entities:
                    print(f"    {sign} {entity['type']} {entity['text']!r} {entity['value']}")


if __name__ == "__main__":
    main(sys.argv[1:])
