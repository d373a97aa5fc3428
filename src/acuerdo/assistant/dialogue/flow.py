"""How a conversation is led, as far as an operator may choose.

What the law or safety asks for (the proof, opting out, a death, a dispute, one question at a time)
is not among it, so that no flow can switch it off. The defaults are the product's own.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Literal, Protocol, TypeVar

from pydantic import BaseModel, ConfigDict, Field

Step = Literal["inform", "offer", "ask"]
Lever = Literal["full", "date", "split", "instalments", "discount"]
Address = Literal["country", "tu", "usted", "vos"]
Warmth = Literal["plain", "warm"]

# The forms that Spanish uses where it is spoken; elsewhere usted and tú. The first is usual.
_ADDRESSES: Mapping[str, tuple[Address, ...]] = {"AR": ("vos", "usted")}
_USUAL_ADDRESSES: tuple[Address, ...] = ("usted", "tu")


def addresses_in(country: str) -> tuple[Address, ...]:
    """How people may be spoken to in Spanish in a country, the usual form first."""
    return _ADDRESSES.get(country, _USUAL_ADDRESSES)


class Words(BaseModel):
    """A creditor's own first and last sentence in one language; empty for ours."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    greeting: str = ""
    closing: str = ""


class Flow(BaseModel):
    """The choices. `steps`: what comes first, up to the first that asks (offer, ask). `levers`: the
    order in which offers are shown. `failures`: how many messages may not be understood before a
    person takes over. `remind_after_minutes`: when a chat that went silent gets one friendly line.
    `words` by language."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    steps: tuple[Step, ...] = ("inform",)
    levers: tuple[Lever, ...] = ()
    asks_capacity: bool = False
    asks_contact: bool = False
    address: Address = "country"
    warmth: Warmth = "plain"
    failures: int = 2
    remind_after_minutes: int | None = None
    words: dict[str, Words] = Field(default_factory=dict)

    def own_texts(self, language: str) -> dict[str, str]:
        """The sentences of its own, by the template that they stand for."""
        own = self.words.get(language, Words())
        texts = {"introduction": own.greeting, "social.bye": own.closing}
        return {template: text for template, text in texts.items() if text}


class Shown(Protocol):
    """What is known of an offer where it is put in order."""

    @property
    def kind(self) -> str: ...
    @property
    def count(self) -> int: ...


S = TypeVar("S", bound=Shown)


def lever_of(offer: Shown) -> Lever:
    """What an offer gives: all at once, a date, two parts, more parts, or a discount."""
    if offer.kind == "settlement":
        return "discount"
    if offer.count > 1:
        return "split" if offer.count == 2 else "instalments"
    return "full" if offer.kind == "full" else "date"


def in_order(offers: Iterable[S], levers: Sequence[Lever]) -> tuple[S, ...]:
    """The offers by the order of their levers; those without a place keep theirs, at the end."""
    place = {lever: number for number, lever in enumerate(levers)}
    return tuple(sorted(offers, key=lambda one: place.get(lever_of(one), len(place))))
