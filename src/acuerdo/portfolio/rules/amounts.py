"""Amounts written as people write them, read as whole minor units. Never a float.

`1.234,56` and `1,234.56` are told apart per column, on all its values: a value such as `1.234`
proves nothing, `12,5` or `1.234.567` does. Where nothing in a column proves which mark is the
decimal one, the column is refused rather than guessed: the two readings differ a thousandfold.
"""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from acuerdo.core.money import exponent
from acuerdo.portfolio.errors import AmountsAmbiguous, AmountsMixed

MAX_MINOR = 10**15
_MINORITY = 0.02

# One currency word or sign before or after the digits: "$ 1.000", "R$1,00", "1000 COP", "12 €".
_CURRENCY = r"U\$S|[A-Za-z]{0,3}\$|[A-Za-z]{3}|S/\.?|[BG]s\.?|[€£¥₡₲]"
# Signs that belong to one currency alone: a plain $ does not.
_SIGNS = {
    "U$S": "USD", "US$": "USD", "R$": "BRL", "MX$": "MXN", "COL$": "COP", "CLP$": "CLP",
    "AR$": "ARS", "RD$": "DOP", "S/": "PEN", "S/.": "PEN", "€": "EUR", "£": "GBP", "₡": "CRC",
    "₲": "PYG",
}  # fmt: skip
_SPACES = r"[\s\u00a0\u202f\u2009'’]"


@dataclass(frozen=True, slots=True)
class Amounts:
    """A column of amounts. `values` is aligned with the cells that were given:

    `minor` Int64 (null where empty or refused) and `reason` String (null where fine).
    `decimal` is the mark that was decided, '' where no value has one.
    """

    values: pl.DataFrame
    decimal: str


def decide_decimal(column: str, cells: pl.Series, declared: str | None = None) -> tuple[str, bool]:
    """Which mark is the decimal one in `cells`, and whether some values contradict it.

    Returns ('', False) where no value has a mark. Raises AmountsAmbiguous where nothing proves
    it, AmountsMixed where the values contradict each other (a few stray ones, up to 2 %, do not:
    they are rejected with their rows).
    """
    if declared is not None:
        return declared, False
    body = _split(cells)["body"]
    marked = body.filter(body.str.contains(r"[.,]"))
    if marked.is_empty():
        return "", False
    comma, point = _evidence(marked, ",", "."), _evidence(marked, ".", ",")
    commas, points = int(comma.sum()), int(point.sum())
    if not commas and not points:
        raise AmountsAmbiguous(column=column, example=marked[0])
    if min(commas, points) > _MINORITY * (commas + points):
        raise AmountsMixed(
            column=column, comma=marked.filter(comma)[0], point=marked.filter(point)[0]
        )
    return ("," if commas > points else "."), bool(commas and points)


def _evidence(body: pl.Series, decimal: str, group: str) -> pl.Series:
    """True where a value can only be read with `decimal` as its decimal mark."""
    d, g = (("\\." if mark == "." else mark) for mark in (decimal, group))
    proof = (
        rf"^\d{{1,3}}(?:[{g}']\d{{3}})+{d}\d+$"  # 1.234,56
        rf"|^\d{{1,3}}(?:{g}\d{{3}}){{2,}}$"  # 1.234.567
        rf"|^\d*{d}(?:\d{{0,2}}|\d{{4,}})$"  # 12,5
        rf"|^(?:0\d*|\d{{4,}}){d}\d+$"  # 0,125 and 1234,567
    )
    return body.str.contains(proof)


def _split(cells: pl.Series) -> pl.DataFrame:
    """Sign, currency word and digits of each cell, without spaces."""
    body = cells.str.strip_chars().alias("body")
    frame = body.to_frame().with_columns(
        negative=pl.lit(value=False), word=pl.lit(None, dtype=pl.String)
    )
    if not body.str.contains(r"[^\d.,]").any():
        return frame
    frame = frame.with_columns(
        negative=pl.col("body").str.contains(
            rf"^\(.*\)$|^(?:{_CURRENCY})?\s*[-−]|[-−]\s*(?:{_CURRENCY})?$"
        ),
        body=pl.col("body").str.replace_all(r"^\((.*)\)$", "$1").str.replace_all(r"[-−+]", ""),
    )
    return frame.with_columns(
        word=pl.coalesce(
            pl.col("body").str.extract(r"^\s*([A-Za-z]{3})\s*[\d.,]"),
            pl.col("body").str.extract(r"[\d.,]\s*([A-Za-z]{3})\s*$"),
            pl.coalesce(
                pl.col("body").str.extract(rf"^\s*({_CURRENCY})"),
                pl.col("body").str.extract(rf"({_CURRENCY})\s*$"),
            ).replace_strict(_SIGNS, default=None, return_dtype=pl.String),
        ).str.to_uppercase(),
        body=pl.col("body")
        .str.replace(rf"^\s*(?:{_CURRENCY})", "")
        .str.replace(rf"(?:{_CURRENCY})\s*$", "")
        .str.strip_chars()
        .str.replace_all(_SPACES, "'"),
    )


