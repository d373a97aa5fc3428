"""The plan of contacts, and where each account stands in it."""

from __future__ import annotations

from django.db import models

from acuerdo.creditors.models import Creditor
from acuerdo.portfolio.models import Account


class Strategy(models.Model):
    """A plan of steps for the accounts of a segment."""

    creditor = models.ForeignKey(Creditor, on_delete=models.PROTECT)
    code = models.CharField(max_length=40)
    names = models.JSONField(default=dict)
    segment_code = models.CharField(max_length=40)
    version = models.PositiveIntegerField(default=1)
    is_active = models.BooleanField(default=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["creditor", "code", "version"], name="strategy_version_once"
            ),
        ]
        verbose_name_plural = "strategies"

    def __str__(self) -> str:
        return f"{self.code} v{self.version}"


class Step(models.Model):
    """One node of a strategy: send a message, wait, or leave."""

    strategy = models.ForeignKey(Strategy, on_delete=models.CASCADE, related_name="steps")
    position = models.PositiveSmallIntegerField()
    kind = models.CharField(max_length=10)  # message | wait | exit
    config = models.JSONField(default=dict)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["strategy", "position"], name="step_position_once"),
        ]
        ordering = ("strategy", "position")

    def __str__(self) -> str:
        return f"{self.position} {self.kind}"


class Enrolment(models.Model):
    """One account walking one strategy."""

    id = models.BigAutoField(primary_key=True)
    strategy = models.ForeignKey(Strategy, on_delete=models.PROTECT)
    creditor = models.ForeignKey(Creditor, on_delete=models.PROTECT)
    account = models.ForeignKey(Account, on_delete=models.PROTECT)
    step_position = models.PositiveSmallIntegerField(default=0)
    round = models.PositiveIntegerField(default=0)
    state = models.CharField(max_length=10, default="active")  # active | paused | done | exited
    next_at = models.DateTimeField(null=True)
    enrolled_at = models.DateTimeField()
    exited_at = models.DateTimeField(null=True)
    exit_reason = models.CharField(max_length=60, blank=True)
    # Addresses and authorisations that the debtor had when the last contact was refused.
    ways_known = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["account"],
                condition=models.Q(state__in=["active", "paused"]),
                name="one_live_enrolment",
            ),
        ]
        indexes = [
            models.Index(
                fields=["creditor", "next_at"],
                condition=models.Q(state="active"),
                name="enrolment_due",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.account_id} {self.state}"
