"""An import that is killed leaves nothing half done, and the same file then completes."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from datetime import UTC, datetime
from pathlib import Path

import pytest
from django.db import connection, transaction

from acuerdo.core.actor import SYSTEM
from acuerdo.core.models import Event
from acuerdo.creditors.actions import create_creditor
from acuerdo.creditors.models import Creditor
from acuerdo.ledger.models import Entry, LedgerAccount, Posting
from acuerdo.ledger.queries import list_balances, recompute_balances
from acuerdo.portfolio.actions import ImportReport, import_file
from acuerdo.portfolio.models import (
    Account,
    AccountParty,
    ContactPoint,
    Debtor,
    DueItem,
    ImportRun,
    Person,
    Portfolio,
)
from acuerdo.simulation.actions import write_portfolio

NOW = datetime(2026, 11, 24, 15, tzinfo=UTC)
EXAMPLE = Path(__file__).resolve().parents[2] / "examples" / "portfolio.csv"
WRITTEN = (
    Portfolio, ImportRun, Person, Debtor, ContactPoint, Account, AccountParty, DueItem,
    LedgerAccount, Entry, Posting,
)  # fmt: skip
LONG = os.environ.get("ACUERDO_CHAOS") == "long"
STAGES = ("match", "people", "accounts", "books", "columns") if LONG else ("people", "books")

# Stops itself in front of us at a stage, so that the kill hits a known moment.
CHILD = """
import sys, time
import django
django.setup()
from datetime import datetime
from django.db import transaction
from acuerdo.core.actor import SYSTEM
from acuerdo.creditors.models import Creditor
from acuerdo.portfolio.actions import import_file

stage, path, now = sys.argv[1:]

def progress(name, done, total):
    if name == stage:
        print("here", flush=True)
        time.sleep(60)

with transaction.atomic():
    import_file(actor=SYSTEM, now=datetime.fromisoformat(now), creditor=Creditor.objects.get(),
                path=path, progress=progress)
"""


def run(creditor: Creditor) -> ImportReport:
    with transaction.atomic():
        return import_file(actor=SYSTEM, now=NOW, creditor=creditor, path=EXAMPLE)


def wait_for_rollback() -> None:
    """The server notices a dead client at once or with its next write, which a statement over a
    million rows may keep waiting for."""
    for _ in range(3_000 if LONG else 100):
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
                " AND pid <> pg_backend_pid() AND backend_type = 'client backend'"
            )
            if not cursor.fetchone()[0]:
                return
        time.sleep(0.1)
    raise AssertionError("the killed import's session is still there")


@pytest.mark.django_db(transaction=True)
def test_an_import_killed_at_any_stage_leaves_nothing_and_completes_later() -> None:
    with transaction.atomic():
        creditor = create_creditor(actor=SYSTEM, now=NOW, name="Lender", country="CO")
    for stage in STAGES:
        child = subprocess.Popen(
            [sys.executable, "-c", CHILD, stage, str(EXAMPLE), NOW.isoformat()],
            stdout=subprocess.PIPE,
            env={**os.environ, "ACUERDO_PROCESS": "cli"},
        )
        assert child.stdout is not None
        assert child.stdout.readline() == b"here\n", f"it did not come to {stage}"
        os.kill(child.pid, signal.SIGKILL)
        child.wait()
        child.stdout.close()
        wait_for_rollback()
        for model in WRITTEN:
            assert not model.objects.exists(), f"{model.__name__} after a kill at {stage}"
        assert not Event.objects.filter(name="PortfolioImported").exists()
    report = run(creditor)
    assert (report.new, report.rejected) == (1000, 11)
    again = run(creditor)
    assert (again.new, again.changed, again.unchanged) == (0, 0, 1000)
    ids = list(Account.objects.values_list("id", flat=True))
    assert list_balances(ids) == recompute_balances(ids)


def import_synthetic(creditor: Creditor, path: Path, *, keep: bool = True) -> ImportReport:
    with transaction.atomic():
        report = import_file(actor=SYSTEM, now=NOW, creditor=creditor, path=path)
        transaction.set_rollback(not keep)
    return report


def fingerprint(creditor: Creditor) -> dict[str, str]:
    """What the creditor has, table by table, without the ids that a sequence gave: a digest of all
    rows in order. Two imports of one file have the same."""
    found = {}
    with connection.cursor() as cursor:
        for name, rows in FINGERPRINTS.items():
            cursor.execute(
                "SELECT count(*) || ' ' || coalesce(md5(string_agg(md5(told::text), ''"
                f" ORDER BY told::text)), '') FROM ({rows}) AS told",
                [creditor.pk],
            )
            found[name] = cursor.fetchone()[0]
    return found


FINGERPRINTS = {
    "accounts": "SELECT number, product, currency, country, subdivision, opened_on, due_on, state,"
    " stated_minor, row_digest FROM portfolio_account WHERE creditor_id = %s",
    "debtors": "SELECT debtor.name, debtor.timezone, person.document_hash FROM portfolio_debtor AS"
    " debtor JOIN portfolio_person AS person ON person.id = debtor.person_id"
    " WHERE debtor.creditor_id = %s",
    "contact points": "SELECT kind, value, is_valid, priority FROM portfolio_contactpoint"
    " WHERE creditor_id = %s",
    "due items": "SELECT account.number, item.sequence, item.due_on, item.amount_minor"
    " FROM portfolio_dueitem AS item JOIN portfolio_account AS account"
    " ON account.id = item.account_id WHERE account.creditor_id = %s",
    "balances": "SELECT account.number, line.code, line.balance_minor FROM ledger_ledgeraccount AS"
    " line JOIN portfolio_account AS account ON account.id = line.subject_id"
    " WHERE line.creditor_id = %s AND line.subject_id > 0",
    "entries": "SELECT entry.kind, entry.effective_on, posting.amount_minor FROM ledger_entry AS"
    " entry JOIN ledger_posting AS posting ON posting.entry_id = entry.id"
    " WHERE entry.creditor_id = %s",
    "imports": "SELECT 1 FROM portfolio_importrun WHERE creditor_id = %s",
}
ROWS, KILLS = (1_000_000, 10) if LONG else (3_000, 4)

# Says when it begins, and imports.
BEGINNER = """
import sys
import django
django.setup()
from datetime import datetime
from django.db import transaction
from acuerdo.core.actor import SYSTEM
from acuerdo.creditors.models import Creditor
from acuerdo.portfolio.actions import import_file

