"""Texts, the outbox, the inbox, and links that tell that they were opened."""

from __future__ import annotations

from django.db import models
from uuid_utils.compat import uuid7

from acuerdo.creditors.models import Creditor, ProviderAccount
from acuerdo.portfolio.models import Account, ContactPoint, Debtor


class Template(models.Model):
    """A text that an operator wrote, in sandboxed Liquid, for one channel and locale."""

    id = models.BigAutoField(primary_key=True)
    creditor = models.ForeignKey(Creditor, on_delete=models.PROTECT)
    code = models.CharField(max_length=60)
    channel = models.CharField(max_length=20)
    locale = models.CharField(max_length=10)  # es_CO, es_AR, es, pt, en
    version = models.PositiveIntegerField(default=1)
    purpose = models.CharField(max_length=40)
    subject = models.CharField(max_length=200, blank=True)
    body = models.TextField()
    buttons = models.JSONField(default=list)
    is_active = models.BooleanField(default=True)
    # What the lint flagged when it was saved: rule_id, fact, part, words, countries.
    findings = models.JSONField(default=list)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["creditor", "code", "channel", "locale", "version"],
                name="template_version_once",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.channel} {self.locale} v{self.version}"


class MessageState(models.TextChoices):
    """Where an outgoing message stands."""

    PLANNED = "planned"
    CLAIMED = "claimed"
    SENT = "sent"
    DELIVERED = "delivered"
    READ = "read"
    WITHHELD = "withheld"
    FAILED = "failed"
    UNKNOWN = "unknown"


class Message(models.Model):
    """The outbox: claimed in one transaction, sent outside any, recorded in another.

    `public_id` is the idempotency key at the provider. `body` is empty until it is rendered at
    delivery, except for a reply, whose text is fixed when it is queued.
    """

    id = models.BigAutoField(primary_key=True)
    public_id = models.UUIDField(default=uuid7, unique=True, editable=False)
    creditor = models.ForeignKey(Creditor, on_delete=models.PROTECT)
    debtor = models.ForeignKey(Debtor, on_delete=models.PROTECT)
    account = models.ForeignKey(Account, null=True, on_delete=models.PROTECT)
    contact_point = models.ForeignKey(ContactPoint, null=True, on_delete=models.PROTECT)
    address = models.CharField(max_length=300)
    channel = models.CharField(max_length=20)
    purpose = models.CharField(max_length=40)
    template = models.ForeignKey(Template, null=True, on_delete=models.PROTECT)
    language = models.CharField(max_length=10)
    subject = models.CharField(max_length=200, blank=True)
    body = models.TextField(blank=True)
    buttons = models.JSONField(default=list)
    context = models.JSONField(default=dict)
    author = models.CharField(max_length=80, default="system")
    key = models.CharField(max_length=200)
    state = models.CharField(
        max_length=10, choices=MessageState.choices, default=MessageState.PLANNED
    )
    reason_code = models.CharField(max_length=60, blank=True)
    reason = models.CharField(max_length=300, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    not_before = models.DateTimeField()
    not_after = models.DateTimeField(null=True)
    queued_at = models.DateTimeField()
    claimed_at = models.DateTimeField(null=True)
    lease_until = models.DateTimeField(null=True)  # real clock
    sent_at = models.DateTimeField(null=True)
    delivered_at = models.DateTimeField(null=True)
    read_at = models.DateTimeField(null=True)
    provider_account = models.ForeignKey(ProviderAccount, null=True, on_delete=models.PROTECT)
    provider_message_id = models.CharField(max_length=200, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["creditor", "key"], name="message_key_once"),
        ]
        indexes = [
            models.Index(
                fields=["not_before"],
                condition=models.Q(state="planned"),
                name="message_outbox",
            ),
            models.Index(
                fields=["lease_until"],
                condition=models.Q(state="claimed"),
                name="message_claimed",
            ),
            models.Index(fields=["debtor", "-queued_at"], name="message_debtor_at"),
            models.Index(fields=["account", "-queued_at"], name="message_account_at"),
        ]

    def __str__(self) -> str:
        return str(self.public_id)


