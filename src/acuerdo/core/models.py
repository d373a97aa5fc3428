"""What every room stands on: the event row, the idempotent command, the demo clock."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from uuid_utils.compat import uuid7


class Event(models.Model):
    """What happened, written in the transaction of the change it tells of.

    Audit trail, timeline and source of webhooks at once. It holds ids and figures, never names,
    phones or texts, so that a person can be erased. Append-only, one partition a month.
    """

    pk = models.CompositePrimaryKey("id", "occurred_at")
    id = models.UUIDField(default=uuid7)
    occurred_at = models.DateTimeField()
    name = models.CharField(max_length=64)
    creditor_id = models.BigIntegerField(null=True)
    actor = models.CharField(max_length=80)
    refs = ArrayField(models.CharField(max_length=80), default=list)
    data = models.JSONField(default=dict)

    class Meta:
        indexes = [
            models.Index(fields=["creditor_id", "-occurred_at"], name="event_creditor_at"),
        ]

    def __str__(self) -> str:
        return f"{self.name} {self.id}"


class Command(models.Model):
    """A command that was carried out once, and what it gave."""

    creditor_id = models.BigIntegerField()
    action = models.CharField(max_length=64)
    key = models.CharField(max_length=200)
    input_hash = models.CharField(max_length=64)
    result = models.JSONField(default=dict)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["creditor_id", "action", "key"], name="command_once"),
        ]

    def __str__(self) -> str:
        return f"{self.action} {self.key}"


class DemoClock(models.Model):
    """One row: how far the business's time of a demo runs ahead of the machine's."""

    offset = models.DurationField()

    def __str__(self) -> str:
        return str(self.offset)
