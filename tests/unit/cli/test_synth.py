"""`acuerdo synth`: a file, or a sentence why there is none."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import Result
from typer.testing import CliRunner

from acuerdo.cli.app import app
from acuerdo.cli.synth import MOST
from acuerdo.simulation import actions


@pytest.fixture(autouse=True)
def english(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LANG", "en_GB.UTF-8")
    monkeypatch.delenv("LC_ALL", raising=False)


def synth(out: Path, *options: str, country: str = "CO,BR", accounts: str = "50") -> Result:
    given = ["synth", "--accounts", accounts, "--country", country, "--out", str(out), *options]
    return CliRunner().invoke(app, given)


def test_a_file_is_written_and_told(tmp_path: Path) -> None:
    out = tmp_path / "portfolio.csv"
    result = synth(out, "--as-of", "2027-02-28")
    assert result.exit_code == 0, result.output
    assert "50 synthetic accounts as of 2027-02-28" in " ".join(result.output.split())
    header, *rows = out.read_text("utf-8").splitlines()
    assert header.startswith("numero_credito;nombre_completo;")
    assert len(rows) == 50
    assert all(row.endswith(";si") for row in rows)
    assert not any(";2027-03" in row for row in rows)


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("es_CO", "No se puede crear una cartera para XX"),
        ("pt_BR", "Não é possível criar uma carteira para XX"),
        ("en_US", "No portfolio can be made for XX"),
    ],
)
def test_an_unknown_country_is_refused_in_a_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, language: str, words: str
) -> None:
    monkeypatch.setenv("LANG", f"{language}.UTF-8")
    result = synth(tmp_path / "none.csv", country="CO,XX")
    assert result.exit_code == 2
    told = " ".join(result.output.split())
    assert words in told
    assert "CO, MX, BR, ES, CL, PE, AR, PT, EC, CR, US, GB, ZA" in told
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    "options",
    [
        ("--seed", "-1"),
        ("--seed", "abc"),
        ("--as-of", "31/02/2026"),
        ("--as-of", "2026-02-31"),
    ],
)
def test_an_option_that_cannot_be_understood_is_refused(
    tmp_path: Path, options: tuple[str, str]
) -> None:
    assert synth(tmp_path / "none.csv", *options).exit_code == 2
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("accounts", ["0", "-1", "1000001", "1e3"])
def test_a_number_of_accounts_that_makes_no_file_is_refused(tmp_path: Path, accounts: str) -> None:
    assert actions.MOST == MOST
    assert synth(tmp_path / "none.csv", accounts=accounts).exit_code == 2
    assert list(tmp_path.iterdir()) == []


def test_a_place_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    missing = synth(tmp_path / "missing" / "portfolio.csv")
    assert missing.exit_code == 2
    assert "No such file or directory" in " ".join(missing.output.split())
    assert synth(tmp_path).exit_code == 2
    assert list(tmp_path.iterdir()) == []
