"""The histories of debts, read from the books for a set of them."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db import connection

from acuerdo.ledger.rules import Kind
from acuerdo.ledger.rules.allocation import read_terms
from acuerdo.ledger.rules.history import Fact, make_fact

_LINES = """
    SELECT subject_id, creditor_id, currency, code, balance_minor FROM ledger_ledgeraccount
    WHERE subject_id = ANY(%(subjects)s) AND subject_id > 0 ORDER BY subject_id
"""
_MOVED = """
    WITH line AS (
        SELECT id, subject_id, code FROM ledger_ledgeraccount
        WHERE subject_id = ANY(%(subjects)s) AND subject_id > 0
    ),
    side AS (
        SELECT line.subject_id, line.code, posting.entry_id, posting.amount_minor AS minor
        FROM line JOIN ledger_posting AS posting ON posting.debit_id = line.id
        UNION ALL
        SELECT line.subject_id, line.code, posting.entry_id, -posting.amount_minor
        FROM line JOIN ledger_posting AS posting ON posting.credit_id = line.id
    ),
    moved AS (
        SELECT subject_id, entry_id, code, sum(minor)::bigint AS minor FROM side
        GROUP BY subject_id, entry_id, code
    )
    SELECT moved.subject_id, entry.id, entry.kind, entry.effective_on, entry.key, entry.terms,
           entry.reverses_id, moved.code, moved.minor
    FROM moved JOIN ledger_entry AS entry ON entry.id = moved.entry_id
    ORDER BY moved.subject_id, entry.id
"""


@dataclass(slots=True)
class History:
    """What the books hold of one debt: the facts that stand, by the id of their entry, and what
    is stored (debits less credits by code)."""

    account_id: int
    creditor_id: int
    currency: str
    stored: dict[str, int] = field(default_factory=dict)
    facts: dict[int, Fact] = field(default_factory=dict)
    last_entry_id: int = 0
    last_on: date = date.min


def read_histories(account_ids: Collection[int]) -> list[History]:
    """The histories of debts that the books know. Two queries."""
    found: dict[int, History] = {}
    with connection.cursor() as cursor:
        cursor.execute(_LINES, {"subjects": list(account_ids)})
        for subject, creditor_id, currency, code, minor in cursor.fetchall():
            history = found.setdefault(subject, History(subject, creditor_id, currency))
            history.stored[code] = minor
        cursor.execute(_MOVED, {"subjects": list(found)})
        entries: dict[tuple[int, int], tuple[tuple[Any, ...], dict[str, int]]] = {}
        for subject, *entry, code, minor in cursor.fetchall():
            entries.setdefault((subject, entry[0]), (tuple(entry), {}))[1][code] = minor
    for (subject, entry_id), (entry_row, codes) in entries.items():
        _id, kind, effective_on, key, terms, reverses_id = entry_row
        history = found[subject]
        history.last_entry_id = entry_id
        history.last_on = max(history.last_on, effective_on)
        if reverses_id is not None:
            history.facts.pop(reverses_id, None)
        elif kind != Kind.REALLOCATION:
            history.facts[entry_id] = make_fact(
                effective_on=effective_on, key=key, kind=kind, codes=codes, terms=read_terms(terms)
            )
    return list(found.values())
