"""What somebody can keep: never more than is left of a month, and never below the policy."""

from dataclasses import replace
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st
from negotiation_kit import cop, debts, make_facts, make_policy, policies

from acuerdo.agreements.negotiation import (
    DebtFacts,
    Ladder,
    Policy,
    at_standing,
    check_terms,
    find_sustainable,
    open_plans,
)
from acuerdo.agreements.negotiation.ladder import Standing
from acuerdo.agreements.rules import disposable_minor


def test_the_smallest_payments_come_first() -> None:
    facts = replace(make_facts(120_000_00), disposable=cop(30_000_00))
    found = find_sustainable(make_policy(), facts)
    assert found.way == "plan"
    assert [terms.count for terms in found.plans] == [6, 5]
    assert found.plans[0].schedule[0].amount == cop(20_000_00)


def test_what_no_plan_can_bear_goes_to_a_person_and_nothing_left_is_a_pause() -> None:
    facts = make_facts(900_000_00)
    assert (
        find_sustainable(make_policy(), replace(facts, disposable=cop(50_000_00))).way == "person"
    )
    assert find_sustainable(make_policy(), replace(facts, disposable=cop(5_000_00))).way == "pause"
    assert find_sustainable(make_policy(), replace(facts, disposable=cop(0))).way == "pause"
    assert find_sustainable(make_policy(), make_facts(0)).way == "pause"


@given(policies, debts, st.integers(0, 4_000_000), st.decimals(0, 100, places=1))
def test_no_part_is_more_than_what_is_left(
    policy: Policy, facts: DebtFacts, disposable: int, percent: Decimal
) -> None:
    policy = replace(policy, max_disposable_percent=percent)
    facts = replace(facts, disposable=cop(disposable))
    found = find_sustainable(policy, facts)
    assert bool(found.plans) == (found.way == "plan")
    for terms in found.plans:
        assert check_terms(policy, facts, terms) == ()
        for part in terms.schedule:
            assert 100 * part.amount.minor <= disposable * percent


def test_who_told_what_they_can_pay_does_not_haggle_for_time() -> None:
    opening = {"max_instalments": Decimal(2), "max_discount_percent": Decimal(3)}
    policy = make_policy(ladder=Ladder(3, opening=opening))
    step = at_standing(open_plans(policy), Standing())
    assert (step.max_instalments, step.max_discount_percent) == (6, Decimal(3))


@given(st.integers(0, 10**9), st.lists(st.integers(0, 10**9), max_size=3))
def test_what_is_left_is_never_below_zero(income: int, expenses: list[int]) -> None:
    left = disposable_minor(income, dict(zip("abc", expenses, strict=False)))
    assert left == max(income - sum(expenses), 0)
