"""What a creditor wants to see before anything is told: which proofs, and how many for what. Pure.

The level rises in one or two steps: where there are two, the first makes somebody `claimed` and
the second `verified`. Of the proofs of a step the first that is on file is asked.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any, Final, Literal

from pydantic import BaseModel, ConfigDict, ValidationError, model_validator
from pydantic_core import PydanticCustomError

from acuerdo.core.vocabulary import VerificationLevel

Factor = Literal["document_last4", "birth_date", "postal_code", "account_last4", "code"]
Thing = Literal["balance", "negotiate", "pay_link", "change_data"]
Needed = Literal["claimed", "verified"]

FACTORS: Final[tuple[Factor, ...]] = (
    "document_last4",
    "birth_date",
    "postal_code",
    "account_last4",
    "code",
)
THINGS: Final[tuple[Thing, ...]] = ("balance", "negotiate", "pay_link", "change_data")
SECTION: Final = "verification"


class VerificationPolicy(BaseModel):
    """Usually one proof, after which everything is open; without one nothing ever is."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    first: tuple[Factor, ...] = ("document_last4",)
    second: tuple[Factor, ...] = ()
    balance: Needed = "verified"
    negotiate: Needed = "verified"
    pay_link: Needed = "verified"
    change_data: Needed = "verified"

    @model_validator(mode="after")
    def _agrees_with_itself(self) -> VerificationPolicy:
        named = (*self.first, *self.second)
        faults: list[Any] = []
        if not self.first:
            faults.append(_fault("first", "no_proof", self.first))
        if len(set(named)) != len(named):
            faults.append(_fault("second", "proof_twice", self.second))
        for thing in THINGS:
            needed = getattr(self, thing)
            if needed == "claimed" and not self.second:
                faults.append(_fault(thing, "one_step_only", needed))
            elif thing in ("negotiate", "pay_link") and _rank(needed) < _rank(self.balance):
                # An offer and a link tell what is owed.
                faults.append(_fault(thing, "below_balance", needed))
        if faults:
            raise ValidationError.from_exception_data("VerificationPolicy", faults)
        return self

    @property
    def steps(self) -> tuple[tuple[Factor, ...], ...]:
        return (self.first, self.second) if self.second else (self.first,)

    def level(self, proved: Collection[str]) -> VerificationLevel:
        """How sure we are of somebody who gave these proofs."""
        taken = sum(1 for step in self.steps if set(step) & set(proved))
        if taken == len(self.steps):
            return VerificationLevel.VERIFIED
        return VerificationLevel.CLAIMED if taken else VerificationLevel.NONE

    def open_step(self, proved: Collection[str]) -> tuple[Factor, ...]:
        """The proofs of which one is wanted next; none where everything is proved."""
        return next((step for step in self.steps if not set(step) & set(proved)), ())

    def allows(self, thing: Thing, level: str) -> bool:
        """Whether somebody at this level may have that."""
        return _rank(level) >= _rank(getattr(self, thing))


def read_policy(settings: Mapping[str, Any]) -> VerificationPolicy:
    """The policy in a creditor's settings, else the usual one. What cannot be read never opens
    more than the usual one does."""
    try:
        return VerificationPolicy.model_validate(settings.get(SECTION) or {})
    except ValidationError:
        return VerificationPolicy()


def first_on_file(step: Sequence[Factor], known: Collection[str]) -> Factor | None:
    """The proof that is asked for: the first of the step that can be compared with something."""
    return next((factor for factor in step if factor in known), None)


def _rank(level: str) -> int:
    return VerificationLevel(level).rank


def _fault(key: str, code: str, value: object) -> Any:
    return {"type": PydanticCustomError(code, code), "loc": (key,), "input": value}
