"""Entries as they are sealed: read in bulk, and one SHA-256 for each over everything it says.

A leaf is the digest of an entry as text, with the lines it moves between by their names. What
people write is counted first, so that no text can pass for another one's.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import polars as pl
import psycopg

from acuerdo.core.bulk import read_frame

# Ranges closer than this are read as one.
_NEAR = 10_000

_ENTRIES = """
    SELECT id, creditor_id, effective_on::text, extract(epoch FROM occurred_at)::text,
           coalesce(reverses_id, 0), kind, key, memo, actor, terms
    FROM ledger_entry WHERE id >= %(first)s AND id < %(end)s ORDER BY id
"""
_ENTRY_COLUMNS = {
    "id": pl.Int64,
    "creditor_id": pl.Int64,
    "effective_on": pl.String,
    "epoch": pl.String,
    "reverses_id": pl.Int64,
    "kind": pl.String,
    "key": pl.String,
    "memo": pl.String,
    "actor": pl.String,
    "terms": pl.String,
}
_POSTINGS = """
    SELECT id, entry_id, debit_id, credit_id, amount_minor, currency FROM ledger_posting
    WHERE entry_id >= %(first)s AND entry_id < %(end)s ORDER BY entry_id, id
"""
_POSTING_COLUMNS = {
    "id": pl.Int64,
    "entry_id": pl.Int64,
    "debit_id": pl.Int64,
    "credit_id": pl.Int64,
    "amount_minor": pl.Int64,
    "currency": pl.String,
}
_LINES = (
    "SELECT id, creditor_id, code, subject_id, currency, balance_minor FROM ledger_ledgeraccount"
)
_LINES_OF = f"""
    {_LINES} WHERE id IN (
        SELECT debit_id FROM ledger_posting WHERE entry_id >= %(first)s AND entry_id < %(end)s
        UNION
        SELECT credit_id FROM ledger_posting WHERE entry_id >= %(first)s AND entry_id < %(end)s
    )
"""
_LINE_COLUMNS = {
    "id": pl.Int64,
    "creditor_id": pl.Int64,
    "code": pl.String,
    "subject_id": pl.Int64,
    "currency": pl.String,
    "balance_minor": pl.Int64,
}


@dataclass(frozen=True, slots=True)
class Window:
    """The entries and postings of ids from `first` to before `end`, in order of their ids."""

    entries: pl.DataFrame
    postings: pl.DataFrame


def read_window(first: int, end: int, link: psycopg.Connection[Any] | None = None) -> Window:
    """What the books hold between two ids of entries, by `link` where a thread reads."""
    bounds = {"first": first, "end": end}
    return Window(
        read_frame(_ENTRIES, bounds, _ENTRY_COLUMNS, link=link),
        read_frame(_POSTINGS, bounds, _POSTING_COLUMNS, link=link),
    )


def read_lines(bounds: tuple[int, int] | None = None) -> pl.DataFrame:
    """All lines of the books, or those that entries of ids within `bounds` move between."""
    if bounds is None:
        return read_frame(_LINES, None, _LINE_COLUMNS)
    return read_frame(_LINES_OF, {"first": bounds[0], "end": bounds[1]}, _LINE_COLUMNS)


def name_sides(window: Window, lines: pl.DataFrame) -> pl.DataFrame:
    """The postings with what their lines are called (`debit_code`, `credit_subject_id`, …)."""
    named = window.postings
    for side in ("debit", "credit"):
        names = lines.select(
            pl.col("id").alias(f"{side}_id"),
            *(
                pl.col(name).alias(f"{side}_{name}")
                for name in ("creditor_id", "code", "subject_id", "currency")
            ),
        )
        named = named.join(names, on=f"{side}_id", how="left", maintain_order="left")
    return named


def make_leaves(entries: pl.DataFrame, named: pl.DataFrame) -> list[bytes]:
    """The leaf of each of `entries`, in their order; `named` are the postings of `name_sides`."""
    sides = named.select(
        "entry_id",
        side=pl.concat_str(
            "id",
            "amount_minor",
            "currency",
            *(
                f"{side}_{name}"
                for side in ("debit", "credit")
                for name in ("creditor_id", "code", "subject_id", "currency")
            ),
            separator=":",
            ignore_nulls=True,
        ),
    )
    if sides["entry_id"].n_unique() < sides.height:
        sides = sides.group_by("entry_id", maintain_order=True).agg(pl.col("side").str.join(","))
    written = [
        part
        for name in ("kind", "key", "memo", "actor")
        for part in (pl.col(name).str.len_chars(), pl.col(name))
    ]
    # Terms came later: an entry without them says what it said before.
    has_terms = pl.col("terms") != ""
    texts = (
        entries.join(sides, left_on="id", right_on="entry_id", how="left", maintain_order="left")
        .select(
            pl.concat_str(
                "id", "creditor_id", "effective_on", "epoch", "reverses_id", *written, "side",
                pl.when(has_terms).then(pl.col("terms").str.len_chars()),
                pl.when(has_terms).then("terms"),
                separator="|",
                ignore_nulls=True,
            )
        )
        .to_series()
    )  # fmt: skip
    sha256 = hashlib.sha256
    return [sha256(text.encode()).digest() for text in texts]


def read_leaves(ranges: Sequence[tuple[int, int]]) -> tuple[list[int], list[bytes]]:
    """The ids and leaves of the entries that are there now in `ranges` (first id, end), which are
    in order and do not touch."""
    known = pl.DataFrame(ranges, schema={"first": pl.Int64, "end": pl.Int64}, orient="row")
    ids: list[int] = []
    leaves: list[bytes] = []
    for first, end in _join_near(ranges):
        window = read_window(first, end)
        entries = window.entries.join_asof(
            known.set_sorted("first"), left_on="id", right_on="first", coalesce=False
        ).filter(pl.col("id") < pl.col("end"))
        leaves += make_leaves(entries, name_sides(window, read_lines((first, end))))
        ids += entries["id"].to_list()
    return ids, leaves


def _join_near(ranges: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """The same ranges with small gaps read along: what was never committed leaves many."""
    joined: list[tuple[int, int]] = []
    for first, end in ranges:
        if joined and first - joined[-1][1] <= _NEAR:
            joined[-1] = joined[-1][0], end
        else:
            joined.append((first, end))
    return joined
