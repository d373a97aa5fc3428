"""The night: scores, segments and snapshots of a whole portfolio, each once."""

from __future__ import annotations

from datetime import timedelta

import pytest
from small_portfolio import NOW, TODAY, place, row

from acuerdo.core.actor import SYSTEM
from acuerdo.core.models import Event
from acuerdo.creditors.actions import create_creditor
from acuerdo.creditors.models import Creditor
from acuerdo.portfolio.models import Account, AccountSnapshot
from acuerdo.scoring.models import Score
from acuerdo.scoring.queries import get_score
from acuerdo.segments.actions import seed_segments
from acuerdo.strategies import jobs
from acuerdo.strategies.night import run_night

pytestmark = pytest.mark.django_db


@pytest.fixture
def creditor() -> Creditor:
    made = create_creditor(actor=SYSTEM, now=NOW, name="Banco Uno", country="CO")
    seed_segments(creditor_id=made.pk)
    return made


ROWS = [
    row("A-0001", dpd=-8),
    row("A-0002", dpd=10),
    row("A-0003", dpd=60),
    row("A-0004", dpd=120),
    row("A-0005", dpd=300),
    row("A-0006", dpd=15, total="40000.00"),
    row("A-0007", dpd=15, total="90000000.00"),
    row("A-0008", dpd=40, phone="", email=""),
]
SEGMENTS = {
    "A-0001": "before_due",
    "A-0002": "early",
    "A-0003": "mid",
    "A-0004": "late",
    "A-0005": "very_late",
    "A-0006": "small_balance",
    "A-0007": "high_balance",
    "A-0008": "mid",
}


def test_a_portfolio_is_scored_segmented_and_photographed(creditor: Creditor) -> None:
    place(creditor, ROWS)
    report = run_night(creditor_id=creditor.pk, actor=SYSTEM, now=NOW)
    assert report.accounts == 8
    assert report.segments["mid"] == 2
    assert set(report.seconds) == {"read", "score", "segment", "snapshot"}
    accounts = {account.number: account for account in Account.objects.all()}
    assert {number: account.segment_code for number, account in accounts.items()} == SEGMENTS
    picture = AccountSnapshot.objects.get(account_id=accounts["A-0003"].pk, as_of_on=TODAY)
    assert (picture.dpd, picture.bucket, picture.total_minor) == (60, "31-60", 120_000_000)
    assert picture.segment_code == "mid"
    assert picture.score_band == accounts["A-0003"].score_band
    explained = get_score(accounts["A-0008"].pk, creditor_ids=[creditor.pk], language="es")
    assert explained is not None
    assert "Ningún canal llega a la persona." in explained.reasons
    assert get_score(accounts["A-0008"].pk, creditor_ids=[], language="es") is None


def test_the_same_night_again_changes_nothing(creditor: Creditor) -> None:
    place(creditor, ROWS)
    run_night(creditor_id=creditor.pk, actor=SYSTEM, now=NOW)
    before = (Score.objects.count(), AccountSnapshot.objects.count())
    told = set(Event.objects.values_list("name", flat=True))
    assert {"AccountsScored", "SegmentsAssigned", "NightFinished"} <= told
    scored = Event.objects.filter(name="AccountsScored").count()
    run_night(creditor_id=creditor.pk, actor=SYSTEM, now=NOW)
    assert (Score.objects.count(), AccountSnapshot.objects.count()) == before == (8, 8)
    assert Event.objects.filter(name="AccountsScored").count() == scored == 1


def test_days_pass_and_accounts_move_on(creditor: Creditor) -> None:
    place(creditor, ROWS)
    run_night(creditor_id=creditor.pk, actor=SYSTEM, now=NOW)
    later = NOW + timedelta(days=25)
    run_night(creditor_id=creditor.pk, actor=SYSTEM, now=later)
    segments = dict(Account.objects.values_list("number", "segment_code"))
    assert segments["A-0001"] == "early"
    assert segments["A-0002"] == "mid"
    assert AccountSnapshot.objects.count() == 16
    assert Score.objects.count() == 16


def test_several_accounts_of_a_person_lower_the_score(creditor: Creditor) -> None:
    one = row("B-0001")
    place(creditor, [one, one | {"account": "B-0002"}, one | {"account": "B-0003"}, row("C-0009")])
    run_night(creditor_id=creditor.pk, actor=SYSTEM, now=NOW)
    values = dict(Score.objects.values_list("account_id", "value"))
    ids = dict(Account.objects.values_list("number", "pk"))
    assert values[ids["B-0001"]] == values[ids["B-0002"]] < values[ids["C-0009"]]


def test_the_night_of_all_creditors_comes_once_a_date_in_the_morning(creditor: Creditor) -> None:
    place(creditor, ROWS)
    other = create_creditor(actor=SYSTEM, now=NOW, name="Sin cartera", country="ES")
    midnight = NOW.replace(hour=6)  # 01:00 in Bogotá
    jobs.night_all(now=midnight)
    assert AccountSnapshot.objects.count() == 0
    jobs.night_all(now=midnight + timedelta(hours=4))
    jobs.night_all(now=midnight + timedelta(hours=5))
    assert AccountSnapshot.objects.filter(creditor_id=creditor.pk).count() == 8
    assert Event.objects.filter(name="NightFinished").count() == 1
    assert not Event.objects.filter(name="NightFinished", creditor_id=other.pk).exists()


def test_an_empty_portfolio_has_an_empty_night(creditor: Creditor) -> None:
    assert run_night(creditor_id=creditor.pk, actor=SYSTEM, now=NOW).accounts == 0
