"""The event row and the table of what reacts to it.

`publish` writes the event, enqueues its reactions and notifies the live pages, all in the
transaction of the change: a rollback takes all of it along.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from typing import Any

from django.db import connection
from psycopg.types.json import Jsonb

from acuerdo.core.actor import Actor
from acuerdo.core.models import Event
from acuerdo.core.partitions import ensure_month

LIVE_CHANNEL = "acuerdo_live"

# One statement: the row, and the notice that it is there.
_INSERT = f"""
    WITH told AS (
        INSERT INTO {Event._meta.db_table} (id, occurred_at, name, creditor_id, actor, refs, data)
        VALUES (%s, %s, %s, %s, %s, %s, %s) RETURNING id
    )
    SELECT pg_notify(%s, %s) FROM told
"""

Enqueuer = Callable[[Event, tuple[str, ...]], None]

_reactions: dict[str, tuple[str, ...]] = {}
_enqueue: Enqueuer | None = None


def register_reactions(table: Mapping[str, tuple[str, ...]], enqueue: Enqueuer) -> None:
    """Called once by `workflow`: event name → dotted names of reactions, and how to queue one."""
    global _enqueue
    _reactions.clear()
    _reactions.update(table)
    _enqueue = enqueue


def publish(
    name: str,
    *,
    actor: Actor,
    now: datetime,
    creditor_id: int | None = None,
    refs: Iterable[str] = (),
    data: Mapping[str, Any] | None = None,
) -> Event:
    """Tell that `name` happened at `now`.

    `refs` name what it is about (`account:12`, `debtor:7`); `data` holds JSON of ids and
    figures only. Must be called inside the transaction of the change.
    """
    if not connection.in_atomic_block:
        raise RuntimeError(f"{name} must be published in the transaction of its change")
    ensure_month(Event._meta.db_table, now)
    event = Event(
        occurred_at=now,
        name=name,
        creditor_id=creditor_id,
        actor=actor.label,
        refs=list(refs),
        data=dict(data or {}),
    )
    row: list[Any] = [event.id, now, name, creditor_id, event.actor, event.refs, Jsonb(event.data)]
    with connection.cursor() as cursor:
        cursor.execute(_INSERT, [*row, LIVE_CHANNEL, f"{creditor_id or 0} {name}"])
    event._state.adding = False
    names = _reactions.get(name, ())
    if names and _enqueue is not None:
        _enqueue(event, names)
    return event
