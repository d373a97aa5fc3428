"""What a policy bounds, and whether an arrangement keeps to it. Pure."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from itertools import pairwise
from typing import Final, Literal

from acuerdo.agreements.calendar import Frequency
from acuerdo.agreements.negotiation.value import present_value
from acuerdo.core.money import Money, quantum, total
from acuerdo.core.vocabulary import Component

Kind = Literal["full", "promise", "plan", "settlement"]
KINDS: Final[tuple[Kind, ...]] = ("full", "promise", "plan", "settlement")

# A month and the longest run of holidays: two parts of a plan are never further apart.
_LONGEST_GAP = timedelta(days=45)
# Two dates of a monthly plan are never closer, even where holidays move the first of them.
_MONTH = timedelta(days=24)


Authority = Literal["assistant", "agent", "supervisor"]
AUTHORITIES: Final[tuple[Authority, ...]] = ("assistant", "agent", "supervisor")

# In the order in which they are given: time first, what was added to the debt next, the debt last.
LEVERS: Final[tuple[str, ...]] = (
    "max_first_due_days",
    "min_down_percent",
    "max_instalments",
    "max_settlement_parts",
    "max_fees_percent",
    "max_interest_percent",
    "max_principal_percent",
    "max_discount_percent",
)
WHOLE_LEVERS: Final = frozenset({"max_first_due_days", "max_instalments", "max_settlement_parts"})

# What is let off first: what was added to the debt, the debt itself last.
WAIVED_IN_ORDER: Final = (
    Component.FEES,
    Component.COSTS,
    Component.TAXES,
    Component.INTEREST,
    Component.PRINCIPAL,
)
_ALL = Decimal(100)


@dataclass(frozen=True, slots=True)
class Ladder:
    """How the room between opening and floor is given away: in `rounds`, each after a move of the
    debtor. `shape` below 1 concedes late (Boulware), above 1 early. `opening` has the levers that
    are held back, at what they begin with; the others are open from the start."""

    rounds: int = 0
    shape: Decimal = Decimal("0.4")
    opening: Mapping[str, Decimal] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Policy:
    """The bounds of every offer that one authority may make. Percents are of what is owed (20 is
    a fifth), those of fees, interest and principal of that component."""

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
    max_settlement_parts: int = 1
    max_fees_percent: Decimal = _ALL
    max_interest_percent: Decimal = _ALL
    max_principal_percent: Decimal = _ALL
    annual_percent: Decimal = Decimal(0)  # what waiting a year costs us
    ladder: Ladder = Ladder()
    max_disposable_percent: Decimal = _ALL

    def relief_percent(self, component: Component) -> Decimal:
        """How much of `component` may be let off. Costs and taxes go with the fees."""
        if component is Component.PRINCIPAL:
            return self.max_principal_percent
        if component is Component.INTEREST:
            return self.max_interest_percent
        return self.max_fees_percent


@dataclass(frozen=True, slots=True)
class DebtFacts:
    """One debt on one day. `balance` is minor units by component; `today` is the creditor's;
    `disposable` is what the debtor says is left of a month's income, None where not asked."""

    balance: Mapping[Component, int]
    currency: str
    dpd: int
    today: date
    is_business_day: Callable[[date], bool]
    disposable: Money | None = None

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
    `on` the first date, `rest_on` that of the second part of two, where they named it, and
    `discount_percent` what they ask to be let off.
    """

    kind: Kind | None = None
    amount: Money | None = None
    on: date | None = None
    count: int | None = None
    first: Money | None = None
    each: Money | None = None
    frequency: Frequency | None = None
    discount_percent: Decimal | None = None
    rest_on: date | None = None


@dataclass(frozen=True, slots=True)
class Evaluation:
    """`accepted` is what was proposed, as exact terms; else `nearest` may be agreed, best first.

    `outside` are the codes of what was not admissible, or not said (see `agreements.texts`).
    `is_final`: there is nothing better to come, whatever the debtor moves.
    """

    accepted: Terms | None
    nearest: tuple[Terms, ...] = ()
    outside: tuple[str, ...] = ()
    is_final: bool = False


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
    """The most that may be let off: of the whole, and of each component; rounded down, so that it
    is never more than the policy's."""
    step = quantum(facts.currency)
    relief = sum(
        max(facts.balance.get(part, 0), 0) * policy.relief_percent(part) / 100 for part in Component
    )
    by_parts = Money(int(Decimal(relief) // step) * step, facts.currency)
    return min(by_parts, share_of(facts.owed, policy.max_discount_percent, ROUND_FLOOR))


def split_discount(policy: Policy, facts: DebtFacts, discount: Money) -> dict[Component, Money]:
    """Of which components `discount` is made: fees first, principal last."""
    left, found = discount.minor, {}
    for part in WAIVED_IN_ORDER:
        most = int(max(facts.balance.get(part, 0), 0) * policy.relief_percent(part) / 100)
        share = min(left, most)
        left -= share
        if share:
            found[part] = Money(share, facts.currency)
    return found


def worth(policy: Policy, facts: DebtFacts, terms: Terms) -> Money:
    """What `terms` are worth to us today, if they are kept."""
    return present_value(
        [(part.due_on, part.amount) for part in terms.schedule],
        facts.today,
        policy.annual_percent,
        facts.currency,
    )


def least_worth(policy: Policy, facts: DebtFacts) -> Money:
    """What the dearest single payment is worth: the whole discount, on the last date."""
    last = [(last_first_due(policy, facts), facts.owed - max_discount(policy, facts))]
    return present_value(last, facts.today, policy.annual_percent, facts.currency)


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
        most = max_discount(policy, facts)
        if terms.discount.minor <= 0 or most.minor <= 0:
            found.append("discount_not_offered")
        elif terms.discount > most or _costs_more(policy, facts, terms):
            found.append("discount_too_high")
    elif terms.discount.minor != 0:
        found.append("discount_not_offered")
    found += _check_parts(policy, facts, terms)
    found += _check_dates(policy, facts, terms)
    return tuple(dict.fromkeys(found))


def _costs_more(policy: Policy, facts: DebtFacts, terms: Terms) -> bool:
    """Whether a settlement in parts is worth less than the dearest one at once."""
    return terms.count > 1 and worth(policy, facts, terms) < least_worth(policy, facts)


def _check_parts(policy: Policy, facts: DebtFacts, terms: Terms) -> list[str]:
    if terms.kind not in ("plan", "settlement"):
        return ["too_many_instalments"] if terms.count > 1 else []
    found = []
    if terms.kind == "plan" and terms.count < 2:
        found.append("too_few_instalments")
    most = policy.max_instalments if terms.kind == "plan" else policy.max_settlement_parts
    if terms.count > max(most, 1):
        found.append("too_many_instalments")
    if terms.count > 1:
        if terms.schedule[0].amount < min_down(policy, facts):
            found.append("down_payment_too_low")
        if any(part.amount < policy.min_instalment for part in terms.schedule):
            found.append("instalment_too_low")
        if facts.disposable is not None and _month_of(terms) > capacity(policy, facts):
            found.append("above_capacity")
    return found


def capacity(policy: Policy, facts: DebtFacts) -> Money:
    """The most that the parts of one month may come to, where the debtor told what they can."""
    if facts.disposable is None:
        return facts.owed
    return share_of(facts.disposable, policy.max_disposable_percent, ROUND_FLOOR)


def _month_of(terms: Terms) -> Money:
    """The most that falls due within one month."""
    months = (
        sum(
            part.amount.minor
            for part in terms.schedule
            if first.due_on <= part.due_on < first.due_on + _MONTH
        )
        for first in terms.schedule
    )
    return Money(max(months), terms.total.currency)


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
