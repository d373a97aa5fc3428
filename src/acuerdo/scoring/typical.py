"""What a usual overdue balance is in each currency, so that balances compare across countries.

Fixed figures, and not the median of the set at hand: an account scored alone must get the score
that it gets inside a portfolio. Brazil's is the average debt that Serasa published for 2025
(R$ 1,408); the others are assumptions of the same purchasing power. They belong to the version
of the scorecard: a change of one is a new version.
"""

from __future__ import annotations

import polars as pl

from acuerdo.core.money import exponent

TYPICAL_MAJOR: dict[str, int] = {
    "ARS": 400_000,
    "BRL": 1_400,
    "CLP": 280_000,
    "COP": 1_200_000,
    "EUR": 600,
    "GBP": 500,
    "MXN": 5_500,
    "PEN": 1_100,
    "USD": 700,
    "UYU": 12_000,
}


def typical_minor(currency: str) -> int | None:
    """The usual balance in minor units, None for a currency that has no figure yet."""
    major = TYPICAL_MAJOR.get(currency)
    return None if major is None else major * 10 ** exponent(currency)


def relative_balance() -> pl.Expr:
    """`total_minor` over the currency's usual balance; missing for an unlisted currency."""
    usual = {currency: typical_minor(currency) for currency in TYPICAL_MAJOR}
    divisor = pl.col("currency").replace_strict(usual, default=None, return_dtype=pl.Int64)
    return (pl.col("total_minor") / divisor).alias("relative_balance")
