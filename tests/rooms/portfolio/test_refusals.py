"""Files that cannot be imported at all: a named error, and nothing changed."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from pathlib import Path

import pytest
from django.db import transaction

from acuerdo.core.actor import SYSTEM
from acuerdo.core.models import Event
from acuerdo.creditors.actions import create_creditor
from acuerdo.portfolio.actions import guess_country, import_file, load_mapping, open_file
from acuerdo.portfolio.errors import (
    AmountsAmbiguous,
    DatesAmbiguous,
    FileDamaged,
    FileEmpty,
    FileMissing,
    HeaderNotRecognised,
    ImportRefused,
    LineTooLong,
    MappingInvalid,
    NotText,
    TooManyColumns,
)
from acuerdo.portfolio.models import Account, ImportRun, Person, Portfolio
from acuerdo.portfolio.rules.mapping import Mapping

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 11, 24, 15, tzinfo=UTC)


@pytest.mark.parametrize(
    ("data", "error"),
    [
        (b"", FileEmpty),
        (b"cuenta;saldo;vencimiento\n", FileEmpty),
        (os.urandom(100_000), NotText),
        (b"PK\x03\x04" + os.urandom(1_000), FileDamaged),
        (b"cuenta;saldo;vencimiento\nA;1;\x002026-01-31\n", NotText),
        (b"cuenta;saldo;vencimiento\n" + b"A" * 50_000_000, LineTooLong),
        (",".join(f"c{n}" for n in range(200)).encode() + b"\n" + b"1," * 199, TooManyColumns),
        (b"hello world\nthis is no table\n", HeaderNotRecognised),
        (b"cuenta;saldo;vencimiento\nA;1.234;2026-01-31\n", AmountsAmbiguous),
        (b"cuenta;saldo;vencimiento\nA;1,5;01/02/2026\n", DatesAmbiguous),
    ],
)
def test_a_file_that_is_refused_changes_nothing(
    tmp_path: Path, data: bytes, error: type[ImportRefused]
) -> None:
    creditor = create_creditor(actor=SYSTEM, now=NOW, name="Lender", country="CO")
    path = tmp_path / "export.csv"
    path.write_bytes(data)
    with pytest.raises(error) as caught, transaction.atomic():
        import_file(actor=SYSTEM, now=NOW, creditor=creditor, path=path)
    assert caught.value.code != "error"
    assert len(str(caught.value)) < 600
    for model in (Portfolio, ImportRun, Person, Account):
        assert not model.objects.exists()
    assert not Event.objects.filter(name="PortfolioImported").exists()


def test_what_is_no_file_is_missing(tmp_path: Path) -> None:
    creditor = create_creditor(actor=SYSTEM, now=NOW, name="Lender", country="CO")
    for path in (tmp_path, tmp_path / "nothing.csv", Path("/dev/zero")):
        with pytest.raises(FileMissing), transaction.atomic():
            import_file(actor=SYSTEM, now=NOW, creditor=creditor, path=path)
    with pytest.raises(MappingInvalid):
        load_mapping(tmp_path / "nothing.yaml")


def test_a_file_of_bad_rows_alone_is_read_and_reported(tmp_path: Path) -> None:
    creditor = create_creditor(actor=SYSTEM, now=NOW, name="Lender", country="CO")
    path = tmp_path / "export.csv"
    path.write_text("cuenta;saldo;vencimiento;pais\nA;x;2026-01-31;MX\n;1,5;2026-01-31;MX\n")
    assert guess_country(open_file(path, Mapping()), Mapping()) == "MX"
    with transaction.atomic():
        report = import_file(actor=SYSTEM, now=NOW, creditor=creditor, path=path)
    assert (report.accepted, report.rejected, report.new) == (0, 2, 0)
    assert not Account.objects.exists()
