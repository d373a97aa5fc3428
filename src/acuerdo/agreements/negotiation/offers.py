"""The arrangements that a policy admits, to the minor unit and the day. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from typing import Final

from acuerdo.agreements.calendar import Frequency, due_dates
from acuerdo.agreements.negotiation.terms import (
    DebtFacts,
    Kind,
    Part,
    Policy,
    Terms,
    capacity,
    check_terms,
    max_discount,
    min_down,
    share_of,
    worth,
)
from acuerdo.agreements.negotiation.value import discount_factor
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


def settlement_terms(
    facts: DebtFacts,
    discount: Money,
    on: date,
    amounts: list[Money] | None = None,
    frequency: Frequency = "monthly",
) -> Terms:
    """All but `discount` on one date, or in `amounts` from that date on."""
    if amounts is None or len(amounts) < 2:
        return single_terms("settlement", facts.owed - discount, on, discount)
    schedule = plan_terms(facts, amounts, on, frequency).schedule
    return Terms("settlement", facts.owed - discount, discount, schedule)


def plan_terms(facts: DebtFacts, amounts: list[Money], on: date, frequency: Frequency) -> Terms:
    days = due_dates(on, len(amounts), frequency, facts.is_business_day)
    schedule = tuple(Part(day, amount) for day, amount in zip(days, amounts, strict=True))
    whole = total(amounts, facts.currency)
    return Terms("plan", whole, Money(0, facts.currency), schedule)


def equal_amounts(
    policy: Policy,
    facts: DebtFacts,
    count: int,
    first: Money | None = None,
    whole: Money | None = None,
) -> list[Money]:
    """`count` amounts of the debt (or of `whole`): equal, or `first` (at least the down payment)
    and equal ones after it."""
    whole = whole or facts.owed
    amounts = split_evenly(whole, count)
    if first is None:
        down = min(min_down(policy, facts), whole)
        if count == 1 or amounts[0] >= down:
            return amounts
        first = down
    return [first, *split_evenly(whole - first, count - 1)]


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
    least, most = max(policy.min_instalment.minor, 1), capacity(policy, facts).minor
    found = []
    for count in range(2, policy.max_instalments + 1):
        if facts.owed.minor < count:
            break
        minors = [part.minor for part in equal_amounts(policy, facts, count)]
        if least <= min(minors) and max(minors) <= most:
            found.append(count)
    return found


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
    of 5 per cent up to the policy's own, at once or in as many parts as the policy allows.
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
    for discount in _discounts(policy, facts):
        for count in range(1, max(policy.max_settlement_parts, 1) + 1):
            amounts = equal_amounts(policy, facts, count, whole=facts.owed - discount)
            offers += [settlement_terms(facts, discount, day, amounts) for day in starts]
    return [terms for terms in offers if not check_terms(policy, facts, terms)]


def equivalent_packages(policy: Policy, facts: DebtFacts, on: date | None = None) -> list[Terms]:
    """Two or three ways to settle that are worth the same to us: the most off in one payment by
    `on`; a little less off in the most parts; less off on the last date. Empty without a discount.

    Worth the same but for the rounding of each part, and never less than the policy's own.
    """
    discount = max_discount(policy, facts)
    if not 0 < discount.minor < facts.owed.minor:
        return []
    on = on or usual_first_due(policy, facts)
    first = settlement_terms(facts, discount, on)
    target = worth(policy, facts, first)
    packages = [first]
    for count in range(policy.max_settlement_parts, 1, -1):
        in_parts = _worth_as_much(policy, facts, target, on, count)
        if in_parts is not None and not check_terms(policy, facts, in_parts):
            packages.append(in_parts)
            break
    days = first_dates(policy, facts)
    if days and days[-1] > on and policy.annual_percent > 0:
        later = _worth_as_much(policy, facts, target, days[-1], 1)
        packages += [later] if later else []
    return admissible(policy, facts, packages)


def _worth_as_much(
    policy: Policy, facts: DebtFacts, target: Money, on: date, count: int
) -> Terms | None:
    """The settlement in `count` equal parts from `on` with the least total that is worth
    `target`; None where nothing would be let off."""
    days = due_dates(on, count, "monthly", facts.is_business_day)
    factors = sum(
        (discount_factor(policy.annual_percent, (day - facts.today).days) for day in days),
        Decimal(0),
    )
    step = quantum(facts.currency)
    least = facts.owed - max_discount(policy, facts)

    def terms_of(whole: int) -> Terms:
        whole_amount = Money(whole, facts.currency)
        amounts = equal_amounts(policy, facts, count, whole=whole_amount)
        return settlement_terms(facts, facts.owed - whole_amount, on, amounts)

    needed = max(Decimal(target.minor) * count / factors, Decimal(least.minor))
    whole = int((needed / step).to_integral_value(rounding=ROUND_CEILING)) * step
    if whole >= facts.owed.minor:
        return None
    # A part paid down makes it worth more than equal parts, a rounded part a hair less.
    spare = (worth(policy, facts, terms_of(whole)) - target).minor // step * step
    whole = max(whole - spare, least.minor)
    for minor in (whole, whole + step):
        if minor < facts.owed.minor and worth(policy, facts, terms_of(minor)) >= target:
            return terms_of(minor)
    return None


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
