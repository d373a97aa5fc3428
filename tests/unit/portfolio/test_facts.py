"""Files of dated facts: which columns are what, and what is wrong with a cell."""

from __future__ import annotations

from datetime import date

import polars as pl
import pytest

from acuerdo.portfolio.errors import HeaderNotRecognised, ImportRefused, MappingInvalid
from acuerdo.portfolio.rules.facts import (
    FactField,
    FactReading,
    read_fact_mapping,
    read_facts,
)
from acuerdo.portfolio.rules.text import open_source

TODAY = date(2026, 11, 24)
FIELDS = (
    FactField("paid_on", "past", ("fecha", "date")),
    FactField("amount", "amount", ("valor", "amount")),
    FactField("late", "whole", ("late",), is_needed=False),
    FactField("how", "word", ("how",), is_needed=False, words={"efectivo": "cash"}),
)


def known(numbers: pl.Series) -> pl.DataFrame:
    here = numbers.filter(numbers.str.starts_with("A")).to_list()
    return pl.DataFrame(
        {"number": here, "account_id": range(len(here)), "currency": ["COP"] * len(here)},
        schema={"number": pl.String, "account_id": pl.Int64, "currency": pl.String},
    )


def read(text: str, mapping: str = "{}") -> FactReading:
    return read_facts(
        open_source(text.encode()),
        FIELDS,
        mapping=read_fact_mapping(mapping),
        find_accounts=known,
        today=TODAY,
    )


def reasons(reading: FactReading) -> list[tuple[int, str, str]]:
    return list(reading.rejections.select("line", "column", "reason").iter_rows())


def test_rows_are_facts_with_their_optional_columns() -> None:
    found = read(
        "Cuenta;Fecha;Valor;late;how\nA1;24/11/2026;1.000,50;3;Efectivo\nA1;23/11/2026;2;;\n"
    )
    assert found.rows.select("number", "on", "amount", "late", "how").rows() == [
        ("A1", date(2026, 11, 24), 100_050, 3, "cash"),
        ("A1", date(2026, 11, 23), 200, None, ""),
    ]
    assert (found.read, found.rejected) == (2, 0)
    found = read("account,date,amount\nA1,2026-11-24,1\n")
    assert found.rows.select("late", "how").rows() == [(None, "")]


def test_every_bad_cell_is_named() -> None:
    found = read(
        "account,date,amount,late,how\n"
        "A1,2026-11-25,1,,\nA1,2026-11-24,,x,\nB1,2026-11-24,1,,gold\nA1,2026-11-24,1,,\n"
    )
    assert reasons(found) == [
        (2, "date", "in_the_future"),
        (3, "amount", "missing_value"),
        (3, "late", "unreadable_number"),
        (4, "account", "unknown_account"),
        (4, "how", "unknown_how"),
    ]
    assert (found.read, found.rejected, found.rows.height) == (4, 3, 1)


MONTHS = """
columns: {account: ID}
periods:
  - {date: 2026-09-30, columns: {amount: P1, late: L1}}
  - {date: 2026-10-31, columns: {amount: P2, late: L2}}
"""


def test_a_column_of_each_month_is_a_fact_of_its_own() -> None:
    found = read("ID,P1,L1,P2,L2\nA1,10.00,0,0,1\nA2,,0,x,0\nB3,5,0,5,0\n", MONTHS)
    assert found.rows.select("number", "on", "amount", "late").rows() == [
        ("A1", date(2026, 9, 30), 1000, 0)
    ]
    # A month of nothing is no fact; a bad month leaves the others; an account is named once.
    assert reasons(found) == [(3, "P2", "unreadable_amount"), (4, "ID", "unknown_account")]
    assert (found.read, found.rejected) == (4, 3)


@pytest.mark.parametrize(
    "mapping",
    [
        "columns: {account: Nowhere}",
        "columns: {colour: ID}",
        "columns: {account: ID}\nperiods: [{date: 2026-09-30, columns: {amount: P9}}]",
        "columns: {account: ID}\nperiods: [{date: 2026-09-30, columns: {late: P1}}]",
    ],
)
def test_columns_that_are_not_there_are_told(mapping: str) -> None:
    with pytest.raises(HeaderNotRecognised):
        read("ID,P1\nA1,1\n", mapping)


@pytest.mark.parametrize(
    "mapping",
    [
        "periods: [{columns: {amount: P1}}]",
        "periods: [{date: 2026-09-30, columns: {}}]",
        "periods: [{date: yesterday, columns: {amount: P1}}]",
        "colums: {}",
        "a: &a [*a]",
        f"periods: [{', '.join(['{date: 2026-09-30, columns: {amount: P1}}'] * 121)}]",
    ],
)
def test_a_mapping_that_means_nothing_is_refused(mapping: str) -> None:
    with pytest.raises(MappingInvalid):
        read_fact_mapping(mapping)


@pytest.mark.parametrize("text", ["", "\x00\x01", "account,date\nA1,2026-11-24\n"])
def test_a_file_without_facts_is_refused(text: str) -> None:
    with pytest.raises(ImportRefused):
        read(text)
