"""Scores are appended, never changed, once for an instant."""

from __future__ import annotations

from datetime import timedelta

import polars as pl
import pytest
from django.db import DatabaseError, transaction
from small_portfolio import NOW

from acuerdo.core.actor import SYSTEM
from acuerdo.core.models import Event
from acuerdo.creditors.actions import create_creditor
from acuerdo.scoring.actions import score_accounts
from acuerdo.scoring.models import Score
from acuerdo.scoring.queries import get_score
from acuerdo.scoring.scorecard import MODEL

pytestmark = pytest.mark.django_db


def frame(*dpds: int) -> pl.DataFrame:
    return pl.DataFrame(
        {
            "account_id": list(range(1, len(dpds) + 1)),
            "dpd": list(dpds),
            "relative_balance": [1.0] * len(dpds),
            "debtor_accounts": [1] * len(dpds),
            "reachable_channels": [2] * len(dpds),
            "days_since_payment": pl.Series([None] * len(dpds), dtype=pl.Int64),
            "promises_kept": [0] * len(dpds),
            "promises_broken": [0] * len(dpds),
        }
    )


def test_a_set_leaves_rows_and_one_event() -> None:
    creditor = create_creditor(actor=SYSTEM, now=NOW, name="Banco Uno", country="CO")
    answer = score_accounts(frame(5, 45, 400), now=NOW, creditor_id=creditor.pk)
    assert answer.columns == ["account_id", "score", "score_version", "score_band"]
    assert answer["score_band"].to_list() == ["A", "B", "E"]
    event = Event.objects.get(name="AccountsScored")
    assert event.data["accounts"] == 3
    assert event.data["bands"] == {"A": 1, "B": 1, "E": 1}
    explained = get_score(2, creditor_ids=[creditor.pk], language="en")
    assert explained is not None
    assert explained.reasons[0] == "Overdue for 31 to 60 days."
    assert (explained.model, explained.version) == (MODEL.name, MODEL.version)


def test_the_same_instant_adds_nothing_and_another_month_appends() -> None:
    score_accounts(frame(5), now=NOW, creditor_id=1)
    score_accounts(frame(5), now=NOW, creditor_id=1)
    assert Score.objects.count() == 1
    score_accounts(frame(40), now=NOW + timedelta(days=40), creditor_id=1)
    assert [score.band for score in Score.objects.order_by("scored_at")] == ["A", "B"]


def test_what_a_model_said_is_not_changed() -> None:
    score_accounts(frame(5), now=NOW, creditor_id=1)
    with pytest.raises(DatabaseError), transaction.atomic():
        Score.objects.update(value=0.99)
    with pytest.raises(DatabaseError), transaction.atomic():
        Score.objects.all().delete()


def test_an_empty_set_tells_nothing() -> None:
    assert score_accounts(frame(), now=NOW, creditor_id=1).is_empty()
    assert not Event.objects.exists()
