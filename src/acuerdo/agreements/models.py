"""What may be offered, what was offered, what was agreed, and whether it is kept."""

from __future__ import annotations

from django.db import models
from uuid_utils.compat import uuid7

from acuerdo.creditors.models import Creditor
from acuerdo.portfolio.models import Account


class OfferPolicy(models.Model):
    """The bounds of every offer to the accounts of a segment and range of days past due."""

    id = models.BigAutoField(primary_key=True)
    creditor = models.ForeignKey(Creditor, on_delete=models.PROTECT)
    code = models.CharField(max_length=40)
    version = models.PositiveIntegerField(default=1)
    position = models.PositiveSmallIntegerField(default=0)
    segment_code = models.CharField(max_length=40, blank=True)  # empty: every segment
    dpd_from = models.IntegerField(null=True)
    dpd_to = models.IntegerField(null=True)
    min_down_percent = models.DecimalField(max_digits=5, decimal_places=2, default=0)
    max_instalments = models.PositiveSmallIntegerField(default=1)
    max_discount_percent = models.DecimalField(max_digits=5, decimal_places=2, default=0)
    max_first_due_days = models.PositiveSmallIntegerField(default=15)
    min_instalment_minor = models.JSONField(default=dict)  # currency → minor units
    offer_valid_days = models.PositiveSmallIntegerField(default=5)
    grace_days = models.PositiveSmallIntegerField(default=3)
    tolerance_minor = models.JSONField(default=dict)  # currency → minor units
    is_active = models.BooleanField(default=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["creditor", "code", "version"], name="policy_once"),
        ]

    def __str__(self) -> str:
        return f"{self.code} v{self.version}"


class Offer(models.Model):
    """An admissible arrangement that was put to a debtor."""

    id = models.BigAutoField(primary_key=True)
    public_id = models.UUIDField(default=uuid7, unique=True, editable=False)
    creditor = models.ForeignKey(Creditor, on_delete=models.PROTECT)
    account = models.ForeignKey(Account, on_delete=models.PROTECT)
    policy = models.ForeignKey(OfferPolicy, on_delete=models.PROTECT)
    kind = models.CharField(max_length=12)  # full | promise | plan | settlement
    currency = models.CharField(max_length=3)
    total_minor = models.BigIntegerField()
    discount_minor = models.BigIntegerField(default=0)
    schedule = models.JSONField(default=list)  # [{"due_on": iso, "amount_minor": int}]
    channel = models.CharField(max_length=20, blank=True)
    offered_by = models.CharField(max_length=80)
    offered_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    state = models.CharField(max_length=12, default="open")
    key = models.CharField(max_length=200)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["creditor", "key"], name="offer_once"),
        ]
        indexes = [models.Index(fields=["account", "-offered_at"], name="offer_account_at")]

    def __str__(self) -> str:
        return str(self.public_id)


class Agreement(models.Model):
    """What a debtor accepted: a promise, a plan or a settlement."""

    id = models.BigAutoField(primary_key=True)
    public_id = models.UUIDField(default=uuid7, unique=True, editable=False)
    creditor = models.ForeignKey(Creditor, on_delete=models.PROTECT)
    account = models.ForeignKey(Account, on_delete=models.PROTECT, related_name="agreements")
    offer = models.OneToOneField(Offer, on_delete=models.PROTECT)
    kind = models.CharField(max_length=12)
    currency = models.CharField(max_length=3)
    total_minor = models.BigIntegerField()
    discount_minor = models.BigIntegerField(default=0)
    grace_days = models.PositiveSmallIntegerField(default=3)
    tolerance_minor = models.BigIntegerField(default=0)
    state = models.CharField(max_length=10, default="active")  # active | kept | broken | cancelled
    channel = models.CharField(max_length=20, blank=True)
    accepted_by = models.CharField(max_length=80)
    reached_at = models.DateTimeField()
    # The newest entry of the books when it was reached: payments posted after it count.
    after_entry_id = models.BigIntegerField(default=0)
    closed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["account"],
                condition=models.Q(state="active"),
                name="one_active_agreement",
            ),
        ]

    def __str__(self) -> str:
        return str(self.public_id)


class Instalment(models.Model):
    """One due part of an agreement."""

    id = models.BigAutoField(primary_key=True)
    agreement = models.ForeignKey(Agreement, on_delete=models.PROTECT, related_name="instalments")
    sequence = models.PositiveSmallIntegerField()
    due_on = models.DateField()
    amount_minor = models.BigIntegerField()
    paid_minor = models.BigIntegerField(default=0)
    state = models.CharField(max_length=10, default="due")  # due | paid | missed | cancelled
    paid_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["agreement", "sequence"], name="instalment_once"),
            models.CheckConstraint(
                condition=models.Q(amount_minor__gt=0) & models.Q(paid_minor__gte=0),
                name="instalment_positive",
            ),
        ]
        indexes = [
            models.Index(fields=["due_on"], condition=models.Q(state="due"), name="instalment_due"),
        ]
        ordering = ("agreement", "sequence")

    def __str__(self) -> str:
        return f"{self.agreement_id}/{self.sequence}"
