"""An agreement that runs: its next date moved, or another agreed in its place. The debtor hears
what would change, and says yes, before anything does."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal

from acuerdo.assistant.commands import Command, CorrectSlot, ProposePayment
from acuerdo.assistant.dialogue.informing import agreed
from acuerdo.assistant.dialogue.model import (
    AccountFacts,
    Decision,
    Facts,
    Pending,
    Roll,
    Rolled,
    State,
)
from acuerdo.assistant.dialogue.steps import ask_again, say
from acuerdo.assistant.dialogue.values import DateValue, Due, MoneyValue, as_said
from acuerdo.core.money import Money

# What asks for other terms than those that were agreed.
_OTHER_TERMS = {"ask_plan", "propose_payment", "correct_slot", "ask_discount", "cannot_pay"}
# Names the day in the question whether to move to it, as an offer's reference names the offer.
_MOVE = "move:"


def is_moving(state: State) -> bool:
    """Whether the open question is if the next part should move to another day."""
    return state.pending is not None and state.pending.offer.startswith(_MOVE)


def change_agreement(
    state: State, commands: Sequence[Command], account: AccountFacts, facts: Facts
) -> Decision | None:
    """What becomes of the agreement by these commands; None where they do not concern it, or where
    another may take its place and is negotiated like any."""
    if account.agreed_next is None:
        # Kept or ended since it was asked whether to move it.
        ended = Decision(says=(say("open.help"),), changes={"pending": None})
        return ended if is_moving(state) else None
    offered = state.pending is not None and state.pending.kind.startswith("offer")
    if offered and not is_moving(state):
        return None  # another agreement is being negotiated
    kinds: set[str] = {command.kind for command in commands}
    day = _other_day(commands, account, account.agreed_next)
    if day is not None:
        return Decision(acts=(Roll(account=account.ref, to_on=day),))
    if is_moving(state):
        return _answered(state, kinds, account)
    if not kinds & _OTHER_TERMS:
        return None
    if any(_is_vague(command) for command in commands):
        pending = Pending(kind="payment_date")
        return Decision(
            says=(*agreed(account), say("date.which")),
            changes={"pending": pending.model_dump(mode="json")},
        )
    if account.changes_left:
        return None
    return Decision(says=(*agreed(account), say("agreement.change")), changes={"pending": None})


def after_rolling(account: AccountFacts, outcome: Rolled) -> Decision:
    """Moved; or asked whether to; or why not."""
    amount = MoneyValue(minor=outcome.amount_minor, currency=outcome.currency)
    due = DateValue(on=outcome.to_on)
    if outcome.done:
        return Decision(says=(say("roll.done", amount=amount, due=due),), changes={"pending": None})
    if not outcome.outside:
        pending = Pending(kind="offer_confirm", offer=f"{_MOVE}{outcome.to_on.isoformat()}")
        return Decision(
            says=(say("roll.ask", amount=amount, due=due),),
            changes={"pending": pending.model_dump(mode="json")},
        )
    if "not_later" in outcome.outside:
        says = (say("roll.earlier"), *agreed(account))
        return Decision(says=says, changes={"pending": None})
    if "moved_too_often" in outcome.outside or "in_the_past" in outcome.outside:
        says = (*agreed(account), say("agreement.change"))
        return Decision(says=says, changes={"pending": None})
    code = "too_late" if "too_late" in outcome.outside else "not_a_business_day"
    return Decision(
        says=(say(f"roll.{code}"),),
        changes={"pending": Pending(kind="payment_date").model_dump(mode="json")},
    )


def _answered(state: State, kinds: set[str], account: AccountFacts) -> Decision:
    assert state.pending is not None
    if kinds & {"affirm", "accept_offer"} and not kinds & {"negate", "reject_offer"}:
        day = date.fromisoformat(state.pending.offer.removeprefix(_MOVE))
        return Decision(acts=(Roll(account=account.ref, to_on=day, sure=True),))
    if kinds & {"negate", "reject_offer"}:
        return Decision(says=(*agreed(account), say("open.later")), changes={"pending": None})
    return Decision(says=ask_again(state))


def _other_day(commands: Sequence[Command], account: AccountFacts, part: Due) -> date | None:
    """The day on which the next part is to come instead, where nothing else was asked for."""
    for command in commands:
        if isinstance(command, ProposePayment | CorrectSlot) and command.on is not None:
            amount: Decimal | None = as_said(command.amount, account.currency)
            if amount in (None, Money(part.amount_minor, account.currency).to_decimal()):
                return command.on
    return None


def _is_vague(command: Command) -> bool:
    return isinstance(command, ProposePayment | CorrectSlot) and command.vague
