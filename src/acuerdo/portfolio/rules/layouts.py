"""Where the columns of a fixed width text stand: the layout (YAML).

version: 1
record: {from: 1, length: 2, value: "02"}      # only lines of this type; the others are skipped
columns:
  - {name: cuenta, from: 3, length: 10}
  - {name: saldo, from: 13, length: 12, type: amount, decimals: 2}    # 000000123456 is 1234.56
  - {name: vencimiento, from: 25, length: 8, type: date, format: ddmmyyyy}

Positions count characters from 1. The columns' names are headers like those of any other file.
"""

from __future__ import annotations

from itertools import pairwise
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

from acuerdo.portfolio.rules.text import MAX_COLUMNS

_MAX_WIDTH = 10_000


class Place(BaseModel):
    """Characters of a line, counted from 1."""

    model_config = ConfigDict(extra="forbid")

    start: int = Field(alias="from", ge=1, le=_MAX_WIDTH)
    length: int = Field(ge=1, le=_MAX_WIDTH)

    @property
    def end(self) -> int:
        return self.start + self.length - 1


class RecordType(Place):
    """Which lines are rows: those that hold `value` there."""

    value: str


class Column(Place):
    """`decimals` are implied: no mark is written. `format` is how a date of digits is written;
    without it the dates are read as in any other file."""

    name: str = Field(min_length=1, max_length=80)
    type: Literal["text", "amount", "date"] = "text"
    decimals: int | None = Field(default=None, ge=0, le=6)
    format: Literal["yyyymmdd", "ddmmyyyy", "mmddyyyy", "yymmdd", "ddmmyy"] | None = None

    @model_validator(mode="after")
    def _fits(self) -> Column:
        if self.decimals is not None and self.type != "amount":
            raise ValueError(f"{self.name}: only an amount has decimals")
        if self.format is not None and self.type != "date":
            raise ValueError(f"{self.name}: only a date has a format")
        return self

    @property
    def label(self) -> str:
        """What a fault calls the column: `saldo 13-24`."""
        return f"{self.name} {self.start}-{self.end}"

    @property
    def needed(self) -> int:
        """How long a line must be. Spaces at its end may have been cut off, digits may not."""
        return self.start if self.type == "text" else self.end


class Layout(BaseModel):
    model_config = ConfigDict(extra="forbid")

    version: Literal[1] = 1
    record: RecordType | None = None
    columns: list[Column] = Field(min_length=1, max_length=MAX_COLUMNS)

    @model_validator(mode="after")
    def _apart(self) -> Layout:
        names = [column.name for column in self.columns]
        if len(set(names)) < len(names):
            raise ValueError("two columns have one name")
        placed = sorted(self.columns, key=lambda column: column.start)
        for before, after in pairwise(placed):
            if after.start <= before.end:
                raise ValueError(f"{before.label} and {after.label} overlap")
        return self
