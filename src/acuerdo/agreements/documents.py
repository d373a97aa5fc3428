"""A policy as a document: what a file says and what a page's form sends, checked the same way.

The keys are those of the levers in `negotiation`; amounts are in major units ("20000" pesos), as
people write them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from acuerdo.agreements.files import fault, plain, read_model
from acuerdo.agreements.negotiation import LEVERS, is_wider
from acuerdo.core.money import Money, exponent

_CURRENCY = re.compile(r"[A-Z]{3}")

Percent = Annotated[Decimal, Field(ge=0, le=100, max_digits=5, decimal_places=2)]
Days = Annotated[int, Field(ge=0, le=365)]
Parts = Annotated[int, Field(ge=1, le=120)]
Amount = Annotated[Decimal, Field(ge=0, le=10**12)]


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Levers(_Part):
    """What the assistant may give, in the order in which it is given."""

    max_first_due_days: Days = 15
    min_down_percent: Percent = Decimal(0)
    max_instalments: Parts = 1
    max_settlement_parts: Parts = 1
    max_fees_percent: Percent = Decimal(100)
    max_interest_percent: Percent = Decimal(100)
    max_principal_percent: Percent = Decimal(100)
    max_discount_percent: Percent = Decimal(0)


class SomeLevers(_Part):
    """Levers that differ; those left out are the same."""

    max_first_due_days: Days | None = None
    min_down_percent: Percent | None = None
    max_instalments: Parts | None = None
    max_settlement_parts: Parts | None = None
    max_fees_percent: Percent | None = None
    max_interest_percent: Percent | None = None
    max_principal_percent: Percent | None = None
    max_discount_percent: Percent | None = None

    def given(self) -> dict[str, Decimal]:
        """Those that were named."""
        named = ((lever, getattr(self, lever)) for lever in LEVERS)
        return {lever: Decimal(value) for lever, value in named if value is not None}


class PolicyDocument(_Part):
    """One policy: whom it is for, how far each authority may go, and how that is given away."""

    code: Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,39}$")]
    segment: Annotated[str, Field(max_length=40, pattern=r"^[a-z0-9_]*$")] = ""
    dpd_from: Annotated[int, Field(ge=-365, le=20_000)] | None = None
    dpd_to: Annotated[int, Field(ge=-365, le=20_000)] | None = None
    levers: Levers = Levers()
    opening: SomeLevers = SomeLevers()
    agent: SomeLevers = SomeLevers()
    supervisor: SomeLevers = SomeLevers()
    rounds: Annotated[int, Field(ge=0, le=10)] = 0
    shape: Annotated[Decimal, Field(ge=Decimal("0.05"), le=10, decimal_places=2)] = Decimal("0.4")
    annual_percent: Percent = Decimal(0)
    min_instalment: dict[str, Amount] = {}
    tolerance: dict[str, Amount] = {}
    offer_valid_days: Annotated[int, Field(ge=1, le=90)] = 5
    grace_days: Annotated[int, Field(ge=0, le=60)] = 3
    max_rolls: Annotated[int, Field(ge=0, le=12)] = 1
    max_roll_days: Annotated[int, Field(ge=0, le=30)] = 7
    max_renegotiations: Annotated[int, Field(ge=0, le=12)] = 1
    asks_capacity: bool = False
    max_disposable_percent: Percent = Decimal(100)

    @model_validator(mode="after")
    def _agrees_with_itself(self) -> PolicyDocument:
        faults = [*self._of_days(), *self._of_levers(), *self._of_amounts()]
        if faults:
            raise ValidationError.from_exception_data("PolicyDocument", faults)
        return self

    def _of_days(self) -> Iterator[Any]:
        if self.dpd_from is not None and self.dpd_to is not None and self.dpd_from > self.dpd_to:
            yield fault(("dpd_to",), "before_from", self.dpd_to)

    def _of_levers(self) -> Iterator[Any]:
        """An opening gives no more than the assistant may, and each authority no less than the
        one before it."""
        for lever in LEVERS:
            widest = Decimal(getattr(self.levers, lever))
            opening = getattr(self.opening, lever)
            if opening is not None and is_wider(lever, Decimal(opening), widest):
                yield fault(("opening", lever), "opening_wider", opening)
            for holder in ("agent", "supervisor"):
                value = getattr(getattr(self, holder), lever)
                if value is None:
                    continue
                if is_wider(lever, widest, Decimal(value)):
                    yield fault((holder, lever), "authority_narrower", value)
                widest = Decimal(value)

    def _of_amounts(self) -> Iterator[Any]:
        for name in ("min_instalment", "tolerance"):
            for currency, amount in getattr(self, name).items():
                if not _CURRENCY.fullmatch(currency):
                    yield fault((name, currency), "no_currency", currency)
                elif amount != amount.quantize(Decimal(1).scaleb(-exponent(currency))):
                    yield fault((name, currency), "too_fine", amount)

    def minor(self, name: str) -> dict[str, int]:
        """`min_instalment` or `tolerance` in minor units by currency."""
        return {
            currency: Money.from_decimal(amount, currency).minor
            for currency, amount in getattr(self, name).items()
        }


def read_document(data: Mapping[str, Any]) -> PolicyDocument:
    """A document from plain values. Raises PolicyFaults."""
    return read_model(PolicyDocument, data)


def write_document(document: PolicyDocument) -> dict[str, Any]:
    """The plain values that `read_document` reads back to the same."""
    shown = document.model_dump(exclude_none=True)
    return {
        key: plain(value) for key, value in shown.items() if value != {} or key == "min_instalment"
    }
