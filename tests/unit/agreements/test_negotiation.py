from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from negotiation_kit import (
    TODAY,
    cop,
    debts,
    is_weekday,
    make_facts,
    make_policy,
    policies,
    proposals,
)

from acuerdo.agreements.calendar import add_months, due_dates
from acuerdo.agreements.negotiation import (
    DebtFacts,
    Policy,
    Proposal,
    Terms,
    check_terms,
    evaluate_proposal,
    list_offers,
    max_discount,
    min_down,
    suggest_offers,
)
from acuerdo.core.money import Money, total
from acuerdo.core.vocabulary import Component


def as_proposal(terms: Terms, frequency: str) -> Proposal:
    return Proposal(
        kind=terms.kind,
        amount=None if terms.kind == "plan" else terms.total,
        on=terms.first_due_on,
        count=terms.count if terms.kind == "plan" else None,
        frequency=frequency,  # type: ignore[arg-type]
    )


@settings(deadline=None)  # a long list
@given(policies, debts)
def test_every_listed_offer_keeps_the_policy(policy: Policy, facts: DebtFacts) -> None:
    offers = list_offers(policy, facts)
    assert offers == list_offers(policy, facts)
    assert len(offers) == len(set(offers))
    for terms in offers:
        assert check_terms(policy, facts, terms) == ()
        amounts = [part.amount for part in terms.schedule]
        assert total(amounts, "COP") == terms.total
        assert terms.total + terms.discount == facts.owed
        assert 100 * terms.discount.minor <= facts.owed.minor * policy.max_discount_percent
        for part in terms.schedule:
            assert part.due_on == facts.today or is_weekday(part.due_on)
        assert (terms.first_due_on - facts.today).days <= policy.max_first_due_days
        if terms.kind == "plan":
            assert 2 <= terms.count <= policy.max_instalments
            assert min(part.minor for part in amounts) >= policy.min_instalment.minor
            assert 100 * amounts[0].minor >= facts.owed.minor * policy.min_down_percent


@settings(deadline=None)  # a long list
@given(policies, debts, st.data())
def test_every_listed_offer_is_accepted_when_it_is_proposed(
    policy: Policy, facts: DebtFacts, data: st.DataObject
) -> None:
    offers = list_offers(policy, facts)
    if not offers:
        assert facts.owed.minor == 0
        return
    terms = data.draw(st.sampled_from(offers))
    found = [
        evaluate_proposal(policy, facts, as_proposal(terms, frequency)).accepted
        for frequency in ("monthly", "biweekly")
    ]
    assert terms in found


@given(policies, debts, proposals)
def test_whatever_is_proposed_nothing_below_the_policy_comes_back(
    policy: Policy, facts: DebtFacts, proposal: Proposal
) -> None:
    answer = evaluate_proposal(policy, facts, proposal)
    assert answer == evaluate_proposal(policy, facts, proposal)
    assert (answer.accepted is None) == bool(answer.outside)
    assert len(answer.nearest) <= 3
    assert len(set(answer.nearest)) == len(answer.nearest)
    for terms in (*answer.nearest, *([answer.accepted] if answer.accepted else [])):
        assert check_terms(policy, facts, terms) == ()
    if answer.accepted is None and facts.owed.minor > 0:
        assert answer.nearest
    if answer.accepted and proposal.on:
        assert answer.accepted.first_due_on == proposal.on
    if answer.accepted and proposal.amount and answer.accepted.kind in ("promise", "settlement"):
        assert answer.accepted.total == proposal.amount


@given(policies, debts)
def test_suggestions_are_few_and_admissible(policy: Policy, facts: DebtFacts) -> None:
    offers = suggest_offers(policy, facts)
    assert len(offers) <= 5
    assert all(check_terms(policy, facts, terms) == () for terms in offers)


def test_three_instalments_are_accepted_as_said() -> None:
    answer = evaluate_proposal(make_policy(), make_facts(100_000_00), Proposal("plan", count=3))
    assert answer.accepted is not None
    # 100,000 pesos in three: whole pesos, the odd one first.
    assert [part.amount.minor for part in answer.accepted.schedule] == [
        33_334_00,
        33_333_00,
        33_333_00,
    ]
    assert [part.due_on for part in answer.accepted.schedule] == [
        date(2026, 11, 30),
        date(2026, 12, 30),
        date(2027, 2, 1),  # 30 January is a Saturday
    ]


def test_more_instalments_than_the_policy_gives_the_nearest_numbers() -> None:
    answer = evaluate_proposal(make_policy(), make_facts(), Proposal("plan", count=24))
    assert answer.accepted is None
    assert answer.outside == ("too_many_instalments",)
    assert [(terms.kind, terms.count) for terms in answer.nearest] == [
        ("plan", 6),
        ("plan", 5),
        ("plan", 6),
    ]


def test_one_instalment_amount_decides_how_many_there_are() -> None:
    facts = make_facts(100_000_00)
    answer = evaluate_proposal(make_policy(), facts, Proposal(each=cop(30_000_00)))
    # 10,000 pesos would be left for the last one, below the least instalment.
    assert answer.outside == ("instalment_too_low",)
    answer = evaluate_proposal(make_policy(), facts, Proposal(each=cop(40_000_00)))
    assert answer.accepted is not None
    assert [part.amount.minor for part in answer.accepted.schedule] == [4000000, 4000000, 2000000]


