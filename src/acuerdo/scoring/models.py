"""What a model said of an account, kept for every time it was asked."""

from __future__ import annotations

from django.db import models


class Score(models.Model):
    """A probability with its reasons. Append-only, one partition a month."""

    pk = models.CompositePrimaryKey("account_id", "model", "scored_at")
    account_id = models.BigIntegerField()
    model = models.CharField(max_length=40)
    scored_at = models.DateTimeField()
    creditor_id = models.BigIntegerField()
    version = models.CharField(max_length=40)
    value = models.FloatField()
    band = models.CharField(max_length=1)
    reasons = models.JSONField(default=list)

    def __str__(self) -> str:
        return f"{self.account_id} {self.value:.3f}"
