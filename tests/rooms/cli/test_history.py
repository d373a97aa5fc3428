"""`acuerdo history import`: what it prints, and what it leaves."""

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

from acuerdo.agreements.models import Agreement
from acuerdo.cli.app import app
from acuerdo.compliance.models import ContactAttempt
from acuerdo.core import clock
from acuerdo.core.actor import SYSTEM
from acuerdo.creditors.actions import create_creditor
from acuerdo.payments.models import Payment
from acuerdo.portfolio.models import AccountSnapshot

pytestmark = pytest.mark.django_db(transaction=True)

PAID = "cuenta,fecha,valor\nA-0001,2026-08-15,100000\nA-0009,2026-08-15,5\n"


@pytest.fixture(autouse=True)
def placed(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("LANG", "en_GB.UTF-8")
    monkeypatch.delenv("LC_ALL", raising=False)
    with clock.travel(NOW):
        with transaction.atomic():
            creditor = create_creditor(actor=SYSTEM, now=NOW, name="Banco Uno", country="CO")
        place(creditor, [row("A-0001")])
        yield


def invoke(tmp_path: Path, kind: str, text: str, *options: str) -> Result:
    file = tmp_path / f"{kind}.csv"
    file.write_text(text, encoding="utf-8")
    command = ["history", "import", str(file), "--creditor", "Banco Uno", "--kind", kind]
    return CliRunner().invoke(app, [*command, *options])


def test_each_kind_comes_in_and_is_told(tmp_path: Path) -> None:
    result = invoke(tmp_path, "payments", PAID, "--json")
    assert result.exit_code == 0, result.output
    told: dict[str, Any] = json.loads(result.stdout)
    assert told["rows"] == {"read": 2, "accepted": 1, "rejected": 1, "duplicates": 0}
    assert (told["new"], told["totals"]) == ({"payments": 1}, {"COP": 10_000_000})
    assert told["rejections"] == [
        {"line": 3, "column": "cuenta", "value": "A-0009", "reason": "unknown_account"}
    ]
    shown = invoke(tmp_path, "promises", "cuenta,fecha,vencimiento,valor\n"
                   "A-0001,2026-08-01,2026-08-20,100000\n")  # fmt: skip
    assert shown.exit_code == 0, shown.output
    assert "1 new, 0 known before" in shown.stdout
    stated = "cuenta,fecha,saldo,dias mora\nA-0001,2026-08-31,900000,12\n"
    assert invoke(tmp_path, "statements", stated).exit_code == 0
    contact = "cuenta,canal,fecha,hora\nA-0001,sms,2026-11-20,10:00\n"
    assert invoke(tmp_path, "contacts", contact).exit_code == 0
    assert Payment.objects.get().state == "past"
    assert Agreement.objects.get().state == "kept"
    assert AccountSnapshot.objects.get().bucket == "1-30"
    assert ContactAttempt.objects.count() == 1


def test_a_trial_changes_nothing_and_words_name_the_faults(tmp_path: Path) -> None:
    result = invoke(tmp_path, "payments", PAID, "--dry-run")
    assert result.exit_code == 0
    assert "3 cuenta: 'A-0009': The creditor has no such account." in result.stdout
    assert "100000.00 COP" in result.stdout
    assert not Payment.objects.exists()


def test_what_cannot_be_read_says_so(tmp_path: Path) -> None:
    assert invoke(tmp_path, "payments", "a,b\n1,2\n").exit_code == 2
    assert (
        invoke(tmp_path, "statements", "cuenta,fecha,saldo\nA-0001,2026-08-31,9\n").exit_code == 2
    )
    assert invoke(tmp_path, "payments", PAID.replace("A-0001", "X")).exit_code == 2
    mapping = tmp_path / "m.yaml"
    mapping.write_text("columns: {number: cuenta}\n")
    assert invoke(tmp_path, "payments", PAID, "--mapping", str(mapping)).exit_code == 2
    mapping.write_text("periods: 3\n")
    assert invoke(tmp_path, "payments", PAID, "--mapping", str(mapping)).exit_code == 2
    assert not Payment.objects.exists()
