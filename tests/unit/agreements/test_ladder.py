from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

from hypothesis import given, settings
from hypothesis import strategies as st
from negotiation_kit import TODAY, cop, debts, make_facts, make_policy, policies, proposals

from acuerdo.agreements.negotiation import (
    LEVERS,
    WAIVED_IN_ORDER,
    DebtFacts,
    Ladder,
    Policy,
    Proposal,
    Standing,
    answer,
    at_standing,
    check_terms,
    equivalent_packages,
    is_wider,
    least_worth,
    list_offers,
    max_discount,
    planned,
    present_value,
    split_discount,
    worth,
)
from acuerdo.core.vocabulary import Component

BOULWARE = Ladder(rounds=3, opening={"max_discount_percent": Decimal(3)})

openings = st.dictionaries(
    st.sampled_from(LEVERS), st.integers(0, 40).map(Decimal), min_size=0, max_size=4
)
ladders = st.builds(
    Ladder,
    rounds=st.integers(0, 6),
    shape=st.sampled_from([Decimal("0.2"), Decimal("0.4"), Decimal(1), Decimal(3)]),
    opening=openings,
)
standings = st.builds(Standing, round=st.integers(0, 6), given=st.decimals(0, 1, places=4))
costs = st.sampled_from([Decimal(0), Decimal(12), Decimal(40)])
part_counts = st.integers(1, 4)


def settle(pesos: int, **more: object) -> Proposal:
    return Proposal("settlement", amount=cop(pesos * 100), on=TODAY, **more)  # type: ignore[arg-type]


# --- the ladder


def test_little_is_given_at_first_and_the_rest_at_the_end() -> None:
    shares = [planned(BOULWARE, number) for number in range(5)]
    assert shares == [0, Decimal("0.0641"), Decimal("0.3628"), 1, 1]
    conceder = replace(BOULWARE, shape=Decimal(3))
    assert planned(conceder, 1) > Decimal("0.6")


@given(ladders, st.integers(0, 8), st.integers(0, 8))
def test_a_later_round_never_gives_less(ladder: Ladder, one: int, other: int) -> None:
    earlier, later = sorted((one, other))
    assert 0 <= planned(ladder, earlier) <= planned(ladder, later) <= 1


@given(policies, ladders, standings)
def test_no_step_is_wider_than_the_floor(
    policy: Policy, ladder: Ladder, standing: Standing
) -> None:
    policy = replace(policy, ladder=ladder)
    step = at_standing(policy, standing)
    for lever in LEVERS:
        assert not is_wider(lever, getattr(step, lever), getattr(policy, lever)), lever


@given(policies, debts, ladders, costs, part_counts, st.lists(proposals, max_size=8))
def test_no_conversation_gets_below_the_floor(
    policy: Policy,
    facts: DebtFacts,
    ladder: Ladder,
    cost: Decimal,
    parts: int,
    said: list[Proposal],
) -> None:
    policy = replace(policy, ladder=ladder, annual_percent=cost, max_settlement_parts=parts)
    standing = Standing()
    for proposal in said:
        found = answer(policy, facts, standing, proposal)
        assert found == answer(policy, facts, standing, proposal)
        evaluation = found.evaluation
        offered = (*evaluation.nearest, *([evaluation.accepted] if evaluation.accepted else []))
        for terms in offered:
            assert check_terms(policy, facts, terms) == ()
            assert sum(part.amount.minor for part in terms.schedule) == terms.total.minor
        assert found.standing.given >= standing.given
        assert found.standing.round - standing.round == (found.move is not None) or (
            found.standing.round == max(ladder.rounds, standing.round)
        )
        standing = found.standing


