"""What the books say. Scoped by the debts that the caller may see."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable

from django.db import connection

from acuerdo.ledger.models import LedgerAccount
from acuerdo.ledger.rules import DEBT_PREFIX, Balance, make_balance


def get_balance(account_id: int) -> Balance:
    """What is owed on one debt now, by component."""
    return list_balances([account_id])[account_id]


def list_balances(account_ids: Collection[int]) -> dict[int, Balance]:
    """What is owed on each of `account_ids` now, from the stored balances. One query."""
    rows = LedgerAccount.objects.filter(
        subject_id__in=list(account_ids), code__startswith=DEBT_PREFIX
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
            WHERE line.subject_id = ANY(%s) AND starts_with(line.code, %s)
            """,
            [list(account_ids), DEBT_PREFIX],
        )
        rows = [(row[0], row[1], row[2], int(row[3])) for row in cursor.fetchall()]
    return _collect(account_ids, rows)


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
