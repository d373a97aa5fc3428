from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from acuerdo.workflow import schedule
from acuerdo.workflow.reactions import DELIVERIES, REACTIONS
from acuerdo.workflow.schedule import TICKS, Tick, due_between, resolve

START = datetime(2026, 11, 24, 9, 58, 30, tzinfo=UTC)
HOURLY = Tick("hourly", timedelta(hours=1))
OFTEN = Tick("often", timedelta(minutes=5))


def test_each_tick_runs_at_its_own_instant_in_order() -> None:
    walked = list(due_between(START, START + timedelta(minutes=7), (HOURLY, OFTEN)))
    assert walked == [
        (datetime(2026, 11, 24, 10, 0, tzinfo=UTC), [HOURLY, OFTEN]),
        (datetime(2026, 11, 24, 10, 5, tzinfo=UTC), [OFTEN]),
    ]


@given(st.lists(st.integers(1, 4000), min_size=1, max_size=8))
def test_many_short_walks_run_what_one_long_walk_runs(steps: list[int]) -> None:
    ticks, at, pieces = (HOURLY, OFTEN), START, []
    for step in steps:
        pieces += list(due_between(at, at + timedelta(seconds=step), ticks))
        at += timedelta(seconds=step)
    assert pieces == list(due_between(START, at, ticks))


def test_a_tick_that_fails_does_not_stop_the_others(monkeypatch: pytest.MonkeyPatch) -> None:
    ran = []

    def broken(*, now: datetime) -> None:
        raise RuntimeError("no")

    functions = {"broken": broken, "sound": lambda *, now: ran.append(now)}
    monkeypatch.setattr(schedule, "resolve", functions.__getitem__)
    monkeypatch.setattr(schedule.connection, "close_if_unusable_or_obsolete", lambda: None)
    schedule.run_ticks([Tick("broken", timedelta(1)), Tick("sound", timedelta(1))], START)
    assert ran == [START]


@pytest.mark.parametrize(
    "name",
    sorted({name for names in REACTIONS.values() for name in names} | DELIVERIES)
    + [tick.function for tick in TICKS],
)
def test_every_function_of_the_tables_exists(name: str) -> None:
    assert callable(resolve(name))
