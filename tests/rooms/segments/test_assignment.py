"""Segments are seeded once, checked before they are stored, and touch only what changed."""

from __future__ import annotations

import polars as pl
import pytest
from django.db import connection
from small_portfolio import NOW, place, row

from acuerdo.core.actor import SYSTEM
from acuerdo.core.models import Event
from acuerdo.creditors.actions import create_creditor
from acuerdo.creditors.models import Creditor
from acuerdo.portfolio.models import Account
from acuerdo.segments.actions import assign_segments, seed_segments
from acuerdo.segments.defaults import SegmentSpec
from acuerdo.segments.errors import PredicateInvalid, SegmentUnnamed
from acuerdo.segments.models import Segment
from acuerdo.segments.queries import list_segment_names

pytestmark = pytest.mark.django_db
NAMES = {"es": "Uno", "pt": "Um", "en": "One"}
YOUNG = SegmentSpec("young", NAMES, {"field": "dpd", "op": "<=", "value": 30})


@pytest.fixture
def creditor() -> Creditor:
    return create_creditor(actor=SYSTEM, now=NOW, name="Banco Uno", country="CO")


def facts(rows: list[tuple[int, int, str]]) -> pl.DataFrame:
    schema = {"account_id": pl.Int64, "dpd": pl.Int64, "score_band": pl.String}
    return pl.DataFrame(rows, schema=schema, orient="row")


def versions() -> dict[int, str]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT id, ctid::text FROM portfolio_account")
        return dict(cursor.fetchall())


def test_a_creditor_gets_the_default_segments_once_in_order(creditor: Creditor) -> None:
    first = seed_segments(creditor_id=creditor.pk)
    Segment.objects.filter(code="mid").update(is_active=False)
    again = seed_segments(creditor_id=creditor.pk)
    assert [segment.pk for segment in first] == [segment.pk for segment in again]
    assert [segment.code for segment in again][:2] == ["before_due", "small_balance"]
    names = list_segment_names([creditor.pk], "pt-br")
    assert names[creditor.pk, "before_due"] == "Antes do vencimento"


def test_a_wrong_segment_is_refused_before_anything_is_stored(creditor: Creditor) -> None:
    wrong = SegmentSpec("wrong", NAMES, {"field": "salary", "op": ">", "value": 1})
    with pytest.raises(PredicateInvalid) as refusal:
        seed_segments(creditor_id=creditor.pk, specs=[YOUNG, wrong])
    assert refusal.value.params == {"segment": "wrong", "place": "field", "found": "salary"}
    nameless = SegmentSpec("nameless", {"es": "Uno"}, YOUNG.predicate)
    with pytest.raises(SegmentUnnamed):
        seed_segments(creditor_id=creditor.pk, specs=[nameless])
    assert not Segment.objects.exists()


def test_only_accounts_that_changed_are_touched(creditor: Creditor) -> None:
    seed_segments(creditor_id=creditor.pk, specs=[YOUNG])
    place(creditor, [row("A-0001"), row("A-0002"), row("A-0003")])
    one, two, three = Account.objects.order_by("number").values_list("pk", flat=True)
    assigned = assign_segments(
        facts([(one, 5, "A"), (two, 40, "C"), (three, 9, "B")]), now=NOW, creditor_id=creditor.pk
    )
    assert assigned["segment_code"].to_list() == ["young", "", "young"]
    before = versions()
    assign_segments(
        facts([(one, 6, "A"), (two, 41, "D"), (three, 50, "B")]), now=NOW, creditor_id=creditor.pk
    )
    after = versions()
    assert [pk for pk in after if before[pk] != after[pk]] == [two, three]
    events = Event.objects.filter(name="SegmentsAssigned").order_by("id")
    assert [event.data["changed"] for event in events] == [3, 2]
    assert events[1].data["segments"] == {"": 2, "young": 1}
    assign_segments(facts([(one, 6, "A")]), now=NOW, creditor_id=creditor.pk)
    assert Event.objects.filter(name="SegmentsAssigned").count() == 2


def test_accounts_of_another_creditor_are_out_of_reach(creditor: Creditor) -> None:
    seed_segments(creditor_id=creditor.pk, specs=[YOUNG])
    other = create_creditor(actor=SYSTEM, now=NOW, name="Banco Dos", country="CO")
    place(other, [row("B-0001")])
    account = Account.objects.get()
    assign_segments(facts([(account.pk, 5, "A")]), now=NOW, creditor_id=creditor.pk)
    account.refresh_from_db()
    assert account.segment_code == ""
