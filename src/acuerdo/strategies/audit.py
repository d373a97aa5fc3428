"""Checking the nightly pictures of accounts against the books."""

from __future__ import annotations

from datetime import timedelta

from django.db import connection

from acuerdo.core.models import Event
from acuerdo.ledger.audit import Audit, Progress
from acuerdo.strategies.events import NIGHT_FINISHED

# A night reads the books while others post: what was posted this close to it may be on either side.
_BLUR = timedelta(minutes=15)

_SUMS = """
    SELECT account_id FROM portfolio_accountsnapshot
    WHERE principal_minor + interest_minor + fees_minor + costs_minor + taxes_minor <> total_minor
    ORDER BY account_id LIMIT 1000
"""
_AGAINST_BOOKS = """
    WITH moved AS (
        SELECT line.subject_id, line.code, side.amount, entry.occurred_at
        FROM ledger_posting AS posting
        JOIN ledger_entry AS entry ON entry.id = posting.entry_id
        CROSS JOIN LATERAL (VALUES (posting.debit_id, posting.amount_minor),
                                   (posting.credit_id, -posting.amount_minor)) AS side (id, amount)
        JOIN ledger_ledgeraccount AS line ON line.id = side.id
        WHERE entry.creditor_id = %(creditor)s AND starts_with(line.code, 'debt.')
          AND entry.occurred_at <= %(now)s + %(blur)s
    ),
    sums AS (
        SELECT subject_id,
               coalesce(sum(amount) FILTER (WHERE occurred_at <= %(now)s), 0) AS total,
               bool_or(occurred_at > %(now)s - %(blur)s) AS blurred
        FROM moved GROUP BY subject_id
    )
    SELECT picture.account_id, picture.total_minor, coalesce(sums.total, 0)
    FROM portfolio_accountsnapshot AS picture
    LEFT JOIN sums ON sums.subject_id = picture.account_id
    WHERE picture.creditor_id = %(creditor)s AND picture.as_of_on = %(on)s
      AND picture.total_minor <> coalesce(sums.total, 0) AND NOT coalesce(sums.blurred, false)
"""


def audit_snapshots(audit: Audit, *, progress: Progress = lambda *_: None) -> int:
    """Check every night's pictures: their parts add up, and their totals are what the books said
    at that moment. Adds to `audit`; returns how many nights were checked."""
    nights = list(
        Event.objects.filter(name=NIGHT_FINISHED)
        .order_by("occurred_at")
        .values_list("creditor_id", "occurred_at", "data")
    )
    seen: set[tuple[int | None, str]] = set()
    with connection.cursor() as cursor:
        cursor.execute(_SUMS)
        for (account,) in cursor.fetchall():
            audit.add("snapshot_parts", f"account {account}")
        for done, (creditor, at, data) in enumerate(nights, start=1):
            # A second night of a date keeps the first picture.
            if (creditor, data["on"]) not in seen:
                seen.add((creditor, data["on"]))
                values = {"creditor": creditor, "on": data["on"], "now": at, "blur": _BLUR}
                cursor.execute(_AGAINST_BOOKS, values)
                for account, pictured, booked in cursor.fetchall():
                    audit.add(
                        "snapshot_differs",
                        f"account {account} on {data['on']}",
                        f"{pictured}, postings {booked}",
                    )
            progress("snapshots", done, len(nights))
    return len(seen)
