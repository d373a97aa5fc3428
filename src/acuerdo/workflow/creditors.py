"""A new creditor, with everything that the rooms need to work for it."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings

from acuerdo.agreements.actions import seed_policies
from acuerdo.core.actor import Actor
from acuerdo.creditors.actions import connect_provider, create_creditor, move_provider
from acuerdo.creditors.models import Creditor, ProviderAccount
from acuerdo.messaging.actions import seed_templates
from acuerdo.messaging.providers import TRIAL_NAME
from acuerdo.segments.actions import seed_segments
from acuerdo.strategies.actions import seed_strategies

_SANDBOX = "Sandbox"


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


def list_trial_accounts(
    *, creditor: Creditor, web_port: int, mail_port: int
) -> dict[str, ProviderAccount]:
    """The creditor's accounts at a sandbox of one run, by channel: kept for its messages, never
    active, so that what is configured stays as it is."""
    accounts: dict[str, ProviderAccount] = {}
    url = f"http://127.0.0.1:{web_port}"
    for kind, provider, config in _sandbox_accounts(creditor, url, mail_port):
        if kind != "payments":
            accounts[kind], _created = ProviderAccount.objects.update_or_create(
                creditor=creditor,
                kind=kind,
                name=TRIAL_NAME,
                is_active=False,
                defaults={"provider": provider, "config": config},
            )
            accounts[kind].creditor = creditor
    return accounts


def connect_sandbox(*, actor: Actor, now: datetime, creditor: Creditor) -> None:
    """Let the sandbox of this machine serve every channel that it can, and payments."""
    for kind, provider, config in _sandbox_accounts(
        creditor, settings.SANDBOX_URL, settings.SANDBOX_SMTP_PORT
    ):
        connect_provider(
            actor=actor,
            now=now,
            creditor=creditor,
            kind=kind,
            provider=provider,
            name=_SANDBOX,
            config=config,
        )


def has_real_provider(*, creditor: Creditor) -> bool:
    """Whether any channel of the creditor is served by more than the sandbox, whose inbox is an
    SMTP server like others: known by its name, its sender or its place."""
    _kind, _provider, inbox = _sandbox_accounts(
        creditor, settings.SANDBOX_URL, settings.SANDBOX_SMTP_PORT
    )[0]
    accounts = ProviderAccount.objects.filter(creditor=creditor, is_active=True)
    return any(
        not (
            account.provider == "sandbox"
            or account.name == _SANDBOX
            or account.config.get("from_address") == inbox["from_address"]
            or all(account.config.get(key) == inbox[key] for key in ("host", "port"))
        )
        for account in accounts.exclude(kind__in=("payments", "mailbox"))
    )


def follow_sandbox(*, actor: Actor, now: datetime) -> None:
    """Point every account at the sandbox to where it is today: its ports may have changed."""
    found = ProviderAccount.objects.filter(name=_SANDBOX, is_active=True)
    for account in found.select_related("creditor").order_by("pk"):
        for kind, provider, config in _sandbox_accounts(
            account.creditor, settings.SANDBOX_URL, settings.SANDBOX_SMTP_PORT
        ):
            if (kind, provider) == (account.kind, account.provider):
                move_provider(actor=actor, now=now, account=account, config=config)


def _sandbox_accounts(
    creditor: Creditor, url: str, mail_port: int
) -> tuple[tuple[str, str, dict[str, Any]], ...]:
    """(kind, provider, configuration) of all that a sandbox serves."""
    web = {"base_url": url}
    mail = {
        "host": urlsplit(url).hostname or "127.0.0.1",
        "port": mail_port,
        "from_address": f"no-reply@{creditor.public_id.hex[-8:]}.example.com",
    }
    return (
        ("email", "smtp", mail),
        ("sms", "sandbox", {**web, "sender": "acuerdo"}),
        ("whatsapp", "sandbox", {**web, "sender": "acuerdo"}),
        ("payments", "sandbox", web),
    )
