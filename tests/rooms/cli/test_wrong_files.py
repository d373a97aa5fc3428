"""`acuerdo import` of a file that is none: what it is, in words, and exit code 2."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import Result
from small_portfolio import NOW
from typer.testing import CliRunner
from wrong_files import FORMULAS, TWO_GIGABYTES, WRONG

from acuerdo.cli.app import app
from acuerdo.core import clock
from acuerdo.portfolio.models import Account, ImportRun

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def at_ten(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("LANG", "en_GB.UTF-8")
    monkeypatch.delenv("LC_ALL", raising=False)
    with clock.travel(NOW):
        yield


def invoke(file: Path, *options: str) -> Result:
    return CliRunner().invoke(app, ["import", str(file), "--creditor", "Banco Uno", *options])


@pytest.mark.parametrize(("name", "data", "word"), WRONG, ids=[name for name, *_rest in WRONG])
@pytest.mark.parametrize("kind", [(), ("--full",), ("--delta",)], ids=["place", "full", "delta"])
def test_a_wrong_file_is_named(
    tmp_path: Path, name: str, data: bytes, word: str, kind: tuple[str, ...]
) -> None:
    file = tmp_path / name
    file.write_bytes(data)
    result = invoke(file, *kind)
    assert result.exit_code == 2
    assert word in " ".join(result.stderr.lower().split())
    assert "traceback" not in result.stderr.lower()
    assert not ImportRun.objects.exists()


def test_two_gigabytes_are_refused_before_they_are_read(tmp_path: Path) -> None:
    file = tmp_path / "huge.csv"
    with file.open("wb") as stream:
        stream.truncate(TWO_GIGABYTES)
    result = invoke(file)
    assert result.exit_code == 2
    assert "2000 MB" in result.stderr
    assert "512 MB" in result.stderr


def test_formulas_never_become_names_or_amounts(tmp_path: Path) -> None:
    file = tmp_path / "formulas.csv"
    file.write_text(FORMULAS)
    result = invoke(file, "--json", "--country", "CO")
    assert result.exit_code == 0, result.stderr
    said = json.loads(result.stdout)
    faults = {(fault["line"], fault["column"], fault["reason"]) for fault in said["rejections"]}
    assert faults == {(3, "total", "formula")}
    assert (2, "name", "formula_left_out") in {
        (fault["line"], fault["column"], fault["reason"]) for fault in said["warnings"]
    }
    told = dict(Account.objects.values_list("number", "debtor__name"))
    assert set(told) == {"F-1", "F-3"}
    assert "HYPERLINK" not in told["F-1"]
    # The same for a person.
    assert "formula" in invoke(file, "--country", "CO").output
