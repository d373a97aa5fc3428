"""Credit that is given back, and debts that leave the books."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from acuerdo.core.actor import SYSTEM
from acuerdo.core.errors import CommandConflict
from acuerdo.core.money import Money
from acuerdo.creditors.actions import create_creditor
from acuerdo.creditors.models import Creditor
from acuerdo.ledger.actions import (
    post_entry,
    post_payment,
    refund_credit,
    reverse_entry,
    take_out_debts,
)
from acuerdo.ledger.audit import audit_books
from acuerdo.ledger.errors import CurrencyMixed, NothingToTake
from acuerdo.ledger.models import Entry
from acuerdo.ledger.queries import get_balance, list_balances, recompute_balances
from acuerdo.ledger.rules import PLACED, Kind, move

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 11, 24, 15, tzinfo=UTC)
DAY = date(2026, 11, 1)


@pytest.fixture
def creditor() -> Creditor:
    return create_creditor(actor=SYSTEM, now=NOW, name="Lender", country="CO")


def cop(minor: int) -> Money:
    return Money(minor, "COP")


def place(creditor: Creditor, account_id: int = 7) -> Entry:
    return post_entry(
        actor=SYSTEM,
        now=NOW,
        creditor_id=creditor.pk,
        kind=Kind.PLACEMENT,
        effective_on=DAY,
        postings=[
            move("principal", account_id, cop(1_000), PLACED),
            move("taxes", account_id, cop(19), PLACED),
        ],
        key=f"placed:{account_id}",
    )


def pay(creditor: Creditor, key: str, on: date, minor: int) -> Entry:
    return post_payment(
        actor=SYSTEM,
        now=NOW,
        creditor_id=creditor.pk,
        account_id=7,
        amount=cop(minor),
        effective_on=on,
        key=key,
    )


def refund(creditor: Creditor, amount: Money, key: str = "back") -> Entry:
    return refund_credit(
        actor=SYSTEM,
        now=NOW,
        creditor_id=creditor.pk,
        account_id=7,
        amount=amount,
        effective_on=DAY + timedelta(days=5),
        key=key,
    )


def take_out(creditor: Creditor, kind: Kind = Kind.RECALL, key: str = "file 1") -> int:
    return take_out_debts(
        actor=SYSTEM,
        now=NOW,
        creditor_id=creditor.pk,
        account_ids=[7, 8, 9],
        kind=kind,
        effective_on=DAY + timedelta(days=10),
        key=key,
    )


def test_credit_is_given_back_once_and_no_more_than_there_is(creditor: Creditor) -> None:
    place(creditor)
    pay(creditor, "p", DAY, 1_100)
    assert get_balance(7).credit_minor == 81
    with pytest.raises(NothingToTake, match=r"0\.81 COP"):
        refund(creditor, cop(82))
    with pytest.raises(NothingToTake):
        refund(creditor, cop(0))
    with pytest.raises(CurrencyMixed):
        refund(creditor, Money(1, "EUR"))
    first = refund(creditor, cop(80))
    assert refund(creditor, cop(80)) == first
    with pytest.raises(CommandConflict):
        refund(creditor, cop(79))
    assert get_balance(7).credit_minor == 1
    assert recompute_balances([7]) == {7: get_balance(7)}
    assert audit_books().is_clean


def test_a_refund_of_a_payment_that_was_taken_back_is_owed_again(creditor: Creditor) -> None:
    place(creditor)
    paid = pay(creditor, "p", DAY, 1_100)
    refund(creditor, cop(81))
    reverse_entry(actor=SYSTEM, now=NOW, entry=paid, key="bounced")
    balance = get_balance(7)
    assert (balance.total_minor, balance.credit_minor) == (1_019 + 81, 0)
    assert audit_books().is_clean


@pytest.mark.parametrize("kind", [Kind.RECALL, Kind.SALE, Kind.WRITE_OFF])
def test_a_set_of_debts_leaves_the_books_once(creditor: Creditor, kind: Kind) -> None:
    place(creditor, 7)
    place(creditor, 8)
    assert take_out(creditor, kind) == 2
    assert take_out(creditor, kind) == 0
    assert {one.total_minor for one in list_balances([7, 8, 9]).values()} == {0}
    assert Entry.objects.filter(kind=kind).count() == 2
    assert audit_books().is_clean


def test_a_payment_told_late_of_a_recalled_debt_is_credit(creditor: Creditor) -> None:
    place(creditor)
    take_out(creditor)
    pay(creditor, "p", DAY + timedelta(days=3), 100)
    balance = get_balance(7)
    assert (balance.total_minor, balance.credit_minor) == (0, 100)
    assert audit_books().is_clean


def test_only_what_leaves_is_taken_out(creditor: Creditor) -> None:
    with pytest.raises(ValueError, match="payment"):
        take_out(creditor, Kind.PAYMENT)
