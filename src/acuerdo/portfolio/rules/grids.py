"""Tables that come already cut into typed cells (Parquet, a sheet, a query) as records of text.

The same checks then follow as for text. What the type already proves is kept: a number's decimal
mark is the point, a date is ISO.
"""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass, field

import polars as pl
from polars.exceptions import PanicException, PolarsError

from acuerdo.portfolio.errors import (
    CellTooLong,
    FileDamaged,
    FileEmpty,
    TooManyColumns,
    TooManyRows,
)
from acuerdo.portfolio.rules.text import MAX_COLUMNS, MAX_LINE_BYTES, Table

MAX_ROWS = 5_000_000
_WHOLE = 2.0**53
"""Up to here a float holds every whole number exactly."""


@dataclass(slots=True)
class Grid:
    """Records of typed cells. `frame` has one column per header, in order; `first_line` is the line
    (or the row of the sheet) of the first. Columns of nested or binary values have no header."""

    encoding: str
    headers: list[str]
    frame: pl.LazyFrame
    first_line: int
    separator: str = ""
    points: tuple[str, ...] = field(default=())

    def read_table(self, positions: list[int]) -> Table:
        """The columns at `positions`. Raises FileEmpty, FileDamaged, CellTooLong."""
        names = self.frame.collect_schema().names()
        wanted = [names[position] for position in positions]
        try:
            typed = self.frame.select(wanted).collect()
            cells = [
                to_text(typed.drop_in_place(name)).alias(f"c{position}")
                for name, position in zip(wanted, positions, strict=True)
            ]
        except (PolarsError, PanicException) as error:
            raise FileDamaged(problem=_short(error)) from None
        height = len(cells[0]) if cells else 0
        lines = pl.int_range(self.first_line, self.first_line + height, eager=True).alias("line")
        rows = pl.DataFrame([lines, *cells])
        for position in positions:
            longest = rows[f"c{position}"].str.len_bytes().max()
            if isinstance(longest, int) and longest > MAX_LINE_BYTES:
                raise CellTooLong(column=self.headers[position], limit=MAX_LINE_BYTES)
        # Sheets end in rows that were formatted and never filled.
        rows = rows.filter(pl.any_horizontal(pl.exclude("line").str.strip_chars() != ""))
        if rows.is_empty():
            raise FileEmpty()
        return Table(self.encoding, self.separator, self.headers, rows, [], rows.height)


def make_grid(frame: pl.LazyFrame, encoding: str, headers: Sequence[str], first_line: int) -> Grid:
    """Raises TooManyColumns."""
    if len(headers) > MAX_COLUMNS:
        raise TooManyColumns(count=len(headers), limit=MAX_COLUMNS)
    types = frame.collect_schema().dtypes()
    shown = [
        "" if kind.is_nested() or kind in (pl.Binary, pl.Object) else header.strip()
        for header, kind in zip(headers, types, strict=True)
    ]
    points = [header for header, kind in zip(shown, types, strict=True) if kind.is_numeric()]
    return Grid(encoding, shown, frame, first_line, points=tuple(points))


def open_parquet(data: bytes) -> Grid:
    """A Parquet file; only the columns that are used are ever decoded. Its rows count from 1.

    Raises FileDamaged, FileEmpty, TooManyRows, TooManyColumns.
    """
    try:
        frame = pl.scan_parquet(io.BytesIO(data))
        headers = frame.collect_schema().names()
        height = frame.select(pl.len()).collect().item()
    except (PolarsError, PanicException) as error:
        raise FileDamaged(problem=_short(error)) from None
    if height > MAX_ROWS:
        raise TooManyRows(count=height, limit=MAX_ROWS)
    if not height or not headers:
        raise FileEmpty()
    return make_grid(frame, "parquet", headers, 1)


def to_text(cells: pl.Series) -> pl.Series:
    """Typed cells as a person would write them without a loss; '' where there is none."""
    kind = cells.dtype
    if kind.is_nested() or kind in (pl.Binary, pl.Object):
        return pl.Series(cells.name, [""], dtype=pl.String).new_from_index(0, len(cells))
    if kind.is_float():
        # An account number kept as a number is 1001, not 1001.0.
        whole = cells.is_finite() & (cells == cells.floor()) & (cells.abs() < _WHOLE)
        if whole.all(ignore_nulls=True):
            cells = cells.cast(pl.Int64)
    elif kind == pl.Datetime:
        cells = cells.dt.strftime("%Y-%m-%d %H:%M:%S")
    return cells.cast(pl.String).fill_null("")


def _short(error: BaseException) -> str:
    return " ".join(str(error).split())[:200]
