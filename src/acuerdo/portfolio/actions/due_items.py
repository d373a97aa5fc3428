"""What fell due of an account, as its rows in a file say: one item, or one per invoice."""

from __future__ import annotations

import polars as pl
from django.db import connection

from acuerdo.core.bulk import copy_frame, staging
from acuerdo.portfolio.rules.headers import COMPONENTS


def list_due_items(rows: pl.DataFrame) -> pl.DataFrame:
    """`account_id`, `sequence` (from 1), `due_on`, `amount_minor` and `component` of the items of
    accepted rows (`parts.Grouped.accounts` with `account_id`)."""
    owed = pl.sum_horizontal(COMPONENTS).alias("amount_minor")
    one = pl.lit(1, dtype=pl.UInt32).alias("sequence")
    items = rows.filter(pl.col("items") == "").select("account_id", one, "due_on", owed)
    several = rows.filter(pl.col("items") != "")
    if not several.is_empty():
        each = several.select("account_id", pl.col("items").str.split(",")).explode("items")
        parts = pl.col("items").str.split_exact(":", 1).struct
        items = pl.concat(
            [
                items,
                each.select(
                    "account_id",
                    pl.int_range(1, pl.len() + 1, dtype=pl.UInt32)
                    .over("account_id")
                    .alias("sequence"),
                    parts.field("field_0").str.to_date("%Y-%m-%d").alias("due_on"),
                    parts.field("field_1").cast(pl.Int64).alias("amount_minor"),
                ),
            ]
        )
    return items.with_columns(component=pl.lit("principal"))


def replace_due_items(rows: pl.DataFrame) -> None:
    """Make the items of known accounts those that their rows say; only what differs is touched."""
    columns = {
        "account_id": "bigint",
        "sequence": "integer",
        "due_on": "date",
        "amount_minor": "bigint",
        "component": "varchar(12)",
    }
    with staging("incoming_item", columns) as table, connection.cursor() as cursor:
        copy_frame(table, list_due_items(rows))
        cursor.execute(
            f"""
            INSERT INTO portfolio_dueitem
                (account_id, sequence, due_on, amount_minor, component)
            SELECT account_id, sequence, due_on, amount_minor, component FROM "{table}"
            ON CONFLICT (account_id, sequence) DO UPDATE
            SET due_on = excluded.due_on, amount_minor = excluded.amount_minor
            WHERE (portfolio_dueitem.due_on, portfolio_dueitem.amount_minor)
                  IS DISTINCT FROM (excluded.due_on, excluded.amount_minor)
            """
        )
        cursor.execute(
            f"""
            DELETE FROM portfolio_dueitem item
            USING (SELECT account_id, max(sequence) AS last FROM "{table}" GROUP BY 1) incoming
            WHERE item.account_id = incoming.account_id AND item.sequence > incoming.last
            """
        )
