"""How likely an account is to pay within 30 days: a scorecard over a set of accounts.

A scorecard adds points (hundredths of a natural log-odds) per characteristic. Since every
characteristic falls into one of a few bins, a set has at most a few thousand different
combinations: each is scored once, in exact integers, and joined back. A million accounts cost
what their combinations cost, and one account is scored exactly as it would be inside a set.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, Protocol

import polars as pl

Texts = Mapping[str, str]  # language (es, pt, en) → sentence
LANGUAGES = ("es", "pt", "en")
MAX_REASONS = 4

# value at least → band
BANDS: tuple[tuple[float, str], ...] = ((0.5, "A"), (0.3, "B"), (0.15, "C"), (0.05, "D"))
LOWEST_BAND = "E"


class Model(Protocol):
    """What scores: the scorecard of today, a learned model tomorrow.

    `score` takes one row per account with the columns `account_id` and `inputs`, and gives one
    row per account, in the same order: `account_id`, `value` (probability of paying within 30
    days, 0 to 1), `band` (A best to E) and `reasons` (JSON: `[{"code", "points"}]`, strongest
    first, at most four).
    """

    @property
    def name(self) -> str: ...

    @property
    def version(self) -> str: ...

    @property
    def inputs(self) -> tuple[str, ...]: ...

    def score(self, frame: pl.DataFrame) -> pl.DataFrame: ...

    def explain(self, code: str, language: str) -> str: ...


@dataclass(frozen=True, slots=True)
class Bin:
    """Values up to and with `upper` (None: all the rest) earn `points`, for the reason `code`."""

    code: str
    upper: float | None
    points: int
    texts: Texts


@dataclass(frozen=True, slots=True)
class Characteristic:
    """One column in bins. A missing value earns nothing and gives no reason.

    `trend` is a promise that the bins are checked against: `falling` means that a larger value
    never earns more.
    """

    column: str
    bins: tuple[Bin, ...]
    trend: Literal["falling", "rising", "free"] = "free"

    def __post_init__(self) -> None:
        uppers = [bin_.upper for bin_ in self.bins]
        if not uppers or uppers[-1] is not None or None in uppers[:-1]:
            raise ValueError(f"{self.column}: the last bin, and only it, takes all the rest")
        bounds = [upper for upper in uppers if upper is not None]
        if bounds != sorted(set(bounds)):
            raise ValueError(f"{self.column}: bins must rise")
        points = [bin_.points for bin_ in self.bins]
        if self.trend == "falling" and points != sorted(points, reverse=True):
            raise ValueError(f"{self.column}: a larger value must never earn more")
        if self.trend == "rising" and points != sorted(points):
            raise ValueError(f"{self.column}: a larger value must never earn less")
        for bin_ in self.bins:
            if set(bin_.texts) != set(LANGUAGES):
                raise ValueError(f"{bin_.code}: the reason needs a text in {', '.join(LANGUAGES)}")

    def index(self) -> pl.Expr:
        """The number of the bin of each row, -1 where the value is missing."""
        column = pl.col(self.column)
        chosen = pl.lit(len(self.bins) - 1)
        for number in reversed(range(len(self.bins) - 1)):
            upper = self.bins[number].upper
            chosen = pl.when(column <= upper).then(pl.lit(number)).otherwise(chosen)
        return (pl.when(column.is_null()).then(pl.lit(-1)).otherwise(chosen).cast(pl.Int64)).alias(
            f"bin_{self.column}"
        )


@dataclass(frozen=True, slots=True)
class Scorecard:
    """A `Model` made of points: additive, explainable, monotone where it promises so."""

    name: str
    version: str
    base_points: int
    characteristics: tuple[Characteristic, ...]

    @property
    def inputs(self) -> tuple[str, ...]:
        return tuple(item.column for item in self.characteristics)

    def score(self, frame: pl.DataFrame) -> pl.DataFrame:
        """See `Model.score`. Raises ValueError where a column is missing."""
        missing = [name for name in ("account_id", *self.inputs) if name not in frame.columns]
        if missing:
            raise ValueError(f"{self.name} {self.version} needs the columns {', '.join(missing)}")
        keys = [f"bin_{name}" for name in self.inputs]
        binned = frame.select("account_id", *(item.index() for item in self.characteristics))
        cells = binned.select(keys).unique()
        answers = [self._answer(cell) for cell in cells.iter_rows()]
        scored = cells.with_columns(
            pl.Series("value", [value for value, _, _ in answers], dtype=pl.Float64),
            pl.Series("band", [band for _, band, _ in answers], dtype=pl.String),
            pl.Series("reasons", [reasons for _, _, reasons in answers], dtype=pl.String),
        )
        return binned.join(scored, on=keys, how="left", maintain_order="left").select(
            "account_id", "value", "band", "reasons"
        )

    def explain(self, code: str, language: str) -> str:
        """The sentence of a reason; English where the language is not one of ours."""
        for item in self.characteristics:
            for bin_ in item.bins:
                if bin_.code == code:
                    return bin_.texts.get(language[:2], bin_.texts["en"])
        return code

    def _answer(self, cell: Sequence[int]) -> tuple[float, str, str]:
        """Value, band and reasons of one combination of bins."""
        hits = [
            item.bins[index]
            for item, index in zip(self.characteristics, cell, strict=True)
            if index >= 0
        ]
        points = self.base_points + sum(hit.points for hit in hits)
        value = round(1 / (1 + math.exp(-points / 100)), 4)
        strongest = sorted((hit for hit in hits if hit.points), key=lambda hit: -abs(hit.points))
        reasons = [{"code": hit.code, "points": hit.points} for hit in strongest[:MAX_REASONS]]
        return value, band(value), json.dumps(reasons)


def band(value: float) -> str:
    """The letter of a probability: A from .50, B from .30, C from .15, D from .05, else E."""
    return next((letter for least, letter in BANDS if value >= least), LOWEST_BAND)
