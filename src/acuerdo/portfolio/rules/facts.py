"""Dated facts about accounts that are here already: payments, promises, statements.

A row is one fact. Where the mapping declares `periods`, a row is one fact per period: lenders keep
a column for each month.

version: 1
columns: {account: ID}
periods:
  - {date: 2005-09-30, columns: {amount: PAY_AMT1}}
  - {date: 2005-08-31, columns: {amount: PAY_AMT2}}
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

import polars as pl
from pydantic import BaseModel, ConfigDict, Field

from acuerdo.portfolio.errors import HeaderNotRecognised, MappingInvalid
from acuerdo.portfolio.rules.amounts import read_amounts
from acuerdo.portfolio.rules.dates import read_dates
from acuerdo.portfolio.rules.fields import read_number
from acuerdo.portfolio.rules.headers import FIELDS, find_columns, plain_header
from acuerdo.portfolio.rules.mapping import Mapping as ColumnMapping
from acuerdo.portfolio.rules.mapping import read_document
from acuerdo.portfolio.rules.reader import FAULT_SCHEMA, Reader, clean, look_up, or_formula
from acuerdo.portfolio.rules.text import Records, Table

Kind = Literal["past", "date", "amount", "signed", "whole", "text", "word"]
_TEXT = 200
_NUMBER = r"^([+-]?\d{1,5})(?:[.,]0+)?$"


@dataclass(frozen=True, slots=True)
class FactField:
    """A column of facts. `past` is a date that may not be to come, `date` one that may; `amount`
    is more than zero or nothing, `signed` any amount; `whole` a whole number; `word` one of
    `words` (folded header form → meaning). An empty cell of a needed field rejects its row."""

    name: str
    kind: Kind
    headers: tuple[str, ...]
    is_needed: bool = True
    words: Mapping[str, str] | None = None


class Period(BaseModel):
    """One date and the columns that tell of it."""

    model_config = ConfigDict(extra="forbid")

    # Not `on`: YAML takes that for true.
    on: date = Field(alias="date")
    columns: dict[str, str] = Field(min_length=1)


class FactMapping(ColumnMapping):
    """How to read a file of facts: as a portfolio's mapping, and its periods."""

    periods: list[Period] = Field(default_factory=list, max_length=120)


@dataclass(frozen=True, slots=True)
class FactReading:
    """What a file tells of known accounts.

    `rows` has `line`, `number`, what the look-up gave (`account_id`, `currency`, …), `on` and a
    column per field: Date, Int64 (minor units or whole numbers, null where empty) or String ('').
    `read` counts facts, a month's empty or zero cell being none.
    """

    rows: pl.DataFrame
    rejections: pl.DataFrame
    warnings: pl.DataFrame
    read: int
    columns: Mapping[str, str]

    @property
    def rejected(self) -> int:
        return self.read - self.rows.height


FindAccounts = Callable[[pl.Series], pl.DataFrame]
"""Takes distinct account numbers; gives `number`, `account_id`, `currency` and what else the
caller wants beside each fact, one row per number that is known."""


def read_fact_mapping(text: str | bytes) -> FactMapping:
    """The mapping in a YAML text. Raises MappingInvalid."""
    return read_document(text, FactMapping, MappingInvalid)


def read_facts(
    source: Records,
    fields: Sequence[FactField],
    *,
    mapping: FactMapping,
    find_accounts: FindAccounts,
    today: date,
) -> FactReading:
    """Read all facts of `source`; the first `past` field is the fact's date, `on`.

    A bad cell rejects its fact with line, column, value and reason, and no other. Raises
    HeaderNotRecognised and what reading of amounts and dates raises for a whole column.
    """
    mapping = mapping.with_points(source.points)
    when = next(one for one in fields if one.kind == "past")
    shared, periods = _find(source.headers, fields, mapping, when)
    positions = {position for found in (shared, *periods) for position in found.values()}
    table = source.read_table(sorted(positions))
    numbers = table.rows[f"c{shared['account']}"].str.strip_chars().str.replace_all(r"\s+", " ")
    known = find_accounts(numbers.unique())
    parts = [
        _read_part(table, {**shared, **own}, fields, mapping, known, today, period)
        for own, period in zip(periods, mapping.periods or (None,), strict=True)
    ]
    return FactReading(
        rows=pl.concat([part.rows for part in parts]).rename({when.name: "on"}),
        rejections=_join_faults(part.rejections for part in parts),
        warnings=_join_faults(part.warnings for part in parts),
        read=sum(part.read for part in parts) if mapping.periods else table.read,
        columns={
            name: source.headers[place]
            for found in (shared, *periods)
            for name, place in found.items()
        },
    )


