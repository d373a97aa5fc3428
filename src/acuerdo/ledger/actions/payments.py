"""Money that came in: where it goes follows from the debt's history and the payment's terms."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import polars as pl

from acuerdo.core.actor import Actor
from acuerdo.core.bulk import copy_frame, read_frame, staging
from acuerdo.core.errors import CommandConflict
from acuerdo.core.money import Money
from acuerdo.ledger.actions.bulk import write_set
from acuerdo.ledger.actions.lines import lock_lines
from acuerdo.ledger.actions.settling import settle_debts
from acuerdo.ledger.actions.writing import list_specs, write_entry
from acuerdo.ledger.errors import EntryInvalid
from acuerdo.ledger.events import ENTRY_POSTED
from acuerdo.ledger.histories import read_histories
from acuerdo.ledger.models import Entry
from acuerdo.ledger.rules import (
    CREDIT,
    DEBT_PREFIX,
    RECEIVED,
    Code,
    Kind,
    PostingSpec,
    debt,
    sum_changes,
)
from acuerdo.ledger.rules.allocation import USUAL, Method, Terms, write_terms
from acuerdo.ledger.rules.history import Fact, replay

PAYMENT_COLUMNS = {
    "key": pl.String,
    "account_id": pl.Int64,
    "effective_on": pl.Date,
    "amount_minor": pl.Int64,
    "currency": pl.String,
}
"""The columns of the frame that `post_payments` takes."""


def post_payment(
    *,
    actor: Actor,
    now: datetime,
    creditor_id: int,
    account_id: int,
    amount: Money,
    effective_on: date,
    key: str,
    terms: Terms = USUAL,
    memo: str = "",
) -> Entry:
    """Post money that came in for one debt, spread by `terms`; what is too much is credit.

    It may come late: payments that count from a later date are allocated anew. The same `key`
    with the same amount, debt and date gives the entry that is there; with another it raises
    CommandConflict. Raises EntryInvalid, CurrencyMixed.
    """
    if amount.minor <= 0:
        raise EntryInvalid(problem="an amount is not more than zero")
    lock_lines([account_id])
    known = Entry.objects.filter(creditor_id=creditor_id, key=key).first()
    if known is not None:
        same = (known.kind, known.effective_on) == (Kind.PAYMENT, effective_on)
        came = sum_changes(list_specs(known)).get(Code(RECEIVED), 0)
        subjects = {spec.credit.subject_id for spec in list_specs(known)}
        if not same or came != amount.minor or subjects != {account_id}:
            raise CommandConflict(key=key, action="post_payment")
        return known
    fact = Fact(effective_on, key, Kind.PAYMENT, paid_minor=amount.minor, terms=terms)
    facts = [fact for one in read_histories([account_id]) for fact in one.facts.values()]
    shares = replay([*facts, fact]).shares[key]
    entry = write_entry(
        actor=actor,
        now=now,
        creditor_id=creditor_id,
        kind=Kind.PAYMENT,
        effective_on=effective_on,
        postings=[
            PostingSpec(
                Code(RECEIVED),
                Code(CREDIT, account_id) if part == CREDIT else debt(part, account_id),
                Money(minor, amount.currency),
            )
            for part, minor in shares.items()
        ],
        key=key,
        memo=memo,
        event=ENTRY_POSTED,
        terms=write_terms(terms),
    )
    settle_debts(actor=actor, now=now, account_ids=[account_id])
    return entry


def post_payments(
    *,
    actor: Actor,
    now: datetime,
    creditor_id: int,
    frame: pl.DataFrame,
    terms: Terms = USUAL,
    memo: str = "",
) -> int:
    """Post a set of payments at once, all of them by `terms`: one entry per row.

    `frame` has PAYMENT_COLUMNS; a key that is in the books already is left alone. Returns the
    number of entries posted. No event per entry: the caller publishes one for the set. Raises
    EntryInvalid for an amount that is not above zero, or for a key that comes twice; CurrencyMixed.
    """
    if frame.is_empty():
        return 0
    bad = frame.filter((pl.col("amount_minor") <= 0) | (pl.col("account_id") <= 0))
    if bad.height or frame["key"].is_duplicated().any():
        raise EntryInvalid(problem="a payment of nothing, of nobody, or twice in a set")
    fresh = _leave_out_known(creditor_id, frame.select(list(PAYMENT_COLUMNS)))
    if fresh.is_empty():
        return 0
    written = write_set(
        actor=actor,
        now=now,
        creditor_id=creditor_id,
        frame=_spread(fresh, terms).with_columns(pl.lit(write_terms(terms)).alias("terms")),
        memo=memo,
    )
    # Only by component, with nothing else to look at, are the stored balances enough to go by.
    simple = terms.method is Method.COMPONENT and terms.agreed_on is None
    unsettled = written.unsettled if simple else fresh["account_id"].unique().to_list()
    settle_debts(actor=actor, now=now, account_ids=unsettled)
    return written.entries


def _leave_out_known(creditor_id: int, frame: pl.DataFrame) -> pl.DataFrame:
    with staging("ledger_paid", {"key": "varchar(200)"}) as table:
        copy_frame(table, frame.select("key"))
        known = read_frame(
            f'SELECT key FROM "{table}" JOIN ledger_entry USING (key) WHERE creditor_id = %s',
            [creditor_id],
            {"key": pl.String},
        )
    return frame.join(known, on="key", how="anti", maintain_order="left")


def _spread(frame: pl.DataFrame, terms: Terms) -> pl.DataFrame:
    """The rows of POSTING_COLUMNS for payments as they come, by what is stored now.

    All payments of a debt together run through its components in order: a payment's share of a
    component is what the payments up to it cover of it, less what those before it do.
    """
    owed = _read_owed(frame["account_id"].unique(), terms)
    ordered = frame.sort("account_id", "effective_on", "key").with_columns(
        until=pl.col("amount_minor").cum_sum().over("account_id")
    )
    paid = ordered.join(owed, on="account_id", how="left", maintain_order="left").with_columns(
        since=pl.col("until") - pl.col("amount_minor")
    )
    before: pl.Expr = pl.lit(0, dtype=pl.Int64)
    shares: dict[str, pl.Expr] = {}
    for part in terms.order:
        here = pl.col(part.value).fill_null(0)
        reach = before + here
        shares[DEBT_PREFIX + part.value] = pl.min_horizontal("until", reach).clip(
            lower_bound=before
        ) - pl.min_horizontal("since", reach).clip(lower_bound=before)
        before = reach
    shares[CREDIT] = pl.max_horizontal("until", before) - pl.max_horizontal("since", before)
    rows = (
        paid.drop("amount_minor")
        .with_columns(**shares)
        .unpivot(
            list(shares),
            index=["key", "effective_on", "account_id", "currency"],
            variable_name="credit_code",
            value_name="amount_minor",
        )
    )
    return rows.filter(pl.col("amount_minor") > 0).select(
        "key",
        pl.lit(Kind.PAYMENT.value).alias("kind"),
        "effective_on",
        pl.lit(RECEIVED).alias("debit_code"),
        pl.lit(0, dtype=pl.Int64).alias("debit_subject"),
        "credit_code",
        pl.col("account_id").alias("credit_subject"),
        "amount_minor",
        "currency",
    )


def _read_owed(account_ids: pl.Series, terms: Terms) -> pl.DataFrame:
    """`account_id` and what is owed of each component."""
    sums = ", ".join(
        f"coalesce(sum(balance_minor) FILTER (WHERE code = '{DEBT_PREFIX}{part.value}'), 0)::bigint"
        for part in terms.order
    )
    schema: dict[str, Any] = {"account_id": pl.Int64}
    schema |= dict.fromkeys((part.value for part in terms.order), pl.Int64)
    with staging("ledger_payer", {"id": "bigint"}) as table:
        copy_frame(table, pl.DataFrame({"id": account_ids}))
        return read_frame(
            f'SELECT subject_id, {sums} FROM "{table}" AS payer'
            " JOIN ledger_ledgeraccount AS line ON line.subject_id = payer.id GROUP BY subject_id",
            None,
            schema,
        )
