"""A person corrects the books of one account: once, never below nothing, and undone as a whole."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from deals_kit import NOW, cop, make_account, make_creditor, pay

from acuerdo.core.actor import SYSTEM, Actor
from acuerdo.core.errors import AcuerdoError, CommandConflict
from acuerdo.core.money import Money
from acuerdo.core.vocabulary import Component
from acuerdo.ledger.errors import CurrencyMixed, EntryInvalid, NothingToTake
from acuerdo.ledger.models import Entry
from acuerdo.ledger.queries import get_balance, recompute_balances
from acuerdo.payments.actions import adjust_debt, give_back, undo_entry
from acuerdo.payments.errors import AccountOver, DateOutside
from acuerdo.payments.models import Allocation, Payment
from acuerdo.portfolio.actions import recall_accounts
from acuerdo.portfolio.models import Account

pytestmark = pytest.mark.django_db

TODAY = NOW.date()
ME = Actor("user", "7")
PRINCIPAL, INTEREST, FEES = Component.PRINCIPAL, Component.INTEREST, Component.FEES


@pytest.fixture
def account() -> Account:
    cells = {"total": "", "principal": "1000000", "interest": "150000", "fees": "50000"}
    return make_account(make_creditor(), dpd=120, **cells)


def adjust(account: Account, part: Component, change: Money, **more: Any) -> Entry:
    said = {"effective_on": TODAY, "reason": "error", "key": f"{part}{change.minor}", **more}
    return adjust_debt(
        account_id=account.pk, component=part, change=change, actor=ME, now=NOW, **said
    )


def owed(account: Account) -> dict[str, int]:
    balance = get_balance(account.pk)
    assert recompute_balances([account.pk]) == {account.pk: balance}
    account.refresh_from_db()
    return {part.value: minor // 100 for part, minor in balance.components.items() if minor}


def test_up_and_down_and_who_and_why(account: Account) -> None:
    entry = adjust(account, FEES, -cop(20_000))
    assert (entry.kind, entry.memo, entry.actor) == ("adjustment", "error", "user:7")
    assert owed(account) == {"principal": 1_000_000, "interest": 150_000, "fees": 30_000}
    # A file that does not count it must not undo it.
    assert account.stated_minor[:3] == [100_000_000, 15_000_000, 5_000_000]
    adjust(account, INTEREST, cop(10_000))
    assert owed(account) == {"principal": 1_000_000, "interest": 160_000, "fees": 30_000}
    assert account.stated_minor[:3] == [100_000_000, 16_000_000, 5_000_000]


def test_the_same_key_once(account: Account) -> None:
    first = adjust(account, FEES, -cop(50_000), key="one")
    assert adjust(account, FEES, -cop(50_000), key="one").pk == first.pk
    assert owed(account) == {"principal": 1_000_000, "interest": 150_000}
    with pytest.raises(CommandConflict):
        adjust(account, FEES, cop(1), key="one")


def test_payments_go_where_they_would_have_gone(account: Account) -> None:
    pay(account, cop(60_000))
    adjust(account, FEES, -cop(40_000), effective_on=TODAY)
    assert owed(account) == {"principal": 1_000_000, "interest": 100_000}
    rows = Allocation.objects.filter(payment=Payment.objects.get())
    assert {row.component: row.amount_minor // 100 for row in rows} == {
        "fees": 10_000, "interest": 50_000,
    }  # fmt: skip


def test_nothing_left_closes_and_undone_opens(account: Account) -> None:
    adjust(account, INTEREST, -cop(150_000))
    adjust(account, FEES, -cop(50_000))
    entry = adjust(account, PRINCIPAL, -cop(1_000_000))
    assert (owed(account), account.state) == ({}, "closed")
    said = {"entry_id": entry.pk, "account_id": account.pk, "reason": "mistake"}
    assert undo_entry(**said, actor=ME, now=NOW).reverses_id == entry.pk
    assert (owed(account), account.state) == ({"principal": 1_000_000}, "active")
    undo_entry(**said, actor=ME, now=NOW)
    assert owed(account) == {"principal": 1_000_000}


def test_a_fee_that_was_paid_and_should_not_have_been_is_given_back(account: Account) -> None:
    pay(account, cop(1_200_000))
    adjust(account, FEES, -cop(50_000))
    assert (owed(account), account.state) == ({}, "closed")
    assert get_balance(account.pk).credit_minor == cop(50_000).minor
    said = {"account_id": account.pk, "effective_on": TODAY, "reason": "transfer", "key": "r"}
    with pytest.raises(NothingToTake):
        give_back(**said, amount=cop(50_001), actor=ME, now=NOW)
    entry = give_back(**said, amount=cop(50_000), actor=ME, now=NOW)
    assert give_back(**said, amount=cop(50_000), actor=ME, now=NOW).pk == entry.pk
    assert get_balance(account.pk).credit_minor == 0
    # The transfer bounced.
    undo_entry(entry_id=entry.pk, account_id=account.pk, reason="bounced", actor=ME, now=NOW)
    assert get_balance(account.pk).credit_minor == cop(50_000).minor
    assert (owed(account), account.state) == ({}, "closed")


@pytest.mark.parametrize(
    ("said", "error"),
    [
        ({"change": -cop(50_001)}, NothingToTake),
        ({"change": cop(0)}, EntryInvalid),
        ({"change": Money(100, "USD")}, CurrencyMixed),
        ({"effective_on": TODAY + timedelta(days=1)}, DateOutside),
        ({"effective_on": date(1999, 1, 1)}, DateOutside),
    ],
)
def test_what_cannot_be(account: Account, said: dict[str, Any], error: type[AcuerdoError]) -> None:
    before = owed(account)
    with pytest.raises(error):
        adjust(account, FEES, said.pop("change", cop(1)), **said)
    assert owed(account) == before


def test_a_recalled_account_is_corrected_by_its_creditor(account: Account) -> None:
    recall_accounts(
        creditor=account.creditor, account_ids=[account.pk], actor=SYSTEM, now=NOW, why="told"
    )
    with pytest.raises(AccountOver):
        adjust(account, FEES, cop(1))


def test_another_accounts_entry_stays(account: Account) -> None:
    other = make_account(make_creditor("Other"), "B-0001")
    entry = adjust(other, PRINCIPAL, cop(1))
    with pytest.raises(Entry.DoesNotExist):
        undo_entry(entry_id=entry.pk, account_id=account.pk, reason="mistake", actor=ME, now=NOW)
