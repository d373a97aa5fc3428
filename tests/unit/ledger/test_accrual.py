"""What a debt bears: day counts, rates, limits, and the same result however facts arrive."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from acuerdo.core.vocabulary import Component
from acuerdo.ledger.rules.accrual import (
    KEY_PREFIX,
    Borne,
    DayCount,
    Every,
    Pause,
    Rule,
    bear,
    find_differences,
    list_ends,
)
from acuerdo.ledger.rules.history import Fact, replay
from acuerdo.ledger.rules.limits import (
    CERTIFIED,
    LIMITS,
    UNLIMITED,
    Ceiling,
    Limits,
    limits_of,
)

PRINCIPAL, INTEREST, FEES = Component.PRINCIPAL, Component.INTEREST, Component.FEES
START = date(2026, 1, 31)
YEAR_END = date(2026, 12, 31)
PLACED = Fact(START, "placed", "placement", {PRINCIPAL: 1_200_000})
ONE_PERCENT = Rule(annual=Decimal("0.12"), day_count=DayCount.THIRTY_360)


def run(*rules: Rule, facts: tuple[Fact, ...] = (PLACED,), until: date = YEAR_END,
        limits: Limits = UNLIMITED, pauses: tuple[Pause, ...] = ()) -> Borne:  # fmt: skip
    return bear(facts, rules, start_on=START, until_on=until, limits=limits, pauses=pauses)


def by_month(borne: Borne, part: Component = INTEREST) -> list[int]:
    return [minor for (_on, which), minor in sorted(borne.accrued.items()) if which == part]


@pytest.mark.parametrize(
    ("count", "from_on", "to_on", "days"),
    [
        (DayCount.THIRTY_360, date(2026, 1, 31), date(2026, 2, 28), 28),
        (DayCount.THIRTY_360, date(2026, 2, 28), date(2026, 3, 31), 32),
        (DayCount.THIRTY_360, date(2026, 1, 15), date(2027, 1, 15), 360),
        (DayCount.ACTUAL_365, date(2024, 2, 1), date(2024, 3, 1), 29),
        (DayCount.ACTUAL_360, date(2026, 1, 1), date(2027, 1, 1), 365),
    ],
)
def test_days_are_counted(count: DayCount, from_on: date, to_on: date, days: int) -> None:
    assert count.ordinal(to_on) - count.ordinal(from_on) == days


def test_simple_interest_does_not_grow_on_itself() -> None:
    borne = run(Rule(annual=Decimal("0.365")), until=date(2026, 4, 30))
    assert by_month(borne) == [1_200_000 * days // 1000 for days in (28, 31, 30)]
    assert borne.outcome.components[INTEREST] == sum(by_month(borne))


def test_compound_interest_does() -> None:
    rule = Rule(annual=Decimal("0.12"), day_count=DayCount.THIRTY_360, is_compound=True)
    first, second, third = by_month(run(rule, until=date(2026, 4, 30)))
    assert first == 1_200_000 * 12 * 28 // 36_000
    assert second == round((1_200_000 + first) * 12 * 32 / 36_000)
    assert third == round((1_200_000 + first + second) * 12 * 30 / 36_000)


def test_interest_follows_the_principal_through_the_month() -> None:
    paid = Fact(date(2026, 2, 10), "paid", "payment", paid_minor=600_000)
    borne = run(Rule(annual=Decimal("0.365")), facts=(PLACED, paid), until=date(2026, 2, 28))
    assert by_month(borne) == [(1_200_000 * 10 + 600_000 * 18) // 1000]


def test_a_payment_at_the_end_of_a_month_covers_what_the_month_bore() -> None:
    paid = Fact(date(2026, 2, 28), "paid", "payment", paid_minor=11_200)
    borne = run(ONE_PERCENT, facts=(PLACED, paid), until=date(2026, 2, 28))
    assert borne.outcome.shares["paid"] == {"interest": 11_200}


def test_a_fixed_fee_comes_as_often_as_it_may() -> None:
    fee = Rule(component=FEES, fixed_minor=5_000, times=2)
    assert by_month(run(fee), FEES) == [5_000, 5_000]
    paid = Fact(date(2026, 2, 10), "paid", "payment", paid_minor=1_200_000)
    assert by_month(run(fee, facts=(PLACED, paid)), FEES) == []


def test_a_share_of_what_is_owed_is_capped() -> None:
    fine = Rule(component=FEES, share=Decimal("0.10"), times=1)
    assert by_month(run(fine), FEES) == [120_000]
    assert by_month(run(fine, limits=LIMITS["BR"]), FEES) == [24_000]


def test_a_rate_is_capped_and_nothing_is_borne_without_a_figure() -> None:
    half = Ceiling(date(2026, 2, 1), date(2026, 2, 14), Decimal("18.25"), False, "test")
    borne = run(Rule(annual=Decimal("0.365")), until=date(2026, 3, 31), limits=Limits((half,)))
    assert by_month(borne) == [1_200_000 * 14 // 2000]


def test_in_duplum_interest_stops_at_the_principal() -> None:
    rule = Rule(annual=Decimal("9.0"))
    borne = run(rule, limits=Limits(ratio=Decimal(1)))
    assert sum(by_month(borne)) == 1_200_000


def test_nothing_is_borne_while_it_is_paused() -> None:
    pause = Pause(date(2026, 2, 11), date(2026, 3, 31))
    assert by_month(run(Rule(annual=Decimal("0.365")), pauses=(pause,), until=date(2026, 3, 31))) \
        == [1_200_000 * 10 // 1000]  # fmt: skip
    fee = Rule(component=FEES, fixed_minor=5_000)
    assert by_month(run(fee, pauses=(pause,), until=date(2026, 4, 30)), FEES) == [5_000]


def test_a_rule_has_its_dates() -> None:
    rules = (
        Rule(annual=Decimal("0.365"), until_on=date(2026, 2, 14)),
        Rule(annual=Decimal("0.73"), from_on=date(2026, 2, 15)),
    )
    assert by_month(run(*rules, until=date(2026, 2, 28))) == [1_200_000 * (14 + 28) // 1000]


def test_the_ends_of_periods() -> None:
    assert list(list_ends(Every.MONTH, date(2026, 1, 15), date(2026, 3, 30))) == [
        date(2026, 1, 31),
        date(2026, 2, 28),
    ]
    assert list(list_ends(Every.MONTH, date(2026, 1, 31), date(2026, 2, 28))) == [date(2026, 2, 28)]
    assert list(list_ends(Every.DAY, date(2026, 1, 30), date(2026, 2, 1))) == [
        date(2026, 1, 31),
        date(2026, 2, 1),
    ]


days = st.integers(0, 120).map(lambda number: START + timedelta(days=number))
facts_of = st.lists(
    st.builds(
        lambda on, minor: Fact(on, "", "payment", paid_minor=minor), days, st.integers(1, 400_000)
    )
    | st.builds(
        lambda on, part, minor: Fact(on, "", "adjustment", {part: minor}),
        days,
        st.sampled_from(list(Component)),
        st.integers(-200_000, 300_000).filter(bool),
    ),
    max_size=6,
).map(
    lambda facts: [
        Fact(one.effective_on, f"{place:02}", one.kind, one.changes, one.paid_minor)
        for place, one in enumerate(facts)
    ]
)
rules_of = st.lists(
    st.builds(
        Rule,
        component=st.sampled_from([INTEREST, FEES, Component.TAXES]),
        annual=st.sampled_from([Decimal(0), Decimal("0.24"), Decimal("1.5")]),
        fixed_minor=st.sampled_from([0, 900]),
        times=st.none() | st.integers(0, 3),
        is_compound=st.booleans(),
        day_count=st.sampled_from(list(DayCount)),
        every=st.just(Every.MONTH),
    ),
    max_size=3,
)


def post(facts: list[Fact], rules: list[Rule], until: date) -> list[Fact]:
    """`facts` and what a tick posts to them, as the books would then hold them."""
    told = [fact for fact in facts if not fact.key.startswith(KEY_PREFIX)]
    borne = bear(told, rules, start_on=START, until_on=until)
    return facts + [
        Fact(on, f"{KEY_PREFIX}{len(facts) + place:03}", "accrual", {part: minor})
        for place, ((on, part), minor) in enumerate(find_differences(facts, borne.accrued).items())
    ]


@settings(max_examples=150, deadline=None)
@given(facts_of, rules_of, st.randoms(), st.lists(days, max_size=3))
def test_ticks_between_late_facts_come_to_what_one_tick_at_the_end_does(
    facts: list[Fact], rules: list[Rule], chance: object, ticks: list[date]
) -> None:
    at_once = post([PLACED, *facts], rules, YEAR_END)
    late = list(facts)
    chance.shuffle(late)  # type: ignore[attr-defined]
    books = [PLACED]
    for tick in sorted(ticks):
        books = post(books, rules, tick)
        if late:
            books.append(late.pop())
    books = post([*books, *late], rules, YEAR_END)
    found, wanted = replay(books), replay(at_once)
    assert (found.components, found.credit_minor) == (wanted.components, wanted.credit_minor)
    # And the books as they are then say what the rules say.
    borne = bear([PLACED, *facts], rules, start_on=START, until_on=YEAR_END)
    assert found == borne.outcome
    assert find_differences(books, borne.accrued) == {}
    assert all(minor > 0 for minor in borne.accrued.values())


def test_every_figure_has_a_source() -> None:
    for limits in LIMITS.values():
        assert limits.ceilings or limits.notes
        for one in limits.ceilings:
            assert one.source
            assert one.seen_on
            assert one.confidence in ("law", "press")
            assert one.from_on <= one.until_on
        for first, second in zip(limits.ceilings, limits.ceilings[1:], strict=False):
            assert first.until_on < second.from_on


def test_an_effective_rate_charged_every_month_comes_to_itself() -> None:
    ceiling = Ceiling(date(2026, 1, 1), date(2026, 1, 31), Decimal("24.36"), True, "test")
    assert abs((1 + ceiling.nominal / 12) ** 12 - Decimal("1.2436")) < Decimal("1e-6")
    assert ceiling.nominal < Decimal("0.2436")


def test_gaps_are_found_and_filled_by_what_a_creditor_enters() -> None:
    limits = limits_of("CO")
    year = (date(2025, 1, 1), date(2025, 12, 31))
    assert limits.find_gaps(*year) == [(date(2025, 5, 1), date(2025, 8, 31))]
    summer = Ceiling(date(2025, 4, 16), date(2025, 8, 31), Decimal(20), False, "ours",
                     confidence="entered")  # fmt: skip
    filled = limits_of("CO", [summer])
    assert filled.find_gaps(*year) == []
    assert [one.until_on for one in filled.ceilings if one.from_on == date(2025, 4, 1)] == [
        date(2025, 4, 15)
    ]
    assert limits.find_gaps(date(2027, 1, 1), date(2027, 2, 1)) == [
        (date(2027, 1, 1), date(2027, 2, 1))
    ]


@pytest.mark.parametrize("country", sorted(CERTIFIED))
def test_where_maxima_are_certified_nothing_is_borne_without_one(country: str) -> None:
    borne = bear(
        [Fact(date(2014, 1, 1), "p", "placement", {PRINCIPAL: 100_000})],
        [Rule(annual=Decimal("0.2"))],
        start_on=date(2014, 1, 1),
        until_on=date(2014, 12, 31),
        limits=limits_of(country),
    )
    assert borne.accrued == {}


def test_where_no_figure_is_known_the_contract_holds() -> None:
    assert limits_of("MX") == Limits()
