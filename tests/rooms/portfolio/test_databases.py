"""`acuerdo import` from a database: streamed, never written to, its password never told."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path
from urllib.parse import quote

import psycopg
import pytest
from click.testing import Result
from django.conf import settings
from small_portfolio import NOW
from typer.testing import CliRunner

from acuerdo.cli.app import app
from acuerdo.core import clock
from acuerdo.core.postgres import database_url
from acuerdo.portfolio.actions import databases, open_query
from acuerdo.portfolio.errors import FileEmpty, ImportRefused, SourceFailed
from acuerdo.portfolio.models import Account, ImportRun

pytestmark = pytest.mark.django_db(transaction=True)

QUERY = (
    "SELECT numero AS cuenta, titular AS nombre, saldo, vence AS vencimiento, movil AS celular"
    " FROM cartera WHERE titular NOT LIKE 'Z%' AND numero <> ':no' ORDER BY numero"
)
ROWS = [
    ("0001", "Ana Gómez", "1500.50", "2026-03-01", "3005550101"),
    ("0002", "Luis Paz", "2000.00", "2026-04-01", "3005550102"),
    ("0003", "Eva Ríos", "-1.00", "2026-04-01", "3005550103"),
    ("0009", "Zoe", "9.00", "2026-04-01", "3005550109"),
]


@pytest.fixture(autouse=True)
def at_ten(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("LANG", "en_GB.UTF-8")
    monkeypatch.delenv("LC_ALL", raising=False)
    with clock.travel(NOW):
        yield


@pytest.fixture
def lender() -> Iterator[str]:
    """The address of the lender's PostgreSQL: a database beside ours."""
    server = database_url(settings.DATA_DIR, "postgres")
    with psycopg.connect(server, autocommit=True) as link:
        link.execute("CREATE DATABASE lender_core")
    address = database_url(settings.DATA_DIR, "lender_core")
    with psycopg.connect(address) as link:
        link.execute(
            "CREATE TABLE cartera (numero text, titular text, saldo numeric(12, 2), vence date,"
            " movil text)"
        )
        link.cursor().executemany("INSERT INTO cartera VALUES (%s, %s, %s, %s, %s)", ROWS)
    yield address
    with psycopg.connect(server, autocommit=True) as link:
        link.execute("DROP DATABASE lender_core WITH (FORCE)")


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """The same rows in SQLite, whose numbers are floats and whose dates are text."""
    path = tmp_path / "core base.db"
    link = sqlite3.connect(path)
    link.execute("CREATE TABLE cartera (numero text, titular text, saldo real, vence, movil int)")
    link.executemany("INSERT INTO cartera VALUES (?, ?, ?, ?, ?)", ROWS)
    link.commit()
    link.close()
    return path


def invoke(address: str, *options: str) -> Result:
    command = ["import", address, "--creditor", "Banco Uno", "--country", "CO", *options]
    return CliRunner().invoke(app, command)


def test_the_same_rows_from_two_databases(
    lender: str, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(databases, "_CHUNK", 2)
    first = invoke(lender, "--query", QUERY, "--json")
    said = json.loads(first.stdout)
    assert first.exit_code == 0, first.stderr
    assert (said["accounts"]["new"], said["persons"]) == (2, 2)
    assert said["balances"]["COP"]["total_minor"] == 350_050
    assert said["rejections"] == [
        {"line": 3, "column": "saldo", "value": "-1.00", "reason": "negative_amount"}
    ]
    assert said["file"]["encoding"] == "sql"
    assert Account.objects.get(number="0001").due_on == date(2026, 3, 1)
    assert ImportRun.objects.get().file_name == "lender_core (query)"
    second = json.loads(invoke(f"sqlite:///{file}", "--query", QUERY, "--json").stdout)
    assert second["accounts"] == {"new": 0, "changed": 0, "unchanged": 2}


def test_nothing_is_written_there(lender: str, file: Path) -> None:
    for address in (lender, f"sqlite:///{file}"):
        before = open_query(address, "SELECT count(*) AS n FROM cartera").take().read_table([0])
        for query in (
            "DELETE FROM cartera",
            "DROP TABLE cartera",
            "WITH gone AS (DELETE FROM cartera RETURNING *) SELECT * FROM gone",
        ):
            with pytest.raises(SourceFailed):
                open_query(address, query)
        after = open_query(address, "SELECT count(*) AS n FROM cartera").take().read_table([0])
        assert before.rows.rows() == after.rows.rows() == [(1, "4")]


def test_a_file_that_is_not_there_is_not_made(tmp_path: Path) -> None:
    with pytest.raises(SourceFailed):
        open_query(f"sqlite:///{tmp_path / 'none.db'}", "SELECT 1")
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("secret", ["s3cr:t/ñ@x", "plain-secret"])
def test_the_password_is_never_told(secret: str) -> None:
    address = f"postgresql://reader:{quote(secret, safe='')}@127.0.0.1:1/core"
    result = invoke(address, "--query", "SELECT 1")
    assert result.exit_code == 2
    told = result.stdout + result.stderr
    assert "could not be answered" in told
    assert secret not in told
    assert quote(secret, safe="") not in told


@pytest.mark.parametrize(
    "address",
    ["nonsense://x", "postgresql://h:port/x", "mssql+pyodbc://u:hush-hush@h/x", "://", "sqlite://"],
)
def test_what_is_no_database_is_refused(address: str) -> None:
    with pytest.raises(ImportRefused) as caught:
        open_query(address, "SELECT 1 AS cuenta")
    assert "hush-hush" not in str(caught.value)


def test_an_answer_without_rows_is_empty(file: Path) -> None:
    with pytest.raises(FileEmpty):
        open_query(f"sqlite:///{file}", "SELECT * FROM cartera WHERE 1 = 0")
    with pytest.raises(SourceFailed):
        open_query(f"sqlite:///{file}", "SELECT nothing FROM nowhere")


def test_a_query_without_a_database_and_a_database_without_a_query(
    tmp_path: Path, lender: str
) -> None:
    (tmp_path / "a.csv").write_text("cuenta;saldo;dias_mora\nA;5,5;3\n")
    for result in (invoke(str(tmp_path / "a.csv"), "--query", "SELECT 1"), invoke(lender)):
        assert result.exit_code == 2
        assert "--query" in result.stderr
    assert not Account.objects.exists()


def test_values_keep_what_their_types_prove() -> None:
    values = [Decimal("1.50"), 2, 3.0, 1e16, 0.1, None]
    assert databases._to_text(values) == (
        ["1.50", "2", "3", "10000000000000000", "0.1", None], True
    )  # fmt: skip
    assert databases._to_text(["001", None]) == (["001", None], False)
    assert databases._to_text([b"x", date(2026, 3, 1)]) == ([None, "2026-03-01"], False)
