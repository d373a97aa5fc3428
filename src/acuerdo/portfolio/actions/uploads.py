"""A file that somebody brings to the pages: kept, looked at, mapped, and imported by a job.

The job may be repeated after a crash: the import is one transaction, so what was cut off left
nothing, and an upload that is done is not imported again.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from django.db import connection, transaction

from acuerdo.core.actor import Actor
from acuerdo.core.crypto import encrypt_bytes
from acuerdo.core.errors import AcuerdoError
from acuerdo.core.events import LIVE_CHANNEL, publish
from acuerdo.core.storage import remove, save
from acuerdo.creditors.models import Creditor
from acuerdo.portfolio.actions.deltas import import_delta, import_full
from acuerdo.portfolio.actions.erasing import get_retention
from acuerdo.portfolio.actions.importing import import_intake
from acuerdo.portfolio.actions.intake import MAX_FILE_MEGABYTES, open_data
from acuerdo.portfolio.actions.planning import look_at_shape, read_upload
from acuerdo.portfolio.errors import FileTooLarge, UploadGone
from acuerdo.portfolio.events import UPLOAD_CONFIRMED
from acuerdo.portfolio.models import SavedMapping, Upload
from acuerdo.portfolio.rules.mapping import Mapping

MOVED = "ImportMoved"
"""What the live pages hear while a job runs."""
# What each stage takes of the whole, in per cent, as it ends.
_SHARES = {"read": 35, "match": 42, "people": 62, "accounts": 76, "books": 94, "columns": 99}


def store_upload(
    *,
    actor: Actor,
    now: datetime,
    creditor: Creditor,
    name: str,
    data: bytes,
    kind: str = Upload.Kind.PLACE,
) -> Upload:
    """Keep a file to look at. Where the creditor's files with these headers were mapped before, so
    is this one. Raises an ImportRefused where nothing can be read from it."""
    megabytes = len(data) / 1_000_000
    if megabytes > MAX_FILE_MEGABYTES:
        raise FileTooLarge(megabytes=round(megabytes), limit=MAX_FILE_MEGABYTES)
    headers_hash, mapping = look_at_shape(name, data)
    saved = SavedMapping.objects.filter(creditor=creditor, headers_hash=headers_hash).first()
    upload = Upload(
        creditor=creditor,
        file_name=name[:255],
        headers_hash=headers_hash,
        kind=kind,
        size=len(data),
        mapping=saved.mapping if saved else _store(mapping),
        uploaded_at=now,
        actor=actor.label,
    )
    upload.file_key = save(f"uploads/{upload.public_id}.encrypted", encrypt_bytes(data))
    upload.save()
    return upload


def change_mapping(
    *, actor: Actor, now: datetime, upload: Upload, mapping: Mapping, kind: str = ""
) -> Upload:
    """Say anew how the columns of an upload are read, and of which kind it is ('': as before).
    Raises UploadGone once it is confirmed."""
    upload = _lock(upload, Upload.State.OPEN)
    upload.mapping, upload.kind = _store(mapping), kind or upload.kind
    upload.actor = actor.label
    upload.save(update_fields=["mapping", "kind", "actor"])
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


def discard_old_uploads(*, actor: Actor, now: datetime, creditor: Creditor) -> int:
    """Throw away files that nobody imported within the days of the creditor's retention rule, and
    say how many those were."""
    limit = now - timedelta(days=get_retention(creditor).files)
    old = Upload.objects.filter(
        creditor=creditor, state=Upload.State.OPEN, uploaded_at__lt=limit
    ).select_for_update(skip_locked=True)
    uploads = list(old.order_by("pk"))
    for upload in uploads:
        discard_upload(actor=actor, now=now, upload=upload)
    return len(uploads)


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
    given: dict[str, Any] = {
        "actor": actor,
        "now": now,
        "creditor": upload.creditor,
        "intake": open_data(upload.file_name, read_upload(upload), mapping),
        "mapping": mapping,
        "progress": lambda stage, _done, _of: tell(stage, _SHARES[stage]),
    }
    if upload.kind == Upload.Kind.DELTA:
        upload.run_id = import_delta(**given).import_run_id
    elif upload.kind == Upload.Kind.FULL:
        upload.run_id = import_full(**given, with_results=True).placed.import_run_id
    else:
        upload.run_id = import_intake(**given, with_results=True).import_run_id
    upload.state = Upload.State.DONE


def _store(mapping: Mapping) -> dict[str, Any]:
    return mapping.model_dump(exclude_defaults=True, by_alias=True)


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
