"""How sets of messages are written: their new states, and one row of history for each."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from django.db import connection

from acuerdo.core.partitions import ensure_month
from acuerdo.messaging.models import Message, MessageStatus


def append_statuses(rows: Iterable[tuple[int, str, str]], *, at: datetime) -> None:
    """Append (message id, state, detail) rows of one instant."""
    made = [
        MessageStatus(at=at, message_id=message_id, state=state, detail=detail[:300])
        for message_id, state, detail in rows
    ]
    if made:
        ensure_month(MessageStatus._meta.db_table, at)
        MessageStatus.objects.bulk_create(made)


def save_messages(messages: Sequence[Message], fields: Sequence[str]) -> None:
    """Write `fields` of the locked rows. One statement for the set, sent in one go: Django's
    `bulk_update` builds a CASE over all rows for every column, which costs more than the rest
    of a claim."""
    if not messages:
        return
    known = {field.name: field for field in Message._meta.concrete_fields}
    columns = [known[name] for name in fields]
    assignments = ", ".join(f'"{column.column}" = %s' for column in columns)
    rows = [
        [
            *(
                column.get_db_prep_save(getattr(row, column.attname), connection)
                for column in columns
            ),
            row.pk,
        ]
        for row in messages
    ]
    with connection.cursor() as cursor:
        cursor.executemany(f"UPDATE messaging_message SET {assignments} WHERE id = %s", rows)
