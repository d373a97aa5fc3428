"""The answer to what a debtor proposes: accepted, or the nearest that may be agreed. Pure."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from decimal import ROUND_FLOOR, Decimal

from acuerdo.agreements.calendar import Frequency, nearest_business_days
from acuerdo.agreements.negotiation.offers import (
    admissible,
    amounts_of,
    closest,
    equal_amounts,
    equivalent_packages,
    feasible_counts,
    first_dates,
    full_terms,
    plan_terms,
    settlement_terms,
    single_terms,
    suggest_offers,
    usual_first_due,
)
from acuerdo.agreements.negotiation.terms import (
    DebtFacts,
    Evaluation,
    Kind,
    Part,
    Policy,
    Proposal,
    Terms,
    check_first_date,
    check_terms,
    last_first_due,
    least_worth,
    max_discount,
    min_down,
    min_promise,
    share_of,
    worth,
)
from acuerdo.core.money import Money

_NEAREST = 3


def evaluate_proposal(
    policy: Policy, facts: DebtFacts, proposal: Proposal, *, floor: Policy | None = None
) -> Evaluation:
    """Whether `proposal` may be agreed as it is, else the three nearest arrangements that may.

    Never rounds a proposal silently into another: what was not admissible comes back as codes.
    Where `policy` is a step of a ladder, a settlement that keeps to its `floor` and is worth as
    much as what the step would offer is agreed too.
    """
    if facts.owed.minor <= 0:
        return Evaluation(None, (), ("nothing_owed",))
    kind = kind_of(facts, proposal)
    if kind is None:
        return Evaluation(None, tuple(suggest_offers(policy, facts)[:_NEAREST]), ("terms_missing",))
    if kind == "plan":
        return _evaluate_plan(policy, facts, proposal)
    if kind == "settlement":
        return _evaluate_settlement(policy, floor or policy, facts, proposal)
    return _evaluate_promise(policy, facts, proposal, kind)


def kind_of(facts: DebtFacts, proposal: Proposal) -> Kind | None:
    """What the proposal is, by its name or by the terms in it."""
    owed, asked = facts.owed, proposal
    if asked.kind in (None, "settlement") and asked.discount_percent is not None:
        return "settlement"
    if asked.kind == "settlement":
        return "promise" if asked.amount is not None and asked.amount >= owed else "settlement"
    if asked.kind != "full" and ((asked.count or 0) > 1 or asked.each or asked.first):
        return "plan"
    if asked.kind == "plan":
        return "promise" if asked.count == 1 else "plan"
    if asked.kind is not None:
        return asked.kind
    return "promise" if asked.amount is not None or asked.on is not None else None


def _dates_for(
    policy: Policy, facts: DebtFacts, wanted: date | None
) -> tuple[list[date], tuple[str, ...]]:
    """Admissible dates nearest to `wanted`, best first, and what was wrong with it."""
    if wanted is None:
        return [usual_first_due(policy, facts)], ()
    wrong = check_first_date(policy, facts, wanted)
    if not wrong:
        return [wanted], ()
    bounded = min(max(wanted, facts.today), last_first_due(policy, facts))
    days = nearest_business_days(
        bounded, facts.today, last_first_due(policy, facts), facts.is_business_day
    )
    # The nearest, and the nearest on the other side of what was wanted.
    across = [day for day in days[1:] if (day > wanted) != (days[0] > wanted)]
    return [*days[:1], *(across or days[1:])[:1]] or [facts.today], wrong


def _evaluate_promise(
    policy: Policy, facts: DebtFacts, proposal: Proposal, kind: Kind
) -> Evaluation:
    owed = facts.owed
    amount = proposal.amount or owed
    wanted = facts.today if kind == "full" and proposal.on is None else proposal.on
    days, wrong = _dates_for(policy, facts, wanted)
    outside = list(wrong)
    if wanted is None:
        # The date is what a promise is about: it is asked for, not guessed.
        outside.append("date_missing")
        days = [*days, *(day for day in first_dates(policy, facts)[-1:] if day not in days)]
    if amount > owed:
        outside.append("amount_too_high")
    elif amount < min_promise(policy, facts):
        outside.append("amount_too_low")
    fitting = min(max(amount, min_promise(policy, facts)), owed)

    def terms(sum_: Money, day: date) -> Terms:
        now = day == facts.today and sum_ == owed
        return full_terms(facts) if now else single_terms("promise", sum_, day)

    if not outside:
        exact = terms(amount, days[0])
        outside += check_terms(policy, facts, exact)
        if not outside:
            return Evaluation(exact)
    offers = [terms(fitting, day) for day in days]
    counts = feasible_counts(policy, facts)
    if amount < owed and counts:
        # The plan whose first payment is nearest to what they can pay on that day.
        near = min(
            counts,
            key=lambda n: (abs(equal_amounts(policy, facts, n)[0].minor - amount.minor), n),
        )
        offers.append(plan_terms(facts, equal_amounts(policy, facts, near), days[0], "monthly"))
    elif counts:
        offers.append(
            plan_terms(facts, equal_amounts(policy, facts, counts[0]), days[0], "monthly")
        )
    offers += [terms(owed, days[0]), full_terms(facts)]
    return Evaluation(
        None, tuple(admissible(policy, facts, offers)[:_NEAREST]), tuple(dict.fromkeys(outside))
    )


def _evaluate_plan(policy: Policy, facts: DebtFacts, proposal: Proposal) -> Evaluation:
    days, wrong = _dates_for(policy, facts, proposal.on)
    frequency: Frequency = proposal.frequency or "monthly"
    outside, offers = list(wrong), list[Terms]()
    amounts = _asked_amounts(policy, facts, proposal)
    if isinstance(amounts, str):
        outside.append(amounts)
    else:
        exact = asked_plan(facts, proposal, amounts, days[0])
        outside += check_terms(policy, facts, exact)
        if not outside:
            return Evaluation(exact)
        offers += _on_business_days(facts, exact)
    counts = feasible_counts(policy, facts)
    if counts:
        wanted = proposal.count or (3 if isinstance(amounts, str) else len(amounts))
        if proposal.each and isinstance(amounts, str):
            wanted = min(-(-facts.owed.minor // max(proposal.each.minor, 1)), counts[-1])
        near = closest(counts, wanted)
        first = proposal.first and max(proposal.first, min_down(policy, facts))
        if first is not None and first < facts.owed and proposal.rest_on is None:
            amounts_near = equal_amounts(policy, facts, near, first)
            offers += [plan_terms(facts, amounts_near, day, frequency) for day in days[:1]]
        equal = equal_amounts(policy, facts, near)
        offers += [plan_terms(facts, equal, day, frequency) for day in days]
        others = sorted((n for n in counts if n != near), key=lambda n: (abs(n - wanted), -n))
        offers += [
            plan_terms(facts, equal_amounts(policy, facts, n), days[0], frequency)
            for n in others[:1]
        ]
        other: Frequency = "biweekly" if frequency == "monthly" else "monthly"
        offers.append(plan_terms(facts, equal, days[0], other))
    offers += [single_terms("promise", facts.owed, day) for day in days if day > facts.today]
    offers.append(full_terms(facts))
    return Evaluation(
        None, tuple(admissible(policy, facts, offers)[:_NEAREST]), tuple(dict.fromkeys(outside))
    )


def asked_plan(facts: DebtFacts, proposal: Proposal, amounts: list[Money], on: date) -> Terms:
    """A plan of these amounts from a date on: in its rhythm, or on the two days that were named."""
    if proposal.rest_on is not None and len(amounts) == 2:
        parts = (Part(on, amounts[0]), Part(proposal.rest_on, amounts[1]))
        return Terms("plan", facts.owed, Money(0, facts.currency), parts)
    return plan_terms(facts, amounts, on, proposal.frequency or "monthly")


def _on_business_days(facts: DebtFacts, asked: Terms) -> list[Terms]:
    """The same amounts with each of its days moved to the next one of business."""
    schedule = tuple(
        replace(part, due_on=_next_business_day(facts, part.due_on)) for part in asked.schedule
    )
    return [] if schedule == asked.schedule else [replace(asked, schedule=schedule)]


def _next_business_day(facts: DebtFacts, day: date) -> date:
    while not facts.is_business_day(day):
        day += timedelta(days=1)
    return day


def _asked_amounts(policy: Policy, facts: DebtFacts, proposal: Proposal) -> list[Money] | str:
    """The amounts that the proposal stands for, or the code of why there are none."""
    owed, count, first, each = facts.owed, proposal.count, proposal.first, proposal.each
    if first is not None and first >= owed:
        return "amount_too_high"
    if count is not None and count < 1:
        return "too_few_instalments"
    if count is not None and count > max(policy.max_instalments, 2):
        return "too_many_instalments"
    if each is not None:
        amounts = amounts_of(facts, first, each, 10 * policy.max_instalments)
        if amounts is None:
            return "too_many_instalments"
        return amounts if count in (None, len(amounts)) else "does_not_cover"
    if count is None:
        return "count_missing"
    return equal_amounts(policy, facts, count, first)


def _evaluate_settlement(
    policy: Policy, floor: Policy, facts: DebtFacts, proposal: Proposal
) -> Evaluation:
    days, wrong = _dates_for(policy, facts, proposal.on)
    outside = list(wrong)
    most = max_discount(policy, facts)
    discount = asked_discount(facts, proposal)
    parts = max(proposal.count or 1, 1)
    if discount is None:
        outside.append("amount_missing")
    elif discount >= facts.owed:
        outside.append("discount_too_high")
    elif parts > max(floor.max_settlement_parts, 1):
        outside.append("too_many_instalments")
    else:
        exact = asked_settlement(policy, facts, proposal, discount, days[0])
        outside += check_as_good(policy, floor, facts, exact)
        if not outside:
            return Evaluation(exact)
    # Less was asked for than may be given: that, on the nearest days. Else what is worth the same.
    offers = [
        settlement_terms(facts, discount, day)
        for day in days
        if discount is not None and 0 < discount.minor <= most.minor
    ]
    offers = offers or equivalent_packages(policy, facts, days[0])
    counts = feasible_counts(policy, facts)
    if counts:
        near = closest(counts, proposal.count or counts[-1])
        offers.append(plan_terms(facts, equal_amounts(policy, facts, near), days[0], "monthly"))
    offers += [single_terms("promise", facts.owed, day) for day in days if day > facts.today]
    offers.append(full_terms(facts))
    return Evaluation(
        None, tuple(admissible(policy, facts, offers)[:_NEAREST]), tuple(dict.fromkeys(outside))
    )


def check_as_good(step: Policy, floor: Policy, facts: DebtFacts, terms: Terms) -> tuple[str, ...]:
    """`check_terms` at a step of a ladder, or at its floor for a settlement that is worth as much
    to us as what the step itself would offer."""
    found = check_terms(step, facts, terms)
    if (
        found
        and terms.kind == "settlement"
        and worth(step, facts, terms) >= least_worth(step, facts)
    ):
        return check_terms(floor, facts, terms)
    return found


def asked_discount(facts: DebtFacts, proposal: Proposal) -> Money | None:
    """What the debtor asks to be let off, by an amount or a percentage; None where not said."""
    if proposal.amount is not None:
        return facts.owed - proposal.amount
    if proposal.discount_percent is None:
        return None
    percent = min(max(proposal.discount_percent, Decimal(0)), Decimal(100))
    return share_of(facts.owed, percent, ROUND_FLOOR)


def asked_settlement(
    policy: Policy, facts: DebtFacts, proposal: Proposal, discount: Money, on: date
) -> Terms:
    """The settlement that a debtor asks for, whether or not it may be agreed."""
    amounts = equal_amounts(policy, facts, max(proposal.count or 1, 1), whole=facts.owed - discount)
    return settlement_terms(facts, discount, on, amounts, proposal.frequency or "monthly")
