"""What a policy bounds, and whether an arrangement keeps to it. Pure."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from itertools import pairwise
from typing import Final, Literal

from acuerdo.agreements.calendar import Frequency
from acuerdo.core.money import Money, quantum, total
from acuerdo.core.vocabulary import Component

Kind = Literal["full", "promise", "plan", "settlement"]
KINDS: Final[tuple[Kind, ...]] = ("full", "promise", "plan", "settlement")

# A month and the longest run of holidays: two parts of a plan are never further apart.
_LONGEST_GAP = timedelta(days=45)


@dataclass(frozen=True, slots=True)
class Policy:
    """The bounds of every offer. Percents are of what is owed (20 is a fifth)."""

    code: str
    version: int
    min_down_percent: Decimal
    max_instalments: int
    max_discount_percent: Decimal
    max_first_due_days: int
    min_instalment: Money
    offer_valid_days: int
    grace_days: int = 3
    tolerance: Money | None = None


@dataclass(frozen=True, slots=True)
class DebtFacts:
    """One debt on one day. `balance` is minor units by component; `today` is the creditor's."""

    balance: Mapping[Component, int]
    currency: str
    dpd: int
    today: date
    is_business_day: Callable[[date], bool]

    @property
    def owed(self) -> Money:
        return Money(sum(self.balance.values()), self.currency)


@dataclass(frozen=True, slots=True)
class Part:
    """One amount due on one date."""

    due_on: date
    amount: Money


@dataclass(frozen=True, slots=True)
class Terms:
    """An arrangement: what is paid (`total`, in `schedule`) and what is let off (`discount`)."""

    kind: Kind
    total: Money
    discount: Money
    schedule: tuple[Part, ...]

    @property
    def first_due_on(self) -> date:
        return self.schedule[0].due_on

    @property
    def count(self) -> int:
        return len(self.schedule)


@dataclass(frozen=True, slots=True)
class Proposal:
    """What a debtor proposed; what they did not say is None.

    `amount` is the whole they would pay, `first` the part paid down, `each` one instalment,
    `on` the first date, `discount_percent` what they ask to be let off.
    """

    kind: Kind | None = None
    amount: Money | None = None
    on: date | None = None
    count: int | None = None
    first: Money | None = None
    each: Money | None = None
    frequency: Frequency | None = None
    discount_percent: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Evaluation:
    """`accepted` is what was proposed, as exact terms; else `nearest` may be agreed, best first.

    `outside` are the codes of what was not admissible, or not said (see `agreements.texts`).
    """

    accepted: Terms | None
    nearest: tuple[Terms, ...] = ()
    outside: tuple[str, ...] = ()


# --- the bounds ------------------------------------------------------------------------------


def last_first_due(policy: Policy, facts: DebtFacts) -> date:
    """The latest date of a first payment."""
    return facts.today + timedelta(days=policy.max_first_due_days)


def min_down(policy: Policy, facts: DebtFacts) -> Money:
    """The least first payment of a plan, rounded up, never more than is owed."""
    return share_of(facts.owed, policy.min_down_percent, ROUND_CEILING)


def min_promise(policy: Policy, facts: DebtFacts) -> Money:
    """The least amount of a promise: the down payment or one instalment, whichever is more."""
    return min(facts.owed, max(min_down(policy, facts), policy.min_instalment, smallest(facts)))


def max_discount(policy: Policy, facts: DebtFacts) -> Money:
    """The most that may be let off, rounded down, so that it is never more than the policy's."""
    return share_of(facts.owed, policy.max_discount_percent, ROUND_FLOOR)


def check_terms(policy: Policy, facts: DebtFacts, terms: Terms) -> tuple[str, ...]:
    """The codes of what is not admissible in `terms` on `facts.today`; empty where they may be
    agreed."""
    owed, found = facts.owed, []
    if owed.minor <= 0:
        return ("nothing_owed",)
    amounts = [part.amount for part in terms.schedule]
    if not amounts or min(amounts, key=lambda one: one.minor).minor <= 0:
        return ("amount_too_low",)
    if total(amounts, facts.currency) != terms.total:
        found.append("does_not_cover")
    if terms.total + terms.discount > owed:
        found.append("amount_too_high")
    if terms.kind == "promise":
        if terms.total < min_promise(policy, facts):
            found.append("amount_too_low")
    elif terms.total + terms.discount < owed:
        found.append("does_not_cover")
    if terms.kind == "settlement":
        if terms.discount.minor <= 0 or policy.max_discount_percent <= 0:
            found.append("discount_not_offered")
        elif terms.discount > max_discount(policy, facts):
            found.append("discount_too_high")
    elif terms.discount.minor != 0:
        found.append("discount_not_offered")
    found += _check_parts(policy, facts, terms)
    found += _check_dates(policy, facts, terms)
    return tuple(dict.fromkeys(found))


def _check_parts(policy: Policy, facts: DebtFacts, terms: Terms) -> list[str]:
    if terms.kind != "plan":
        return ["too_many_instalments"] if terms.count > 1 else []
    found = []
    if terms.count < 2:
        found.append("too_few_instalments")
    if terms.count > policy.max_instalments:
        found.append("too_many_instalments")
    if terms.schedule[0].amount < min_down(policy, facts):
        found.append("down_payment_too_low")
    if any(part.amount < policy.min_instalment for part in terms.schedule):
        found.append("instalment_too_low")
    return found


def _check_dates(policy: Policy, facts: DebtFacts, terms: Terms) -> list[str]:
    days = [part.due_on for part in terms.schedule]
    found = list(check_first_date(policy, facts, days[0]))
    if terms.kind == "full" and days[0] != facts.today:
        found.append("too_late")
    gaps = [later - earlier for earlier, later in pairwise(days)]
    if any(gap <= timedelta(0) for gap in gaps):
        found.append("dates_out_of_order")
    if any(gap > _LONGEST_GAP for gap in gaps):
        found.append("too_late")
    if any(not facts.is_business_day(day) for day in days[1:]):
        found.append("not_a_business_day")
    return found


def check_first_date(policy: Policy, facts: DebtFacts, day: date) -> tuple[str, ...]:
    """Today is always a day to pay; any other date must be one of business, in time."""
    if day < facts.today:
        return ("in_the_past",)
    if day > last_first_due(policy, facts):
        return ("too_late",)
    if day != facts.today and not facts.is_business_day(day):
        return ("not_a_business_day",)
    return ()


def smallest(facts: DebtFacts) -> Money:
    return Money(1, facts.currency)


def share_of(owed: Money, percent: Decimal, rounding: str) -> Money:
    """`percent` of `owed` in whole shown units (pesos without cents), at most `owed`."""
    step = quantum(owed.currency)
    share = (owed.minor * percent / 100 / step).to_integral_value(rounding=rounding)
    return Money(min(int(share) * step, owed.minor), owed.currency)
