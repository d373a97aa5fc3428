"""One turn from beginning to end: decide, act, look at what came of it, decide again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from acuerdo.assistant.dialogue.decide import decide, resume
from acuerdo.assistant.dialogue.later import out_of_hours
from acuerdo.assistant.dialogue.model import (
    INTERRUPTED,
    RESTED,
    Act,
    Decision,
    Facts,
    HandOff,
    Outcome,
    State,
    TurnDecision,
    apply,
)
from acuerdo.assistant.dialogue.replies import asks
from acuerdo.assistant.dialogue.steps import say
from acuerdo.assistant.dialogue.values import ReplyPart, TextValue
from acuerdo.assistant.nlu.contract import Understanding

# A turn is a handful of steps; more than this is a loop, and a loop ends with what was said.
_MAX_STEPS = 8


class World(Protocol):
    """The rooms below, as the dialogue sees them."""

    def facts(self) -> Facts:
        """What may be known now; read again after every act."""
        ...

    def perform(self, act: Act) -> Outcome:
        """Carry out one act. A refusal of a room is an Outcome, not an exception."""
        ...


@dataclass(frozen=True, slots=True)
class TurnResult:
    """The decision to store, the state after it and the parts of the one reply."""

    decision: TurnDecision
    state: State
    says: tuple[ReplyPart, ...]


def run_turn(state: State, understanding: Understanding, world: World) -> TurnResult:
    """Answer one message. Deterministic in `state`, `understanding` and what `world` gives."""
    facts = world.facts()
    steps: list[Decision] = []
    # A person has been here and gave the conversation back, or the debtor was long away.
    given_back = state.handed_off and not facts.waiting
    before = {**(INTERRUPTED if given_back else {}), **(RESTED if facts.rested else {})}
    if before:
        steps.append(Decision(changes=before))
        state = apply(state, before)
    decision = decide(state, understanding, facts)
    says: list[ReplyPart] = []
    while True:
        state = apply(state, decision.changes)
        says.extend(decision.says)
        if not decision.acts:
            if decision.says or decision.changes:
                steps.append(decision)
            break
        outcomes = tuple(world.perform(act) for act in decision.acts)
        steps.append(decision.model_copy(update={"outcomes": outcomes}))
        if len(steps) >= _MAX_STEPS:
            break
        facts = world.facts()
        follow = [
            resume(state, act, outcome, facts)
            for act, outcome in zip(decision.acts, outcomes, strict=True)
        ]
        decision = _merged(follow)
    if facts.people_back is not None and _called_a_person(steps):
        decision = out_of_hours(facts.people_back)
        steps.append(decision)
        state = apply(state, decision.changes)
        says.extend(decision.says)
    if says and facts.spoke_with and facts.verified:
        says.insert(0, say("handoff.back", agent=TextValue(value=facts.spoke_with)))
    said = one_question(tuple(says))
    if said:
        closing = Decision(changes={"said": [part.model_dump(mode="json") for part in said]})
        steps.append(closing)
        state = apply(state, closing.changes)
    return TurnResult(
        decision=TurnDecision(commands=understanding.commands, steps=tuple(steps), silent=not said),
        state=state,
        says=said,
    )


def _called_a_person(steps: Sequence[Decision]) -> bool:
    """Whether somebody waits for an answer now; of a death nobody is asked when to talk about."""
    acts = [act for step in steps for act in step.acts]
    return any(isinstance(act, HandOff) and act.reason != "deceased" for act in acts)


def one_question(parts: tuple[ReplyPart, ...]) -> tuple[ReplyPart, ...]:
    """Only the last question of a reply is asked; the same part is not said twice."""
    asking = [index for index, part in enumerate(parts) if asks(part.template)]
    kept: list[ReplyPart] = []
    for index, part in enumerate(parts):
        if index in asking[:-1] or part in kept:
            continue
        kept.append(part)
    return tuple(kept)


def _merged(decisions: list[Decision]) -> Decision:
    changes: dict[str, object] = {}
    for decision in decisions:
        changes.update(decision.changes)
    return Decision(
        acts=tuple(act for decision in decisions for act in decision.acts),
        says=tuple(part for decision in decisions for part in decision.says),
        changes=changes,
    )
