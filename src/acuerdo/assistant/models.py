"""What people teach the assistant (unclear messages, models, a FAQ), and how they let it lead a
conversation."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from uuid_utils.compat import uuid7

from acuerdo.agreements.versions import Versioned
from acuerdo.conversations.models import Turn
from acuerdo.creditors.models import Creditor


class UnclearMessage(models.Model):
    """A message that was not surely understood, and what a person says that it means.

    Equal messages of one creditor are one row, counted. `text` is masked (`masking.mask_personal`)
    before it is written. `intents` is the label: empty until somebody gives one.
    """

    id = models.BigAutoField(primary_key=True)
    public_id = models.UUIDField(default=uuid7, unique=True, editable=False)
    creditor = models.ForeignKey(Creditor, on_delete=models.PROTECT)
    turn = models.ForeignKey(Turn, on_delete=models.PROTECT)  # the first that said it
    text = models.TextField()
    fingerprint = models.CharField(max_length=64)
    language = models.CharField(max_length=2)
    country = models.CharField(max_length=2)
    channel = models.CharField(max_length=20)
    pending = models.CharField(max_length=20, blank=True)  # what was asked, `intents.PENDING`
    reason = models.CharField(max_length=12)  # `teaching.rules.REASONS`
    top3 = models.JSONField(default=list)
    confidence = models.FloatField(default=0)
    times = models.PositiveIntegerField(default=1)
    noticed_at = models.DateTimeField()
    last_at = models.DateTimeField()
    state = models.CharField(max_length=10, default="open")  # open | labelled | skipped
    intents = models.JSONField(default=list)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    decided_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["creditor", "language", "pending", "fingerprint"], name="unclear_once"
            ),
        ]
        indexes = [
            models.Index(fields=["creditor", "state", "-last_at"], name="unclear_queue"),
        ]

    def __str__(self) -> str:
        return str(self.public_id)


class ModelVersion(models.Model):
    """A reader that was trained here, from the project's examples and people's labels.

    `number` counts from 1; what the project ships is version 0 and has no row. `figures` holds
    what the fixed test set gave: {"before": {...}, "after": {...}}, `before` by `based_on`.
    """

    id = models.BigAutoField(primary_key=True)
    public_id = models.UUIDField(default=uuid7, unique=True, editable=False)
    number = models.PositiveIntegerField(unique=True)
    state = models.CharField(max_length=10, default="waiting")  # waiting|training|ready|failed
    based_on = models.PositiveIntegerField(default=0)
    labels = models.PositiveIntegerField(default=0)
    percent = models.PositiveSmallIntegerField(default=0)
    alive_at = models.DateTimeField()  # real time: from it a training that died is told
    weights = models.BinaryField(null=True)
    description = models.JSONField(default=dict)
    figures = models.JSONField(default=dict)
    problem = models.CharField(max_length=300, blank=True)
    requested_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    requested_at = models.DateTimeField()
    trained_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ("-number",)

    def __str__(self) -> str:
        return f"version {self.number}"


class Promotion(models.Model):
    """Somebody put a version to work; the newest row says which is. None: the one shipped."""

    id = models.BigAutoField(primary_key=True)
    version = models.ForeignKey(ModelVersion, null=True, on_delete=models.PROTECT)
    confirmed = models.BooleanField(default=False)  # although a risk is found less often
    promoted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    promoted_at = models.DateTimeField()

    def __str__(self) -> str:
        return str(self.version or "shipped")


class FaqEntry(models.Model):
    """A question of a creditor's FAQ in several wordings, and its answer, by language.

    `answers` are templates (`messaging.liquid`). `private` lists the languages whose answer tells
    of a debt, by its words or by the facts that it names: said only after a proof. `vectors` are
    the meanings of the wordings, in the order of `faq.rules.list_wordings`, as float16; empty
    where there was no encoder. `revision` counts the changes.
    """

    id = models.BigAutoField(primary_key=True)
    public_id = models.UUIDField(default=uuid7, unique=True, editable=False)
    creditor = models.ForeignKey(Creditor, on_delete=models.PROTECT)
    code = models.CharField(max_length=40)
    questions = models.JSONField(default=dict)  # {"es": ["¿…?", …], …}
    answers = models.JSONField(default=dict)  # {"es": "…", …}
    private = models.JSONField(default=list)
    vectors = models.BinaryField(default=bytes)
    is_active = models.BooleanField(default=True)
    revision = models.PositiveIntegerField(default=1)
    written_by = models.CharField(max_length=80)  # an actor's label
    written_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["creditor", "code"], name="faq_code_once"),
        ]

    def __str__(self) -> str:
        return self.code


class FaqQuestion(models.Model):
    """A question that debtors asked, and the entry that answered it; none: not answered.

    Equal questions of one creditor are one row, counted. `text` is masked
    (`masking.mask_personal`) before it is written; `vector` is its meaning as float16.
    """

    id = models.BigAutoField(primary_key=True)
    public_id = models.UUIDField(default=uuid7, unique=True, editable=False)
    creditor = models.ForeignKey(Creditor, on_delete=models.PROTECT)
    entry = models.ForeignKey(FaqEntry, null=True, on_delete=models.PROTECT)
    turn = models.ForeignKey(Turn, on_delete=models.PROTECT)  # the first that asked it
    text = models.TextField()
    fingerprint = models.CharField(max_length=64)
    language = models.CharField(max_length=2)
    vector = models.BinaryField(default=bytes)
    times = models.PositiveIntegerField(default=1)
    first_at = models.DateTimeField()
    last_at = models.DateTimeField()
    dismissed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["creditor", "language", "fingerprint"], name="faq_question_once"
            ),
        ]
        indexes = [
            models.Index(
                fields=["creditor", "-last_at"],
                condition=models.Q(entry=None, dismissed_at=None),
                name="faq_unanswered",
            ),
        ]

    def __str__(self) -> str:
        return str(self.public_id)


class AdviceDay(models.Model):
    """What the reader outside cost and gave in a day (UTC), summed over all processes; the words of
    `advice.calling.Use`. No creditor, no debtor, no text."""

    day = models.DateField(primary_key=True)
    asked = models.PositiveIntegerField(default=0)
    failed = models.PositiveIntegerField(default=0)
    spared = models.PositiveIntegerField(default=0)
    used = models.PositiveIntegerField(default=0)
    refused = models.PositiveIntegerField(default=0)
    reworded = models.PositiveIntegerField(default=0)
    blocked = models.PositiveIntegerField(default=0)
    tokens_in = models.PositiveBigIntegerField(default=0)
    tokens_out = models.PositiveBigIntegerField(default=0)
    took_ms = models.PositiveBigIntegerField(default=0)
    slowest_ms = models.PositiveIntegerField(default=0)

    def __str__(self) -> str:
        return f"{self.day:%Y-%m-%d}"


class ConversationFlow(Versioned):
    """A version of a conversation flow: `document` as `flows.documents` writes it.

    `test_state` is that of its run over the scripted conversations (empty: none was asked for):
    waiting | running | passed | failed; `test_report` what it found (`rehearsal.checking`).
    """

    document = models.JSONField()
    test_state = models.CharField(max_length=10, blank=True)
    test_percent = models.PositiveSmallIntegerField(default=0)
    tested_at = models.DateTimeField(null=True)
    test_report = models.JSONField(default=dict)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["creditor", "code", "version"], name="flow_once"),
            models.UniqueConstraint(
                fields=["creditor", "code"],
                condition=models.Q(is_active=True),
                name="one_active_flow",
            ),
        ]

    @property
    def is_tested(self) -> bool:
        return self.test_state in ("passed", "failed")
