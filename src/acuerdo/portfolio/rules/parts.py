"""Files with one row per invoice or instalment: the rows of one account are its due items.

Two rows of one account are two parts of it where they name the same debtor and currency, and
another invoice, instalment or, in a file without such a column, another due date. The same row
again is a duplicate; another row of the same part contradicts the first, which stands.
"""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from acuerdo.portfolio.rules.headers import COMPONENTS
from acuerdo.portfolio.rules.reader import Reader

_OWN = ("name", "first_name", "last_name", "document", "document_type", "currency", "country")


@dataclass(frozen=True, slots=True)
class Grouped:
    """`accounts`: one row per account, that of its first line, with the sums of its parts,
    `row_count` and `items`: '' where it has one part, else `date:minor` of each in order of due
    date, separated by commas. `duplicates`: lines of rows said before, and the `first` line.
    `parts`: `line` and the account's `first` line of all rows that are taken."""

    accounts: pl.DataFrame
    duplicates: pl.DataFrame
    parts: pl.DataFrame


def group_parts(reader: Reader, frame: pl.DataFrame, cells: pl.DataFrame) -> Grouped:
    """Join the rows of `frame` that are parts of one account; contradictions are rejected.
    `cells` are the rows of the file whose account number stands in several, as they are written."""
    bad = pl.concat([rejected.select("line") for rejected in reader.rejections]).unique()
    good = frame.join(bad, on="line", how="anti", maintain_order="left") if bad.height else frame
    is_single = good["number"].is_unique()
    several = good.filter(~is_single)
    single = good.filter(is_single) if several.height else good
    none = pl.DataFrame(schema={"line": pl.Int64, "first": pl.Int64})
    single = single.with_columns(
        row_count=pl.lit(1, dtype=pl.UInt32), items=pl.lit("", dtype=pl.String)
    )
    alone = single.select("line", first="line")
    if several.is_empty():
        return Grouped(single, none, alone)
    compared = _compare(reader, several, cells)
    line, first = pl.col("line"), pl.col("first")
    is_later = line != first
    contradicts = compared.filter(
        (pl.col("own") != pl.col("first_own")) | (is_later & (pl.col("text") != pl.col("said")))
    )
    reader.rejections.append(
        contradicts.select(
            "line",
            pl.lit(reader.header("account")).alias("column"),
            pl.col("number").alias("value"),
            pl.lit("account_twice").alias("reason"),
        )
    )
    repeated = compared.filter(is_later).join(contradicts, on="line", how="anti")
    taken = several.join(
        pl.concat([contradicts.select("line"), repeated.select("line")]), on="line", how="anti"
    ).sort("line")
    owed = pl.sum_horizontal(COMPONENTS)
    item = pl.concat_str([pl.col("due_on").cast(pl.String), owed.cast(pl.String)], separator=":")
    others = [
        name
        for name in taken.columns
        if name not in (*COMPONENTS, "number", "due_on", "opened_on", "line")
    ]
    joined = taken.group_by("number", maintain_order=True).agg(
        pl.col("line").first(),
        pl.col(others).first(),
        pl.col(COMPONENTS).sum(),
        pl.col("due_on", "opened_on").min(),
        row_count=pl.len(),
        items=item.sort_by("due_on", "line").str.join(","),
        lines=pl.col("line").alias("lines"),
    )
    joined = joined.with_columns(
        items=pl.when(pl.col("row_count") > 1).then("items").otherwise(pl.lit(""))
    )
    lines = joined.select(pl.col("lines").alias("line"), first="line").explode("line")
    accounts = pl.concat([single, joined.select(single.columns)]).sort("line")
    return Grouped(
        accounts, repeated.select("line", "first"), pl.concat([alone, lines]).sort("line")
    )


def _compare(reader: Reader, several: pl.DataFrame, raw: pl.DataFrame) -> pl.DataFrame:
    """Per row: all it says (`text`), of the debtor (`own`) and what the first row of its account
    (`first_own`) and of its part (`said`, at line `first`) say."""
    cells = [name for name in raw.columns if name != "line"]
    own = [f"c{position}" for field in _OWN for position in reader.columns.get(field, ())]
    part = [f"c{position}" for position in reader.columns.get("part", ())[:1]]
    due = pl.col("due_on").cast(pl.String)
    stripped = pl.exclude("line").fill_null("").str.strip_chars()
    rows = raw.join(several.select("line"), on="line", how="semi").with_columns(stripped)
    words = rows.select(
        "line",
        text=pl.concat_str(cells, separator="\x1f"),
        own=pl.concat_str(own, separator="\x1f").str.to_lowercase() if own else pl.lit(""),
        part=pl.col(part[0]) if part else pl.lit(""),
    )
    compared = several.select("line", "number", "due_on").join(words, on="line").sort("line")
    compared = compared.with_columns(
        part=pl.when(pl.col("part") == "").then(due).otherwise("part"),
        first_own=pl.col("own").first().over("number"),
    )
    return compared.with_columns(
        first=pl.col("line").first().over("number", "part"),
        said=pl.col("text").first().over("number", "part"),
    )
