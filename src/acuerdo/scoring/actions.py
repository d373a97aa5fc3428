"""Score a set of accounts and keep what the model said."""

from __future__ import annotations

from datetime import datetime

import polars as pl
from django.db import connection

from acuerdo.core.actor import SYSTEM, Actor
from acuerdo.core.bulk import copy_frame, staging
from acuerdo.core.events import publish
from acuerdo.core.partitions import ensure_month
from acuerdo.scoring.events import ACCOUNTS_SCORED
from acuerdo.scoring.models import Score
from acuerdo.scoring.rules import Model
from acuerdo.scoring.scorecard import MODEL

_COLUMNS = {
    "account_id": "bigint",
    "model": "text",
    "scored_at": "timestamptz",
    "creditor_id": "bigint",
    "version": "text",
    "value": "double precision",
    "band": "text",
    "reasons": "jsonb",
}


def score_accounts(
    frame: pl.DataFrame,
    *,
    now: datetime,
    creditor_id: int,
    actor: Actor = SYSTEM,
    model: Model = MODEL,
) -> pl.DataFrame:
    """Append a Score at `now` for every row of `frame`, one event for all of them.

    `frame` has `account_id` and `model.inputs` (see the room's README). Returns `account_id`,
    `score` (0 to 1), `score_version` and `score_band`, in the order of `frame`. The same set at
    the same instant adds nothing.
    """
    scored = model.score(frame)
    answer = scored.select(
        "account_id",
        pl.col("value").alias("score"),
        pl.lit(model.version).alias("score_version"),
        pl.col("band").alias("score_band"),
    )
    if scored.is_empty():
        return answer
    table = Score._meta.db_table
    ensure_month(table, now)
    rows = scored.select(
        "account_id",
        pl.lit(model.name).alias("model"),
        pl.lit(now.isoformat()).alias("scored_at"),
        pl.lit(creditor_id).alias("creditor_id"),
        pl.lit(model.version).alias("version"),
        "value",
        "band",
        "reasons",
    )
    names = ", ".join(_COLUMNS)
    with staging("scoring_staged", _COLUMNS) as staged, connection.cursor() as cursor:
        copy_frame(staged, rows)
        cursor.execute(
            f"INSERT INTO {table} ({names}) SELECT {names} FROM {staged} ON CONFLICT DO NOTHING"
        )
        added = cursor.rowcount
    if added:
        bands = scored.group_by("band").len().sort("band")
        publish(
            ACCOUNTS_SCORED,
            actor=actor,
            now=now,
            creditor_id=creditor_id,
            data={
                "model": model.name,
                "version": model.version,
                "accounts": added,
                "bands": dict(bands.iter_rows()),
            },
        )
    return answer
