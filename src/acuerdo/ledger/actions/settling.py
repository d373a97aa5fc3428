"""What is stored of a debt made equal to what its history says."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

import polars as pl
from django.db import connection

from acuerdo.core.actor import Actor
from acuerdo.ledger.actions.bulk import POSTING_COLUMNS, write_known
from acuerdo.ledger.rules import CREDIT, DEBT_PREFIX, Kind
from acuerdo.ledger.rules.allocation import read_terms
from acuerdo.ledger.rules.history import Fact, Outcome, make_fact, pair_moves, replay

_BATCH = 5_000

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


def settle_debts(*, actor: Actor, now: datetime, account_ids: Collection[int]) -> int:
    """Move what is owed between the components of each debt, and its credit, to where the whole
    history says; nothing where it is there already. The caller holds the locks of their lines.

    Returns how many debts were reallocated.
    """
    rows: dict[int, list[dict[str, Any]]] = defaultdict(list)
    settled = 0
    wanted = sorted(set(account_ids))
    for first in range(0, len(wanted), _BATCH):
        for history in read_histories(wanted[first : first + _BATCH]):
            moves = _find_moves(history, replay(history.facts.values()))
            rows[history.creditor_id] += moves
            settled += bool(moves)
    for creditor_id, moves in rows.items():
        if moves:
            frame = pl.DataFrame(moves, schema=POSTING_COLUMNS)
            write_known(actor=actor, now=now, creditor_id=creditor_id, frame=frame, memo="")
    return settled


def read_histories(account_ids: Sequence[int]) -> Iterator[History]:
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
    yield from found.values()


def _find_moves(history: History, outcome: Outcome) -> list[dict[str, Any]]:
    """The rows of the entry that brings what is stored to `outcome`; none where it is there."""
    wanted = {DEBT_PREFIX + part.value: minor for part, minor in outcome.components.items()}
    wanted[CREDIT] = -outcome.credit_minor
    differences = {code: minor - history.stored.get(code, 0) for code, minor in wanted.items()}
    return [
        {
            "key": f"reallocation:{history.account_id}:{history.last_entry_id}",
            "kind": Kind.REALLOCATION.value,
            "effective_on": history.last_on,
            "debit_code": debit,
            "debit_subject": history.account_id,
            "credit_code": credit,
            "credit_subject": history.account_id,
            "amount_minor": minor,
            "currency": history.currency,
        }
        for debit, credit, minor in pair_moves(differences)
    ]
