"""For which debts something holds. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Annotated, Any, Final, Literal

from pydantic import BaseModel, ConfigDict, Field

from acuerdo.agreements.files import fault
from acuerdo.core.money import Money, exponent

LegalStage = Literal["attorney", "lawsuit", "insolvency", "bankruptcy"]
LEGAL_STAGES: Final[tuple[LegalStage, ...]] = ("attorney", "lawsuit", "insolvency", "bankruptcy")
"""Reasons of a hold that say that the debt is before lawyers or courts."""

_CURRENCY = re.compile(r"[A-Z]{3}")
_Code = Annotated[str, Field(pattern=r"^[a-z0-9_]{1,40}$")]
_Product = Annotated[str, Field(min_length=1, max_length=80)]
_Days = Annotated[int, Field(ge=-365, le=20_000)]
_Amount = Annotated[Decimal, Field(ge=0, le=10**12)]


@dataclass(frozen=True, slots=True)
class Debt:
    """What conditions look at."""

    segment: str
    product: str
    dpd: int
    balance: Money
    holds: frozenset[str] = frozenset()


class Scope(BaseModel):
    """Conditions that all have to hold; one that is left out holds for everybody.

    Amounts are in major units by currency; a debt in a currency that is not named does not fit.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)
    segments: Annotated[tuple[_Code, ...], Field(max_length=40)] = ()
    products: Annotated[tuple[_Product, ...], Field(max_length=40)] = ()
    dpd_from: _Days | None = None
    dpd_to: _Days | None = None
    balance_from: dict[str, _Amount] = {}
    balance_to: dict[str, _Amount] = {}
    legal_stages: tuple[LegalStage, ...] = ()

    @property
    def is_everybody(self) -> bool:
        return self == type(self)()

    def fits(self, debt: Debt) -> bool:
        """Whether every condition holds for the debt."""
        return (
            (not self.segments or debt.segment in self.segments)
            and (not self.products or _folded(debt.product) in map(_folded, self.products))
            and (self.dpd_from is None or debt.dpd >= self.dpd_from)
            and (self.dpd_to is None or debt.dpd <= self.dpd_to)
            and (not self.balance_from or self._at_least(debt.balance))
            and (not self.balance_to or self._at_most(debt.balance))
            and (not self.legal_stages or not debt.holds.isdisjoint(self.legal_stages))
        )

    def _at_least(self, balance: Money) -> bool:
        bound = self.balance_from.get(balance.currency)
        return bound is not None and balance.to_decimal() >= bound

    def _at_most(self, balance: Money) -> bool:
        bound = self.balance_to.get(balance.currency)
        return bound is not None and balance.to_decimal() <= bound

    def faults(self, *path: str | int) -> Iterator[Any]:
        """What contradicts itself, below `path`."""
        if self.dpd_from is not None and self.dpd_to is not None and self.dpd_from > self.dpd_to:
            yield fault((*path, "dpd_to"), "before_from", self.dpd_to)
        bounds: Mapping[str, dict[str, Decimal]] = {
            "balance_from": self.balance_from,
            "balance_to": self.balance_to,
        }
        for name, amounts in bounds.items():
            for currency, amount in amounts.items():
                if not _CURRENCY.fullmatch(currency):
                    yield fault((*path, name, currency), "no_currency", currency)
                elif amount != amount.quantize(Decimal(1).scaleb(-exponent(currency))):
                    yield fault((*path, name, currency), "too_fine", amount)
        for currency, most in self.balance_to.items():
            if most < self.balance_from.get(currency, Decimal(0)):
                yield fault((*path, "balance_to", currency), "less_than_from", most)


def _folded(text: str) -> str:
    return " ".join(text.casefold().split())
