"""A folder per creditor whose files come in by themselves, here or in an object store (`folders`).

`FOLDER/place`, `FOLDER/full` and `FOLDER/delta` are looked at; what was taken goes to
`FOLDER/done`, what could not be to `FOLDER/failed`, each with its result beside it.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Final

import structlog
from django.db import transaction
from django.utils import translation

from acuerdo.core.actor import SYSTEM, Actor
from acuerdo.core.errors import AcuerdoError
from acuerdo.core.events import publish
from acuerdo.creditors.models import Creditor
from acuerdo.portfolio.actions.deltas import import_delta, import_full
from acuerdo.portfolio.actions.folders import (
    Folder,
    Waiting,
    open_folder,
    overlap,
)
from acuerdo.portfolio.actions.importing import import_intake, load_mapping
from acuerdo.portfolio.actions.intake import load_layout, open_file
from acuerdo.portfolio.errors import InboxInvalid, InboxUnreachable
from acuerdo.portfolio.events import INBOX_SET
from acuerdo.portfolio.models import InboxFile
from acuerdo.portfolio.rules.mapping import Mapping as ColumnMapping

logger = structlog.get_logger(__name__)

_AT_ONCE: Final = 20
_BLOCK: Final = 1 << 20


@dataclass(slots=True)
class InboxReport:
    """How many files of a scan came in, were here already, and failed."""

    done: int = 0
    known: int = 0
    failed: int = 0


def set_inbox(
    *,
    creditor: Creditor,
    folder: str,
    actor: Actor,
    now: datetime,
    recall_percent: int | None = None,
    change_percent: int | None = None,
) -> Creditor:
    """Watch `folder`, a path or the URL of an object store, for the creditor ('' for none), and
    declare which shares a file may end and change (None: as they are). Makes its folders. Raises
    InboxInvalid."""
    locked = Creditor.objects.select_for_update().get(pk=creditor.pk)
    if folder:
        others = Creditor.objects.exclude(pk=creditor.pk).values_list("settings__inbox", flat=True)
        is_whole = "://" in folder or Path(folder).is_absolute()
        if not is_whole or any(overlap(folder, other) for other in others if other):
            raise InboxInvalid(folder=folder)
        try:
            open_folder(folder).prepare()
        except InboxUnreachable:
            raise InboxInvalid(folder=folder) from None
    limits = dict(locked.settings.get("import_limits") or {})
    told = {"recall_percent": recall_percent, "change_percent": change_percent}
    limits |= {name: value for name, value in told.items() if value is not None}
    locked.settings = {**locked.settings, "inbox": folder, "import_limits": limits}
    locked.save(update_fields=["settings"])
    publish(INBOX_SET, actor=actor, now=now, creditor_id=locked.pk, data=limits)
    return locked


def scan_inbox(*, creditor: Creditor, now: datetime) -> InboxReport:
    """Take in the files that wait in the creditor's folder, oldest first, each in a transaction
    of its own and each content once. A scan that is cut off is gone on with by the next."""
    report = InboxReport()
    place = creditor.settings.get("inbox")
    if not place:
        return report
    folder = open_folder(place)
    with translation.override(creditor.language):
        for waiting in folder.list_waiting()[:_AT_ONCE]:
            try:
                outcome, told = _take(creditor, folder, waiting, now)
                setattr(report, outcome, getattr(report, outcome) + 1)
                _put_away(folder, waiting, outcome, told, now)
            except InboxUnreachable:
                # The next scan takes it up again; what came in already, it knows.
                logger.exception("inbox_file_stuck", creditor=creditor.pk, kind=waiting.kind)
    return report


def _take(
    creditor: Creditor, folder: Folder, waiting: Waiting, now: datetime
) -> tuple[str, dict[str, Any]]:
    """`done`, `known` or `failed`, and what to tell the sender."""
    kind = waiting.kind
    try:
        with folder.fetch(waiting) as path:
            digest = _digest(path)
            known = InboxFile.objects.filter(creditor=creditor, sha256=digest, kind=kind).first()
            if known is not None:
                taken = {"name": known.name, "at": known.taken_at.isoformat()}
                return "known", {"state": "known", "taken": taken}
            with transaction.atomic():
                told = _import(creditor, kind, path, now)
                InboxFile.objects.create(
                    creditor=creditor,
                    kind=kind,
                    name=waiting.name[:255],
                    sha256=digest,
                    taken_at=now,
                )
    except InboxUnreachable:
        raise
    except AcuerdoError as error:
        return "failed", {"state": "failed", "code": error.code, "reason": str(error)}
    except Exception:
        logger.exception("inbox_file_failed", creditor=creditor.pk, kind=kind)
        return "failed", {"state": "failed", "code": "internal"}
    return "done", {"state": "done", **told}


def _digest(path: Path) -> str:
    digest = hashlib.sha256()
    with path.open("rb") as stream:
        while block := stream.read(_BLOCK):
            digest.update(block)
    return digest.hexdigest()


def _import(creditor: Creditor, kind: str, path: Path, now: datetime) -> dict[str, Any]:
    """What the report of the import tells. `mapping.yaml` and `layout.yaml` beside the file say
    how it is read."""
    mapping_file, layout_file = (path.with_name(f"{name}.yaml") for name in ("mapping", "layout"))
    mapping = load_mapping(mapping_file) if mapping_file.exists() else ColumnMapping()
    layout = load_layout(layout_file) if layout_file.exists() else None
    given: dict[str, Any] = {
        "actor": SYSTEM,
        "now": now,
        "creditor": creditor,
        "intake": open_file(path, mapping, layout),
        "mapping": mapping,
    }
    importer: Any = {"place": import_intake, "full": import_full, "delta": import_delta}[kind]
    told: dict[str, Any] = importer(**given).to_json()
    return told


def _put_away(
    folder: Folder, waiting: Waiting, outcome: str, told: dict[str, Any], now: datetime
) -> None:
    """Move a file out of the way, with its result beside it."""
    folder.put_away(
        waiting,
        "failed" if outcome == "failed" else "done",
        f"{now:%Y%m%dT%H%M%SZ}-{waiting.name}",
        json.dumps(told, ensure_ascii=False, indent=1) + "\n",
    )
