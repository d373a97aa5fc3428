"""The one thing that this room does beside reading: it hands out an evidence file, and says so."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.db import connection, transaction
from uuid_utils.compat import uuid7

from acuerdo import __version__
from acuerdo.core.actor import Actor
from acuerdo.core.crypto import derive_secrets
from acuerdo.core.events import publish
from acuerdo.core.printing import PdfUnavailable, print_pdf
from acuerdo.reporting.events import EVIDENCE_EXPORTED
from acuerdo.reporting.evidence.chain import chain, close, digest, key_id, write
from acuerdo.reporting.evidence.collecting import collect, plain
from acuerdo.reporting.evidence.paper import to_html

# What a person waits for at a page: the latest of each long list, and no more than so long.
SHOWN: Final = 200
PATIENCE_SECONDS: Final = 60.0


@dataclass(frozen=True, slots=True)
class Evidence:
    """An evidence file: `files` by name (JSON, and the PDF where one could be made), `head` the
    last hash of its chain, `records` how many there are, `no_pdf` why there is no PDF."""

    stem: str
    files: dict[str, bytes]
    head: str
    records: int
    no_pdf: PdfUnavailable | None = None


def seal_keys() -> list[str]:
    """The keys of this installation that seal evidence files or once did, that of today first."""
    return derive_secrets("evidence-seal")


def export_evidence(
    *,
    creditor_ids: Sequence[int],
    debtor_id: int,
    actor: Actor,
    now: datetime,
    language: str = "",
    limit: int | None = SHOWN,
    seconds: float = PATIENCE_SECONDS,
) -> Evidence:
    """Everything about one debtor's contacts, chained and sealed, as JSON and as PDF.

    `language` is es, pt or en, the creditor's where empty. The JSON holds everything; the PDF the
    latest `limit` of each long list (None: all) and is left out where it cannot be made within
    `seconds`. Not inside a transaction: what it reads is of one instant, printing takes a while,
    and the event is written when the files are there. Raises NotFound for a debtor of no creditor
    of `creditor_ids`.
    """
    collected = collect(
        creditor_ids=creditor_ids, debtor_id=debtor_id, made_by=actor.label, language=language
    )
    file_id = uuid7()
    header = {
        "file": str(file_id),
        "made_at": plain(now),
        "software": f"acuerdo {__version__}",
        **collected.header,
    }
    chained = chain(header, collected.drafts)
    stem = f"evidence-{header['debtor']['public_id']}-{now:%Y%m%dT%H%M%SZ}"
    key = seal_keys()[0]
    no_pdf: PdfUnavailable | None = None
    files: dict[str, bytes] = {}
    html = to_html(chained, name=f"{stem}.json", key_id=key_id(key), limit=limit)
    if not connection.in_atomic_block:
        connection.close()  # others may use it while this one waits for the printer
    try:
        files[f"{stem}.pdf"] = print_pdf(html, seconds=seconds)
    except PdfUnavailable as error:
        no_pdf = error
    papers = {name: digest(data) for name, data in files.items()}
    files = {f"{stem}.json": write(close(chained, papers, key)), **files}
    with transaction.atomic():
        publish(
            EVIDENCE_EXPORTED,
            actor=actor,
            now=now,
            creditor_id=header["creditor"]["id"],
            refs=[f"debtor:{debtor_id}"],
            data={
                "file": str(file_id),
                "records": len(chained.records),
                "head": chained.head,
                "key_id": key_id(key),
                "pdf": no_pdf is None,
            },
        )
    return Evidence(stem, files, chained.head, len(chained.records), no_pdf)
