"""How far the room of a policy is given away, and when: late, and only after a move. Pure.

Between its opening and its floor a policy has room. `planned` says which share of it a round may
have given away: little at first, most at the end (Boulware). A round passes when the debtor moves,
that is, offers more than ever before; asking again, on whatever channel, changes nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal

from acuerdo.agreements.negotiation.offers import (
    amounts_of,
    equal_amounts,
    usual_first_due,
)
from acuerdo.agreements.negotiation.proposals import (
    asked_discount,
    asked_plan,
    asked_settlement,
    check_as_good,
    evaluate_proposal,
    kind_of,
)
from acuerdo.agreements.negotiation.terms import (
    WHOLE_LEVERS,
    DebtFacts,
    Evaluation,
    Kind,
    Ladder,
    Policy,
    Proposal,
    Terms,
    max_discount,
    share_of,
    worth,
)
from acuerdo.core.money import Money

_PLACES = Decimal("0.0001")
_WHOLE = Decimal(1)
# A debtor who offers less than this more has not moved.
_LEAST_MOVE_PERCENT = Decimal(1)
OF_PLANS = frozenset({"max_first_due_days", "min_down_percent", "max_instalments"})
# More parts than this are no proposal to be valued.
_MOST_PARTS = 120


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a negotiation stands: rounds passed, the share of the room given away (0 to 1), and
    the most that the debtor has offered of each kind, at what it was worth then."""

    round: int = 0
    given: Decimal = Decimal(0)
    best: Mapping[Kind, Money] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Answer:
    """What to answer, and where the negotiation stands then. `move` is the kind of proposal that
    made a round pass, None where none did."""

    evaluation: Evaluation
    standing: Standing
    move: Kind | None = None


def planned(ladder: Ladder, number: int) -> Decimal:
    """The share of the room that may be given away in round `number`: 0 at first, 1 at last."""
    if number >= ladder.rounds:
        return _WHOLE
    if number <= 0:
        return Decimal(0)
    share = (Decimal(number) / ladder.rounds) ** (1 / ladder.shape)
    return share.quantize(_PLACES, ROUND_FLOOR)


def at_standing(policy: Policy, standing: Standing) -> Policy:
    """The policy as it may be offered now: never wider than itself."""
    ladder = policy.ladder
    if not ladder.opening:
        return policy
    given = _WHOLE if ladder.rounds <= 0 else min(max(standing.given, Decimal(0)), _WHOLE)
    return replace_levers(
        policy,
        {
            lever: _between(lever, Decimal(opening), Decimal(getattr(policy, lever)), given)
            for lever, opening in ladder.opening.items()
        },
    )


def replace_levers(policy: Policy, values: Mapping[str, Decimal]) -> Policy:
    """The policy with other bounds."""
    typed = {
        lever: int(value) if lever in WHOLE_LEVERS else value for lever, value in values.items()
    }
    return replace(policy, **typed)  # type: ignore[arg-type]


def is_wider(lever: str, value: Decimal, than: Decimal) -> bool:
    """Whether `value` gives the debtor more than `than`."""
    return value < than if lever.startswith("min_") else value > than


def _between(lever: str, opening: Decimal, floor: Decimal, given: Decimal) -> Decimal:
    """Between opening and floor, rounded in our favour; an opening beyond the floor is no room."""
    if is_wider(lever, opening, floor):
        return floor
    value = opening + given * (floor - opening)
    step = Decimal(1) if lever in WHOLE_LEVERS else Decimal("0.01")
    return value.quantize(step, ROUND_CEILING if lever.startswith("min_") else ROUND_FLOOR)


