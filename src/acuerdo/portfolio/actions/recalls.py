"""Accounts that go back to their creditor: at once where the creditor says so, and after a
person's yes where a full file only does not name them any more."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from datetime import datetime
from uuid import UUID
from zoneinfo import ZoneInfo

import polars as pl
from django.db import connection
from django.db.backends.utils import CursorWrapper

from acuerdo.core.actor import Actor
from acuerdo.core.bulk import read_frame, staged
from acuerdo.core.events import publish
from acuerdo.creditors.models import Creditor
from acuerdo.ledger.actions import POSTING_COLUMNS, post_entries
from acuerdo.ledger.rules import DEBT_PREFIX, RECALLED, Kind
from acuerdo.portfolio.actions.posting import NOTHING_STATED
from acuerdo.portfolio.events import ACCOUNTS_RECALLED, RECALLS_PROPOSED, RECALLS_REFUSED
from acuerdo.portfolio.models import RecallProposal

_NAMED = 100
"""An event names so many accounts at most."""


def recall_accounts(
    *, creditor: Creditor, account_ids: Collection[int], actor: Actor, now: datetime, why: str
) -> int:
    """Give accounts back: nothing is owed here any more, and nobody is contacted about them.

    What was owed leaves the books as `recall`. `why` is a code for the audit trail. Returns how
    many were active until now; the others are left as they are.
    """
    if not connection.in_atomic_block:
        raise RuntimeError("accounts are recalled inside a transaction")
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT id FROM portfolio_account WHERE creditor_id = %s AND state = 'active'"
            " AND id = ANY(%s) ORDER BY id FOR UPDATE",
            [creditor.pk, list(account_ids)],
        )
        active = [row[0] for row in cursor.fetchall()]
        if not active:
            return 0
        _take_off(creditor, active, actor, now)
        # The creditor's next word about them is a new placement, whatever it was before.
        cursor.execute(
            "UPDATE portfolio_account SET state = 'recalled', closed_at = %s,"
            " stated_minor = %s::bigint[], row_digest = NULL WHERE id = ANY(%s)",
            [now, NOTHING_STATED, active],
        )
    publish(
        ACCOUNTS_RECALLED,
        actor=actor,
        now=now,
        creditor_id=creditor.pk,
        refs=[f"account:{pk}" for pk in active] if len(active) <= _NAMED else [],
        data={"accounts": len(active), "why": why},
    )
    return len(active)


def _take_off(creditor: Creditor, account_ids: list[int], actor: Actor, now: datetime) -> None:
    """What is owed on these accounts, out of the books."""
    lines = read_frame(
        "SELECT subject_id, code, balance_minor, currency FROM ledger_ledgeraccount"
        " WHERE subject_id = ANY(%s) AND starts_with(code, %s) AND balance_minor > 0"
        " ORDER BY subject_id, code",
        [account_ids, DEBT_PREFIX],
        {"account_id": pl.Int64, "code": pl.String, "minor": pl.Int64, "currency": pl.String},
    )
    frame = lines.select(
        key=pl.format("recall:{}:{}", "account_id", pl.lit(now.isoformat())),
        kind=pl.lit(Kind.RECALL.value),
        effective_on=pl.lit(now.astimezone(ZoneInfo(creditor.timezone)).date()),
        debit_code=pl.lit(RECALLED),
        debit_subject=pl.lit(0, dtype=pl.Int64),
        credit_code="code",
        credit_subject="account_id",
        amount_minor="minor",
        currency="currency",
    )
    frame = frame.select(list(POSTING_COLUMNS))
    post_entries(actor=actor, now=now, creditor_id=creditor.pk, frame=frame)


# Proposals


_MISSING = """
    FROM portfolio_account AS account
    WHERE account.creditor_id = %(creditor)s AND account.state = 'active'
      AND (%(portfolio)s::bigint IS NULL OR account.portfolio_id = %(portfolio)s)
      AND NOT EXISTS (SELECT FROM named_number AS named WHERE named.number = account.number)
"""


@contextmanager
def _named(numbers: pl.Series) -> Iterator[CursorWrapper]:
    """A cursor that sees the numbers of a file in `named_number`."""
    named = pl.DataFrame({"number": numbers.unique()})
    with staged("named_number", {"number": "text"}, named), connection.cursor() as cursor:
        yield cursor


def count_missing(creditor: Creditor, numbers: pl.Series) -> int:
    """How many active accounts a full file with these account `numbers` leaves out."""
    with _named(numbers) as cursor:
        cursor.execute(f"SELECT count(*) {_MISSING}", {"creditor": creditor.pk, "portfolio": None})
        return int(cursor.fetchone()[0])


def propose_recalls(
    *,
    creditor: Creditor,
    import_run_id: int,
    numbers: pl.Series,
    portfolio_id: int | None,
    actor: Actor,
    now: datetime,
) -> tuple[int, int]:
    """Compare a full file's account `numbers` with what is here: what is active and not in it is
    proposed for recall, once; what came again is withdrawn.

    Where `portfolio_id` is given, only its accounts are compared. Returns how many active accounts
    are missing and how many of them are newly proposed.
    """
    values = {"creditor": creditor.pk, "portfolio": portfolio_id, "run": import_run_id, "now": now}
    with _named(numbers) as cursor:
        cursor.execute(
            """
            UPDATE portfolio_recallproposal AS proposal
            SET state = 'withdrawn', decided_at = %(now)s
            FROM portfolio_account AS account JOIN named_number AS named USING (number)
            WHERE account.id = proposal.account_id AND account.creditor_id = %(creditor)s
              AND proposal.state IN ('open', 'refused')
            """,
            values,
        )
        cursor.execute(f"SELECT count(*) {_MISSING}", values)
        count = int(cursor.fetchone()[0])
        cursor.execute(
            f"""
            INSERT INTO portfolio_recallproposal
                (public_id, creditor_id, account_id, import_run_id, state, proposed_at, decided_by)
            SELECT acuerdo_uuid7(), account.creditor_id, account.id, %(run)s, 'open',
                   %(now)s, ''
            {_MISSING} ORDER BY account.id
            ON CONFLICT DO NOTHING
            """,
            values,
        )
        proposed = int(cursor.rowcount)
    if proposed:
        publish(
            RECALLS_PROPOSED,
            actor=actor,
            now=now,
            creditor_id=creditor.pk,
            refs=[f"import:{import_run_id}"],
            data={"missing": count, "proposed": proposed},
        )
    return count, proposed


def decide_recalls(
    *, creditor: Creditor, proposals: Collection[UUID], approve: bool, actor: Actor, now: datetime
) -> int:
    """A person's yes or no to proposed recalls. Returns how many were open until now."""
    if not connection.in_atomic_block:
        raise RuntimeError("recalls are decided inside a transaction")
    rows = list(
        RecallProposal.objects.select_for_update()
        .filter(creditor=creditor, public_id__in=list(proposals), state="open")
        .order_by("account_id")
    )
    if not rows:
        return 0
    account_ids = [row.account_id for row in rows]
    RecallProposal.objects.filter(pk__in=[row.pk for row in rows]).update(
        state="approved" if approve else "refused", decided_at=now, decided_by=actor.label
    )
    if approve:
        recall_accounts(
            creditor=creditor, account_ids=account_ids, actor=actor, now=now, why="missing"
        )
    else:
        publish(
            RECALLS_REFUSED,
            actor=actor,
            now=now,
            creditor_id=creditor.pk,
            refs=[f"account:{pk}" for pk in account_ids] if len(account_ids) <= _NAMED else [],
            data={"accounts": len(account_ids)},
        )
    return len(rows)
