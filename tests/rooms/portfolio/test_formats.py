"""Files that are no CSV come into the books as the same rows would from text."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path

import polars as pl
import pytest
from django.db import transaction

from acuerdo.core.actor import SYSTEM
from acuerdo.creditors.actions import create_creditor
from acuerdo.creditors.models import Creditor
from acuerdo.portfolio.actions import ImportReport, import_file
from acuerdo.portfolio.errors import FileDamaged
from acuerdo.portfolio.models import Account, ImportRun

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
