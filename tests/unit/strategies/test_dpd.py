"""The rule of days past due over frames gives what it gives for one account."""

from __future__ import annotations

from datetime import date, timedelta

import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st

from acuerdo.portfolio.rules.dpd import DuePart, days_past_due
from acuerdo.strategies.dpd import age

ON = date(2026, 11, 24)
PARTS = st.lists(
    st.tuples(st.integers(-400, 60), st.integers(1, 10_000)), max_size=6, unique_by=lambda p: p[0]
)


@settings(deadline=None)
@given(st.lists(st.tuples(PARTS, st.integers(0, 30_000)), min_size=1, max_size=8))
def test_a_set_ages_like_each_of_its_accounts(
    accounts: list[tuple[list[tuple[int, int]], int]],
) -> None:
    owed = pl.DataFrame(
        [(number, total) for number, (_, total) in enumerate(accounts)],
        schema={"account_id": pl.Int64, "total_minor": pl.Int64},
        orient="row",
    )
    items = pl.DataFrame(
        [
            (number, ON + timedelta(days=days), minor)
            for number, (parts, _) in enumerate(accounts)
            for days, minor in parts
        ],
        schema={"account_id": pl.Int64, "due_on": pl.Date, "amount_minor": pl.Int64},
        orient="row",
    )
    expected = [
        days_past_due(
            [DuePart(ON + timedelta(days=days), minor) for days, minor in parts],
            outstanding_minor=total,
            as_of_on=ON,
        )
        for parts, total in accounts
    ]
    assert age(owed, items, ON)["dpd"].to_list() == expected