path, now = sys.argv[1:]
creditor = Creditor.objects.get(name="Killed")
print("begun", flush=True)
with transaction.atomic():
    import_file(actor=SYSTEM, now=datetime.fromisoformat(now), creditor=creditor, path=path)
"""


@pytest.mark.django_db(transaction=True)
def test_an_import_killed_at_random_moments_ends_as_if_it_never_had_been(tmp_path: Path) -> None:
    path = tmp_path / "synthetic.csv"
    write_portfolio(accounts=ROWS, countries=("CO", "BR"), seed=5, as_of_on=NOW.date(), path=path)
    with transaction.atomic():
        killed, whole = (
            create_creditor(actor=SYSTEM, now=NOW, name=name, country="CO")
            for name in ("Killed", "Whole")
        )
    nothing = fingerprint(killed)
    started = time.monotonic()
    import_synthetic(killed, path, keep=False)
    seconds = time.monotonic() - started
    rng = random.Random(11)
    for _ in range(KILLS):
        child = subprocess.Popen(
            [sys.executable, "-c", BEGINNER, str(path), NOW.isoformat()],
            stdout=subprocess.PIPE,
            env={**os.environ, "ACUERDO_PROCESS": "cli"},
        )
        assert child.stdout is not None
        assert child.stdout.readline() == b"begun\n"
        # All of its length, and a little of what comes after its commit.
        time.sleep(rng.uniform(0, 1.1 * seconds))
        os.kill(child.pid, signal.SIGKILL)
        child.wait()
        child.stdout.close()
        wait_for_rollback()
        # It was killed before its commit, or after.
        if ImportRun.objects.exists():
            assert Account.objects.filter(creditor=killed).count() == ROWS
        else:
            assert fingerprint(killed) == nothing
    import_synthetic(killed, path)
    persons = Person.objects.count()
    runs = ImportRun.objects.filter(creditor=killed).count()
    report = import_synthetic(whole, path)
    assert report.accepted == ROWS
    # The same humans, and nothing of them twice.
    assert Person.objects.count() == persons
    first, second = fingerprint(killed), fingerprint(whole)
    # A run that had been committed when it was killed was one of its own.
    assert int(first.pop("imports").split()[0]) == runs
    second.pop("imports")
    assert first == second


@pytest.mark.django_db(transaction=True)
def test_two_imports_of_one_file_at_once_import_it_once() -> None:
    with transaction.atomic():
        creditor = create_creditor(actor=SYSTEM, now=NOW, name="Lender", country="CO")
    children = [
        subprocess.Popen(
            [sys.executable, "-c", CHILD, "never", str(EXAMPLE), NOW.isoformat()],
            env={**os.environ, "ACUERDO_PROCESS": "cli"},
        )
        for _ in range(2)
    ]
    assert [child.wait(timeout=120) for child in children] == [0, 0]
    assert Account.objects.count() == 1000
    assert ImportRun.objects.count() == 2
    reports = [run.report["accounts"] for run in ImportRun.objects.order_by("id")]
    assert [found["new"] for found in reports] == [1000, 0]
    assert creditor.pk == Account.objects.first().creditor_id  # type: ignore[union-attr]
