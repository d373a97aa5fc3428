from datetime import date

import polars as pl
import pytest

from acuerdo.portfolio.actions import append_snapshots
from acuerdo.portfolio.models import AccountSnapshot

pytestmark = pytest.mark.django_db


def picture(account_id: int, on: date, dpd: int) -> dict[str, object]:
    return {
        "account_id": account_id, "as_of_on": on, "creditor_id": 1, "dpd": dpd, "bucket": "1-30",
        "currency": "COP", "principal_minor": 5, "interest_minor": 0, "fees_minor": 0,
        "costs_minor": 0, "total_minor": 5, "score": 0.5, "score_version": "v1", "score_band": "A",
        "segment_code": "early",
    }  # fmt: skip


def test_an_account_keeps_its_picture_of_a_date() -> None:
    first, second = date(2026, 11, 24), date(2027, 3, 1)
    frame = pl.DataFrame([picture(1, first, 3), picture(2, first, 4), picture(1, second, 9)])
    assert append_snapshots(frame) == 3
    again = pl.DataFrame([picture(1, first, 99), picture(3, first, 5)])
    assert append_snapshots(again) == 1
    rows = AccountSnapshot.objects.filter(as_of_on=first).order_by("account_id")
    assert list(rows.values_list("account_id", "dpd")) == [(1, 3), (2, 4), (3, 5)]
    assert append_snapshots(frame.clear()) == 0
