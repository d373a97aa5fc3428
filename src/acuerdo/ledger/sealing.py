"""Sealing the books: what was posted cannot be altered behind their back and stay unnoticed.

A tick seals what was committed since the last one, in batches; posting never waits for it. Entries
commit in another order than their ids, so a seal says exactly which ones it covers, and one that
came late is in a later seal.
"""

from __future__ import annotations

import hashlib
import hmac
from datetime import datetime

from django.db import connection, transaction

from acuerdo.core.crypto import derive_secret
from acuerdo.ledger.models import Seal

BATCH = 20_000
# How many seals back a late entry is looked for; the audit looks at all.
_RECENT = 500

# One entry as text: everything that it says, with the lines it moves between by their names. What
# people write is counted first, so that no text can pass for another one's.
_DIGESTS = """
    WITH sides AS (
        SELECT posting.entry_id AS id,
               string_agg(concat_ws(':', posting.id, posting.amount_minor, posting.currency,
                   debit.creditor_id, debit.code, debit.subject_id, debit.currency,
                   credit.creditor_id, credit.code, credit.subject_id, credit.currency
               ), ',' ORDER BY posting.id) AS text
        FROM ledger_posting AS posting
        JOIN ledger_ledgeraccount AS debit ON debit.id = posting.debit_id
        JOIN ledger_ledgeraccount AS credit ON credit.id = posting.credit_id
        WHERE posting.entry_id BETWEEN %(first)s AND %(last)s
        GROUP BY posting.entry_id
    ),
    leaves AS (
        SELECT entry.id, sha256(convert_to(concat_ws('|',
                   entry.id, entry.creditor_id, entry.effective_on,
                   extract(epoch FROM entry.occurred_at), coalesce(entry.reverses_id, 0),
                   length(entry.kind), entry.kind, length(entry.key), entry.key,
                   length(entry.memo), entry.memo, length(entry.actor), entry.actor, sides.text
               ), 'UTF8')) AS leaf
        FROM ledger_entry AS entry LEFT JOIN sides USING (id)
        WHERE entry.id BETWEEN %(first)s AND %(last)s AND %(covers)s::int8multirange @> entry.id
    )
    SELECT count(*), encode(sha256(coalesce(string_agg(leaf, ''::bytea ORDER BY id), '')), 'hex'),
           coalesce(string_agg(substring(leaf FROM 1 FOR 8), ''::bytea ORDER BY id), '')
    FROM leaves
"""


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
    """How many entries there are now in `covers`, their digest and their leaves."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT lower(%(covers)s::int8multirange), upper(%(covers)s::int8multirange) - 1",
            {"covers": covers},
        )
        first, last = cursor.fetchone()
        cursor.execute(_DIGESTS, {"covers": covers, "first": first, "last": last})
        entries, digest, leaves = cursor.fetchone()
    return int(entries), str(digest), bytes(leaves)


def list_entries(covers: str) -> list[int]:
    """The ids that are there now of those that a seal covers, in order."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT id FROM ledger_entry WHERE id BETWEEN lower(%(covers)s::int8multirange)"
            " AND upper(%(covers)s::int8multirange) - 1 AND %(covers)s::int8multirange @> id"
            " ORDER BY id",
            {"covers": covers},
        )
        return [row[0] for row in cursor.fetchall()]


def tie(before: str, digest: str) -> str:
    """The seal of a batch, which holds the one before it."""
    key = derive_secret("ledger seal").encode()
    return hmac.new(key, f"{before}:{digest}".encode(), hashlib.sha256).hexdigest()
