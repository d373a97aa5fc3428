"""The books: append-only, corrected by reversal. They know codes, not debts."""

from __future__ import annotations

from typing import Any

from django.db import models


class MultiRange(models.Field):  # type: ignore[type-arg]
    """Ranges of whole numbers (`int8multirange`): which entries a seal covers, gaps and all."""

    def db_type(self, connection: Any) -> str:
        return "int8multirange"


class LedgerAccount(models.Model):
    """A line in the books: a code, for one subject (a debt's id) or the whole creditor (0).

    `balance_minor` is debits less credits, changed by `post_entry` and recomputable from the
    postings; `moved_on` the latest date from which an entry on it counts. Creditor-wide accounts
    keep neither: every payment would wait for that one row.
    """

    id = models.BigAutoField(primary_key=True)
    creditor_id = models.BigIntegerField()
    code = models.CharField(max_length=40)
    subject_id = models.BigIntegerField(default=0)
    currency = models.CharField(max_length=3)
    balance_minor = models.BigIntegerField(default=0)
    moved_on = models.DateField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["subject_id", "code", "creditor_id", "currency"], name="ledger_account_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.code}/{self.subject_id}"


class Entry(models.Model):
    """One business fact in the books, made of postings that balance by construction.

    `terms` is how a payment is spread (`rules.allocation.Terms`), empty for the usual way.
    """

    id = models.BigAutoField(primary_key=True)
    creditor_id = models.BigIntegerField()
    kind = models.CharField(max_length=20)
    key = models.CharField(max_length=200)
    effective_on = models.DateField()
    occurred_at = models.DateTimeField()
    memo = models.CharField(max_length=200, blank=True)
    actor = models.CharField(max_length=80)
    terms = models.TextField(blank=True, db_default="")
    reverses = models.OneToOneField("self", null=True, on_delete=models.PROTECT)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["creditor_id", "key"], name="entry_once"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.key}"


class Posting(models.Model):
    """`amount_minor` > 0 moved from the credited account to the debited one."""

    id = models.BigAutoField(primary_key=True)
    entry = models.ForeignKey(Entry, on_delete=models.PROTECT, related_name="postings")
    # The constraints of these two are in migration 0002: they hold the currency as well.
    debit = models.ForeignKey(
        LedgerAccount, on_delete=models.PROTECT, related_name="+", db_constraint=False
    )
    credit = models.ForeignKey(
        LedgerAccount, on_delete=models.PROTECT, related_name="+", db_constraint=False
    )
    amount_minor = models.BigIntegerField()
    currency = models.CharField(max_length=3)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=models.Q(amount_minor__gt=0), name="posting_positive"),
            models.CheckConstraint(
                condition=~models.Q(debit=models.F("credit")), name="posting_between_two"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.amount_minor} {self.currency}"


class Seal(models.Model):
    """A batch of entries as they were when it was sealed. Append-only.

    `digest` is the SHA-256 over the entries' own, in order of their ids; `leaves` the first eight
    bytes of each, so that one that was altered can be named. `seal` ties `digest` to the seal
    before it under a key of this installation: whoever may write the database but does not have
    the key cannot make it again.
    """

    id = models.BigAutoField(primary_key=True)
    covers = MultiRange()
    entries = models.PositiveIntegerField()
    digest = models.CharField(max_length=64)
    leaves = models.BinaryField()
    seal = models.CharField(max_length=64)
    sealed_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.pk} {self.seal[:8]}"
