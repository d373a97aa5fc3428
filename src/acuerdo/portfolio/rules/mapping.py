"""The mapping file (YAML): what the headers alone do not say.

version: 1
columns:
  account: "Loan no."
  phone: ["Tel 1", "Tel 2"]
decimal: ","                # for all amounts, or {"Column": ",", "Other": "."}
dates: day_first            # for all dates (day_first, month_first, iso), or per column
separator: ";"
sheet: Cartera              # of a workbook; else the one with most rows
layout: {columns: [{name: account, from: 1, length: 10}, ...]}   # of a fixed width text
credit_balances: true       # a total below zero is the debtor's credit; else its row is rejected
defaults:
  country: CO
  currency: COP
  language: es
  product: Credit card
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal, Self, TypeVar

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator

from acuerdo.portfolio.errors import ImportRefused, MappingInvalid
from acuerdo.portfolio.rules.layouts import Layout

MAX_BYTES = 65_536
DecimalMark = Literal[",", "."]
DateOrder = Literal["day_first", "month_first", "iso"]


class Defaults(BaseModel):
    """What holds for every row that has no column for it."""

    model_config = ConfigDict(extra="forbid")

    country: str = Field(default="", pattern=r"^(?:[A-Z]{2})?$")
    currency: str = Field(default="", pattern=r"^(?:[A-Z]{3})?$")
    language: Literal["", "es", "pt", "en"] = ""
    product: str = Field(default="", max_length=80)


class Mapping(BaseModel):
    """How to read a file. Everything is optional: an empty mapping leaves all to the headers."""

    model_config = ConfigDict(extra="forbid")

    version: Literal[1] = 1
    columns: dict[str, str | list[str]] = Field(default_factory=dict)
    decimal: DecimalMark | dict[str, DecimalMark] | None = None
    dates: DateOrder | dict[str, DateOrder] | None = None
    separator: Literal[",", ";", "\t", "|"] | None = None
    sheet: str = Field(default="", max_length=80)
    layout: Layout | None = None
    credit_balances: bool = False
    defaults: Defaults = Field(default_factory=Defaults)

    @field_validator("columns")
    @classmethod
    def _as_lists(cls, value: dict[str, str | list[str]]) -> dict[str, str | list[str]]:
        return {
            field: [names] if isinstance(names, str) else names for field, names in value.items()
        }

    def decimal_for(self, header: str, field: str) -> str | None:
        """The decimal mark declared for a column, by its header or its field."""
        if isinstance(self.decimal, dict):
            found = self.decimal.get(header) or self.decimal.get(field)
            return found or self.decimal.get("")
        return self.decimal

    def with_points(self, headers: Sequence[str]) -> Self:
        """The same, with the point as the decimal mark of the columns with these headers."""
        if not headers:
            return self
        declared = dict(self.decimal) if isinstance(self.decimal, dict) else {}
        points: dict[str, DecimalMark] = dict.fromkeys(headers, ".")
        if isinstance(self.decimal, str):
            points = {"": self.decimal, **points}
        return self.model_copy(update={"decimal": {**declared, **points}})

    def dates_for(self, header: str, field: str) -> str | None:
        """The order of dates declared for a column, by its header or its field."""
        if isinstance(self.dates, dict):
            return self.dates.get(header) or self.dates.get(field)
        return self.dates


class _Alias(Exception):
    """A node that stands for another."""


class _Loader(yaml.SafeLoader):
    """Plain YAML without aliases: a few lines of them unfold to gigabytes."""

    def compose_node(self, parent: yaml.Node | None, index: int) -> yaml.Node | None:
        if self.check_event(yaml.AliasEvent):
            raise _Alias()
        return super().compose_node(parent, index)


def read_mapping(text: str | bytes) -> Mapping:
    """The mapping in a YAML text. Raises MappingInvalid with the place and what is wrong."""
    return read_document(text, Mapping, MappingInvalid)


_Model = TypeVar("_Model", bound=BaseModel)


def read_document(text: str | bytes, model: type[_Model], invalid: type[ImportRefused]) -> _Model:
    """A YAML text as `model`. Raises `invalid` with `problem`: the place and what is wrong."""
    if len(text) > MAX_BYTES:
        raise invalid(problem=f"it is larger than {MAX_BYTES} bytes")
    try:
        document = yaml.load(text, Loader=_Loader)  # noqa: S506 - a SafeLoader
    except _Alias:
        raise invalid(problem="aliases (*name) are not allowed") from None
    except (yaml.YAMLError, UnicodeDecodeError, RecursionError) as error:
        raise invalid(problem=" ".join(str(error).split())[:300]) from None
    try:
        return model.model_validate({} if document is None else document)
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(str(part) for part in first["loc"]) or "the file"
        raise invalid(problem=f"{place}: {first['msg']}") from None
