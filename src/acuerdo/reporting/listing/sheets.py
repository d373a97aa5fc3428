"""A table as a file that a spreadsheet opens: CSV, or a workbook.

Cells are texts, whole numbers, decimals and dates. No text of either is a formula, whatever a
debtor is called.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal
from typing import Any, Final

import xlsxwriter

from acuerdo.portfolio.reasons import protect_cell

Cell = str | int | Decimal | date
CONTENT_TYPES: Final = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
# A sheet has 1,048,576 rows; what is longer goes on in the next.
_SHEET_ROWS: Final = 1_000_000
_WIDTH: Final = 18


def write_csv(header: Sequence[str], rows: Iterable[Sequence[Cell]]) -> tuple[bytes, int]:
    """CSV (UTF-8 with BOM, commas, points as decimal marks, dates as ISO) and its number of rows
    below the header."""
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow(header)
    count = 0
    for count, row in enumerate(rows, start=1):  # noqa: B007 - how many there were
        writer.writerow([protect_cell(cell) if isinstance(cell, str) else cell for cell in row])
    return out.getvalue().encode("utf-8-sig"), count


def write_workbook(header: Sequence[str], rows: Iterable[Sequence[Cell]]) -> tuple[bytes, int]:
    """The same as .xlsx: numbers and dates are such, a text stays one. Rows go to the disk as they
    come, so that a million of them need no more memory than one."""
    out = io.BytesIO()
    count = 0
    with xlsxwriter.Workbook(out, {"constant_memory": True}) as book:
        formats = _Formats(book)
        sheet = _open_sheet(book, header, formats)
        for count, row in enumerate(rows, start=1):
            place = (count - 1) % _SHEET_ROWS + 1
            if place == 1 and count > 1:
                sheet = _open_sheet(book, header, formats)
            for column, cell in enumerate(row):
                _write_cell(sheet, place, column, cell, formats)
    return out.getvalue(), count


class _Formats:
    """The looks of cells, each made once."""

    def __init__(self, book: Any) -> None:
        self.head = book.add_format({"bold": True, "bottom": 1})
        self.day = book.add_format({"num_format": "yyyy-mm-dd"})
        self._book = book
        self._amounts: dict[int, Any] = {}

    def amount(self, value: Decimal) -> Any:
        places = max(-int(value.as_tuple().exponent), 0)
        if places not in self._amounts:
            form = "#,##0" + ("." + "0" * places if places else "")
            self._amounts[places] = self._book.add_format({"num_format": form})
        return self._amounts[places]


def _open_sheet(book: Any, header: Sequence[str], formats: _Formats) -> Any:
    sheet = book.add_worksheet()
    sheet.set_column(0, len(header) - 1, _WIDTH)
    sheet.freeze_panes(1, 0)
    for column, text in enumerate(header):
        sheet.write_string(0, column, text, formats.head)
    return sheet


def _write_cell(sheet: Any, row: int, column: int, cell: Cell, formats: _Formats) -> None:
    if isinstance(cell, str):
        sheet.write_string(row, column, cell)
    elif isinstance(cell, Decimal):
        sheet.write_number(row, column, float(cell), formats.amount(cell))
    elif isinstance(cell, date):
        sheet.write_datetime(row, column, cell, formats.day)
    else:
        sheet.write_number(row, column, cell)
