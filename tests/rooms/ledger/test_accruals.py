"""What debts bore, read without reading the books from end to end."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest
from django.db import connection

from acuerdo.core.actor import SYSTEM
from acuerdo.core.money import Money
from acuerdo.core.vocabulary import Component
from acuerdo.creditors.actions import create_creditor
from acuerdo.creditors.models import Creditor
from acuerdo.ledger import histories, queries
from acuerdo.ledger.actions import post_entry, reverse_entry
from acuerdo.ledger.models import Entry, LedgerAccount
from acuerdo.ledger.rules import ACCRUED, ADJUSTED, Code, Kind, PostingSpec, debt

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 11, 24, 15, tzinfo=UTC)
FIRST, SECOND = date(2026, 9, 30), date(2026, 10, 31)

_LINES = """
    INSERT INTO ledger_ledgeraccount (creditor_id, code, subject_id, currency, balance_minor)
    SELECT %(creditor)s, code, 0, 'COP', 0 FROM unnest(ARRAY['placed', 'accrued']) AS code
    UNION ALL SELECT %(creditor)s, 'debt.interest', number, 'COP', 0
    FROM generate_series(1, 3000) AS number
"""
# Of each debt `times` entries against one line of the creditor.
_BOOKED = """
    WITH entry AS (
        INSERT INTO ledger_entry (creditor_id, kind, key, effective_on, occurred_at, memo, actor)
        SELECT %(creditor)s, '', %(code)s || number || ':' || time, '2026-09-30', now(), '', ''
        FROM generate_series(1, 3000) AS number, generate_series(1, %(times)s) AS time
        RETURNING id
    )
    INSERT INTO ledger_posting (entry_id, debit_id, credit_id, amount_minor, currency)
    SELECT entry.id, line.id, wide.id, 1, 'COP'
    FROM entry
    JOIN ledger_ledgeraccount AS line ON line.subject_id = 1 + entry.id %% 3000
    JOIN ledger_ledgeraccount AS wide ON wide.subject_id = 0 AND wide.code = %(code)s
"""


@pytest.fixture
def creditor() -> Creditor:
    return create_creditor(actor=SYSTEM, now=NOW, name="Banco", country="CO")


def bear(creditor: Creditor, debt_id: int, minor: int, on: date, against: str = ACCRUED) -> Entry:
    return post_entry(
        actor=SYSTEM, now=NOW, creditor_id=creditor.pk,
        kind=Kind.ACCRUAL if against == ACCRUED else Kind.ADJUSTMENT, effective_on=on,
        postings=[
            PostingSpec(debt(Component.INTEREST, debt_id), Code(against), Money(minor, "COP"))
        ],
        key=f"{against}:{debt_id}:{on}",
    )  # fmt: skip


def test_accruals_by_the_date_on_which_they_fell_due(creditor: Creditor) -> None:
    bear(creditor, 7, 300, SECOND)
    bear(creditor, 7, 200, FIRST)
    bear(creditor, 7, 999, FIRST, against=ADJUSTED)
    bear(creditor, 8, 50, FIRST)
    assert queries.list_accruals([7]) == {7: [(FIRST, 200), (SECOND, 300)]}
    assert queries.list_accruals([7, 8, 9])[8] == [(FIRST, 50)]
    assert queries.list_accruals([]) == {}
    whole = queries.read_accruals(creditor.pk).sort("account_id", "due_on").rows()
    assert whole == [(7, FIRST, 200), (7, SECOND, 300), (8, FIRST, 50)]


def test_a_reversed_accrual_was_never_borne(creditor: Creditor) -> None:
    entry = bear(creditor, 7, 200, FIRST)
    bear(creditor, 7, 300, SECOND)
    reverse_entry(actor=SYSTEM, now=NOW, entry=entry, key="undo")
    assert queries.list_accruals([7]) == {7: [(SECOND, 300)]}
    assert queries.read_accruals(creditor.pk).rows() == [(7, SECOND, 300)]


@pytest.mark.parametrize("statistics", ["none", "of before the first accrual"])
def test_a_debt_is_found_without_reading_what_others_bore(
    creditor: Creditor, statistics: str
) -> None:
    known = LedgerAccount.objects.values_list("pk", flat=True)
    with connection.cursor() as cursor:
        cursor.execute(_LINES, {"creditor": creditor.pk})
        cursor.execute(_BOOKED, {"creditor": creditor.pk, "code": "placed", "times": 1})
        if statistics != "none":
            cursor.execute("ANALYZE ledger_ledgeraccount, ledger_entry, ledger_posting")
        cursor.execute(_BOOKED, {"creditor": creditor.pk, "code": "accrued", "times": 10})
        cursor.execute("SELECT count(*) FROM pg_stats WHERE tablename = 'ledger_posting'")
        assert (cursor.fetchone() == (0,)) == (statistics == "none")
    lines, wide = list(known.filter(subject_id__in=[3, 4])), list(known.filter(code=ACCRUED))
    asked: list[tuple[str, Any]] = [(queries._ACCRUALS_OF, {"lines": lines, "wide": wide})]
    if statistics != "none":  # what migration 0005 says of lines is read with the statistics
        asked += [
            (queries._STATEMENT, {"subject": 3}),
            (queries._RECOMPUTED, [[3, 4]]),
            (histories._MOVED, {"subjects": [3, 4]}),
        ]
    for query, values in asked:
        plan = explain(query, values)
        assert "ledger_posting_debit_id" in str(plan), plan
        assert "ledger_posting_credit_id" in str(plan), plan
        assert plan["Shared Hit Blocks"] + plan["Shared Read Blocks"] < 150, plan
    assert queries.list_accruals([3, 4]) == {3: [(FIRST, 10)], 4: [(FIRST, 10)]}


def explain(query: str, values: Any) -> dict[str, Any]:
    with connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) {query}", values)
        plan: dict[str, Any] = cursor.fetchone()[0][0]["Plan"]
    return plan
