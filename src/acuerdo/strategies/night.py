"""The night: one set of accounts through days past due, score, segment and snapshot."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from time import perf_counter
from typing import Any
from zoneinfo import ZoneInfo

import polars as pl
from django.db import connection

from acuerdo.core.actor import Actor
from acuerdo.core.bulk import read_frame
from acuerdo.core.events import publish
from acuerdo.creditors.models import Creditor
from acuerdo.portfolio.actions import append_snapshots
from acuerdo.scoring.actions import score_accounts
from acuerdo.scoring.typical import relative_balance
from acuerdo.segments.actions import assign_segments
from acuerdo.strategies.dpd import read_days_past_due
from acuerdo.strategies.events import NIGHT_FINISHED

_ACCOUNTS = """
    SELECT account.id, account.debtor_id, debtor.person_id, account.currency, account.country,
           account.product, (account.placed_at AT TIME ZONE 'UTC')::date,
           coalesce(owed.principal, 0), coalesce(owed.interest, 0),
           coalesce(owed.fees, 0), coalesce(owed.costs, 0), coalesce(owed.taxes, 0),
           count(*) OVER (PARTITION BY account.debtor_id),
           coalesce(points.kinds, 0),
           (paid.paid_at AT TIME ZONE 'UTC')::date,
           coalesce(promises.kept, 0), coalesce(promises.broken, 0),
           EXISTS (
               SELECT FROM compliance_hold AS hold
               WHERE (hold.account_id = account.id OR hold.debtor_id = account.debtor_id
                      OR hold.person_id = debtor.person_id)
                 AND hold.released_at IS NULL AND hold.from_at <= %(now)s
                 AND (hold.until_at IS NULL OR hold.until_at > %(now)s)
           )
    FROM portfolio_account AS account
    JOIN portfolio_debtor AS debtor ON debtor.id = account.debtor_id
    LEFT JOIN (
        SELECT subject_id,
               sum(balance_minor) FILTER (WHERE code = 'debt.principal') AS principal,
               sum(balance_minor) FILTER (WHERE code = 'debt.interest') AS interest,
               sum(balance_minor) FILTER (WHERE code = 'debt.fees') AS fees,
               sum(balance_minor) FILTER (WHERE code = 'debt.costs') AS costs,
               sum(balance_minor) FILTER (WHERE code = 'debt.taxes') AS taxes
        FROM ledger_ledgeraccount
        WHERE creditor_id = %(creditor)s AND subject_id > 0 AND code LIKE 'debt.%%'
        GROUP BY subject_id
    ) AS owed ON owed.subject_id = account.id
    LEFT JOIN (
        SELECT debtor_id, count(DISTINCT kind) AS kinds
        FROM portfolio_contactpoint
        WHERE creditor_id = %(creditor)s AND is_valid AND kind IN ('phone', 'email')
        GROUP BY debtor_id
    ) AS points ON points.debtor_id = account.debtor_id
    LEFT JOIN (
        SELECT account_id, max(paid_at) AS paid_at
        FROM payments_payment
        WHERE creditor_id = %(creditor)s AND state IN ('confirmed', 'past')
        GROUP BY account_id
    ) AS paid ON paid.account_id = account.id
    LEFT JOIN (
        SELECT account_id, count(*) FILTER (WHERE state = 'kept') AS kept,
               count(*) FILTER (WHERE state = 'broken') AS broken
        FROM agreements_agreement
        WHERE creditor_id = %(creditor)s AND state IN ('kept', 'broken')
        GROUP BY account_id
    ) AS promises ON promises.account_id = account.id
    WHERE account.creditor_id = %(creditor)s AND account.state = 'active'
