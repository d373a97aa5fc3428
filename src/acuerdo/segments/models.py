"""Named, ordered predicates over account facts."""

from __future__ import annotations

from django.db import models

from acuerdo.creditors.models import Creditor


class Segment(models.Model):
    """A predicate as data. Of a creditor's segments in order of position, the first match wins."""

    creditor = models.ForeignKey(Creditor, on_delete=models.PROTECT)
    code = models.CharField(max_length=40)
    names = models.JSONField(default=dict)
    position = models.PositiveSmallIntegerField()
    predicate = models.JSONField(default=dict)
    is_active = models.BooleanField(default=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["creditor", "code"], name="segment_code_once"),
        ]
        ordering = ("position",)

    def __str__(self) -> str:
        return self.code
