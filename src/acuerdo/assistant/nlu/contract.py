"""The door of the understanding: what goes in, what comes out, whoever does it.

Rules, a classifier and a language model all implement `Understander`. What they return is data:
a list of proposed commands with the words they stand on. Deciding is `dialogue`'s.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any, Literal, Protocol

from pydantic import BaseModel, ConfigDict, Field

from acuerdo.assistant.commands import Command

Language = Literal["es", "pt", "en"]
LANGUAGES: tuple[Language, ...] = ("es", "pt", "en")

EntityType = Literal[
    "amount",
    "relative_amount",
    "percent",
    "date",
    "date_range",
    "time",
    "installments",
    "frequency",
    "email",
    "phone",
    "document",
    "ordinal",
    "number",
]

# What the assistant asked last decides what a short answer means ("3", "el 15", "sí").
QuestionKind = Literal[
    "verification",
    "offer_confirm",
    "offer_choice",
    "account_choice",
    "payment_date",
    "payment_amount",
    "proposal",
    "callback",
    "open",
]


class DateRange(BaseModel):
    """Days from `first` to `last`, both counted."""

    model_config = ConfigDict(frozen=True)
    first: date
    last: date


class Entity(BaseModel):
    """A value found in the text, at `start` to `end` of the cleaned text.

    `value` by type: amount, relative_amount (a share, 0-1), percent and number a Decimal; date a
    date; date_range a DateRange; time "HH:MM" or a delay as "+PT20M"; installments and ordinal an
    int; frequency, email, phone (E.164) and document a str. None where something was meant but
    not said: `unresolved` then names it ("payday"). `rule` is what read it, `alternatives` the
    other usual readings.
    """

    model_config = ConfigDict(frozen=True)
    type: EntityType
    value: Decimal | date | DateRange | int | str | None
    start: int
    end: int
    text: str
    rule: str
    currency: str | None = None
    of: str | None = None
    unresolved: str | None = None
    alternatives: tuple[Any, ...] = ()
    confidence: float = 1.0

    @property
    def length(self) -> int:
        return self.end - self.start


class Evidence(BaseModel):
    """Which rule or reading led to a command, for the page that explains it."""

    model_config = ConfigDict(frozen=True)
    intent: str
    rule: str
    start: int
    end: int
    text: str


class Understanding(BaseModel):
    """One message, understood. `commands` is in order of priority and never empty.

    `intents` are those of `intents.INTENTS` that a classifier found, in text order, `top3` its
    likeliest, `sureness` how sure it is, `act` whether that is enough; the rules alone leave them
    empty.
    """

    model_config = ConfigDict(frozen=True)
    commands: tuple[Command, ...]
    entities: tuple[Entity, ...] = ()
    language: Language
    language_confidence: float = Field(ge=0, le=1)
    confidence: float = Field(ge=0, le=1)
    evidence: tuple[Evidence, ...] = ()
    intents: tuple[str, ...] = ()
    top3: tuple[str, ...] = ()
    sureness: float = Field(default=0, ge=0, le=1)
    act: bool = False


class Understander(Protocol):
    """Turns one message into an Understanding. Pure: no clock, no database, no network."""

    def understand(
        self,
        text: str,
        *,
        lang_hint: str,
        country: str,
        pending_question: QuestionKind | None,
        ref_date: date,
    ) -> Understanding:
        """`text` as received; `lang_hint` is the conversation's language (es, pt, en, or "");
        `country` an ISO 3166 code that decides separators, slang and date order; `ref_date`
        the debtor's local day, from which "mañana" counts."""
        ...
