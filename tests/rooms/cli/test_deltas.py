"""`acuerdo import --full` and `--delta`: what they print, and what they leave."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.db import transaction
from small_portfolio import NOW, place, row
from typer.testing import CliRunner

from acuerdo.cli.app import app
from acuerdo.core import clock
from acuerdo.core.actor import SYSTEM
from acuerdo.creditors.actions import create_creditor
from acuerdo.portfolio.models import Account, RecallProposal

pytestmark = pytest.mark.django_db(transaction=True)

WHOLE = "account,country,total,days_overdue\nA-0001,CO,1200000.00,20\n"
DELTA = "operation,account,amount,date\npayment,A-0001,1000,2026-11-24\nfly,A-0002,,\n"


@pytest.fixture(autouse=True)
def placed(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("LANG", "en_GB.UTF-8")
    monkeypatch.delenv("LC_ALL", raising=False)
    with clock.travel(NOW):
        with transaction.atomic():
            creditor = create_creditor(actor=SYSTEM, now=NOW, name="Banco Uno", country="CO")
        place(creditor, [row(f"A-{number:04}") for number in range(1, 16)])
        yield


def invoke(tmp_path: Path, text: str, *options: str) -> Any:
    file = tmp_path / "file.csv"
    file.write_text(text, encoding="utf-8")
    return CliRunner().invoke(app, ["import", str(file), "--creditor", "Banco Uno", *options])


def test_a_full_file_proposes_and_a_guard_stops_it(tmp_path: Path) -> None:
    stopped = invoke(tmp_path, WHOLE, "--full")
    assert stopped.exit_code == 3
    assert "14 of 15 active accounts" in " ".join(stopped.output.split())
    assert not RecallProposal.objects.exists()
    tried = invoke(tmp_path, WHOLE, "--full", "--allow-recall", "100", "--dry-run")
    assert tried.exit_code == 0, tried.output
    assert "14 active accounts are not in the file, 14 of them newly" in tried.stdout
    assert not RecallProposal.objects.exists()
    done = invoke(tmp_path, WHOLE, "--full", "--allow-recall", "100", "--json")
    assert json.loads(done.stdout)["recalls"] == {"missing": 14, "proposed": 14}
    assert RecallProposal.objects.count() == 14
    assert set(Account.objects.values_list("state", flat=True)) == {"active"}


def test_a_delta_tells_what_each_operation_did(tmp_path: Path) -> None:
    told = json.loads(invoke(tmp_path, DELTA, "--delta", "--json").stdout)
    assert told["operations"] == {"payment": {"done": 1, "known": 0}}
    assert told["rows"]["rejected"] == 1
    shown = invoke(tmp_path, DELTA, "--delta")
    assert shown.exit_code == 0
    assert "0 done, 1 as before" in shown.stdout
    assert "3 operation: 'fly': The operation is not known." in shown.stdout


def test_a_file_is_of_one_kind(tmp_path: Path) -> None:
    assert invoke(tmp_path, WHOLE, "--full", "--delta").exit_code == 2
    assert invoke(tmp_path, WHOLE, "--delta").exit_code == 2
