"""`acuerdo import`: a file into the books and nothing sent; a dry run leaves nothing."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result
from django.conf import settings
from small_portfolio import NOW
from typer.testing import CliRunner

from acuerdo.cli.app import app
from acuerdo.core import clock
from acuerdo.core.models import Event
from acuerdo.creditors.models import Creditor
from acuerdo.messaging.models import Message
from acuerdo.portfolio.models import Account, ImportRun, Person

pytestmark = pytest.mark.django_db(transaction=True)

GOOD = (
    "cuenta;nombre;cedula;pais;moneda;saldo;vencimiento\n"
    "A-1;Ana Ruiz;1020000001;CO;COP;1.500,50;2026-10-01\n"
    "A-2;Ana Ruiz;1020000001;CO;COP;2.000,00;2026-10-01\n"
    "A-3;Luis Gil;1020000002;CO;COP;x;2026-10-01\n"
)
KEYS = [
    "creditor", "as_of", "file", "rows", "rejections", "warnings", "accounts", "balances",
    "persons", "dry_run",
]  # fmt: skip


@pytest.fixture(autouse=True)
def at_ten(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("LANG", "en_GB.UTF-8")
    monkeypatch.delenv("LC_ALL", raising=False)
    with clock.travel(NOW):
        yield


def invoke(file: Path, *options: str) -> Result:
    return CliRunner().invoke(app, ["import", str(file), "--creditor", "Banco Uno", *options])


def answer(result: Result) -> dict[str, Any]:
    said: dict[str, Any] = json.loads(result.stdout)
    return said


def test_a_file_comes_in_and_nothing_is_sent(tmp_path: Path) -> None:
    file = tmp_path / "export.csv"
    file.write_text(GOOD)
    result = invoke(file, "--json")
    said = answer(result)
    assert result.exit_code == 0, result.stderr
    assert list(said) == KEYS
    assert said["creditor"] == "Banco Uno"
    assert said["rows"]["accepted"] == 2
    assert said["accounts"] == {"new": 2, "changed": 0, "unchanged": 0}
    assert said["balances"]["COP"]["total_minor"] == 350_050
    assert said["persons"] == 1
    assert said["rejections"] == [
        {"line": 4, "column": "saldo", "value": "x", "reason": "unreadable_amount"}
    ]
    assert Creditor.objects.get(name="Banco Uno").country == "CO"
    assert Event.objects.filter(name="PortfolioImported").count() == 1
    assert not Message.objects.exists()
    again = answer(invoke(file, "--json"))
    assert again["accounts"] == {"new": 0, "changed": 0, "unchanged": 2}
    assert again["persons"] == 1


def test_a_dry_run_says_the_same_and_leaves_nothing(tmp_path: Path) -> None:
    file = tmp_path / "export.csv"
    file.write_text(GOOD)
    root = Path(settings.MEDIA_ROOT) if settings.MEDIA_ROOT else None
    before = set(root.rglob("*")) if root else set()
    events = Event.objects.count()
    tried = answer(invoke(file, "--json", "--dry-run"))
    for model in (Creditor, Account, Person, ImportRun):
        assert not model.objects.exists()
    assert Event.objects.count() == events
    assert (set(root.rglob("*")) if root else set()) == before
    done = answer(invoke(file, "--json"))
    assert tried.pop("dry_run") is True
    assert done.pop("dry_run") is False
    assert tried == done


def test_a_person_reads_the_summary_and_the_faults(tmp_path: Path) -> None:
    file = tmp_path / "export.csv"
    file.write_text(GOOD)
    result = invoke(file, "--dry-run")
    assert "The value is not an amount." in result.stdout
    assert "A trial: nothing was changed." in result.stdout
    assert "People" in result.stdout


@pytest.mark.parametrize(
    ("data", "options", "words"),
    [
        (b"\x89PNG" + bytes(100), (), "a picture"),
        (b"hello\nworld\n", ("--country", "CO"), "No column was recognised"),
        (GOOD.encode(), ("--country", "XX"), "--country"),
        (GOOD.encode(), ("--as-of", "yesterday"), "--as-of"),
        (GOOD.encode(), ("--mapping", "nothing.yaml"), "mapping"),
    ],
)
def test_what_cannot_be_read_is_2(
    tmp_path: Path, data: bytes, options: tuple[str, ...], words: str
) -> None:
    file = tmp_path / "export.csv"
    file.write_bytes(data)
    result = invoke(file, "--json", *options)
    assert (result.exit_code, result.stdout) == (2, "")
    assert words in result.stderr
    assert not Creditor.objects.exists()


def test_bad_rows_alone_are_2_and_told(tmp_path: Path) -> None:
    file = tmp_path / "export.csv"
    file.write_text(GOOD.splitlines()[0] + "\nA-3;Luis;1020000002;CO;COP;x;2026-10-01\n")
    result = invoke(file, "--json")
    assert result.exit_code == 2
    assert answer(result)["rows"]["rejected"] == 1


def test_a_date_before_the_last_is_3(tmp_path: Path) -> None:
    file = tmp_path / "export.csv"
    file.write_text(GOOD)
    assert invoke(file).exit_code == 0
    assert invoke(file, "--as-of", "2026-11-01").exit_code == 3


def test_a_layout_cuts_a_fixed_width_file(tmp_path: Path) -> None:
    file, layout = tmp_path / "export.txt", tmp_path / "layout.yaml"
    file.write_text("A-10000012345620261001\nA-2000000005\n")
    layout.write_text(
        "columns:\n"
        "  - {name: cuenta, from: 1, length: 3}\n"
        "  - {name: saldo, from: 4, length: 11, type: amount, decimals: 2}\n"
        "  - {name: vencimiento, from: 15, length: 8, type: date, format: yyyymmdd}\n"
    )
    options = ("--json", "--country", "CO", "--layout", str(layout))
    said = answer(invoke(file, *options))
    assert said["balances"]["COP"]["total_minor"] == 123_456
    assert said["rejections"] == [
        {
            "line": 2,
            "column": "saldo 4-14",
            "value": "A-2000000005",
            "reason": "line_too_short",
        }
    ]
    layout.write_text("columns: 1")
    assert invoke(file, *options).exit_code == 2
