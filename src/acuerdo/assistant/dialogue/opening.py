"""What comes first once we know who speaks, by the creditor's flow, and whom a person serves."""

from __future__ import annotations

from collections.abc import Sequence

from acuerdo.assistant.commands import AskInfo, Command, RequestLink
from acuerdo.assistant.dialogue.informing import agreed, balance
from acuerdo.assistant.dialogue.model import (
    AccountFacts,
    Decision,
    Facts,
    Pending,
    Propose,
    State,
)
from acuerdo.assistant.dialogue.proposing import ask
from acuerdo.assistant.dialogue.steps import hand_off, say, waiting
from acuerdo.assistant.dialogue.values import ReplyPart

# Answered to everybody, also where a person negotiates.
_ANSWERED_ANYWAY = (AskInfo, RequestLink)
_NO_BUSINESS = {"negate", "reject_offer", "refuse_to_pay"}


# What a person looks into first: who told us so is not reminded of the sum.
UNDER_REVIEW = ("already_paid", "dispute", "hardship", "crisis")


def opening(state: State, account: AccountFacts, facts: Facts) -> Decision:
    """The flow's first steps, up to the one that asks; then the debtor leads."""
    known = (balance(account), *agreed(account))
    if state.handed_off in UNDER_REVIEW:
        return waiting(state)
    if account.paused or account.agreed_next is not None:
        return Decision(says=(*known, say("open.help")), changes={"pending": None})
    if account.for_person:
        return person_decides(state, known)
    said: tuple[ReplyPart, ...] = ()
    for step in facts.flow.steps:
        if step == "inform":
            said = known
        elif step == "offer":
            offering = ask(state, account, Propose(account=account.ref))
            return offering.model_copy(update={"says": (*said, *offering.says)})
        else:
            return _asking((*said, say("opening.ask")), Pending(kind="proposal"))
    return _asking((*said, say("open.next")), Pending(kind="open"))


def _asking(says: tuple[ReplyPart, ...], pending: Pending) -> Decision:
    return Decision(says=says, changes={"pending": pending.model_dump(mode="json")})


def is_for_person(account: AccountFacts, commands: Sequence[Command]) -> bool:
    """Whether what is wanted is a negotiation that the creditor leaves to people."""
    if not account.for_person or account.paused or account.agreed_next is not None:
        return False
    return not all(
        command.kind in _NO_BUSINESS
        or (isinstance(command, _ANSWERED_ANYWAY) and getattr(command, "amount", None) is None)
        for command in commands
    )


def person_decides(state: State, known: tuple[ReplyPart, ...] = ()) -> Decision:
    """A person negotiates this debt: called once, and told what else is said meanwhile."""
    if state.handed_off:
        return Decision(says=(*known, say("handoff.noted")), changes={"pending": None})
    calling = hand_off("complex", say("handoff.complex"))
    return calling.model_copy(update={"says": (*known, *calling.says)})
