"""What lets a contact happen, what stops it, and the proof of both."""

from __future__ import annotations

from django.db import models
from uuid_utils.compat import uuid7

from acuerdo.creditors.models import Creditor
from acuerdo.portfolio.models import Account, ContactPoint, Debtor, Person


class Consent(models.Model):
    """A debtor's authorisation of a channel, with where it came from."""

    id = models.BigAutoField(primary_key=True)
    creditor = models.ForeignKey(Creditor, on_delete=models.PROTECT)
    debtor = models.ForeignKey(Debtor, on_delete=models.PROTECT)
    channel = models.CharField(max_length=20)
    purpose = models.CharField(max_length=40, default="collection")
    granted_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True)
    source = models.CharField(max_length=200)
    text = models.TextField(blank=True)  # what was agreed to, in the words that were shown
    granted_by = models.CharField(max_length=80, default="", db_default="")
    revoked_by = models.CharField(max_length=80, default="", db_default="")
    revoked_why = models.CharField(max_length=300, default="", db_default="")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["debtor", "channel", "purpose"],
                condition=models.Q(revoked_at__isnull=True),
                name="one_live_consent",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.debtor_id} {self.channel}"


class OptOut(models.Model):
    """A debtor's wish not to be contacted, on one channel or (empty) on all.

    `is_stop`: collection rests on every channel, as whoever stops one is not pursued on the next.
    It is false where the person named the channel and wants another one in its place. `purpose`
    is empty, or `commercial_offer` for somebody who only objects to offers.
    """

    id = models.BigAutoField(primary_key=True)
    creditor = models.ForeignKey(Creditor, on_delete=models.PROTECT)
    debtor = models.ForeignKey(Debtor, on_delete=models.PROTECT)
    channel = models.CharField(max_length=20, blank=True)
    opted_out_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True)
    source = models.CharField(max_length=200)
    purpose = models.CharField(max_length=40, default="", db_default="")
    is_stop = models.BooleanField(default=True, db_default=True)
    text = models.TextField(default="", db_default="")  # what was said, where a person noted it
    recorded_by = models.CharField(max_length=80, default="", db_default="")
    withdrawn_by = models.CharField(max_length=80, default="", db_default="")
    withdrawn_why = models.CharField(max_length=300, default="", db_default="")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["debtor", "channel", "purpose"],
                condition=models.Q(withdrawn_at__isnull=True),
                name="one_live_opt_out",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.debtor_id} {self.channel or 'all'}"


class WishKind(models.TextChoices):
    """What a debtor may wish for."""

    REQUESTED_HOURS = "requested_hours"
    INCONVENIENT_HOURS = "inconvenient_hours"
    PREFERRED_CHANNEL = "preferred_channel"


class ContactWish(models.Model):
    """When and how a debtor wishes to be reached. One of a kind is in force; a new one replaces it.

    `requested_hours` and `inconvenient_hours` go from `from_time` until `to_time` in the debtor's
    local time; an end that is None is open, and hours may pass midnight. `preferred_channel` has
    `channel`. `instrument` says where hours were agreed: a clause of the contract is no wish.
    """

    id = models.BigAutoField(primary_key=True)
    creditor = models.ForeignKey(Creditor, on_delete=models.PROTECT)
    debtor = models.ForeignKey(Debtor, on_delete=models.PROTECT)
    kind = models.CharField(max_length=20, choices=WishKind.choices)
    from_time = models.TimeField(null=True)
    to_time = models.TimeField(null=True)
    channel = models.CharField(max_length=20, blank=True)
    instrument = models.CharField(max_length=30, blank=True)
    text = models.TextField(blank=True)
    source = models.CharField(max_length=200)
    recorded_by = models.CharField(max_length=80)
    wished_at = models.DateTimeField()
    withdrawn_at = models.DateTimeField(null=True)
    withdrawn_by = models.CharField(max_length=80, blank=True)
    withdrawn_why = models.CharField(max_length=300, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["debtor", "kind"],
                condition=models.Q(withdrawn_at__isnull=True),
                name="one_live_wish",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.debtor_id} {self.kind}"


class DoNotContact(models.Model):
    """An address or document on a do-not-contact list, known by its keyed hash alone, so that a
    debtor who is imported later is left alone too."""

    id = models.BigAutoField(primary_key=True)
    creditor = models.ForeignKey(Creditor, on_delete=models.PROTECT, db_index=False)
    kind = models.CharField(max_length=10)  # phone | email | document | a chat network
    hash = models.CharField(max_length=64)
    channel = models.CharField(max_length=20, blank=True)
    purpose = models.CharField(max_length=40, blank=True)
    is_stop = models.BooleanField(default=True)
    since_at = models.DateTimeField()
    source = models.CharField(max_length=200)
    recorded_at = models.DateTimeField()
    recorded_by = models.CharField(max_length=80)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["creditor", "kind", "hash", "channel", "purpose"], name="listed_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.pk}"


