"""Creditors and their accounts at providers."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from acuerdo.core.actor import Actor
from acuerdo.core.crypto import encrypt
from acuerdo.core.events import publish
from acuerdo.creditors.countries import COUNTRIES
from acuerdo.creditors.errors import CreditorExists, UnknownCountry
from acuerdo.creditors.models import Creditor, ProviderAccount


def create_creditor(
    *, actor: Actor, now: datetime, name: str, country: str, **fields: Any
) -> Creditor:
    """A new creditor with the country's zone, language and currency, unless `fields` say else.

    Raises UnknownCountry and CreditorExists.
    """
    if country not in COUNTRIES:
        raise UnknownCountry(country=country, known=", ".join(COUNTRIES))
    if Creditor.objects.filter(name=name).exists():
        raise CreditorExists(name=name)
    usual = COUNTRIES[country]
    creditor = Creditor.objects.create(
        name=name,
        country=country,
        **{
            "timezone": usual.timezone,
            "language": usual.language,
            "languages": ["es", "pt", "en"],
            "currency": usual.currency,
            "legal_name": name,
            **fields,
        },
    )
    publish(
        "CreditorCreated",
        actor=actor,
        now=now,
        creditor_id=creditor.pk,
        refs=[f"creditor:{creditor.pk}"],
    )
    return creditor


def connect_provider(
    *,
    actor: Actor,
    now: datetime,
    creditor: Creditor,
    kind: str,
    provider: str,
    name: str,
    config: Mapping[str, Any],
    secret: str = "",
) -> ProviderAccount:
    """Make `provider` the creditor's one active way for `kind` (a channel, or `payments`).

    `secret` is encrypted at rest. The account that served `kind` before is kept, inactive.
    """
    ProviderAccount.objects.filter(creditor=creditor, kind=kind, is_active=True).update(
        is_active=False
    )
    account = ProviderAccount.objects.create(
        creditor=creditor,
        kind=kind,
        provider=provider,
        name=name,
        config=dict(config),
        secret_encrypted=encrypt(secret),
    )
    publish(
        "ProviderConnected",
        actor=actor,
        now=now,
        creditor_id=creditor.pk,
        refs=[f"provider_account:{account.pk}"],
        data={"kind": kind, "provider": provider},
    )
    return account


def move_provider(
    *, actor: Actor, now: datetime, account: ProviderAccount, config: Mapping[str, Any]
) -> bool:
    """The same account at another address; what it sent stays its own. Whether it moved."""
    if account.config == dict(config):
        return False
    account.config = dict(config)
    account.save(update_fields=["config"])
    publish(
        "ProviderMoved",
        actor=actor,
        now=now,
        creditor_id=account.creditor_id,
        refs=[f"provider_account:{account.pk}"],
        data={"kind": account.kind, "provider": account.provider},
    )
    return True


def change_settings(
    *, actor: Actor, now: datetime, creditor: Creditor, section: str, values: Mapping[str, Any]
) -> Creditor:
    """Change `values` of one section of the creditor's settings; the others stay."""
    creditor = Creditor.objects.select_for_update().get(pk=creditor.pk)
    before = creditor.settings.get(section, {})
    creditor.settings = {**creditor.settings, section: {**before, **values}}
    creditor.save(update_fields=["settings"])
    publish(
        "SettingsChanged",
        actor=actor,
        now=now,
        creditor_id=creditor.pk,
        refs=[f"creditor:{creditor.pk}"],
        data={"section": section, **values},
    )
    return creditor


def record_run(*, creditor: Creditor, now: datetime) -> None:
    """Remember that a portfolio of the creditor was run as of `now`; an earlier `now` changes
    nothing."""
    Creditor.objects.filter(pk=creditor.pk).exclude(last_run_at__gt=now).update(last_run_at=now)
