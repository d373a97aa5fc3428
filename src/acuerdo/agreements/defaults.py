"""The policies that a new creditor starts with: cautious ones, to be changed on purpose.

The later a debt, the longer the plan and the larger the discount, most of which is held back until
the debtor moves. A person may go a little further, with a reason. The least instalments are about
what collecting one costs several times over, in each currency.
"""

from __future__ import annotations

from dataclasses import dataclass
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
    parts: int = 1  # of a settlement

    @property
    def opening(self) -> dict[str, str]:
        """A third of the discount."""
        return {"max_discount_percent": str(self.discount // 3)} if self.discount else {}

    @property
    def agent(self) -> dict[str, str]:
        return {"max_discount_percent": str(self.discount + 5)} if self.discount else {}

    @property
    def supervisor(self) -> dict[str, str]:
        """What an agent may, and half as many instalments again."""
        more = {"max_discount_percent": str(self.discount + 15)} if self.discount else {}
        longer = self.instalments + self.instalments // 2
        return {**more, "max_instalments": str(longer)} if self.instalments > 1 else more


# Three moves of the debtor; what waiting a year costs, about everywhere more than a bank's deposit.
ROUNDS: Final = 3
ANNUAL_PERCENT: Final = 18


DEFAULT_POLICIES: Final[tuple[PolicySpec, ...]] = (
    PolicySpec("before_due", "", None, 0, 0, 1, 0, 15),
    PolicySpec("small", "small_balance", 1, None, 0, 3, 10, 15),
    PolicySpec("high", "high_balance", 1, 180, 10, 12, 5, 15),
    PolicySpec("early", "", 1, 30, 0, 3, 0, 10),
    PolicySpec("mid", "", 31, 90, 10, 6, 5, 15),
    PolicySpec("late", "", 91, 180, 10, 9, 15, 15, parts=3),
    PolicySpec("very_late", "", 181, None, 5, 12, 30, 20, parts=6),
)
