"""Typed tables as records of text: nothing is lost, and what the type proves is not guessed."""

from __future__ import annotations

import io
from datetime import UTC, date, datetime
from decimal import Decimal

import polars as pl
import pytest

from acuerdo.portfolio.errors import (
    CellTooLong,
    FileDamaged,
    FileEmpty,
    TooManyColumns,
    TooManyRows,
)
from acuerdo.portfolio.rules import grids
from acuerdo.portfolio.rules.grids import open_parquet
from acuerdo.portfolio.rules.mapping import Mapping, read_mapping
from acuerdo.portfolio.rules.rows import Reading, read_rows

TODAY = date(2026, 11, 24)


def parquet(frame: pl.DataFrame) -> bytes:
    out = io.BytesIO()
    frame.write_parquet(out)
    return out.getvalue()


def read(frame: pl.DataFrame, mapping: str = "") -> Reading:
    return read_rows(
        open_parquet(parquet(frame)),
        mapping=read_mapping(mapping) if mapping else Mapping(),
        registered={},
        country="CO",
        currency="COP",
        as_of_on=TODAY,
    )


def test_numbers_and_dates_need_no_guess() -> None:
    frame = pl.DataFrame(
        {
            "cuenta": [1001.0, 1002.0, 1003.0],
            "saldo": [1.5, 1234.25, 7.0],
            "capital": [Decimal("1.500"), Decimal("1234.250"), Decimal("7.000")],
            "vencimiento": [date(2026, 2, 1)] * 3,
            "fecha_apertura": [datetime(2020, 1, 2, 3, 4, 5, tzinfo=UTC)] * 3,
            "notas": [["a"], [], None],
            "foto": [b"x", b"", None],
        }
    )
    reading = read(frame)
    assert reading.accounts["number"].to_list() == ["1001", "1002", "1003"]
    assert reading.accounts["principal"].to_list() == [150, 123_425, 700]
    assert set(reading.accounts["due_on"]) == {date(2026, 2, 1)}
    assert set(reading.accounts["opened_on"]) == {date(2020, 1, 2)}
    assert (reading.encoding, reading.read) == ("parquet", 3)
    # Its three decimals would be ambiguous in a text.
    assert reading.decimal == "."


def test_a_mark_declared_for_all_holds_for_texts_alone() -> None:
    frame = pl.DataFrame(
        {
            "cuenta": ["A"],
            "saldo": [1234.5],
            "capital": ["1.234,50"],
            "vencimiento": ["2026-02-01"],
        }
    )
    assert read(frame, 'decimal: ","').accounts["principal"].to_list() == [123_450]


def test_each_bad_row_is_named() -> None:
    frame = pl.DataFrame(
        {
            "cuenta": ["A", "B", None, "D", None],
            "saldo": [1.0, -2.0, 3.0, float("nan"), None],
            "vencimiento": [date(2026, 2, 1), date(2026, 2, 1), date(2026, 2, 1)] * 1
            + [date(2026, 2, 1), None],
        }
    )
    reading = read(frame)
    assert [row[:2] + row[3:] for row in reading.rejections.iter_rows()] == [
        (2, "saldo", "negative_amount"),
        (3, "cuenta", "missing_value"),
        (4, "saldo", "unreadable_amount"),
    ]
    assert reading.read == 4  # the last row is empty


def test_what_is_hostile_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(FileEmpty):
        open_parquet(parquet(pl.DataFrame({"a": []}, schema={"a": pl.Int64})))
    with pytest.raises(TooManyColumns):
        open_parquet(parquet(pl.DataFrame({f"c{n}": [1] for n in range(101)})))
    long = pl.DataFrame({"cuenta": ["A" * 70_000], "saldo": [1], "vencimiento": ["2026-02-01"]})
    with pytest.raises(CellTooLong):
        read(long)
    monkeypatch.setattr(grids, "MAX_ROWS", 2)
    with pytest.raises(TooManyRows):
        open_parquet(parquet(pl.DataFrame({"a": [1, 2, 3]})))


@pytest.mark.parametrize("data", [b"PAR1", b"PAR1" + bytes(50) + b"PAR1", b"PAR1" + b"\xff" * 99])
def test_what_only_begins_like_parquet_is_damaged(data: bytes) -> None:
    with pytest.raises(FileDamaged):
        open_parquet(data)
