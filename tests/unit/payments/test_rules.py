from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from acuerdo.core.vocabulary import Component
from acuerdo.ledger.rules import RECEIVED, check_postings, sum_changes
from acuerdo.payments.rules import (
    CREDIT,
    DEFAULT_ORDER,
    OVERPAID,
    Share,
    allocate,
    allocation_order,
    make_postings,
    spread,
)

balances = st.fixed_dictionaries({component: st.integers(0, 10_000) for component in Component})
orders = st.permutations(list(Component))


def test_what_was_added_to_a_debt_is_paid_first() -> None:
    balance = {
        Component.PRINCIPAL: 1000,
        Component.INTEREST: 200,
        Component.FEES: 50,
        Component.COSTS: 30,
    }
    assert allocate(300, balance, DEFAULT_ORDER) == [
        ("fees", 50),
        ("costs", 30),
        ("interest", 200),
        ("principal", 20),
    ]


def test_a_creditor_may_choose_the_order() -> None:
    assert allocation_order({}) == DEFAULT_ORDER
    chosen = allocation_order({"allocation_order": ["principal", "nonsense", "interest"]})
    assert chosen == (
        Component.PRINCIPAL,
        Component.INTEREST,
        Component.FEES,
        Component.COSTS,
    )


@given(st.integers(1, 60_000), balances, orders)
def test_every_cent_goes_somewhere_and_no_component_below_zero(
    amount: int, balance: dict[Component, int], order: list[Component]
) -> None:
    shares = allocate(amount, balance, order)
    assert sum(minor for _, minor in shares) == amount
    found = dict(shares)
    assert len(found) == len(shares)
    for component in Component:
        assert 0 <= found.get(component.value, 0) <= balance[component]
    assert found.get(CREDIT, 0) == max(amount - sum(balance.values()), 0)
    # A later component gets nothing before the earlier ones are paid.
    for earlier, later in pairwise(order):
        if found.get(later.value):
            assert found.get(earlier.value, 0) == balance[earlier]


@given(st.integers(1, 60_000), balances, st.lists(st.integers(1, 9_000), max_size=5))
def test_shares_keep_their_sums_when_they_are_cut_by_instalment(
    amount: int, balance: dict[Component, int], parts: list[int]
) -> None:
    shares = allocate(amount, balance, DEFAULT_ORDER)
    cut = spread(shares, list(enumerate(parts)))
    for component, minor in shares:
        assert sum(one.amount_minor for one in cut if one.component == component) == minor
    for number, part in enumerate(parts):
        assert sum(one.amount_minor for one in cut if one.instalment_id == number) <= part
    assert all(one.instalment_id is None for one in cut if one.component == CREDIT)
    assert all(one.amount_minor > 0 for one in cut)
    owed = sum(minor for component, minor in shares if component != CREDIT)
    assert sum(one.amount_minor for one in cut if one.instalment_id is not None) == min(
        owed, sum(parts)
    )


def test_shares_are_cut_in_order() -> None:
    cut = spread([("interest", 30), ("principal", 80), (CREDIT, 5)], [(7, 50), (8, 40)])
    assert cut == [
        Share("interest", 30, 7),
        Share("principal", 20, 7),
        Share("principal", 40, 8),
        Share("principal", 20),
        Share(CREDIT, 5),
    ]


def test_the_books_take_it_as_it_is() -> None:
    postings = make_postings([("interest", 30), (CREDIT, 5)], 12, "COP")
    assert check_postings(postings) == "COP"
    changes = {code.code: minor for code, minor in sum_changes(postings).items()}
    assert changes == {RECEIVED: 35, "debt.interest": -30, OVERPAID: -5}
