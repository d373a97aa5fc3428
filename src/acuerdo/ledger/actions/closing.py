"""What a person or a file takes off the books: credit given back, and debts that leave them."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime

import polars as pl

from acuerdo.core.actor import Actor
from acuerdo.core.money import Money
from acuerdo.ledger.actions.bulk import POSTING_COLUMNS
from acuerdo.ledger.actions.lines import lock_lines
from acuerdo.ledger.actions.posting import post_entry
from acuerdo.ledger.actions.sets import post_entries
from acuerdo.ledger.errors import CurrencyMixed, NothingToTake
from acuerdo.ledger.models import Entry
from acuerdo.ledger.queries import get_balance, list_balances
from acuerdo.ledger.rules import AGAINST, CREDIT, REFUNDED, Code, Kind, PostingSpec, debt

LEAVING = (Kind.WRITE_OFF, Kind.RECALL, Kind.SALE)


def refund_credit(
    *,
    actor: Actor,
    now: datetime,
    creditor_id: int,
    account_id: int,
    amount: Money,
    effective_on: date,
    key: str,
    memo: str = "",
) -> Entry:
    """Give back of what a debtor paid beyond the debt; that the money was sent is the caller's.

    The same `key` gives the entry that is there. Raises NothingToTake for more than there is,
    CurrencyMixed.
    """
    lock_lines([account_id])
    balance = get_balance(account_id)
    if balance.currency and balance.currency != amount.currency:
        raise CurrencyMixed(expected=balance.currency, found=amount.currency)
    is_known = Entry.objects.filter(creditor_id=creditor_id, key=key).exists()
    if not is_known and not 0 < amount.minor <= balance.credit_minor:
        there = Money(balance.credit_minor, amount.currency)
        raise NothingToTake(there=there, wanted=amount)
    return post_entry(
        actor=actor,
        now=now,
        creditor_id=creditor_id,
        kind=Kind.REFUND,
        effective_on=effective_on,
        postings=[PostingSpec(Code(CREDIT, account_id), Code(REFUNDED), amount)],
        key=key,
        memo=memo,
    )


def take_out_debts(
    *,
    actor: Actor,
    now: datetime,
    creditor_id: int,
    account_ids: Collection[int],
    kind: Kind,
    effective_on: date,
    key: str,
    memo: str = "",
) -> int:
    """Take all that is owed on a set of debts off the books: `kind` is one of LEAVING. Credit
    stays. A payment that comes later for a date before it becomes credit, as it was the
    creditor's to know.

    `key` names the set: a debt leaves under it once. Returns how many debts had anything to take.
    """
    if kind not in LEAVING:
        raise ValueError(f"{kind} takes nothing off the books")
    lock_lines(account_ids)
    rows = [
        (
            f"{kind}:{key}:{account_id}", kind.value, effective_on, AGAINST[kind], 0,
            debt(part, account_id).code, account_id, minor, balance.currency,
        )
        for account_id, balance in list_balances(account_ids).items()
        for part, minor in balance.components.items()
        if minor > 0
    ]  # fmt: skip
    if not rows:
        return 0
    return post_entries(
        actor=actor,
        now=now,
        creditor_id=creditor_id,
        frame=pl.DataFrame(rows, schema=POSTING_COLUMNS, orient="row"),
        memo=memo,
    )
