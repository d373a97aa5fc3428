"""Writing what a file says: people, debtors, addresses, accounts, due items, entries.

Ids are taken from the sequences first, so that every table is filled by one COPY and no row is
ever written twice. What may be there already (persons of another creditor, addresses of a known
debtor) goes through a staging table and `ON CONFLICT DO NOTHING`.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any, Protocol

import polars as pl
from django.db import connection

from acuerdo.core.actor import Actor
from acuerdo.core.bulk import SLICE, analyse, copy_frame, read_frame, staged, staging, take_ids
from acuerdo.creditors.models import Creditor
from acuerdo.portfolio.actions.contacts import write_contacts
from acuerdo.portfolio.actions.due_items import list_due_items, replace_due_items
from acuerdo.portfolio.actions.people import (
    find_people,
    follow_merges,
    hash_documents,
    make_public_ids,
)
from acuerdo.portfolio.actions.places import follow_files, refresh_zones
from acuerdo.portfolio.actions.posting import NOTHING_STATED, post_stated
from acuerdo.portfolio.models import ImportRun
from acuerdo.portfolio.rules.headers import COMPONENTS
from acuerdo.portfolio.rules.rows import Reading

_KNOWN: dict[str, Any] = {
    "line": pl.Int64,
    "account_id": pl.Int64,
    "debtor_id": pl.Int64,
    "person_id": pl.Int64,
    "old_currency": pl.String,
    "old_digest": pl.Int64,
    "old_hash": pl.String,
    "old_stated": pl.String,
    "old_state": pl.String,
    "old_country": pl.String,
    "old_subdivision": pl.String,
}
_PLACED = ("line", "number", "currency", "row_count", "account_id", "debtor_id", "person_id")


class _Stages(Protocol):
    def done(self, name: str) -> None: ...


@dataclass(frozen=True, slots=True)
class Placed:
    """`rows`: the accepted rows with `line`, `number`, `currency`, their amounts, `row_count`,
    `account_id`, `debtor_id`, `person_id`, the columns of other rooms (`x_…`) and `outcome` (`new`,
    `changed`, `unchanged`); what the database made us reject or warn of; and how many accounts are
    new, changed and as they were."""

    rows: pl.DataFrame
    rejections: pl.DataFrame
    warnings: pl.DataFrame
    new: int
    changed: int
    unchanged: int


def place_accounts(
    *,
    actor: Actor,
    now: datetime,
    creditor: Creditor,
    portfolio_id: int,
    run: ImportRun,
    as_of_on: date,
    reading: Reading,
    stages: _Stages,
) -> Placed:
    """Write the accounts of `reading`, which gives them up. The caller holds the creditor's import
    lock."""
    accounts, contacts = reading.take()
    rows = accounts.with_columns(
        digest=_digest_rows(accounts, contacts),
        stated=_stated(),
        hash=follow_merges(creditor.pk, hash_documents(accounts)),
    )
    del accounts  # A million rows are held once, whatever they have become.
    known = _find_known(creditor.pk, rows)
    rows = rows.join(known, on="line", how="left", maintain_order="left")
    rejections = _reject_known(rows)
    if rejections.height:
        rows = rows.join(rejections.select("line"), on="line", how="anti", maintain_order="left")
    is_known = pl.col("account_id").is_not_null()
    fresh, old = rows.filter(~is_known), rows.filter(is_known)
    del rows, known
    changed = old.filter(pl.col("digest") != pl.col("old_digest").fill_null(0))
    stages.done("match")
    fresh = find_people(creditor, now, fresh, contacts)
    fresh = fresh.with_columns(account_id=take_ids("portfolio_account", fresh.height))
    write_contacts(creditor.pk, run.file_name, contacts, fresh, changed)
    del contacts
    stages.done("people")
    _write_new_accounts(now, creditor, portfolio_id, fresh)
    changed = _resolve_places(changed)
    _write_changed_accounts(now, creditor.pk, changed)
    _follow(creditor.pk, now, fresh, changed)
    stages.done("accounts")
    raised = post_stated(actor, now, creditor.pk, as_of_on, run, fresh, changed)
    if fresh.height > 5_000:
        _analyse()
    stages.done("books")
    is_changed = pl.col("digest") != pl.col("old_digest").fill_null(0)
    outcome = pl.when(is_changed).then(pl.lit("changed")).otherwise(pl.lit("unchanged"))
    told = [*_PLACED, *COMPONENTS, *(name for name in old.columns if name.startswith("x_"))]
    placed = pl.concat(
        [
            fresh.select(*told, pl.lit("new").alias("outcome")),
            old.select(*told, outcome.alias("outcome")),
        ]
    ).sort("line")
    return Placed(
        rows=placed,
        rejections=rejections,
        warnings=_warn_of_raised(changed, raised),
        new=fresh.height,
        changed=changed.height,
        unchanged=old.height - changed.height,
    )


# What a row says, in one number


def _digest_rows(accounts: pl.DataFrame, contacts: pl.DataFrame) -> pl.Series:
    """64 bits of BLAKE2b over all that a row says about its account and debtor."""
    told = pl.exclude("line", "number", "is_country_told", "identity", "row_count", "^x_.*$")
    text = pl.concat_str(told.cast(pl.String).fill_null(""), separator="\x1f")
    digests = [pl.Series([], dtype=pl.Int64)]
    for part in accounts.iter_slices(SLICE):
        is_near = pl.col("line").is_between(part["line"].min(), part["line"].max())
        addresses = (
            contacts.filter(is_near)
            .group_by("line", maintain_order=True)
            .agg(contacts=pl.col("value").str.join("\x1f"))
        )
        said = part.select("line", text=text).join(
            addresses, on="line", how="left", maintain_order="left"
        )
        words = said["text"] + "\x1e" + said["contacts"].fill_null("")
        digests.append(pl.Series([_digest(word) for word in words.to_list()], dtype=pl.Int64))
    return pl.concat(digests)


def _digest(text: str) -> int:
    digest = hashlib.blake2b(text.encode(), digest_size=8).digest()
    return int.from_bytes(digest, "big", signed=True)


def _stated() -> pl.Expr:
    """The components as PostgreSQL writes an array."""
    parts = pl.concat_str([pl.col(name).cast(pl.String) for name in COMPONENTS], separator=",")
    return pl.lit("{") + parts + pl.lit("}")


# What is there already


def _find_known(creditor_id: int, rows: pl.DataFrame) -> pl.DataFrame:
    """The accounts of `rows` that the creditor has, by line."""
    columns = {"line": "bigint", "number": "varchar(64)"}
    with staged("incoming_number", columns, rows.select("line", "number")) as table:
        return read_frame(
            f"""
            SELECT incoming.line, account.id, account.debtor_id, debtor.person_id,
                   account.currency, account.row_digest, person.document_hash,
                   account.stated_minor::text, account.state,
                   account.country, account.subdivision
            FROM "{table}" incoming
            JOIN portfolio_account account
                ON account.creditor_id = %s AND account.number = incoming.number
            JOIN portfolio_debtor debtor ON debtor.id = account.debtor_id
            JOIN portfolio_person person ON person.id = debtor.person_id
            """,
            [creditor_id],
            _KNOWN,
        )


def _reject_known(rows: pl.DataFrame) -> pl.DataFrame:
    """Rows that contradict what is here: another currency, another person's document, or more
    to pay on an account that was settled here. A debt that was paid is never chased because the
    creditor's next file does not know of it."""
    was_settled = (pl.col("old_state") == "closed") & (pl.col("old_stated") != NOTHING_STATED)
    owes_anew = (pl.col("stated") != pl.col("old_stated")) & (pl.col("stated") != NOTHING_STATED)
    reason = (
        pl.when(pl.col("old_currency") != pl.col("currency"))
        .then(pl.lit("currency_changed"))
        .when(pl.col("old_hash") != pl.col("hash"))
        .then(pl.lit("debtor_differs"))
        .when(was_settled & owes_anew)
        .then(pl.lit("account_closed"))
    )
    return (
        rows.with_columns(reason=reason)
        .filter(pl.col("reason").is_not_null())
        .select("line", pl.lit("").alias("column"), pl.col("number").alias("value"), "reason")
    )