class Hold(models.Model):
    """Why an account, a debtor or a person is left alone, from when, until when, by whom."""

    id = models.BigAutoField(primary_key=True)
    creditor = models.ForeignKey(Creditor, on_delete=models.PROTECT)
    account = models.ForeignKey(Account, null=True, on_delete=models.PROTECT)
    debtor = models.ForeignKey(Debtor, null=True, on_delete=models.PROTECT)
    person = models.ForeignKey(Person, null=True, on_delete=models.PROTECT)
    reason = models.CharField(max_length=40)
    from_at = models.DateTimeField()
    until_at = models.DateTimeField(null=True)
    placed_by = models.CharField(max_length=80)
    source = models.CharField(max_length=200, blank=True)
    note = models.CharField(max_length=300, blank=True)
    released_at = models.DateTimeField(null=True)
    released_by = models.CharField(max_length=80, blank=True)
    released_why = models.CharField(max_length=300, default="", db_default="")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(account__isnull=False)
                | models.Q(debtor__isnull=False)
                | models.Q(person__isnull=False),
                name="hold_on_something",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.reason} {self.pk}"


class Quarantine(models.Model):
    """A contact point at which somebody said that they are not the person. It is not used until a
    person clears it (`cleared`) or removes it for good (`removed`). `source` is what was said."""

    id = models.BigAutoField(primary_key=True)
    creditor = models.ForeignKey(Creditor, on_delete=models.PROTECT)
    debtor = models.ForeignKey(Debtor, on_delete=models.PROTECT)
    contact_point = models.ForeignKey(ContactPoint, on_delete=models.PROTECT)
    source = models.CharField(max_length=200)
    since_at = models.DateTimeField()
    placed_by = models.CharField(max_length=80)
    ended_at = models.DateTimeField(null=True)
    ended_by = models.CharField(max_length=80, blank=True)
    ended_why = models.CharField(max_length=300, blank=True)
    outcome = models.CharField(max_length=10, blank=True)  # cleared | removed

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["contact_point", "source"],
                condition=models.Q(ended_at__isnull=True),
                name="one_live_quarantine",
            ),
        ]
        indexes = [models.Index(fields=["source"], name="quarantine_source")]

    def __str__(self) -> str:
        return f"contact point {self.contact_point_id}"


class ContactAttempt(models.Model):
    """The only counter of contacts: reserved at the claim, settled at the record."""

    id = models.BigAutoField(primary_key=True)
    reference = models.CharField(max_length=80, unique=True)
    creditor = models.ForeignKey(Creditor, on_delete=models.PROTECT)
    person = models.ForeignKey(Person, on_delete=models.PROTECT)
    debtor = models.ForeignKey(Debtor, on_delete=models.PROTECT)
    account = models.ForeignKey(Account, null=True, on_delete=models.PROTECT)
    channel = models.CharField(max_length=20)
    direction = models.CharField(max_length=8, default="outbound")
    purpose = models.CharField(max_length=40)
    party = models.CharField(max_length=30, default="debtor")
    occurred_at = models.DateTimeField()
    state = models.CharField(max_length=10)  # reserved | settled | released
    outcome = models.CharField(max_length=20, blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["person", "-occurred_at"], name="attempt_person_at"),
            models.Index(fields=["debtor", "-occurred_at"], name="attempt_debtor_at"),
        ]

    def __str__(self) -> str:
        return self.reference


class Verdict(models.Model):
    """The gate's answer, kept for every question. Append-only, one partition a month."""

    pk = models.CompositePrimaryKey("id", "decided_at")
    id = models.UUIDField(default=uuid7)
    decided_at = models.DateTimeField()
    creditor_id = models.BigIntegerField()
    account_id = models.BigIntegerField(null=True)
    debtor_id = models.BigIntegerField()
    person_id = models.BigIntegerField()
    channel = models.CharField(max_length=20)
    purpose = models.CharField(max_length=40)
    stage = models.CharField(max_length=10)  # plan | deliver
    allowed = models.BooleanField()
    reason_code = models.CharField(max_length=40)
    rule_id = models.CharField(max_length=80, blank=True)
    citation = models.CharField(max_length=300, blank=True)
    next_allowed_at = models.DateTimeField(null=True)
    pack = models.CharField(max_length=12)
    pack_version = models.CharField(max_length=40)
    reference = models.CharField(max_length=80, blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["account_id", "-decided_at"], name="verdict_account_at"),
            models.Index(fields=["creditor_id", "-decided_at"], name="verdict_creditor_at"),
            models.Index(fields=["debtor_id", "-decided_at"], name="verdict_debtor_at"),
            models.Index(
                fields=["creditor_id", "-decided_at"],
                condition=models.Q(allowed=False),
                name="verdict_refused_at",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.reason_code} {self.id}"


class RefusalCount(models.Model):
    """What one rule prevented on one date of the creditor's zone, counted from the verdicts.

    `contacts` are people: however often one was asked about on that date, by the same channel
    and refused by the same rule, it is one. Counted again from the verdicts until the date is
    over, so that a report need not read them: there may be a million of a night.
    """

    id = models.BigAutoField(primary_key=True)
    creditor = models.ForeignKey(Creditor, on_delete=models.PROTECT, db_index=False)
    on = models.DateField()
    pack = models.CharField(max_length=12)
    channel = models.CharField(max_length=20)
    rule_id = models.CharField(max_length=80, blank=True)
    house_default = models.BooleanField()
    contacts = models.PositiveIntegerField()
    counted_until = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["creditor", "on", "pack", "channel", "rule_id"], name="refusal_count_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.on} {self.rule_id} {self.contacts}"