def read_amounts(
    column: str,
    cells: pl.Series,
    currencies: pl.Series,
    declared: str | None = None,
    *,
    signed: bool = False,
) -> Amounts:
    """The amounts of a column in minor units of each row's currency (ISO 4217 exponents).

    `cells` and `currencies` are String series of the same length; less than zero is only read
    where the column is `signed`. Reasons:
    `unreadable_amount`, `negative_amount`, `too_many_decimals`, `amount_too_large`,
    `currency_differs`, `ambiguous_amount`. Raises what `decide_decimal` raises.
    """
    decimal, is_contradicted = decide_decimal(column, cells, declared)
    mark = decimal or "."
    d, g = ("\\.", ",") if mark == "." else (",", "\\.")
    frame = _split(cells).with_columns(cell=cells.str.strip_chars(), currency=currencies)
    digits = pl.lit(2)
    for currency in currencies.drop_nulls().unique().to_list():
        if exponent(currency) != 2:
            digits = (
                pl.when(pl.col("currency") == currency)
                .then(pl.lit(exponent(currency)))
                .otherwise(digits)
            )
    frame = frame.with_columns(
        is_number=pl.col("body").str.contains(
            rf"^(?:\d+|\d{{1,3}}(?:[{g}']\d{{3}})+)(?:{d}\d*)?$|^{d}\d+$"
        ),
        is_ambiguous=pl.col("body").str.contains(r"^[1-9]\d{0,2}[.,]\d{3}$")
        & pl.lit(is_contradicted),
        digits=digits.cast(pl.UInt32),
    )
    whole = pl.col("body").str.replace_all(rf"[{g}']", "").str.replace(rf"{d}.*$", "")
    decimals = pl.col("body").str.extract(rf"{d}(\d*)$").fill_null("").str.strip_chars_end("0")
    frame = frame.with_columns(whole=whole.str.strip_chars_start("0"), decimals=decimals)
    # padded to the longest exponent (4), then cut to the row's own
    minor = pl.col("whole") + pl.col("decimals").str.pad_end(4, "0").str.slice(0, pl.col("digits"))
    empty = pl.col("cell") == ""
    reason = (
        pl.when(empty)
        .then(None)
        .when(~pl.col("is_number"))
        .then(pl.lit("unreadable_amount"))
        .when(pl.col("is_ambiguous"))
        .then(pl.lit("ambiguous_amount"))
        .when(pl.col("word").is_not_null() & (pl.col("word") != pl.col("currency")))
        .then(pl.lit("currency_differs"))
        .when(pl.col("decimals").str.len_bytes() > pl.col("digits"))
        .then(pl.lit("too_many_decimals"))
        .when(pl.col("whole").str.len_bytes() > 14)
        .then(pl.lit("amount_too_large"))
    )
    frame = frame.with_columns(reason=reason)
    fine = pl.col("reason").is_null() & ~empty
    frame = frame.with_columns(
        minor=pl.when(fine).then(("0" + minor).cast(pl.Int64, strict=False))
    ).with_columns(
        reason=pl.when(pl.col("minor") > MAX_MINOR)
        .then(pl.lit("amount_too_large"))
        .when(pl.lit(not signed) & pl.col("negative") & (pl.col("minor") != 0))
        .then(pl.lit("negative_amount"))
        .when(fine & pl.col("minor").is_null())
        .then(pl.lit("unreadable_amount"))
        .otherwise(pl.col("reason"))
    )
    values = frame.select(
        minor=pl.when(pl.col("reason").is_null()).then(
            pl.when(pl.lit(signed) & pl.col("negative"))
            .then(-pl.col("minor"))
            .otherwise(pl.col("minor"))
        ),
        reason="reason",
    )
    return Amounts(values, decimal)
