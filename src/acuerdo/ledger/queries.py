"""What the books say. Scoped by the debts that the caller may see."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date

from django.db import connection

from acuerdo.ledger.histories import read_histories
from acuerdo.ledger.models import LedgerAccount
from acuerdo.ledger.rules import Balance, make_balance
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
        cursor.execute(
            """
            SELECT line.subject_id, line.code, line.currency,
                COALESCE((SELECT sum(amount_minor) FROM ledger_posting
                          WHERE debit_id = line.id), 0)
                - COALESCE((SELECT sum(amount_minor) FROM ledger_posting
                            WHERE credit_id = line.id), 0)
            FROM ledger_ledgeraccount line
            WHERE line.subject_id = ANY(%s) AND line.subject_id > 0
            """,
            [list(account_ids)],
        )
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
