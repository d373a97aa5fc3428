"""The outside world for trials: a phone, a mail box, a hosted checkout. No tie to our tables.

What a person sees carries the business's time, which a demo moves; leases and expiry go by the
machine's.
"""

from __future__ import annotations

from django.db import models
from uuid_utils.compat import uuid7

from acuerdo.core import clock


class PhoneMessage(models.Model):
    """A text on a debtor's phone, sent to it (`in`) or written on it (`out`)."""

    id = models.BigAutoField(primary_key=True)
    public_id = models.UUIDField(default=uuid7, unique=True, editable=False)
    account_id = models.CharField(max_length=64)  # the sender's account at this provider
    channel = models.CharField(max_length=20)
    direction = models.CharField(max_length=3)
    phone = models.CharField(max_length=40)
    sender = models.CharField(max_length=40)
    text = models.TextField()
    buttons = models.JSONField(default=list)
    idempotency_key = models.CharField(max_length=80, null=True, unique=True)
    webhook_url = models.CharField(max_length=500, blank=True)
    status = models.CharField(max_length=12, default="sent")
    created_at = models.DateTimeField(default=clock.now)

    class Meta:
        indexes = [models.Index(fields=["phone", "created_at"], name="phone_thread")]

    def __str__(self) -> str:
        return str(self.public_id)


class Mail(models.Model):
    """A mail as it came over SMTP."""

    id = models.BigAutoField(primary_key=True)
    # Not unique: a mail that was sent twice is shown twice.
    message_id = models.CharField(max_length=250, db_index=True)
    recipient = models.CharField(max_length=300)
    sender = models.CharField(max_length=300)
    subject = models.CharField(max_length=300)
    raw = models.BinaryField()
    received_at = models.DateTimeField(default=clock.now)

    class Meta:
        indexes = [models.Index(fields=["recipient", "received_at"], name="mail_box")]

    def __str__(self) -> str:
        return self.message_id


class Checkout(models.Model):
    """A hosted checkout: open until it is paid, declined or expired."""

    id = models.BigAutoField(primary_key=True)
    public_id = models.UUIDField(default=uuid7, unique=True, editable=False)
    account_id = models.CharField(max_length=64)
    idempotency_key = models.CharField(max_length=80, unique=True)
    reference = models.CharField(max_length=200)
    description = models.CharField(max_length=200, blank=True)
    payee = models.CharField(max_length=200, blank=True)
    amount_minor = models.BigIntegerField()
    currency = models.CharField(max_length=3)
    language = models.CharField(max_length=5, default="es")
    return_url = models.CharField(max_length=500)
    webhook_url = models.CharField(max_length=500)
    state = models.CharField(max_length=10, default="open")  # open | paid | declined | expired
    payment_id = models.UUIDField(null=True)
    created_at = models.DateTimeField(default=clock.now)
    expires_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return str(self.public_id)


class Webhook(models.Model):
    """A notification on its way to the client, kept until it answers 2xx."""

    id = models.BigAutoField(primary_key=True)
    event_id = models.UUIDField(default=uuid7, unique=True)
    account_id = models.CharField(max_length=64)
    url = models.CharField(max_length=500)
    payload = models.JSONField()
    attempts = models.PositiveSmallIntegerField(default=0)
    next_at = models.DateTimeField()
    delivered_at = models.DateTimeField(null=True)
    given_up_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(
                fields=["next_at"],
                condition=models.Q(delivered_at__isnull=True, given_up_at__isnull=True),
                name="webhook_due",
            ),
        ]

    def __str__(self) -> str:
        return str(self.event_id)
