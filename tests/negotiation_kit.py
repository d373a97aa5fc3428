"""What pure tests of a negotiation share: policies, debts and whatever a debtor may propose."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

from hypothesis import strategies as st

from acuerdo.agreements.negotiation import DebtFacts, Policy, Proposal
from acuerdo.core.money import Money
from acuerdo.core.vocabulary import Component

TODAY = date(2026, 11, 23)  # a Monday


def is_weekday(day: date) -> bool:
    return day.weekday() < 5


def make_policy(currency: str = "COP", **changes: object) -> Policy:
    usual = Policy(
        code="late",
        version=1,
        min_down_percent=Decimal(10),
        max_instalments=6,
        max_discount_percent=Decimal(12),
        max_first_due_days=15,
        min_instalment=Money(2_000_000, currency),
        offer_valid_days=5,
    )
    return replace(usual, **changes)  # type: ignore[arg-type]


def make_facts(minor: int = 120_000_000, currency: str = "COP", today: date = TODAY) -> DebtFacts:
    balance = {Component.PRINCIPAL: minor - minor // 5, Component.INTEREST: minor // 5}
    return DebtFacts(balance, currency, 120, today, is_weekday)


def cop(minor: int) -> Money:
    return Money(minor, "COP")


policies = st.builds(
    Policy,
    code=st.just("any"),
    version=st.just(1),
    min_down_percent=st.decimals(0, 100, places=2),
    max_instalments=st.integers(1, 14),
    max_discount_percent=st.decimals(0, 70, places=2),
    max_first_due_days=st.integers(0, 20),
    min_instalment=st.integers(0, 400_000).map(cop),
    offer_valid_days=st.just(5),
)
debts = st.builds(
    make_facts,
    st.integers(0, 5_000_000),
    st.just("COP"),
    st.dates(date(2024, 1, 1), date(2028, 12, 31)),
)
amounts = st.none() | st.integers(-10, 6_000_000).map(cop)
proposals = st.builds(
    Proposal,
    kind=st.none() | st.sampled_from(["full", "promise", "plan", "settlement"]),
    amount=amounts,
    on=st.none() | st.dates(date(2023, 12, 1), date(2029, 1, 31)),
    count=st.none() | st.integers(-1, 40),
    first=amounts,
    each=amounts,
    frequency=st.none() | st.sampled_from(["weekly", "biweekly", "semimonthly", "monthly"]),
    discount_percent=st.none() | st.decimals(-5, 110, places=1),
)
