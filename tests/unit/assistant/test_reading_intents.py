"""What the trained reader makes of messages that it never saw."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from acuerdo.assistant.nlu.examples import hash_of, load_examples
from acuerdo.assistant.nlu.model import FOLDER
from acuerdo.cli.app import app

DATA = Path(__file__).resolve().parents[2] / "data" / "nlu"
RISKS = (
    "stop_contact deceased deny_identity dispute_debt complaint_legal fraud_suspicion ask_human"
    " hardship abuse already_paid"
).split()


def understand(folder: Path, text: str) -> list[dict[str, Any]]:
    source, out = folder / "in.jsonl", folder / "out.jsonl"
    source.write_text(text, "utf-8")
    done = CliRunner().invoke(app, ["understand", "--in", str(source), "--out", str(out)])
    assert done.exit_code == 0, done.output
    return [json.loads(line) for line in out.read_text("utf-8").splitlines()]


def is_right(case: dict[str, Any], answer: dict[str, Any]) -> bool:
    first = answer["intents"][0] if answer["intents"] else ""
    return first == case["primary"] or first in case["acceptable"]


@pytest.fixture(scope="module")
def read(tmp_path_factory: pytest.TempPathFactory) -> list[tuple[dict[str, Any], dict[str, Any]]]:
    """The held-back messages and samples with what was understood of each."""
    lines = [
        line
        for name in ("heldback.jsonl", "samples.jsonl")
        for line in (DATA / name).read_text("utf-8").splitlines()
    ]
    answers = understand(tmp_path_factory.mktemp("nlu"), "\n".join(lines))
    return list(zip(map(json.loads, lines), answers, strict=True))


def test_the_model_is_of_the_examples_that_are_here() -> None:
    facts = json.loads((FOLDER / "model.json").read_text("utf-8"))
    assert hash_of(load_examples()) in json.dumps(facts)


def test_primary_intents(read: list[tuple[dict[str, Any], dict[str, Any]]]) -> None:
    right = {language: [] for language in ("es", "pt", "en")}
    for case, answer in read:
        right[case["lang"]].append(is_right(case, answer))
    every = [one for language in right.values() for one in language]
    assert sum(every) / len(every) >= 0.9
    for language, found in right.items():
        assert sum(found) / len(found) >= 0.87, language


def test_what_is_acted_on_is_right(read: list[tuple[dict[str, Any], dict[str, Any]]]) -> None:
    acted = [is_right(case, answer) for case, answer in read if answer["act"]]
    assert len(acted) / len(read) >= 0.65
    assert sum(acted) / len(acted) >= 0.97


def test_nothing_that_protects_is_missed(
    read: list[tuple[dict[str, Any], dict[str, Any]]],
) -> None:
    for risk in RISKS:
        asked = [answer for case, answer in read if risk in case["intents"]]
        assert sum(risk in answer["intents"] for answer in asked) / len(asked) >= 0.95, risk


def test_a_line_that_is_no_message_does_not_stop_the_others(tmp_path: Path) -> None:
    good = json.dumps({"id": "1", "text": "ya pagué ayer", "lang": "es"})
    answers = understand(tmp_path, f'{good}\nno json\n{{"id": "2"}}\n{good}\n')
    assert [("error" in one) for one in answers] == [False, True, True, False]
    assert answers[0]["intents"] == ["already_paid"]
    assert answers[0]["entities"][0]["type"] == "date"


def test_hostile_texts_are_read_and_change_nothing(tmp_path: Path) -> None:
    texts = ["", "a" * 10_000, "\x00\u202e", "🙂" * 500, "{" * 2_000, "DROP TABLE turn; --"]
    lines = [json.dumps({"id": str(i), "text": text}) for i, text in enumerate(texts)]
    assert len(understand(tmp_path, "\n".join(lines))) == len(texts)


def test_one_text_is_explained() -> None:
    done = CliRunner().invoke(app, ["understand", "--explain", "no me llamen más por favor"])
    assert done.exit_code == 0
    assert "stop_contact" in done.output
