import pytest
from hypothesis import given
from hypothesis import strategies as st

from acuerdo.core.money import Money
from acuerdo.core.vocabulary import Component
from acuerdo.ledger.errors import CurrencyMixed, EntryInvalid
from acuerdo.ledger.rules import (
    CREDITOR_CODES,
    Code,
    PostingSpec,
    check_postings,
    debt,
    make_balance,
    move,
    reverse,
    sum_changes,
)

amounts = st.integers(min_value=1, max_value=10**15)
components = st.sampled_from(list(Component))
postings = st.lists(
    st.builds(
        lambda component, account, against, minor, is_credit: move(
            component, account, Money(-minor if is_credit else minor, "COP"), against
        ),
        components,
        st.integers(min_value=1, max_value=5),
        st.sampled_from(sorted(CREDITOR_CODES)),
        amounts,
        st.booleans(),
    ),
    min_size=1,
    max_size=12,
)


@given(postings)
def test_every_entry_balances(specs: list[PostingSpec]) -> None:
    assert check_postings(specs) == "COP"
    assert sum(sum_changes(specs).values()) == 0


@given(postings)
def test_a_reversal_undoes_the_entry(specs: list[PostingSpec]) -> None:
    undone = sum_changes([*specs, *reverse(specs)])
    assert set(undone.values()) <= {0}


@given(st.lists(st.tuples(components, amounts), max_size=10))
def test_components_add_up_to_the_total(lines: list[tuple[Component, int]]) -> None:
    balance = make_balance("EUR", [(debt(component, 1).code, minor) for component, minor in lines])
    assert set(balance.components) == set(Component)
    assert balance.total_minor == sum(minor for _, minor in lines)


@pytest.mark.parametrize(
    ("specs", "error"),
    [
        ([], EntryInvalid),
        ([PostingSpec(debt("fees", 1), Code("placed"), Money(0, "EUR"))], EntryInvalid),
        ([PostingSpec(debt("fees", 1), Code("placed"), Money(-5, "EUR"))], EntryInvalid),
        ([PostingSpec(debt("fees", 1), debt("fees", 1), Money(5, "EUR"))], EntryInvalid),
        ([PostingSpec(Code("debt.fees"), Code("placed"), Money(5, "EUR"))], EntryInvalid),
        ([PostingSpec(Code("placed", 3), Code("received"), Money(5, "EUR"))], EntryInvalid),
        (
            [
                PostingSpec(debt("fees", 1), Code("placed"), Money(5, "EUR")),
                PostingSpec(debt("fees", 1), Code("placed"), Money(5, "COP")),
            ],
            CurrencyMixed,
        ),
    ],
)
def test_what_is_no_entry_is_refused(specs: list[PostingSpec], error: type[Exception]) -> None:
    with pytest.raises(error):
        check_postings(specs)


def test_a_float_is_no_amount() -> None:
    with pytest.raises(TypeError):
        move("principal", 1, Money(12.5, "EUR"), "placed")  # type: ignore[arg-type]
