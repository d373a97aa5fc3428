"""Columns of an account: its number, place, currency, amounts and dates."""

from __future__ import annotations

from datetime import date

import polars as pl

from acuerdo.portfolio.rules.amounts import read_amounts
from acuerdo.portfolio.rules.dates import read_dates
from acuerdo.portfolio.rules.headers import AMOUNTS, COMPONENTS, SUMMED
from acuerdo.portfolio.rules.mapping import Mapping
from acuerdo.portfolio.rules.places import (
    default_currency,
    find_country,
    find_currency,
    find_subdivision,
)
from acuerdo.portfolio.rules.reader import Reader, is_formula, look_up, or_formula

_MAX_NUMBER = 64
_MAX_MONTHS = 600
DATED = ("due_on", "days_overdue", "months_overdue")
"""What tells since when a debt is due; one of them is needed."""


def read_number(reader: Reader) -> pl.Series:
    cells = reader.cells("account").str.replace_all(r"\s+", " ")
    column = reader.header("account")
    cell = pl.col("value")
    reasons = (
        pl.when(cell == "")
        .then(pl.lit("missing_value"))
        .when(is_formula(cell))
        .then(pl.lit("formula"))
        .when(cell.str.contains(r"^\d(?:[.,]\d+)?[eE]\+\d+$"))
        .then(pl.lit("damaged_number"))
        .when(cell.str.len_chars() > _MAX_NUMBER)
        .then(pl.lit("too_long"))
        .when(cell.str.contains(r"[\p{Cc}\p{Cf}]"))
        .then(pl.lit("control_characters"))
    )
    reader.fault("reject", column, cells, reasons)
    return cells


def read_places(reader: Reader, mapping: Mapping, creditor_country: str) -> list[pl.Series]:
    """`country`, `subdivision` and `is_country_told`: whether the row itself names the country."""
    fallback = mapping.defaults.country or creditor_country
    height = reader.rows.height
    if "country" in reader.columns:
        cells = reader.cells("country")
        country = look_up(cells, {text: find_country(text) for text in cells.unique().to_list()})
        known = pl.DataFrame({"cell": cells, "code": country})
        reader.fault(
            "reject",
            reader.header("country"),
            cells,
            known.select(
                pl.when((pl.col("cell") != "") & pl.col("code").is_null()).then(
                    pl.lit("unknown_country")
                )
            ).to_series(),
        )
        reader.fault(
            "warn",
            reader.header("country"),
            cells,
            known.select(pl.when(pl.col("cell") == "").then(pl.lit("assumed_country"))).to_series(),
        )
        is_told = country.is_not_null().alias("is_country_told")
        country = country.fill_null(fallback)
    else:
        is_told = pl.Series("is_country_told", [False]).new_from_index(0, height)
        country = pl.Series([fallback]).new_from_index(0, height)
    country = country.alias("country")
    if "subdivision" not in reader.columns:
        return [country, pl.Series("subdivision", [""]).new_from_index(0, height), is_told]
    cells = reader.cells("subdivision")
    pairs = pl.DataFrame({"cell": cells, "country": country})
    distinct = pairs.unique()
    distinct = distinct.with_columns(
        code=pl.Series(
            [find_subdivision(text, code) if text else "" for text, code in distinct.iter_rows()],
            dtype=pl.String,
        )
    )
    codes = pairs.join(distinct, on=["cell", "country"], how="left", maintain_order="left")
    reader.fault(
        "warn",
        reader.header("subdivision"),
        cells,
        codes.select(
            pl.when((pl.col("cell") != "") & (pl.col("code") == "")).then(
                pl.lit("unknown_subdivision")
            )
        ).to_series(),
    )
    return [country, codes["code"].alias("subdivision"), is_told]


def read_currency(
    reader: Reader, mapping: Mapping, country: pl.Series, creditor_currency: str
) -> pl.Series:
    if "currency" in reader.columns:
        cells = reader.cells("currency")
        pairs = pl.DataFrame({"cell": cells, "country": country})
        distinct = pairs.unique()
        distinct = distinct.with_columns(
            code=pl.Series(
                [find_currency(text, place) or None for text, place in distinct.iter_rows()],
                dtype=pl.String,
            )
        )
        currency = pairs.join(
            distinct, on=["cell", "country"], how="left", maintain_order="left", nulls_equal=True
        )["code"]
        reader.fault(
            "reject",
            reader.header("currency"),
            cells,
            pl.DataFrame({"cell": cells, "code": currency})
            .select(
                pl.when(pl.col("cell") == "")
                .then(pl.lit("missing_value"))
                .when(pl.col("code").is_null())
                .then(pl.lit("unknown_currency"))
            )
            .to_series(),
        )
        return currency.fill_null("XXX").alias("currency")
    if mapping.defaults.currency or "country" not in reader.columns:
        fixed = mapping.defaults.currency or creditor_currency
        return pl.Series("currency", [fixed]).new_from_index(0, len(country))
    tender = {code: default_currency(code) for code in country.unique().to_list()}
    return look_up(country, tender).fill_null(creditor_currency).alias("currency")


