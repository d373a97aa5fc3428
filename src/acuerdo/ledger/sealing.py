"""Sealing the books: what was posted cannot be altered behind their back and stay unnoticed.

A tick seals what was committed since the last one, in batches; posting never waits for it. Entries
commit in another order than their ids, so a seal says exactly which ones it covers, and one that
came late is in a later seal.
"""

from __future__ import annotations

import hashlib
import hmac
import re
from datetime import datetime

from django.db import connection, transaction

from acuerdo.core.crypto import derive_secret
from acuerdo.ledger.digests import read_leaves
from acuerdo.ledger.models import Seal

BATCH = 20_000
# How many seals back a late entry is looked for; the audit looks at all.
_RECENT = 500
LEAF = 8
"""How many bytes of an entry's digest a seal keeps, so that one that was altered can be named."""


def seal_entries(*, now: datetime, everything: bool = False) -> int:
    """Seal what is not sealed yet; returns how many entries. `everything` also looks for entries
    that came in very late."""
    sealed = 0
    while count := _seal_batch(now, everything):
        sealed += count
    return sealed


def _seal_batch(now: datetime, everything: bool) -> int:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('ledger seal'))")
        cursor.execute(
            """
            WITH recent AS (SELECT covers FROM ledger_seal ORDER BY id DESC LIMIT %s),
                 known AS (SELECT coalesce(range_agg(covers), '{}') AS covers FROM recent),
                 pending AS (
                     SELECT entry.id FROM ledger_entry AS entry, known
                     WHERE entry.id >= coalesce(lower(known.covers), 0)
                       AND NOT known.covers @> entry.id
                     ORDER BY entry.id LIMIT %s
                 )
            SELECT range_agg(int8range(id, id + 1))::text FROM pending
            """,
            [None if everything else _RECENT, BATCH],
        )
        (covers,) = cursor.fetchone()
        if covers is None:
            return 0
        entries, digest, leaves = read_digest(covers)
        last = Seal.objects.order_by("-pk").values_list("seal", flat=True).first()
        Seal.objects.create(
            covers=covers,
            entries=entries,
            digest=digest,
            leaves=leaves,
            seal=tie(last or "", digest),
            sealed_at=now,
        )
        return entries


def read_digest(covers: str) -> tuple[int, str, bytes]:
    """How many entries there are now in `covers`, their digest and the first bytes of theirs."""
    _ids, leaves = read_leaves(read_ranges(covers))
    digest = hashlib.sha256(b"".join(leaves)).hexdigest()
    return len(leaves), digest, b"".join(leaf[:LEAF] for leaf in leaves)


def read_ranges(covers: str) -> list[tuple[int, int]]:
    """The ranges (first id, end) of a multirange as PostgreSQL writes it: `{[1,4),[7,8)}`."""
    return [(int(first), int(end)) for first, end in re.findall(r"\[(\d+),(\d+)\)", covers)]


def tie(before: str, digest: str) -> str:
    """The seal of a batch, which holds the one before it."""
    key = derive_secret("ledger seal").encode()
    return hmac.new(key, f"{before}:{digest}".encode(), hashlib.sha256).hexdigest()
