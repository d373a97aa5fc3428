"""Who speaks: asked once in friendly words, checked, and what was wanted meanwhile kept."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from acuerdo.assistant.commands import (
    AskDiscount,
    AskInfo,
    AskPlan,
    Command,
    GiveDocument,
    ProposePayment,
    SmallTalk,
)
from acuerdo.assistant.dialogue.later import call_back, call_back_answer
from acuerdo.assistant.dialogue.model import (
    Act,
    CheckAnswer,
    CodeSent,
    Decision,
    Facts,
    OfferFacts,
    SendCode,
    State,
)
from acuerdo.assistant.dialogue.steps import (
    ask_again,
    asking_proof,
    courtesy,
    failed,
    hand_off,
    say,
    waiting,
    wanted_proof,
)
from acuerdo.assistant.dialogue.values import ReplyPart, TextValue
from acuerdo.conversations.proofs import Thing
from acuerdo.core.money import Money

MAX_ASKS = 3

# Only these mean something about a debt; they wait until we know who speaks.
NEEDS_LEVEL = {
    "ask_plan",
    "propose_payment",
    "ask_discount",
    "request_link",
    "ask_info",
    "choose",
    "accept_offer",
    "reject_offer",
    "correct_slot",
    "cannot_pay",
}
# What of it needs more than hearing of the debt.
_THINGS: dict[str, Thing] = {
    "ask_plan": "negotiate",
    "propose_payment": "negotiate",
    "ask_discount": "negotiate",
    "choose": "negotiate",
    "accept_offer": "negotiate",
    "correct_slot": "negotiate",
    "cannot_pay": "negotiate",
    "request_link": "pay_link",
    "update_contact": "change_data",
}
_CONTEXTUAL = {"affirm", "negate", "choose", "accept_offer", "reject_offer", "correct_slot"}
# What else waits for the proof: a change of data, and an answer of the FAQ that tells of a debt.
_WAITS = ("update_contact", "ask_faq")
# What somebody asks who wants to know what this is about, before they say who they are.
_OF_THE_MATTER = ("why", "debt_docs")


def check(
    state: State, document: GiveDocument, commands: Sequence[Command], facts: Facts
) -> Decision:
    """Compare what was given with what is known; what else was said is kept for after it."""
    if facts.locked:
        return locked(state)
    return Decision(
        acts=(CheckAnswer(characters=document.characters),),
        changes={"parked": _park(state, commands)},
    )


def before_verification(state: State, commands: Sequence[Command], facts: Facts) -> Decision:
    """The answer to somebody who may be anybody: friendly, and without a word about a debt."""
    kinds: set[str] = {command.kind for command in commands}
    business = [
        command
        for command in commands
        if command.kind in NEEDS_LEVEL and not asks_about(command, "who_are_you", "proof", "others")
    ]
    is_asked = state.pending is not None and state.pending.kind == "verification"
    if any(asks_about(command, "who_are_you") for command in commands) and not business:
        who = say("who_are_you", creditor=TextValue(value=facts.creditor))
        if is_asked or facts.locked or state.handed_off:
            return Decision(says=(who, *ask_again(state)), changes={"introduced": True})
        asked = ask_who(_introduced(state), facts, commands, opening="verification.ask")
        return asked.model_copy(update={"says": (who, *asked.says)})
    if any(asks_about(command, "proof") for command in commands) and not facts.locked:
        return Decision(
            says=(say("verification.why", proof=wanted_proof(facts)),),
            changes={"pending": asking_proof(facts), "introduced": True},
        )
    if is_asked and facts.factor == "code" and kinds & {"repeat", "negate"} and not business:
        return code_again(state, facts)
    if business or "confirm_identity" in kinds or "update_contact" in kinds:
        about = any(isinstance(c, AskInfo) and c.topic in _OF_THE_MATTER for c in business)
        opening = "verification.private" if about else "verification.ask"
        return ask_who(state, facts, commands, opening=opening)
    later = call_back_answer(state, kinds) or call_back(state, commands)
    if later is not None:
        return later
    if "refuse_to_pay" in kinds:
        return Decision(says=(say("refuse.note"),), changes={"failures": 0})
    if "repeat" in kinds and state.said:
        return say_again(state, facts)
    if "negate" in kinds and is_asked:
        return failed(state, facts, "verification.why")
    talk = [command for command in commands if isinstance(command, SmallTalk)]
    if talk and talk[0].about in ("thanks", "bye"):
        return Decision(says=(courtesy(talk[0].about, facts),), changes={"failures": 0})
    if talk and state.handed_off:
        return waiting(state)
    if talk and talk[0].about == "greet":
        return ask_who(state, facts, commands, opening="verification.ask")
    if "affirm" in kinds and state.handed_off:
        return waiting(state)
    if "affirm" in kinds:
        return ask_who(state, facts, commands, opening="verification.ask")
    if not is_asked and not state.introduced and not state.handed_off:
        asked = ask_who(state, facts, commands, opening="verification.ask")
        return asked.model_copy(update={"changes": {**asked.changes, "failures": 1}})
    return failed(state, facts, "verification.again" if is_asked else "repair.open")


def lacks_proof(state: State, commands: Sequence[Command], facts: Facts) -> bool:
    """Whether somebody who may hear of the debt asks for what needs one proof more."""
    things = {_THINGS[command.kind] for command in commands if command.kind in _THINGS}
    if state.pending is not None and state.pending.kind == "offer_confirm":
        things |= {"negotiate" for command in commands if command.kind == "affirm"}
    return any(not facts.allows(thing) for thing in things)


def _introduced(state: State) -> State:
    return state.model_copy(update={"introduced": True})


def ask_who(state: State, facts: Facts, commands: Sequence[Command], *, opening: str) -> Decision:
    """Ask for the proof, in other words the second time; after three times call a person."""
    if facts.locked:
        return locked(state)
    if state.asked_verification >= MAX_ASKS and not state.handed_off:
        return hand_off("not_verified", say("handoff.done"))
    again = state.pending is not None and state.pending.kind == "verification"
    offer = state.offer(state.pending.offer) if state.pending is not None else None
    if offer is not None:
        # The proof ran out over an open offer: it comes back after the next one.
        commands = (*commands, asked_again(offer, facts))
    parked = _park(state, commands)
    says: list[ReplyPart] = []
    if not state.introduced:
        says.append(say("introduction", creditor=TextValue(value=facts.creditor)))
    acts: tuple[Act, ...] = ()
    if facts.factor == "code" and not facts.code_place:
        acts = (SendCode(),)
    else:
        wording = _wording(opening, again, bool(parked))
        says.append(say(wording, proof=wanted_proof(facts)))
    return Decision(
        acts=acts,
        says=tuple(says),
        changes={
            "pending": asking_proof(facts),
            "parked": parked,
            "introduced": True,
            "failures": 0,
            "asked_verification": state.asked_verification + 1,
        },
    )


def code_again(state: State, facts: Facts) -> Decision:
    """One code more, where who asks has not asked too often."""
    if facts.locked:
        return locked(state)
    return Decision(acts=(SendCode(),), changes={"failures": 0})


def after_code_sent(outcome: CodeSent, facts: Facts) -> Decision:
    """Say where it went, and ask for it."""
    return Decision(
        says=(say("verification.code", place=TextValue(value=outcome.place)),),
        changes={"pending": asking_proof(facts)},
    )


def code_refused(state: State, code: str, facts: Facts) -> Decision:
    """No code went out: the one before is still on its way, or a person goes on."""
    if code == "code_too_soon" and facts.code_place:
        place = TextValue(value=facts.code_place)
        return Decision(
            says=(say("verification.code_wait", place=place),),
            changes={"pending": asking_proof(facts)},
        )
    if state.handed_off:
        return waiting(state)
    return hand_off("not_verifiable", say("verification.unavailable"), {"parked": ()})


def _wording(opening: str, again: bool, waits: bool) -> str:
    """The question in other words the second time; what waits for the answer is spoken of."""
    if not again or opening != "verification.ask":
        return opening
    return "verification.still" if waits else "verification.again"


def _park(state: State, commands: Sequence[Command]) -> list[dict[str, Any]]:
    """What was asked and waits: one of each kind and topic, the latest wording of it."""
    kept: dict[tuple[str, str], Command] = {
        (command.kind, str(getattr(command, "topic", ""))): command for command in state.parked
    }
    for command in commands:
        if asks_about(command, "who_are_you", "proof", "others"):
            continue
        if command.kind in NEEDS_LEVEL - _CONTEXTUAL or command.kind in _WAITS:
            kept[(command.kind, str(getattr(command, "topic", "")))] = command
    return [command.model_dump(mode="json") for command in kept.values()]


def locked(state: State) -> Decision:
    """Too many wrong answers: a person takes over."""
    if state.handed_off:
        return waiting(state)
    return hand_off("verification_locked", say("verification.locked"), {"parked": ()})


def asks_about(command: Command, *topics: str) -> bool:
    """Whether somebody asks about one of these."""
    return isinstance(command, AskInfo) and command.topic in topics


def say_again(state: State, facts: Facts) -> Decision:
    """The same words again, where who asks may still hear them."""
    from acuerdo.assistant.dialogue.replies import discloses

    if any(discloses(part.template) for part in state.said) and not facts.verified:
        return ask_who(state, facts, (), opening="verification.ask")
    return Decision(says=state.said, changes={"failures": 0})


def asked_again(offer: OfferFacts, facts: Facts) -> Command:
    """The same wish as an offer that has run out, to be worked out anew."""
    first = offer.schedule[0].due_on
    on = first if first > facts.today else None
    if offer.kind == "settlement":
        return AskDiscount()
    if offer.count > 1:
        return AskPlan(count=offer.count, on=on)
    amount = Money(offer.total_minor, offer.currency).to_decimal()
    return ProposePayment(amount=amount, on=on)
