"""Statements of the old system become pictures of the accounts at their dates."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Final

import polars as pl
from django.db import connection

from acuerdo.core.actor import Actor
from acuerdo.core.bulk import copy_frame, read_frame, staging
from acuerdo.core.events import publish
from acuerdo.creditors.models import Creditor
from acuerdo.portfolio.actions.facts import FactReport, reject_rows, take_facts
from acuerdo.portfolio.actions.snapshots import append_snapshots
from acuerdo.portfolio.errors import HeaderNotRecognised
from acuerdo.portfolio.events import STATEMENTS_IMPORTED
from acuerdo.portfolio.rules.dpd import bucket_of
from acuerdo.portfolio.rules.facts import FactField, FactMapping, read_months_late
from acuerdo.portfolio.rules.headers import FIELDS as ACCOUNT_FIELDS

FIELDS: Final = (
    FactField(
        "stated_on", "past", tuple(
            "fecha_corte fecha_de_corte fecha_estado fecha_extracto fecha_saldo data_corte"
            " data_fechamento data_saldo data_fatura statement_date stated_on as_of as_of_date"
            " fecha data date".split()
        ),
    ),
    FactField("balance", "signed", ACCOUNT_FIELDS["total"]),
    FactField("days_overdue", "whole", ACCOUNT_FIELDS["days_overdue"], is_needed=False),
    FactField("months_overdue", "whole", ACCOUNT_FIELDS["months_overdue"], is_needed=False),
)  # fmt: skip

_KNOWN: Final = {"account_id": pl.Int64, "on": pl.Date, "known_minor": pl.Int64}


def import_statements(
    *,
    creditor: Creditor,
    path: str | Path,
    actor: Actor,
    now: datetime,
    mapping: FactMapping | None = None,
) -> FactReport:
    """Take in what was owed and how late it was at past dates, each account's date once.

    They are pictures and no entries: nothing in the books changes. A date after the placement is
    rejected, since from then on the books tell; so is one of which another picture is here. A
    credit balance is a debt of nothing. Raises an ImportRefused where the file as a whole cannot
    be read.
    """
    if not connection.in_atomic_block:
        raise RuntimeError("statements are imported inside a transaction")
    reading, told = take_facts(
        creditor=creditor, path=path, fields=FIELDS, mapping=mapping, now=now
    )
    if not {"days_overdue", "months_overdue"} & set(reading.columns):
        found = ", ".join(reading.columns.values())
        raise HeaderNotRecognised(missing="days_overdue", found=found)
    balance = reading.columns["balance"]
    rows, late = reject_rows(
        reading.rows,
        pl.col("on") > pl.col("placed_on"),
        column=reading.columns.get("stated_on", balance),
        value="on",
        reason="after_placement",
    )
    rows = rows.with_columns(
        total=pl.max_horizontal("balance", 0),
        dpd=pl.coalesce("days_overdue", read_months_late("on", "months_overdue"), 0),
    )
    rows, twice = reject_rows(
        rows,
        pl.col("total") != pl.col("total").first().over("account_id", "on"),
        column=balance,
        value="number",
        reason="statement_twice",
    )
    once = rows.unique(["account_id", "on"], keep="first", maintain_order=True)
    duplicates = rows.height - once.height
    known = _find_known(once)
    once = once.join(known, on=["account_id", "on"], how="left", maintain_order="left")
    once, changed = reject_rows(
        once,
        pl.col("known_minor") != pl.col("total"),
        column=balance,
        value="number",
        reason="statement_known",
    )
    fresh = once.filter(pl.col("known_minor").is_null())
    append_snapshots(_pictures(creditor, fresh))
    report = FactReport(
        file=told,
        read=reading.read,
        accepted=once.height,
        duplicates=duplicates,
        new={"statements": fresh.height},
        known={"statements": once.height - fresh.height},
        rejections=pl.concat([reading.rejections, late, twice, changed]).sort("line"),
        warnings=pl.concat([reading.warnings, _warn_of_credit(once, balance)]).sort("line"),
    )
    publish(
        STATEMENTS_IMPORTED,
        actor=actor,
        now=now,
        creditor_id=creditor.pk,
        data={"read": report.read, "new": fresh.height},
    )
    return report


def _find_known(rows: pl.DataFrame) -> pl.DataFrame:
    """What the pictures that are here say was owed."""
    with staging("wanted_picture", {"account_id": "bigint", "on": "date"}) as table:
        copy_frame(table, rows.select("account_id", "on"))
        return read_frame(
            f'SELECT picture.account_id, picture.as_of_on, picture.total_minor FROM "{table}"'
            " wanted JOIN portfolio_accountsnapshot picture"
            ' ON picture.account_id = wanted.account_id AND picture.as_of_on = wanted."on"',
            None,
            _KNOWN,
        )


def _pictures(creditor: Creditor, rows: pl.DataFrame) -> pl.DataFrame:
    zero = pl.lit(0, dtype=pl.Int64)
    return rows.select(
        "account_id",
        pl.col("on").alias("as_of_on"),
        pl.lit(creditor.pk).alias("creditor_id"),
        "dpd",
        bucket_of(pl.col("dpd")).alias("bucket"),
        "currency",
        pl.col("total").alias("principal_minor"),
        zero.alias("interest_minor"),
        zero.alias("fees_minor"),
        zero.alias("costs_minor"),
        pl.col("total").alias("total_minor"),
        pl.lit("").alias("score_version"),
        pl.lit("").alias("score_band"),
        pl.lit("").alias("segment_code"),
    )


def _warn_of_credit(rows: pl.DataFrame, column: str) -> pl.DataFrame:
    return rows.filter(pl.col("balance") < 0).select(
        "line",
        pl.lit(column).alias("column"),
        pl.col("number").alias("value"),
        pl.lit("credit_balance").alias("reason"),
    )
