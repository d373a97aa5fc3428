"""Which reaction ran for which event, and how far the business's ticks have walked."""

from __future__ import annotations

from django.db import models


class ReactionRun(models.Model):
    """Written in the transaction of a reaction's work: this row decides that it ran once."""

    id = models.BigAutoField(primary_key=True)
    event_id = models.UUIDField()
    reaction = models.CharField(max_length=120)
    ran_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["event_id", "reaction"], name="reaction_once"),
        ]

    def __str__(self) -> str:
        return f"{self.reaction} {self.event_id}"


class WalkState(models.Model):
    """Up to which instant the business's ticks have run."""

    name = models.CharField(max_length=20, primary_key=True, default="business")
    walked_to = models.DateTimeField()
    target_at = models.DateTimeField(null=True)  # where the demo clock was asked to go

    def __str__(self) -> str:
        return f"{self.name} {self.walked_to}"
