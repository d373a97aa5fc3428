"""A month's money, asked in four short questions, so that nobody agrees to what they cannot keep.

Only where the policy asks for it, and never why somebody is late.
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from acuerdo.assistant.commands import (
    AskPlan,
    Command,
    CorrectSlot,
    ProposePayment,
    RequestLink,
)
from acuerdo.assistant.dialogue.model import (
    AccountFacts,
    Decision,
    HandOff,
    OpenCase,
    Pending,
    State,
    Sustained,
    TellCapacity,
)
from acuerdo.assistant.dialogue.outcomes import remember, show
from acuerdo.assistant.dialogue.steps import say
from acuerdo.assistant.dialogue.values import ReplyPart, as_said

# What is asked, in this order; `capacity.<name>` are the questions.
QUESTIONS = ("income", "housing", "living", "debts")
_NONE = {"negate", "reject_offer", "cannot_pay"}


def asked_now(state: State) -> str:
    """Which of the questions is open; "" where none is."""
    pending = state.pending
    if pending is None or pending.kind != "payment_amount" or len(pending.options) != 1:
        return ""
    return pending.options[0] if pending.options[0] in QUESTIONS else ""


def begin() -> Decision:
    """Say why, and ask the first."""
    return _ask("income", {}, say("capacity.note"))


def go_on(state: State, commands: Sequence[Command], account: AccountFacts) -> Decision | None:
    """Take an answer and ask the next; None where something else was said, which comes first."""
    name = asked_now(state)
    kinds: set[str] = {command.kind for command in commands}
    amount = _amount(commands, account)
    if amount is None and kinds & _NONE and name != "income":
        amount = Decimal(0)
    if amount is None and kinds & {"negate", "reject_offer", "refuse_to_pay"}:
        return Decision(
            says=(say("cannot.how_much"),),
            changes={"pending": Pending(kind="proposal").model_dump(mode="json"), "told": {}},
        )
    if amount is None:
        return None
    told = {**state.told, name: amount}
    left = [one for one in QUESTIONS if one not in told]
    if left:
        return _ask(left[0], told)
    return Decision(
        acts=(TellCapacity(account=account.ref, amounts=told),),
        changes={"pending": None, "told": {}},
    )


def after_telling(state: State, outcome: Sustained, account: AccountFacts) -> Decision:
    """The plans that can be kept; where there is none, a person, and reminders rest."""
    if outcome.way == "plan":
        shown = show(outcome.plans, (say("capacity.plan"),))
        return shown.model_copy(
            update={"changes": {**remember(state, outcome.plans), **shown.changes}}
        )
    return Decision(
        acts=(OpenCase(case="hardship", account=account.ref), HandOff(reason="hardship")),
        says=(say("case.hardship"),),
        changes={"pending": None, "rejections": 0, "handed_off": "hardship"},
    )


def _ask(name: str, told: dict[str, Decimal], *lead: ReplyPart) -> Decision:
    pending = Pending(kind="payment_amount", options=(name,))
    return Decision(
        says=(*lead, say(f"capacity.{name}")),
        changes={
            "pending": pending.model_dump(mode="json"),
            "told": {one: str(value) for one, value in told.items()},
        },
    )


def _amount(commands: Sequence[Command], account: AccountFacts) -> Decimal | None:
    for command in commands:
        if isinstance(command, ProposePayment | CorrectSlot | RequestLink):
            value = command.amount
        elif isinstance(command, AskPlan):
            value = command.each or command.first
        else:
            continue
        if value is not None and value >= 0:
            return as_said(value, account.currency)
    return None
