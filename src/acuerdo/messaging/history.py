"""The status history: one row for every state that a message went through."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from acuerdo.core.partitions import ensure_month
from acuerdo.messaging.models import MessageStatus


def append_statuses(rows: Iterable[tuple[int, str, str]], *, at: datetime) -> None:
    """Append (message id, state, detail) rows of one instant."""
    made = [
        MessageStatus(at=at, message_id=message_id, state=state, detail=detail[:300])
        for message_id, state, detail in rows
    ]
    if made:
        ensure_month(MessageStatus._meta.db_table, at)
        MessageStatus.objects.bulk_create(made)
