"""What a provider tells us: it only says where to look."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import closing
from datetime import datetime

import structlog

from acuerdo.core.actor import Actor
from acuerdo.core.clock import real_now
from acuerdo.core.errors import SignatureRefused
from acuerdo.core.events import publish
from acuerdo.creditors.models import ProviderAccount
from acuerdo.payments import events
from acuerdo.payments.models import ProviderEvent
from acuerdo.payments.providers.registry import open_provider

logger = structlog.get_logger(__name__)


def receive_webhook(
    *,
    provider_account: ProviderAccount,
    headers: Mapping[str, str],
    body: bytes,
    now: datetime,
) -> int:
    """Take in a webhook: the signature over its raw bytes decides, an event counts once.

    Nothing in the body is believed. Each new event has the provider asked, in a reaction.
    Returns how many were new. `headers` have lower-case names. Raises SignatureRefused (403) and
    WebhookUnreadable.
    """
    with closing(open_provider(provider_account)) as provider:
        try:
            notices = provider.verify(body, headers, at=real_now())
        except SignatureRefused:
            logger.warning(
                "payment_webhook_refused",
                provider=provider_account.provider,
                account=str(provider_account.public_id),
            )
            raise
    actor = Actor("provider", provider_account.provider, provider_account.creditor_id)
    count = 0
    # In order of their ids: two deliveries of the same events never wait for each other.
    for notice in sorted(notices, key=lambda one: one.event_id):
        row, created = ProviderEvent.objects.get_or_create(
            provider=provider_account.provider,
            event_id=notice.event_id,
            defaults={
                "provider_account": provider_account,
                "session_id": notice.session_id,
                "kind": notice.kind,
                "received_at": now,
            },
        )
        if not created:
            continue
        count += 1
        publish(
            events.PAYMENT_EVENT_RECEIVED,
            actor=actor,
            now=now,
            creditor_id=provider_account.creditor_id,
            refs=[f"provider_event:{row.pk}"],
            data={"provider_event": row.pk, "kind": row.kind},
        )
    return count
