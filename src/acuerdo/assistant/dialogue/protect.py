"""What comes before everything else, whoever speaks: it protects, and tells nothing."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from acuerdo.assistant.commands import (
    AskInfo,
    AskPlan,
    Command,
    DenyIdentity,
    ProposePayment,
)
from acuerdo.assistant.dialogue.helplines import HELPLINES
from acuerdo.assistant.dialogue.model import (
    Act,
    CaseKind,
    CodeIssued,
    Decision,
    Facts,
    HandOff,
    IssueCode,
    OpenCase,
    RecordOptOut,
    State,
)
from acuerdo.assistant.dialogue.steps import (
    ask_again,
    hand_off,
    say,
    wanted_proof,
)
from acuerdo.assistant.dialogue.values import (
    TextValue,
    UrlValue,
)

# Beside an insult these add nothing that is answered first.
_WITH_ABUSE = {"abuse", "unknown", "small_talk", "negate", "affirm", "refuse_to_pay"}
_CASES: dict[str, CaseKind] = {
    "dispute": "dispute",
    "claim_paid": "already_paid",
    "hardship": "hardship",
    "complaint": "complaint",
}


def protect(state: State, commands: Sequence[Command], facts: Facts) -> Decision | None:
    """What is done at once, or None where nothing has to be."""
    kinds: set[str] = {command.kind for command in commands}
    cleared: dict[str, Any] = {"pending": None, "parked": (), "failures": 0}
    if "crisis" in kinds:
        return in_crisis(kinds, facts, cleared)
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
    denied = next((one for one in commands if isinstance(one, DenyIdentity)), None)
    if denied is not None and denied.knows:
        return Decision(says=(say("third_party.note"),), changes=cleared)
    if denied is not None:
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
        return hand_off("asked", say("handoff.done"), cleared)
    for kind in ("dispute", "claim_paid"):
        if kind in kinds:
            return _case(kind, state, facts, cleared)
    if "report_fraud_fear" in kinds:
        part = say("fraud.reassure", creditor=TextValue(value=facts.creditor))
        return Decision(acts=(IssueCode(),), says=(part,), changes={"failures": 0})
    if any(isinstance(one, AskInfo) and one.topic == "others" for one in commands):
        return Decision(says=(say("privacy.others"), *ask_again(state)), changes={"failures": 0})
    if "hardship" in kinds and not _concrete(commands):
        return _case("hardship", state, facts, cleared)
    if "abuse" in kinds and kinds <= _WITH_ABUSE:
        if state.abuse >= 1:
            return hand_off("abuse", say("handoff.done"), cleared)
        return Decision(says=(say("abuse.warning"),), changes={"abuse": state.abuse + 1})
    return None


def in_crisis(kinds: set[str], facts: Facts, cleared: dict[str, Any]) -> Decision:
    """Somebody speaks of ending their life: whom to call now, a person of ours at once, even where
    one was called before, and no more talk of money."""
    number = HELPLINES.get(facts.country, "")
    part = say("crisis.call", number=TextValue(value=number)) if number else say("crisis.emergency")
    stop = (RecordOptOut(),) if "opt_out" in kinds else ()
    return Decision(
        acts=(*stop, OpenCase(case="hardship"), HandOff(reason="crisis")),
        says=(part,),
        changes={**cleared, "handed_off": "crisis"},
    )


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


def after_code(state: State, outcome: CodeIssued, facts: Facts) -> Decision:
    """Give the code; the open question comes back, the proof with the reason for it."""
    code = say("fraud.code", code=TextValue(value=outcome.code), url=UrlValue(value=outcome.url))
    question = ask_again(state)
    if question and not facts.verified:
        question = (say("verification.why", proof=wanted_proof(facts)),)
    return Decision(says=(code, *question))
