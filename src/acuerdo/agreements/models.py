"""What may be offered, what was offered, what was agreed, and whether it is kept."""

from __future__ import annotations

from django.db import models
from uuid_utils.compat import uuid7

from acuerdo.agreements.versions import Versioned
from acuerdo.creditors.models import Creditor
from acuerdo.portfolio.models import Account, Debtor


class OfferPolicy(Versioned):
    """The bounds of every offer to the accounts of a segment and range of days past due.

    A row is one version. Its own levers are what the assistant may give; `agent` and `supervisor`
    have those that a person may move further, `opening` those that are held back at first.
    """

    segment_code = models.CharField(max_length=40, blank=True)  # empty: every segment
    dpd_from = models.IntegerField(null=True)
    dpd_to = models.IntegerField(null=True)
    min_down_percent = models.DecimalField(max_digits=5, decimal_places=2, default=0)
    max_instalments = models.PositiveSmallIntegerField(default=1)
    max_settlement_parts = models.PositiveSmallIntegerField(default=1)
    max_discount_percent = models.DecimalField(max_digits=5, decimal_places=2, default=0)
    max_fees_percent = models.DecimalField(max_digits=5, decimal_places=2, default=100)
    max_interest_percent = models.DecimalField(max_digits=5, decimal_places=2, default=100)
    max_principal_percent = models.DecimalField(max_digits=5, decimal_places=2, default=100)
    max_first_due_days = models.PositiveSmallIntegerField(default=15)
    min_instalment_minor = models.JSONField(default=dict)  # currency → minor units
    offer_valid_days = models.PositiveSmallIntegerField(default=5)
    grace_days = models.PositiveSmallIntegerField(default=3)
    tolerance_minor = models.JSONField(default=dict)  # currency → minor units
    agent = models.JSONField(default=dict)  # lever → number, as text
    supervisor = models.JSONField(default=dict)
    opening = models.JSONField(default=dict)
    rounds = models.PositiveSmallIntegerField(default=0)
    shape = models.DecimalField(max_digits=4, decimal_places=2, default="0.40")
    annual_percent = models.DecimalField(max_digits=5, decimal_places=2, default=0)
    max_rolls = models.PositiveSmallIntegerField(default=1)
    max_roll_days = models.PositiveSmallIntegerField(default=7)
    max_renegotiations = models.PositiveSmallIntegerField(default=1)
    asks_capacity = models.BooleanField(default=False)
    max_disposable_percent = models.DecimalField(max_digits=5, decimal_places=2, default=100)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["creditor", "code", "version"], name="policy_once"),
            models.UniqueConstraint(
                fields=["creditor", "code"],
                condition=models.Q(is_active=True),
                name="one_active_version",
            ),
        ]


class Concession(models.Model):
    """The ledger of what was given away, and why: one row per move of a debtor, and per offer
    beyond what the assistant may make. It belongs to the account, so that another channel or
    another person gives nothing better. Rows are only added."""

    id = models.BigAutoField(primary_key=True)
    creditor = models.ForeignKey(Creditor, on_delete=models.PROTECT)
    account = models.ForeignKey(Account, on_delete=models.PROTECT)
    policy = models.ForeignKey(OfferPolicy, on_delete=models.PROTECT)
    kind = models.CharField(max_length=10)  # move | exception
    authority = models.CharField(max_length=10)
    round = models.PositiveSmallIntegerField(default=0)
    given = models.DecimalField(max_digits=5, decimal_places=4, default=0)  # share of the room
    proposed = models.CharField(max_length=12, blank=True)  # the kind that the debtor proposed
    worth_minor = models.BigIntegerField(default=0)  # what that was worth to us
    currency = models.CharField(max_length=3)
    offer = models.ForeignKey("Offer", on_delete=models.PROTECT, null=True)
    reason = models.CharField(max_length=200, blank=True)  # of an exception, in a person's words
    channel = models.CharField(max_length=20, blank=True)
    made_by = models.CharField(max_length=80)
    made_at = models.DateTimeField()
    key = models.CharField(max_length=200)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["creditor", "key"], name="concession_once"),
        ]
        indexes = [models.Index(fields=["account", "id"], name="concession_account")]

    def __str__(self) -> str:
        return f"{self.kind} {self.account_id} {self.round}"


class Capacity(models.Model):
    """What a debtor told of a month's income and expenses. Never why they are late."""

    id = models.BigAutoField(primary_key=True)
    creditor = models.ForeignKey(Creditor, on_delete=models.PROTECT)
    debtor = models.ForeignKey(Debtor, on_delete=models.PROTECT)
    currency = models.CharField(max_length=3)
    income_minor = models.BigIntegerField()
    expenses_minor = models.JSONField(default=dict)  # kind of expense → minor units
    channel = models.CharField(max_length=20, blank=True)
    told_by = models.CharField(max_length=80)
    told_at = models.DateTimeField()

    class Meta:
        verbose_name_plural = "capacities"
        indexes = [models.Index(fields=["debtor", "-told_at"], name="capacity_debtor")]

    def __str__(self) -> str:
        return f"{self.debtor_id} {self.told_at:%Y-%m-%d}"


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
    # active | kept | broken | cancelled | replaced (by another that was agreed on since)
    state = models.CharField(max_length=10, default="active")
    replaces = models.OneToOneField("self", on_delete=models.PROTECT, null=True)
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
    agreed_on = models.DateField(null=True)  # the first date, where it was moved since
    rolls = models.PositiveSmallIntegerField(default=0)
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
