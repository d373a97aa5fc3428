"""The policies that a new creditor starts with: cautious ones, to be changed on purpose.

The later a debt, the longer the plan and the larger the discount. The least instalments are about
what collecting one costs several times over, in each currency.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Final

# Minor units.
MIN_INSTALMENT: Final[dict[str, int]] = {
    "COP": 2_000_000,
    "MXN": 10_000,
    "BRL": 3_000,
    "EUR": 1_500,
    "USD": 1_500,
    "GBP": 1_000,
    "CLP": 5_000,
    "PEN": 2_000,
    "ARS": 500_000,
    "CRC": 300_000,
    "ZAR": 10_000,
}


@dataclass(frozen=True, slots=True)
class PolicySpec:
    """A policy to seed; `segment` "" is every one, a missing bound of days past due is none."""

    code: str
    segment: str
    dpd_from: int | None
    dpd_to: int | None
    down: int
    instalments: int
    discount: int
    first_due_days: int

    @property
    def min_down_percent(self) -> Decimal:
        return Decimal(self.down)

    @property
    def max_discount_percent(self) -> Decimal:
        return Decimal(self.discount)


DEFAULT_POLICIES: Final[tuple[PolicySpec, ...]] = (
    PolicySpec("before_due", "", None, 0, 0, 1, 0, 15),
    PolicySpec("small", "small_balance", 1, None, 0, 3, 10, 15),
    PolicySpec("high", "high_balance", 1, 180, 10, 12, 5, 15),
    PolicySpec("early", "", 1, 30, 0, 3, 0, 10),
    PolicySpec("mid", "", 31, 90, 10, 6, 5, 15),
    PolicySpec("late", "", 91, 180, 10, 9, 15, 15),
    PolicySpec("very_late", "", 181, None, 5, 12, 30, 20),
)
