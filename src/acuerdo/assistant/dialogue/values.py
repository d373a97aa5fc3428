"""Typed values that a reply may state. What is not one of these cannot get into a text."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from acuerdo.core.money import Money


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class MoneyValue(_Frozen):
    type: Literal["money"] = "money"
    minor: int
    currency: str

    @property
    def money(self) -> Money:
        return Money(self.minor, self.currency)


class DateValue(_Frozen):
    type: Literal["date"] = "date"
    on: date


class CountValue(_Frozen):
    type: Literal["count"] = "count"
    value: int


class PercentValue(_Frozen):
    type: Literal["percent"] = "percent"
    value: Decimal


class TextValue(_Frozen):
    """A name from the books (creditor, product), repeated letter by letter."""

    type: Literal["text"] = "text"
    value: str


class WordValue(_Frozen):
    """A word of ours that every language has: how often a part is paid (`word.<name>`)."""

    type: Literal["word"] = "word"
    name: Literal["weekly", "biweekly", "monthly"]


Meaning = Literal[
    "ask_balance",
    "ask_due_date",
    "ask_payment_methods",
    "ask_installments",
    "ask_discount",
    "promise_to_pay",
    "send_link",
    "hardship",
    "already_paid",
    "dispute_debt",
    "callback_later",
]


class MeaningValue(_Frozen):
    """What somebody may have meant, in words that fit on a button (`meant.<name>`)."""

    type: Literal["meaning"] = "meaning"
    name: Meaning


class TimeValue(_Frozen):
    """A time of day, "HH:MM"."""

    type: Literal["time"] = "time"
    at: str


class ProofValue(_Frozen):
    """What somebody is asked for to show who they are (`proof.<factor>`)."""

    type: Literal["proof"] = "proof"
    factor: str
    digits: int


class UrlValue(_Frozen):
    type: Literal["url"] = "url"
    value: str


class AnswerValue(_Frozen):
    """A creditor's own answer; `facts` are the texts in it that are facts, letter by letter. All
    else in it is read by the guard like any sentence."""

    type: Literal["answer"] = "answer"
    text: str
    facts: tuple[str, ...] = ()


class Due(_Frozen):
    """One part of a schedule."""

    due_on: date
    amount_minor: int


class ScheduleValue(_Frozen):
    """Dates and amounts of a plan, in order; written one per line."""

    type: Literal["schedule"] = "schedule"
    items: tuple[Due, ...]
    currency: str


class OptionsValue(_Frozen):
    """Numbered lines to choose from; each is a template with its own facts."""

    type: Literal["options"] = "options"
    items: tuple[ReplyPart, ...]


FactValue = Annotated[
    MoneyValue
    | DateValue
    | CountValue
    | PercentValue
    | TextValue
    | WordValue
    | MeaningValue
    | TimeValue
    | ProofValue
    | UrlValue
    | AnswerValue
    | ScheduleValue
    | OptionsValue,
    Field(discriminator="type"),
]


class ReplyPart(_Frozen):
    """A template and the facts that fill it."""

    template: str
    facts: dict[str, FactValue] = Field(default_factory=dict)


OptionsValue.model_rebuild()


def money(value: Money) -> MoneyValue:
    return MoneyValue(minor=value.minor, currency=value.currency)


# In these currencies nobody pays less than a thousand: "200" is said for 200,000.
_SAID_IN_THOUSANDS = frozenset({"COP", "CLP", "ARS", "PYG", "CRC"})
_SHORTEST_SAID, _THOUSAND = 10, 1000


def as_said(amount: Decimal | None, currency: str) -> Decimal | None:
    """What a debtor means by a number: it is read back in full before anything is agreed."""
    short = amount is not None and _SHORTEST_SAID <= amount < _THOUSAND
    if amount is None or not short or currency not in _SAID_IN_THOUSANDS:
        return amount
    return amount * _THOUSAND
