"""Who is owed, and through which providers they are served."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.db import models
from uuid_utils.compat import uuid7


class Creditor(models.Model):
    """Somebody who is owed, or an agency that collects in its own name: one tenant."""

    public_id = models.UUIDField(default=uuid7, unique=True, editable=False)
    name = models.CharField(max_length=120, unique=True)
    legal_name = models.CharField(max_length=200, blank=True)
    tax_id = models.CharField(max_length=40, blank=True)
    address = models.CharField(max_length=300, blank=True)
    phone = models.CharField(max_length=40, blank=True)
    email = models.EmailField(blank=True)
    country = models.CharField(max_length=2)
    timezone = models.CharField(max_length=64)
    language = models.CharField(max_length=2, default="es")
    languages = ArrayField(models.CharField(max_length=2), default=list)
    currency = models.CharField(max_length=3)
    kind = models.CharField(max_length=20, default="other")
    hue = models.PositiveSmallIntegerField(default=250)
    logo_key = models.CharField(max_length=200, blank=True)
    settings = models.JSONField(default=dict)
    last_run_at = models.DateTimeField(null=True)
    is_synthetic = models.BooleanField(default=False)
    created_at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return self.name


class ProviderAccount(models.Model):
    """A creditor's account at a provider of one kind: a channel's name, or `payments`."""

    public_id = models.UUIDField(default=uuid7, unique=True, editable=False)
    creditor = models.ForeignKey(Creditor, on_delete=models.PROTECT)
    kind = models.CharField(max_length=20)
    provider = models.CharField(max_length=40)
    name = models.CharField(max_length=80)
    config = models.JSONField(default=dict)
    secret_encrypted = models.BinaryField(default=bytes)
    is_active = models.BooleanField(default=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["creditor", "kind"],
                condition=models.Q(is_active=True),
                name="one_active_provider_per_kind",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} ({self.provider})"
