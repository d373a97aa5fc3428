"""The books at size: posting a payments file, sealing it, and auditing all of it.

    python benchmarks/books.py [--postings 1000000]

Prints seconds, postings a second and the ratio to a bare COPY of the same entries and postings
into the same indexed tables, for 10,000 and 100,000 postings as well and how a posting's time
grows; and the memory of this process.
"""

from __future__ import annotations

import argparse
import os
import resource
from collections.abc import Callable
from datetime import UTC, date, datetime
from time import perf_counter

from scratch import list_sizes, scratch_database, tell_growth

NOW = datetime(2026, 11, 24, 15, tzinfo=UTC)


COPY_GOAL, AUDIT_GOAL = 3.0, 200_000


def measure(count: int, first: int) -> dict[str, float]:
    """Seconds of each work, the audit's for so many postings as the others had."""
    import polars as pl
    from django.db import connection, transaction

    from acuerdo.core.actor import SYSTEM
    from acuerdo.ledger.actions import (
        PAYMENT_COLUMNS,
        POSTING_COLUMNS,
        post_entries,
        post_payments,
    )
    from acuerdo.ledger.audit import audit_books
    from acuerdo.ledger.rules import PLACED
    from acuerdo.ledger.sealing import seal_entries

    subjects = range(first, first + count // 2)
    half = count // 2

    placed = pl.DataFrame(
        {
            "key": [f"placement:{subject}" for subject in subjects],
            "kind": "placement",
            "effective_on": date(2026, 11, 1),
            "debit_code": "debt.principal",
            "debit_subject": list(subjects),
            "credit_code": PLACED,
            "credit_subject": 0,
            "amount_minor": 100_000,
            "currency": "COP",
        },
        schema=POSTING_COLUMNS,
    )
    paid = pl.DataFrame(
        {
            "key": [f"payment:{subject}" for subject in subjects],
            "account_id": list(subjects),
            "effective_on": date(2026, 11, 2),
            "amount_minor": 40_000,
            "currency": "COP",
        },
        schema=PAYMENT_COLUMNS,
    )

    def clock(post: Callable[..., int], rows: pl.DataFrame) -> float:
        start = perf_counter()
        with transaction.atomic():
            assert post(actor=SYSTEM, now=NOW, creditor_id=1, frame=rows) == half
        return perf_counter() - start

    opening = clock(post_entries, placed)
    paying = clock(post_payments, paid)
    bare = bare_copy("payment")
    start = perf_counter()
    sealed = seal_entries(now=NOW)
    sealing = perf_counter() - start
    assert sealed == 2 * half
    start = perf_counter()
    audit = audit_books()
    auditing = perf_counter() - start
    assert audit.is_clean, audit.counts
    print(f"\n{audit.postings:,} postings in the books, {half:,} of them payments")
    print(f"open {half:,} debts        {opening:7.2f} s")
    print(
        f"post {half:,} payments     {paying:7.2f} s   {paying / bare:.2f} x bare COPY"
        f" ({bare:.2f} s, goal {COPY_GOAL:.0f} x)"
    )
    print(f"seal {sealed:,} entries      {sealing:7.2f} s   {sealed / sealing:,.0f} entries/s")
    print(
        f"audit                     {auditing:7.2f} s   {audit.postings / auditing:,.0f} postings/s"
        f"   (goal {AUDIT_GOAL:,})"
    )
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    return {
        "open": opening, "post": paying, "bare COPY": bare, "seal": sealing,
        "audit": auditing * count / audit.postings,
    }  # fmt: skip


def bare_copy(kind: str) -> float:
    """Seconds of a COPY of all entries and postings of a kind into empty tables like theirs."""
    from django.db import connection, transaction

    data = {}
    wanted = {
        "ledger_entry": f"SELECT * FROM ledger_entry WHERE kind = '{kind}'",
        "ledger_posting": "SELECT posting.* FROM ledger_posting AS posting JOIN ledger_entry AS"
        f" entry ON entry.id = posting.entry_id WHERE kind = '{kind}'",
    }
    with transaction.atomic(), connection.cursor() as cursor:
        for table, query in wanted.items():
            with cursor.copy(f"COPY ({query}) TO STDOUT (FORMAT binary)") as stream:
                data[table] = b"".join(bytes(part) for part in stream)
            cursor.execute(f"CREATE TABLE bare_{table} (LIKE {table} INCLUDING ALL)")
        cursor.execute(
            "ALTER TABLE bare_ledger_posting"
            " ADD FOREIGN KEY (entry_id) REFERENCES bare_ledger_entry"
        )
        for side in ("debit_id", "credit_id"):
            cursor.execute(
                f"ALTER TABLE bare_ledger_posting ADD FOREIGN KEY ({side}, currency)"
                " REFERENCES ledger_ledgeraccount (id, currency)"
            )
    with transaction.atomic(), connection.cursor() as cursor:
        start = perf_counter()
        for table, rows in data.items():
            with cursor.copy(f"COPY bare_{table} FROM STDIN (FORMAT binary)") as stream:
                stream.write(rows)
    seconds = perf_counter() - start
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE bare_ledger_posting, bare_ledger_entry")
    return seconds


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--postings", type=int, default=1_000_000)
    count = parser.parse_args().postings
    with scratch_database():
        print(f"{os.cpu_count()} cores")
        sizes = list_sizes(count)
        found = [measure(size, 1 + place * 100_000_000) for place, size in enumerate(sizes)]
        tell_growth(sizes, found)
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        print(f"memory: {peak:.0f} MB at most")


if __name__ == "__main__":
    main()
