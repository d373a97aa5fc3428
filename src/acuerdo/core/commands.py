"""Idempotent commands: the same key does its work once, and a repeat gets the same answer."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from django.db import connection

from acuerdo.core.errors import CommandConflict
from acuerdo.core.models import Command


@dataclass(slots=True)
class Once:
    """`done` says that the work was done before, and `result` what it gave then.

    Where it is not done, the caller does it and sets `result` before it leaves the block.
    """

    done: bool
    result: dict[str, Any] = field(default_factory=dict)


@contextmanager
def idempotent(
    *, creditor_id: int, action: str, key: str, payload: Mapping[str, Any]
) -> Iterator[Once]:
    """Run the block's work once per (creditor, action, key), in the caller's transaction.

    A second caller waits for the first one's transaction. Raises CommandConflict where the key
    comes back with another `payload`.
    """
    if not connection.in_atomic_block:
        raise RuntimeError(f"{action} must run inside a transaction")
    text = json.dumps(payload, sort_keys=True, default=str, separators=(",", ":"))
    digest = hashlib.sha256(text.encode()).hexdigest()
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO core_command (creditor_id, action, key, input_hash, result, created_at)"
            " VALUES (%s, %s, %s, %s, '{}', now()) ON CONFLICT DO NOTHING RETURNING id",
            [creditor_id, action, key, digest],
        )
        inserted = cursor.fetchone()
    if inserted is None:
        row = Command.objects.get(creditor_id=creditor_id, action=action, key=key)
        if row.input_hash != digest:
            raise CommandConflict(key=key, action=action)
        yield Once(done=True, result=row.result)
        return
    once = Once(done=False)
    yield once
    Command.objects.filter(pk=inserted[0]).update(result=once.result)
