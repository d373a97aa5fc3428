"""Days past due of a whole set: the rule of `portfolio.rules`, read over frames."""

from __future__ import annotations

from datetime import date

import polars as pl

from acuerdo.core.bulk import read_frame
from acuerdo.ledger.queries import read_accruals
from acuerdo.portfolio.rules.dpd import DuePart, Pause, bucket_of, days_past_due

_DUE_ITEMS = """
    SELECT item.account_id, item.due_on, item.amount_minor
    FROM portfolio_dueitem AS item
    JOIN portfolio_account AS account ON account.id = item.account_id
    WHERE account.creditor_id = %(creditor)s AND account.state = 'active'
"""
_HOLDS = """
    SELECT account.id, (hold.from_at AT TIME ZONE creditor.timezone)::date,
           (least(hold.until_at, hold.released_at) AT TIME ZONE creditor.timezone)::date
    FROM compliance_hold AS hold
    JOIN portfolio_account AS account
      ON account.id = hold.account_id OR account.debtor_id = hold.debtor_id
    JOIN creditors_creditor AS creditor ON creditor.id = account.creditor_id
    WHERE hold.creditor_id = %(creditor)s AND account.creditor_id = %(creditor)s
      AND account.state = 'active' AND (hold.account_id IS NULL OR hold.account_id = account.id)
"""


def read_days_past_due(accounts: pl.DataFrame, *, creditor_id: int, on: date) -> pl.DataFrame:
    """`account_id`, `dpd` (less than zero before the due date), `days_to_due` and `bucket`.

    `accounts` has `account_id` and `total_minor`. What this creditor holds does not age.
    """
    items = read_frame(
        _DUE_ITEMS,
        {"creditor": creditor_id},
        {"account_id": pl.Int64, "due_on": pl.Date, "amount_minor": pl.Int64},
    )
    # What was borne fell due when it was charged.
    items = pl.concat([items, read_accruals(creditor_id)])
    owed = accounts.select("account_id", "total_minor")
    ages = age(owed, items, on)
    held = read_frame(
        _HOLDS,
        {"creditor": creditor_id},
        {"account_id": pl.Int64, "from_on": pl.Date, "until_on": pl.Date},
    )
    if not held.is_empty():
        paused = _age_held(owed, items, held, on)
        ages = ages.update(paused, on="account_id", how="left")
    return owed.select("account_id").join(
        ages.with_columns(bucket_of(pl.col("dpd")).alias("bucket")),
        on="account_id",
        how="left",
        maintain_order="left",
    )


def age(owed: pl.DataFrame, items: pl.DataFrame, on: date) -> pl.DataFrame:
    """Days past due without holds, for all accounts at once.

    What is no longer owed counts as paid on the oldest parts first, so a part is not yet paid
    where all later parts together are less than what is owed.
    """
    later = pl.col("amount_minor").cum_sum(reverse=True).over("account_id") - pl.col("amount_minor")
    open_parts = (
        items.sort("account_id", "due_on")
        .with_columns(later.alias("later_minor"))
        .join(owed, on="account_id")
        .filter((pl.col("total_minor") > 0) & (pl.col("later_minor") < pl.col("total_minor")))
    )
    days = (pl.lit(on) - pl.col("due_on")).dt.total_days()
    grouped = open_parts.group_by("account_id").agg(
        days.max().alias("dpd"), (-days.filter(days < 0)).min().alias("days_to_due")
    )
    return (
        owed.select("account_id")
        .join(grouped, on="account_id", how="left", maintain_order="left")
        .with_columns(pl.col("dpd").fill_null(0))
    )


def _age_held(
    owed: pl.DataFrame, items: pl.DataFrame, held: pl.DataFrame, on: date
) -> pl.DataFrame:
    """Days past due of the few accounts that have or had a hold."""
    pauses: dict[int, list[Pause]] = {}
    for account_id, from_on, until_on in held.iter_rows():
        pauses.setdefault(account_id, []).append(Pause(from_on, until_on))
    parts: dict[int, list[DuePart]] = {account_id: [] for account_id in pauses}
    mine = items.filter(pl.col("account_id").is_in(list(pauses)))
    for account_id, due_on, minor in mine.iter_rows():
        parts[account_id].append(DuePart(due_on, minor))
    rows = [
        (
            account_id,
            days_past_due(
                parts[account_id], outstanding_minor=total, as_of_on=on, pauses=pauses[account_id]
            ),
        )
        for account_id, total in owed.filter(pl.col("account_id").is_in(list(pauses))).iter_rows()
    ]
    return pl.DataFrame(rows, schema={"account_id": pl.Int64, "dpd": pl.Int64}, orient="row")
