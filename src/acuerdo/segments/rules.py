"""Segments: named predicates over account facts, kept as data, asked in order.

A predicate is JSON of one of the forms

    {"field": "dpd", "op": "between", "value": [1, 30]}
    {"all": [predicate, …]}    {"any": [predicate, …]}    {"not": predicate}

over a closed list of facts (`FIELDS`). The first segment whose predicate holds takes the
account. A comparison with a missing fact does not hold (so its `not` does).
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import reduce
from typing import Any, Literal

import polars as pl

Kind = Literal["number", "text", "flag"]

# Every fact that a predicate may ask for, by what kind of value it holds.
FIELDS: dict[str, Kind] = {
    "dpd": "number",  # days past due; zero or less: nothing overdue
    "days_to_due": "number",  # until the next due date; missing where nothing is to come
    "total_minor": "number",
    "principal_minor": "number",
    "relative_balance": "number",  # total over the currency's usual balance
    "currency": "text",
    "country": "text",
    "product": "text",
    "bucket": "text",
    "score": "number",  # probability of paying within 30 days
    "score_band": "text",
    "debtor_accounts": "number",
    "reachable_channels": "number",
    "days_since_payment": "number",
    "days_since_placed": "number",
    "promises_kept": "number",
    "promises_broken": "number",
    "held": "flag",
}

OPERATORS: dict[Kind, frozenset[str]] = {
    "number": frozenset({"=", "!=", "<", "<=", ">", ">=", "between", "in", "not_in"}),
    "text": frozenset({"=", "!=", "in", "not_in"}),
    "flag": frozenset({"="}),
}
MAX_DEPTH = 6
MAX_CONDITIONS = 60

Predicate = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Problem:
    """Why a predicate is refused: where (`any[1].value`), a code, and what was found."""

    path: str
    code: Literal["shape", "field", "op", "value", "deep", "long"]
    found: str


@dataclass(frozen=True, slots=True)
class Rule:
    """One segment as the assignment sees it."""

    code: str
    predicate: Predicate


def list_problems(predicate: object) -> list[Problem]:
    """What is wrong with a predicate that comes from outside; empty where it may be stored."""
    problems = list(_walk(predicate, "", 0))
    if _count(predicate) > MAX_CONDITIONS:
        problems.append(Problem("", "long", str(_count(predicate))))
    return problems


def _walk(node: object, path: str, depth: int) -> Iterator[Problem]:
    if depth > MAX_DEPTH:
        yield Problem(path, "deep", str(depth))
        return
    if not isinstance(node, Mapping):
        yield Problem(path, "shape", type(node).__name__)
        return
    keys = set(node)
    if keys == {"all"} or keys == {"any"}:
        (name,) = keys
        parts = node[name]
        if not isinstance(parts, list) or not parts:
            yield Problem(_join(path, name), "shape", type(parts).__name__)
            return
        for number, part in enumerate(parts):
            yield from _walk(part, f"{_join(path, name)}[{number}]", depth + 1)
    elif keys == {"not"}:
        yield from _walk(node["not"], _join(path, "not"), depth + 1)
    elif keys == {"field", "op", "value"}:
        yield from _check_condition(node, path)
    else:
        yield Problem(path, "shape", ", ".join(sorted(map(str, keys))) or "{}")


def _check_condition(node: Predicate, path: str) -> Iterator[Problem]:
    field, op, value = node["field"], node["op"], node["value"]
    if not isinstance(field, str) or field not in FIELDS:
        yield Problem(_join(path, "field"), "field", str(field))
        return
    kind = FIELDS[field]
    if not isinstance(op, str) or op not in OPERATORS[kind]:
        yield Problem(_join(path, "op"), "op", str(op))
        return
    if op in ("in", "not_in"):
        good = isinstance(value, list) and bool(value) and all(_is(kind, item) for item in value)
    elif op == "between":
        good = (
            isinstance(value, list)
            and len(value) == 2
            and all(_is(kind, item) for item in value)
            and value[0] <= value[1]
        )
    else:
        good = _is(kind, value)
    if not good:
        yield Problem(_join(path, "value"), "value", str(value))


def _is(kind: Kind, value: object) -> bool:
    if kind == "flag":
        return isinstance(value, bool)
    if kind == "text":
        return isinstance(value, str)
    return isinstance(value, int | float) and not isinstance(value, bool)


def _join(path: str, name: str) -> str:
    return f"{path}.{name}" if path else name


def _count(node: object) -> int:
    if isinstance(node, Mapping):
        parts = [item for key in ("all", "any", "not") for item in _listed(node.get(key))]
        return sum(map(_count, parts)) if parts else 1
    return 1


def _listed(value: object) -> list[object]:
    if value is None:
        return []
    return value if isinstance(value, list) else [value]


def list_fields(predicate: Predicate) -> set[str]:
    """The facts that a (valid) predicate asks for."""
    if "field" in predicate:
        return {predicate["field"]}
    parts = [*predicate.get("all", ()), *predicate.get("any", ())]
    if "not" in predicate:
        parts.append(predicate["not"])
    return set().union(*map(list_fields, parts))


_COMPARE: dict[str, Callable[[pl.Expr, Any], pl.Expr]] = {
    "=": operator.eq,
    "!=": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}


def expression(predicate: Predicate) -> pl.Expr:
    """The predicate (valid: see `list_problems`) over a whole frame, never null."""
    if "all" in predicate:
        return reduce(pl.Expr.__and__, map(expression, predicate["all"]))
    if "any" in predicate:
        return reduce(pl.Expr.__or__, map(expression, predicate["any"]))
    if "not" in predicate:
        return ~expression(predicate["not"])
    column, value = pl.col(predicate["field"]), predicate["value"]
    holds: pl.Expr
    if predicate["op"] == "between":
        holds = (column >= value[0]) & (column <= value[1])
    elif predicate["op"] == "in":
        holds = reduce(pl.Expr.__or__, [column == item for item in value])
    elif predicate["op"] == "not_in":
        holds = reduce(pl.Expr.__and__, [column != item for item in value])
    else:
        holds = _COMPARE[predicate["op"]](column, value)
    return holds.fill_null(False)


def assign(frame: pl.DataFrame, rules: Sequence[Rule]) -> pl.Series:
    """The code of the first rule that holds for each row, `""` where none does.

    `frame` has one row per account with the columns that the rules ask for; a rule that asks
    for a column that the frame lacks raises ValueError. The rules stand in order.
    """
    for rule in rules:
        lacking = list_fields(rule.predicate) - set(frame.columns)
        if lacking:
            raise ValueError(f"segment {rule.code} needs the facts {', '.join(sorted(lacking))}")
    chosen = pl.lit("")
    for rule in reversed(rules):
        chosen = pl.when(expression(rule.predicate)).then(pl.lit(rule.code)).otherwise(chosen)
    return frame.with_columns(chosen.alias("segment_code"))["segment_code"]
