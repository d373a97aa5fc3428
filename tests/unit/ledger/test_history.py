"""What is owed follows from the facts, not from the order in which they came."""

from __future__ import annotations

from datetime import date, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from acuerdo.core.vocabulary import Component
from acuerdo.ledger.rules.allocation import (
    DEFAULT_ORDER,
    PRINCIPAL_FIRST,
    USUAL,
    Due,
    Method,
    Terms,
    allocate,
    make_order,
    read_terms,
    write_terms,
)
from acuerdo.ledger.rules.grammar import CREDIT
from acuerdo.ledger.rules.history import Fact, make_fact, pair_moves, replay

FEES, INTEREST, PRINCIPAL = Component.FEES, Component.INTEREST, Component.PRINCIPAL
START = date(2026, 1, 1)
days = st.integers(0, 60).map(lambda number: START + timedelta(days=number))
minors = st.integers(1, 100_000)
components = st.sampled_from(list(Component))
dues = st.lists(st.builds(Due, days, components, minors), max_size=5).map(tuple)
terms = st.builds(
    Terms,
    st.sampled_from(list(Method)),
    st.permutations(list(Component)).map(tuple),
    st.none() | days,
    dues,
)


def _number(facts: list[Fact]) -> list[Fact]:
    return [
        Fact(fact.effective_on, f"{number:03}", fact.kind, fact.changes, fact.paid_minor,
             fact.refunded_minor, fact.terms)
        for number, fact in enumerate(facts)
    ]  # fmt: skip


charges = st.builds(
    lambda on, kind, changes: Fact(on, "", kind, changes),
    days,
    st.sampled_from(["placement", "adjustment", "accrual", "discount", "write_off", "other"]),
    st.dictionaries(components, st.integers(-50_000, 100_000).filter(bool), min_size=1, max_size=3),
)
payments = st.builds(
    lambda on, minor, how: Fact(on, "", "payment", paid_minor=minor, terms=how), days, minors, terms
)
refunds = st.builds(lambda on, minor: Fact(on, "", "refund", refunded_minor=minor), days, minors)
histories = st.lists(charges | payments | refunds, max_size=12).map(_number)


@settings(max_examples=300)
@given(histories, st.randoms())
def test_the_order_of_arrival_changes_nothing(history: list[Fact], chance: object) -> None:
    shuffled = list(history)
    chance.shuffle(shuffled)  # type: ignore[attr-defined]
    assert replay(shuffled) == replay(history)


@settings(max_examples=300)
@given(histories)
def test_every_cent_is_somewhere_and_nothing_is_negative(history: list[Fact]) -> None:
    found = replay(history)
    moved = sum(
        sum(fact.changes.values()) - fact.paid_minor + fact.refunded_minor for fact in history
    )
    assert sum(found.components.values()) - found.credit_minor == moved
    assert min(found.components.values()) >= 0
    assert found.credit_minor >= 0
    # There is no credit while anything is owed.
    assert not (found.credit_minor and any(found.components.values()))
    for fact in history:
        if fact.kind == "payment":
            assert sum(found.shares[fact.key].values()) == fact.paid_minor
            assert min(found.shares[fact.key].values()) > 0


@given(st.dictionaries(st.sampled_from("abcdef"), st.integers(-100, 100), max_size=6))
def test_moves_bring_every_line_to_its_difference(differences: dict[str, int]) -> None:
    differences["rest"] = -sum(differences.values())
    found = dict.fromkeys(differences, 0)
    for debit, credit, minor in pair_moves(differences):
        assert minor > 0
        found[debit] += minor
        found[credit] -= minor
    assert found == differences


@given(
    st.dictionaries(st.tuples(days, components), minors, max_size=8), st.integers(1, 300_000), terms
)
def test_a_payment_covers_what_is_owed_and_not_more(
    owed: dict[tuple[date, Component], int], minor: int, how: Terms
) -> None:
    covered, left = allocate(minor, owed, how)
    assert sum(covered.values()) + left == minor
    assert all(0 < share <= owed[key] for key, share in covered.items())
    assert not left or covered == owed


@given(terms)
def test_terms_are_read_as_they_were_written(how: Terms) -> None:
    assert read_terms(write_terms(how)) == how


def test_the_usual_terms_take_no_room() -> None:
    assert write_terms(USUAL) == ""


OWED = {
    (date(2026, 1, 1), PRINCIPAL): 100,
    (date(2026, 1, 31), INTEREST): 10,
    (date(2026, 2, 15), FEES): 5,
    (date(2026, 2, 28), INTEREST): 9,
}


def _spread(minor: int, how: Terms) -> list[tuple[str, str, int]]:
    covered, _left = allocate(minor, OWED, how)
    return [(on.isoformat()[5:], part.value, share) for (on, part), share in covered.items()]


