"""The arrangements that a policy admits, to the minor unit and the day. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from decimal import ROUND_FLOOR, Decimal
from typing import Final

from acuerdo.agreements.calendar import Frequency, due_dates
from acuerdo.agreements.negotiation.terms import (
    DebtFacts,
    Kind,
    Part,
    Policy,
    Terms,
    check_terms,
    max_discount,
    min_down,
    share_of,
)
from acuerdo.core.money import Money, quantum, total

GRID_FREQUENCIES: Final[tuple[Frequency, ...]] = ("monthly", "biweekly")
_DISCOUNT_STEP = Decimal(5)
_USUAL_FIRST_DUE_DAYS = 7


def split_evenly(amount: Money, count: int) -> list[Money]:
    """Parts that add up; in whole shown units where `amount` is, so nobody is asked for cents."""
    step = quantum(amount.currency)
    if step > 1 and amount.minor % step == 0:
        units = Money(amount.minor // step, amount.currency).split(count)
        return [unit * step for unit in units]
    return amount.split(count)


def full_terms(facts: DebtFacts) -> Terms:
    return single_terms("full", facts.owed, facts.today)


def single_terms(kind: Kind, amount: Money, on: date, discount: Money | None = None) -> Terms:
    nothing = Money(0, amount.currency)
    return Terms(kind, amount, discount or nothing, (Part(on, amount),))


def settlement_terms(facts: DebtFacts, discount: Money, on: date) -> Terms:
    return single_terms("settlement", facts.owed - discount, on, discount)


def plan_terms(facts: DebtFacts, amounts: list[Money], on: date, frequency: Frequency) -> Terms:
    days = due_dates(on, len(amounts), frequency, facts.is_business_day)
    schedule = tuple(Part(day, amount) for day, amount in zip(days, amounts, strict=True))
    whole = total(amounts, facts.currency)
    return Terms("plan", whole, Money(0, facts.currency), schedule)


def equal_amounts(
    policy: Policy, facts: DebtFacts, count: int, first: Money | None = None
) -> list[Money]:
    """`count` amounts of the whole debt: equal, or `first` (at least the down payment) and equal
    ones after it."""
    amounts = split_evenly(facts.owed, count)
    if first is None:
        down = min_down(policy, facts)
        if amounts[0] >= down:
            return amounts
        first = down
    return [first, *split_evenly(facts.owed - first, count - 1)]


def amounts_of(facts: DebtFacts, first: Money | None, each: Money, most: int) -> list[Money] | None:
    """`first` (where given), then `each` until the debt is covered; None after `most` parts."""
    amounts = [first] if first is not None else []
    left = facts.owed - (first or Money(0, facts.currency))
    if each.minor <= 0 or left.minor < 0 or left.minor > each.minor * most:
        return None
    whole, rest = divmod(left.minor, each.minor)
    amounts += [each] * whole
    if rest:
        amounts.append(Money(rest, facts.currency))
    return amounts


def feasible_counts(policy: Policy, facts: DebtFacts) -> list[int]:
    """How many instalments the debt may have, fewest first."""
    return [
        count
        for count in range(2, policy.max_instalments + 1)
        if facts.owed.minor >= count
        and min(part.minor for part in equal_amounts(policy, facts, count))
        >= max(policy.min_instalment.minor, 1)
    ]


def first_dates(policy: Policy, facts: DebtFacts) -> list[date]:
    """The days of business after today on which a first payment may fall."""
    days = (facts.today + timedelta(days=n) for n in range(1, policy.max_first_due_days + 1))
    return [day for day in days if facts.is_business_day(day)]


def usual_first_due(policy: Policy, facts: DebtFacts) -> date:
    """The date of a first payment where nobody named one: within a week, else the nearest."""
    days = first_dates(policy, facts)
    week = facts.today + timedelta(days=_USUAL_FIRST_DUE_DAYS)
    return max((day for day in days if day <= week), default=days[0] if days else facts.today)


def list_offers(policy: Policy, facts: DebtFacts) -> list[Terms]:
    """Every admissible arrangement on the policy's grid, in a fixed order.

    In full today; all of it by each day of business; equal instalments of every admissible
    number, monthly and every two weeks, from today or each day of business; settlements by steps
    of 5 per cent up to the policy's own.
    """
    if facts.owed.minor <= 0:
        return []
    days = first_dates(policy, facts)
    offers = [full_terms(facts)]
    offers += [single_terms("promise", facts.owed, day) for day in days]
    starts = [facts.today, *days]
    for count in feasible_counts(policy, facts):
        amounts = equal_amounts(policy, facts, count)
        offers += [
            plan_terms(facts, amounts, day, frequency)
            for frequency in GRID_FREQUENCIES
            for day in starts
        ]
    offers += [
        settlement_terms(facts, discount, day)
        for discount in _discounts(policy, facts)
        for day in starts
    ]
    return [terms for terms in offers if not check_terms(policy, facts, terms)]


def _discounts(policy: Policy, facts: DebtFacts) -> list[Money]:
    """The discounts of the grid, smallest first, the policy's own last."""
    steps = int(policy.max_discount_percent / _DISCOUNT_STEP)
    percents = [_DISCOUNT_STEP * step for step in range(1, steps + 1)]
    found = [share_of(facts.owed, percent, ROUND_FLOOR) for percent in percents]
    found.append(max_discount(policy, facts))
    return sorted({one for one in found if 0 < one.minor < facts.owed.minor}, key=_minor)


def _minor(amount: Money) -> int:
    return amount.minor


def suggest_offers(policy: Policy, facts: DebtFacts) -> list[Terms]:
    """A few arrangements of the grid to show to a person: in full, with a discount where there
    is one, by the last date, in three instalments (or the nearest number), in the most."""
    if facts.owed.minor <= 0:
        return []
    dates, usual = first_dates(policy, facts), usual_first_due(policy, facts)
    offers = [full_terms(facts)]
    discounts = _discounts(policy, facts)
    if discounts:
        offers.append(settlement_terms(facts, discounts[-1], usual))
    if dates:
        offers.append(single_terms("promise", facts.owed, dates[-1]))
    counts = feasible_counts(policy, facts)
    numbers = sorted({closest(counts, 3), counts[-1]}) if counts else []
    offers += [
        plan_terms(facts, equal_amounts(policy, facts, count), usual, "monthly")
        for count in numbers
    ]
    return admissible(policy, facts, offers)


def closest(counts: list[int], wanted: int) -> int:
    """The nearest of `counts`; of two, the longer plan with the smaller parts."""
    return min(counts, key=lambda count: (abs(count - wanted), -count))


def admissible(policy: Policy, facts: DebtFacts, offers: Iterable[Terms]) -> list[Terms]:
    """The admissible ones, each once, in order."""
    return [terms for terms in dict.fromkeys(offers) if not check_terms(policy, facts, terms)]