class MessageStatus(models.Model):
    """Every state a message went through. Append-only, one partition a month."""

    pk = models.CompositePrimaryKey("id", "at")
    id = models.UUIDField(default=uuid7)
    at = models.DateTimeField()
    message_id = models.BigIntegerField()
    state = models.CharField(max_length=10)
    detail = models.CharField(max_length=300, blank=True)

    class Meta:
        indexes = [models.Index(fields=["message_id", "at"], name="status_message_at")]

    def __str__(self) -> str:
        return f"{self.message_id} {self.state}"


class InboundEvent(models.Model):
    """The inbox: whatever came from outside, once per (source, external_id)."""

    id = models.BigAutoField(primary_key=True)
    source = models.CharField(max_length=120)
    external_id = models.CharField(max_length=200)
    kind = models.CharField(max_length=20)  # text | status
    creditor = models.ForeignKey(Creditor, on_delete=models.PROTECT)
    debtor = models.ForeignKey(Debtor, null=True, on_delete=models.PROTECT)
    channel = models.CharField(max_length=20)
    address = models.CharField(max_length=300, blank=True)
    text_encrypted = models.BinaryField(default=bytes)
    payload = models.JSONField(default=dict)
    received_at = models.DateTimeField()
    processed_at = models.DateTimeField(null=True)
    outcome = models.CharField(max_length=60, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["source", "external_id"], name="inbound_once"),
        ]

    def __str__(self) -> str:
        return f"{self.source} {self.external_id}"


class InboundMail(models.Model):
    """A mail as it came, kept whole (encrypted) before anything is made of it.

    `files` say of each attachment: name, media_type, size, digest and state (`mail.files`).
    """

    id = models.BigAutoField(primary_key=True)
    creditor = models.ForeignKey(Creditor, on_delete=models.PROTECT)
    debtor = models.ForeignKey(Debtor, null=True, on_delete=models.PROTECT)
    provider_account = models.ForeignKey(ProviderAccount, on_delete=models.PROTECT)
    external_id = models.CharField(max_length=64)
    raw_encrypted = models.BinaryField(default=bytes)
    files = models.JSONField(default=list)
    received_at = models.DateTimeField()
    processed_at = models.DateTimeField(null=True)
    outcome = models.CharField(max_length=20, blank=True)
    inbound = models.ForeignKey(InboundEvent, null=True, on_delete=models.PROTECT)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["provider_account", "external_id"], name="inbound_mail_once"
            ),
        ]

    def __str__(self) -> str:
        return f"mail {self.pk}"


class MailboxState(models.Model):
    """How far a mailbox has been read, and which worker watches it.

    UIDs only count while `uid_validity` (RFC 9051) stays. `lease_until` and `checked_at` are of
    the real clock; `error` is empty while the mailbox can be read.
    """

    provider_account = models.OneToOneField(
        ProviderAccount, primary_key=True, on_delete=models.CASCADE
    )
    uid_validity = models.BigIntegerField(null=True)
    last_uid = models.BigIntegerField(default=0)
    lease_until = models.DateTimeField(null=True)
    checked_at = models.DateTimeField(null=True)
    error = models.CharField(max_length=200, blank=True)

    def __str__(self) -> str:
        return f"mailbox {self.provider_account_id}"


class TrackedLink(models.Model):
    """A way into the portal that we sent to somebody, and whether it was opened.

    `grants_level` until `grants_until`: who follows a link sent inside a verified conversation
    is not asked again.
    """

    id = models.BigAutoField(primary_key=True)
    token = models.CharField(max_length=64, unique=True)
    creditor = models.ForeignKey(Creditor, on_delete=models.PROTECT)
    debtor = models.ForeignKey(Debtor, on_delete=models.PROTECT)
    account = models.ForeignKey(Account, null=True, on_delete=models.PROTECT)
    message = models.ForeignKey(Message, null=True, on_delete=models.PROTECT)
    purpose = models.CharField(max_length=40, default="portal")
    channel = models.CharField(max_length=20, blank=True)
    address = models.CharField(max_length=300, blank=True)
    grants_level = models.CharField(max_length=10, default="none")
    grants_until = models.DateTimeField(null=True)
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    first_opened_at = models.DateTimeField(null=True)
    opened_count = models.PositiveIntegerField(default=0)

    class Meta:
        indexes = [models.Index(fields=["message"], name="link_message")]

    def __str__(self) -> str:
        return f"link {self.pk}"
