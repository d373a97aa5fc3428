"""How tracked links look, and those that a batch of messages carries."""

from __future__ import annotations

import re
import secrets
from collections.abc import Sequence
from datetime import datetime, timedelta

from django.conf import settings

from acuerdo.messaging.models import Message, TrackedLink

LIFETIME = timedelta(days=30)
OPT_OUT = "optout"
"""The purpose of links that stop mail."""
# 128 random bits: nobody finds one by trying.
_TOKEN_BYTES = 16


def make_links(
    messages: Sequence[Message], *, purpose: str, now: datetime
) -> dict[int, TrackedLink]:
    """One link per message, message id → link; a message tried before keeps the link it had."""
    links = {
        link.message_id: link
        for link in TrackedLink.objects.filter(message__in=messages, purpose=purpose)
        if link.message_id is not None
    }
    made = TrackedLink.objects.bulk_create(
        TrackedLink(
            token=new_token(),
            creditor_id=message.creditor_id,
            debtor_id=message.debtor_id,
            account_id=message.account_id,
            message=message,
            purpose=purpose,
            channel=message.channel,
            address=message.address,
            created_at=now,
            expires_at=now + LIFETIME,
        )
        for message in messages
        if message.pk not in links
    )
    links.update({link.message_id: link for link in made if link.message_id is not None})
    return links


def new_token() -> str:
    """22 characters that are safe in an address."""
    return secrets.token_urlsafe(_TOKEN_BYTES)


def is_token(text: str) -> bool:
    """Whether `text` has the form of a token: what else stands in an address is not looked up."""
    return re.fullmatch(r"[A-Za-z0-9_-]{1,64}", text) is not None


def portal_url(link: TrackedLink) -> str:
    """Where the debtor's portal opens."""
    return f"{settings.PUBLIC_URL}/p/{link.token}"


def optout_url(link: TrackedLink) -> str:
    """Where one click stops mail (RFC 8058)."""
    return f"{settings.PUBLIC_URL}/u/{link.token}"
