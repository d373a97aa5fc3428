"""What to do next. Pure: the same state, understanding and facts give the same decision.

What protects a person (stop, death, wrong person, a complaint, a dispute) is done at once and
before anyone is verified, because it tells nothing. Everything about a debt is parked until the
level is there, then done without asking for it again.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from acuerdo.assistant.commands import (
    AskDiscount,
    AskInfo,
    AskPlan,
    Callback,
    Command,
    GiveDocument,
    ProposePayment,
    SmallTalk,
    SwitchLanguage,
)
from acuerdo.assistant.dialogue.model import (
    Accept,
    Act,
    Agreed,
    CaseKind,
    CheckAnswer,
    Decision,
    Facts,
    HandOff,
    Linked,
    OfferFacts,
    OpenCase,
    Outcome,
    Pending,
    Proposed,
    RecordOptOut,
    Refused,
    State,
    Verified,
)
from acuerdo.assistant.dialogue.negotiate import negotiate
from acuerdo.assistant.dialogue.outcomes import after_agreement, after_link, after_proposal
from acuerdo.assistant.dialogue.values import CountValue, FactValue, ReplyPart, TextValue
from acuerdo.assistant.nlu.contract import Understanding
from acuerdo.core.money import Money

# From here on a message in another language changes the conversation's language.
_SURE_OF_LANGUAGE = 0.75
MAX_FAILURES = 2
MAX_ASKS = 3

# Only these mean something about a debt; they wait until we know who speaks.
_NEEDS_LEVEL = {
    "ask_plan",
    "propose_payment",
    "ask_discount",
    "request_link",
    "ask_info",
    "choose",
    "accept_offer",
    "reject_offer",
    "correct_slot",
    "refuse_to_pay",
}
_CONTEXTUAL = {"affirm", "negate", "choose", "accept_offer", "reject_offer", "correct_slot"}
_CASES: dict[str, CaseKind] = {
    "dispute": "dispute",
    "claim_paid": "already_paid",
    "hardship": "hardship",
    "complaint": "complaint",
}


def decide(state: State, understanding: Understanding, facts: Facts) -> Decision:
    """The first step of a turn."""
    if facts.owner == "agent":
        return Decision()
    commands = understanding.commands
    changes = _language(state, understanding, facts)
    if state.stage != "open" or facts.opted_out or facts.place in state.strangers:
        return _with(changes, _absorbed(state, commands, facts))
    protective = _protect(state, commands, facts)
    if protective is not None:
        return _with(changes, protective)
    documents = [command for command in commands if isinstance(command, GiveDocument)]
    if documents and not facts.verified:
        return _with(changes, _check(state, documents[0], commands, facts))
    if not facts.verified:
        return _with(changes, _before_verification(state, commands, facts))
    return _with(changes, _verified(state, commands, facts))


def resume(state: State, act: Act, outcome: Outcome, facts: Facts) -> Decision:
    """The next step, after `act` gave `outcome`."""
    if isinstance(outcome, Verified):
        return _after_check(state, outcome, facts)
    if isinstance(outcome, Proposed):
        return after_proposal(state, act, outcome, facts)
    if isinstance(outcome, Agreed):
        return after_agreement(state, outcome)
    if isinstance(outcome, Linked):
        return after_link(outcome)
    if isinstance(outcome, Refused):
        return _refused(state, act, facts)
    return Decision()


# --- language, absorbing stages ----------------------------------------------------------------


def _language(state: State, understanding: Understanding, facts: Facts) -> dict[str, Any]:
    current = state.language or facts.language
    for command in understanding.commands:
        if isinstance(command, SwitchLanguage):
            return {"language": command.language}
    sure = understanding.language_confidence >= _SURE_OF_LANGUAGE
    if understanding.language != current and sure:
        return {"language": understanding.language}
    return {"language": current} if not state.language else {}


def _absorbed(state: State, commands: Sequence[Command], facts: Facts) -> Decision:
    """After a stop, a death or a wrong person only a wish for a person is heard."""
    kinds: set[str] = {command.kind for command in commands}
    if "request_human" in kinds and not state.handed_off:
        return _hand_off("asked", say("handoff.done"))
    wants_to_pay = bool(kinds & {"ask_plan", "request_link", "propose_payment"})
    if facts.opted_out and wants_to_pay and not state.handed_off:
        return _hand_off("wants_to_pay_after_stop", say("handoff.done"))
    return Decision()


# --- what comes before everything else -------------------------------------------------------


def _protect(state: State, commands: Sequence[Command], facts: Facts) -> Decision | None:
    kinds: set[str] = {command.kind for command in commands}
    cleared: dict[str, Any] = {"pending": None, "parked": (), "failures": 0}
    if "opt_out" in kinds:
        return Decision(
            acts=(RecordOptOut(),),
            says=(say("opt_out.done"),),
            changes=cleared,
        )
    if "report_deceased" in kinds:
        return Decision(
            acts=(OpenCase(case="deceased"), HandOff(reason="deceased")),
            says=(say("deceased.done"),),
            changes={**cleared, "stage": "deceased", "handed_off": "deceased"},
        )
    if "deny_identity" in kinds:
        return Decision(
            acts=(OpenCase(case="wrong_person"),),
            says=(say("wrong_person.done"),),
            changes={**cleared, "strangers": [*state.strangers, facts.place]},
        )
    if "complaint" in kinds:
        return _case("complaint", state, facts, cleared)
    if "request_human" in kinds:
        if state.handed_off:
            return Decision(says=(say("handoff.waiting"),), changes=cleared)
        return _hand_off("asked", say("handoff.done"), cleared)
    for kind in ("dispute", "claim_paid"):
        if kind in kinds:
            return _case(kind, state, facts, cleared)
    if "report_fraud_fear" in kinds:
        part = say("fraud.reassure", creditor=TextValue(value=facts.creditor))
        return Decision(says=(part, *_ask_again(state)), changes={"failures": 0})
    if "hardship" in kinds and not _concrete(commands):
        return _case("hardship", state, facts, cleared)
    if "abuse" in kinds and kinds <= {"abuse", "unknown", "small_talk", "negate", "affirm"}:
        if state.abuse >= 1:
            return _hand_off("abuse", say("handoff.done"), cleared)
        return Decision(says=(say("abuse.warning"),), changes={"abuse": state.abuse + 1})
    return None


def _concrete(commands: Sequence[Command]) -> bool:
    """Whether somebody in trouble still proposes something definite: that is answered first."""
    for command in commands:
        if isinstance(command, AskPlan) and (command.count or command.each or command.first):
            return True
        if isinstance(command, ProposePayment) and (command.amount or command.on):
            return True
    return False


def _case(kind: str, state: State, facts: Facts, cleared: dict[str, Any]) -> Decision:
    case = _CASES[kind]
    account = state.account or facts.default_account
    acts: tuple[Act, ...] = (OpenCase(case=case, account=account),)
    changes = dict(cleared)
    if not state.handed_off:
        acts = (*acts, HandOff(reason=case))
        changes["handed_off"] = case
    return Decision(acts=acts, says=(say(f"case.{case}"),), changes=changes)


# --- who speaks ----------------------------------------------------------------------------------


def _check(
    state: State, document: GiveDocument, commands: Sequence[Command], facts: Facts
) -> Decision:
    if facts.locked:
        return _locked(state)
    return Decision(
        acts=(CheckAnswer(characters=document.characters),),
        changes={"parked": _park(state, commands)},
    )


def _before_verification(state: State, commands: Sequence[Command], facts: Facts) -> Decision:
    kinds: set[str] = {command.kind for command in commands}
    business = [
        command for command in commands if command.kind in _NEEDS_LEVEL and not _about_us(command)
    ]
    waiting = state.pending is not None and state.pending.kind == "verification"
    if any(_about_us(command) for command in commands) and not business:
        who = say("who_are_you", creditor=TextValue(value=facts.creditor))
        return Decision(says=(who, *_ask_again(state)), changes={"introduced": True})
    if business or "confirm_identity" in kinds or "update_contact" in kinds:
        return _ask_who(state, facts, commands, opening="verification.ask")
    if "callback" in kinds:
        return Decision(says=(say("callback.ok"),), changes={"failures": 0})
    if "repeat" in kinds and state.said:
        return _say_again(state, facts)
    if "negate" in kinds and waiting:
        return _failed(state, facts, "verification.why")
    talk = [command for command in commands if isinstance(command, SmallTalk)]
    if talk and talk[0].about in ("thanks", "bye"):
        return Decision(says=(say(f"social.{talk[0].about}"),), changes={"failures": 0})
    if talk and state.handed_off:
        return _waiting(state)
    if talk and talk[0].about == "greet":
        return _ask_who(state, facts, commands, opening="verification.ask")
    if "affirm" in kinds:
        return _ask_who(state, facts, commands, opening="verification.ask")
    return _failed(state, facts, "verification.again" if waiting else "repair.open")


def _ask_who(state: State, facts: Facts, commands: Sequence[Command], *, opening: str) -> Decision:
    if facts.locked:
        return _locked(state)
    if state.asked_verification >= MAX_ASKS and not state.handed_off:
        return _hand_off("not_verified", say("handoff.done"))
    again = state.pending is not None and state.pending.kind == "verification"
    offer = state.offer(state.pending.offer) if state.pending is not None else None
    if offer is not None:
        # The proof ran out over an open offer: it comes back after the next one.
        commands = (*commands, _asked_again(offer, facts))
    says: list[ReplyPart] = []
    if not state.introduced:
        says.append(say("introduction", creditor=TextValue(value=facts.creditor)))
    says.append(
        say("verification.still" if again else opening, digits=CountValue(value=facts.digits))
    )
    return Decision(
        says=tuple(says),
        changes={
            "pending": Pending(kind="verification").model_dump(mode="json"),
            "parked": _park(state, commands),
            "introduced": True,
            "failures": 0,
            "asked_verification": state.asked_verification + 1,
        },
    )


def _park(state: State, commands: Sequence[Command]) -> list[dict[str, Any]]:
    """What was asked and waits: one of each kind and topic, the latest wording of it."""
    kept: dict[tuple[str, str], Command] = {
        (command.kind, str(getattr(command, "topic", ""))): command for command in state.parked
    }
    for command in commands:
        if command.kind in _NEEDS_LEVEL - _CONTEXTUAL or command.kind == "update_contact":
            kept[(command.kind, str(getattr(command, "topic", "")))] = command
    return [command.model_dump(mode="json") for command in kept.values()]


def _after_check(state: State, outcome: Verified, facts: Facts) -> Decision:
    if outcome.result == "passed":
        passed = Decision(
            says=(say("verification.passed"),),
            changes={"pending": None, "parked": (), "failures": 0, "asked_verification": 0},
        )
        if not state.parked:
            return _join(passed, negotiate(_cleared(state), (), facts))
        return _join(passed, _verified(_cleared(state), state.parked, facts))
    if outcome.result == "failed":
        digits = CountValue(value=facts.digits)
        if outcome.tries_left == 1:
            part = say("verification.last_try", digits=digits)
        else:
            left = CountValue(value=outcome.tries_left)
            part = say("verification.failed", digits=digits, left=left)
        return Decision(
            says=(part,),
            changes={"pending": Pending(kind="verification").model_dump(mode="json")},
        )
    if outcome.result == "unavailable" and not state.handed_off:
        return _hand_off("not_verifiable", say("verification.unavailable"), {"parked": ()})
    return _locked(state)


def _locked(state: State) -> Decision:
    if state.handed_off:
        return _waiting(state)
    return _hand_off("verification_locked", say("verification.locked"), {"parked": ()})


# --- everything else, for the right person -----------------------------------------------------


def _verified(state: State, commands: Sequence[Command], facts: Facts) -> Decision:
    kinds: set[str] = {command.kind for command in commands}
    if any(_about_us(command) for command in commands):
        who = say("who_are_you", creditor=TextValue(value=facts.creditor))
        return Decision(says=(who, *_ask_again(state)), changes={"introduced": True})
    if "update_contact" in kinds:
        return _hand_off("update_contact", say("update_contact.done"))
    business = [command for command in commands if command.kind in _NEEDS_LEVEL | _CONTEXTUAL]
    if business:
        return negotiate(state, tuple(business), facts)
    if "callback" in kinds or any(isinstance(command, Callback) for command in commands):
        return Decision(says=(say("callback.ok"),), changes={"failures": 0, "pending": None})
    if "repeat" in kinds and state.said:
        return _say_again(state, facts)
    talk = [command for command in commands if isinstance(command, SmallTalk)]
    if talk and talk[0].about in ("thanks", "bye"):
        return Decision(says=(say(f"social.{talk[0].about}"),), changes={"failures": 0})
    if talk and talk[0].about == "greet":
        return Decision(
            says=(say("social.greet"), *(_ask_again(state) or (say("open.help"),))),
            changes={"failures": 0},
        )
    if kinds & {"confirm_identity", "switch_language", "give_document"}:
        return Decision(says=_ask_again(state) or (say("open.help"),), changes={"failures": 0})
    return _failed(state, facts, _repair(state))


def _repair(state: State) -> str:
    if state.pending is None:
        return "repair.open"
    return {
        "offer_confirm": "repair.offer_confirm",
        "offer_choice": "repair.choice",
        "account_choice": "repair.choice",
        "payment_date": "repair.date",
        "payment_amount": "repair.amount",
    }.get(state.pending.kind, "repair.open")


def _failed(state: State, facts: Facts, template: str) -> Decision:
    """Not understood: once it is put in other words, the second time a person takes over."""
    if state.handed_off:
        return _waiting(state)
    failures = state.failures + 1
    if failures >= MAX_FAILURES:
        return _hand_off("not_understood", say("handoff.not_understood"))
    values: dict[str, FactValue] = {}
    if template.startswith("verification"):
        values["digits"] = CountValue(value=facts.digits)
    changes: dict[str, Any] = {"failures": failures}
    if template.startswith("verification"):
        changes["pending"] = Pending(kind="verification").model_dump(mode="json")
    return Decision(says=(ReplyPart(template=template, facts=values),), changes=changes)


def _waiting(state: State) -> Decision:
    if state.told_waiting:
        return Decision()
    return Decision(says=(say("handoff.waiting"),), changes={"told_waiting": True})


def _refused(state: State, act: Act, facts: Facts) -> Decision:
    """A room below said no: an offer that has run out is made again, all else needs a person."""
    if isinstance(act, Accept) and facts.verified:
        gone = state.offer(act.offer)
        if gone is not None:
            again = negotiate(_without_question(state), (_asked_again(gone, facts),), facts)
            return _join(Decision(says=(say("offer.gone"),)), again)
    if isinstance(act, HandOff | OpenCase | RecordOptOut):
        return Decision()
    if state.handed_off:
        return _waiting(state)
    return _hand_off("refused", say("handoff.done"))


def _asked_again(offer: OfferFacts, facts: Facts) -> Command:
    """The same wish as an offer that has run out, to be worked out anew."""
    first = offer.schedule[0].due_on
    on = first if first > facts.today else None
    if offer.kind == "settlement":
        return AskDiscount()
    if offer.count > 1:
        return AskPlan(count=offer.count, on=on)
    amount = Money(offer.total_minor, offer.currency).to_decimal()
    return ProposePayment(amount=amount, on=on)


def _without_question(state: State) -> State:
    return state.model_copy(update={"pending": None})


def _cleared(state: State) -> State:
    return state.model_copy(update={"pending": None, "parked": (), "failures": 0})


def _say_again(state: State, facts: Facts) -> Decision:
    from acuerdo.assistant.dialogue.replies import discloses

    if any(discloses(part.template) for part in state.said) and not facts.verified:
        return _ask_who(state, facts, (), opening="verification.ask")
    return Decision(says=state.said, changes={"failures": 0})


def _ask_again(state: State) -> tuple[ReplyPart, ...]:
    """After a digression the open question comes back, in the words it had."""
    from acuerdo.assistant.dialogue.replies import asks

    if state.pending is None:
        return ()
    return tuple(part for part in state.said if asks(part.template))[-1:]


def _about_us(command: Command) -> bool:
    return isinstance(command, AskInfo) and command.topic == "who_are_you"


def _hand_off(reason: str, part: ReplyPart, changes: dict[str, Any] | None = None) -> Decision:
    return Decision(
        acts=(HandOff(reason=reason),),
        says=(part,),
        changes={"pending": None, "failures": 0, **(changes or {}), "handed_off": reason},
    )


def _join(first: Decision, second: Decision) -> Decision:
    return Decision(
        acts=(*first.acts, *second.acts),
        says=(*first.says, *second.says),
        changes={**first.changes, **second.changes},
    )


def _with(changes: dict[str, Any], decision: Decision) -> Decision:
    return decision.model_copy(update={"changes": {**changes, **decision.changes}})


def say(template: str, **facts: Any) -> ReplyPart:
    """A reply part; `facts` are typed values by name."""
    return ReplyPart(template=template, facts=facts)
