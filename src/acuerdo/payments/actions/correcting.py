"""What a person corrects in the books of one account: the debt itself, and credit given back."""

from __future__ import annotations

from datetime import date, datetime
from typing import Final

from acuerdo.agreements.queries import local_date
from acuerdo.core.actor import Actor
from acuerdo.core.money import Money
from acuerdo.core.vocabulary import Component
from acuerdo.ledger import actions as ledger
from acuerdo.ledger.errors import CurrencyMixed, EntryInvalid, NothingToTake
from acuerdo.ledger.histories import read_histories
from acuerdo.ledger.models import Entry
from acuerdo.ledger.queries import get_balance
from acuerdo.ledger.rules import ADJUSTED, Kind, move
from acuerdo.payments.actions.allocating import allocate_anew
from acuerdo.payments.errors import AccountOver, DateOutside
from acuerdo.portfolio.actions.changing import raise_stated
from acuerdo.portfolio.actions.closing import close_account, reopen_account
from acuerdo.portfolio.models import Account

BY_HAND: Final = "hand:"
"""How the keys of entries begin that a person wrote."""


def adjust_debt(
    *,
    account_id: int,
    component: Component,
    change: Money,
    effective_on: date,
    reason: str,
    key: str,
    actor: Actor,
    now: datetime,
) -> Entry:
    """Move what is owed of one component by `change`, more or less than nothing, from a date on.
    Payments
    of what was charged too much go to the rest of the debt, and what is left of them is credit. An
    account of which nothing is left is closed.

    `reason` is a code, as the books keep it for good; the same `key` gives the entry that is
    there. What the creditor's file stated moves up with the debt, so that a file that counts the
    change does not raise it once more; never down, since one that does not count it would.
    Raises AccountOver, DateOutside, CurrencyMixed, EntryInvalid, and NothingToTake for more than
    was charged of the component.
    """
    account = _lock(account_id, effective_on, now)
    known = Entry.objects.filter(creditor_id=account.creditor_id, key=BY_HAND + key).exists()
    if not known:
        _check(account, component, change)
    entry = ledger.post_entry(
        actor=actor,
        now=now,
        creditor_id=account.creditor_id,
        kind=Kind.ADJUSTMENT,
        effective_on=effective_on,
        postings=[move(component, account.pk, change, ADJUSTED)],
        key=BY_HAND + key,
        memo=reason,
    )
    if not known:
        raise_stated(account_id=account.pk, component=component, minor=max(change.minor, 0))
        _follow(account, actor, now)
    return entry


def give_back(
    *,
    account_id: int,
    amount: Money,
    effective_on: date,
    reason: str,
    key: str,
    actor: Actor,
    now: datetime,
) -> Entry:
    """Post that credit was sent back to the debtor; `reason` is a code of how. Raises DateOutside,
    CurrencyMixed, and NothingToTake for more than there is."""
    account = _lock(account_id, effective_on, now, is_open=False)
    entry = ledger.refund_credit(
        actor=actor,
        now=now,
        creditor_id=account.creditor_id,
        account_id=account.pk,
        amount=amount,
        effective_on=effective_on,
        key=BY_HAND + key,
        memo=reason,
    )
    _follow(account, actor, now)
    return entry


def undo_entry(
    *, entry_id: int, account_id: int, reason: str, actor: Actor, now: datetime
) -> Entry:
    """Undo what a person wrote by `adjust_debt` or `give_back`, as if it had never been. Once.
    Raises AccountOver, AlreadyReversed, NotReversible."""
    account = _lock(account_id, None, now)
    entry = Entry.objects.get(pk=entry_id, creditor_id=account.creditor_id)
    reversal = ledger.reverse_entry(
        actor=actor, now=now, entry=entry, key=f"reversal:{entry.pk}", memo=reason
    )
    _follow(account, actor, now)
    return reversal


def _lock(account_id: int, on: date | None, now: datetime, *, is_open: bool = True) -> Account:
    account = (
        Account.objects.select_for_update(of=("self",))
        .select_related("creditor")
        .get(pk=account_id)
    )
    if is_open and account.state == "recalled":
        raise AccountOver()
    first, last = local_date(account, account.placed_at), local_date(account, now)
    if on is not None and not first <= on <= last:
        raise DateOutside(on=on, first=first, last=last)
    return account


def _check(account: Account, component: Component, change: Money) -> None:
    if change.currency != account.currency:
        raise CurrencyMixed(expected=account.currency, found=change.currency)
    if not change.minor:
        raise EntryInvalid(problem="it moves nothing")
    facts = (fact for one in read_histories([account.pk]) for fact in one.facts.values())
    charged = Money(sum(fact.changes.get(component, 0) for fact in facts), account.currency)
    if charged.minor + change.minor < 0:
        raise NothingToTake(there=charged, wanted=-change)


def _follow(account: Account, actor: Actor, now: datetime) -> None:
    """Payments and the account's state as the books are now."""
    allocate_anew(account.pk, {})
    if get_balance(account.pk).total_minor > 0:
        reopen_account(account_id=account.pk, actor=actor, now=now)
    else:
        close_account(account_id=account.pk, actor=actor, now=now)
