"""A reaction runs once, with its change or not at all."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from django.db import connection, transaction

from acuerdo.core import events
from acuerdo.core.actor import SYSTEM
from acuerdo.core.models import Command, Event
from acuerdo.workflow import queue
from acuerdo.workflow.models import ReactionRun

AT = datetime(2026, 11, 24, 15, tzinfo=UTC)
ran: list[Event] = []


def note(event: Event, *, now: datetime) -> None:
    ran.append(event)
    Command.objects.create(
        creditor_id=1, action="note", key=f"{event.id} {len(ran)}", input_hash="", result={}
    )


def fail(event: Event, *, now: datetime) -> None:
    note(event, now=now)
    raise RuntimeError("half-way")


@pytest.fixture(autouse=True)
def table(monkeypatch: pytest.MonkeyPatch) -> None:
    ran.clear()
    here = __name__
    monkeypatch.setattr(queue, "resolve", lambda name: globals()[name.rpartition(".")[2]])
    monkeypatch.setattr(
        events, "_reactions", {"Noted": (f"{here}.note",), "Failed": (f"{here}.fail",)}
    )


def tell(name: str) -> Event:
    with transaction.atomic():
        return events.publish(name, actor=SYSTEM, now=AT)


def queued() -> list[Any]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT payload FROM pgqueuer ORDER BY id")
        return [bytes(row[0]) for row in cursor.fetchall()]


@pytest.mark.django_db(transaction=True)
def test_a_rollback_takes_the_job_along() -> None:
    with transaction.atomic():
        tell("Noted")
        assert len(queued()) == 1
        transaction.set_rollback(True)
    assert queued() == []
    assert not Event.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_a_job_that_runs_twice_works_once() -> None:
    event = tell("Noted")
    payload = queued()[0]
    assert queue.drain() == 1
    queue.react(payload)
    assert [seen.id for seen in ran] == [event.id]
    assert ReactionRun.objects.filter(event_id=event.id).count() == 1
    assert queued() == []


@pytest.mark.django_db(transaction=True)
def test_a_failed_reaction_leaves_nothing_and_stays_queued() -> None:
    tell("Failed")
    with pytest.raises(RuntimeError, match="half-way"):
        queue.drain()
    assert not Command.objects.exists()
    assert not ReactionRun.objects.exists()
    assert len(queued()) == 1
