"""What a debtor sends to prove a payment: pictures and PDFs, kept with the case."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import datetime
from typing import Final
from uuid import UUID

from django.db.models import Q
from django.utils.translation import gettext as _

from acuerdo.cases import events
from acuerdo.cases.errors import (
    EvidenceNotTaken,
    EvidenceTooLarge,
    EvidenceTooMany,
    EvidenceTypeRefused,
)
from acuerdo.cases.models import Case, Evidence
from acuerdo.cases.rules import ALREADY_PAID
from acuerdo.core.actor import Actor
from acuerdo.core.crypto import decrypt_bytes, encrypt_bytes
from acuerdo.core.errors import NotFound
from acuerdo.core.events import publish
from acuerdo.messaging.mail.files import MAX_BYTES, FileState, find_type
from acuerdo.messaging.scanning import has_scanner, scan

MAX_EVIDENCE: Final = 5
# Media type → the ending that a file of ours gets when it is saved.
EXTENSIONS: Final[dict[str, str]] = {
    "application/pdf": "pdf",
    "image/jpeg": "jpg",
    "image/png": "png",
    "image/webp": "webp",
    "image/heic": "heic",
}


def add_evidence(*, case: Case, content: bytes, actor: Actor, now: datetime) -> Evidence:
    """Keep a file with an open case of a payment that was claimed. What it is, its first bytes
    say. The same file again gives the row that is there.

    Raises EvidenceNotTaken, EvidenceTooLarge, EvidenceTypeRefused, EvidenceTooMany.
    """
    case = Case.objects.select_for_update().get(pk=case.pk)
    if case.kind != ALREADY_PAID or case.state != "open":
        raise EvidenceNotTaken()
    if len(content) > MAX_BYTES:
        raise EvidenceTooLarge(megabytes=MAX_BYTES // 1_000_000)
    media_type = find_type(content)
    if media_type not in EXTENSIONS:
        raise EvidenceTypeRefused()
    digest = hashlib.sha256(content).hexdigest()
    before = {one.digest: one for one in list_evidence(case)}
    if digest in before:
        return before[digest]
    if len(before) >= MAX_EVIDENCE:
        raise EvidenceTooMany(limit=MAX_EVIDENCE)
    added = Evidence.objects.create(
        creditor_id=case.creditor_id,
        debtor_id=case.debtor_id,
        case=case,
        media_type=media_type,
        size=len(content),
        digest=digest,
        state=FileState.WAITING if has_scanner() else FileState.KEPT,
        content_encrypted=encrypt_bytes(content),
        added_by=actor.label,
        added_at=now,
    )
    refs = [f"evidence:{added.pk}", f"case:{case.pk}", f"debtor:{case.debtor_id}"]
    publish(
        events.EVIDENCE_ADDED,
        actor=actor,
        now=now,
        creditor_id=case.creditor_id,
        refs=[*refs, f"account:{case.account_id}"] if case.account_id else refs,
        data={"media_type": media_type, "size": added.size},
    )
    return added


def scan_evidence(*, evidence_id: int) -> None:
    """Let the virus scanner look at a file that waits for it. Not in a transaction: it takes its
    time. What is infected is thrown away."""
    row = Evidence.objects.get(pk=evidence_id)
    if row.state != FileState.WAITING or not row.content_encrypted:
        return
    row.state = scan(decrypt_bytes(bytes(row.content_encrypted)))
    changed = ["state"]
    if row.state == FileState.INFECTED:
        row.content_encrypted = b""
        changed.append("content_encrypted")
    row.save(update_fields=changed)


def find_claim(debtor_id: int, account_id: int | None = None) -> Case | None:
    """The debtor's open case of a payment that was claimed: that of the account where one is
    named, else of any. A claim made before the account was known is about all of them."""
    found = Case.objects.select_related("account").filter(
        debtor_id=debtor_id, kind=ALREADY_PAID, state="open"
    )
    if account_id is not None:
        found = found.filter(Q(account_id=account_id) | Q(account__isnull=True))
    return found.order_by("account_id", "pk").first()


def list_evidence(case: Case) -> list[Evidence]:
    """What was sent to a case, oldest first, without the content."""
    return list(case.evidence.defer("content_encrypted").order_by("pk"))


def open_evidence(*, public_id: UUID, creditor_ids: Sequence[int]) -> tuple[Evidence, bytes]:
    """One file of those creditors and its content. Raises NotFound, also for one that no scanner
    has found clean yet and one that was forgotten."""
    row = Evidence.objects.filter(
        public_id=public_id, creditor_id__in=creditor_ids, state=FileState.KEPT
    ).first()
    if row is None or not row.content_encrypted:
        raise NotFound(what=_("The receipt"))
    return row, decrypt_bytes(bytes(row.content_encrypted))
