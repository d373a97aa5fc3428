"""Writing a set of entries as it is: what follows from it is the caller's.

Debts that the books do not know yet are written by one COPY per table, everything else by set
statements.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import polars as pl
from django.db import connection
from psycopg.errors import UniqueViolation

from acuerdo.core.actor import Actor
from acuerdo.core.bulk import analyse, copy_frame, staged, staging, take_ids
from acuerdo.core.errors import CommandConflict
from acuerdo.ledger.actions.lines import open_lines
from acuerdo.ledger.errors import CurrencyMixed, EntryInvalid
from acuerdo.ledger.rules import CREDIT, DEBT_PREFIX, Code

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
"""The columns of a frame of postings; one of payments may have `terms` as well."""

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
    "terms": "text",
}


@dataclass(frozen=True, slots=True)
class Written:
    """How many entries were written, and the debts of which the components may stand otherwise
    than their history says."""

    entries: int
    unsettled: list[int]


def write_set(
    *, actor: Actor, now: datetime, creditor_id: int, frame: pl.DataFrame, memo: str = ""
) -> Written:
    """One entry per distinct `key` that is new, one posting per row of `frame` (POSTING_COLUMNS).

    Raises EntryInvalid, CurrencyMixed.
    """
    if not connection.in_atomic_block:
        raise RuntimeError("entries are posted inside a transaction")
    _check_frame(frame)
    if _is_untouched(frame):
        return _write_opening(actor, now, creditor_id, frame, memo)
    return write_known(actor=actor, now=now, creditor_id=creditor_id, frame=frame, memo=memo)


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


def _write_opening(
    actor: Actor, now: datetime, creditor_id: int, frame: pl.DataFrame, memo: str
) -> Written:
    """Entries of debts that the books do not know: all rows are new, so each table is one COPY.

    A key that is taken all the same is another debt's: CommandConflict, and nothing is posted.
    """
    sides = pl.concat(
        [
            frame.select(
                "effective_on", code=f"{side}_code", subject_id=f"{side}_subject",
                currency="currency", change=pl.col("amount_minor") * sign,
            )
            for side, sign in (("debit", 1), ("credit", -1))
        ]
    )  # fmt: skip
    lines = (
        sides.group_by("subject_id", "code", "currency")
        .agg(
            pl.col("change").sum(),
            pl.col("effective_on").filter(pl.col("change") != 0).max().alias("moved_on"),
            (pl.col("change") < 0).any().alias("falls"),
        )
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
            "moved_on", balance_minor="change",
        ),
    )  # fmt: skip
    wide = [
        (currency, open_lines(creditor_id, currency, [Code(code)]))
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
    try:
        copy_frame(
            "ledger_entry",
            entries.select(
                pl.col("entry_id").alias("id"), pl.lit(creditor_id).alias("creditor_id"), "kind",
                "key", "effective_on", pl.lit(now.astimezone(UTC)).alias("occurred_at"),
                pl.lit(memo[:200]).alias("memo"), pl.lit(actor.label).alias("actor"),
            ),
        )  # fmt: skip
    except UniqueViolation as taken:
        raise CommandConflict(key=entries["key"][0], action="post_entries") from taken
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
    return Written(entries.height, debts.filter("falls")["subject_id"].unique().to_list())


def write_known(
    *, actor: Actor, now: datetime, creditor_id: int, frame: pl.DataFrame, memo: str = ""
) -> Written:
    """The same for debts that are in the books, or some of which are."""
    values: dict[str, Any] = {
        "creditor": creditor_id,
        "now": now,
        "memo": memo[:200],
        "actor": actor.label,
    }
    with staged("ledger_incoming", _STAGED, frame), connection.cursor() as cursor:
        cursor.execute(_NEW_ENTRIES, values)
        analyse("ledger_new_entry")
        cursor.execute(_MOVED)
        analyse("ledger_moved")
        _check_lines(creditor_id)
        unsettled: set[int] = set()
        for statement in (_LATE, _MOVE_BALANCES, _IN_CREDIT):
            cursor.execute(statement, values)
            unsettled.update(subject for (subject,) in cursor.fetchall())
        cursor.execute(_POSTINGS, values)
        cursor.execute("SELECT count(*) FROM ledger_new_entry")
        entries = int(cursor.fetchone()[0])
        cursor.execute("DROP TABLE ledger_new_entry, ledger_moved")
    return Written(entries, sorted(unsettled))


# The ids of the entries that are new decide which rows count.
_NEW_ENTRIES = """
    CREATE TEMPORARY TABLE ledger_new_entry ON COMMIT DROP AS
    WITH fresh AS (
        INSERT INTO ledger_entry
            (creditor_id, kind, key, effective_on, occurred_at, memo, actor, terms)
        SELECT %(creditor)s, min(kind), key, min(effective_on), %(now)s, %(memo)s, %(actor)s,
               coalesce(min(terms), '')
        FROM ledger_incoming WHERE amount_minor > 0 GROUP BY key ORDER BY key
        ON CONFLICT (creditor_id, key) DO NOTHING
        RETURNING id, key
    )
    SELECT id, key FROM fresh
