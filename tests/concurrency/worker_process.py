"""A worker with one slow reaction, to be killed by `test_worker.py`."""

from __future__ import annotations

import asyncio
import time
from datetime import datetime, timedelta

import django

django.setup()


from acuerdo.core.models import Command, Event  # noqa: E402
from acuerdo.workflow import queue, worker  # noqa: E402


def work(event: Event, *, now: datetime) -> None:
    """Writes one row, then takes its time: a kill in between must leave nothing."""
    Command.objects.create(
        creditor_id=1, action="work", key=f"{event.id} {time.monotonic_ns()}", input_hash="",
        result={},
    )  # fmt: skip
    time.sleep(0.03)


if __name__ == "__main__":
    queue.resolve = lambda _name: work
    worker._HEARTBEAT_TIMEOUT = timedelta(seconds=2)
    asyncio.run(worker.run())
