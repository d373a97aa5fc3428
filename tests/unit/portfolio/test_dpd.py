from datetime import date, timedelta

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from acuerdo.portfolio.rules import BUCKETS, DuePart, Pause, bucket, bucket_of, days_past_due

DUE = date(2026, 1, 1)


def at(days: int) -> date:
    return DUE + timedelta(days=days)


def test_one_part_ages_from_its_due_date() -> None:
    parts = [DuePart(DUE, 100)]
    assert days_past_due(parts, outstanding_minor=100, as_of_on=at(40)) == 40
    assert days_past_due(parts, outstanding_minor=100, as_of_on=at(-10)) == -10
    assert days_past_due(parts, outstanding_minor=0, as_of_on=at(40)) == 0
    assert days_past_due([], outstanding_minor=100, as_of_on=at(40)) == 0


def test_payments_cover_the_oldest_part_first() -> None:
    parts = [DuePart(at(60), 100), DuePart(DUE, 100), DuePart(at(30), 100)]
    for owed, days in ((300, 90), (201, 90), (200, 60), (150, 60), (100, 30), (1, 30)):
        assert days_past_due(parts, outstanding_minor=owed, as_of_on=at(90)) == days
    assert days_past_due(parts, outstanding_minor=350, as_of_on=at(90)) == 90


def test_days_on_hold_do_not_count() -> None:
    parts = [DuePart(DUE, 100)]

    def age(*pauses: Pause) -> int:
        return days_past_due(parts, outstanding_minor=1, as_of_on=at(40), pauses=pauses)

    assert age(Pause(at(10), at(19))) == 30
    assert age(Pause(at(10), at(19)), Pause(at(15), at(24))) == 25
    assert age(Pause(at(31))) == 30
    assert age(Pause(at(-20), at(-1))) == 40
    assert age(Pause(at(41))) == 40
    assert age(Pause(at(-5))) == 0


@pytest.mark.parametrize(
    ("dpd", "name"),
    [(-10, "current"), (0, "current"), (1, "1-30"), (30, "1-30"), (31, "31-60"), (90, "61-90"),
     (91, "91-180"), (180, "91-180"), (181, "181+"), (4000, "181+")],
)  # fmt: skip
def test_buckets(dpd: int, name: str) -> None:
    assert bucket(dpd) == name
    assert name in BUCKETS


@given(st.lists(st.integers(min_value=-400, max_value=4000), min_size=1))
def test_a_column_of_buckets_is_the_same(days: list[int]) -> None:
    frame = pl.DataFrame({"dpd": days}).select(bucket_of(pl.col("dpd")))
    assert frame.to_series().to_list() == [bucket(dpd) for dpd in days]
