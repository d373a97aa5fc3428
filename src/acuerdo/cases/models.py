"""What a person has to look at: cases that a debtor opened, and tasks."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from uuid_utils.compat import uuid7

from acuerdo.creditors.models import Creditor
from acuerdo.portfolio.models import Account, Debtor


class Case(models.Model):
    """A dispute, a payment claimed, a hardship, a complaint: collection waits for its end."""

    id = models.BigAutoField(primary_key=True)
    public_id = models.UUIDField(default=uuid7, unique=True, editable=False)
    creditor = models.ForeignKey(Creditor, on_delete=models.PROTECT)
    account = models.ForeignKey(Account, null=True, on_delete=models.PROTECT)
    debtor = models.ForeignKey(Debtor, on_delete=models.PROTECT)
    kind = models.CharField(max_length=20)
    state = models.CharField(max_length=10, default="open")  # open | closed
    reason = models.TextField(blank=True)
    channel = models.CharField(max_length=20, blank=True)
    opened_by = models.CharField(max_length=80)
    opened_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)
    closed_by = models.CharField(max_length=80, blank=True)
    resolution = models.CharField(max_length=40, blank=True)
    key = models.CharField(max_length=200)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["creditor", "key"], name="case_once")]

    def __str__(self) -> str:
        return f"{self.kind} {self.public_id}"


class Evidence(models.Model):
    """A picture or PDF that a debtor sent as proof, as it came but encrypted. Its name is not kept.

    `state` is a `messaging.mail.files.FileState`: kept, waiting (for the scanner), unscanned, or
    infected, of which the content is thrown away.
    """

    id = models.BigAutoField(primary_key=True)
    public_id = models.UUIDField(default=uuid7, unique=True, editable=False)
    creditor = models.ForeignKey(Creditor, on_delete=models.PROTECT)
    debtor = models.ForeignKey(Debtor, on_delete=models.PROTECT)
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="evidence")
    media_type = models.CharField(max_length=40)
    size = models.PositiveIntegerField()
    digest = models.CharField(max_length=64)  # SHA-256; empty once it was forgotten
    state = models.CharField(max_length=12)
    content_encrypted = models.BinaryField(default=bytes)
    added_by = models.CharField(max_length=80)
    added_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"evidence {self.public_id}"


class Task(models.Model):
    """Work for a person, with the whole context in `packet` (ids and figures)."""

    id = models.BigAutoField(primary_key=True)
    public_id = models.UUIDField(default=uuid7, unique=True, editable=False)
    creditor = models.ForeignKey(Creditor, on_delete=models.PROTECT)
    kind = models.CharField(max_length=30)
    debtor = models.ForeignKey(Debtor, on_delete=models.PROTECT)
    account = models.ForeignKey(Account, null=True, on_delete=models.PROTECT)
    case = models.ForeignKey(Case, null=True, on_delete=models.PROTECT)
    subject = models.CharField(max_length=80, blank=True)
    packet = models.JSONField(default=dict)
    state = models.CharField(max_length=10, default="open")  # open | done
    assignee = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT)
    created_at = models.DateTimeField()
    due_at = models.DateTimeField(null=True)
    done_at = models.DateTimeField(null=True)
    key = models.CharField(max_length=200)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["creditor", "key"], name="task_once")]
        indexes = [models.Index(fields=["creditor", "state", "due_at"], name="task_queue")]

    def __str__(self) -> str:
        return f"{self.kind} {self.public_id}"
