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
    """The server notices a dead client at once or with its next write."""
    for _ in range(100):
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


@pytest.mark.django_db(transaction=True)
def test_an_import_killed_at_random_moments_is_all_or_nothing() -> None:
    with transaction.atomic():
        creditor = create_creditor(actor=SYSTEM, now=NOW, name="Lender", country="CO")
    rng = random.Random(3)
    for _ in range(50 if LONG else 3):
        child = subprocess.Popen(
            [sys.executable, "-c", CHILD, "never", str(EXAMPLE), NOW.isoformat()],
            env={**os.environ, "ACUERDO_PROCESS": "cli"},
        )
        time.sleep(rng.uniform(1.0, 5.0))
        child.kill()
        child.wait()
        wait_for_rollback()
        assert Account.objects.count() in (0, 1000)
        assert Account.objects.count() == DueItem.objects.count() == Entry.objects.count()
        assert bool(ImportRun.objects.count()) == bool(Account.objects.count())
    run(creditor)
    ids = list(Account.objects.values_list("id", flat=True))
    assert len(ids) == 1000
    assert list_balances(ids) == recompute_balances(ids)


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
