from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from acuerdo.core.vocabulary import Component
from acuerdo.ledger.rules import CREDIT
from acuerdo.ledger.rules.allocation import PRINCIPAL_FIRST, USUAL, Due, Method, Terms
from acuerdo.payments.rules import Share, make_terms, spread

DAY = date(2026, 11, 1)
shares_of = st.dictionaries(
    st.sampled_from([*(part.value for part in Component), CREDIT]), st.integers(1, 9_000)
).map(lambda shares: list(shares.items()))


def test_a_creditor_without_a_wish_gets_the_usual_terms() -> None:
    assert make_terms({}) == make_terms({"allocation": "nonsense"}, agreed_on=DAY) == USUAL


def test_a_creditor_may_choose_what_decides() -> None:
    due = Due(DAY, Component.PRINCIPAL, 5)
    assert make_terms({"allocation": "principal_first"}).order == PRINCIPAL_FIRST
    assert make_terms({"allocation": "oldest_first"}) == Terms(Method.OLDEST)
    assert make_terms({"allocation": "by_instalment"}, dues=[due]).dues == (due,)
    assert make_terms({"allocation": "oldest_first"}, dues=[due]).dues == ()


def test_an_agreement_decides_only_where_the_creditor_says_so() -> None:
    assert make_terms({"allocation": "by_agreement"}, agreed_on=DAY) == Terms(agreed_on=DAY)
    assert make_terms({"allocation": "by_agreement"}) == USUAL
    assert make_terms({"allocation": "fees_first"}, agreed_on=DAY) == USUAL


def test_a_creditor_may_choose_the_order() -> None:
    chosen = make_terms({"allocation_order": ["principal", "nonsense", "interest"]})
    assert chosen.order[:2] == (Component.PRINCIPAL, Component.INTEREST)
    assert set(chosen.order) == set(Component)


@given(shares_of, st.lists(st.integers(1, 9_000), max_size=5))
def test_shares_keep_their_sums_when_they_are_cut_by_instalment(
    shares: list[tuple[str, int]], parts: list[int]
) -> None:
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