"""

_MOVED = """
    CREATE TEMPORARY TABLE ledger_moved ON COMMIT DROP AS
    SELECT subject, code, currency, sum(change)::bigint AS change,
           min(counts_on) AS first_on, max(counts_on) AS last_on,
           bool_or(kind <> 'payment') AS charges,
           bool_or(change > 0) AND bool_or(change < 0) AS mixed
    FROM (
        SELECT side.code, side.subject, incoming.currency, incoming.kind,
               CASE WHEN fresh.id IS NOT NULL THEN incoming.effective_on END AS counts_on,
               CASE WHEN fresh.id IS NOT NULL THEN side.change ELSE 0 END AS change
        FROM ledger_incoming AS incoming
        LEFT JOIN ledger_new_entry AS fresh USING (key)
        CROSS JOIN LATERAL (
            VALUES (debit_code, debit_subject, amount_minor),
                   (credit_code, credit_subject, -amount_minor)
        ) AS side (code, subject, change)
    ) AS sides
    GROUP BY subject, code, currency
"""

# Debts of which something counts from a later date already, or from this one where it matters
# what came first.
_LATE = """
    SELECT DISTINCT moved.subject
    FROM ledger_moved AS moved JOIN ledger_ledgeraccount AS line ON line.subject_id = moved.subject
    WHERE moved.subject > 0 AND (
        line.moved_on > moved.first_on
        OR (moved.charges AND (line.moved_on = moved.first_on
                               OR (moved.mixed AND moved.first_on < moved.last_on)))
    )
"""

# Open the lines that are new, and add to the stored balances of debts. Lines are taken in order of
# subject, so that two sets never wait for each other. Gives debts with a line on the wrong side.
_MOVE_BALANCES = """
    WITH changed AS (
        INSERT INTO ledger_ledgeraccount
            (creditor_id, code, subject_id, currency, balance_minor, moved_on)
        SELECT %(creditor)s, code, subject, currency, CASE WHEN subject > 0 THEN change ELSE 0 END,
               CASE WHEN subject > 0 THEN last_on END
        FROM ledger_moved ORDER BY subject, code
        ON CONFLICT (subject_id, code, creditor_id, currency) DO UPDATE
            SET balance_minor = ledger_ledgeraccount.balance_minor + EXCLUDED.balance_minor,
                moved_on = greatest(ledger_ledgeraccount.moved_on, EXCLUDED.moved_on)
            WHERE EXCLUDED.moved_on IS NOT NULL
        RETURNING subject_id, code, balance_minor
    )
    SELECT DISTINCT subject_id FROM changed
    WHERE subject_id > 0 AND CASE code WHEN 'credit' THEN balance_minor > 0
                                       ELSE balance_minor < 0 END
"""

# Debts to which something was charged while there is credit to pay it with.
_IN_CREDIT = """
    SELECT moved.subject
    FROM ledger_moved AS moved JOIN ledger_ledgeraccount AS line ON line.subject_id = moved.subject
    WHERE line.code = 'credit' AND line.balance_minor < 0
      AND moved.subject > 0 AND moved.code <> 'credit' AND moved.change > 0
"""

_POSTINGS = """
    INSERT INTO ledger_posting (entry_id, debit_id, credit_id, amount_minor, currency)
    SELECT fresh.id, debit.id, credit.id, incoming.amount_minor, incoming.currency
    FROM ledger_incoming AS incoming
    JOIN ledger_new_entry AS fresh USING (key)
    JOIN ledger_ledgeraccount AS debit ON debit.subject_id = incoming.debit_subject
        AND debit.code = incoming.debit_code AND debit.creditor_id = %(creditor)s
        AND debit.currency = incoming.currency
    JOIN ledger_ledgeraccount AS credit ON credit.subject_id = incoming.credit_subject
        AND credit.code = incoming.credit_code AND credit.creditor_id = %(creditor)s
        AND credit.currency = incoming.currency
    WHERE incoming.amount_minor > 0
    ORDER BY fresh.id
"""


def _check_lines(creditor_id: int) -> None:
    """Raises EntryInvalid for a debt of another creditor, CurrencyMixed for one in another
    currency."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT known.currency, moved.currency, known.creditor_id
            FROM ledger_moved AS moved
            JOIN ledger_ledgeraccount AS known ON known.subject_id = moved.subject
            WHERE moved.subject > 0
              AND (known.currency <> moved.currency OR known.creditor_id <> %s)
            LIMIT 1
            """,
            [creditor_id],
        )
        found = cursor.fetchone()
        if found is None:
            cursor.execute(
                "SELECT min(currency), max(currency) FROM ledger_moved WHERE subject > 0"
                " GROUP BY subject HAVING min(currency) <> max(currency) LIMIT 1"
            )
            found = (pair := cursor.fetchone()) and (*pair, creditor_id)
    if found and found[2] != creditor_id:
        raise EntryInvalid(problem="the debt is of another creditor")
    if found:
        raise CurrencyMixed(expected=found[0], found=found[1])


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
