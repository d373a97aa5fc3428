"""The only ways into the books. Entries are never changed: they are reversed."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime

import polars as pl
from django.db import connection

from acuerdo.core.actor import Actor
from acuerdo.core.bulk import copy_frame, staging, take_ids
from acuerdo.core.errors import CommandConflict
from acuerdo.core.events import publish
from acuerdo.core.money import Money
from acuerdo.ledger.errors import AlreadyReversed, CurrencyMixed, EntryInvalid, NotReversible
from acuerdo.ledger.events import ENTRY_POSTED, ENTRY_REVERSED
from acuerdo.ledger.models import Entry, LedgerAccount, Posting
from acuerdo.ledger.rules import (
    CREDIT,
    DEBT_PREFIX,
    Code,
    PostingSpec,
    check_postings,
    reverse,
    sum_changes,
)

POSTING_COLUMNS = {
    "key": pl.String,
    "kind": pl.String,
    "effective_on": pl.Date,
    "debit_code": pl.String,
    "debit_subject": pl.Int64,
    "credit_code": pl.String,
    "credit_subject": pl.Int64,
    "amount_minor": pl.Int64,
    "currency": pl.String,
}
"""The columns of the frame that `post_entries` takes."""

_STAGED = {
    "key": "varchar(200)",
    "kind": "varchar(20)",
    "effective_on": "date",
    "debit_code": "varchar(40)",
    "debit_subject": "bigint",
    "credit_code": "varchar(40)",
    "credit_subject": "bigint",
    "amount_minor": "bigint",
    "currency": "varchar(3)",
}


def post_entry(
    *,
    actor: Actor,
    now: datetime,
    creditor_id: int,
    kind: str,
    effective_on: date,
    postings: Sequence[PostingSpec],
    key: str,
    memo: str = "",
) -> Entry:
    """Post one entry and change the stored balances of the debts it touches.

    The same `key` with the same content gives the entry that is there and changes nothing; with
    other content it raises CommandConflict. Raises EntryInvalid, CurrencyMixed.
    """
    return _post(
        actor=actor,
        now=now,
        creditor_id=creditor_id,
        kind=kind,
        effective_on=effective_on,
        postings=postings,
        key=key,
        memo=memo,
        event=ENTRY_POSTED,
    )


def reverse_entry(*, actor: Actor, now: datetime, entry: Entry, key: str, memo: str = "") -> Entry:
    """Undo `entry` by its mirror image, effective on the same date.

    Once only: a second key raises AlreadyReversed. Raises NotReversible for a reversal.
    """
    if entry.reverses_id is not None:
        raise NotReversible()
    known = Entry.objects.filter(reverses=entry).first()
    if known is not None:
        if known.key == key:
            return known
        raise AlreadyReversed()
    return _post(
        actor=actor,
        now=now,
        creditor_id=entry.creditor_id,
        kind="reversal",
        effective_on=entry.effective_on,
        postings=reverse(list_specs(entry)),
        key=key,
        memo=memo,
        event=ENTRY_REVERSED,
        reverses=entry,
    )


def list_specs(entry: Entry) -> list[PostingSpec]:
    """The postings of `entry` as they were asked for, in order."""
    rows = Posting.objects.filter(entry=entry).order_by("id").select_related("debit", "credit")
    return [
        PostingSpec(
            Code(row.debit.code, row.debit.subject_id),
            Code(row.credit.code, row.credit.subject_id),
            Money(row.amount_minor, row.currency),
        )
        for row in rows
    ]


def _post(
    *,
    actor: Actor,
    now: datetime,
    creditor_id: int,
    kind: str,
    effective_on: date,
    postings: Sequence[PostingSpec],
    key: str,
    memo: str,
    event: str,
    reverses: Entry | None = None,
) -> Entry:
    currency = check_postings(postings)
    if not connection.in_atomic_block:
        raise RuntimeError("an entry is posted inside a transaction")
    with connection.cursor() as cursor:
        # A second caller with this key waits here for the first one's transaction.
        cursor.execute(
            "INSERT INTO ledger_entry (creditor_id, kind, key, effective_on, occurred_at, memo,"
            " actor, reverses_id) VALUES (%s, %s, %s, %s, %s, %s, %s, %s)"
            " ON CONFLICT (creditor_id, key) DO NOTHING RETURNING id",
            [
                creditor_id, kind, key, effective_on, now, memo[:200], actor.label,
                reverses.pk if reverses else None,
            ],
        )  # fmt: skip
        inserted = cursor.fetchone()
    if inserted is None:
        known = Entry.objects.get(creditor_id=creditor_id, key=key)
        same = (known.kind, known.effective_on) == (kind, effective_on)
        if not same or list_specs(known) != list(postings):
            raise CommandConflict(key=key, action="post_entry")
        return known
    changes = sum_changes(postings)
    ids = _open_lines(creditor_id, currency, changes)
    subjects = sorted({code.subject_id for code in changes if code.subject_id})
    with connection.cursor() as cursor:
        for code in sorted(code for code in changes if code.subject_id):
            cursor.execute(
                "UPDATE ledger_ledgeraccount SET balance_minor = balance_minor + %s WHERE id = %s",
                [changes[code], ids[code]],
            )
    Posting.objects.bulk_create(
        Posting(
            entry_id=inserted[0],
            debit_id=ids[posting.debit],
            credit_id=ids[posting.credit],
            amount_minor=posting.amount.minor,
            currency=currency,
        )
        for posting in postings
    )
    entry = Entry.objects.get(pk=inserted[0])
    publish(
        event,
        actor=actor,
        now=now,
        creditor_id=creditor_id,
        refs=[f"entry:{entry.pk}", *(f"account:{subject}" for subject in subjects)],
        data={
            "kind": kind,
            "currency": currency,
            "change_minor": sum(minor for code, minor in changes.items() if code.subject_id),
        },
    )
    return entry


def _open_lines(creditor_id: int, currency: str, codes: Iterable[Code]) -> dict[Code, int]:
    """The ids of the lines `codes`, opened where they are new. Raises CurrencyMixed."""
    wanted = sorted(codes)
    subjects = [code.subject_id for code in wanted if code.subject_id]
    other = (
        LedgerAccount.objects.filter(subject_id__in=subjects)
        .exclude(creditor_id=creditor_id, currency=currency)
        .first()
    )
    if other is not None:
        if other.creditor_id != creditor_id:
            raise EntryInvalid(problem="the debt is of another creditor")
        raise CurrencyMixed(expected=other.currency, found=currency)
    LedgerAccount.objects.bulk_create(
        (
            LedgerAccount(
                creditor_id=creditor_id,
                code=code.code,
                subject_id=code.subject_id,
                currency=currency,
            )
            for code in wanted
        ),
        ignore_conflicts=True,
    )
    rows = LedgerAccount.objects.filter(
        creditor_id=creditor_id,
        currency=currency,
        subject_id__in={code.subject_id for code in wanted},
        code__in={code.code for code in wanted},
    )
    return {Code(row.code, row.subject_id): row.pk for row in rows}


def post_entries(
    *, actor: Actor, now: datetime, creditor_id: int, frame: pl.DataFrame, memo: str = ""
) -> int:
    """Post a set of entries at once: one per distinct `key`, one posting per row.

    `frame` has POSTING_COLUMNS; rows of one key share kind, date and currency. A key that is in
    the books already is left alone, all its rows with it. A row of amount 0 only opens its debit
    line, so that a debt of nothing has a currency. Returns the number of entries posted. No event
    per entry: the caller publishes one for the set. Raises EntryInvalid, CurrencyMixed.
    """
    if frame.is_empty():
        return 0
    if not connection.in_atomic_block:
        raise RuntimeError("entries are posted inside a transaction")
    _check_frame(frame)
    with staging("ledger_incoming", _STAGED) as table:
        if _is_untouched(frame):
            return _post_opening(actor, now, creditor_id, frame, memo)
        copy_frame(table, frame.select(list(POSTING_COLUMNS)))
        return _post_staged(actor, now, creditor_id, table, memo)


def _is_untouched(frame: pl.DataFrame) -> bool:
    """Whether the books know none of the debts of `frame` yet."""
    subjects = pl.concat([frame["debit_subject"], frame["credit_subject"]]).unique()
    with staging("ledger_subject", {"id": "bigint"}) as table, connection.cursor() as cursor:
        copy_frame(table, pl.DataFrame({"id": subjects.filter(subjects > 0)}))
        cursor.execute(
            f'SELECT EXISTS (SELECT FROM "{table}" incoming JOIN ledger_ledgeraccount line'
            " ON line.subject_id = incoming.id)"
        )
        return not cursor.fetchone()[0]


def _post_opening(
    actor: Actor, now: datetime, creditor_id: int, frame: pl.DataFrame, memo: str
) -> int:
    """Entries of debts that the books do not know: all rows are new, so each table is one COPY.

    A key that is taken all the same breaks the unique constraint, and nothing is posted.
    """
    sides = pl.concat(
        [
            frame.select(
                code=f"{side}_code", subject_id=f"{side}_subject", currency="currency",
                change=pl.col("amount_minor") * sign,
            )
            for side, sign in (("debit", 1), ("credit", -1))
        ]
    )  # fmt: skip
    lines = (
        sides.group_by("subject_id", "code", "currency")
        .agg(pl.col("change").sum())
        .sort("subject_id", "code")
    )
    mixed = lines.filter(pl.col("subject_id") > 0).group_by("subject_id")
    mixed_lines = mixed.agg(pl.col("currency").unique()).filter(pl.col("currency").list.len() > 1)
    if mixed_lines.height:
        first, second, *_ = mixed_lines["currency"][0].to_list()
        raise CurrencyMixed(expected=first, found=second)
    debts = lines.filter(pl.col("subject_id") > 0)
    debts = debts.with_columns(id=take_ids("ledger_ledgeraccount", debts.height))
    copy_frame(
        "ledger_ledgeraccount",
        debts.select(
            "id", pl.lit(creditor_id).alias("creditor_id"), "code", "subject_id", "currency",
            balance_minor="change",
        ),
    )  # fmt: skip
    wide = [
        (currency, _open_lines(creditor_id, currency, [Code(code)]))
        for code, currency in lines.filter(pl.col("subject_id") == 0)
        .select("code", "currency")
        .iter_rows()
    ]
    known = pl.DataFrame(
        [[0, code.code, currency, pk] for currency, ids in wide for code, pk in ids.items()],
        schema={"subject_id": pl.Int64, "code": pl.String, "currency": pl.String, "id": pl.Int64},
        orient="row",
    )
    known = pl.concat([known, debts.select(known.columns)])
    moved = frame.filter(pl.col("amount_minor") > 0)
    entries = moved.unique("key", keep="first", maintain_order=True)
    entries = entries.with_columns(entry_id=take_ids("ledger_entry", entries.height))
    copy_frame(
        "ledger_entry",
        entries.select(
            pl.col("entry_id").alias("id"), pl.lit(creditor_id).alias("creditor_id"), "kind", "key",
            "effective_on", pl.lit(now.astimezone(UTC)).alias("occurred_at"),
            pl.lit(memo[:200]).alias("memo"), pl.lit(actor.label).alias("actor"),
        ),
    )  # fmt: skip
    postings = moved.join(
        entries.select("key", "entry_id"), on="key", how="left", maintain_order="left"
    )
    for side in ("debit", "credit"):
        postings = postings.join(
            known.select(
                pl.col("subject_id").alias(f"{side}_subject"), pl.col("code").alias(f"{side}_code"),
                "currency", pl.col("id").alias(f"{side}_id"),
            ),
            on=[f"{side}_subject", f"{side}_code", "currency"],
            how="left",
            maintain_order="left",
        )  # fmt: skip
    copy_frame(
        "ledger_posting",
        postings.select("entry_id", "debit_id", "credit_id", "amount_minor", "currency").sort(
            "entry_id", maintain_order=True
        ),
    )
    return entries.height


def _post_staged(actor: Actor, now: datetime, creditor_id: int, table: str, memo: str) -> int:
    """Entries of debts that are in the books, from the staged rows."""
    with connection.cursor() as cursor:
        cursor.execute(f'ANALYZE "{table}"')
        _check_currencies(table, creditor_id)
        # The ids of the entries that are new decide which rows count.
        cursor.execute(
            f"""
            CREATE TEMPORARY TABLE ledger_new_entry ON COMMIT DROP AS
            WITH fresh AS (
                INSERT INTO ledger_entry
                    (creditor_id, kind, key, effective_on, occurred_at, memo, actor)
                SELECT %(creditor)s, min(kind), key, min(effective_on), %(now)s, %(memo)s,
                       %(actor)s
                FROM "{table}" WHERE amount_minor > 0 GROUP BY key ORDER BY key
                ON CONFLICT (creditor_id, key) DO NOTHING
                RETURNING id, key
            )
            SELECT id, key FROM fresh
            """,
            {"creditor": creditor_id, "now": now, "memo": memo[:200], "actor": actor.label},
        )
        cursor.execute("ANALYZE ledger_new_entry")
        _move_balances(table, creditor_id)
        cursor.execute(
            f"""
            INSERT INTO ledger_posting (entry_id, debit_id, credit_id, amount_minor, currency)
            SELECT fresh.id, debit.id, credit.id, incoming.amount_minor, incoming.currency
            FROM "{table}" incoming
            JOIN ledger_new_entry fresh USING (key)
            JOIN ledger_ledgeraccount debit ON debit.subject_id = incoming.debit_subject
                AND debit.code = incoming.debit_code AND debit.creditor_id = %(creditor)s
                AND debit.currency = incoming.currency
            JOIN ledger_ledgeraccount credit ON credit.subject_id = incoming.credit_subject
                AND credit.code = incoming.credit_code AND credit.creditor_id = %(creditor)s
                AND credit.currency = incoming.currency
            WHERE incoming.amount_minor > 0
            ORDER BY fresh.id
            """,
            {"creditor": creditor_id},
        )
        cursor.execute("SELECT count(*) FROM ledger_new_entry")
        count = int(cursor.fetchone()[0])
        cursor.execute("DROP TABLE ledger_new_entry")
    return count


def _check_frame(frame: pl.DataFrame) -> None:
    """Raises EntryInvalid where rows do not make entries, before anything is written."""
    bad = frame.filter(
        (pl.col("amount_minor") < 0)
        | pl.any_horizontal(pl.col(list(POSTING_COLUMNS)).is_null())
        | (
            (pl.col("debit_code") == pl.col("credit_code"))
            & (pl.col("debit_subject") == pl.col("credit_subject"))
        )
        | ((pl.col("debit_subject") > 0) != _is_of_debt("debit_code"))
        | ((pl.col("credit_subject") > 0) != _is_of_debt("credit_code"))
    )
    if bad.height:
        raise EntryInvalid(problem=f"row of key {bad['key'][0]} has no proper posting")
    mixed = frame.group_by("key").agg(
        kinds=pl.struct("kind", "effective_on", "currency").n_unique()
    )
    mixed = mixed.filter(pl.col("kinds") > 1)
    if mixed.height:
        raise EntryInvalid(problem=f"rows of key {mixed['key'][0]} differ in date or currency")


def _is_of_debt(column: str) -> pl.Expr:
    """`is_of_debt` for a column."""
    return (pl.col(column) == CREDIT) | pl.col(column).str.starts_with(DEBT_PREFIX)


def _check_currencies(table: str, creditor_id: int) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            f"""
            SELECT known.currency, incoming.currency, known.creditor_id
            FROM "{table}" incoming JOIN ledger_ledgeraccount known
                ON known.subject_id IN (incoming.debit_subject, incoming.credit_subject)
                AND known.subject_id > 0
            WHERE known.currency <> incoming.currency OR known.creditor_id <> %s
            LIMIT 1
            """,
            [creditor_id],
        )
        found = cursor.fetchone()
    if found and found[2] != creditor_id:
        raise EntryInvalid(problem="the debt is of another creditor")
    if found:
        raise CurrencyMixed(expected=found[0], found=found[1])


def _move_balances(table: str, creditor_id: int) -> None:
    """Open the lines that are new, and add to the stored balances of debts. Lines are taken in
    order of subject, so that two sets never wait for each other."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"""
            INSERT INTO ledger_ledgeraccount
                (creditor_id, code, subject_id, currency, balance_minor)
            SELECT %(creditor)s, code, subject, currency,
                   CASE WHEN subject > 0 THEN sum(change) ELSE 0 END
            FROM (
                SELECT incoming.debit_code AS code, incoming.debit_subject AS subject,
                       incoming.currency,
                       CASE WHEN fresh.id IS NULL THEN 0 ELSE incoming.amount_minor END AS change
                FROM "{table}" incoming LEFT JOIN ledger_new_entry fresh USING (key)
                UNION ALL
                SELECT incoming.credit_code, incoming.credit_subject, incoming.currency,
                       CASE WHEN fresh.id IS NULL THEN 0 ELSE -incoming.amount_minor END
                FROM "{table}" incoming LEFT JOIN ledger_new_entry fresh USING (key)
            ) sides
            GROUP BY code, subject, currency
            ORDER BY subject, code
            ON CONFLICT (subject_id, code, creditor_id, currency) DO UPDATE
                SET balance_minor = ledger_ledgeraccount.balance_minor + EXCLUDED.balance_minor
                WHERE EXCLUDED.balance_minor <> 0
            """,
            {"creditor": creditor_id},
        )
