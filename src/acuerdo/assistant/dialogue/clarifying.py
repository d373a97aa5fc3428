"""Half understood: the two likeliest meanings are asked back before anybody is asked to repeat.

Only to somebody verified, as the meanings name a debt, and once: it counts as the first message
not understood. A tap on one needs no reading; typed back, the same words are read by the rules.
"""

from __future__ import annotations

from collections.abc import Callable

from acuerdo.assistant.commands import (
    AskDiscount,
    AskInfo,
    AskPlan,
    Callback,
    CannotPay,
    ClaimPaid,
    Command,
    Dispute,
    ProposePayment,
    RequestLink,
)
from acuerdo.assistant.dialogue.model import Decision, Facts, State
from acuerdo.assistant.dialogue.steps import say
from acuerdo.assistant.dialogue.values import Meaning, MeaningValue
from acuerdo.assistant.nlu.contract import Understanding

MEANT: dict[Meaning, Callable[[], Command]] = {
    "ask_balance": lambda: AskInfo(topic="balance", source="button"),
    "ask_due_date": lambda: AskInfo(topic="due", source="button"),
    "ask_payment_methods": lambda: AskInfo(topic="methods", source="button"),
    "ask_installments": lambda: AskPlan(source="button"),
    "ask_discount": lambda: AskDiscount(source="button"),
    "promise_to_pay": lambda: ProposePayment(source="button"),
    "send_link": lambda: RequestLink(source="button"),
    "hardship": lambda: CannotPay(source="button"),
    "already_paid": lambda: ClaimPaid(source="button"),
    "dispute_debt": lambda: Dispute(source="button"),
    "callback_later": lambda: Callback(source="button"),
}
"""What may be asked back, by the classifier's name, and what a tap on it does."""

# Under this the likeliest meanings are guesses, and naming them would puzzle.
_SURE_ENOUGH_TO_ASK = 0.25
# A question about a day or an amount is put again as what it is.
_QUESTIONS_LEFT = ("proposal", "open")


def clarify(state: State, understanding: Understanding, facts: Facts) -> Decision | None:
    """The question which of two was meant; None where that is not the question."""
    if not facts.verified or state.failures or state.handed_off:
        return None
    if state.pending is not None and state.pending.kind not in _QUESTIONS_LEFT:
        return None
    if any(command.kind != "unknown" for command in understanding.commands):
        return None
    if understanding.act or understanding.sureness < _SURE_ENOUGH_TO_ASK:
        return None
    likely = [name for intent in understanding.top3 for name in MEANT if name == intent]
    if len(likely) < 2 or understanding.top3[0] != likely[0]:
        return None
    part = say("repair.meant", one=MeaningValue(name=likely[0]), other=MeaningValue(name=likely[1]))
    return Decision(says=(part,), changes={"failures": 1})


def command_meant(name: str) -> Command | None:
    """The command behind a tap on a meaning; None where it is none of ours."""
    return next((make() for meaning, make in MEANT.items() if meaning == name), None)
