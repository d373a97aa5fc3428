"""A creditor's settings of what debts bear, read into rules. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from acuerdo.core.vocabulary import Component
from acuerdo.ledger.errors import SchemeInvalid
from acuerdo.ledger.rules.accrual import DayCount, Every, Rule
from acuerdo.ledger.rules.limits import Ceiling


@dataclass(frozen=True, slots=True)
class Scheme:
    """What a creditor's debts bear. `from_due`: from the due date on, else from the placement
    where that is later. While an agreement runs, or a hold is on, nothing is borne unless the
    creditor says so."""

    rules: tuple[tuple[Rule, Mapping[str, int]], ...]
    ceilings: tuple[Ceiling, ...] = ()
    from_due: bool = False
    bears_under_agreement: bool = False
    bears_under_hold: bool = False

    def rules_in(self, currency: str) -> list[Rule]:
        """The rules for debts in `currency`; a fixed amount in another one is nothing here."""
        return [replace(rule, fixed_minor=fixed.get(currency, 0)) for rule, fixed in self.rules]


def read_scheme(settings: Mapping[str, Any]) -> Scheme | None:
    """The scheme under `accrual` in a creditor's settings; None where nothing is borne.

    Rates are percent a year as text (`"24.36"`), dates ISO, fixed amounts minor units by
    currency. Raises SchemeInvalid naming what cannot be read.
    """
    said = settings.get("accrual")
    if not said:
        return None
    try:
        return Scheme(
            tuple(_read_rule(one) for one in said["rules"]),
            tuple(_read_ceiling(one) for one in said.get("ceilings", ())),
            from_due=said.get("start", "placement") == "due",
            bears_under_agreement=bool(said.get("bears_under_agreement", False)),
            bears_under_hold=bool(said.get("bears_under_hold", False)),
        )
    except (KeyError, TypeError, ValueError, AttributeError, InvalidOperation) as wrong:
        raise SchemeInvalid(problem=f"{type(wrong).__name__}: {wrong}"[:200]) from wrong


def _read_rule(said: Mapping[str, Any]) -> tuple[Rule, Mapping[str, int]]:
    known = {"component", "annual_percent", "share_percent", "fixed_minor", "times", "on",
             "compound", "day_count", "every", "from_on", "until_on"}  # fmt: skip
    if unknown := set(said) - known:
        raise ValueError(f"unknown: {', '.join(sorted(unknown))}")
    fixed = {str(currency): int(minor) for currency, minor in said.get("fixed_minor", {}).items()}
    times = said.get("times")
    rule = Rule(
        component=Component(said.get("component", "interest")),
        annual=_percent(said.get("annual_percent", "0")),
        share=_percent(said.get("share_percent", "0")),
        times=None if times is None else int(times),
        on=frozenset(Component(name) for name in said.get("on", ["principal"])),
        is_compound=bool(said.get("compound", False)),
        day_count=DayCount(said.get("day_count", "actual/365")),
        every=Every(said.get("every", "month")),
        from_on=_date(said.get("from_on"), date.min),
        until_on=_date(said.get("until_on"), date.max),
    )
    if min(fixed.values(), default=0) < 0 or (times is not None and int(times) < 0):
        raise ValueError("an amount or a count is below zero")
    if rule.component in rule.on:
        raise ValueError(f"{rule.component} is borne on itself: use compound")
    return rule, fixed


def _read_ceiling(said: Mapping[str, Any]) -> Ceiling:
    return Ceiling(
        date.fromisoformat(said["from_on"]),
        date.fromisoformat(said["until_on"]),
        Decimal(str(said["annual_percent"])),
        bool(said.get("effective", True)),
        str(said["source"]),
        confidence="entered",
    )


def _percent(said: Any) -> Decimal:
    if isinstance(said, float):
        raise TypeError("a rate is text, not a float")
    rate = Decimal(str(said)) / 100
    if not rate.is_finite() or not 0 <= rate <= 100:
        raise ValueError(f"{said} is no rate")
    return rate


def _date(said: Any, missing: date) -> date:
    return date.fromisoformat(said) if said else missing
