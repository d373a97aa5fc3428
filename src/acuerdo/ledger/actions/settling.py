"""What is stored of a debt made equal to what its history says."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from datetime import datetime
from typing import Any

import polars as pl

from acuerdo.core.actor import Actor
from acuerdo.ledger.actions.bulk import POSTING_COLUMNS, write_known
from acuerdo.ledger.histories import History, read_histories
from acuerdo.ledger.rules import CREDIT, DEBT_PREFIX, Kind
from acuerdo.ledger.rules.history import Outcome, pair_moves, replay

_BATCH = 5_000


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
