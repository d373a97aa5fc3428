"""Files of dated facts about accounts that are here: what every kind of them shares."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import polars as pl

from acuerdo.core.bulk import copy_frame, read_frame, staging
from acuerdo.creditors.models import Creditor
from acuerdo.portfolio.actions.intake import open_file
from acuerdo.portfolio.errors import MappingInvalid
from acuerdo.portfolio.rules.facts import (
    FactField,
    FactMapping,
    FactReading,
    read_fact_mapping,
    read_facts,
)
from acuerdo.portfolio.rules.mapping import MAX_BYTES

_KNOWN: Mapping[str, Any] = {
    "number": pl.String,
    "account_id": pl.Int64,
    "debtor_id": pl.Int64,
    "currency": pl.String,
    "state": pl.String,
    "placed_on": pl.Date,
}


@dataclass(frozen=True, slots=True)
class FactReport:
    """What came of a file of facts. `new` and `known` count by kind what was not here, and what
    was; `duplicates` rows that say the same again; `totals` what the new ones add up to, by
    currency in minor units."""

    file: Mapping[str, str]
    read: int
    accepted: int
    duplicates: int
    new: Mapping[str, int]
    known: Mapping[str, int]
    rejections: pl.DataFrame
    warnings: pl.DataFrame
    totals: Mapping[str, int] = field(default_factory=dict)

    def to_json(self) -> dict[str, Any]:
        """The object that `acuerdo history import --json` prints."""
        return {
            "file": dict(self.file),
            "rows": {
                "read": self.read,
                "accepted": self.accepted,
                "rejected": self.read - self.accepted - self.duplicates,
                "duplicates": self.duplicates,
            },
            "new": dict(self.new),
            "known": dict(self.known),
            "totals": dict(self.totals),
            "rejections": self.rejections.to_dicts(),
            "warnings": self.warnings.to_dicts(),
        }


def load_fact_mapping(path: str | Path) -> FactMapping:
    """The mapping in a YAML file. Raises MappingInvalid."""
    try:
        with Path(path).open("rb") as stream:
            return read_fact_mapping(stream.read(MAX_BYTES + 1))
    except OSError as error:
        raise MappingInvalid(problem=error.strerror or str(error)) from None


def take_facts(
    *,
    creditor: Creditor,
    path: str | Path,
    fields: Sequence[FactField],
    mapping: FactMapping | None,
    now: datetime,
) -> tuple[FactReading, dict[str, str]]:
    """The facts of a file about the creditor's accounts, and what the report tells of the file.

    Raises an ImportRefused where the file as a whole cannot be read.
    """
    mapping = mapping or FactMapping()
    intake = open_file(path, mapping)
    records = intake.take()
    reading = read_facts(
        records,
        fields,
        mapping=mapping,
        find_accounts=lambda numbers: find_accounts(creditor, numbers),
        today=now.astimezone(ZoneInfo(creditor.timezone)).date(),
    )
    told = {"name": intake.name, "encoding": records.encoding, "separator": records.separator}
    return reading, told


def find_accounts(creditor: Creditor, numbers: pl.Series) -> pl.DataFrame:
    """`number`, `account_id`, `debtor_id`, `currency`, `state` and `placed_on` (the creditor's
    date) of those of `numbers` that are the creditor's accounts."""
    with staging("wanted_number", {"number": "text"}) as table:
        copy_frame(table, pl.DataFrame({"number": numbers}))
        return read_frame(
            f"""
            SELECT account.number, account.id, account.debtor_id, account.currency, account.state,
                   (account.placed_at AT TIME ZONE %s)::date
            FROM "{table}" wanted JOIN portfolio_account account
                ON account.creditor_id = %s AND account.number = wanted.number
            """,
            [creditor.timezone, creditor.pk],
            _KNOWN,
        )


def reject_rows(
    rows: pl.DataFrame, condition: pl.Expr, *, column: str, value: str, reason: str
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """The rows without those of which `condition` holds, and these as rejections."""
    marked = rows.with_columns(is_bad=condition.fill_null(value=False))
    bad = marked.filter("is_bad")
    return marked.filter(~pl.col("is_bad")).drop("is_bad"), bad.select(
        "line",
        pl.lit(column).alias("column"),
        pl.col(value).cast(pl.String).alias("value"),
        pl.lit(reason).alias("reason"),
    )
