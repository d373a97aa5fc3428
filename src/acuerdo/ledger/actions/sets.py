"""Sets of entries, posted at once."""

from __future__ import annotations

from datetime import datetime

import polars as pl

from acuerdo.core.actor import Actor
from acuerdo.ledger.actions.bulk import POSTING_COLUMNS, write_set
from acuerdo.ledger.actions.settling import settle_debts
from acuerdo.ledger.errors import EntryInvalid
from acuerdo.ledger.rules import Kind

# Where a payment goes is not the caller's to say, and the other two follow from other entries.
_FOLLOWS = (Kind.PAYMENT, Kind.REVERSAL, Kind.REALLOCATION)


def post_entries(
    *, actor: Actor, now: datetime, creditor_id: int, frame: pl.DataFrame, memo: str = ""
) -> int:
    """Post a set of entries at once: one per distinct `key`, one posting per row.

    `frame` has POSTING_COLUMNS; rows of one key share kind, date and currency. A key that is in
    the books already is left alone, all its rows with it. A row of amount 0 only opens its debit
    line, so that a debt of nothing has a currency. Returns the number of entries posted. No event
    per entry: the caller publishes one for the set. Raises EntryInvalid (payments go by
    `post_payments`), CurrencyMixed.
    """
    if frame.is_empty():
        return 0
    if frame["kind"].is_in([kind.value for kind in _FOLLOWS]).any():
        raise EntryInvalid(problem="a set of entries has payments or reversals in it")
    written = write_set(
        actor=actor,
        now=now,
        creditor_id=creditor_id,
        frame=frame.select(list(POSTING_COLUMNS)),
        memo=memo,
    )
    settle_debts(actor=actor, now=now, account_ids=written.unsettled)
    return written.entries
