"""`acuerdo wishes import` and `acuerdo contacts import`: what they print, and what they leave."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result
from django.db import transaction
from small_portfolio import NOW, place, row
from typer.testing import CliRunner

from acuerdo.cli.app import app
from acuerdo.compliance.models import ContactAttempt, DoNotContact, OptOut
from acuerdo.core import clock
from acuerdo.core.actor import SYSTEM
from acuerdo.core.models import Event
from acuerdo.creditors.actions import create_creditor
from acuerdo.creditors.models import Creditor

pytestmark = pytest.mark.django_db(transaction=True)

LIST = "telefono,desde\n+573005550001,2026-01-02\n+573009999999,\nx,\n"
PAST = (
    "cuenta,canal,fecha,hora,resultado\n"
    "A-0001,sms,2026-11-23,10:00,entregado\n"
    "A-0009,sms,2026-11-23,10:00,entregado\n"
)


@pytest.fixture(autouse=True)
def at_ten(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("LANG", "en_GB.UTF-8")
    monkeypatch.delenv("LC_ALL", raising=False)
    with clock.travel(NOW):
        yield


@pytest.fixture
def creditor() -> Creditor:
    with transaction.atomic():
        creditor = create_creditor(actor=SYSTEM, now=NOW, name="Banco Uno", country="CO")
    place(creditor, [row("A-0001")])
    return creditor


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "file.csv"


def invoke(file: Path, what: str, text: str, *options: str) -> Result:
    file.write_text(text, encoding="utf-8")
    command = [what, "import", str(file), "--creditor", "Banco Uno", *options]
    return CliRunner().invoke(app, command)


def ask(file: Path, what: str, text: str, *options: str, code: int = 0) -> Any:
    result = invoke(file, what, text, "--json", *options)
    assert result.exit_code == code, result.output
    return json.loads(result.stdout)


def test_a_list_is_answered_row_by_row(creditor: Creditor, file: Path) -> None:
    answer = ask(file, "wishes", LIST)
    assert (answer["creditor"], answer["dry_run"]) == ("Banco Uno", False)
    assert answer["rows"] == {"read": 3, "matched": 1, "not_found": 1, "unreadable": 1}
    assert [one["result"] for one in answer["answers"]] == ["matched", "not_found", "unreadable"]
    (fault,) = answer["rejections"]
    assert fault == {"line": 4, "column": "telefono", "value": "x", "reason": "bad_phone"}
    assert OptOut.objects.get().source == "file.csv"
    assert ask(file, "wishes", LIST)["debtors"]["stopped"] == 0
    assert OptOut.objects.count() == 1


def test_a_past_is_taken_in_once(creditor: Creditor, file: Path) -> None:
    answer = ask(file, "contacts", PAST)
    assert answer["rows"] == {"read": 2, "accepted": 1, "rejected": 1, "duplicates": 0}
    assert answer["new"]["contacts"] == 1
    assert ask(file, "contacts", PAST)["new"]["contacts"] == 0
    assert ContactAttempt.objects.get().occurred_at.hour == 15
    ask(file, "contacts", PAST, "--zone", "America/Sao_Paulo")
    assert set(ContactAttempt.objects.values_list("occurred_at__hour", flat=True)) == {13, 15}


@pytest.mark.parametrize(("what", "text"), [("wishes", LIST), ("contacts", PAST)])
def test_a_trial_tells_all_and_changes_nothing(
    creditor: Creditor, file: Path, what: str, text: str
) -> None:
    events = Event.objects.count()
    trial = ask(file, what, text, "--dry-run")
    assert (OptOut.objects.count(), DoNotContact.objects.count()) == (0, 0)
    assert (ContactAttempt.objects.count(), Event.objects.count()) == (0, events)
    assert trial.pop("dry_run") is True
    real = ask(file, what, text)
    assert real.pop("dry_run") is False
    assert trial == real


@pytest.mark.parametrize(("what", "text"), [("wishes", LIST), ("contacts", PAST)])
def test_a_person_reads_it_in_words(
    creditor: Creditor, file: Path, what: str, text: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    shown = invoke(file, what, text, "--dry-run")
    assert shown.exit_code == 0
    assert "A trial: nothing was changed." in shown.stdout
    words = {"wishes": "The phone number is not valid", "contacts": "has no such account"}
    assert words[what] in shown.stdout.replace("\n", " ")
    monkeypatch.setenv("LANG", "pt_BR.UTF-8")
    assert "Um ensaio: nada mudou." in invoke(file, what, text, "--dry-run").stdout


@pytest.mark.parametrize("what", ["wishes", "contacts"])
@pytest.mark.parametrize(
    ("text", "options", "words"),
    [
        ("nombre\nAna\n", (), "No column was recognised"),
        ("", (), "no data rows"),
        (LIST + PAST, ("--dates", "backwards"), "--dates"),
        (LIST, ("--creditor", "Nadie"), "Banco Uno"),
    ],
)
def test_what_cannot_be_read(
    creditor: Creditor, file: Path, what: str, text: str, options: tuple[str, ...], words: str
) -> None:
    result = invoke(file, what, text, *options)
    assert result.exit_code == 2, result.output
    assert words in result.stderr
    assert OptOut.objects.count() == ContactAttempt.objects.count() == 0


def test_a_zone_that_is_none(creditor: Creditor, file: Path) -> None:
    result = invoke(file, "contacts", PAST, "--zone", "Mars")
    assert (result.exit_code, "--zone" in result.stderr) == (2, True)


def test_no_row_that_can_be_used(creditor: Creditor, file: Path) -> None:
    assert ask(file, "wishes", "phone\nx\n", code=2)["rows"]["unreadable"] == 1
    assert ask(file, "contacts", PAST.replace("A-0001", "A-1"), code=2)["rows"]["rejected"] == 2
