"""The inbox's only way in: insert or ignore by (source, external id)."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from django.db import connection

from acuerdo.messaging.models import InboundEvent

_SQL = """
INSERT INTO messaging_inboundevent
    (source, external_id, kind, creditor_id, debtor_id, channel, address, text_encrypted, payload,
     received_at, processed_at, outcome)
SELECT * FROM unnest(%s::text[], %s::text[], %s::text[], %s::bigint[], %s::bigint[], %s::text[],
    %s::text[], %s::bytea[], %s::jsonb[], %s::timestamptz[], %s::timestamptz[], %s::text[])
ON CONFLICT (source, external_id) DO NOTHING
RETURNING id, source, external_id
"""


def insert_new(rows: Sequence[InboundEvent]) -> list[InboundEvent]:
    """Insert `rows`; gives those that were not there before, with their ids, oldest key first.

    Two deliveries of the same fact at once: the second waits for the first one's transaction and
    then finds that it came late. Rows go in by key, so that two sets never wait for each other.
    """
    unique = {(row.source[:120], row.external_id[:200]): row for row in rows}
    ordered = [unique[key] for key in sorted(unique)]
    if not ordered:
        return []
    columns: list[Any] = [
        [key[0] for key in sorted(unique)],
        [key[1] for key in sorted(unique)],
        [row.kind for row in ordered],
        [row.creditor_id for row in ordered],
        [row.debtor_id for row in ordered],
        [row.channel for row in ordered],
        [row.address[:300] for row in ordered],
        [bytes(row.text_encrypted) for row in ordered],
        [json.dumps(row.payload) for row in ordered],
        [row.received_at for row in ordered],
        [row.processed_at for row in ordered],
        [row.outcome for row in ordered],
    ]
    with connection.cursor() as cursor:
        cursor.execute(_SQL, columns)
        made = {(source, external): pk for pk, source, external in cursor.fetchall()}
    new = []
    for key in sorted(unique):
        if key in made:
            unique[key].pk = made[key]
            unique[key]._state.adding = False
            new.append(unique[key])
    return new
