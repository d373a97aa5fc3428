"""One conversation per debtor over all channels: what was said, and who speaks."""

from __future__ import annotations

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from uuid_utils.compat import uuid7

from acuerdo.creditors.models import Creditor
from acuerdo.messaging.models import InboundEvent, Message
from acuerdo.portfolio.models import ContactPoint, Debtor


class Conversation(models.Model):
    """All that a debtor and this creditor said to each other. `owner` answers next."""

    id = models.BigAutoField(primary_key=True)
    public_id = models.UUIDField(default=uuid7, unique=True, editable=False)
    creditor = models.ForeignKey(Creditor, on_delete=models.PROTECT)
    debtor = models.OneToOneField(Debtor, on_delete=models.PROTECT)
    owner = models.CharField(max_length=10, default="assistant")  # assistant | agent
    agent = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT)
    language = models.CharField(max_length=2)
    channel = models.CharField(max_length=20, blank=True)  # of the last turn
    address = models.CharField(max_length=300, blank=True)  # of the debtor's last turn
    needs_person = models.BooleanField(default=False)
    needs_person_reason = models.CharField(max_length=60, blank=True)
    opened_at = models.DateTimeField()
    last_turn_at = models.DateTimeField(null=True)
    last_inbound_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(
                fields=["creditor", "-needs_person", "-last_turn_at"], name="conversation_inbox"
            ),
        ]

    def __str__(self) -> str:
        return str(self.public_id)


class Turn(models.Model):
    """One thing said. The dialogue's state is rebuilt by replaying the turns' decisions."""

    id = models.BigAutoField(primary_key=True)
    conversation = models.ForeignKey(Conversation, on_delete=models.PROTECT, related_name="turns")
    sequence = models.PositiveIntegerField()
    author = models.CharField(max_length=10)  # debtor | assistant | agent | system
    author_id = models.CharField(max_length=40, blank=True)
    channel = models.CharField(max_length=20)
    text = models.TextField()
    buttons = models.JSONField(default=list)
    understanding = models.JSONField(default=dict)
    decision = models.JSONField(default=dict)
    occurred_at = models.DateTimeField()
    message = models.OneToOneField(Message, null=True, on_delete=models.PROTECT)
    inbound = models.OneToOneField(InboundEvent, null=True, on_delete=models.PROTECT)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["conversation", "sequence"], name="turn_order"),
        ]
        ordering = ("conversation", "sequence")

    def __str__(self) -> str:
        return f"{self.conversation_id}/{self.sequence}"


class CheckCode(models.Model):
    """A code that we gave in a conversation, so that the debtor can check that it was us."""

    id = models.BigAutoField(primary_key=True)
    code = models.CharField(max_length=9, unique=True)  # XXXX-XXXX
    conversation = models.ForeignKey(Conversation, on_delete=models.PROTECT)
    issued_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.code


class Verification(models.Model):
    """How sure we are who speaks from one address of one channel."""

    id = models.BigAutoField(primary_key=True)
    conversation = models.ForeignKey(Conversation, on_delete=models.PROTECT)
    channel = models.CharField(max_length=20)
    address = models.CharField(max_length=300, blank=True)
    level = models.CharField(max_length=10, default="none")
    method = models.CharField(max_length=40, blank=True)
    started_at = models.DateTimeField()
    verified_at = models.DateTimeField(null=True)
    expires_at = models.DateTimeField(null=True)
    # The proofs given (`proofs.Factor`); what they come to is `level`.
    proved = ArrayField(models.CharField(max_length=20), default=list)
    failed_attempts = models.PositiveSmallIntegerField(default=0)
    locked_until = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["conversation", "channel", "address"], name="verification_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.conversation_id} {self.channel} {self.level}"


class OneTimeCode(models.Model):
    """A code that went to an address on file, to be said back by who speaks from another one."""

    id = models.BigAutoField(primary_key=True)
    conversation = models.ForeignKey(Conversation, on_delete=models.PROTECT)
    channel = models.CharField(max_length=20)  # that speaks
    address = models.CharField(max_length=300, blank=True)
    contact_point = models.ForeignKey(ContactPoint, on_delete=models.PROTECT)
    sent_by = models.CharField(max_length=20)
    code_hash = models.CharField(max_length=64)
    origin_hash = models.CharField(max_length=64, blank=True)
    sent_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    tries = models.PositiveSmallIntegerField(default=0)
    ended_at = models.DateTimeField(null=True)  # used, or replaced by the next

    class Meta:
        indexes = [models.Index(fields=["sent_at"], name="code_by_time")]

    def __str__(self) -> str:
        return f"{self.conversation_id} {self.sent_at}"


class Satisfaction(models.Model):
    """The one question that follows a conversation: how it was, from 1 (bad) to 5 (very good).

    `owner` and `agent` are those who spoke last before it; `turn` is what we said last about it:
    the question, or the thanks for the score. `score` and `comment` (masked) are empty until they
    are given.
    """

    id = models.BigAutoField(primary_key=True)
    conversation = models.ForeignKey(Conversation, on_delete=models.PROTECT)
    turn = models.OneToOneField(Turn, null=True, on_delete=models.PROTECT)
    channel = models.CharField(max_length=20)
    language = models.CharField(max_length=2)
    owner = models.CharField(max_length=10)  # assistant | agent
    agent = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT)
    asked_at = models.DateTimeField()
    score = models.PositiveSmallIntegerField(null=True)
    answered_at = models.DateTimeField(null=True)
    comment = models.TextField(blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(score=None) | models.Q(score__gte=1, score__lte=5),
                name="satisfaction_score",
            ),
        ]
        indexes = [
            models.Index(fields=["conversation", "-asked_at"], name="satisfaction_latest"),
        ]

    def __str__(self) -> str:
        return f"{self.conversation_id}: {self.score}"


class KnownFact(models.Model):
    """Something that a debtor told us, or an agent wrote down: the newest of a kind counts."""

    id = models.BigAutoField(primary_key=True)
    creditor = models.ForeignKey(Creditor, on_delete=models.PROTECT)
    debtor = models.ForeignKey(Debtor, on_delete=models.PROTECT)
    kind = models.CharField(max_length=20)  # knowledge.KINDS
    value = models.CharField(max_length=200)
    source = models.CharField(max_length=10)  # said | form | noted
    channel = models.CharField(max_length=20, blank=True)
    recorded_by = models.CharField(max_length=80)
    turn = models.ForeignKey(Turn, null=True, on_delete=models.PROTECT)
    learned_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["debtor", "-learned_at"], name="known_fact_debtor")]

    def __str__(self) -> str:
        return f"{self.kind} {self.debtor_id}"


class AskedQuestion(models.Model):
    """A question that was put to a debtor, and whether its answer was known."""

    id = models.BigAutoField(primary_key=True)
    creditor = models.ForeignKey(Creditor, on_delete=models.PROTECT)
    debtor = models.ForeignKey(Debtor, on_delete=models.PROTECT)
    kind = models.CharField(max_length=20)
    channel = models.CharField(max_length=20, blank=True)
    asked_by = models.CharField(max_length=10)  # assistant | agent | portal
    turn = models.ForeignKey(Turn, null=True, on_delete=models.PROTECT)
    was_known = models.BooleanField()
    asked_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["creditor", "asked_at"], name="asked_by_time")]

    def __str__(self) -> str:
        return f"{self.kind} {self.asked_by}"
