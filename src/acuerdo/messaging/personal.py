"""What messages keep of people."""

from __future__ import annotations

from django.db.models import F

from acuerdo.messaging.models import InboundEvent, InboundMail, Message, TrackedLink
from acuerdo.portfolio.personal import Personal, register_personal


def register() -> None:
    """That something was sent or came, when and how, stays; the words and addresses do not."""
    register_personal(
        Personal(
            Message,
            {"address": "", "subject": "", "body": "", "buttons": [], "context": {}},
            at="queued_at",
        ),
        Personal(
            InboundEvent, {"address": "", "text_encrypted": b"", "payload": {}}, at="received_at"
        ),
        Personal(InboundMail, {"raw_encrypted": b"", "files": []}, at="received_at"),
        Personal(TrackedLink, {"address": "", "expires_at": F("created_at")}),
    )
