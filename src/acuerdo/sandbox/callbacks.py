"""Webhooks to the client: queued with what they tell of, sent by the lifespan's loop."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import httpx
import structlog
from django.db import connection, transaction

from acuerdo.core.clock import real_now
from acuerdo.core.crypto import SIGNATURE_HEADER, sign
from acuerdo.sandbox.access import secret_of
from acuerdo.sandbox.models import Webhook
from acuerdo.sandbox.rules import GIVE_UP_AFTER, LONGEST_WAIT_SECONDS

logger = structlog.get_logger(__name__)

BATCH = 100
_TIMEOUT = 5.0
_LONGEST_QUIET = timedelta(seconds=5)


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


# Takes what is due and leases it in one statement: whoever dies while sending leaves it due again
# after the same wait as a failure.
_TAKE = """
UPDATE sandbox_webhook SET attempts = attempts + 1,
    next_at = %(now)s + least(power(2, least(attempts, 20)), %(longest)s) * interval '1 second'
WHERE id IN (
    SELECT id FROM sandbox_webhook
    WHERE delivered_at IS NULL AND given_up_at IS NULL AND next_at <= %(now)s
        AND url <> ALL(%(quiet)s)
    ORDER BY next_at, id LIMIT %(limit)s FOR UPDATE SKIP LOCKED)
RETURNING id, account_id, url, payload, attempts
"""

# Addresses that did not answer, and until when they are left alone: a client that is down is
# asked once in a while, not once for every event that waits for it.
_quiet: dict[str, tuple[int, datetime]] = {}


def send_due(*, now: datetime | None = None) -> int:
    """Send what is due, once each, and note what was answered. Returns how many were taken.

    Events of one account for one address travel together. Any answer but 2xx, and none at all,
    means again later: as long as it takes, an event may come twice but is never lost.
    """
    now = now or real_now()
    due = _take(now)
    groups: dict[tuple[str, str], list[_Due]] = {}
    for webhook in due:
        groups.setdefault((webhook.account_id, webhook.url), []).append(webhook)
    if not connection.in_atomic_block:
        connection.close()
    taken = 0
    for (account_id, url), group in groups.items():
        if url in _quiet and _quiet[url][1] > now:
            continue
        if _post(account_id, url, [webhook.payload for webhook in group]):
            if _quiet.pop(url, None) is not None:
                # It is back: what waited for it need not wait any longer.
                Webhook.objects.filter(
                    url=url, delivered_at__isnull=True, given_up_at__isnull=True
                ).update(next_at=now)
            taken += len(group)
            Webhook.objects.filter(pk__in=[webhook.pk for webhook in group]).update(
                delivered_at=real_now()
            )
            continue
        failures = _quiet.get(url, (0, now))[0] + 1
        _quiet[url] = (failures, now + min(timedelta(seconds=2 ** (failures - 1)), _LONGEST_QUIET))
        given_up = [webhook.pk for webhook in group if webhook.attempts >= GIVE_UP_AFTER]
        if given_up:
            Webhook.objects.filter(pk__in=given_up).update(given_up_at=real_now())
    return taken


@dataclass(frozen=True, slots=True)
class _Due:
    pk: int
    account_id: str
    url: str
    payload: dict[str, Any]
    attempts: int


def _take(now: datetime) -> list[_Due]:
    quiet = [url for url, (_failures, until) in _quiet.items() if until > now]
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            _TAKE, {"now": now, "quiet": quiet, "limit": BATCH, "longest": LONGEST_WAIT_SECONDS}
        )
        rows = cursor.fetchall()
    return sorted(
        (
            _Due(pk, account, url, json.loads(payload), tries)
            for pk, account, url, payload, tries in rows
        ),
        key=lambda webhook: webhook.pk,
    )


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
