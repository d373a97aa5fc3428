"""What may be told about a debt: its balance, its date, its reason, what was agreed."""

from __future__ import annotations

from acuerdo.assistant.commands import (
    AskInfo,
)
from acuerdo.assistant.dialogue.model import (
    AccountFacts,
    Facts,
)
from acuerdo.assistant.dialogue.steps import (
    say,
)
from acuerdo.assistant.dialogue.values import (
    DateValue,
    FactValue,
    MoneyValue,
    ReplyPart,
    TextValue,
    money,
)


def balance(account: AccountFacts) -> ReplyPart:
    """What is owed."""
    return say(
        "info.balance",
        product=TextValue(value=account.product),
        balance=money(account.balance),
    )


def agreed(account: AccountFacts) -> tuple[ReplyPart, ...]:
    """The next part of the agreement that is being kept."""
    part = account.agreed_next
    if part is None:
        return ()
    amount = MoneyValue(minor=part.amount_minor, currency=account.currency)
    return (say("info.agreement", amount=amount, due=DateValue(on=part.due_on)),)


def inform(command: AskInfo, account: AccountFacts, facts: Facts) -> tuple[ReplyPart, ...]:
    """The answer to a question about the debt; empty where something else answers it."""
    if command.topic == "balance":
        return (balance(account), *agreed(account))
    if command.topic == "due" and account.agreed_next is not None:
        return agreed(account)
    if command.topic == "due":
        if account.due_on is None:
            return (say("info.no_due"),)
        past = account.due_on < facts.today
        return (say("info.due_past" if past else "info.due", due=DateValue(on=account.due_on)),)
    if command.topic == "why":
        values: dict[str, FactValue] = {
            "product": TextValue(value=account.product),
            "creditor": TextValue(value=facts.creditor),
        }
        return (ReplyPart(template="info.why", facts=values),)
    return ()
