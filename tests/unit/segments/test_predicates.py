"""Predicates as data: refused where they are wrong, asked in order, equal to a plain reading."""

from __future__ import annotations

from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from acuerdo.segments.defaults import DEFAULT_SEGMENTS
from acuerdo.segments.rules import FIELDS, Rule, assign, list_fields, list_problems

RULES = [Rule(spec.code, spec.predicate) for spec in DEFAULT_SEGMENTS]
SCHEMA = {
    "dpd": pl.Int64,
    "relative_balance": pl.Float64,
    "country": pl.String,
    "held": pl.Boolean,
}


def frame(rows: list[dict[str, Any]]) -> pl.DataFrame:
    return pl.DataFrame(rows, schema=SCHEMA)


def row(**facts: Any) -> dict[str, Any]:
    return {"dpd": 20, "relative_balance": 1.0, "country": "CO", "held": False} | facts


CONDITION = st.one_of(
    st.builds(
        lambda op, value: {"field": "dpd", "op": op, "value": value},
        st.sampled_from(["=", "!=", "<", "<=", ">", ">="]),
        st.integers(-5, 40),
    ),
    st.builds(
        lambda low, span: {"field": "dpd", "op": "between", "value": [low, low + span]},
        st.integers(-5, 40),
        st.integers(0, 20),
    ),
    st.builds(
        lambda op, value: {"field": "country", "op": op, "value": value},
        st.sampled_from(["in", "not_in"]),
        st.lists(st.sampled_from(["CO", "MX", "BR"]), min_size=1),
    ),
    st.builds(lambda value: {"field": "held", "op": "=", "value": value}, st.booleans()),
)
PREDICATE = st.recursive(
    CONDITION,
    lambda inner: st.one_of(
        st.builds(lambda parts: {"all": parts}, st.lists(inner, min_size=1, max_size=3)),
        st.builds(lambda parts: {"any": parts}, st.lists(inner, min_size=1, max_size=3)),
        st.builds(lambda part: {"not": part}, inner),
    ),
    max_leaves=6,
)


def plainly(predicate: dict[str, Any], facts: dict[str, Any]) -> bool:
    """The meaning of a predicate, read one account at a time."""
    if "all" in predicate:
        return all(plainly(part, facts) for part in predicate["all"])
    if "any" in predicate:
        return any(plainly(part, facts) for part in predicate["any"])
    if "not" in predicate:
        return not plainly(predicate["not"], facts)
    fact, value = facts[predicate["field"]], predicate["value"]
    if fact is None:
        return False
    return {
        "=": lambda: fact == value,
        "!=": lambda: fact != value,
        "<": lambda: fact < value,
        "<=": lambda: fact <= value,
        ">": lambda: fact > value,
        ">=": lambda: fact >= value,
        "between": lambda: value[0] <= fact <= value[1],
        "in": lambda: fact in value,
        "not_in": lambda: fact not in value,
    }[predicate["op"]]()


FACTS = st.fixed_dictionaries(
    {
        "dpd": st.integers(-5, 60),
        "relative_balance": st.none() | st.floats(0, 10, allow_nan=False),
        "country": st.none() | st.sampled_from(["CO", "MX", "BR", "ES"]),
        "held": st.booleans(),
    }
)


@settings(deadline=None)
@given(st.lists(PREDICATE, min_size=1, max_size=4), st.lists(FACTS, max_size=12))
def test_the_first_predicate_that_holds_takes_the_account(
    predicates: list[dict[str, Any]], facts: list[dict[str, Any]]
) -> None:
    rules = [Rule(f"s{number}", predicate) for number, predicate in enumerate(predicates)]
    expected = [
        next((rule.code for rule in rules if plainly(dict(rule.predicate), fact)), "")
        for fact in facts
    ]
    assert all(list_problems(rule.predicate) == [] for rule in rules)
    assert assign(frame(facts), rules).to_list() == expected


@pytest.mark.parametrize(
    ("facts", "code"),
    [
        (row(dpd=-10), "before_due"),
        (row(dpd=0, relative_balance=9.0), "before_due"),
        (row(dpd=1), "early"),
        (row(dpd=30), "early"),
        (row(dpd=31), "mid"),
        (row(dpd=90), "mid"),
        (row(dpd=91), "late"),
        (row(dpd=180), "late"),
        (row(dpd=181), "very_late"),
        (row(dpd=10, relative_balance=0.05), "small_balance"),
        (row(dpd=100, relative_balance=5.0), "high_balance"),
        (row(dpd=300, relative_balance=50.0), "very_late"),
        (row(dpd=40, relative_balance=None), "mid"),
    ],
)
def test_the_default_segments_leave_nobody_out(facts: dict[str, Any], code: str) -> None:
    assert assign(frame([facts]), RULES).to_list() == [code]


def test_the_default_segments_are_valid_and_named_in_three_languages() -> None:
    for spec in DEFAULT_SEGMENTS:
        assert list_problems(spec.predicate) == []
        assert set(spec.names) == {"es", "pt", "en"}
        assert all(spec.names.values())
        assert list_fields(spec.predicate) <= set(FIELDS)
    assert len({spec.code for spec in DEFAULT_SEGMENTS}) == len(DEFAULT_SEGMENTS)


DEEP: dict[str, Any] = {"field": "dpd", "op": ">", "value": 1}
for _ in range(8):
    DEEP = {"not": DEEP}


@pytest.mark.parametrize(
    ("predicate", "path", "code"),
    [
        ("dpd > 3", "", "shape"),
        ({}, "", "shape"),
        ({"all": []}, "all", "shape"),
        ({"all": [{"field": "dpd", "op": ">", "value": 1}], "any": []}, "", "shape"),
        ({"field": "password", "op": "=", "value": "x"}, "field", "field"),
        ({"field": "dpd", "op": "like", "value": 1}, "op", "op"),
        ({"field": "country", "op": "<", "value": "CO"}, "op", "op"),
        ({"field": "dpd", "op": ">", "value": "31"}, "value", "value"),
        ({"field": "dpd", "op": ">", "value": True}, "value", "value"),
        ({"field": "dpd", "op": "between", "value": [9, 1]}, "value", "value"),
        ({"field": "country", "op": "in", "value": []}, "value", "value"),
        (
            {"any": [{"field": "held", "op": "=", "value": True}, {"not": {"field": "x"}}]},
            "any[1].not",
            "shape",
        ),
        ({"any": [{"field": "dpd", "op": "=", "value": 1}] * 61}, "", "long"),
        (DEEP, "not.not.not.not.not.not.not", "deep"),
    ],
)
def test_a_wrong_predicate_is_refused_with_its_place(
    predicate: object, path: str, code: str
) -> None:
    assert [(problem.path, problem.code) for problem in list_problems(predicate)] == [(path, code)]


def test_a_rule_that_asks_for_an_absent_fact_is_an_error() -> None:
    with pytest.raises(ValueError, match="score"):
        assign(frame([row()]), [Rule("x", {"field": "score", "op": ">", "value": 0.5})])


def test_without_rules_nobody_has_a_segment() -> None:
    assert assign(frame([row(), row()]), []).to_list() == ["", ""]
