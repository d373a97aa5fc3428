"""What to do next. Pure: the same state, understanding and facts give the same decision.

What protects a person (stop, death, wrong person, a complaint, a dispute) is done at once and
before anyone is verified, because it tells nothing. Everything about a debt is parked until the
level is there, then done without asking for it again.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from acuerdo.assistant.commands import (
    Command,
    GiveDocument,
    SmallTalk,
    SwitchLanguage,
    Unknown,
)
from acuerdo.assistant.dialogue.addresses import after_saving, change_contact
from acuerdo.assistant.dialogue.asked import Answered, AnswerQuestion
from acuerdo.assistant.dialogue.capacity import after_telling, asked_now
from acuerdo.assistant.dialogue.clarifying import clarify
from acuerdo.assistant.dialogue.contact import contact_answer
from acuerdo.assistant.dialogue.digression import after_answer, look_up
from acuerdo.assistant.dialogue.identify import (
    NEEDS_LEVEL,
    after_code_sent,
    ask_who,
    asked_again,
    asks_about,
    before_verification,
    check,
    code_again,
    code_refused,
    lacks_proof,
    locked,
    say_again,
)
from acuerdo.assistant.dialogue.keeping import after_rolling
from acuerdo.assistant.dialogue.later import after_scheduling, call_back, call_back_answer
from acuerdo.assistant.dialogue.model import (
    Accept,
    Act,
    Agreed,
    CodeIssued,
    CodeSent,
    ContactSaved,
    Decision,
    Facts,
    FormLinked,
    HandOff,
    Linked,
    OpenCase,
    Outcome,
    Proposed,
    RecordOptOut,
    Refused,
    Roll,
    Rolled,
    Scheduled,
    SendCode,
    State,
    Sustained,
    TellCapacity,
    Verified,
    apply,
)
from acuerdo.assistant.dialogue.negotiate import account_of, negotiate
from acuerdo.assistant.dialogue.outcomes import (
    after_agreement,
    after_form,
    after_link,
    after_proposal,
)
from acuerdo.assistant.dialogue.protect import after_code, in_crisis, protect
from acuerdo.assistant.dialogue.steps import (
    ask_again,
    asking_proof,
    courtesy,
    failed,
    hand_off,
    join,
    say,
    under,
    waiting,
    wanted_proof,
)
from acuerdo.assistant.dialogue.values import (
    CountValue,
    TextValue,
)
from acuerdo.assistant.nlu.contract import Understanding

# From here on a message in another language changes the conversation's language.
_SURE_OF_LANGUAGE = 0.75
# To somebody who waits for a person these ask for nothing but a sign of life.
_SAYS_LITTLE = {"affirm", "negate", "small_talk", "unknown"}
_ANSWERED = NEEDS_LEVEL | {"affirm", "negate", "refuse_to_pay"}


def decide(state: State, understanding: Understanding, facts: Facts) -> Decision:
    """The first step of a turn."""
    if facts.owner == "agent":
        return Decision()
    commands = understanding.commands
    changes = _language(state, understanding, facts)
    if state.stage != "open" or facts.opted_out or facts.place in state.strangers:
        return under(changes, _absorbed(state, commands, facts))
    protective = protect(state, commands, facts)
    if protective is not None:
        return under(changes, protective)
    documents = [command for command in commands if isinstance(command, GiveDocument)]
    if documents and (not facts.verified or _is_proof_asked(state)):
        return under(changes, check(state, documents[0], commands, facts))
    digression = look_up(apply(state, changes), commands, facts)
    if digression is not None:
        return under(changes, digression)
    if not facts.verified:
        return under(changes, before_verification(state, commands, facts))
    if lacks_proof(state, commands, facts):
        return under(changes, ask_who(state, facts, commands, opening="verification.still"))
    clarifying = clarify(state, understanding, facts)
    if clarifying is not None:
        return under(changes, clarifying)
    return under(changes, _verified(state, commands, facts))


def resume(state: State, act: Act, outcome: Outcome, facts: Facts) -> Decision:
    """The next step, after `act` gave `outcome`."""
    if isinstance(outcome, Verified):
        return after_check(state, outcome, facts)
    if isinstance(outcome, Proposed):
        return after_proposal(state, act, outcome, facts)
    if isinstance(outcome, Agreed):
        return after_agreement(state, outcome, facts)
    if isinstance(outcome, Rolled) and isinstance(act, Roll):
        return after_rolling(account_of(facts, act.account), outcome)
    if isinstance(outcome, Sustained) and isinstance(act, TellCapacity):
        return after_telling(state, outcome, account_of(facts, act.account))
    if isinstance(outcome, Linked):
        return after_link(outcome)
    if isinstance(outcome, FormLinked):
        return after_form(outcome)
    if isinstance(outcome, CodeIssued):
        return after_code(state, outcome, facts)
    if isinstance(outcome, Scheduled):
        return after_scheduling(outcome)
    if isinstance(outcome, Answered) and isinstance(act, AnswerQuestion):
        return after_answer(state, act, outcome, facts)
    if isinstance(outcome, ContactSaved):
        return after_saving(outcome)
    if isinstance(outcome, CodeSent):
        return after_code_sent(outcome, facts)
    if isinstance(outcome, Refused) and isinstance(act, SendCode):
        return code_refused(state, outcome.code, facts)
    if isinstance(outcome, Refused):
        return _refused(state, act, facts)
    return Decision()


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
    """After a stop, a death or a wrong person only a wish for a person is heard, and
    somebody in danger."""
    kinds: set[str] = {command.kind for command in commands}
    if "crisis" in kinds:
        return in_crisis(kinds, facts, {})
    if "request_human" in kinds and not state.handed_off:
        return hand_off("asked", say("handoff.done"))
    wants_to_pay = bool(kinds & {"ask_plan", "request_link", "propose_payment"})
    if facts.opted_out and wants_to_pay and not state.handed_off:
        return hand_off("wants_to_pay_after_stop", say("handoff.done"))
    if state.stage == "deceased" and not facts.opted_out and not state.told_waiting:
        return waiting(state)
    return Decision()


def _is_proof_asked(state: State) -> bool:
    return state.pending is not None and state.pending.kind == "verification"


def after_check(state: State, outcome: Verified, facts: Facts) -> Decision:
    if outcome.result in ("passed", "partly"):
        passed = Decision(
            says=(say(f"verification.{outcome.result}"),),
            changes={"pending": None, "parked": (), "failures": 0, "asked_verification": 0},
        )
        if not facts.verified or lacks_proof(state, state.parked, facts):
            return join(passed, ask_who(_unasked(state), facts, (), opening="verification.again"))
        if outcome.result == "partly":
            passed = passed.model_copy(update={"says": (say("verification.passed"),)})
        if not state.parked:
            return join(passed, negotiate(_cleared(state), (), facts))
        return join(passed, _verified(_cleared(state), state.parked, facts))
    if outcome.result == "failed":
        proof = wanted_proof(facts)
        if outcome.tries_left == 1:
            part = say("verification.last_try", proof=proof)
        else:
            left = CountValue(value=outcome.tries_left)
            part = say("verification.failed", proof=proof, left=left)
        return Decision(says=(part,), changes={"pending": asking_proof(facts)})
    if outcome.result == "expired":
        again = code_again(state, facts)
        return again.model_copy(update={"says": (say("verification.expired"), *again.says)})
    if outcome.result == "unavailable" and not state.handed_off:
        return hand_off("not_verifiable", say("verification.unavailable"), {"parked": ()})
    return locked(state)


def _verified(state: State, commands: Sequence[Command], facts: Facts) -> Decision:
    kinds: set[str] = {command.kind for command in commands}
    digression = look_up(state, commands, facts)
    if digression is not None:
        # Asked before the proof, beside what else was: that goes on after the answer.
        rest = [command for command in commands if command.kind != "ask_faq"]
        return join(digression, _verified(state, rest, facts)) if rest else digression
    if any(asks_about(command, "who_are_you") for command in commands):
        who = say("who_are_you", creditor=TextValue(value=facts.creditor))
        return Decision(says=(who, *ask_again(state)), changes={"introduced": True})
    if any(asks_about(command, "proof") for command in commands):
        return Decision(says=ask_again(state) or (say("open.help"),), changes={"failures": 0})
    contact = change_contact(state, commands)
    if contact is not None:
        return contact
    idle = state.handed_off and state.pending is None
    if idle and kinds <= _SAYS_LITTLE and not _is_courteous(commands):
        return waiting(state)
    answer = contact_answer(state, kinds) or call_back_answer(state, kinds)
    if answer is not None:
        return answer
    business = [command for command in commands if command.kind in _ANSWERED]
    if business:
        return negotiate(state, tuple(business), facts)
    later = call_back(state, commands)
    if later is not None:
        return later
    if "repeat" in kinds and state.said:
        return say_again(state, facts)
    talk = [command for command in commands if isinstance(command, SmallTalk)]
    if talk and talk[0].about in ("thanks", "bye"):
        return Decision(says=(courtesy(talk[0].about, facts),), changes={"failures": 0})
    if talk and talk[0].about == "greet":
        return Decision(
            says=(say("social.greet"), *(ask_again(state) or (say("open.help"),))),
            changes={"failures": 0},
        )
    if kinds & {"confirm_identity", "switch_language", "give_document"}:
        return Decision(says=ask_again(state) or (say("open.help"),), changes={"failures": 0})
    if any(isinstance(command, Unknown) and command.question for command in commands):
        return _no_answer(state, facts)
    return failed(state, facts, _repair(state))


def _no_answer(state: State, facts: Facts) -> Decision:
    """A question that we have no answer to: nothing is made up, and a person is near."""
    if state.handed_off:
        return waiting(state)
    if state.failures + 1 >= facts.flow.failures:
        return hand_off("question", say("handoff.done"))
    return Decision(
        says=(say("question.unknown"), *ask_again(state)), changes={"failures": state.failures + 1}
    )


def _is_courteous(commands: Sequence[Command]) -> bool:
    """Whether thanks are given, or goodbye is said: that has its own answer."""
    return any(
        isinstance(command, SmallTalk) and command.about in ("thanks", "bye")
        for command in commands
    )


def _repair(state: State) -> str:
    if state.pending is None:
        return "repair.open"
    if asked_now(state):
        return f"capacity.{asked_now(state)}"
    return {
        "offer_confirm": "repair.offer_confirm",
        "offer_choice": "repair.choice",
        "account_choice": "repair.choice",
        "payment_date": "repair.date",
        "payment_amount": "repair.amount",
    }.get(state.pending.kind, "repair.open")


def _refused(state: State, act: Act, facts: Facts) -> Decision:
    """A room below said no: an offer that has run out is made again, all else needs a person."""
    if isinstance(act, Accept) and facts.verified:
        gone = state.offer(act.offer)
        if gone is not None:
            again = negotiate(_without_question(state), (asked_again(gone, facts),), facts)
            return join(Decision(says=(say("offer.gone"),)), again)
    if isinstance(act, HandOff | OpenCase | RecordOptOut):
        return Decision()
    if isinstance(act, AnswerQuestion):
        return _no_answer(state, facts)
    if state.handed_off:
        return waiting(state)
    return hand_off("refused", say("handoff.done"))


def _without_question(state: State) -> State:
    return state.model_copy(update={"pending": None})


def _unasked(state: State) -> State:
    """The proof before is given; what was asked for still waits."""
    return state.model_copy(update={"pending": None, "asked_verification": 0})


def _cleared(state: State) -> State:
    return state.model_copy(update={"pending": None, "parked": (), "failures": 0})
