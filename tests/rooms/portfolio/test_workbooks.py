"""Excel workbooks come in as the rows that a person sees; others are refused by name."""

from __future__ import annotations

import io
import os
import zipfile
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from django.db import transaction
from django.utils import translation

from acuerdo.core.actor import SYSTEM
from acuerdo.creditors.actions import create_creditor
from acuerdo.creditors.models import Creditor
from acuerdo.portfolio.actions import ImportReport, import_file, open_file
from acuerdo.portfolio.errors import (
    FileDamaged,
    FileEmpty,
    ImportRefused,
    NotText,
    SheetMissing,
    WorkbookHasMacros,
    WorkbookLocked,
    WorkbookOld,
    WorkbookTooLarge,
)
from acuerdo.portfolio.models import Account, ImportRun, Person
from acuerdo.portfolio.rules import workbooks
from acuerdo.portfolio.rules.mapping import Mapping
from tests.workbook_kit import Cell, make_workbook

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 11, 24, 15, tzinfo=UTC)
HEAD: list[Cell] = ["Número de crédito", "Cliente", "Cédula", "Celular", "Saldo", "Fecha venc"]
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504)


@pytest.fixture
def creditor() -> Creditor:
    return create_creditor(actor=SYSTEM, now=NOW, name="Lender", country="CO")


def bring(creditor: Creditor, tmp_path: Path, data: bytes, **mapping: object) -> ImportReport:
    path = tmp_path / "cartera.xlsx"
    path.write_bytes(data)
    with transaction.atomic():
        return import_file(
            actor=SYSTEM,
            now=NOW,
            creditor=creditor,
            path=path,
            mapping=Mapping.model_validate(mapping),
        )


def test_a_sheet_as_people_make_them(creditor: Creditor, tmp_path: Path) -> None:
    data = make_workbook(
        {
            "Resumen": [["Cartera vencida"], ["Total", 3_000]],
            "Cartera": [
                [],
                [None, "Banco Uno · Cartera vencida"],
                [],
                [None, *HEAD],
                [None, "00123", "Ana Gómez", 1020000001, 3005550001, 1234567.89, date(2026, 3, 5)],
                [],
                [None, "00124", "Luis Paz", "1020000002", "300 5550002", "2.500,50", "10-mar-2026"],
                [None, 125, "Eva Ríos", 1020000003, 3005550003, 0.1 + 0.2, 46_100],
                [
                    None,
                    126,
                    "Leo Díaz",
                    1020000004,
                    3005550004,
                    "#N/A",
                    datetime(2026, 3, 1, 9, tzinfo=UTC),
                ],
                [None, 127, "Iris Sol", 1020000005, 3005550005, "pronto", "2025-12-31"],
            ],
        }
    )
    report = bring(creditor, tmp_path, data, decimal={"Saldo": "."})
    numbers = set(Account.objects.values_list("number", "due_on"))
    assert numbers == {("00123", date(2026, 3, 5)), ("125", date(2026, 3, 19))}
    assert report.balances["COP"]["total_minor"] == 123_456_789 + 30
    assert report.rejections.rows() == [
        (7, "Saldo", "2.500,50", "unreadable_amount"),
        (9, "Saldo", "", "missing_value"),
        (10, "Saldo", "pronto", "unreadable_amount"),
    ]
    assert report.file["encoding"] == "xlsx"
    assert Person.objects.filter(document_hash__isnull=False).count() == 2


def test_the_same_rows_as_text_and_as_a_workbook_are_one_portfolio(
    creditor: Creditor, tmp_path: Path
) -> None:
    rows: list[list[Cell]] = [
        [f"{number:05}", "Ana", 1020000000 + number, 3005550000 + number, 10.5, date(2026, 3, 5)]
        for number in range(30)
    ]
    bring(creditor, tmp_path, make_workbook({"A": [HEAD, *rows]}))
    path = tmp_path / "cartera.csv"
    text = [";".join(str(cell) for cell in row) for row in [HEAD, *rows]]
    path.write_text("\n".join(text), encoding="cp1252")
    with transaction.atomic():
        again = import_file(actor=SYSTEM, now=NOW, creditor=creditor, path=path)
    assert (again.new, again.changed, again.unchanged) == (0, 0, 30)