def _find(
    headers: Sequence[str], fields: Sequence[FactField], mapping: FactMapping, when: FactField
) -> tuple[dict[str, int], list[dict[str, int]]]:
    """Positions of the columns that all facts share, and of each period's own."""
    wanted = {"account": tuple(plain_header(word) for word in FIELDS["account"])}
    wanted |= {one.name: one.headers for one in fields}
    declared = {name: list(names) for name, names in mapping.columns.items()}
    plain = {plain_header(header): place for place, header in reversed(list(enumerate(headers)))}
    places = {header: place for place, header in reversed(list(enumerate(headers)))}

    def place_of(field: str, name: str) -> int:
        place = places.get(name, plain.get(plain_header(name)))
        if place is None or field not in wanted:
            raise HeaderNotRecognised(missing=f"{field} ({name})", found=_shown(headers))
        return place

    shared = {name: place_of(name, names[0]) for name, names in declared.items() if names}
    own = [
        {name: place_of(name, header) for name, header in period.columns.items()}
        for period in mapping.periods
    ]
    taken = {*shared.values(), *(place for found in own for place in found.values())}
    monthly = {name for found in own for name in found} | ({when.name} if own else set())
    free = {name: words for name, words in wanted.items() if name not in {*declared, *monthly}}
    for name, found in find_columns(headers, free).items():
        if place := [one for one in found if one not in taken]:
            shared[name] = place[0]
    needed = ["account", *(one.name for one in fields if one.is_needed)]
    for columns in own or [{}]:
        missing = [name for name in needed if name not in {**shared, **columns}]
        missing = [name for name in missing if not own or name != when.name]
        if missing:
            raise HeaderNotRecognised(missing=", ".join(missing), found=_shown(headers))
    return shared, own or [{}]


def _shown(headers: Sequence[str]) -> str:
    text = ", ".join(header[:40] for header in headers[:20])
    return text if len(headers) <= 20 else text + ", …"


def _read_part(
    table: Table,
    columns: Mapping[str, int],
    fields: Sequence[FactField],
    mapping: FactMapping,
    known: pl.DataFrame,
    today: date,
    period: Period | None,
) -> FactReading:
    """The facts of one period, or of a file whose rows are facts."""
    reader = Reader(table, {name: [place] for name, place in columns.items()})
    frame = pl.DataFrame({"line": reader.rows["line"], "number": read_number(reader)})
    frame = frame.join(known, on="number", how="left", maintain_order="left")
    unknown = pl.when(pl.col("account_id").is_null()).then(pl.lit("unknown_account"))
    reader.fault(
        "reject", reader.header("account"), frame["number"], frame.select(unknown).to_series()
    )
    for field in fields:
        if field.name in columns:
            values = _read_cells(reader, field, mapping, frame["currency"], today)
        elif field.kind == "past" and period is not None:
            values = pl.Series([period.on]).new_from_index(0, frame.height)
        else:
            values = _nothing(field, frame.height)
        frame = frame.with_columns(values.alias(field.name))
    if period is not None:
        frame = frame.join(_skip(reader, fields, period), on="line", how="anti")
    lines = frame.select("line")
    rejections = reader.all_faults("reject").join(lines, on="line", how="semi")
    return FactReading(
        rows=frame.join(rejections, on="line", how="anti", maintain_order="left"),
        rejections=pl.concat([rejections, _faults_of(table)]),
        warnings=reader.all_faults("warn").join(lines, on="line", how="semi"),
        read=frame.height,
        columns={},
    )


