"""What we asked to be paid, what was paid, and where the money went."""

from __future__ import annotations

from django.db import models
from uuid_utils.compat import uuid7

from acuerdo.agreements.models import Agreement, Instalment
from acuerdo.creditors.models import Creditor, ProviderAccount
from acuerdo.ledger.models import Entry
from acuerdo.portfolio.models import Account


class PaymentRequest(models.Model):
    """A checkout that we opened at a provider. `public_id` is the idempotency key there."""

    id = models.BigAutoField(primary_key=True)
    public_id = models.UUIDField(default=uuid7, unique=True, editable=False)
    creditor = models.ForeignKey(Creditor, on_delete=models.PROTECT)
    account = models.ForeignKey(Account, on_delete=models.PROTECT)
    agreement = models.ForeignKey(Agreement, null=True, on_delete=models.PROTECT)
    amount_minor = models.BigIntegerField()
    currency = models.CharField(max_length=3)
    # new | claimed | open | paid | declined | expired | unknown | mismatch | failed
    state = models.CharField(max_length=10, default="new")
    channel = models.CharField(max_length=20, blank=True)
    return_url = models.URLField(max_length=500, blank=True)
    provider = models.CharField(max_length=40)
    provider_account = models.ForeignKey(ProviderAccount, on_delete=models.PROTECT)
    provider_session_id = models.CharField(max_length=200, blank=True)
    redirect_url = models.URLField(max_length=500, blank=True)
    requested_at = models.DateTimeField()
    lease_until = models.DateTimeField(null=True)  # real clock
    opened_at = models.DateTimeField(null=True)
    expires_at = models.DateTimeField(null=True)  # real clock, the provider's
    closed_at = models.DateTimeField(null=True)
    key = models.CharField(max_length=200)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["creditor", "key"], name="payment_request_once"),
            models.CheckConstraint(
                condition=models.Q(amount_minor__gt=0), name="payment_request_positive"
            ),
        ]
        indexes = [
            models.Index(
                fields=["requested_at"],
                condition=models.Q(state__in=["claimed", "open", "unknown"]),
                name="payment_request_open",
            ),
        ]

    def __str__(self) -> str:
        return str(self.public_id)


class Payment(models.Model):
    """Money that a provider or the creditor says has come, once per (provider, external_id).

    `past` is what was paid before the placement: it is history, and nothing that was recovered.
    """

    id = models.BigAutoField(primary_key=True)
    public_id = models.UUIDField(default=uuid7, unique=True, editable=False)
    creditor = models.ForeignKey(Creditor, on_delete=models.PROTECT)
    account = models.ForeignKey(Account, on_delete=models.PROTECT)
    request = models.OneToOneField(PaymentRequest, null=True, on_delete=models.PROTECT)
    amount_minor = models.BigIntegerField()
    currency = models.CharField(max_length=3)
    provider = models.CharField(max_length=40)
    external_id = models.CharField(max_length=200)
    paid_at = models.DateTimeField()
    recorded_at = models.DateTimeField()
    state = models.CharField(max_length=10, default="confirmed")  # confirmed | reversed | past
    entry = models.OneToOneField(Entry, on_delete=models.PROTECT)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["provider", "external_id"], name="payment_once"),
            models.CheckConstraint(condition=models.Q(amount_minor__gt=0), name="payment_positive"),
        ]
        indexes = [models.Index(fields=["account", "-paid_at"], name="payment_account_at")]

    def __str__(self) -> str:
        return str(self.public_id)


class Allocation(models.Model):
    """Which component of the debt, and which instalment, a part of a payment covered."""

    id = models.BigAutoField(primary_key=True)
    payment = models.ForeignKey(Payment, on_delete=models.PROTECT, related_name="allocations")
    component = models.CharField(max_length=12)  # principal | interest | fees | costs | credit
    amount_minor = models.BigIntegerField()
    instalment = models.ForeignKey(Instalment, null=True, on_delete=models.PROTECT)

    def __str__(self) -> str:
        return f"{self.component} {self.amount_minor}"


class ProviderEvent(models.Model):
    """A webhook of a payment provider, once per (provider, event_id). It only triggers a look."""

    id = models.BigAutoField(primary_key=True)
    provider = models.CharField(max_length=40)
    event_id = models.CharField(max_length=200)
    provider_account = models.ForeignKey(ProviderAccount, on_delete=models.PROTECT)
    session_id = models.CharField(max_length=200)
    kind = models.CharField(max_length=40)
    received_at = models.DateTimeField()
    processed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["provider", "event_id"], name="provider_event_once"),
        ]

    def __str__(self) -> str:
        return f"{self.provider} {self.event_id}"
