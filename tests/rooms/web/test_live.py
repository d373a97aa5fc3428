"""The live stream: from a notification of the database to a browser, and what was missed."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator

import psycopg
import pytest
from django.db import connection
from django.urls import reverse

from acuerdo.core.events import LIVE_CHANNEL
from acuerdo.web import live
from acuerdo.web.live import Hub

OURS, THEIRS = frozenset({1}), frozenset({2})


def test_a_listener_hears_its_own_creditors_and_what_is_about_all() -> None:
    hub = Hub()
    start = f"{hub.run}-0"
    hub.hear("1 PaymentConfirmed")
    hub.hear("2 OptedOut")
    hub.hear("0 ClockMoved")
    assert hub.missed(start, OURS) == ["PaymentConfirmed", "ClockMoved"]
    assert hub.missed(start, THEIRS) == ["OptedOut", "ClockMoved"]


def test_nonsense_is_not_passed_on() -> None:
    hub = Hub()
    for payload in ("", "x", "1", "1 ", "one PaymentConfirmed", "-1 X"):
        hub.hear(payload)
    assert hub.sequence == 0


def test_whoever_comes_back_hears_what_was_missed_and_each_name_once() -> None:
    hub = Hub()
    hub.hear("1 TurnAppended")
    heard = f"{hub.run}-{hub.sequence}"
    assert hub.missed(heard, OURS) == []
    for _again in range(3):
        hub.hear("1 TurnAppended")
    assert hub.missed(heard, OURS) == ["TurnAppended"]


@pytest.mark.parametrize("last_id", ["ffffffff-3", "nonsense", "-"])
def test_another_process_or_too_long_ago_means_everything(last_id: str) -> None:
    hub = Hub()
    assert hub.missed(last_id, OURS) == [live.EVERYTHING]
    first = f"{hub.run}-0"
    for _many in range(live.KEPT + 5):
        hub.hear("1 MessageSent")
    assert hub.missed(first, OURS) == [live.EVERYTHING]


def test_a_browser_that_does_not_keep_up_is_told_to_look_at_everything() -> None:
    async def run() -> list[str]:
        hub = Hub()
        hub._start = lambda: None  # type: ignore[method-assign]
        stream = hub.stream(OURS, "")
        first = [await anext(stream), await anext(stream)]
        for _many in range(live.QUEUE + 10):
            hub.hear("1 MessageSent")
        return [*first, await anext(stream)]

    assert asyncio.run(run())[-1].endswith("event: changed\ndata: *\n\n")


async def collect(stream: AsyncIterator[str], word: str) -> str:
    async for chunk in stream:
        if word in chunk:
            return chunk
    raise AssertionError("the stream ended")


@pytest.mark.django_db(transaction=True)
def test_a_notification_of_the_database_reaches_the_browser() -> None:
    parameters = live._parameters()

    async def run() -> tuple[str, str]:
        hub = Hub()
        ours = asyncio.create_task(collect(hub.stream(OURS, ""), "changed"))
        theirs = asyncio.create_task(collect(hub.stream(THEIRS, ""), "changed"))
        async with await psycopg.AsyncConnection.connect(**parameters, autocommit=True) as link:
            for _try in range(50):
                await asyncio.sleep(0.1)
                await link.execute("SELECT pg_notify(%s, '1 PaymentConfirmed')", [LIVE_CHANNEL])
                if ours.done():
                    break
            assert not theirs.done()
            await link.execute("SELECT pg_notify(%s, '2 OptedOut')", [LIVE_CHANNEL])
            return await ours, await asyncio.wait_for(theirs, 5)

    got, other = asyncio.run(run())
    assert re.fullmatch(r"id: \w+-\d+\nevent: changed\ndata: PaymentConfirmed\n\n", got)
    assert "PaymentConfirmed" not in other
    assert connection.vendor == "postgresql"


@pytest.mark.django_db(transaction=True)
def test_after_a_lost_connection_everybody_looks_again() -> None:
    parameters = live._parameters()
    kill = (
        "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity"
        " WHERE query LIKE 'LISTEN%' AND pid <> pg_backend_pid()"
    )

    async def run() -> str:
        hub = Hub()
        stream = asyncio.create_task(collect(hub.stream(OURS, ""), "data: *"))
        async with await psycopg.AsyncConnection.connect(**parameters, autocommit=True) as link:
            for _try in range(100):
                await asyncio.sleep(0.1)
                cursor = await link.execute(kill)
                row = await cursor.fetchone()
                if row is not None and row[0]:
                    break
        return await asyncio.wait_for(stream, 10)

    assert "event: changed" in asyncio.run(run())


def test_the_address_of_the_stream_is_known_to_the_pages() -> None:
    assert reverse("web:live") == "/live"
