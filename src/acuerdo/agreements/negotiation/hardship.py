"""What somebody can keep who cannot pay what is usual. It leaves the ladder. Pure.

Only income and expenses count, never why somebody is late: no rule asks for it.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

from acuerdo.agreements.negotiation.ladder import OF_PLANS
from acuerdo.agreements.negotiation.offers import (
    admissible,
    equal_amounts,
    feasible_counts,
    plan_terms,
    usual_first_due,
)
from acuerdo.agreements.negotiation.terms import DebtFacts, Policy, Terms, capacity

# plan: there is one that they can keep. person: they could pay something, but no plan of the policy
# is small enough. pause: nothing is left of their month.
Way = Literal["plan", "person", "pause"]


@dataclass(frozen=True, slots=True)
class Sustainable:
    """The way on, and the plans that can be kept: the smallest payments first, at most two."""

    way: Way
    plans: tuple[Terms, ...] = ()


def find_sustainable(policy: Policy, facts: DebtFacts) -> Sustainable:
    """The lowest payments that the policy knows and what is left of a month can bear."""
    most = capacity(policy, facts)
    if facts.owed.minor <= 0 or most.minor <= 0:
        return Sustainable("pause")
    on = usual_first_due(policy, facts)
    counts = feasible_counts(policy, facts)
    plans = [
        plan_terms(facts, equal_amounts(policy, facts, count), on, "monthly")
        for count in sorted({counts[-1], counts[len(counts) // 2]} if counts else (), reverse=True)
    ]
    found = admissible(policy, facts, plans)
    if found:
        return Sustainable("plan", tuple(found))
    return Sustainable("person" if most >= policy.min_instalment else "pause")


def open_plans(policy: Policy) -> Policy:
    """The policy with nothing of its plans held back: who told what they can pay does not have to
    haggle for time."""
    opening = {
        lever: value for lever, value in policy.ladder.opening.items() if lever not in OF_PLANS
    }
    return replace(policy, ladder=replace(policy.ladder, opening=opening))
