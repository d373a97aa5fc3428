"""The walk of the demo clock: every tick at its own instant, whatever goes wrong on the way."""

from __future__ import annotations

from datetime import datetime, timedelta

import psycopg
import pytest
from django.conf import settings
from django.db import connection, transaction
from pytest_django.fixtures import Settings

from acuerdo.core import clock
from acuerdo.core.actor import SYSTEM
from acuerdo.workflow import schedule
from acuerdo.workflow.actions import move_clock
from acuerdo.workflow.errors import NoDemoClock
from acuerdo.workflow.models import WalkState
from acuerdo.workflow.queries import get_walk
from acuerdo.workflow.schedule import Tick, walk_to_now

HOURLY = Tick("hourly", timedelta(hours=1))
OFTEN = Tick("often", timedelta(minutes=20))

ran: list[tuple[str, datetime]] = []


def note(name: str, now: datetime) -> None:
    assert timedelta(0) <= clock.now() - now < timedelta(minutes=1), "the clock stands elsewhere"
    ran.append((name, now))


def settle(_instant: datetime) -> None:
    return None


@pytest.fixture(autouse=True)
def two_ticks(monkeypatch: pytest.MonkeyPatch, settings: Settings) -> None:
    ran.clear()
    settings.DEMO = True
    functions = {
        "hourly": lambda *, now: note("hourly", now),
        "often": lambda *, now: note("often", now),
    }
    monkeypatch.setattr(schedule, "resolve", functions.__getitem__)
    monkeypatch.setattr(schedule, "TICKS", (HOURLY, OFTEN))
    monkeypatch.setattr(schedule.due_between, "__defaults__", ((HOURLY, OFTEN),))
    clock.forget_offset()


@pytest.fixture(autouse=True)
def clock_put_back() -> object:
    yield
    clock.forget_offset()


def move(by: timedelta) -> datetime:
    with transaction.atomic():
        return move_clock(actor=SYSTEM, now=clock.now(), by=by)


@pytest.mark.django_db(transaction=True)
def test_every_tick_in_between_runs_with_the_clock_at_its_instant() -> None:
    start = clock.now()
    target = move(timedelta(hours=2))
    walk_to_now(settle=settle)
    hourly = [at for name, at in ran if name == "hourly"]
    assert len(hourly) == 2
    assert [at for _name, at in ran] == sorted(at for _name, at in ran)
    assert {at.minute for _name, at in ran} <= {0, 20, 40}
    assert all(start < at <= target for at in hourly)
    assert clock.now() >= target
    state = get_walk()
    assert state is not None
    assert state.walked_to == target
    assert not state.under_way


@pytest.mark.django_db(transaction=True)
def test_a_tick_that_fails_and_loses_its_connection_loses_no_later_one(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def broken(*, now: datetime) -> None:
        connection.close()
        raise RuntimeError("no")

    functions = {"hourly": broken, "often": lambda *, now: note("often", now)}
    monkeypatch.setattr(schedule, "resolve", functions.__getitem__)
    move(timedelta(hours=3))
    walk_to_now(settle=settle)
    assert len(ran) in (9, 10)
    move(timedelta(hours=1))
    walk_to_now(settle=settle)  # the lock was not lost with the connection
    assert len(ran) in (12, 13)


@pytest.mark.django_db(transaction=True)
def test_two_walks_do_not_run_at_once() -> None:
    move(timedelta(hours=1))
    with psycopg.connect(settings.DATABASE_URL, autocommit=True) as other:
        other.execute("SELECT pg_advisory_lock(hashtext('acuerdo walk'))")
        walk_to_now(settle=settle, patience=0.3)
        assert ran == []
    walk_to_now(settle=settle)
    assert ran


@pytest.mark.django_db(transaction=True)
def test_a_walk_that_is_cut_off_goes_on_where_it_was() -> None:
    def cut(_instant: datetime) -> None:
        if len(ran) > 3:
            raise KeyboardInterrupt

    target = move(timedelta(hours=4))
    with pytest.raises(KeyboardInterrupt):
        walk_to_now(settle=cut)
    done = len(ran)
    reached = WalkState.objects.get().walked_to
    assert reached < target
    walk_to_now(settle=settle)
    assert WalkState.objects.get().walked_to == target
    # The instant that was cut off is walked again, none is left out.
    instants = {at for _name, at in ran[done:]}
    assert min(instants) > reached
    assert len({at for _name, at in ran if _name == "hourly"}) == 4


@pytest.mark.django_db(transaction=True)
def test_on_the_real_clock_what_was_missed_runs_once_and_now() -> None:
    now = clock.now()
    WalkState.objects.create(pk="business", walked_to=now - timedelta(days=2))
    walk_to_now(settle=settle)
    assert [name for name, _at in ran] == ["hourly", "often"]
    assert all(at >= now for _name, at in ran)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("by", [timedelta(0), timedelta(hours=-1), timedelta(days=40)])
def test_the_clock_never_goes_back_nor_far(by: timedelta) -> None:
    with pytest.raises(NoDemoClock):
        move(by)


@pytest.mark.django_db(transaction=True)
def test_outside_a_demo_the_clock_stands(settings: Settings) -> None:
    settings.DEMO = False
    with pytest.raises(NoDemoClock):
        move(timedelta(hours=1))