def answer(policy: Policy, facts: DebtFacts, standing: Standing, proposal: Proposal) -> Answer:
    """The answer to `proposal` at `standing`: agreed where it is as good as what we would offer
    next; else the nearest, one concession further where the debtor has moved."""
    now = evaluate_proposal(at_standing(policy, standing), facts, proposal, floor=policy)
    kind = kind_of(facts, proposal)
    terms = proposed_terms(policy, facts, proposal)
    if now.accepted or kind is None or terms is None or not _is_held_back(policy.ladder, kind):
        return Answer(_marked(policy, now, standing), standing)
    value = worth(policy, facts, terms)
    if not is_move(facts, standing, kind, value):
        return Answer(_marked(policy, now, standing), standing)
    after = next_standing(policy, facts, standing, kind, value)
    then = evaluate_proposal(at_standing(policy, after), facts, proposal, floor=policy)
    return Answer(_marked(policy, then, after), after, kind)


def check_offer(
    policy: Policy, facts: DebtFacts, standing: Standing, terms: Terms
) -> tuple[str, ...]:
    """The codes of what may not be offered in `terms`, whoever made them up: nothing lies more
    than one concession beyond `standing`, or below the floor."""
    number = standing.round + 1
    given = max(planned(policy.ladder, number), standing.given)
    step = at_standing(policy, replace(standing, round=number, given=given))
    return check_as_good(step, policy, facts, terms)


def _is_held_back(ladder: Ladder, kind: Kind) -> bool:
    """Whether something that this kind of proposal is about is not given from the start."""
    return any((lever in OF_PLANS) == (kind == "plan") for lever in ladder.opening)


def is_move(facts: DebtFacts, standing: Standing, kind: Kind, value: Money) -> bool:
    """Whether a proposal that is worth `value` is more than the debtor ever offered."""
    best = standing.best.get(kind)
    if best is None:
        return value.minor > 0
    return value >= best + share_of(facts.owed, _LEAST_MOVE_PERCENT, ROUND_CEILING)


def next_standing(
    policy: Policy, facts: DebtFacts, standing: Standing, kind: Kind, value: Money
) -> Standing:
    """After a move: one round further, and never more money than the debtor added themselves."""
    number = min(standing.round + 1, max(policy.ladder.rounds, standing.round))
    given = max(planned(policy.ladder, number), standing.given)
    opening = at_standing(policy, Standing())
    room = (max_discount(policy, facts) - max_discount(opening, facts)).minor
    best = standing.best.get(kind)
    if best is not None and room > 0:
        given = min(given, standing.given + Decimal((value - best).minor) / room)
    return Standing(number, given.quantize(_PLACES, ROUND_FLOOR), {**standing.best, kind: value})


def _marked(policy: Policy, evaluation: Evaluation, standing: Standing) -> Evaluation:
    ladder = policy.ladder
    final = not ladder.opening or standing.round >= ladder.rounds
    return replace(evaluation, is_final=final)


def proposed_terms(policy: Policy, facts: DebtFacts, proposal: Proposal) -> Terms | None:
    """The debtor's own terms, admissible or not; None where they named none that pay the whole
    debt or ask to be let off a part of it."""
    if facts.owed.minor <= 0:
        return None
    on = max(proposal.on or usual_first_due(policy, facts), facts.today)
    kind = kind_of(facts, proposal)
    if kind == "settlement":
        discount = asked_discount(facts, proposal)
        if discount is None or not 0 <= discount.minor < facts.owed.minor:
            return None
        asked = replace(proposal, count=min(proposal.count or 1, _MOST_PARTS))
        return asked_settlement(policy, facts, asked, discount, on)
    if kind != "plan":
        return None
    if proposal.each is not None:
        amounts = amounts_of(facts, proposal.first, proposal.each, _MOST_PARTS)
    elif 1 < (proposal.count or 0) <= min(_MOST_PARTS, facts.owed.minor):
        assert proposal.count is not None
        first = proposal.first if proposal.first and proposal.first < facts.owed else None
        amounts = equal_amounts(policy, facts, proposal.count, first)
    else:
        amounts = None
    if not amounts:
        return None
    return asked_plan(facts, proposal, amounts, on)
