from datetime import UTC, datetime

import pytest
from django.db import IntegrityError, connection, transaction

from acuerdo.core.actor import SYSTEM
from acuerdo.core.events import publish
from acuerdo.core.models import Event

pytestmark = pytest.mark.django_db

AT = datetime(2031, 3, 31, 23, 59, tzinfo=UTC)


def make_event() -> Event:
    return publish("Tried", actor=SYSTEM, now=AT, creditor_id=7, refs=["account:1"], data={"n": 1})


def test_the_first_event_of_a_month_makes_its_partition() -> None:
    event = make_event()
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM core_event_2031_03")
        assert cursor.fetchone() == (1,)
    assert Event.objects.get(refs__contains=["account:1"]).id == event.id


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE core_event SET name = 'Other'",
        "DELETE FROM core_event",
        "DELETE FROM core_event_2031_03",
        "UPDATE core_event_2031_03 SET actor = 'x'",
    ],
)
def test_the_database_refuses_to_change_what_happened(statement: str) -> None:
    make_event()
    with (
        pytest.raises(IntegrityError, match="append-only"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement)
    assert Event.objects.get().name == "Tried"


@pytest.mark.django_db(transaction=True)
def test_an_event_is_refused_outside_a_transaction() -> None:
    with pytest.raises(RuntimeError, match="transaction"):
        make_event()
