"""What this room does in the background."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from acuerdo.core.actor import SYSTEM, Actor
from acuerdo.core.models import Event
from acuerdo.reporting.listing.exports import remove_old_exports, write_export
from acuerdo.reporting.models import ListExport


def write_asked_export(event: Event, *, now: datetime) -> None:
    """A user asked for a list as a file (ExportAsked)."""
    number = int(event.refs[0].partition(":")[2])
    export = ListExport.objects.filter(pk=number, state="queued").first()
    if export is not None:
        actor = Actor("user", id=str(export.user_id))
        write_export(export=export, actor=actor, now=now)


def remove_old_exports_all(*, now: datetime) -> None:
    """Once a day: throw away lists that were exported long ago."""
    with transaction.atomic():
        remove_old_exports(actor=SYSTEM, now=now)
