"""Messages from outside: what a request may hold, and what the command line does with a file."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from acuerdo.assistant.nlu.encoder import get_encoder
from acuerdo.assistant.nlu.intents import INTENTS
from acuerdo.assistant.nlu.model import get_model
from acuerdo.assistant.nlu.pipeline import BadRequest, Pipeline, Request, parse_request
from acuerdo.assistant.nlu.testing import load_rows
from acuerdo.cli.app import app

TODAY = date(2026, 11, 23)
PIPELINE = Pipeline(get_model(), get_encoder())


@pytest.mark.parametrize(
    ("given", "wanted"),
    [
        ({"id": "a", "text": "x"}, Request("a", "x")),
        ({"id": 7, "text": "x", "lang": None, "country": None}, Request(7, "x")),
        (
            {"id": "a", "text": "x", "lang": "es-MX"},
            Request("a", "x", language="es", country="MX"),
        ),
        (
            {"id": "a", "text": "x", "lang": "pt", "country": "br", "channel": "sms"},
            Request("a", "x", language="pt", country="BR", channel="sms"),
        ),
        ({"id": "a", "text": "x", "variety": "en-ZA"}, Request("a", "x", country="ZA")),
        ({"id": "a", "text": "x", "lang": "fr"}, Request("a", "x")),
        (
            {"id": "a", "text": "x", "ref_date": "2026-11-23"},
            Request("a", "x", ref_date=TODAY),
        ),
        (
            {"id": "a", "text": "x", "ref_date": "2026-11-23T10:00:00Z"},
            Request("a", "x", ref_date=TODAY),
        ),
        (
            {"id": "a", "text": "x", "pending_question": "payment_date"},
            Request("a", "x", asked="payment_date"),
        ),
        ({"id": "a", "text": "x", "pending": {"kind": "date"}}, Request("a", "x", asked="date")),
    ],
)
def test_requests(given: dict[str, Any], wanted: Request) -> None:
    assert parse_request(given) == wanted


@pytest.mark.parametrize(
    ("given", "complaint"),
    [
        (None, "not an object"),
        ([1], "not an object"),
        ("hola", "not an object"),
        ({"text": "x"}, "id: missing"),
        ({"id": None, "text": "x"}, "id: missing"),
        ({"id": True, "text": "x"}, "id"),
        ({"id": {}, "text": "x"}, "id"),
        ({"id": "a"}, "text: missing"),
        ({"id": "a", "text": 5}, "text: missing"),
        ({"id": "a", "text": "x", "lang": 5}, "lang: not a text"),
        ({"id": "a", "text": "x", "country": "COL"}, "country"),
        ({"id": "a", "text": "x", "ref_date": "23/11/2026"}, "ref_date"),
        ({"id": "a", "text": "x", "ref_date": "2026-02-31"}, "ref_date"),
        ({"id": "a", "text": "x", "pending_question": 3}, "pending_question"),
    ],
)
def test_bad_requests_say_what_is_wrong(given: object, complaint: str) -> None:
    with pytest.raises(BadRequest, match=complaint):
        parse_request(given)


def test_an_answer_has_the_form_of_the_samples() -> None:
    request = parse_request(
        {"id": "es-1", "text": "ya pagué $184.300 el viernes", "lang": "es", "country": "CO",
         "ref_date": "2026-11-23"}
    )  # fmt: skip
    answer = PIPELINE.understand([request], TODAY)[0]
    assert set(answer) == {"id", "lang", "intents", "top3", "confidence", "act", "entities"}
    assert answer["lang"] == "es"
    assert answer["intents"] == ["already_paid"]
    assert answer["act"] is True
    found = {entity["type"]: entity for entity in answer["entities"]}
    assert found["date"]["value"] == "2026-11-20"
    assert found["amount"]["value"] == 184300.0
    for entity in answer["entities"]:
        assert entity["text"] == request.text[entity["start"] : entity["end"]]
    json.dumps(answer)


def test_an_empty_message_is_asked_again() -> None:
    answer = PIPELINE.understand([Request("a", "  \n")], TODAY)[0]
    assert (answer["intents"], answer["act"], answer["confidence"]) == ([], False, 0.0)


def test_the_language_is_told_or_found() -> None:
    def language(text: str, told: str = "") -> str:
        request = parse_request({"id": "", "text": text, "lang": told})
        return str(PIPELINE.understand([request], TODAY)[0]["lang"])

    assert language("quiero saber cuánto debo") == "es"
    assert language("queria saber quanto eu devo") == "pt"
    assert language("tell me what i owe") == "en"
    assert language("ok", "pt") == "pt"
    assert language("ok", "en") == "en"
    assert language("can you write in english please", "es") == "en"


def test_the_language_of_most_messages_is_found_without_a_hint() -> None:
    rows = load_rows("heldback")
    answers = PIPELINE.understand([Request("", row["text"]) for row in rows], TODAY)
    right = sum(a["lang"] == row["lang"] for a, row in zip(answers, rows, strict=True))
    assert right / len(rows) >= 0.95


def run(*arguments: str) -> Any:
    return CliRunner().invoke(app, ["understand", *arguments])


def test_a_file_is_answered_line_by_line(tmp_path: Path) -> None:
    lines = [
        '{"id": "a", "text": "ya pagué", "lang": "es", "country": "CO"}',
        "not json",
        "",
        '{"id": "b"}',
        '{"id": "c", "text": "stop", "lang": "en"}',
        "[1, 2]",
        '{"id": "d", "text": "x", "country": 5}',
        '{"id": 5, "text": "3", "pending_question": "proposal", "lang": "es"}',
        "[" * 5_000,
    ]
    source, out = tmp_path / "in.jsonl", tmp_path / "out.jsonl"
    source.write_text("\n".join(lines) + "\n", "utf-8")
    done = run("--in", str(source), "--out", str(out))
    assert done.exit_code == 0
    answers = [json.loads(line) for line in out.read_text("utf-8").splitlines()]
    assert [answer["id"] for answer in answers] == ["a", None, "b", "c", None, "d", 5, None]
    errors = {answer["line"]: answer["error"] for answer in answers if "error" in answer}
    assert set(errors) == {2, 4, 6, 7, 9}
    assert errors[2] == errors[9] == "not a line of JSON"
    assert answers[0]["intents"] == ["already_paid"]
    assert answers[3]["intents"] == ["stop_contact"]
    assert answers[6]["intents"] == ["ask_installments"]


def test_more_than_one_batch_keeps_its_order(tmp_path: Path) -> None:
    source, out = tmp_path / "in.jsonl", tmp_path / "out.jsonl"
    rows = [{"id": number, "text": "hola" if number % 2 else "gracias"} for number in range(150)]
    source.write_text("".join(json.dumps(row) + "\n" for row in rows), "utf-8")
    assert run("--in", str(source), "--out", str(out)).exit_code == 0
    answers = [json.loads(line) for line in out.read_text("utf-8").splitlines()]
    assert [answer["id"] for answer in answers] == list(range(150))
    assert {a["intents"][0] for a in answers if a["id"] % 2} == {"greet"}
    assert all(set(answer["top3"]) <= set(INTENTS) for answer in answers)


def test_hostile_texts_do_not_stop_a_file(tmp_path: Path) -> None:
    source, out = tmp_path / "in.jsonl", tmp_path / "out.jsonl"
    texts = ["", "a" * 10_000, "\x00\u202e", "🙂" * 500, "{" * 2_000, "DROP TABLE turn; --"]
    source.write_text(
        "".join(json.dumps({"id": 1, "text": text}) + "\n" for text in texts), "utf-8"
    )
    assert run("--in", str(source), "--out", str(out)).exit_code == 0
    assert len(out.read_text("utf-8").splitlines()) == len(texts)


def test_what_the_command_needs(tmp_path: Path) -> None:
    assert run().exit_code == 2
    assert run("--in", str(tmp_path / "x")).exit_code == 2
    assert run("--in", "x", "--explain", "hola").exit_code == 2
    assert run("--in", str(tmp_path / "missing"), "--out", str(tmp_path / "y")).exit_code == 2


def test_a_text_is_explained_in_the_terminals_language(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LC_ALL", "es_CO.UTF-8")
    done = run("--explain", "me quede sin trabajo, puedo pagar en 6 cuotas?")
    assert done.exit_code == 0
    assert "Significa: hardship, ask_installments" in done.output
    assert "hardship.es" in done.output
    assert "Ejemplos más cercanos" in done.output
    monkeypatch.setenv("LC_ALL", "en_US.UTF-8")
    asked = run("--explain", "3", "--pending", "installments", "--lang", "es")
    assert "Means: ask_installments" in asked.output
