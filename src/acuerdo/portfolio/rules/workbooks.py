"""Excel workbooks (.xlsx): what a zip archive is before anything of it is unpacked, and its sheets
as records of text. Pure; `open_workbook` must run where it may die (`actions/decoding.py`).
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from dataclasses import dataclass

import fastexcel
import polars as pl

from acuerdo.portfolio.errors import (
    FileDamaged,
    FileEmpty,
    NotText,
    SheetMissing,
    WorkbookHasMacros,
    WorkbookLocked,
    WorkbookOld,
    WorkbookTooLarge,
)
from acuerdo.portfolio.rules.grids import Grid, make_grid

MAX_UNPACKED_MEGABYTES = 2_000
_MAX_PARTS = 5_000
_HEADER_ROWS = 20
# A cell's number comes with nine decimals at most; more digits than fifteen are noise of the float.
_LONG_NUMBER = r"^-?\d+\.\d{7,}$"
_DIGITS = 15


@dataclass(frozen=True, slots=True)
class Sheet:
    """The rows of one sheet below its header: one String column per header, in order.
    `first_line` is the sheet's own number of the first of them."""

    name: str
    headers: list[str]
    frame: pl.DataFrame
    first_line: int


def check_workbook(data: bytes) -> None:
    """Look at a zip or OLE file without unpacking it: a plain workbook of a bearable size passes.

    Raises WorkbookLocked, WorkbookOld, WorkbookHasMacros, WorkbookTooLarge, FileDamaged, NotText.
    """
    if data.startswith(b"\xd0\xcf\x11\xe0"):
        if "EncryptedPackage".encode("utf-16-le") in data:
            raise WorkbookLocked()
        if "Workbook".encode("utf-16-le") in data or "Book".encode("utf-16-le") in data:
            raise WorkbookOld()
        raise NotText(kind="document")
    try:
        parts = zipfile.ZipFile(io.BytesIO(data)).infolist()
    except (zipfile.BadZipFile, ValueError, NotImplementedError, OverflowError):
        raise FileDamaged(problem="zip") from None
    names = {part.filename.lower() for part in parts}
    if any(name.endswith("vbaproject.bin") for name in names):
        raise WorkbookHasMacros()
    if "xl/workbook.bin" in names:
        raise WorkbookOld()
    if "xl/workbook.xml" not in names:
        is_document = any(name.startswith(("word/", "ppt/")) for name in names)
        raise NotText(kind="document" if is_document or "mimetype" in names else "zip")
    if any(part.flag_bits & 1 for part in parts):
        raise WorkbookLocked()
    megabytes = sum(part.file_size for part in parts) // 1_000_000
    if megabytes > MAX_UNPACKED_MEGABYTES or len(parts) > _MAX_PARTS:
        raise WorkbookTooLarge(megabytes=megabytes, limit=MAX_UNPACKED_MEGABYTES)


def open_workbook(data: bytes, wanted: str, count_known: Callable[[list[str]], int]) -> Sheet:
    """The sheet that is called `wanted`, else the visible one with most rows of data below a
    header that `count_known` knows; where none has one, the longest.

    Raises FileDamaged, FileEmpty, SheetMissing.
    """
    try:
        book = fastexcel.read_excel(data)
        names = book.sheet_names
        if wanted and wanted not in names:
            raise SheetMissing(name=wanted, found=", ".join(names[:20]))
        best: tuple[bool, int, Sheet] | None = None
        for name in [wanted] if wanted else names:
            loaded = book.load_sheet(name, header_row=None, skip_rows=0, dtypes="string")
            if loaded.visible != "visible" and not wanted:
                continue
            found = _cut(name, loaded.to_polars(), count_known)
            if found and (best is None or found[:2] > best[:2]):
                best = found
    except fastexcel.FastExcelError as error:
        raise FileDamaged(problem=str(error).splitlines()[0][:200]) from None
    if best is None:
        raise FileEmpty()
    return best[2]


def grid_of(sheet: Sheet) -> Grid:
    """The sheet as records. Raises TooManyColumns."""
    return make_grid(sheet.frame.lazy(), "xlsx", sheet.headers, sheet.first_line)


def _cut(
    name: str, cells: pl.DataFrame, count_known: Callable[[list[str]], int]
) -> tuple[bool, int, Sheet] | None:
    """Whether the sheet has a header that is known, how many rows stand below it, and they; None
    where the sheet has no rows."""
    cells = cells.select(pl.all().fill_null(""))
    head = cells.head(_HEADER_ROWS).rows()
    filled = [row for row, values in enumerate(head) if any(value.strip() for value in values)]
    if not filled:
        return None
    known = {row: count_known(list(head[row])) for row in filled}
    row = max(filled, key=lambda at: (known[at] if known[at] > 1 else 0, -at))
    headers = [value.strip() for value in head[row]]
    while headers and not headers[-1]:
        headers.pop()
    rows = cells.slice(row + 1).select(cells.columns[: len(headers)])
    if rows.is_empty():
        return None
    frame = rows.select(_plain_number(column) for column in rows.columns)
    return known[row] > 1, rows.height, Sheet(name, headers, frame, row + 2)


def _plain_number(column: str) -> pl.Expr:
    """`123456789012.339996338` as the sheet shows it: `123456789012.34`."""
    cell = pl.col(column)
    number = cell.cast(pl.Float64, strict=False).round_sig_figs(_DIGITS).cast(pl.String)
    return pl.when(cell.str.contains(_LONG_NUMBER)).then(number).otherwise(cell).alias(column)