def test_the_sheet_with_most_accounts_is_read_and_hidden_ones_are_not(tmp_path: Path) -> None:
    row: list[Cell] = ["1", "Ana", 1, 2, 3.5, date(2026, 3, 5)]
    data = make_workbook(
        {
            "Notas": [["texto"], *([["x"]] * 40)],
            "Oculta": [HEAD, *([row] * 30)],
            "Marzo": [HEAD, row],
            "Abril": [HEAD, row, row],
        },
        hidden=["Oculta"],
    )
    path = tmp_path / "a.xlsx"
    path.write_bytes(data)
    assert open_file(path, Mapping()).take().read_table([0]).read == 2
    named = Mapping.model_validate({"sheet": "Marzo"})
    assert open_file(path, named).take().read_table([0]).read == 1
    with pytest.raises(SheetMissing) as caught:
        open_file(path, Mapping.model_validate({"sheet": "Mayo"}))
    assert "Notas, Oculta, Marzo, Abril" in str(caught.value)


def test_headers_that_only_a_mapping_knows(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    path.write_bytes(make_workbook({"A": [["Título"], ["X1", "X2"], ["a", 5.5]]}))
    mapping = Mapping.model_validate({"columns": {"account": "X1", "total": "X2"}})
    assert open_file(path, mapping).take().headers == ["X1", "X2"]


def stretched() -> bytes:
    """Two cells at the ends of a sheet: as a table it would be seventeen thousand million."""
    data = make_workbook({"A": [["a", "b"]]})
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w") as new:
        for part in old.infolist():
            text = old.read(part)
            if part.filename.endswith("sheet1.xml"):
                far = b'<row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData>'
                text = text.replace(b"</sheetData>", far)
            new.writestr(part, text)
    return out.getvalue()


def other_zip(name: str) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr(name, b"x")
    return out.getvalue()


@pytest.mark.parametrize(
    ("data", "error"),
    [
        (OLE + "EncryptedPackage".encode("utf-16-le"), WorkbookLocked),
        (OLE + "Workbook".encode("utf-16-le"), WorkbookOld),
        (OLE + "WordDocument".encode("utf-16-le"), NotText),
        (make_workbook({"A": [HEAD]}, extra={"xl/vbaProject.bin": b"x"}), WorkbookHasMacros),
        (other_zip("xl/workbook.bin"), WorkbookOld),
        (other_zip("word/document.xml"), NotText),
        (other_zip("cartera.csv"), NotText),
        (make_workbook({"A": [HEAD, ["1"]]})[:-40], FileDamaged),
        (b"PK\x03\x04" + os.urandom(5_000), FileDamaged),
        (make_workbook({"A": []}), FileEmpty),
        (make_workbook({"A": [HEAD]}), FileEmpty),
        (stretched(), FileDamaged),
        (b"\x89PNG\r\n\x1a\n" + os.urandom(5_000), NotText),
        (b"%PDF-1.7\n" + os.urandom(5_000), NotText),
    ],
)
def test_a_wrong_file_has_a_clear_answer_in_three_languages(
    creditor: Creditor, tmp_path: Path, data: bytes, error: type[ImportRefused]
) -> None:
    with pytest.raises(error) as caught:
        bring(creditor, tmp_path, data)
    told = set()
    for language in ("es", "pt", "en"):
        with translation.override(language):
            told.add(str(caught.value))
    assert len(told) == 3
    assert all(20 < len(text) < 400 for text in told)
    assert not ImportRun.objects.exists()


def test_a_bomb_is_refused_before_it_is_unpacked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    data = make_workbook({"A": [HEAD]}, extra={"xl/media/bomb.xml": bytes(30_000_000)})
    assert len(data) < 100_000
    monkeypatch.setattr(workbooks, "MAX_UNPACKED_MEGABYTES", 20)
    path = tmp_path / "a.xlsx"
    path.write_bytes(data)
    with pytest.raises(WorkbookTooLarge):
        open_file(path, Mapping())
