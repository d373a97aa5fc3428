"""The nightly picture of every account: balances, days past due, bucket.

    python benchmarks/snapshot.py [--accounts 1000000]

Prints seconds of the picture and their ratio to the bare read (the same tables read out and thrown
away) and the bare write (the same rows by COPY into an empty partition) together, for 10,000 and
100,000 accounts as well and how an account's time grows; and the memory of this process, which
imports the accounts first.
"""

from __future__ import annotations

import argparse
import os
import resource
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from time import perf_counter

from scratch import list_sizes, scratch_database, tell_growth

NOW = datetime(2026, 11, 24, 15, tzinfo=UTC)
GOAL = 3.0


def build(home: Path, accounts: int) -> int:
    """A creditor with that many accounts; its id."""
    from django.db import connection, transaction

    from acuerdo.core.actor import SYSTEM
    from acuerdo.creditors.actions import create_creditor
    from acuerdo.portfolio.actions import import_file
    from acuerdo.simulation.actions import write_portfolio

    path = home / f"{accounts}.csv"
    write_portfolio(
        accounts=accounts, countries=["CO"], seed=accounts, as_of_on=date(2026, 11, 24), path=path
    )
    with transaction.atomic():
        creditor = create_creditor(actor=SYSTEM, now=NOW, name=f"Lender {accounts}", country="CO")
        import_file(actor=SYSTEM, now=NOW, creditor=creditor, path=path)
    path.unlink()
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")
    return creditor.pk


def bare_read(creditor_id: int) -> float:
    """Seconds to read out what a picture needs: accounts, due items and lines of the books."""
    from django.db import connection

    start = perf_counter()
    with connection.cursor() as cursor:
        for query in (
            "SELECT id, debtor_id, currency FROM portfolio_account"
            f" WHERE creditor_id = {creditor_id} AND state = 'active'",
            "SELECT item.account_id, item.due_on, item.amount_minor FROM portfolio_dueitem AS item"
            " JOIN portfolio_account AS account ON account.id = item.account_id"
            f" WHERE account.creditor_id = {creditor_id} AND account.state = 'active'",
            "SELECT subject_id, code, balance_minor FROM ledger_ledgeraccount"
            f" WHERE creditor_id = {creditor_id} AND subject_id > 0",
        ):
            with cursor.copy(f"COPY ({query}) TO STDOUT (FORMAT binary)") as stream:
                for _part in stream:
                    pass
    return perf_counter() - start


def bare_write(on: date) -> float:
    """Seconds to COPY the rows of that date into an empty table like their partition."""
    from django.db import connection, transaction

    table = f"portfolio_accountsnapshot_{on:%Y_%m_%d}"
    with connection.cursor() as cursor:
        with cursor.copy(f"COPY {table} TO STDOUT (FORMAT binary)") as stream:
            rows = b"".join(bytes(part) for part in stream)
        cursor.execute(f"CREATE TABLE bare_picture (LIKE {table} INCLUDING ALL)")
    with transaction.atomic(), connection.cursor() as cursor:
        start = perf_counter()
        with cursor.copy("COPY bare_picture FROM STDIN (FORMAT binary)") as stream:
            stream.write(rows)
    seconds = perf_counter() - start
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE bare_picture")
    return seconds


def measure(home: Path, accounts: int, on: date) -> dict[str, float]:
    """Seconds of the picture and of its bare peers."""
    from django.db import transaction

    from acuerdo.strategies.night import read_facts, write_pictures

    creditor_id = build(home, accounts)
    with transaction.atomic():
        start = perf_counter()
        facts = read_facts(creditor_id=creditor_id, on=on, now=NOW)
        reading = perf_counter() - start
        start = perf_counter()
        written = write_pictures(facts, creditor_id=creditor_id, on=on)
        writing = perf_counter() - start
    read, write = bare_read(creditor_id), bare_write(on)
    ratio = (reading + writing) / (read + write)
    print(f"\n{written:,} accounts")
    print(f"read and count days  {reading:7.2f} s   bare read  {read:6.2f} s")
    print(f"write                {writing:7.2f} s   bare write {write:6.2f} s")
    print(f"picture              {reading + writing:7.2f} s   {ratio:.2f} x   (goal {GOAL:.0f} x)")
    return {"picture": reading + writing, "bare": read + write}


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--accounts", type=int, default=1_000_000)
    count = parser.parse_args().accounts
    with scratch_database() as home:
        print(f"{os.cpu_count()} cores")
        sizes = list_sizes(count)
        tell_growth(
            sizes,
            [
                measure(home, size, date(2026, 11, 24) + timedelta(days=place))
                for place, size in enumerate(sizes)
            ],
        )
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        print(f"memory: {peak:.0f} MB at most")


if __name__ == "__main__":
    main()
