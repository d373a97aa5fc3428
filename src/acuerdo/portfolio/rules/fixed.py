"""Fixed width text, cut as a layout (`layouts`) says."""

from __future__ import annotations

from collections.abc import Mapping as AnyMapping
from dataclasses import dataclass

import polars as pl

from acuerdo.portfolio.errors import FileEmpty, LayoutInvalid
from acuerdo.portfolio.rules.layouts import Column, Layout
from acuerdo.portfolio.rules.mapping import read_document
from acuerdo.portfolio.rules.text import Fault, Table, read_lines

# How each format becomes ISO; two digits are a year of this century.
_FORMATS: AnyMapping[str, tuple[str, str]] = {
    "yyyymmdd": (r"^(\d{4})(\d{2})(\d{2})$", "$1-$2-$3"),
    "ddmmyyyy": (r"^(\d{2})(\d{2})(\d{4})$", "$3-$2-$1"),
    "mmddyyyy": (r"^(\d{2})(\d{2})(\d{4})$", "$3-$1-$2"),
    "yymmdd": (r"^(\d{2})(\d{2})(\d{2})$", "20${1}-$2-$3"),
    "ddmmyy": (r"^(\d{2})(\d{2})(\d{2})$", "20${3}-$2-$1"),
}


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
