"""Files that are no CSV come into the books as the same rows would from text."""

from __future__ import annotations

import gzip
from datetime import UTC, date, datetime
from hashlib import sha256
from pathlib import Path

import polars as pl
import pytest
from django.db import transaction

from acuerdo.core.actor import SYSTEM
from acuerdo.creditors.actions import create_creditor
from acuerdo.creditors.models import Creditor
from acuerdo.portfolio.actions import ImportReport, import_file, open_file
from acuerdo.portfolio.errors import FileDamaged, FileTooLarge, ImportRefused
from acuerdo.portfolio.models import Account, ImportRun
from acuerdo.portfolio.rules.mapping import Mapping

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 11, 24, 15, tzinfo=UTC)


@pytest.fixture
def creditor() -> Creditor:
    return create_creditor(actor=SYSTEM, now=NOW, name="Lender", country="CO")


def bring(creditor: Creditor, path: Path) -> ImportReport:
    with transaction.atomic():
        return import_file(
            actor=SYSTEM, now=NOW, creditor=creditor, path=path, portfolio_name="All"
        )


def test_parquet_and_text_are_the_same_portfolio(creditor: Creditor, tmp_path: Path) -> None:
    frame = pl.DataFrame(
        {
            "cuenta": ["A-1", "A-2", "A-3"],
            "nombre": ["Ana", "Luis", "Eva"],
            "cedula": [1020000001, 1020000002, 1020000003],
            "celular": [3005550001, 3005550002, 3005550003],
            "saldo": [1500.5, 2000.25, -1.0],
            "vencimiento": [date(2026, 10, 1)] * 3,
        }
    )
    frame.write_parquet(tmp_path / "a.parquet")
    frame.write_csv(tmp_path / "a.csv")
    first = bring(creditor, tmp_path / "a.parquet")
    assert (first.new, first.rejected, first.persons) == (2, 1, 2)
    assert first.balances["COP"]["total_minor"] == 350_075
    assert first.rejections.rows() == [(3, "saldo", "-1.0", "negative_amount")]
    second = bring(creditor, tmp_path / "a.csv")
    assert (second.new, second.changed, second.unchanged) == (0, 0, 2)


def test_a_damaged_parquet_file_changes_nothing(creditor: Creditor, tmp_path: Path) -> None:
    path = tmp_path / "a.parquet"
    path.write_bytes(b"PAR1" + bytes(1_000))
    with pytest.raises(FileDamaged):
        bring(creditor, path)
    assert not ImportRun.objects.exists()
    assert not Account.objects.exists()


@pytest.mark.parametrize("position", [40, 44, 100, 300])
def test_a_parquet_file_that_ends_its_reader_does_not_end_ours(
    tmp_path: Path, position: int
) -> None:
    path = tmp_path / "a.parquet"
    frame = pl.DataFrame({"cuenta": ["A", "B"], "saldo": [1.5, 2.5], "dias_mora": [1, 2]})
    frame.write_parquet(path)
    data = bytearray(path.read_bytes())
    # At 44 this makes polars ask for exabytes and abort.
    data[position] = 127
    path.write_bytes(data)
    try:
        records = open_file(path, Mapping()).take()
        rows = records.read_table([0, 1]).rows
    except ImportRefused:
        return
    assert rows.height <= 2


def test_a_length_of_exabytes_is_damage(tmp_path: Path) -> None:
    path = tmp_path / "a.parquet"
    frame = pl.DataFrame({"cuenta": ["A", "B"], "saldo": [1.5, 2.5], "dias_mora": [1, 2]})
    frame.write_parquet(path)
    data = bytearray(path.read_bytes())
    data[44] = 1
    path.write_bytes(data)
    with pytest.raises(FileDamaged):
        open_file(path, Mapping())


def test_titles_above_the_header_are_skipped(creditor: Creditor, tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text(
        "Banco Uno, cartera vencida\n"
        "Corte: 24/11/2026; Total\n"
        "\n"
        "cuenta;saldo;vencimiento\n"
        "A-1;5,50;2026-10-01\n"
        "A-2;x;2026-10-01\n"
    )
    report = bring(creditor, path)
    assert (report.read, report.new) == (2, 1)
    assert report.rejections.rows() == [(6, "saldo", "x", "unreadable_amount")]


def test_headers_of_a_mapping_are_found_below_titles(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("Titles\nX1;X2;X3\nA;5;2026-10-01\n")
    mapping = Mapping.model_validate({"columns": {"account": "X1", "total": "X2"}})
    assert open_file(path, mapping).take().headers == ["X1", "X2", "X3"]
    assert open_file(path, Mapping()).take().headers == ["Titles"]


# gzip


def test_a_packed_file_is_read_and_a_damaged_one_refused(tmp_path: Path) -> None:
    text = b"account,total,days_overdue\nA-1,100.50,5\n"
    path = tmp_path / "portfolio.csv.gz"
    path.write_bytes(gzip.compress(text))
    assert open_file(path, Mapping()).digest == sha256(text).hexdigest()
    for damaged in (gzip.compress(text)[:-9], b"\x1f\x8b\x08" + bytes(40), b"\x1f\x8bnothing"):
        path.write_bytes(damaged)
        with pytest.raises(FileDamaged):
            open_file(path, Mapping())


def test_a_packed_bomb_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("acuerdo.portfolio.actions.intake.MAX_FILE_MEGABYTES", 1)
    path = tmp_path / "portfolio.csv.gz"
    path.write_bytes(gzip.compress(bytes(5_000_000)))
    with pytest.raises(FileTooLarge):
        open_file(path, Mapping())
