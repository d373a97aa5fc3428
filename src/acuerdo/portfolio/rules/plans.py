"""How a file would be read, before anything is written: which column is what and how sure that
is, the first rows as they will be read, and why others will be rejected. Pure."""

from __future__ import annotations

from collections.abc import Mapping as AnyMapping
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import polars as pl

from acuerdo.portfolio.errors import HeaderAmbiguous, ImportRefused
from acuerdo.portfolio.rules.headers import Guess, list_guesses, plain_header
from acuerdo.portfolio.rules.mapping import Mapping
from acuerdo.portfolio.rules.rows import Reading, read_rows
from acuerdo.portfolio.rules.text import Records

SAMPLE_BYTES = 8_000_000
_EXAMPLES = 3
_EXAMPLE_ROWS = 50


@dataclass(frozen=True, slots=True)
class Column:
    """One column of the file: its header, some of its values, and the field it is taken for ('' for
    none) with the certainty of `Guess`; `unclear` where several could be that field."""

    position: int
    header: str
    examples: tuple[str, ...]
    field: str
    certainty: str


@dataclass(frozen=True, slots=True)
class Plan:
    """`reading` is what would be read, None where the file cannot be read yet: `refusal` says why,
    and `unclear` is the field that several columns could be."""

    columns: tuple[Column, ...]
    reading: Reading | None
    refusal: ImportRefused | None
    is_sample: bool


def cut_sample(data: bytes) -> tuple[bytes, bool]:
    """The first lines of a large text, and whether that is not all of it."""
    if len(data) <= SAMPLE_BYTES:
        return data, False
    end = data.rfind(b"\n", 0, SAMPLE_BYTES)
    return (data[:end] if end > 0 else data[:SAMPLE_BYTES]), True


def plan_reading(
    records: Records,
    *,
    mapping: Mapping,
    registered: AnyMapping[str, Sequence[str]],
    country: str,
    currency: str,
    as_of_on: date,
    is_sample: bool = False,
) -> Plan:
    """Read `records` as `read_rows` does, and tell where it cannot rather than raise. Raises what
    `Records.read_table` raises: a file without rows has no plan."""
    columns = _list_columns(records, mapping, registered)
    try:
        reading = read_rows(
            records,
            mapping=mapping,
            registered=registered,
            country=country,
            currency=currency,
            as_of_on=as_of_on,
        )
    except ImportRefused as refusal:
        return Plan(columns, None, refusal, is_sample)
    return Plan(columns, reading, None, is_sample)


def hash_headers(headers: Sequence[str]) -> str:
    """What files with the same columns share, whatever their dress."""
    return "|".join(plain_header(header) for header in headers)


def _list_columns(
    records: Records, mapping: Mapping, registered: AnyMapping[str, Sequence[str]]
) -> tuple[Column, ...]:
    headers = records.headers
    found: dict[int, tuple[str, str]] = {}
    for field, guesses in _guess_all(headers, mapping, registered).items():
        for guess in guesses:
            found[guess.position] = (field, guess.certainty)
    for field, guesses in _guess_all(headers, Mapping(), registered).items():
        for guess in guesses:
            # What is said by hand as it would be guessed is as sure as the guess.
            if found.get(guess.position) == (field, "declared") and guess.certainty != "unclear":
                found[guess.position] = (field, guess.certainty)
    return tuple(
        Column(position, header, examples, *found.get(position, ("", "")))
        for position, header, examples in list_examples(records)
    )


def list_examples(records: Records) -> list[tuple[int, str, tuple[str, ...]]]:
    """Each column's position, header and some of its first values. Raises what
    `Records.read_table` raises."""
    rows = records.read_table(list(range(len(records.headers)))).rows.head(_EXAMPLE_ROWS)
    told = []
    for position, header in enumerate(records.headers):
        cells = rows[f"c{position}"].str.strip_chars()
        examples = cells.filter(cells != "").unique(maintain_order=True).head(_EXAMPLES)
        told.append((position, header, tuple(text[:60] for text in examples.to_list())))
    return told


def _guess_all(
    headers: Sequence[str], mapping: Mapping, registered: AnyMapping[str, Sequence[str]]
) -> dict[str, list[Guess]]:
    """The guesses; a field that several columns could be is left to whoever looks, and marked."""
    declared = {field: list(names) for field, names in mapping.columns.items()}
    unclear: dict[str, list[Guess]] = {}
    while True:
        try:
            return {**list_guesses(headers, registered, declared), **unclear}
        except HeaderAmbiguous as error:
            field = error.params["field"]
            names = set(error.params["found"].split(", "))
            unclear[field] = [
                Guess(position, "unclear")
                for position, header in enumerate(headers)
                if header in names
            ]
            declared[field] = []


def list_first_rows(reading: Reading, count: int) -> pl.DataFrame:
    """The first `count` rows in the file's order: `line`, `first` (null where rejected), `state`
    (`taken`, `part`, `duplicate`, `total`, `rejected`) and the columns of its account."""
    bad = reading.rejections.select("line").unique().head(count * 4)
    lines = pl.concat(
        [
            reading.lines,
            bad.select(
                "line",
                first=pl.lit(None, dtype=pl.Int64),
                state=pl.lit("rejected", dtype=pl.String),
            ),
        ]
    )
    rows = lines.sort("line").head(count)
    is_part = (pl.col("state") == "taken") & (pl.col("line") != pl.col("first"))
    rows = rows.with_columns(state=pl.when(is_part).then(pl.lit("part")).otherwise("state"))
    accounts = reading.accounts.rename({"line": "first"})
    return rows.join(accounts, on="first", how="left", maintain_order="left")
