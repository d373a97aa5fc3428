"""The door of the advice: what a reader outside the house is asked, and what it may answer."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Generic, Literal, Protocol, TypeVar

from pydantic import BaseModel, ConfigDict, Field

MAX_PROPOSALS = 3
MAX_BYTES = 32_768

Said = TypeVar("Said")
Trouble = Literal["late", "refused", "unreadable", "too_large", "unreachable"]


class NoAdvice(Exception):
    """The reader outside gave nothing that can be used. `reason` is a `Trouble`."""

    def __init__(self, reason: Trouble, detail: str = "") -> None:
        super().__init__(f"{reason}: {detail}" if detail else reason)
        self.reason: Trouble = reason


@dataclass(frozen=True, slots=True)
class Earlier:
    """A turn before: what the debtor wrote (masked), and the names of the templates that answered,
    which hold no amount and no day."""

    debtor: str
    answered: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Question:
    """All that leaves the house: the text without personal data, the question that is open, what
    it may mean (`names`), and the last turns."""

    text: str
    language: str
    pending: str
    names: tuple[str, ...]
    earlier: tuple[Earlier, ...] = ()


class Proposal(BaseModel):
    """What the text may mean: one of the names, the debtor's words that say so, and the values in
    them where there are any (an amount in major units, a day as YYYY-MM-DD, a count of parts)."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    name: str = Field(max_length=40)
    quote: str = Field(max_length=2_000)
    amount: str | None = Field(default=None, max_length=24)
    date: str | None = Field(default=None, max_length=10)
    count: int | None = Field(default=None, ge=1, le=360)


class Proposals(BaseModel):
    """The whole answer, as its JSON schema asks for it."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    commands: tuple[Proposal, ...] = Field(default=(), max_length=MAX_PROPOSALS)


@dataclass(frozen=True, slots=True)
class Answer(Generic[Said]):
    """What was said, and what it cost in tokens, where the service counts them."""

    said: Said
    tokens_in: int = 0
    tokens_out: int = 0


class Adviser(Protocol):
    """One service that reads texts. Both methods raise NoAdvice, and nothing else."""

    def propose(self, question: Question, *, seconds: float) -> Answer[Proposals]:
        """What the text may mean, within about `seconds`."""
        ...

    def reword(self, sentence: str, question: Question, *, seconds: float) -> Answer[str]:
        """Another wording of a sentence of ours that answers the text. NoAdvice where the service
        cannot write."""
        ...