def test_the_part_paid_down_is_the_debtors_but_for_the_least() -> None:
    policy = make_policy(min_down_percent=Decimal(30))
    facts = make_facts(100_000_00)
    answer = evaluate_proposal(policy, facts, Proposal(count=3, first=cop(20_000_00)))
    assert answer.outside == ("down_payment_too_low",)
    assert [part.amount.minor for part in answer.nearest[0].schedule] == [
        30_000_00,
        35_000_00,
        35_000_00,
    ]
    answer = evaluate_proposal(policy, facts, Proposal(count=3, first=cop(50_000_00)))
    assert answer.accepted is not None
    assert answer.accepted.schedule[0].amount == cop(50_000_00)


def test_a_promise_on_a_sunday_moves_to_a_day_of_business_but_only_after_asking() -> None:
    answer = evaluate_proposal(
        make_policy(), make_facts(), Proposal("promise", on=date(2026, 11, 29))
    )
    assert answer.accepted is None
    assert answer.outside == ("not_a_business_day",)
    assert [terms.first_due_on for terms in answer.nearest[:2]] == [
        date(2026, 11, 30),
        date(2026, 11, 27),
    ]


def test_a_promise_too_far_away_gives_the_last_date() -> None:
    answer = evaluate_proposal(
        make_policy(), make_facts(), Proposal("promise", on=date(2027, 3, 1))
    )
    assert answer.outside == ("too_late",)
    assert answer.nearest[0].first_due_on == date(2026, 12, 8)


def test_a_promise_without_a_date_asks_for_one() -> None:
    answer = evaluate_proposal(make_policy(), make_facts(), Proposal("promise"))
    assert answer.outside == ("date_missing",)


def test_a_part_of_the_debt_may_be_promised_from_the_floor_on() -> None:
    facts = make_facts(100_000_00)
    day = date(2026, 12, 1)
    answer = evaluate_proposal(
        make_policy(), facts, Proposal("promise", amount=cop(50_000_00), on=day)
    )
    assert answer.accepted is not None
    assert (answer.accepted.total, answer.accepted.discount) == (cop(50_000_00), cop(0))
    answer = evaluate_proposal(make_policy(), facts, Proposal("promise", amount=cop(500), on=day))
    assert answer.outside == ("amount_too_low",)
    assert answer.nearest[0].total == cop(20_000_00)


def test_a_discount_is_never_more_than_the_policys() -> None:
    facts = make_facts(100_000_00)
    answer = evaluate_proposal(make_policy(), facts, Proposal("settlement", amount=cop(50_000_00)))
    assert answer.outside == ("discount_too_high",)
    assert (answer.nearest[0].total, answer.nearest[0].discount) == (cop(88_000_00), cop(12_000_00))
    answer = evaluate_proposal(
        make_policy(), facts, Proposal("settlement", amount=cop(90_000_00), on=TODAY)
    )
    assert answer.accepted is not None
    none = make_policy(max_discount_percent=Decimal(0))
    answer = evaluate_proposal(none, facts, Proposal(discount_percent=Decimal(20)))
    assert answer.outside == ("discount_not_offered",)
    assert all(terms.discount == cop(0) for terms in answer.nearest)


def test_rounding_favours_neither_the_floor_nor_cents() -> None:
    policy = make_policy(min_down_percent=Decimal("33.33"), max_discount_percent=Decimal("33.33"))
    facts = make_facts(100_001_00)
    assert min_down(policy, facts) == cop(33_331_00)  # 33,330.33 up
    assert max_discount(policy, facts) == cop(33_330_00)  # and down
    reais = DebtFacts({Component.PRINCIPAL: 1001}, "BRL", 1, TODAY, is_weekday)
    policy = make_policy("BRL", min_down_percent=Decimal("33.33"))
    assert min_down(policy, reais) == Money(334, "BRL")


def test_nothing_owed_nothing_offered() -> None:
    answer = evaluate_proposal(make_policy(), make_facts(0), Proposal("full"))
    assert answer.outside == ("nothing_owed",)
    assert answer.nearest == ()
    assert suggest_offers(make_policy(), make_facts(0)) == []


def test_no_terms_get_suggestions() -> None:
    answer = evaluate_proposal(make_policy(), make_facts(), Proposal())
    assert answer.outside == ("terms_missing",)
    assert [terms.kind for terms in answer.nearest] == ["full", "settlement", "promise"]


@pytest.mark.parametrize(
    ("first", "frequency", "expected"),
    [
        (date(2026, 1, 30), "monthly", [date(2026, 1, 30), date(2026, 3, 2), date(2026, 3, 30)]),
        (date(2026, 12, 4), "biweekly", [date(2026, 12, 4), date(2026, 12, 18), date(2027, 1, 1)]),
        (date(2026, 11, 5), "semimonthly", [date(2026, 11, 5), date(2026, 11, 16), date(2026, 11, 30)]),  # noqa: E501
        (date(2026, 12, 4), "weekly", [date(2026, 12, 4), date(2026, 12, 11), date(2026, 12, 18)]),
    ],
)  # fmt: skip
def test_due_dates(first: date, frequency: str, expected: list[date]) -> None:
    assert due_dates(first, 3, frequency, is_weekday) == expected  # type: ignore[arg-type]


@given(st.dates(date(2000, 1, 1), date(2100, 1, 1)), st.integers(0, 60))
def test_months_keep_the_day_or_end_the_month(day: date, months: int) -> None:
    later = add_months(day, months)
    assert later.day == day.day or (later + timedelta(days=1)).day == 1