def test_asking_again_gets_the_same_and_moving_gets_more() -> None:
    policy, facts = make_policy(ladder=BOULWARE), make_facts(100_000_00)
    standing, shown = Standing(), []
    for pesos in (50_000, 50_000, 50_000, 60_000, 75_000):
        found = answer(policy, facts, standing, settle(pesos))
        shown.append(found.evaluation.nearest[0].discount.minor // 100)
        standing = found.standing
    # 3 % held back of 12: 0.0641 of the room after the first offer, nothing for saying it again.
    assert shown == [3_570, 3_570, 3_570, 6_260, 12_000]
    assert standing.round == 3


def test_no_answer_gives_more_than_the_debtor_added() -> None:
    policy, facts = make_policy(ladder=BOULWARE), make_facts(100_000_00)
    first = answer(policy, facts, Standing(), settle(50_000)).standing
    # 1,000 pesos more from the debtor, 1,000 at most from us, whatever the round would give.
    then = answer(policy, facts, first, settle(51_000))
    before = max_discount(at_standing(policy, first), facts)
    after = max_discount(at_standing(policy, then.standing), facts)
    assert (after - before).minor <= 1_000_00
    assert then.standing.round == 2
    # A few pesos are no move.
    assert answer(policy, facts, first, settle(50_001)).move is None


def test_a_proposal_as_good_as_the_next_offer_is_agreed_at_once() -> None:
    policy, facts = make_policy(ladder=BOULWARE), make_facts(100_000_00)
    found = answer(policy, facts, Standing(), settle(96_500))
    assert found.evaluation.accepted is not None  # 3.5 % off, within the next step
    found = answer(policy, facts, Standing(), settle(96_000))
    assert found.evaluation.accepted is None
    # What comes sooner is worth more, so a little more off today is as good as less off later.
    dear = replace(policy, annual_percent=Decimal(60))
    assert answer(dear, facts, Standing(), settle(96_000)).evaluation.accepted is not None


def test_the_last_step_says_that_it_is_the_last() -> None:
    policy, facts = make_policy(ladder=BOULWARE), make_facts(100_000_00)
    last = Standing(3, Decimal(1), {"settlement": cop(70_000_00)})
    assert answer(policy, facts, last, settle(60_000)).evaluation.is_final
    assert not answer(policy, facts, Standing(), settle(60_000)).evaluation.is_final
    assert answer(make_policy(), facts, Standing(), settle(60_000)).evaluation.is_final


def test_a_plan_moves_no_ladder_of_discounts() -> None:
    policy, facts = make_policy(ladder=BOULWARE), make_facts(100_000_00)
    found = answer(policy, facts, Standing(), Proposal("plan", count=24))
    assert (found.move, found.standing) == (None, Standing())
    held = replace(policy, ladder=Ladder(2, opening={"max_instalments": Decimal(2)}))
    found = answer(held, facts, Standing(), Proposal("plan", count=24))
    assert found.move == "plan"
    assert answer(held, facts, Standing(), Proposal("plan", count=4)).evaluation.accepted is None


# --- value and packages


@given(debts, costs, st.integers(0, 800))
def test_later_money_is_never_worth_more(facts: DebtFacts, cost: Decimal, days: int) -> None:
    def value(later: int) -> int:
        on = facts.today + timedelta(days=later)
        return present_value([(on, facts.owed)], facts.today, cost, "COP").minor

    assert value(0) == facts.owed.minor
    assert value(days) <= value(max(days - 30, 0)) <= facts.owed.minor


def test_a_year_costs_what_the_policy_says() -> None:
    on = date(2027, 11, 23)  # 365 days later
    assert present_value([(on, cop(124_000))], TODAY, Decimal(24), "COP") == cop(100_000)


@given(policies, debts, costs, part_counts)
def test_packages_are_worth_the_same_and_keep_the_policy(
    policy: Policy, facts: DebtFacts, cost: Decimal, parts: int
) -> None:
    policy = replace(policy, annual_percent=cost, max_settlement_parts=parts)
    packages = equivalent_packages(policy, facts)
    assert len(packages) <= 3
    values = [worth(policy, facts, terms).minor for terms in packages]
    for terms in packages:
        assert check_terms(policy, facts, terms) == ()
        assert worth(policy, facts, terms) >= least_worth(policy, facts)
    if values:
        assert min(values) == values[0]
        assert max(values) - min(values) <= 500  # each part is rounded to a peso


def test_a_settlement_in_parts_is_listed_where_it_is_worth_enough() -> None:
    policy = make_policy(
        max_settlement_parts=3, annual_percent=Decimal(24), min_down_percent=Decimal(0)
    )
    facts = make_facts(100_000_00)
    offers = list_offers(policy, facts)
    in_parts = [one for one in offers if one.kind == "settlement" and one.count == 3]
    assert in_parts
    assert max(one.discount.minor for one in in_parts) < max_discount(policy, facts).minor
    packages = equivalent_packages(policy, facts)
    assert [terms.count for terms in packages] == [1, 3, 1]
    assert packages[1].discount < packages[0].discount


# --- what a discount is made of


def test_every_component_has_its_place() -> None:
    assert set(WAIVED_IN_ORDER) == set(Component)
    assert WAIVED_IN_ORDER[-1] is Component.PRINCIPAL


@given(
    policies,
    debts,
    st.decimals(0, 100, places=1),
    st.decimals(0, 100, places=1),
    st.decimals(0, 100, places=1),
)
def test_a_discount_is_taken_from_what_was_added_first(
    policy: Policy, facts: DebtFacts, fees: Decimal, interest: Decimal, principal: Decimal
) -> None:
    policy = replace(
        policy,
        max_fees_percent=fees,
        max_interest_percent=interest,
        max_principal_percent=principal,
    )
    most = max_discount(policy, facts)
    parts = split_discount(policy, facts, most)
    assert sum(part.minor for part in parts.values()) == most.minor
    for component, part in parts.items():
        whole = facts.balance[component]
        assert 100 * part.minor <= whole * policy.relief_percent(component)
    if Component.PRINCIPAL in parts:
        interest_left = facts.balance[Component.INTEREST] * interest / 100
        assert parts.get(Component.INTEREST, cop(0)).minor == int(interest_left)


# --- what somebody can pay


@settings(deadline=None)  # a long list
@given(policies, debts, st.integers(0, 3_000_000))
def test_no_month_asks_for_more_than_is_left_of_an_income(
    policy: Policy, facts: DebtFacts, disposable: int
) -> None:
    facts = replace(facts, disposable=cop(disposable))
    for terms in list_offers(policy, facts):
        if terms.count > 1:
            assert max(part.amount.minor for part in terms.schedule) <= disposable
    found = answer(policy, facts, Standing(), Proposal(count=3, frequency="weekly"))
    if found.evaluation.accepted and found.evaluation.accepted.count > 1:
        assert found.evaluation.accepted.total.minor <= disposable
