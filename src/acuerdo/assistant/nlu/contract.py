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
    "installments",
    "frequency",
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
    "open",
]


class Entity(BaseModel):
    """A value found in the text. `value` is a Decimal, a date, an int or a str by its type."""

    model_config = ConfigDict(frozen=True)
    type: EntityType
    value: Decimal | date | int | str | None
    start: int
    end: int
    text: str
    rule: str
    currency: str | None = None
    of: str | None = None
    alternatives: tuple[Any, ...] = ()
    confidence: float = 1.0

    @property
    def length(self) -> int:
        return self.end - self.start


class Evidence(BaseModel):
    """Which rule, neighbour or clause led to a command, for the page that explains it."""

    model_config = ConfigDict(frozen=True)
    intent: str
    rule: str
    start: int
    end: int
    text: str


class Understanding(BaseModel):
    """One message, understood. `commands` is in order of priority and never empty."""

    model_config = ConfigDict(frozen=True)
    commands: tuple[Command, ...]
    entities: tuple[Entity, ...] = ()
    language: Language
    language_confidence: float = Field(ge=0, le=1)
    confidence: float = Field(ge=0, le=1)
    evidence: tuple[Evidence, ...] = ()


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
