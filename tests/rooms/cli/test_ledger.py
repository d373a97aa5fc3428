"""`acuerdo ledger audit` says what is wrong with the books, and nothing where nothing is."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from django.db import connection, transaction
from small_portfolio import NOW, place, row
from typer.testing import CliRunner

from acuerdo.cli.app import app
from acuerdo.core.actor import SYSTEM
from acuerdo.creditors.actions import create_creditor
from acuerdo.ledger.sealing import seal_entries
from acuerdo.strategies.night import run_night

pytestmark = pytest.mark.django_db(transaction=True)


def audit() -> tuple[int, dict[str, object]]:
    done = CliRunner().invoke(app, ["ledger", "audit", "--json"])
    return done.exit_code, json.loads(done.stdout.splitlines()[-1])


def test_books_pictures_and_seals() -> None:
    with transaction.atomic():
        creditor = create_creditor(actor=SYSTEM, now=NOW, name="Lender", country="CO")
        place(creditor, [row(f"A-{number:04}") for number in range(5)])
    seal_entries(now=NOW)
    with transaction.atomic():
        run_night(creditor_id=creditor.pk, actor=SYSTEM, now=NOW + timedelta(hours=2))
    code, found = audit()
    assert (code, found["findings"], found["nights"]) == (0, [], 1)
    assert found["entries"] == 5
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute(
            "UPDATE portfolio_accountsnapshot SET total_minor = total_minor + 1 WHERE account_id ="
            " (SELECT min(account_id) FROM portfolio_accountsnapshot)"
        )
    code, found = audit()
    assert code == 3
    assert set(found["counts"]) == {"snapshot_parts", "snapshot_differs"}  # type: ignore[call-overload]
    shown = CliRunner().invoke(app, ["ledger", "audit"])
    assert "snapshot_differs" in shown.output
