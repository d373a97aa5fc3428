"""What the books say. Scoped by the debts that the caller may see."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date

import polars as pl
from django.db import connection

from acuerdo.core.bulk import read_frame
from acuerdo.ledger.histories import read_histories
from acuerdo.ledger.models import LedgerAccount
from acuerdo.ledger.rules import ACCRUED, Balance, make_balance
from acuerdo.ledger.rules.history import replay
from acuerdo.ledger.rules.statement import Booked, StatementLine, make_statement

_STATEMENT = """
    WITH line AS (
        SELECT id, code FROM ledger_ledgeraccount
        WHERE subject_id = %(subject)s AND subject_id > 0
    ),
    side AS (
        SELECT posting.entry_id, posting.currency, line.code, posting.amount_minor AS minor
        FROM line JOIN ledger_posting AS posting ON posting.debit_id = line.id
        UNION ALL
        SELECT posting.entry_id, posting.currency, line.code, -posting.amount_minor
        FROM line JOIN ledger_posting AS posting ON posting.credit_id = line.id
    )
    SELECT entry.id, entry.kind, entry.effective_on, entry.occurred_at, entry.memo,
           entry.reverses_id, side.currency, side.code, sum(side.minor)
    FROM side JOIN ledger_entry AS entry ON entry.id = side.entry_id
    GROUP BY entry.id, side.currency, side.code
    ORDER BY entry.id, side.code
"""

_RECOMPUTED = """
    SELECT line.subject_id, line.code, line.currency,
        COALESCE((SELECT sum(amount_minor) FROM ledger_posting WHERE debit_id = line.id), 0)
        - COALESCE((SELECT sum(amount_minor) FROM ledger_posting WHERE credit_id = line.id), 0)
    FROM ledger_ledgeraccount AS line
    WHERE line.subject_id = ANY(%s) AND line.subject_id > 0
"""

# What was borne, by the date on which it fell due; a correction counts with what it corrects. The
# debts' own lines lead, as numbers that the planner sees, and nothing else may: with statistics of
# before the first accrual it takes those of a creditor for few, and reads them all for one debt.
_ACCRUALS_OF = """
    WITH side AS MATERIALIZED (
        SELECT debit_id AS line_id, credit_id AS other_id, entry_id, amount_minor AS minor
        FROM ledger_posting WHERE debit_id = ANY(%(lines)s)
        UNION ALL
        SELECT credit_id, debit_id, entry_id, -amount_minor
        FROM ledger_posting WHERE credit_id = ANY(%(lines)s)
    )
    SELECT side.line_id, entry.effective_on, sum(side.minor)::bigint
    FROM side CROSS JOIN LATERAL (
        SELECT effective_on FROM ledger_entry WHERE id = side.entry_id OFFSET 0
    ) AS entry
    WHERE side.other_id = ANY(%(wide)s)
    GROUP BY side.line_id, entry.effective_on
"""
# The same of a whole creditor begins with the other side: most of its debts may have borne nothing.
_ALL_ACCRUALS = """
    WITH side AS (
        SELECT debit_id AS line_id, entry_id, amount_minor AS minor
        FROM ledger_posting WHERE credit_id = ANY(%(wide)s)
        UNION ALL
        SELECT credit_id, entry_id, -amount_minor
        FROM ledger_posting WHERE debit_id = ANY(%(wide)s)
    )
    SELECT line.subject_id, entry.effective_on, sum(side.minor)::bigint
    FROM side
    JOIN ledger_ledgeraccount AS line ON line.id = side.line_id
    JOIN ledger_entry AS entry ON entry.id = side.entry_id
    GROUP BY line.subject_id, entry.effective_on
    HAVING sum(side.minor) > 0
