"""What money that comes later is worth today. Pure and exact: decimals, never floats."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from decimal import ROUND_HALF_EVEN, Decimal
from functools import lru_cache

from acuerdo.core.money import Money

_DAYS_OF_A_YEAR = Decimal(365)


def present_value(
    schedule: Iterable[tuple[date, Money]], today: date, annual_percent: Decimal, currency: str
) -> Money:
    """The sum of `schedule` with each amount discounted to `today` at `annual_percent` a year."""
    parts = (
        amount.minor * discount_factor(annual_percent, (on - today).days) for on, amount in schedule
    )
    worth = sum(parts, Decimal(0))
    return Money(int(worth.to_integral_value(rounding=ROUND_HALF_EVEN)), currency)


@lru_cache(maxsize=4096)
def discount_factor(annual_percent: Decimal, days: int) -> Decimal:
    """What one unit in `days` is worth today, at most 1."""
    if annual_percent <= 0 or days <= 0:
        return Decimal(1)
    return Decimal((1 + annual_percent / 100) ** (-days / _DAYS_OF_A_YEAR))