def _warn_of_raised(changed: pl.DataFrame, raised: pl.Series) -> pl.DataFrame:
    """Rows that ask for more on accounts of which a part was paid here: maybe nobody told the
    creditor of the payment."""
    return changed.filter(pl.col("account_id").is_in(raised.implode())).select(
        "line",
        pl.lit("").alias("column"),
        pl.col("number").alias("value"),
        pl.lit("raised_after_payment").alias("reason"),
    )


# Writing


def _write_new_accounts(
    now: datetime, creditor: Creditor, portfolio_id: int, fresh: pl.DataFrame
) -> None:
    if fresh.is_empty():
        return
    stated_nothing = pl.col("stated") == NOTHING_STATED
    copy_frame(
        "portfolio_account",
        fresh.select(
            pl.col("account_id").alias("id"),
            make_public_ids(now, fresh.height).alias("public_id"),
            pl.lit(creditor.pk).alias("creditor_id"),
            "debtor_id",
            pl.lit(portfolio_id).alias("portfolio_id"),
            "number",
            "product",
            "currency",
            "country",
            "subdivision",
            "opened_on",
            "due_on",
            pl.lit(now.astimezone(UTC)).alias("placed_at"),
            pl.when(stated_nothing)
            .then(pl.lit("closed"))
            .otherwise(pl.lit("active"))
            .alias("state"),
            pl.when(stated_nothing).then(pl.lit(now.astimezone(UTC))).alias("closed_at"),
            pl.lit("").alias("segment_code"),
            pl.lit("").alias("score_band"),
            pl.col("is_synthetic") | pl.lit(creditor.is_synthetic),
            pl.col("stated").alias("stated_minor"),
            pl.col("digest").alias("row_digest"),
        ),
    )
    copy_frame(
        "portfolio_accountparty",
        fresh.select("account_id", "debtor_id", pl.lit("holder").alias("role")),
    )
    copy_frame("portfolio_dueitem", list_due_items(fresh))


