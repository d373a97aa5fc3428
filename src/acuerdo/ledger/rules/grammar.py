"""The grammar of the books: codes, postings, balances. No I/O."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from acuerdo.core.money import Money
from acuerdo.core.vocabulary import Component
from acuerdo.ledger.errors import CurrencyMixed, EntryInvalid


class Kind(StrEnum):
    """What an entry tells of."""

    PLACEMENT = "placement"
    ADJUSTMENT = "adjustment"
    ACCRUAL = "accrual"
    PAYMENT = "payment"
    PAST_PAYMENT = "past_payment"  # from before the placement: it changes no balance
    REFUND = "refund"
    DISCOUNT = "discount"
    WRITE_OFF = "write_off"
    RECALL = "recall"
    SALE = "sale"
    REVERSAL = "reversal"
    REALLOCATION = "reallocation"


# Codes of the whole creditor, the other side of what happens to a debt.
PLACED = "placed"
RECEIVED = "received"
REFUNDED = "refunded"
ADJUSTED = "adjusted"
DISCOUNTED = "discounted"
WRITTEN_OFF = "written_off"
RECALLED = "recalled"
SOLD = "sold"
ACCRUED = "accrued"
AGAINST: Final = {
    Kind.PLACEMENT: PLACED,
    Kind.ADJUSTMENT: ADJUSTED,
    Kind.ACCRUAL: ACCRUED,
    Kind.PAYMENT: RECEIVED,
    Kind.REFUND: REFUNDED,
    Kind.DISCOUNT: DISCOUNTED,
    Kind.WRITE_OFF: WRITTEN_OFF,
    Kind.RECALL: RECALLED,
    Kind.SALE: SOLD,
}
"""The code that is the other side of each kind; a reversal has that of what it undoes, and a
reallocation stays within one debt."""
CREDITOR_CODES = frozenset(AGAINST.values())
DEBT_PREFIX = "debt."
# What a debtor paid beyond the debt: a line of the debt's own, which is the debtor's until it is
# used for what is owed later or given back.
CREDIT = "credit"


def is_of_debt(code: str) -> bool:
    """Whether lines of `code` belong to one debt, not to the whole creditor."""
    return code == CREDIT or code.startswith(DEBT_PREFIX)


@dataclass(frozen=True, slots=True, order=True)
class Code:
    """A line in the books: a code, of one subject (a debt's id) or of the creditor (0)."""

    code: str
    subject_id: int = 0


@dataclass(frozen=True, slots=True)
class PostingSpec:
    """`amount` > 0 moves to `debit` from `credit`. What is owed rises by a debit."""

    debit: Code
    credit: Code
    amount: Money


@dataclass(frozen=True, slots=True)
class Balance:
    """What is owed on one debt, in minor units of `currency` ('' where nothing was ever posted).

    `components` has all of them. `credit_minor` is what was paid beyond them; it is not part of
    the total.
    """

    currency: str
    components: Mapping[Component, int]
    credit_minor: int = 0

    @property
    def total_minor(self) -> int:
        return sum(self.components.values())


def debt(component: Component | str, account_id: int) -> Code:
    """The line of one component of the debt `account_id`."""
    return Code(DEBT_PREFIX + Component(component).value, account_id)


def move(component: Component | str, account_id: int, change: Money, against: str) -> PostingSpec:
    """The posting that changes what is owed by `change` (more or less than zero)."""
    line, other = debt(component, account_id), Code(against)
    if change.minor < 0:
        return PostingSpec(other, line, -change)
    return PostingSpec(line, other, change)


def make_balance(currency: str, lines: Iterable[tuple[str, int]]) -> Balance:
    """A balance from (code, debits less credits) of the lines of one debt."""
    found: dict[Component, int] = dict.fromkeys(Component, 0)
    credit = 0
    for code, minor in lines:
        if code == CREDIT:
            credit -= minor
        else:
            found[Component(code.removeprefix(DEBT_PREFIX))] += minor
    return Balance(currency, found, credit)


def check_postings(postings: Sequence[PostingSpec]) -> str:
    """The one currency of an entry. Raises EntryInvalid or CurrencyMixed."""
    if not postings:
        raise EntryInvalid(problem="it has no postings")
    currency = postings[0].amount.currency
    for posting in postings:
        if posting.amount.currency != currency:
            raise CurrencyMixed(expected=currency, found=posting.amount.currency)
        if posting.amount.minor <= 0:
            raise EntryInvalid(problem="an amount is not more than zero")
        if posting.debit == posting.credit:
            raise EntryInvalid(problem="an amount moves from a line to itself")
        for side in (posting.debit, posting.credit):
            if (side.subject_id > 0) != is_of_debt(side.code):
                raise EntryInvalid(problem=f"{side.code} does not go with {side.subject_id}")
    return currency


def sum_changes(postings: Iterable[PostingSpec]) -> dict[Code, int]:
    """Debits less credits by line, in minor units. They add up to zero."""
    changes: dict[Code, int] = defaultdict(int)
    for posting in postings:
        changes[posting.debit] += posting.amount.minor
        changes[posting.credit] -= posting.amount.minor
    return dict(changes)


def list_subjects(postings: Iterable[PostingSpec]) -> list[int]:
    """The debts that `postings` touch, in order."""
    sides = (code for posting in postings for code in (posting.debit, posting.credit))
    return sorted({code.subject_id for code in sides if code.subject_id})


def reverse(postings: Iterable[PostingSpec]) -> list[PostingSpec]:
    """The postings that undo `postings`."""
    return [PostingSpec(posting.credit, posting.debit, posting.amount) for posting in postings]
