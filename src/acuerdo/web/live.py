"""Live pages: from the database's notifications to the browsers of this process.

One connection per process listens, outside the pool; each browser gets a queue. A message holds
the names of events only, never an id or a figure: a page that cares asks for itself again and is
authorised anew. The last messages are kept, so that a browser that reconnects with Last-Event-ID
hears what it missed; where that is too long ago it is told to look at everything (`*`).
"""

from __future__ import annotations

import asyncio
import secrets
import time
from collections import deque
from collections.abc import AsyncIterator, Iterable
from dataclasses import dataclass, field
from typing import Any

import psycopg
import structlog
from django.db import connection

from acuerdo.core.events import LIVE_CHANNEL

logger = structlog.get_logger(__name__)

EVERYTHING = "*"
KEPT = 1000
QUEUE = 200
HEARTBEAT_SECONDS = 15.0
# A stream ends now and then, so that a login that was taken away is noticed at the reconnect.
STREAM_SECONDS = 15 * 60.0


@dataclass(frozen=True, slots=True)
class Notice:
    """One event's name, at one creditor (0: all), in the order of this process."""

    sequence: int
    creditor_id: int
    name: str


@dataclass(eq=False, slots=True)
class Listener:
    """One browser."""

    creditor_ids: frozenset[int]
    queue: asyncio.Queue[Notice] = field(default_factory=lambda: asyncio.Queue(QUEUE))
    overrun: bool = False

    def cares(self, notice: Notice) -> bool:
        """Whether the notice is about one of its creditors."""
        return notice.creditor_id == 0 or notice.creditor_id in self.creditor_ids


class Hub:
    """Hears the database and tells the browsers. Belongs to one event loop."""

    def __init__(self) -> None:
        self.run = secrets.token_hex(4)
        self.sequence = 0
        self.kept: deque[Notice] = deque(maxlen=KEPT)
        self.listeners: set[Listener] = set()
        self._task: asyncio.Task[None] | None = None

    def hear(self, payload: str) -> None:
        """Take one notification: `<creditor id> <event name>`."""
        creditor, _space, name = payload.partition(" ")
        if not creditor.isdigit() or not name:
            return
        self.sequence += 1
        notice = Notice(self.sequence, int(creditor), name)
        self.kept.append(notice)
        for listener in self.listeners:
            if not listener.cares(notice):
                continue
            try:
                listener.queue.put_nowait(notice)
            except asyncio.QueueFull:
                listener.overrun = True

    def missed(self, last_id: str, creditor_ids: frozenset[int]) -> list[str]:
        """The names that a browser did not hear which last heard `last_id`."""
        run, _dash, number = last_id.partition("-")
        if not last_id:
            return []
        if run != self.run or not number.isdigit():
            return [EVERYTHING]
        after = int(number)
        oldest = self.kept[0].sequence if self.kept else self.sequence + 1
        if after + 1 < oldest and after < self.sequence:
            return [EVERYTHING]
        probe = Listener(creditor_ids)
        return _distinct(n.name for n in self.kept if n.sequence > after and probe.cares(n))

    async def stream(self, creditor_ids: frozenset[int], last_id: str) -> AsyncIterator[str]:
        """The text of one browser's event stream."""
        listener = Listener(creditor_ids)
        self.listeners.add(listener)
        self._start()
        try:
            yield "retry: 2000\n\n"
            yield self._write(self.missed(last_id, creditor_ids))
            ends_at = time.monotonic() + STREAM_SECONDS
            while time.monotonic() < ends_at:
                try:
                    first = await asyncio.wait_for(listener.queue.get(), HEARTBEAT_SECONDS)
                except TimeoutError:
                    yield ": still here\n\n"
                    continue
                names = [first.name]
                # What came meanwhile goes in the same message.
                while not listener.queue.empty():
                    names.append(listener.queue.get_nowait().name)
                if listener.overrun:
                    listener.overrun = False
                    names = [EVERYTHING]
                yield self._write(_distinct(names))
        finally:
            self.listeners.discard(listener)

    def _write(self, names: list[str]) -> str:
        kind = "changed" if names else "ready"
        return f"id: {self.run}-{self.sequence}\nevent: {kind}\ndata: {' '.join(names)}\n\n"

    def _start(self) -> None:
        if self._task is None or self._task.done():
            self._task = asyncio.get_running_loop().create_task(self._listen())

    async def _listen(self) -> None:
        """Hold the one connection; where it breaks, come back and tell everybody to look again."""
        pause = 0.5
        broke = False
        while self.listeners:
            try:
                async with await psycopg.AsyncConnection.connect(
                    **_parameters(), autocommit=True
                ) as database:
                    await database.execute(f"LISTEN {LIVE_CHANNEL}")
                    pause = 0.5
                    if broke:
                        self.hear(f"0 {EVERYTHING}")
                        broke = False
                    while self.listeners:
                        # The generator ends by its time limit, to see whether anybody is left.
                        async for notification in database.notifies(timeout=30):
                            self.hear(notification.payload)
            except (psycopg.Error, OSError) as error:
                broke = True
                logger.warning("live_connection_lost", error=type(error).__name__)
                await asyncio.sleep(pause)
                pause = min(pause * 2, 10.0)


def _distinct(names: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(names))


def _parameters() -> dict[str, Any]:
    """Django's own parameters, less what only its synchronous connections understand."""
    own = connection.get_connection_params()
    return {key: value for key, value in own.items() if key not in _SYNC_ONLY}


_SYNC_ONLY = frozenset({"cursor_factory", "context", "prepare_threshold", "pool", "autocommit"})
_hubs: dict[int, Hub] = {}


def get_hub() -> Hub:
    """The hub of the running loop (a server process has one)."""
    loop = asyncio.get_running_loop()
    hub = _hubs.get(id(loop))
    if hub is None:
        hub = _hubs[id(loop)] = Hub()
    return hub