"""
_ACCOUNT_COLUMNS: Mapping[str, Any] = {
    "account_id": pl.Int64,
    "debtor_id": pl.Int64,
    "person_id": pl.Int64,
    "currency": pl.String,
    "country": pl.String,
    "product": pl.String,
    "placed_on": pl.Date,
    "principal_minor": pl.Int64,
    "interest_minor": pl.Int64,
    "fees_minor": pl.Int64,
    "costs_minor": pl.Int64,
    "taxes_minor": pl.Int64,
    "debtor_accounts": pl.Int64,
    "reachable_channels": pl.Int64,
    "paid_on": pl.Date,
    "promises_kept": pl.Int64,
    "promises_broken": pl.Int64,
    "held": pl.Boolean,
}
_PARTS = ("principal_minor", "interest_minor", "fees_minor", "costs_minor", "taxes_minor")

_SNAPSHOT = (
    "account_id",
    "as_of_on",
    "creditor_id",
    "dpd",
    "bucket",
    "currency",
    *_PARTS,
    "total_minor",
    "score",
    "score_version",
    "score_band",
    "segment_code",
)


@dataclass(frozen=True, slots=True)
class NightReport:
    """What a night did: how many accounts, per segment, how many pictures are new, and the
    seconds of each stage."""

    on: date
    accounts: int
    pictures: int = 0
    segments: dict[str, int] = field(default_factory=dict)
    seconds: dict[str, float] = field(default_factory=dict)


def run_night(*, creditor_id: int, actor: Actor, now: datetime) -> NightReport:
    """Score, segment and photograph every active account of a creditor as of `now`.

    The date of the snapshot is the creditor's local one; an account photographed on a date
    keeps that picture, but its score, segment and band follow a later night of the same date.
    """
    creditor = Creditor.objects.get(pk=creditor_id)
    on = now.astimezone(ZoneInfo(creditor.timezone)).date()
    watch = _Watch()
    with connection.cursor() as cursor:
        # Import and night touch the same account rows in different orders: one after the other.
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('portfolio.import'), %s)",
                       [creditor_id])  # fmt: skip
    facts = read_facts(creditor_id=creditor_id, on=on, now=now)
    watch.lap("read")
    scores = score_accounts(facts, now=now, creditor_id=creditor_id, actor=actor)
    scored = facts.join(scores, on="account_id", how="left", maintain_order="left")
    watch.lap("score")
    assigned = assign_segments(scored, now=now, creditor_id=creditor_id, actor=actor)
    watch.lap("segment")
    pictures = write_pictures(assigned, creditor_id=creditor_id, on=on)
    watch.lap("snapshot")
    counts = assigned.group_by("segment_code").len().sort("segment_code")
    report = NightReport(on, assigned.height, pictures, dict(counts.iter_rows()), watch.seconds)
    publish(
        NIGHT_FINISHED,
        actor=actor,
        now=now,
        creditor_id=creditor_id,
        data={"on": on.isoformat(), "accounts": report.accounts, "segments": report.segments},
    )
    return report


def read_facts(*, creditor_id: int, on: date, now: datetime) -> pl.DataFrame:
    """Every active account of a creditor with the facts that scoring and segments ask for.

    One row per account, by account id. Amounts in minor units, dates local to the creditor.
    """
    accounts = read_frame(
        f"{_ACCOUNTS} ORDER BY account.id", {"creditor": creditor_id, "now": now}, _ACCOUNT_COLUMNS
    ).with_columns(pl.sum_horizontal(_PARTS).alias("total_minor"))
    ages = read_days_past_due(accounts, creditor_id=creditor_id, on=on)
    return accounts.join(ages, on="account_id", how="left", maintain_order="left").with_columns(
        relative_balance(),
        (pl.lit(on) - pl.col("paid_on")).dt.total_days().alias("days_since_payment"),
        (pl.lit(on) - pl.col("placed_on")).dt.total_days().alias("days_since_placed"),
    )


def write_pictures(facts: pl.DataFrame, *, creditor_id: int, on: date) -> int:
    """Append the pictures of a date from `facts`, with score and segment where they have them.
    Returns how many are new: an account keeps the first of a date."""
    if facts.is_empty():
        return 0
    missing = {"score": None, "score_version": "", "score_band": "", "segment_code": ""}
    return append_snapshots(
        facts.with_columns(
            pl.lit(on).alias("as_of_on"),
            pl.lit(creditor_id).alias("creditor_id"),
            *(pl.lit(value).alias(name) for name, value in missing.items() if name not in facts),
        ).select(_SNAPSHOT)
    )


class _Watch:
    """Seconds between laps, for the report."""

    def __init__(self) -> None:
        self.seconds: dict[str, float] = {}
        self._last = perf_counter()

    def lap(self, name: str) -> None:
        now = perf_counter()
        self.seconds[name] = round(now - self._last, 3)
        self._last = now
