"""What a creditor decides has versions: written, approved by somebody, in force, out of force.

Policies of offers are kept so, and so is whatever else the rooms above let an operator write.
"""

from __future__ import annotations

from datetime import datetime
from typing import TypeVar

from django.db import models
from django.db.models import Max
from uuid_utils.compat import uuid7

from acuerdo.agreements.errors import FourEyes, PolicySettled
from acuerdo.core.actor import Actor
from acuerdo.creditors.models import Creditor


class Versioned(models.Model):
    """One version of what a `code` names. Of a code one version is active; one that waits for
    approval is neither active nor retired."""

    id = models.BigAutoField(primary_key=True)
    public_id = models.UUIDField(default=uuid7, unique=True, editable=False)
    creditor = models.ForeignKey(Creditor, on_delete=models.PROTECT)
    code = models.CharField(max_length=40)
    version = models.PositiveIntegerField(default=1)
    position = models.PositiveSmallIntegerField(default=0)
    is_active = models.BooleanField(default=True)
    written_by = models.CharField(max_length=80, default="system")
    written_at = models.DateTimeField(null=True)
    approved_by = models.CharField(max_length=80, blank=True)
    approved_at = models.DateTimeField(null=True)
    retired_at = models.DateTimeField(null=True)  # replaced, or declined
    note = models.CharField(max_length=200, blank=True)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return f"{self.code} v{self.version}"

    @property
    def is_waiting(self) -> bool:
        """Nobody has approved or declined it yet."""
        return not self.is_active and self.retired_at is None


Row = TypeVar("Row", bound=Versioned)


def needs_two(creditor: Creditor) -> bool:
    """Whether the one who wrote a version may not approve it."""
    return bool(creditor.settings.get("policies", {}).get("four_eyes"))


def list_active(model: type[Row], creditor_id: int) -> list[Row]:
    """Those in force, in the order in which they are asked."""
    rows = model._default_manager.filter(creditor_id=creditor_id, is_active=True)
    return list(rows.order_by("position", "id"))


def list_waiting(model: type[Row], creditor_id: int) -> list[Row]:
    """Those that wait to be approved."""
    rows = model._default_manager.filter(creditor_id=creditor_id, is_active=False, retired_at=None)
    return list(rows.order_by("position", "id"))


def list_versions(row: Row) -> list[Row]:
    """Every version of the row's code, the newest first."""
    rows = type(row)._default_manager.filter(creditor=row.creditor, code=row.code)
    return list(rows.order_by("-version"))


# --- changes, each under the creditor's lock -----------------------------------------------------


def lock(creditor: Creditor) -> Creditor:
    """One person at a time changes what a creditor decides."""
    return Creditor.objects.select_for_update().get(pk=creditor.pk)


def get_place(model: type[Row], creditor: Creditor, active: Row | None) -> int:
    """Where a version stands whose position nobody named: where it was, or last."""
    if active is not None:
        return active.position
    rows = model._default_manager.filter(creditor=creditor)
    last = rows.aggregate(last=Max("position"))["last"]
    return 0 if last is None else last + 1


def withdraw(model: type[Row], creditor: Creditor, code: str, now: datetime) -> None:
    """What waits under this code waits no more."""
    model._default_manager.filter(
        creditor=creditor, code=code, is_active=False, retired_at=None
    ).update(retired_at=now)


def save_draft(row: Versioned, *, actor: Actor, now: datetime, note: str) -> None:
    """Store the row as the newest version of its code, which waits."""
    rows = type(row)._default_manager.filter(creditor=row.creditor, code=row.code)
    row.version = (rows.aggregate(newest=Max("version"))["newest"] or 0) + 1
    row.is_active = False
    row.written_by, row.written_at, row.note = actor.label, now, " ".join(note.split())[:200]
    row.save()


def approve(row: Row, *, actor: Actor, now: datetime) -> Row:
    """Put a version that waits into force, in place of the one before it. Raises PolicySettled,
    and FourEyes where the creditor wants another person than the one who wrote it."""
    found, creditor = _waiting(row)
    if needs_two(creditor) and found.written_by == actor.label:
        raise FourEyes()
    type(row)._default_manager.filter(creditor=creditor, code=found.code, is_active=True).update(
        is_active=False, retired_at=now
    )
    found.is_active, found.approved_by, found.approved_at = True, actor.label, now
    found.save(update_fields=["is_active", "approved_by", "approved_at"])
    return found


def decline(row: Row, *, now: datetime) -> Row:
    """Do not put a version that waits into force. Raises PolicySettled."""
    found, _creditor = _waiting(row)
    found.retired_at = now
    found.save(update_fields=["retired_at"])
    return found


def retire(row: Row, *, now: datetime) -> Row:
    """Take a version out of force. Raises PolicySettled."""
    lock(row.creditor)
    found = type(row)._default_manager.get(pk=row.pk)
    if not found.is_active:
        raise PolicySettled()
    found.is_active, found.retired_at = False, now
    found.save(update_fields=["is_active", "retired_at"])
    return found


def _waiting(row: Row) -> tuple[Row, Creditor]:
    creditor = lock(row.creditor)
    found = type(row)._default_manager.get(pk=row.pk)
    if not found.is_waiting:
        raise PolicySettled()
    return found, creditor