def read_money(reader: Reader, mapping: Mapping, currency: pl.Series) -> list[pl.Series]:
    """The components. One total alone is all principal; a total next to components must
    be their sum, or gives the principal where that has no column of its own. Several columns of
    one component add up."""
    amounts: dict[str, pl.Series] = {}
    refused = pl.Series([False]).new_from_index(0, reader.rows.height)
    for field in AMOUNTS:
        for index in range(len(reader.columns.get(field, ()))):
            column, cells = reader.header(field, index), reader.cells(field, index)
            read = read_amounts(
                column,
                cells,
                currency,
                mapping.decimal_for(column, field),
                signed=mapping.credit_balances and field == "total",
            )
            reader.decimals.add(read.decimal)
            reader.marks[column] = read.decimal
            reader.fault("reject", column, cells, or_formula(cells, read.values["reason"]))
            refused |= read.values["reason"].is_not_null()
            minor = read.values["minor"].alias(field)
            reader.stated[field] = minor
            if field in SUMMED:
                minor = minor.fill_null(0)
            amounts[field] = amounts[field] + minor if field in amounts else minor
            if field == "principal" or (field == "total" and "principal" not in reader.columns):
                missing = pl.DataFrame({"cell": cells}).select(
                    pl.when(pl.col("cell") == "").then(pl.lit("missing_value"))
                )
                reader.fault("reject", column, cells, missing.to_series())
    frame = pl.DataFrame(amounts).with_columns(is_read=~refused)
    credit = []
    if mapping.credit_balances and "total" in amounts:
        # Less than nothing is owed: the debt is nothing, and the rest is the debtor's.
        credit = [(-frame["total"].clip(upper_bound=0)).fill_null(0).alias("credit")]
        owns = pl.select(pl.when(credit[0] > 0).then(pl.lit("credit_balance"))).to_series()
        reader.fault("warn", reader.header("total"), reader.cells("total"), owns)
        frame = frame.with_columns(pl.col("total").clip(lower_bound=0))
    parts = [name for name in COMPONENTS if name in SUMMED and name in amounts]
    rest = pl.sum_horizontal(pl.col(parts).fill_null(0)) if parts else pl.lit(0)
    if "principal" not in amounts:
        frame = frame.with_columns(principal=pl.col("total") - rest)
        reject_total(reader, frame, pl.col("principal") < 0)
    elif "total" in amounts:
        reject_total(reader, frame, pl.col("total") != pl.col("principal") + rest)
    return [
        (
            frame[name].fill_null(0)
            if name in frame.columns
            else pl.Series([0]).new_from_index(0, reader.rows.height)
        )
        .cast(pl.Int64)
        .alias(name)
        for name in COMPONENTS
    ] + credit


def reject_total(reader: Reader, frame: pl.DataFrame, condition: pl.Expr) -> None:
    reasons = frame.select(
        pl.when(pl.col("is_read") & condition).then(pl.lit("total_differs"))
    ).to_series()
    reader.fault("reject", reader.header("total"), reader.cells("total"), reasons)


def read_all_dates(reader: Reader, mapping: Mapping, as_of_on: date) -> list[pl.Series]:
    dates: dict[str, pl.Series] = {}
    for field in ("opened_on", "due_on", "birth_on"):
        if field not in reader.columns:
            dates[field] = pl.Series(field, [None], dtype=pl.Date).new_from_index(
                0, reader.rows.height
            )
            continue
        column, cells = reader.header(field), reader.cells(field)
        read = read_dates(column, cells, mapping.dates_for(column, field))
        reader.orders.add(read.order)
        # Only the due date decides anything: a wrong birthday is no reason to lose a debt.
        kind = "reject" if field == "due_on" else "warn"
        reader.fault(kind, column, cells, or_formula(cells, look_up(cells, read.bad)))
        dates[field] = read.values.alias(field)
    due = dates["due_on"]
    for field in ("days_overdue", "months_overdue"):
        if field in reader.columns:
            due = (
                due.to_frame("due")
                .select(pl.coalesce("due", _read_since(reader, field, as_of_on)))
                .to_series()
            )
    field = next(name for name in DATED if name in reader.columns)
    missing = pl.DataFrame({"cell": reader.cells(field), "due": due}).select(
        pl.when((pl.col("cell") == "") & pl.col("due").is_null()).then(pl.lit("missing_value"))
    )
    reader.fault("reject", reader.header(field), reader.cells(field), missing.to_series())
    return [dates["opened_on"], due.alias("due_on"), dates["birth_on"]]


def _read_since(reader: Reader, field: str, as_of_on: date) -> pl.Series:
    """The date so many days or months before `as_of_on`. What is not late by a month is late by
    none: lenders write codes below zero for it."""
    cells = reader.cells(field)
    numbers = cells.str.extract(r"^([+-]?\d{1,5})(?:[.,]0+)?$").cast(pl.Int32, strict=False)
    bad = (cells != "") & numbers.is_null()
    if field == "months_overdue":
        bad |= numbers.fill_null(0) > _MAX_MONTHS
    reader.fault(
        "reject",
        reader.header(field),
        cells,
        or_formula(cells, pl.select(pl.when(bad).then(pl.lit("unreadable_number"))).to_series()),
    )
    today, number = pl.lit(as_of_on), pl.lit(numbers)
    if field == "days_overdue":
        since = (today - pl.duration(days=number)).cast(pl.Date)
    else:
        since = today.dt.offset_by(pl.format("-{}mo", pl.max_horizontal(number, 0)))
    return pl.select(pl.when(pl.lit(numbers.is_not_null() & ~bad)).then(since)).to_series()
