"""The scorecard: bounded, monotone, the same for one account as for a set, explained."""

from __future__ import annotations

import json
from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from acuerdo.scoring.rules import LANGUAGES, Bin, Characteristic, Scorecard, band
from acuerdo.scoring.scorecard import MODEL
from acuerdo.scoring.typical import relative_balance, typical_minor

TEXTS = dict.fromkeys(LANGUAGES, "x")

ROW = st.fixed_dictionaries(
    {
        "dpd": st.integers(-60, 2000),
        "relative_balance": st.none() | st.floats(0, 100, allow_nan=False),
        "debtor_accounts": st.integers(1, 9),
        "reachable_channels": st.integers(0, 4),
        "days_since_payment": st.none() | st.integers(0, 2000),
        "promises_kept": st.integers(0, 5),
        "promises_broken": st.integers(0, 5),
    }
)
SCHEMA = {
    "account_id": pl.Int64,
    "dpd": pl.Int64,
    "relative_balance": pl.Float64,
    "debtor_accounts": pl.Int64,
    "reachable_channels": pl.Int64,
    "days_since_payment": pl.Int64,
    "promises_kept": pl.Int64,
    "promises_broken": pl.Int64,
}


def frame(rows: list[dict[str, Any]]) -> pl.DataFrame:
    return pl.DataFrame(
        [{"account_id": number, **row} for number, row in enumerate(rows)], schema=SCHEMA
    )


PLAIN = {
    "dpd": 20,
    "relative_balance": 1.0,
    "debtor_accounts": 1,
    "reachable_channels": 1,
    "days_since_payment": None,
    "promises_kept": 0,
    "promises_broken": 0,
}


@settings(deadline=None)
@given(st.lists(ROW, min_size=1, max_size=30))
def test_a_set_is_scored_row_by_row_and_in_order(rows: list[dict[str, Any]]) -> None:
    together = MODEL.score(frame(rows))
    assert together["account_id"].to_list() == list(range(len(rows)))
    alone = [MODEL.score(frame([row])).row(0)[1:] for row in rows]
    assert [row[1:] for row in together.rows()] == alone
    assert all(0 < value < 1 for value in together["value"])
    assert set(together["band"]) <= set("ABCDE")


@settings(deadline=None)
@given(ROW, st.integers(-60, 2000))
def test_more_days_past_due_never_score_higher(row: dict[str, Any], other: int) -> None:
    low, high = sorted((row["dpd"], other))
    early, late = MODEL.score(frame([row | {"dpd": low}, row | {"dpd": high}]))["value"]
    assert late <= early


@settings(deadline=None)
@given(ROW)
def test_an_earlier_payment_never_lowers_and_a_broken_promise_never_raises(
    row: dict[str, Any],
) -> None:
    rows = [
        row,
        row | {"days_since_payment": 5},
        row | {"promises_broken": row["promises_broken"] + 1},
    ]
    plain, paid, broken = MODEL.score(frame(rows))["value"]
    assert paid >= plain >= broken


def test_the_start_values_are_those_of_the_model_card() -> None:
    ages = [0, 15, 45, 75, 120, 400]
    values = MODEL.score(frame([PLAIN | {"dpd": dpd} for dpd in ages]))["value"].to_list()
    assert values == pytest.approx([0.818, 0.601, 0.302, 0.165, 0.080, 0.026], abs=0.001)


def test_reasons_are_the_strongest_and_have_words_in_three_languages() -> None:
    row = PLAIN | {"dpd": 400, "promises_broken": 3, "promises_kept": 1, "debtor_accounts": 5}
    row |= {"relative_balance": 9.0}
    reasons = json.loads(MODEL.score(frame([row]))["reasons"][0])
    assert [reason["code"] for reason in reasons] == [
        "dpd_181_up",
        "broken_several",
        "balance_very_large",
        "kept_some",
    ]
    for language in ("es_CO", "pt", "en"):
        texts = {MODEL.explain(reason["code"], language) for reason in reasons}
        assert len(texts) == 4
        assert all(text.endswith(".") for text in texts)
    assert MODEL.explain("dpd_181_up", "fr") == "Overdue for more than 180 days."


def test_an_empty_set_gives_an_empty_answer() -> None:
    empty = MODEL.score(frame([]))
    assert empty.height == 0
    assert empty.columns == ["account_id", "value", "band", "reasons"]


def test_a_missing_column_is_named() -> None:
    with pytest.raises(ValueError, match="relative_balance"):
        MODEL.score(frame([PLAIN]).drop("relative_balance"))


def test_bands_have_the_printed_bounds() -> None:
    assert [band(value) for value in (0.5, 0.4999, 0.3, 0.15, 0.05, 0.0499)] == list("ABBCDE")


@pytest.mark.parametrize(
    "bins",
    [
        (Bin("a", 1, 0, TEXTS),),
        (Bin("a", 5, 0, TEXTS), Bin("b", 2, -1, TEXTS), Bin("c", None, -2, TEXTS)),
        (Bin("a", 5, 0, TEXTS), Bin("b", None, 1, TEXTS)),
        (Bin("a", 5, 0, {"en": "x"}), Bin("b", None, -1, TEXTS)),
    ],
)
def test_a_scorecard_that_breaks_its_promise_cannot_be_made(bins: tuple[Bin, ...]) -> None:
    with pytest.raises(ValueError, match=r"must|needs|only it"):
        Scorecard("bad", "1", 0, (Characteristic("dpd", bins, "falling"),))


def test_balances_compare_across_currencies() -> None:
    set_ = pl.DataFrame(
        {"currency": ["COP", "BRL", "CLP", "XXX"], "total_minor": [120_000_000, 70_000, 280_000, 1]}
    )
    assert set_.select(relative_balance())["relative_balance"].to_list() == [1.0, 0.5, 1.0, None]
    assert typical_minor("XXX") is None
