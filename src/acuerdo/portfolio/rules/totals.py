"""Rows that hold sums, not accounts: `TOTAL`, `Subtotal 1001`, `Total geral`, or nothing but the
sum of what stands above. They are told of and neither imported nor rejected."""

from __future__ import annotations

import polars as pl

from acuerdo.portfolio.rules.amounts import read_amounts
from acuerdo.portfolio.rules.headers import AMOUNTS
from acuerdo.portfolio.rules.reader import Reader

_WORD = (
    r"(?i)^\W*(?:gran |grand |sub[ -]?)?(?:total(?:es|is|s)?|totais|suma|sumas|soma|sum)\b"
    r"|(?i)\btotal(?:es)? (?:general|geral)\W*$"
)
# What an account has and a sum has not: where it says anything, it is no word of a sum.
_OWN = ("account", "name", "first_name", "last_name")
_NEVER = ("document", "due_on", "days_overdue")


def set_totals_aside(reader: Reader) -> pl.DataFrame:
    """Take the rows that may be sums out of `reader`: they name no account, debtor or date. Gives
    them (`line`, `is_named`: whether they call themselves a sum, and the cells)."""
    rows = aside = reader.rows
    # The dates and documents first: of a million rows hardly one is left for the words.
    for field in (*_NEVER, *_OWN):
        for position in reader.columns.get(field, ()):
            cell = pl.col(f"c{position}").str.strip_chars()
            fits = cell == ""
            aside = aside.filter(fits | cell.str.contains(_WORD) if field in _OWN else fits)
    amounts = [f"c{position}" for field in AMOUNTS for position in reader.columns.get(field, ())]
    has_amount = pl.any_horizontal(pl.col(amounts).str.contains(r"\d"))
    aside = aside.filter(has_amount)
    if aside.is_empty():
        return aside.with_columns(is_named=pl.lit(value=False))
    reader.rows = rows.join(aside.select("line"), on="line", how="anti", maintain_order="left")
    words = [name for name in rows.columns if name != "line" and name not in amounts]
    return aside.with_columns(
        is_named=pl.any_horizontal(pl.col(words).str.strip_chars().str.contains(_WORD))
        if words
        else pl.lit(value=False)
    )


def settle_totals(reader: Reader, aside: pl.DataFrame, currency: str) -> pl.DataFrame:
    """Which of the rows set aside are sums, by line; the others are rejected for want of an
    account. The amounts have been read.

    A row that only holds amounts is a sum where they are those of all rows above it, or of those
    since the last sum.
    """
    field = "total" if "total" in reader.columns else "principal"
    amounts = pl.DataFrame({"line": reader.rows["line"], "minor": reader.stated[field]})
    column = reader.header(field)
    cells = aside[f"c{reader.columns[field][0]}"].str.strip_chars()
    stated = read_amounts(
        column,
        cells,
        pl.Series([currency]).new_from_index(0, aside.height),
        reader.marks.get(column) or ".",
    ).values["minor"]
    sums: list[int] = []
    last = 0
    for line, is_named, cell, minor in zip(
        aside["line"], aside["is_named"], cells, stated, strict=True
    ):
        above = amounts.filter(pl.col("line") < line)["minor"]
        since = amounts.filter(pl.col("line").is_between(last, line, closed="none"))["minor"]
        agrees = minor is not None and minor in (above.sum(), since.sum())
        if not is_named and not agrees:
            reader.reject(line, reader.header("account"), "", "missing_value")
            continue
        sums.append(line)
        is_complete = not above.null_count()
        reason = "totals_row" if agrees or minor is None or not is_complete else "totals_differ"
        reader.warn(line, column, cell, reason)
        last = line
    return pl.DataFrame({"line": sums}, schema={"line": pl.Int64})
