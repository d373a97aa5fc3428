"""A new creditor, with everything that the rooms need to work for it."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings

from acuerdo.agreements.actions import seed_policies
from acuerdo.core.actor import Actor
from acuerdo.creditors.actions import connect_provider, create_creditor
from acuerdo.creditors.models import Creditor
from acuerdo.messaging.actions import seed_templates
from acuerdo.segments.actions import seed_segments
from acuerdo.strategies.actions import seed_strategies


def open_creditor(
    *, actor: Actor, now: datetime, name: str, country: str, **fields: Any
) -> Creditor:
    """A creditor with segments, strategies, templates and offer policies to start from, and the
    sandbox as its provider of everything: nothing leaves this machine until an administrator
    connects a real one.

    Raises UnknownCountry and CreditorExists.
    """
    creditor = create_creditor(actor=actor, now=now, name=name, country=country, **fields)
    connect_sandbox(actor=actor, now=now, creditor=creditor)
    seed_segments(creditor_id=creditor.pk)
    seed_strategies(creditor_id=creditor.pk)
    seed_templates(creditor_id=creditor.pk, actor=actor, now=now)
    seed_policies(creditor_id=creditor.pk)
    return creditor


def connect_sandbox(*, actor: Actor, now: datetime, creditor: Creditor) -> None:
    """Let the sandbox of this machine serve every channel that it can, and payments."""
    web = {"base_url": settings.SANDBOX_URL}
    mail = {
        "host": urlsplit(settings.SANDBOX_URL).hostname or "127.0.0.1",
        "port": settings.SANDBOX_SMTP_PORT,
        "from_address": f"no-reply@{creditor.public_id.hex[-8:]}.example.com",
    }
    for kind, provider, config in (
        ("email", "smtp", mail),
        ("sms", "sandbox", {**web, "sender": "acuerdo"}),
        ("whatsapp", "sandbox", {**web, "sender": "acuerdo"}),
        ("payments", "sandbox", web),
    ):
        connect_provider(
            actor=actor,
            now=now,
            creditor=creditor,
            kind=kind,
            provider=provider,
            name="Sandbox",
            config=config,
        )
