"""What the adapters of the sandbox share: its HTTP calls and its signed webhooks.

Its API is described in `acuerdo/sandbox/README.md`; nothing of it is imported, for a provider is
known by its documentation only. Configuration: `base_url`, `timeout_seconds`.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any, ClassVar

import httpx

from acuerdo.core.clock import real_now
from acuerdo.core.crypto import SIGNATURE_HEADER, verify_signature
from acuerdo.core.vocabulary import Channel
from acuerdo.messaging.channels.base import (
    Account,
    Capabilities,
    Inbound,
    InboundText,
    Outcome,
    Outgoing,
    SendResult,
    StatusState,
    StatusUpdate,
)
from acuerdo.messaging.errors import WebhookUnreadable


class SandboxMessages:
    """The sandbox's message API for one channel; subclasses name the channel."""

    channel: ClassVar[Channel]
    provider: ClassVar[str] = "sandbox"
    capabilities: ClassVar[Capabilities] = Capabilities(
        idempotent=True, findable=True, receives=True, statuses=True
    )

    def __init__(self, account: Account) -> None:
        self._account = account
        self._http = httpx.Client(
            base_url=str(account.config["base_url"]),
            timeout=float(account.config.get("timeout_seconds", 5)),
            headers={
                "Authorization": f"Bearer {account.secret}",
                "X-Sandbox-Account": account.public_id,
            },
            trust_env=False,
        )

    def send(self, outgoing: Outgoing, *, idempotency_key: str) -> SendResult:
        body = {
            "channel": self.channel.value,
            "to": outgoing.to,
            "text": outgoing.text,
            "sender": self._account.sender_name,
            "buttons": [
                {"title": button.title, "payload": button.payload}
                for button in outgoing.buttons[: self.capabilities.buttons]
            ],
            "webhook_url": outgoing.webhook_url,
        }
        try:
            answer = self._http.post(
                "/api/messages", json=body, headers={"Idempotency-Key": idempotency_key}
            )
        except httpx.TransportError as error:
            # Whether it arrived is not known, but a repeat under the same key is harmless.
            return SendResult(Outcome.TEMPORARY, code="unreachable", detail=type(error).__name__)
        return _result(answer)

    def find(self, idempotency_key: str) -> SendResult | None:
        try:
            answer = self._http.get(f"/api/messages/{idempotency_key}")
        except httpx.TransportError as error:
            return SendResult(Outcome.UNKNOWN, code="unreachable", detail=type(error).__name__)
        if answer.status_code == 404 and _error(answer)[0] == "not_found":
            return None
        if answer.status_code != 200:
            return SendResult(Outcome.UNKNOWN, code=f"http_{answer.status_code}")
        return _result(answer)

    def parse_webhook(
        self, headers: Mapping[str, str], body: bytes, *, at: datetime
    ) -> list[Inbound]:
        signature = headers.get(SIGNATURE_HEADER.lower(), "")
        verify_signature(signature, body, self._account.secret, at)
        try:
            events = json.loads(body)["events"]
            return [fact for event in events if (fact := _fact(event)) is not None]
        except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
            raise WebhookUnreadable(provider=self.provider, reason=type(error).__name__) from error

    def close(self) -> None:
        self._http.close()


def _result(answer: httpx.Response) -> SendResult:
    """200 and 201: taken. 408, 425, 429 and 5xx: later. Other 4xx: never."""
    if answer.status_code in (200, 201):
        try:
            return SendResult(Outcome.ACCEPTED, provider_message_id=str(answer.json()["id"]))
        except (ValueError, KeyError, TypeError):
            return SendResult(Outcome.UNKNOWN, code="unreadable_answer")
    code, detail = _error(answer)
    if answer.status_code in (401, 403, 404, 408, 425, 429) or answer.status_code >= 500:
        # 401 and 404 are a wrong secret or address of ours: a setting, not this message.
        return SendResult(Outcome.TEMPORARY, code=code, detail=detail)
    return SendResult(Outcome.PERMANENT, code=code, detail=detail)


def _error(answer: httpx.Response) -> tuple[str, str]:
    try:
        error: dict[str, Any] = answer.json()["error"]
        return str(error["code"])[:60], str(error.get("message", ""))[:200]
    except (ValueError, KeyError, TypeError, AttributeError):
        return f"http_{answer.status_code}", ""


def _fact(event: Mapping[str, Any]) -> Inbound | None:
    """One event of the webhook; None for a type that is not ours to read."""
    kind = event["type"]
    at = datetime.fromisoformat(event["at"]) if event.get("at") else real_now()
    if kind == "message.status":
        return StatusUpdate(
            external_id=str(event["id"]),
            state=StatusState(event["state"]),
            provider_message_id=str(event.get("message_id", "")),
            key=str(event.get("key", "")),
            at=at,
            detail=str(event.get("detail", ""))[:200],
        )
    if kind == "message.inbound":
        return InboundText(
            external_id=str(event["id"]),
            address=str(event["from"]),
            text=str(event.get("text", "")),
            button=str(event.get("button", "")),
            at=at,
        )
    return None