"""


def get_balance(account_id: int) -> Balance:
    """What is owed on one debt now, by component."""
    return list_balances([account_id])[account_id]


def list_balances(account_ids: Collection[int]) -> dict[int, Balance]:
    """What is owed on each of `account_ids` now, from the stored balances. One query."""
    rows = LedgerAccount.objects.filter(
        subject_id__in=list(account_ids), subject_id__gt=0
    ).values_list("subject_id", "code", "currency", "balance_minor")
    return _collect(account_ids, rows)


def recompute_balances(account_ids: Collection[int]) -> dict[int, Balance]:
    """The same, from the postings alone: what the stored balances must equal."""
    with connection.cursor() as cursor:
        cursor.execute(_RECOMPUTED, [list(account_ids)])
        rows = [(row[0], row[1], row[2], int(row[3])) for row in cursor.fetchall()]
    return _collect(account_ids, rows)


def list_statement(
    account_id: int, *, from_on: date | None = None, until_on: date | None = None
) -> Sequence[StatementLine]:
    """What happened on one debt, the oldest first, with what was owed after each entry.

    `from_on` and `until_on` (both included, dates from which entries count) leave lines out, not
    out of account: the running balance holds what came before. One query.
    """
    with connection.cursor() as cursor:
        cursor.execute(_STATEMENT, {"subject": account_id})
        rows = cursor.fetchall()
    lines = make_statement(
        rows[0][6] if rows else "",
        ((Booked(*row[:6]), row[7], int(row[8])) for row in rows),
    )
    return [
        line
        for line in lines
        if (from_on is None or line.booked.effective_on >= from_on)
        and (until_on is None or line.booked.effective_on <= until_on)
    ]


def list_accruals(account_ids: Collection[int]) -> Mapping[int, Sequence[tuple[date, int]]]:
    """What each debt bore: (date on which it fell due, minor units), the oldest first. Three
    queries."""
    lines = dict(
        LedgerAccount.objects.filter(
            subject_id__in=list(account_ids), subject_id__gt=0
        ).values_list("pk", "subject_id")
    )
    if not lines:
        return {}
    wide = LedgerAccount.objects.filter(subject_id=0, code=ACCRUED)
    sums: dict[tuple[int, date], int] = defaultdict(int)
    with connection.cursor() as cursor:
        cursor.execute(
            _ACCRUALS_OF, {"lines": list(lines), "wide": list(wide.values_list("pk", flat=True))}
        )
        for line_id, on, minor in cursor.fetchall():
            sums[lines[line_id], on] += minor
    found: dict[int, list[tuple[date, int]]] = defaultdict(list)
    for (account_id, on), minor in sorted(sums.items()):
        if minor > 0:
            found[account_id].append((on, minor))
    return found


def read_accruals(creditor_id: int) -> pl.DataFrame:
    """The same of all debts of a creditor: `account_id`, `due_on`, `amount_minor`."""
    columns = {"account_id": pl.Int64, "due_on": pl.Date, "amount_minor": pl.Int64}
    wide = LedgerAccount.objects.filter(subject_id=0, code=ACCRUED, creditor_id=creditor_id)
    lines = list(wide.values_list("pk", flat=True))
    return read_frame(_ALL_ACCRUALS, {"wide": lines}, columns)


def list_shares(account_id: int) -> Mapping[int, Mapping[str, int]]:
    """Where each payment of a debt that stands went, by the id of its entry: minor units per
    component, in the order of its terms, and CREDIT for what was too much."""
    found: dict[int, Mapping[str, int]] = {}
    for history in read_histories([account_id]):
        shares = replay(history.facts.values()).shares
        for entry_id, fact in history.facts.items():
            if fact.key in shares:
                found[entry_id] = shares[fact.key]
    return found


def _collect(
    account_ids: Iterable[int], rows: Iterable[tuple[int, str, str, int]]
) -> dict[int, Balance]:
    lines: dict[int, list[tuple[str, int]]] = defaultdict(list)
    currencies: dict[int, str] = {}
    for subject, code, currency, minor in rows:
        lines[subject].append((code, minor))
        currencies[subject] = currency
    return {
        account_id: make_balance(currencies.get(account_id, ""), lines[account_id])
        for account_id in account_ids
    }
