"""A file that somebody brings to the pages: kept, looked at, mapped, and imported by a job.

The job may be repeated after a crash: the import is one transaction, so what was cut off left
nothing, and an upload that is done is not imported again.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.db import connection, transaction

from acuerdo.core.actor import Actor
from acuerdo.core.crypto import decrypt_bytes, encrypt_bytes
from acuerdo.core.errors import AcuerdoError
from acuerdo.core.events import LIVE_CHANNEL, publish
from acuerdo.core.storage import load, remove, save
from acuerdo.creditors.models import Creditor
from acuerdo.portfolio.actions.importing import import_intake
from acuerdo.portfolio.actions.intake import MAX_FILE_MEGABYTES, open_data
from acuerdo.portfolio.columns import list_columns
from acuerdo.portfolio.errors import FileTooLarge, UploadGone
from acuerdo.portfolio.events import UPLOAD_CONFIRMED
from acuerdo.portfolio.models import SavedMapping, Upload
from acuerdo.portfolio.rules.mapping import Mapping
from acuerdo.portfolio.rules.plans import Plan, cut_sample, hash_headers, plan_reading
from acuerdo.portfolio.rules.text import Records

MOVED = "ImportMoved"
"""What the live pages hear while a job runs."""
# What each stage takes of the whole, in per cent, as it ends.
_SHARES = {"read": 35, "match": 42, "people": 62, "accounts": 76, "books": 94, "columns": 99}


def store_upload(
    *, actor: Actor, now: datetime, creditor: Creditor, name: str, data: bytes
) -> Upload:
    """Keep a file to look at. Where the creditor's files with these headers were mapped before, so
    is this one. Raises an ImportRefused where nothing can be read from it."""
    megabytes = len(data) / 1_000_000
    if megabytes > MAX_FILE_MEGABYTES:
        raise FileTooLarge(megabytes=round(megabytes), limit=MAX_FILE_MEGABYTES)
    headers_hash = _hash(_open(name, data, Mapping())[0].headers)
    saved = SavedMapping.objects.filter(creditor=creditor, headers_hash=headers_hash).first()
    upload = Upload(
        creditor=creditor,
        file_name=name[:255],
        headers_hash=headers_hash,
        size=len(data),
        mapping=saved.mapping if saved else {},
        uploaded_at=now,
        actor=actor.label,
    )
    upload.file_key = save(f"uploads/{upload.public_id}.encrypted", encrypt_bytes(data))
    upload.save()
    return upload


@dataclass(frozen=True, slots=True)
class Look:
    """`plan_upload`: the plan, and how the file was recognised."""

    plan: Plan
    encoding: str
    separator: str
    is_remembered: bool


def plan_upload(upload: Upload, *, now: datetime) -> Look:
    """How the file would be read with its mapping; of a large text its first part. Changes
    nothing. Raises an ImportRefused."""
    mapping = Mapping.model_validate(upload.mapping)
    records, is_sample = _open(upload.file_name, read_upload(upload), mapping)
    creditor = upload.creditor
    plan = plan_reading(
        records,
        mapping=mapping,
        registered={column.name: column.headers for column in list_columns()},
        country=creditor.country,
        currency=creditor.currency,
        as_of_on=now.astimezone(ZoneInfo(creditor.timezone)).date(),
        is_sample=is_sample,
    )
    remembered = SavedMapping.objects.filter(
        creditor=creditor, headers_hash=upload.headers_hash, mapping=upload.mapping
    )
    return Look(plan, records.encoding, records.separator, remembered.exists())


def change_mapping(*, actor: Actor, now: datetime, upload: Upload, mapping: Mapping) -> Upload:
    """Say anew how the columns of an upload are read. Raises UploadGone once it is confirmed."""
    upload = _lock(upload, Upload.State.OPEN)
    upload.mapping = mapping.model_dump(exclude_defaults=True)
    upload.actor = actor.label
    upload.save(update_fields=["mapping", "actor"])
    return upload


def confirm_upload(*, actor: Actor, now: datetime, upload: Upload, remember: bool) -> Upload:
    """Let a job import the file as it is mapped; `remember` the mapping for the creditor's next
    file with these headers. Raises UploadGone where that has been said before."""
    upload = _lock(upload, Upload.State.OPEN)
    if remember:
        SavedMapping.objects.update_or_create(
            creditor=upload.creditor,
            headers_hash=upload.headers_hash,
            defaults={"mapping": upload.mapping, "saved_at": now, "actor": actor.label},
        )
    upload.state, upload.actor = Upload.State.WAITING, actor.label
    upload.save(update_fields=["state", "actor"])
    publish(
        UPLOAD_CONFIRMED,
        actor=actor,
        now=now,
        creditor_id=upload.creditor_id,
        refs=[f"upload:{upload.pk}"],
        data={"bytes": upload.size},
    )
    return upload


def discard_upload(*, actor: Actor, now: datetime, upload: Upload) -> None:
    """Throw a file away that was not imported. Raises UploadGone where it is under way."""
    upload = _lock(upload, Upload.State.OPEN)
    upload.state, upload.actor = Upload.State.DISCARDED, actor.label
    upload.save(update_fields=["state", "actor"])
    transaction.on_commit(lambda: remove(upload.file_key))


def read_upload(upload: Upload) -> bytes:
    """The file as it was brought."""
    return decrypt_bytes(load(upload.file_key))


def run_upload(upload_id: int, *, actor: Actor, now: datetime) -> None:
    """Import a confirmed upload, once: in transactions of its own, its progress told from outside
    them. Where the file is refused, the upload is open again, with the reason. One that is done is
    left alone."""
    link = connection.copy()
    try:
        with transaction.atomic():
            _wait_for(upload_id)
            upload = Upload.objects.select_related("creditor").get(pk=upload_id)
            if upload.state not in (Upload.State.WAITING, Upload.State.RUNNING):
                return
            tell = _teller(link, upload)
            tell("", 0, start=now)
            try:
                with transaction.atomic():
                    _import(upload, actor, now, tell)
            except AcuerdoError as error:
                upload.state = Upload.State.OPEN
                upload.refusal = {"code": error.code, "text": str(error)}
            else:
                upload.refusal = {}
                transaction.on_commit(lambda: remove(upload.file_key))
            upload.save(update_fields=["state", "refusal", "run"])
    finally:
        link.close()


def _import(upload: Upload, actor: Actor, now: datetime, tell: Callable[..., None]) -> None:
    mapping = Mapping.model_validate(upload.mapping)
    report = import_intake(
        actor=actor,
        now=now,
        creditor=upload.creditor,
        intake=open_data(upload.file_name, read_upload(upload), mapping),
        mapping=mapping,
        progress=lambda stage, _done, _of: tell(stage, _SHARES[stage]),
        with_results=True,
    )
    upload.state, upload.run_id = Upload.State.DONE, report.import_run_id


def _teller(link: Any, upload: Upload) -> Callable[..., None]:
    """Writes how far the job is, and lets the live pages know, while its own transaction is
    open."""

    def tell(stage: str, progress: int, start: datetime | None = None) -> None:
        with link.cursor() as cursor:
            cursor.execute(
                "UPDATE portfolio_upload SET state = %s, stage = %s, progress = %s,"
                " started_at = coalesce(%s, started_at) WHERE id = %s",
                [Upload.State.RUNNING, stage, progress, start, upload.pk],
            )
            cursor.execute(
                "SELECT pg_notify(%s, %s)", [LIVE_CHANNEL, f"{upload.creditor_id} {MOVED}"]
            )

    return tell


def _wait_for(upload_id: int) -> None:
    """Keep every other job off this upload for the length of the transaction: a second one, or one
    that follows a worker that was killed, waits until the first has ended, and sees what it did."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_advisory_xact_lock(hashtext('portfolio.upload'), %s)", [upload_id]
        )


def _lock(upload: Upload, state: str) -> Upload:
    found = (
        Upload.objects.select_for_update(of=("self",)).select_related("creditor").get(pk=upload.pk)
    )
    if found.state != state:
        raise UploadGone(name=found.file_name)
    return found


def _open(name: str, data: bytes, mapping: Mapping) -> tuple[Records, bool]:
    """The records of a file, of a large text those of its first part, and whether that is all."""
    is_text = not data.startswith((b"PAR1", b"PK\x03\x04"))
    sample, is_sample = cut_sample(data) if is_text else (data, False)
    return open_data(name, sample, mapping).take(), is_sample


def _hash(headers: list[str]) -> str:
    return hashlib.sha256(hash_headers(headers).encode()).hexdigest()
