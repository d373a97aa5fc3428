"""`acuerdo snapshot` takes the night's pictures by hand, and only true ones."""

from __future__ import annotations

import json
from datetime import date, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.db import transaction
from small_portfolio import NOW, place, row
from typer.testing import CliRunner

from acuerdo.cli.app import app
from acuerdo.core import clock
from acuerdo.core.actor import SYSTEM
from acuerdo.core.models import Event
from acuerdo.creditors.actions import create_creditor
from acuerdo.creditors.models import Creditor
from acuerdo.ledger.audit import Audit
from acuerdo.portfolio.models import AccountSnapshot
from acuerdo.strategies.audit import audit_snapshots
from acuerdo.strategies.events import NIGHT_FINISHED

pytestmark = pytest.mark.django_db(transaction=True)

TODAY = NOW.astimezone(ZoneInfo("America/Bogota")).date()


def take(*options: str, days: int = 0) -> tuple[int, dict[str, Any]]:
    with clock.travel(NOW + timedelta(days=days)):
        done = CliRunner().invoke(app, ["snapshot", "--json", *options])
    return done.exit_code, json.loads(done.stdout.splitlines()[-1]) if done.stdout else {}


@pytest.fixture
def creditor() -> Creditor:
    with transaction.atomic():
        creditor = create_creditor(actor=SYSTEM, now=NOW, name="Lender", country="CO")
        place(creditor, [row(f"A-{number:04}") for number in range(5)])
    return creditor


def test_the_night_of_today(creditor: Creditor) -> None:
    code, told = take()
    assert (code, told["accounts"], told["pictures"], told["refused"]) == (0, 5, 5, [])
    (line,) = told["creditors"]
    assert (line["creditor"], line["on"]) == ("Lender", TODAY.isoformat())
    assert 0 < line["seconds"] <= told["seconds"]
    pictures = AccountSnapshot.objects.filter(creditor_id=creditor.pk, as_of_on=TODAY)
    assert pictures.exclude(score=None).count() == 5
    assert Event.objects.filter(name=NIGHT_FINISHED).count() == 1
    assert take()[1]["pictures"] == 0  # an account keeps the first of a date
    found = Audit()
    assert audit_snapshots(found) == 1
    assert found.is_clean


def test_a_night_that_did_not_come(creditor: Creditor) -> None:
    missed = TODAY + timedelta(days=2)
    code, told = take("--on", missed.isoformat(), days=3)
    assert (code, told["pictures"]) == (0, 5)
    first = AccountSnapshot.objects.filter(as_of_on=missed).order_by("account_id").first()
    assert first is not None
    assert first.total_minor > 0
    assert (first.score, first.segment_code) == (None, "")
    code, told = take(days=3)
    assert (code, told["pictures"], told["creditors"][0]["on"]) == (
        0, 5, (TODAY + timedelta(days=3)).isoformat(),
    )  # fmt: skip


@pytest.mark.parametrize(
    ("on", "why"),
    [
        (TODAY - timedelta(days=1), "picture_untrue"),
        (TODAY + timedelta(days=1), "picture_too_early"),
    ],
)
def test_no_picture_that_would_not_be_true(creditor: Creditor, on: date, why: str) -> None:
    code, told = take("--on", on.isoformat())
    assert (code, told["creditors"]) == (3, [])
    assert told["refused"] == [{"creditor": "Lender", "why": why}]
    assert not AccountSnapshot.objects.exists()


@pytest.mark.parametrize("options", [["--creditor", "Nobody"], ["--on", "yesterday"]])
def test_what_cannot_be_understood(creditor: Creditor, options: list[str]) -> None:
    assert take(*options)[0] == 2
    assert not AccountSnapshot.objects.exists()
