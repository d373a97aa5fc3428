"""Money is taken back: the account is where it would be if it had never come."""

from __future__ import annotations

from datetime import date

import pytest
from deals_kit import NOW, agree, cop, make_account, make_creditor, pay

from acuerdo.agreements.models import Agreement, Instalment
from acuerdo.core.actor import SYSTEM
from acuerdo.core.models import Event
from acuerdo.creditors.models import Creditor
from acuerdo.ledger.queries import get_balance, recompute_balances
from acuerdo.payments.actions import reverse_payment
from acuerdo.payments.models import Allocation, Payment
from acuerdo.portfolio.models import Account

pytestmark = pytest.mark.django_db


@pytest.fixture
def account() -> Account:
    cells = {"total": "", "principal": "1000000", "interest": "150000", "fees": "50000"}
    return make_account(make_creditor(), dpd=120, **cells)


def take_back(payment: Payment) -> Payment:
    return reverse_payment(payment_id=payment.pk, reason="charged_back", actor=SYSTEM, now=NOW)


def written(payment: Payment) -> dict[str, int]:
    rows = Allocation.objects.filter(payment=payment).order_by("pk")
    return {row.component: row.amount_minor // 100 for row in rows}


def test_the_later_payment_takes_the_place_of_the_one_taken_back(account: Account) -> None:
    pay(account, cop(130_000))
    pay(account, cop(130_000))
    # Of one date, the key decides which comes first.
    first, second = Payment.objects.order_by("entry__key")
    assert written(first) == {"fees": 50_000, "interest": 80_000}
    assert written(second) == {"interest": 70_000, "principal": 60_000}
    take_back(first)
    assert written(first) == {}
    assert written(second) == {"fees": 50_000, "interest": 80_000}
    balance = get_balance(account.pk)
    assert balance.total_minor == cop(1_070_000).minor
    assert recompute_balances([account.pk]) == {account.pk: balance}
    assert take_back(first).state == "reversed"
    assert Event.objects.filter(name="PaymentReversed").count() == 1


def test_a_paid_account_is_open_again(account: Account) -> None:
    pay(account, cop(1_200_000))
    take_back(Payment.objects.get())
    account.refresh_from_db()
    assert (account.state, account.closed_at) == ("active", None)
    assert get_balance(account.pk).total_minor == cop(1_200_000).minor


def test_an_instalment_is_due_again(account: Account) -> None:
    agree(account, kind="plan", count=3, on=date(2026, 12, 1))
    pay(account, cop(450_000))
    take_back(Payment.objects.get())
    assert set(Instalment.objects.values_list("state", "paid_minor")) == {("due", 0)}
    assert Agreement.objects.get().state == "active"


def test_by_instalment_the_terms_stay_with_the_payment(account: Account) -> None:
    Creditor.objects.update(settings={"allocation": "by_instalment"})
    account.creditor.refresh_from_db()
    pay(account, cop(100_000))
    assert '"method": "instalment"' in Payment.objects.get().entry.terms
