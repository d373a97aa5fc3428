"""Jobs in and out of PgQueuer: with `worker.py`, the only place that knows the engine."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.db import connection, transaction
from pgqueuer.adapters.drivers.psycopg import SyncPsycopgDriver
from pgqueuer.adapters.persistence.queries import SyncQueries

from acuerdo.core import clock
from acuerdo.core.models import Event
from acuerdo.workflow.models import ReactionRun
from acuerdo.workflow.reactions import DELIVERIES
from acuerdo.workflow.schedule import resolve

REACT = "react"
WALK = "walk"


class _InTransaction(SyncPsycopgDriver):
    """PgQueuer's driver on Django's own connection, so that a rollback takes the job along.

    Its constructor insists on autocommit, which is what we must not have.
    """

    def __init__(self) -> None:
        self._connection = connection.connection


def enqueue_reactions(event: Event, names: Sequence[str]) -> None:
    """Queue the reactions `names` to `event`, in the current transaction."""
    payloads: list[bytes | None] = [
        json.dumps(
            {"event": str(event.id), "at": event.occurred_at.isoformat(), "reaction": name}
        ).encode()
        for name in names
    ]
    SyncQueries(_InTransaction()).enqueue([REACT] * len(names), payloads, [0] * len(names))


def enqueue_walk() -> None:
    """Queue a walk to where the demo clock was asked to go, in the current transaction."""
    SyncQueries(_InTransaction()).enqueue(
        WALK, None, priority=0, dedupe_key=WALK, on_conflict="skip"
    )


def react(payload: bytes) -> None:
    """Run one reaction, its effect once: the row of (event, reaction) decides."""
    job = json.loads(payload)
    event_id, name = UUID(job["event"]), job["reaction"]
    event = Event.objects.get(id=event_id, occurred_at=datetime.fromisoformat(job["at"]))
    function, now = resolve(name), clock.now()
    if name in DELIVERIES:
        # It claims rows of its own, so a second run finds nothing left to do.
        function(event, now=now)
        return
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute(
                f"INSERT INTO {ReactionRun._meta.db_table} (event_id, reaction, ran_at)"
                " VALUES (%s, %s, %s) ON CONFLICT DO NOTHING RETURNING id",
                [event_id, name, now],
            )
            if cursor.fetchone() is None:
                return
        function(event, now=now)


def drain(limit: int = 100_000, *, creditor_id: int | None = None) -> int:
    """Run the queued reactions here and now, oldest first, until none is left; returns how many.
    With `creditor_id`, only those to events of that creditor.

    For commands and tests without a worker. A job is removed after its work, so that a crash
    repeats it instead of losing it; what fails is raised.
    """
    count = 0
    while count < limit:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT id, payload FROM pgqueuer WHERE entrypoint = %s AND status = 'queued'"
                " AND (%s::bigint IS NULL OR EXISTS (SELECT FROM core_event AS event"
                " WHERE event.id = (convert_from(payload, 'UTF8')::jsonb ->> 'event')::uuid"
                " AND event.creditor_id = %s))"
                " ORDER BY priority DESC, id LIMIT 1",
                [REACT, creditor_id, creditor_id],
            )
            row = cursor.fetchone()
        if row is None:
            return count
        react(bytes(row[1]))
        with connection.cursor() as cursor:
            cursor.execute("DELETE FROM pgqueuer WHERE id = %s", [row[0]])
        count += 1
    return count


def count_waiting() -> int:
    """Reactions that are queued or under way."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pgqueuer WHERE entrypoint = %s"
            " AND (status = 'picked' OR (status = 'queued' AND execute_after <= now()))",
            [REACT],
        )
        return int(cursor.fetchone()[0])
