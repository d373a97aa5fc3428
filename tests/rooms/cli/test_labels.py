"""`acuerdo labels export`: the labels of all creditors or one, as JSON lines."""

from __future__ import annotations

import json
from contextlib import nullcontext
from pathlib import Path

import pytest
from deals_kit import NOW, make_account, make_creditor
from typer.testing import CliRunner

from acuerdo.assistant.models import UnclearMessage
from acuerdo.cli.app import app
from acuerdo.conversations.actions import append_turn, open_conversation
from acuerdo.core.actor import SYSTEM

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def here(monkeypatch: pytest.MonkeyPatch) -> None:
    """In the database of the test, and in English."""
    monkeypatch.setenv("LANG", "en_GB.UTF-8")
    monkeypatch.delenv("LC_ALL", raising=False)
    monkeypatch.setattr("acuerdo.cli.labels.with_database", lambda _data: nullcontext())


def labelled(name: str, number: str, text: str, state: str = "labelled") -> None:
    account = make_account(make_creditor(name), number)
    talk = open_conversation(debtor_id=account.debtor_id, actor=SYSTEM, now=NOW)
    turn = append_turn(
        conversation=talk, author="debtor", channel="sms", text=text, actor=SYSTEM, now=NOW
    )
    UnclearMessage.objects.create(
        creditor=account.creditor, turn=turn, text=text, fingerprint=number, language="es",
        country="CO", channel="sms", reason="no_match", noticed_at=NOW, last_at=NOW,
        state=state, intents=["send_link"], decided_at=NOW,
    )  # fmt: skip


def export(*arguments: object) -> tuple[int, str, str]:
    result = CliRunner().invoke(app, ["labels", "export", *map(str, arguments)])
    return result.exit_code, result.stdout, result.stderr


def test_labels_are_written_for_all_creditors_or_one(tmp_path: Path) -> None:
    labelled("Banco Uno", "A-1001", "zarpame la fula")
    labelled("Banco Dos", "B-2002", "péguelo ahí ñero")
    labelled("Banco Tres", "C-3003", "todavía abierto", state="open")
    file = tmp_path / "labels.jsonl"
    code, _out, err = export("--out", file)
    assert (code, err.strip()[-2:]) == (0, " 2")
    rows = [json.loads(line) for line in file.read_text("utf-8").splitlines()]
    assert {row["text"] for row in rows} == {"zarpame la fula", "péguelo ahí ñero"}
    assert set(rows[0]) >= {"id", "lang", "text", "intents", "primary", "acceptable", "entities",
                            "ref_date"}  # fmt: skip
    assert export("--out", file, "--creditor", "Banco Dos")[0] == 0
    assert [json.loads(line)["text"] for line in file.read_text("utf-8").splitlines()] == [
        "péguelo ahí ñero"
    ]


def test_what_cannot_be_done_is_said(tmp_path: Path) -> None:
    code, _out, err = export("--out", tmp_path / "x", "--creditor", "Nadie")
    assert (code, "Nadie" in err) == (2, True)
    code, _out, err = export("--out", tmp_path / "missing" / "x")
    assert (code, "No such file" in err) == (2, True)
