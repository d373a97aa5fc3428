"""What every part of the dialogue says and does: a sentence, a person, the open question again."""

from __future__ import annotations

from typing import Any

from acuerdo.assistant.dialogue.model import (
    Decision,
    Facts,
    HandOff,
    Pending,
    State,
)
from acuerdo.assistant.dialogue.values import (
    FactValue,
    ProofValue,
    ReplyPart,
    TextValue,
)
from acuerdo.conversations.rules import CODE_DIGITS


def say(template: str, **facts: FactValue) -> ReplyPart:
    """A reply part with its facts by name."""
    return ReplyPart(template=template, facts=facts)


def courtesy(about: str, facts: Facts) -> ReplyPart:
    """Thanks or goodbye; the creditor's name is at hand for words of its own."""
    return say(f"social.{about}", creditor=TextValue(value=facts.creditor))


def hand_off(reason: str, part: ReplyPart, changes: dict[str, Any] | None = None) -> Decision:
    """Call a person, and say so."""
    return Decision(
        acts=(HandOff(reason=reason),),
        says=(part,),
        changes={"pending": None, "failures": 0, **(changes or {}), "handed_off": reason},
    )


def wanted_proof(facts: Facts) -> ProofValue:
    """What is asked for, as a fact of the question."""
    digits = CODE_DIGITS if facts.factor == "code" else facts.digits
    return ProofValue(factor=facts.factor, digits=digits)


def asking_proof(facts: Facts) -> dict[str, Any]:
    """The open question after it, as a change of the state."""
    return Pending(kind="verification", factor=facts.factor).model_dump(mode="json")


def waiting(state: State) -> Decision:
    """A person has been asked for and has not come yet."""
    if state.told_waiting:
        return Decision(says=(say("handoff.noted"),))
    return Decision(says=(say("handoff.waiting"),), changes={"told_waiting": True})


def failed(state: State, facts: Facts, template: str) -> Decision:
    """Not understood: it is put in other words, then a person takes over (as a rule the second
    time)."""
    if state.handed_off:
        return waiting(state)
    failures = state.failures + 1
    if failures >= facts.flow.failures:
        return hand_off("not_understood", say("handoff.not_understood"))
    values: dict[str, FactValue] = {}
    changes: dict[str, Any] = {"failures": failures}
    if template.startswith("verification"):
        values["proof"] = wanted_proof(facts)
        changes["pending"] = asking_proof(facts)
    return Decision(says=(ReplyPart(template=template, facts=values),), changes=changes)


def ask_again(state: State) -> tuple[ReplyPart, ...]:
    """After a digression the open question comes back, in the words it had."""
    from acuerdo.assistant.dialogue.replies import asks

    if state.pending is None:
        return ()
    return tuple(part for part in state.said if asks(part.template))[-1:]


def join(first: Decision, second: Decision) -> Decision:
    """Both, one after the other."""
    return Decision(
        acts=(*first.acts, *second.acts),
        says=(*first.says, *second.says),
        changes={**first.changes, **second.changes},
    )


def under(changes: dict[str, Any], decision: Decision) -> Decision:
    """`decision` with `changes` that it does not make itself."""
    return decision.model_copy(update={"changes": {**changes, **decision.changes}})
