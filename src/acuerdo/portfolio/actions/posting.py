"""The books' side of an import: what new accounts open with, and what known ones change by."""

from __future__ import annotations

from datetime import date, datetime
from typing import Final

import polars as pl

from acuerdo.core.actor import Actor
from acuerdo.core.bulk import copy_frame, read_frame, staging
from acuerdo.ledger.actions import POSTING_COLUMNS, post_entries
from acuerdo.ledger.rules import ADJUSTED, CREDIT, DEBT_PREFIX, PLACED
from acuerdo.portfolio.models import ImportRun
from acuerdo.portfolio.rules.headers import COMPONENTS

NOTHING_STATED: Final = f"{{{','.join('0' for _part in COMPONENTS)}}}"
"""`Account.stated_minor` of a debt of which nothing is owed, as PostgreSQL writes it."""

_NOBODY: Final = pl.lit(0, dtype=pl.Int64)
# An entry with its postings is many columns wide: a million accounts are opened in parts.
_OPENED_AT_ONCE: Final = 200_000


def post_stated(
    actor: Actor,
    now: datetime,
    creditor_id: int,
    as_of_on: date,
    run: ImportRun,
    fresh: pl.DataFrame,
    changed: pl.DataFrame,
) -> pl.Series:
    """Opening entries of new accounts, adjustment entries of those whose amounts changed. Gives
    the ids of accounts that were raised though a part of them was paid here."""
    for part in fresh.iter_slices(_OPENED_AT_ONCE):
        _open(actor, now, creditor_id, as_of_on, part)
    restated = changed.filter(pl.col("stated") != pl.col("old_stated"))
    if restated.is_empty():
        return pl.Series("account_id", [], dtype=pl.Int64)
    return _adjust(actor, now, creditor_id, as_of_on, run, restated)


def _open(
    actor: Actor, now: datetime, creditor_id: int, as_of_on: date, fresh: pl.DataFrame
) -> None:
    openings = (
        fresh.select("account_id", "currency", *COMPONENTS)
        .unpivot(COMPONENTS, index=["account_id", "currency"], variable_name="component")
        # A row of 0 opens the line of the principal, so that the debt has a currency.
        .filter((pl.col("value") != 0) | (pl.col("component") == "principal"))
    )
    common = {
        "key": pl.format("opening:{}", "account_id"),
        "kind": pl.lit("placement"),
        "effective_on": pl.lit(as_of_on),
        "amount_minor": pl.col("value"),
        "currency": pl.col("currency"),
    }
    owed = openings.select(
        **common,
        debit_code=pl.lit(DEBT_PREFIX) + pl.col("component"), debit_subject="account_id",
        credit_code=pl.lit(PLACED), credit_subject=_NOBODY,
    )  # fmt: skip
    owned = _find_credit(fresh).select(
        **common,
        debit_code=pl.lit(PLACED), debit_subject=_NOBODY,
        credit_code=pl.lit(CREDIT), credit_subject="account_id",
    )  # fmt: skip
    _post_set(actor, now, creditor_id, pl.concat([owed, owned.select(owed.columns)]))


def _adjust(
    actor: Actor,
    now: datetime,
    creditor_id: int,
    as_of_on: date,
    run: ImportRun,
    restated: pl.DataFrame,
) -> pl.Series:
    changes = _find_changes(restated)
    up = pl.col("change") > 0
    line = pl.lit(DEBT_PREFIX) + pl.col("component")
    _post_set(
        actor,
        now,
        creditor_id,
        changes.select(
            pl.format(f"adjustment:{run.public_id}:{{}}", "account_id").alias("key"),
            pl.lit("adjustment").alias("kind"),
            pl.lit(as_of_on).alias("effective_on"),
            pl.when(up).then(line).otherwise(pl.lit(ADJUSTED)).alias("debit_code"),
            pl.when(up).then("account_id").otherwise(_NOBODY).alias("debit_subject"),
            pl.when(up).then(pl.lit(ADJUSTED)).otherwise(line).alias("credit_code"),
            pl.when(up).then(_NOBODY).otherwise("account_id").alias("credit_subject"),
            pl.col("change").abs().alias("amount_minor"),
            "currency",
        ),
    )
    return changes.filter(up & pl.col("is_paid_in_part"))["account_id"].unique()


def _find_credit(fresh: pl.DataFrame) -> pl.DataFrame:
    """What the creditor owes to debtors whose new accounts are in credit."""
    if "credit" not in fresh.columns:
        return fresh.clear().select("account_id", "currency", value=pl.lit(0, dtype=pl.Int64))
    owners = fresh.filter(pl.col("credit") > 0)
    return owners.select("account_id", "currency", value="credit")


def _post_set(actor: Actor, now: datetime, creditor_id: int, frame: pl.DataFrame) -> None:
    post_entries(
        actor=actor,
        now=now,
        creditor_id=creditor_id,
        frame=frame.select(list(POSTING_COLUMNS)),
    )


def _find_changes(restated: pl.DataFrame) -> pl.DataFrame:
    """What each component of each account must move by, because the file says of it something
    else than the file before. What it says as before stays as it is here, payments included.

    More is more by the difference: what was paid here is not owed again. Less means down to what
    the file says, and never up: it may count the payments we know, so they are not taken off
    once more.
    """
    with staging("incoming_restated", {"account_id": "bigint"}) as table:
        copy_frame(table, restated.select("account_id"))
        stored = read_frame(
            f"""
            SELECT line.subject_id, substr(line.code, {len(DEBT_PREFIX) + 1}), line.balance_minor
            FROM "{table}" incoming
            JOIN ledger_ledgeraccount line ON line.subject_id = incoming.account_id
            """,
            None,
            {"account_id": pl.Int64, "component": pl.String, "stored": pl.Int64},
        )
    before = pl.col("old_stated").str.strip_chars("{}").str.split(",")
    former = restated.select(
        "account_id",
        *(
            before.list.get(place, null_on_oob=True).cast(pl.Int64, strict=False).alias(name)
            for place, name in enumerate(COMPONENTS)
        ),
    ).unpivot(COMPONENTS, index="account_id", variable_name="component", value_name="former")
    keys = ["account_id", "component"]
    said, was, owed = pl.col("value"), pl.col("former"), pl.col("stored")
    return (
        restated.select("account_id", "currency", *COMPONENTS)
        .unpivot(COMPONENTS, index=["account_id", "currency"], variable_name="component")
        .join(former, on=keys, how="left")
        .join(stored, on=keys, how="left")
        .with_columns(owed.fill_null(0))
        .with_columns(was.fill_null(owed))
        .with_columns(
            change=pl.when(said > was)
            .then(said - was)
            .when(said < was)
            .then(pl.min_horizontal(said - owed, 0))
            .otherwise(0),
            is_paid_in_part=(owed.sum() < was.sum()).over("account_id"),
        )
        .filter(pl.col("change") != 0)
        .sort("account_id")
    )
