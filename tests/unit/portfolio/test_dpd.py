from datetime import date, timedelta
from itertools import pairwise

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from acuerdo.portfolio.rules import BUCKETS, DuePart, Pause, bucket, bucket_of, days_past_due
from acuerdo.portfolio.rules.dpd import list_spells

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


PLAN = [DuePart(date(2026, 1, 31), 100), DuePart(date(2026, 2, 28), 100)]


def test_a_history_of_buckets_follows_what_was_owed() -> None:
    spells = list_spells(
        PLAN,
        [(date(2026, 1, 1), 200), (date(2026, 3, 10), 100), (date(2026, 4, 15), 0)],
        from_on=date(2026, 1, 1),
        until_on=date(2026, 4, 20),
    )
    assert [(spell.from_on, spell.until_on, spell.bucket) for spell in spells] == [
        (date(2026, 1, 1), date(2026, 1, 31), "current"),
        (date(2026, 2, 1), date(2026, 3, 2), "1-30"),
        (date(2026, 3, 3), date(2026, 3, 9), "31-60"),
        # The first part was paid on the 10th: it is the second's days that count.
        (date(2026, 3, 10), date(2026, 3, 30), "1-30"),
        (date(2026, 3, 31), date(2026, 4, 14), "31-60"),
        (date(2026, 4, 15), date(2026, 4, 20), "current"),
    ]


def test_held_days_keep_a_bucket_where_it_is() -> None:
    pause = Pause(date(2026, 2, 10), date(2026, 12, 31))
    spells = list_spells(
        PLAN, [(date(2026, 1, 1), 200)], from_on=date(2026, 2, 1), until_on=date(2026, 12, 31),
        pauses=[pause],
    )  # fmt: skip
    assert [spell.bucket for spell in spells] == ["1-30"]


@given(
    st.lists(
        st.builds(
            DuePart,
            st.integers(0, 90).map(lambda days: date(2026, 1, 1) + timedelta(days=days)),
            st.integers(1, 900),
        ),
        max_size=4,
    ),
    st.dictionaries(
        st.integers(0, 200).map(lambda days: date(2026, 1, 1) + timedelta(days=days)),
        st.integers(0, 2_000),
        max_size=5,
    ),
)
def test_spells_cover_every_day_and_say_what_that_day_says(
    parts: list[DuePart], owed: dict[date, int]
) -> None:
    first, last = date(2026, 1, 15), date(2026, 6, 30)
    spells = list_spells(parts, sorted(owed.items()), from_on=first, until_on=last)
    assert (spells[0].from_on, spells[-1].until_on) == (first, last)
    for before, after in pairwise(spells):
        assert after.from_on == before.until_on + timedelta(days=1)
        assert after.bucket != before.bucket
    for spell in spells:
        known = [minor for on, minor in sorted(owed.items()) if on <= spell.from_on]
        outstanding = known[-1] if known else 0
        dpd = days_past_due(parts, outstanding_minor=outstanding, as_of_on=spell.from_on)
        assert bucket(dpd) == spell.bucket