def test_fees_first() -> None:
    assert _spread(20, USUAL) == [
        ("02-15", "fees", 5),
        ("01-31", "interest", 10),
        ("02-28", "interest", 5),
    ]


def test_principal_first() -> None:
    how = Terms(order=PRINCIPAL_FIRST)
    assert _spread(105, how) == [("01-01", "principal", 100), ("01-31", "interest", 5)]


def test_the_oldest_first() -> None:
    assert _spread(112, Terms(Method.OLDEST)) == [
        ("01-01", "principal", 100),
        ("01-31", "interest", 10),
        ("02-15", "fees", 2),
    ]


def test_by_instalment_the_whole_of_one_before_the_next() -> None:
    plan = (Due(date(2026, 2, 1), PRINCIPAL, 50), Due(date(2026, 3, 1), PRINCIPAL, 50))
    # January's interest, the first instalment, what February added, then the second instalment.
    assert _spread(74 + 20, Terms(Method.INSTALMENT, dues=plan)) == [
        ("01-31", "interest", 10),
        ("01-01", "principal", 70),
        ("02-15", "fees", 5),
        ("02-28", "interest", 9),
    ]


def test_an_instalment_that_was_paid_is_not_paid_again() -> None:
    plan = (Due(date(2026, 2, 1), PRINCIPAL, 50), Due(date(2026, 3, 1), PRINCIPAL, 50))
    owed = {(date(2026, 1, 1), PRINCIPAL): 50, (date(2026, 2, 28), INTEREST): 9}
    covered, _left = allocate(9, owed, Terms(Method.INSTALMENT, dues=plan))
    assert covered == {(date(2026, 2, 28), INTEREST): 9}


def test_under_an_agreement_what_was_agreed_on_comes_first() -> None:
    how = Terms(agreed_on=date(2026, 2, 1))
    assert _spread(112, how) == [
        ("01-31", "interest", 10),
        ("01-01", "principal", 100),
        ("02-15", "fees", 2),
    ]


def test_a_creditor_may_name_a_part_of_the_order() -> None:
    assert make_order(["principal", "nonsense", "interest"])[:2] == (PRINCIPAL, INTEREST)
    assert set(make_order(["principal"])) == set(Component)
    assert make_order([]) == DEFAULT_ORDER


def test_a_late_payment_moves_the_later_ones() -> None:
    placed = Fact(START, "a", "placement", {PRINCIPAL: 100, FEES: 10})
    later = Fact(START + timedelta(days=20), "b", "payment", paid_minor=30)
    late = Fact(START + timedelta(days=10), "c", "payment", paid_minor=8)
    assert replay([placed, later]).shares == {"b": {"fees": 10, "principal": 20}}
    found = replay([placed, later, late])
    assert found.shares == {"c": {"fees": 8}, "b": {"fees": 2, "principal": 28}}
    assert found.components[PRINCIPAL] == 72


def test_credit_is_used_for_what_is_owed_later() -> None:
    paid = Fact(START, "a", "payment", paid_minor=50)
    charged = Fact(START + timedelta(days=1), "b", "placement", {PRINCIPAL: 30})
    found = replay([charged, paid])
    assert (found.components[PRINCIPAL], found.credit_minor) == (0, 20)
    assert found.shares == {"a": {CREDIT: 50}}


def test_what_was_given_back_wrongly_is_owed_again() -> None:
    paid = Fact(START, "a", "payment", paid_minor=50)
    back = Fact(START + timedelta(days=1), "b", "refund", refunded_minor=80)
    assert replay([paid, back]).components[PRINCIPAL] == 30


def test_a_discount_of_more_than_is_owed_of_a_component_goes_to_the_others() -> None:
    placed = Fact(START, "a", "placement", {PRINCIPAL: 100, FEES: 10})
    off = Fact(START + timedelta(days=1), "b", "discount", {FEES: -130})
    found = replay([placed, off])
    assert sum(found.components.values()) == 0
    assert found.credit_minor == 20


def test_a_correction_of_an_accrual_counts_with_what_it_corrects() -> None:
    bore = [
        Fact(START, "a", "accrual", {INTEREST: -4}),
        Fact(START, "b", "accrual", {INTEREST: 10}),
    ]
    assert replay(bore).components[INTEREST] == 6


def test_an_entry_tells_a_fact() -> None:
    codes = {"debt.fees": -5, "debt.principal": -20, CREDIT: -3}
    paid = make_fact(effective_on=START, key="p", kind="payment", codes=codes)
    assert paid.paid_minor == 28
    back = make_fact(effective_on=START, key="r", kind="refund", codes={CREDIT: 3})
    assert back.refunded_minor == 3
    charged = make_fact(effective_on=START, key="c", kind="placement", codes={"debt.costs": 4})
    assert charged.changes == {Component.COSTS: 4}
