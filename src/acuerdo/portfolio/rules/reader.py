"""What every reader of a column shares: the cells of one table, and the faults found in them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import polars as pl

from acuerdo.portfolio.rules.text import Table

FAULT_SCHEMA = {"line": pl.Int64, "column": pl.String, "value": pl.String, "reason": pl.String}


class Reader:
    """Collects faults while the columns of one table are read."""

    def __init__(self, table: Table, columns: Mapping[str, Sequence[int]]) -> None:
        self.table = table
        self.columns = columns
        self.rows = table.rows
        self.rejections: list[pl.DataFrame] = [
            pl.DataFrame(
                [[f.line, f.column, f.value, f.reason] for f in table.faults],
                schema=FAULT_SCHEMA,
                orient="row",
            )
        ]
        self.warnings: list[pl.DataFrame] = []
        self.decimals: set[str] = set()
        self.marks: dict[str, str] = {}
        self.stated: dict[str, pl.Series] = {}
        self.orders: set[str] = set()

    def header(self, field: str, index: int = 0) -> str:
        return self.table.headers[self.columns[field][index]]

    def cells(self, field: str, index: int = 0) -> pl.Series:
        """The stripped cells of a field's column. `="001"` is how a spreadsheet is told to keep
        the zeros of 001."""
        cells = self.rows[f"c{self.columns[field][index]}"].str.strip_chars()
        if cells.str.starts_with("=").any():
            cells = cells.str.replace(r'^="([^"]*)"$', "$1")
        return cells

    def let_go(self, *fields: str) -> None:
        """Drop the cells of columns that have been read: a large file is not held to the end."""
        read = {place for field in fields for place in self.columns.get(field, ())}
        needed = {
            place
            for field, places in self.columns.items()
            if field not in fields
            for place in places
        }
        cells = [f"c{place}" for place in read - needed]
        self.rows = self.table.rows = self.rows.drop(cells, strict=False)

    def fault(self, kind: str, column: str, cells: pl.Series, reasons: pl.Series | pl.Expr) -> None:
        """Note `reasons` (null where fine) for `column`, as `rejections` or `warnings`."""
        frame = pl.DataFrame({"line": self.rows["line"], "value": cells}).with_columns(
            reason=reasons
        )
        frame = frame.filter(pl.col("reason").is_not_null())
        if frame.height:
            found = frame.select(
                "line",
                pl.lit(column).alias("column"),
                pl.col("value").fill_null("").str.slice(0, 200),
                pl.col("reason").cast(pl.String),
            )
            (self.rejections if kind == "reject" else self.warnings).append(found)

    def reject(self, line: int, column: str, value: str, reason: str) -> None:
        """Reject one row."""
        self.rejections.append(_one_fault(line, column, value, reason))

    def warn(self, line: int, column: str, value: str, reason: str) -> None:
        """Warn of one row."""
        self.warnings.append(_one_fault(line, column, value, reason))

    def all_faults(self, kind: str) -> pl.DataFrame:
        frames = self.rejections if kind == "reject" else self.warnings
        empty = pl.DataFrame(schema=FAULT_SCHEMA)
        return pl.concat([empty, *frames]).sort("line", maintain_order=True)


def _one_fault(line: int, column: str, value: str, reason: str) -> pl.DataFrame:
    return pl.DataFrame([[line, column, value[:200], reason]], schema=FAULT_SCHEMA, orient="row")


def look_up(cells: pl.Series, found: Mapping[str, str]) -> pl.Series:
    """`cells` replaced by their meaning, null where there is none."""
    table = pl.DataFrame(
        {"text": list(found), "value": [value or None for value in found.values()]},
        schema={"text": pl.String, "value": pl.String},
    )
    return (
        cells.alias("text")
        .to_frame()
        .join(table, on="text", how="left", maintain_order="left", nulls_equal=True)["value"]
    )


def clean(cells: pl.Series) -> pl.Series:
    """Without control and direction characters, and with single spaces."""
    return (
        cells.str.replace_all(r"[\p{Cc}\p{Cf}]+", " ")
        .str.replace_all(r"\s+", " ")
        .str.strip_chars()
    )


def is_formula(cell: pl.Expr) -> pl.Expr:
    """Whether a spreadsheet would take a text for something to compute."""
    return cell.str.contains(r"^=|^[@+\-][A-Za-z_]+[(!|]")


def or_formula(cells: pl.Series, reasons: pl.Series) -> pl.Series:
    """`reasons`, with `formula` for faulty cells that are one."""
    frame = pl.DataFrame({"cell": cells, "reason": reasons})
    return frame.select(
        pl.when(pl.col("reason").is_not_null() & is_formula(pl.col("cell")))
        .then(pl.lit("formula"))
        .otherwise("reason")
    ).to_series()
