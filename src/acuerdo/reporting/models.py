"""The lists that somebody asked for as a file: the only rows of this room."""

from __future__ import annotations

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from uuid_utils.compat import uuid7


class ListExport(models.Model):
    """A list of accounts, written to a file in the background for the user who asked for it.

    `creditor_ids` are those that the user could see when asking.
    """

    public_id = models.UUIDField(default=uuid7, unique=True, editable=False)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE)
    creditor_ids = ArrayField(models.BigIntegerField())
    query = models.JSONField(default=dict)
    format = models.CharField(max_length=4, default="csv")  # csv | xlsx
    language = models.CharField(max_length=2)
    state = models.CharField(max_length=10, default="queued")  # queued | done | failed
    rows = models.PositiveIntegerField(default=0)
    file_key = models.CharField(max_length=200, blank=True)
    asked_at = models.DateTimeField()
    done_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"{self.public_id} {self.state}"
