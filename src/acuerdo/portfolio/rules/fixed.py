"""Fixed width text, by a layout (YAML) that says where each column stands.

version: 1
record: {from: 1, length: 2, value: "02"}      # only lines of this type; the others are skipped
columns:
  - {name: cuenta, from: 3, length: 10}
  - {name: saldo, from: 13, length: 12, type: amount, decimals: 2}    # 000000123456 is 1234.56
  - {name: vencimiento, from: 25, length: 8, type: date, format: ddmmyyyy}

Positions count characters from 1. The columns' names are headers like those of any other file.
"""

from __future__ import annotations

from collections.abc import Mapping as AnyMapping
from dataclasses import dataclass
from itertools import pairwise
from typing import Literal

import polars as pl
from pydantic import BaseModel, ConfigDict, Field, model_validator

from acuerdo.portfolio.errors import FileEmpty, LayoutInvalid
from acuerdo.portfolio.rules.mapping import read_document
from acuerdo.portfolio.rules.text import MAX_COLUMNS, Fault, Table, read_lines

_MAX_WIDTH = 10_000
# How each format becomes ISO; two digits are a year of this century.
_FORMATS: AnyMapping[str, tuple[str, str]] = {
    "yyyymmdd": (r"^(\d{4})(\d{2})(\d{2})$", "$1-$2-$3"),
    "ddmmyyyy": (r"^(\d{2})(\d{2})(\d{4})$", "$3-$2-$1"),
    "mmddyyyy": (r"^(\d{2})(\d{2})(\d{4})$", "$3-$1-$2"),
    "yymmdd": (r"^(\d{2})(\d{2})(\d{2})$", "20${1}-$2-$3"),
    "ddmmyy": (r"^(\d{2})(\d{2})(\d{2})$", "20${3}-$2-$1"),
}


class Place(BaseModel):
    """Characters of a line, counted from 1."""

    model_config = ConfigDict(extra="forbid")

    start: int = Field(alias="from", ge=1, le=_MAX_WIDTH)
    length: int = Field(ge=1, le=_MAX_WIDTH)

    @property
    def end(self) -> int:
        return self.start + self.length - 1


class RecordType(Place):
    """Which lines are rows: those that hold `value` there."""

    value: str


class Column(Place):
    """`decimals` are implied: no mark is written. `format` is how a date of digits is written;
    without it the dates are read as in any other file."""

    name: str = Field(min_length=1, max_length=80)
    type: Literal["text", "amount", "date"] = "text"
    decimals: int | None = Field(default=None, ge=0, le=6)
    format: Literal["yyyymmdd", "ddmmyyyy", "mmddyyyy", "yymmdd", "ddmmyy"] | None = None

    @model_validator(mode="after")
    def _fits(self) -> Column:
        if self.decimals is not None and self.type != "amount":
            raise ValueError(f"{self.name}: only an amount has decimals")
        if self.format is not None and self.type != "date":
            raise ValueError(f"{self.name}: only a date has a format")
        return self

    @property
    def label(self) -> str:
        """What a fault calls the column: `saldo 13-24`."""
        return f"{self.name} {self.start}-{self.end}"

    @property
    def needed(self) -> int:
        """How long a line must be. Spaces at its end may have been cut off, digits may not."""
        return self.start if self.type == "text" else self.end


class Layout(BaseModel):
    model_config = ConfigDict(extra="forbid")

    version: Literal[1] = 1
    record: RecordType | None = None
    columns: list[Column] = Field(min_length=1, max_length=MAX_COLUMNS)

    @model_validator(mode="after")
    def _apart(self) -> Layout:
        names = [column.name for column in self.columns]
        if len(set(names)) < len(names):
            raise ValueError("two columns have one name")
        placed = sorted(self.columns, key=lambda column: column.start)
        for before, after in pairwise(placed):
            if after.start <= before.end:
                raise ValueError(f"{before.label} and {after.label} overlap")
        return self


def read_layout(text: str | bytes) -> Layout:
    """The layout in a YAML text. Raises LayoutInvalid with the place and what is wrong."""
    return read_document(text, Layout, LayoutInvalid)


@dataclass(slots=True)
class FixedText:
    """The lines of a file and how they are cut."""

    lines: pl.DataFrame
    encoding: str
    layout: Layout
    headers: list[str]
    points: tuple[str, ...]
    separator: str = ""

    def read_table(self, positions: list[int]) -> Table:
        """The columns at `positions`. A line that ends before they do is a fault."""
        columns = [self.layout.columns[position] for position in positions]
        needed = max(column.needed for column in columns)
        short = self.lines.filter(pl.col("text").str.len_chars() < needed)
        faults = [_too_short(columns, line, text) for line, text in short.iter_rows()]
        rows = self.lines.join(short, on="line", how="anti", maintain_order="left").select(
            "line",
            *(
                _cut(column).alias(f"c{position}")
                for column, position in zip(columns, positions, strict=True)
            ),
        )
        headers = [column.label for column in self.layout.columns]
        return Table(self.encoding, "", headers, rows, faults, self.lines.height)


def open_fixed(data: bytes, layout: Layout) -> FixedText:
    """Raises FileEmpty, NotText, LineTooLong."""
    lines, encoding = read_lines(data)
    rows = pl.DataFrame({"text": lines}).with_row_index("line", offset=1)
    rows = rows.select(pl.col("line").cast(pl.Int64), "text")
    rows = rows.filter(pl.col("text").str.strip_chars() != "")
    if layout.record is not None:
        at = pl.col("text").str.slice(layout.record.start - 1, layout.record.length)
        rows = rows.filter(at.str.strip_chars() == layout.record.value.strip())
    if rows.is_empty():
        raise FileEmpty()
    return FixedText(
        lines=rows,
        encoding=encoding,
        layout=layout,
        headers=[column.name for column in layout.columns],
        points=tuple(column.label for column in layout.columns if column.decimals is not None),
    )


def _too_short(columns: list[Column], line: int, text: str) -> Fault:
    missing = min(
        (column for column in columns if column.needed > len(text)), key=lambda column: column.start
    )
    return Fault(line, missing.label, text[:120], "line_too_short")


def _cut(column: Column) -> pl.Expr:
    """The cell; amounts with the point that was implied, dates as ISO, else as it stands."""
    cell = pl.col("text").str.slice(column.start - 1, column.length).str.strip_chars()
    if column.decimals:
        number = r"^([+-]?)(\d+)([+-]?)$"
        sign = pl.concat_str(cell.str.extract(number, 1), cell.str.extract(number, 3))
        digits = cell.str.extract(number, 2).str.zfill(column.decimals + 1)
        whole = digits.str.head(digits.str.len_chars().cast(pl.Int64) - column.decimals)
        point = pl.concat_str(
            pl.when(sign.str.contains("-", literal=True)).then(pl.lit("-")).otherwise(pl.lit("")),
            whole,
            pl.lit("."),
            digits.str.tail(column.decimals),
        )
        return (
            pl.when((sign.str.len_chars() < 2) & digits.is_not_null()).then(point).otherwise(cell)
        )
    if column.format:
        pattern, iso = _FORMATS[column.format]
        nothing = cell.str.contains(r"^0+$")
        return pl.when(nothing).then(pl.lit("")).otherwise(cell.str.replace(pattern, iso))
    return cell
