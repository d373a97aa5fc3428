"""Webhooks to the client: queued with what they tell of, sent by the lifespan's loop."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

import httpx
import structlog
from django.db import connection, transaction

from acuerdo.core.clock import real_now
from acuerdo.core.crypto import SIGNATURE_HEADER, sign
from acuerdo.sandbox.access import secret_of
from acuerdo.sandbox.models import Webhook
from acuerdo.sandbox.rules import next_attempt

logger = structlog.get_logger(__name__)

BATCH = 100
_TIMEOUT = 5.0


def queue_event(*, account_id: str, url: str, kind: str, fields: Mapping[str, Any]) -> None:
    """Queue one event for the client, in the caller's transaction; nothing without an address."""
    if not url:
        return
    now = real_now()
    webhook = Webhook(account_id=account_id, url=url, payload={}, next_at=now)
    webhook.payload = {
        "id": str(webhook.event_id),
        "type": kind,
        "at": now.isoformat(),
        **fields,
    }
    webhook.save()


def send_due(*, now: datetime | None = None) -> int:
    """Send what is due, once each, and note what was answered. Returns how many were taken.

    Events of one account for one address travel together. Any answer but 2xx, and none at all,
    means again later: as long as it takes, an event may come twice but is never lost.
    """
    now = now or real_now()
    with transaction.atomic():
        due = list(
            Webhook.objects.select_for_update(skip_locked=True)
            .filter(delivered_at__isnull=True, given_up_at__isnull=True, next_at__lte=now)
            .order_by("next_at", "pk")[:BATCH]
        )
        # A lease: whoever dies while sending leaves them due again.
        for webhook in due:
            webhook.attempts += 1
            webhook.next_at = next_attempt(webhook.attempts, now) or now
        Webhook.objects.bulk_update(due, ["attempts", "next_at"])
    groups: dict[tuple[str, str], list[Webhook]] = {}
    for webhook in due:
        groups.setdefault((webhook.account_id, webhook.url), []).append(webhook)
    if not connection.in_atomic_block:
        connection.close()
    taken = 0
    for (account_id, url), group in groups.items():
        if _post(account_id, url, [webhook.payload for webhook in group]):
            taken += len(group)
            Webhook.objects.filter(pk__in=[webhook.pk for webhook in group]).update(
                delivered_at=real_now()
            )
        else:
            given_up = [w.pk for w in group if next_attempt(w.attempts, now) is None]
            Webhook.objects.filter(pk__in=given_up).update(given_up_at=real_now())
    return taken


def _post(account_id: str, url: str, events: Iterable[Mapping[str, Any]]) -> bool:
    body = json.dumps({"events": list(events)}).encode()
    headers = {
        "Content-Type": "application/json",
        SIGNATURE_HEADER: sign(body, secret_of(account_id), real_now()),
    }
    try:
        answer = httpx.post(url, content=body, headers=headers, timeout=_TIMEOUT, trust_env=False)
    except httpx.HTTPError as error:
        logger.info("webhook_unanswered", error=type(error).__name__)
        return False
    if not answer.is_success:
        logger.warning("webhook_refused", status=answer.status_code)
    return answer.is_success