def _resolve_places(changed: pl.DataFrame) -> pl.DataFrame:
    """`changed` with the place that each account has from now on. A country that the row does not
    name is the creditor's own, and says nothing; nor does a part of it, then."""
    told, part, old = pl.col("is_country_told"), pl.col("subdivision"), pl.col("old_country")
    is_here = pl.col("country") == old
    return changed.with_columns(
        country=pl.when(told).then("country").otherwise(old),
        subdivision=pl.when((told | is_here) & (part != ""))
        .then(part)
        .when(~told | is_here)
        .then("old_subdivision")
        .otherwise(pl.lit("")),
    )


def _follow(creditor_id: int, now: datetime, fresh: pl.DataFrame, changed: pl.DataFrame) -> None:
    """Debtors that were known follow what the rows about them say of their place and phones."""
    columns = ["debtor_id", "country", "subdivision", "old_country", "old_subdivision"]
    known = fresh.filter(~pl.col("is_new_debtor"))
    says = pl.col("is_country_told") | (pl.col("subdivision") != "")
    told = pl.concat([changed.select(columns), known.filter(says).select(columns)])
    follow_files(creditor_id, now, told)
    refresh_zones(pl.concat([changed["debtor_id"], known["debtor_id"]]))


def _write_changed_accounts(now: datetime, creditor_id: int, changed: pl.DataFrame) -> None:
    """Only the rows whose digest changed are touched, in order of account: every writer of
    accounts locks them in that order. An account of which the file says that nothing is owed
    is closed, and open again when a later file says otherwise."""
    if changed.is_empty():
        return
    columns = {
        "account_id": "bigint",
        "product": "varchar(80)",
        "country": "varchar(2)",
        "subdivision": "varchar(6)",
        "opened_on": "date",
        "due_on": "date",
        "amount_minor": "bigint",
        "stated": "bigint[]",
        "digest": "bigint",
    }
    with staging("incoming_account", columns) as table, connection.cursor() as cursor:
        copy_frame(
            table,
            changed.with_columns(amount_minor=pl.sum_horizontal(COMPONENTS)).select(list(columns)),
        )
        cursor.execute(
            f"""
            SELECT count(*) FROM (
                SELECT FROM portfolio_account WHERE creditor_id = %s AND id IN (
                    SELECT account_id FROM "{table}"
                ) ORDER BY id FOR UPDATE
            ) locked
            """,
            [creditor_id],
        )
        cursor.execute(
            f"""
            UPDATE portfolio_account account
            SET product = coalesce(nullif(incoming.product, ''), account.product),
                country = incoming.country,
                subdivision = incoming.subdivision,
                opened_on = coalesce(incoming.opened_on, account.opened_on),
                due_on = incoming.due_on,
                stated_minor = incoming.stated,
                row_digest = incoming.digest,
                state = CASE WHEN moves.closes THEN 'closed' WHEN moves.opens THEN 'active'
                             ELSE account.state END,
                closed_at = CASE WHEN moves.closes THEN %(now)s WHEN moves.opens THEN NULL
                                 ELSE account.closed_at END
            FROM "{table}" incoming
            JOIN portfolio_account before ON before.id = incoming.account_id
            CROSS JOIN LATERAL (
                SELECT before.state = 'active' AND incoming.amount_minor = 0 AS closes,
                       before.state IN ('closed', 'recalled') AND incoming.amount_minor > 0
                       AND before.stated_minor = %(nothing)s::bigint[] AS opens
            ) moves
            WHERE account.id = incoming.account_id AND account.creditor_id = %(creditor)s
            """,
            {"now": now, "creditor": creditor_id, "nothing": NOTHING_STATED},
        )
    replace_due_items(changed)


def _analyse() -> None:
    """After a large import the planner must not believe that the tables are empty."""
    tables = (
        "portfolio_person portfolio_debtor portfolio_contactpoint portfolio_account"
        " portfolio_accountparty portfolio_dueitem ledger_ledgeraccount ledger_entry"
        " ledger_posting"
    ).split()
    analyse(*tables)
