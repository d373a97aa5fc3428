"""The worker process: runs queued reactions, walks of the demo clock, and the heartbeat."""

from __future__ import annotations

import asyncio
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import datetime, timedelta
from functools import partial
from typing import Any

import asyncpg
import psycopg
import structlog
from asgiref.sync import sync_to_async
from django.conf import settings
from django.db import connection, connections
from pgqueuer import PgQueuer
from pgqueuer.adapters.drivers.asyncpg import AsyncpgDriver
from pgqueuer.core.executors import DatabaseRetryEntrypointExecutor, EntrypointExecutorParameters
from pgqueuer.domain.models import Job, Schedule

from acuerdo.messaging.watching import watch_mailboxes
from acuerdo.workflow import queue, schedule

logger = structlog.get_logger(__name__)

_LOCK = "SELECT pg_advisory_lock_shared(hashtext('acuerdo worker'))"
_HEARTBEAT_TIMEOUT = timedelta(seconds=20)
_SETTLE_SECONDS = 120.0
_WALK_PATIENCE = 60.0


def drain(now: datetime | None = None, *, creditor_id: int | None = None) -> int:
    """Run the queued reactions (of one creditor) inline; the clock must already stand at `now`,
    if it is given."""
    return queue.drain(creditor_id=creditor_id)


@contextmanager
def keep_off() -> Iterator[bool]:
    """Whether this process has the data to itself for the length of the block: no worker runs and
    none can start, nor can another such block. The lock lives on a connection of its own, because
    Django's is given back while a provider is called; a process that is killed lets go of it."""
    with psycopg.connect(settings.DATABASE_URL, autocommit=True) as link:
        row = link.execute("SELECT pg_try_advisory_lock(hashtext('acuerdo worker'))").fetchone()
        yield bool(row and row[0])


def is_running() -> bool:
    """Whether a worker runs on this database: it holds a shared lock as long as it lives."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(hashtext('acuerdo worker'))")
        free = bool(cursor.fetchone()[0])
        if free:
            cursor.execute("SELECT pg_advisory_unlock(hashtext('acuerdo worker'))")
        return not free


def _in_thread(function: Callable[..., Any], *arguments: Any) -> Any:
    """Run `function` and give its connection back, whatever happens: threads are reused."""
    try:
        return function(*arguments)
    finally:
        connections.close_all()


class _Stopped(Exception):
    """The worker was told to stop in the middle of a walk; the next one goes on from there."""


def _settle(stopping: Callable[[], bool], _instant: datetime) -> None:
    """Wait until the worker's other tasks have run what the ticks set off. Raises _Stopped."""
    deadline = time.monotonic() + _SETTLE_SECONDS
    while queue.count_waiting() and time.monotonic() < deadline:
        if stopping():
            break
        time.sleep(0.02)
    if stopping():
        raise _Stopped


def _with_retries(parameters: EntrypointExecutorParameters) -> DatabaseRetryEntrypointExecutor:
    return DatabaseRetryEntrypointExecutor(
        parameters, max_attempts=6, initial_delay=timedelta(seconds=1), max_delay=timedelta(hours=1)
    )


async def run() -> None:
    """Work until SIGTERM or SIGINT, or until the database is gone (the supervisor restarts us)."""
    link = await asyncpg.connect(settings.DATABASE_URL)
    await link.fetchval(_LOCK)
    engine = PgQueuer(AsyncpgDriver(link))
    in_thread = partial(sync_to_async(_in_thread, thread_sensitive=False))

    @engine.entrypoint(
        queue.REACT, concurrency_limit=8, on_failure="hold", executor_factory=_with_retries
    )
    async def react(job: Job) -> None:
        try:
            await in_thread(queue.react, job.payload or b"")
        except Exception:
            # The engine says only that it retries, not why.
            logger.exception("reaction_failed", job_id=job.id, attempt=job.attempts)
            raise

    settle = partial(_settle, engine.shutdown.is_set)

    async def walk(patience: float) -> None:
        with suppress(_Stopped):
            await in_thread(partial(schedule.walk_to_now, settle=settle, patience=patience))

    @engine.entrypoint(queue.WALK, concurrency_limit=1)
    async def walk_demo_clock(_job: Job) -> None:
        await walk(_WALK_PATIENCE)

    @engine.schedule("heartbeat", "* * * * *")
    async def heartbeat(_schedule: Schedule) -> None:
        await walk(0)

    loop = asyncio.get_running_loop()
    for name in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(name, engine.shutdown.set)
    watch = asyncio.create_task(in_thread(watch_mailboxes, engine.shutdown.is_set))
    logger.info("worker_started")
    try:
        await engine.run(
            dequeue_timeout=timedelta(seconds=5),
            heartbeat_timeout=_HEARTBEAT_TIMEOUT,
            max_concurrent_tasks=20,
            shutdown_on_listener_failure=True,
        )
    finally:
        engine.shutdown.set()
        await watch
        await link.close(timeout=2)
