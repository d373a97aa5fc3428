"""One entry at a time."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from acuerdo.core.actor import Actor
from acuerdo.ledger.actions.lines import lock_lines
from acuerdo.ledger.actions.settling import settle_debts
from acuerdo.ledger.actions.writing import list_specs, write_entry
from acuerdo.ledger.errors import AlreadyReversed, NotReversible
from acuerdo.ledger.events import ENTRY_POSTED, ENTRY_REVERSED
from acuerdo.ledger.models import Entry
from acuerdo.ledger.rules import Kind, PostingSpec, list_subjects, reverse


def post_entry(
    *,
    actor: Actor,
    now: datetime,
    creditor_id: int,
    kind: str,
    effective_on: date,
    postings: Sequence[PostingSpec],
    key: str,
    memo: str = "",
) -> Entry:
    """Post one entry and change the stored balances of the debts it touches.

    Where it came late, or takes off more than is owed, what is owed of each component follows
    from the debt's whole history (`settle_debts`). The same `key` with the same content gives the
    entry that is there and changes nothing; with other content it raises CommandConflict. Raises
    EntryInvalid, CurrencyMixed.
    """
    subjects = list_subjects(postings)
    lock_lines(subjects)
    entry = write_entry(
        actor=actor,
        now=now,
        creditor_id=creditor_id,
        kind=kind,
        effective_on=effective_on,
        postings=postings,
        key=key,
        memo=memo,
        event=ENTRY_POSTED,
    )
    settle_debts(actor=actor, now=now, account_ids=subjects)
    return entry


def reverse_entry(*, actor: Actor, now: datetime, entry: Entry, key: str, memo: str = "") -> Entry:
    """Undo `entry` by its mirror image, effective on the same date, as if it had never been:
    what was paid later goes where it would have gone without it.

    Once only: a second key raises AlreadyReversed. Raises NotReversible for a reversal and for a
    reallocation, which only follow from other entries.
    """
    if entry.reverses_id is not None or entry.kind == Kind.REALLOCATION:
        raise NotReversible()
    postings = reverse(list_specs(entry))
    subjects = list_subjects(postings)
    lock_lines(subjects)
    known = Entry.objects.filter(reverses=entry).first()
    if known is not None:
        if known.key == key:
            return known
        raise AlreadyReversed()
    reversal = write_entry(
        actor=actor,
        now=now,
        creditor_id=entry.creditor_id,
        kind=Kind.REVERSAL,
        effective_on=entry.effective_on,
        postings=postings,
        key=key,
        memo=memo,
        event=ENTRY_REVERSED,
        reverses=entry,
    )
    settle_debts(actor=actor, now=now, account_ids=subjects)
    return reversal