def _faults_of(table: Table) -> pl.DataFrame:
    rows = [[one.line, one.column, one.value, one.reason] for one in table.faults]
    return pl.DataFrame(rows, schema=FAULT_SCHEMA, orient="row")


def _join_faults(frames: Iterable[pl.DataFrame]) -> pl.DataFrame:
    """What several periods found fault with, once each."""
    found = pl.concat(list(frames))
    return found.unique(maintain_order=True).sort("line", maintain_order=True)


def _skip(reader: Reader, fields: Sequence[FactField], period: Period) -> pl.DataFrame:
    """Lines for which a period tells nothing: its amounts are empty or zero."""
    names = [one.name for one in fields if one.kind == "amount" and one.name in period.columns]
    cells = pl.DataFrame({"line": reader.rows["line"], **{n: reader.cells(n) for n in names}})
    if not names:
        return cells.clear().select("line")
    nothing = [pl.col(name).str.contains(r"^[\s$0.,]*$") for name in names]
    return cells.filter(pl.all_horizontal(nothing)).select("line")


def _nothing(field: FactField, height: int) -> pl.Series:
    dtype: pl.DataType = {
        "past": pl.Date(),
        "date": pl.Date(),
        "text": pl.String(),
        "word": pl.String(),
    }.get(field.kind, pl.Int64())
    empty = "" if dtype == pl.String() else None
    return pl.Series([empty], dtype=dtype).new_from_index(0, height)


def _read_cells(
    reader: Reader,
    field: FactField,
    mapping: FactMapping,
    currencies: pl.Series,
    today: date,
) -> pl.Series:
    column, cells = reader.header(field.name), reader.cells(field.name)
    if field.is_needed:
        reader.fault("reject", column, cells, _where(cells == "", "missing_value"))
    if field.kind in ("past", "date"):
        read = read_dates(column, cells, mapping.dates_for(column, field.name))
        reader.fault("reject", column, cells, or_formula(cells, look_up(cells, read.bad)))
        if field.kind == "past":
            reader.fault("reject", column, cells, _where(read.values > today, "in_the_future"))
        return read.values
    if field.kind in ("amount", "signed"):
        amounts = read_amounts(
            column,
            cells,
            currencies.fill_null("XXX"),
            mapping.decimal_for(column, field.name),
            signed=field.kind == "signed",
        )
        reader.fault("reject", column, cells, or_formula(cells, amounts.values["reason"]))
        minor = amounts.values["minor"]
        if field.kind == "amount":
            reader.fault("reject", column, cells, _where(minor == 0, "zero_amount"))
        return minor
    if field.kind == "whole":
        numbers = cells.str.extract(_NUMBER).cast(pl.Int64, strict=False)
        bad = (cells != "") & numbers.is_null()
        reader.fault("reject", column, cells, _where(bad, "unreadable_number"))
        return numbers
    if field.kind == "word":
        return _read_words(reader, field, column, cells)
    reader.fault("reject", column, cells, _where(cells.str.len_chars() > _TEXT, "too_long"))
    return clean(cells)


def _read_words(reader: Reader, field: FactField, column: str, cells: pl.Series) -> pl.Series:
    words = field.words or {}
    known = {text: words.get(plain_header(text), "") for text in cells.unique() if text}
    read = look_up(cells, known)
    unknown = (cells != "") & read.is_null()
    reader.fault("reject", column, cells, _where(unknown, f"unknown_{field.name}"))
    return read.fill_null("")


def read_months_late(on: str, months: str) -> pl.Expr:
    """Days since the same day so many months before the date `on`; none where nothing is late."""
    late = pl.max_horizontal(pl.col(months), 0)
    since = pl.col(on).dt.offset_by(pl.format("-{}mo", late))
    return (pl.col(on) - since).dt.total_days()


def _where(condition: pl.Series, reason: str) -> pl.Series:
    return pl.select(pl.when(condition).then(pl.lit(reason))).to_series()
