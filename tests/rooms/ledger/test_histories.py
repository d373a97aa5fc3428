"""Random histories on the real books: every entry balances, what is stored is what follows from
the postings, the order of arrival does not matter, and nothing is negative that may not be."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from random import Random

import polars as pl
import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from acuerdo.core.actor import SYSTEM
from acuerdo.core.errors import CommandConflict
from acuerdo.core.money import Money
from acuerdo.core.vocabulary import Component
from acuerdo.creditors.actions import create_creditor
from acuerdo.creditors.models import Creditor
from acuerdo.ledger.actions import (
    PAYMENT_COLUMNS,
    post_entry,
    post_payment,
    post_payments,
    reverse_entry,
)
from acuerdo.ledger.audit import audit_books
from acuerdo.ledger.errors import CurrencyMixed, EntryInvalid, NotReversible
from acuerdo.ledger.histories import read_histories
from acuerdo.ledger.models import Entry, LedgerAccount
from acuerdo.ledger.queries import get_balance, list_balances, list_statement, recompute_balances
from acuerdo.ledger.rules import AGAINST, CREDIT, Balance, Code, Kind, PostingSpec, move
from acuerdo.ledger.rules.allocation import USUAL, Method, Terms
from acuerdo.ledger.rules.history import replay

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 11, 24, 15, tzinfo=UTC)
START = date(2026, 10, 1)
DEBT = 7

slow = settings(
    max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
days = st.integers(0, 40).map(lambda number: START + timedelta(days=number))
charged = st.tuples(
    st.sampled_from([Kind.PLACEMENT, Kind.ADJUSTMENT, Kind.ACCRUAL, Kind.DISCOUNT, Kind.WRITE_OFF]),
    days,
    st.sampled_from(list(Component)),
    st.integers(-20_000, 50_000).filter(bool),
    st.just(USUAL),
    st.booleans(),
)
paid = st.tuples(
    st.just(Kind.PAYMENT),
    days,
    st.none(),
    st.integers(1, 40_000),
    st.builds(Terms, st.sampled_from(list(Method)), st.permutations(list(Component)).map(tuple)),
    st.booleans(),
)
refunded = st.tuples(
    st.just(Kind.REFUND), days, st.none(), st.integers(1, 9_000), st.just(USUAL), st.booleans()
)
Step = tuple[Kind, date, Component | None, int, Terms, bool]
histories = st.lists(charged | paid | refunded, min_size=1, max_size=9)


@pytest.fixture
def creditor() -> Creditor:
    return create_creditor(actor=SYSTEM, now=NOW, name="Lender", country="CO")


def cop(minor: int) -> Money:
    return Money(minor, "COP")


def do(creditor: Creditor, number: int, step: Step, account_id: int = DEBT) -> Entry:
    """One step of a history, whenever it comes: its key is its own."""
    kind, on, part, minor, terms, _is_undone = step
    key = f"{number:02}:{account_id}"
    if kind is Kind.PAYMENT:
        return pay(creditor, key, on, minor, terms, account_id)
    if part is None:
        posting = PostingSpec(Code(CREDIT, account_id), Code(AGAINST[kind]), cop(minor))
    else:
        posting = move(part, account_id, cop(minor), AGAINST[kind])
    return post_entry(
        actor=SYSTEM,
        now=NOW,
        creditor_id=creditor.pk,
        kind=kind,
        effective_on=on,
        postings=[posting],
        key=key,
    )


def pay(
    creditor: Creditor,
    key: str,
    on: date,
    minor: int,
    terms: Terms = USUAL,
    account_id: int = DEBT,
) -> Entry:
    return post_payment(
        actor=SYSTEM,
        now=NOW,
        creditor_id=creditor.pk,
        account_id=account_id,
        amount=cop(minor),
        effective_on=on,
        key=key,
        terms=terms,
    )


def place(creditor: Creditor, on: date = START, account_id: int = DEBT, **parts: int) -> Entry:
    return post_entry(
        actor=SYSTEM,
        now=NOW,
        creditor_id=creditor.pk,
        kind=Kind.PLACEMENT,
        effective_on=on,
        postings=[move(part, account_id, cop(minor), "placed") for part, minor in parts.items()],
        key=f"placed:{account_id}:{on}",
    )


def undo(entry: Entry) -> Entry:
    return reverse_entry(actor=SYSTEM, now=NOW, entry=entry, key=f"undo:{entry.key}")


def assert_whole(account_id: int = DEBT) -> Balance:
    """The books of one debt hold together; gives its balance."""
    balance = get_balance(account_id)
    assert recompute_balances([account_id])[account_id] == balance
    assert min(balance.components.values()) >= 0
    assert balance.credit_minor >= 0
    (history,) = read_histories([account_id])
    outcome = replay(history.facts.values())
    assert outcome.components == balance.components
    assert outcome.credit_minor == balance.credit_minor
    assert list_statement(account_id)[-1].balance == balance
    return balance


@slow
@given(histories, st.randoms())
def test_the_order_of_arrival_does_not_change_the_books(
    creditor: Creditor, steps: list[Step], chance: Random
) -> None:
    found: list[Balance] = []
    for order in (list(enumerate(steps)), chance.sample(list(enumerate(steps)), len(steps))):
        with transaction.atomic():
            undone = []
            for number, step in order:
                entry = do(creditor, number, step)
                if step[-1]:
                    undone.append(entry)
                assert_whole()
            for entry in undone:
                undo(entry)
            found.append(assert_whole())
            assert audit_books().is_clean
            transaction.set_rollback(True)
    with transaction.atomic():
        standing = [(number, step) for number, step in enumerate(steps) if not step[-1]]
        for number, step in standing:
            do(creditor, number, step)
        kept = assert_whole() if standing else Balance("", dict.fromkeys(Component, 0))
        transaction.set_rollback(True)
    assert found[0] == found[1]
    # What was undone left no trace.
    assert (found[0].components, found[0].credit_minor) == (kept.components, kept.credit_minor)


@slow
@given(
    st.lists(st.tuples(days, st.integers(1, 30_000), st.integers(1, 3)), min_size=1, max_size=10),
    st.sampled_from([USUAL, Terms(Method.OLDEST), Terms(agreed_on=START + timedelta(days=9))]),
)
def test_a_set_of_payments_comes_to_the_same_as_one_after_the_other(
    creditor: Creditor, payments: list[tuple[date, int, int]], terms: Terms
) -> None:
    rows = [
        {"key": f"p{number:02}", "account_id": account_id, "effective_on": on,
         "amount_minor": minor, "currency": "COP"}
        for number, (on, minor, account_id) in enumerate(payments)
    ]  # fmt: skip
    frame = pl.DataFrame(rows, schema=PAYMENT_COLUMNS)

    def in_a_set() -> None:
        half = len(rows) // 2
        for part in (frame[:half], frame, frame[half:]):
            post_payments(actor=SYSTEM, now=NOW, creditor_id=creditor.pk, frame=part, terms=terms)

    def one_by_one() -> None:
        for number, (on, minor, account_id) in enumerate(payments):
            pay(creditor, f"p{number:02}", on, minor, terms, account_id)

    def read(post: Callable[[], None]) -> dict[int, Balance]:
        with transaction.atomic():
            for account_id in (1, 2, 3):
                place(creditor, START, account_id, principal=40_000, fees=900, interest=3_000)
                place(creditor, START + timedelta(days=20), account_id, interest=2_000, taxes=100)
            post()
            assert Entry.objects.filter(kind="payment").count() == len(payments)
            for account_id in (1, 2, 3):
                assert_whole(account_id)
            found = list_balances([1, 2, 3])
            transaction.set_rollback(True)
        return found

    assert read(in_a_set) == read(one_by_one)


def test_a_charge_back_gives_the_later_payments_their_old_place(creditor: Creditor) -> None:
    place(creditor, principal=1_000, fees=100)
    first = pay(creditor, "first", START + timedelta(days=5), 80)
    pay(creditor, "second", START + timedelta(days=9), 300)
    assert get_balance(DEBT).components[Component.PRINCIPAL] == 720
    undo(first)
    balance = assert_whole()
    assert balance.components[Component.FEES] == 0
    assert balance.components[Component.PRINCIPAL] == 800
    (moved,) = Entry.objects.filter(kind="reallocation")
    with pytest.raises(NotReversible):
        undo(moved)


def test_a_payment_once_whatever_is_said_again(creditor: Creditor) -> None:
    place(creditor, principal=1_000, fees=100)
    first = pay(creditor, "p", START, 150)
    assert pay(creditor, "p", START, 150) == first
    for changed in (
        lambda: pay(creditor, "p", START, 151),
        lambda: pay(creditor, "p", START + timedelta(days=1), 150),
        lambda: pay(creditor, "p", START, 150, account_id=8),
    ):
        with pytest.raises(CommandConflict):
            changed()
    assert assert_whole().total_minor == 950


def test_credit_pays_what_is_charged_later(creditor: Creditor) -> None:
    place(creditor, principal=100)
    pay(creditor, "p", START, 130)
    assert get_balance(DEBT).credit_minor == 30
    place(creditor, START + timedelta(days=3), fees=20, interest=50)
    balance = assert_whole()
    assert (balance.credit_minor, balance.total_minor) == (0, 40)
    assert balance.components[Component.INTEREST] == 40


def test_currencies_of_payments_never_mix(creditor: Creditor) -> None:
    place(creditor, principal=100)
    euros = Money(5, "EUR")
    with pytest.raises(CurrencyMixed), transaction.atomic():
        post_payment(actor=SYSTEM, now=NOW, creditor_id=creditor.pk, account_id=DEBT,
                     amount=euros, effective_on=START, key="e")  # fmt: skip
    row = {"key": "e", "account_id": DEBT, "effective_on": START, "amount_minor": 5}
    frame = pl.DataFrame([{**row, "currency": "EUR"}], schema=PAYMENT_COLUMNS)
    with pytest.raises(CurrencyMixed), transaction.atomic():
        post_payments(actor=SYSTEM, now=NOW, creditor_id=creditor.pk, frame=frame)
    assert get_balance(DEBT).total_minor == 100


@pytest.mark.parametrize(
    "rows",
    [
        [("a", 7, 0)],
        [("a", 7, -5)],
        [("a", 0, 5)],
        [("a", 7, 5), ("a", 7, 5)],
    ],
)
def test_a_bad_set_of_payments_posts_nothing(
    creditor: Creditor, rows: list[tuple[str, int, int]]
) -> None:
    place(creditor, principal=100)
    frame = pl.DataFrame(
        [
            {"key": key, "account_id": account_id, "effective_on": START, "amount_minor": minor,
             "currency": "COP"}
            for key, account_id, minor in rows
        ],
        schema=PAYMENT_COLUMNS,
    )  # fmt: skip
    with pytest.raises(EntryInvalid):
        post_payments(actor=SYSTEM, now=NOW, creditor_id=creditor.pk, frame=frame)
    assert get_balance(DEBT).total_minor == 100


def test_lines_remember_the_latest_date(creditor: Creditor) -> None:
    place(creditor, principal=100)
    pay(creditor, "p", START + timedelta(days=9), 10)
    pay(creditor, "q", START + timedelta(days=4), 10)
    line = LedgerAccount.objects.get(subject_id=DEBT, code="debt.principal")
    assert line.moved_on == START + timedelta(days=9)
