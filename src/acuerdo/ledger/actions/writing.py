"""Writing one entry as it is: what follows from it is the caller's."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from django.db import connection

from acuerdo.core.actor import Actor
from acuerdo.core.errors import CommandConflict
from acuerdo.core.events import publish
from acuerdo.core.money import Money
from acuerdo.ledger.actions.lines import open_lines
from acuerdo.ledger.models import Entry, Posting
from acuerdo.ledger.rules import Code, PostingSpec, check_postings, list_subjects, sum_changes


def list_specs(entry: Entry) -> list[PostingSpec]:
    """The postings of `entry` as they were asked for, in order."""
    rows = Posting.objects.filter(entry=entry).order_by("id").select_related("debit", "credit")
    return [
        PostingSpec(
            Code(row.debit.code, row.debit.subject_id),
            Code(row.credit.code, row.credit.subject_id),
            Money(row.amount_minor, row.currency),
        )
        for row in rows
    ]


def write_entry(
    *,
    actor: Actor,
    now: datetime,
    creditor_id: int,
    kind: str,
    effective_on: date,
    postings: Sequence[PostingSpec],
    key: str,
    memo: str,
    event: str,
    terms: str = "",
    reverses: Entry | None = None,
) -> Entry:
    """Insert an entry with its postings, change the balances, and publish `event`.

    A known `key` gives the entry that is there, or raises CommandConflict where it says something
    else.
    """
    currency = check_postings(postings)
    if not connection.in_atomic_block:
        raise RuntimeError("an entry is posted inside a transaction")
    with connection.cursor() as cursor:
        # A second caller with this key waits here for the first one's transaction.
        cursor.execute(
            "INSERT INTO ledger_entry (creditor_id, kind, key, effective_on, occurred_at, memo,"
            " actor, terms, reverses_id) VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s)"
            " ON CONFLICT (creditor_id, key) DO NOTHING RETURNING id",
            [
                creditor_id, kind, key, effective_on, now, memo[:200], actor.label,
                terms, reverses.pk if reverses else None,
            ],
        )  # fmt: skip
        inserted = cursor.fetchone()
    if inserted is None:
        known = Entry.objects.get(creditor_id=creditor_id, key=key)
        same = (known.kind, known.effective_on) == (kind, effective_on)
        if not same or list_specs(known) != list(postings):
            raise CommandConflict(key=key, action="post_entry")
        return known
    changes = sum_changes(postings)
    ids = open_lines(creditor_id, currency, changes)
    with connection.cursor() as cursor:
        for code in sorted(code for code in changes if code.subject_id):
            cursor.execute(
                "UPDATE ledger_ledgeraccount SET balance_minor = balance_minor + %s,"
                " moved_on = greatest(moved_on, %s) WHERE id = %s",
                [changes[code], effective_on, ids[code]],
            )
    Posting.objects.bulk_create(
        Posting(
            entry_id=inserted[0],
            debit_id=ids[posting.debit],
            credit_id=ids[posting.credit],
            amount_minor=posting.amount.minor,
            currency=currency,
        )
        for posting in postings
    )
    entry = Entry.objects.get(pk=inserted[0])
    publish(
        event,
        actor=actor,
        now=now,
        creditor_id=creditor_id,
        refs=[f"entry:{entry.pk}", *(f"account:{subject}" for subject in list_subjects(postings))],
        data={
            "kind": kind,
            "currency": currency,
            "change_minor": sum(minor for code, minor in changes.items() if code.subject_id),
        },
    )
    return entry
