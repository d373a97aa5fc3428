"""`acuerdo person` and `acuerdo retention`."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import nullcontext
from pathlib import Path

import pytest
from deals_kit import NOW, make_account, make_creditor
from typer.testing import CliRunner

from acuerdo.cli import person
from acuerdo.cli.app import app
from acuerdo.core import clock
from acuerdo.core.actor import SYSTEM
from acuerdo.portfolio.actions import Retention, set_retention
from acuerdo.portfolio.models import Account, Debtor

pytestmark = pytest.mark.django_db
runner = CliRunner()


@pytest.fixture(autouse=True)
def here(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """On the tests' own database."""
    monkeypatch.setattr(person, "with_database", lambda _data: nullcontext())
    with clock.travel(NOW):
        yield


@pytest.fixture
def account() -> Account:
    return make_account(make_creditor(), "A-1", name="Ana Núñez")


def test_a_copy_is_written_for_the_user_alone(account: Account, tmp_path: Path) -> None:
    out = tmp_path / "copy"
    asked = ["person", "export", str(account.debtor.public_id), "--out", str(out), "--lang", "es"]
    done = runner.invoke(app, asked)
    assert done.exit_code == 0, done.output
    (file,) = out.glob("*.json")
    assert json.loads(file.read_text())["person"]["full_name"] == "Ana Núñez"
    assert file.stat().st_mode & 0o777 == 0o600
    assert "Lo que sabemos de usted" in next(out.glob("*.html")).read_text()


@pytest.mark.parametrize("debtor", ["999999", "nobody", "'; DROP TABLE x", ""])
def test_nobody_is_exported_or_erased_for_an_unknown_id(
    account: Account, tmp_path: Path, debtor: str
) -> None:
    for asked in (["export", debtor, "--out", str(tmp_path)], ["erase", debtor, "--yes"]):
        assert runner.invoke(app, ["person", *asked]).exit_code == 2
    assert list(tmp_path.iterdir()) == []


def test_an_erasure_asks_first_and_waits_for_closed_accounts(account: Account) -> None:
    asked = ["person", "erase", str(account.debtor_id)]
    assert runner.invoke(app, asked, input="n\n").exit_code == 1
    assert runner.invoke(app, [*asked, "--yes"]).exit_code == 2
    Account.objects.update(state="closed", closed_at=NOW)
    assert runner.invoke(app, [*asked, "--yes"]).exit_code == 0
    assert Debtor.objects.get().erased_at == NOW


def test_a_dry_run_of_retention_changes_nothing(account: Account) -> None:
    Account.objects.update(state="closed", closed_at=NOW.replace(year=2020))
    assert "sin regla" in runner.invoke(app, ["retention"]).output
    set_retention(
        creditor_id=account.creditor_id, rules=Retention(people=365), actor=SYSTEM, now=NOW
    )
    dry = runner.invoke(app, ["retention", "--dry-run"])
    assert (dry.exit_code, "1 personas" in dry.output) == (0, True)
    assert Debtor.objects.get().erased_at is None
    assert runner.invoke(app, ["retention", "--creditor", "Nobody"]).exit_code == 2
    assert runner.invoke(app, ["retention", "--creditor", "Banco Ejemplo"]).exit_code == 0
    assert Debtor.objects.get().erased_at == NOW
