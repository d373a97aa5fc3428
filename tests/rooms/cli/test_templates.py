"""`acuerdo templates lint --creditor`: the templates of a creditor, as they stand."""

from __future__ import annotations

import json
from contextlib import nullcontext
from pathlib import Path

import pytest
from messaging_kit import make_creditor
from typer.testing import CliRunner

from acuerdo.cli.app import app
from acuerdo.messaging.models import Template

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def here(monkeypatch: pytest.MonkeyPatch) -> None:
    """In the database of the test, and in English."""
    monkeypatch.setenv("LANG", "en_GB.UTF-8")
    monkeypatch.delenv("LC_ALL", raising=False)
    monkeypatch.setattr("acuerdo.cli.templates.with_database", lambda _data: nullcontext())


def lint(*arguments: object) -> tuple[int, str, str]:
    result = CliRunner().invoke(app, ["templates", "lint", *map(str, arguments)])
    return result.exit_code, result.stdout, result.stderr


def test_seeded_templates_are_clean_and_a_bad_one_is_found() -> None:
    creditor = make_creditor()
    code, out, _err = lint("--creditor", creditor.name)
    assert code == 0
    assert out.count("nothing to mend") == Template.objects.count()
    row = Template.objects.filter(code="follow_up", channel="sms", locale="es")
    row.update(body="{{ creditor.name }}: último aviso.")
    code, out, _err = lint("--creditor", creditor.name, "--json")
    assert code == 1
    bad = [one for one in json.loads(out)["templates"] if one["refused"]]
    assert [one["name"] for one in bad] == ["follow_up sms es v1"]
    row.update(is_active=False)
    assert lint("--creditor", creditor.name)[0] == 0


def test_a_file_is_read_as_that_creditors(tmp_path: Path) -> None:
    creditor = make_creditor()
    path = tmp_path / "text.txt"
    path.write_text("Banco Ejemplo: hola. Responda BAJA.", encoding="utf-8")
    assert lint(path, "--creditor", creditor.name)[0] == 0
    code, out, _err = lint(path, "--creditor", creditor.name, "--country", "US")
    assert code == 1
    assert "us.mini_miranda" in out


def test_a_creditor_that_nobody_knows_is_said_so() -> None:
    make_creditor()
    code, _out, err = lint("--creditor", "Nadie")
    assert code == 2
    assert "no creditor is called Nadie; there are: Banco Ejemplo" in " ".join(err.split())
