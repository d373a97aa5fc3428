"""The sandbox's checkout API: JSON over HTTP, signed webhooks."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any, ClassVar

import httpx

from acuerdo.core.crypto import SIGNATURE_HEADER, verify_signature
from acuerdo.core.money import Money
from acuerdo.payments.errors import ProviderRefused, ProviderUnavailable, WebhookUnreadable
from acuerdo.payments.providers.base import (
    Account,
    Capabilities,
    Checkout,
    CheckoutState,
    Intent,
    Notice,
)

# A wrong secret or address of ours, or a hiccup of theirs: not this payment's fault.
_LATER = frozenset({401, 403, 404, 408, 425, 429})


class SandboxPayments:
    """A creditor's account at the sandbox's checkout."""

    name: ClassVar[str] = "sandbox"
    capabilities: ClassVar[Capabilities] = Capabilities(
        idempotent=True, findable=True, webhooks=True
    )

    def __init__(self, account: Account) -> None:
        self._secret = account.secret
        self._http = httpx.Client(
            base_url=str(account.config["base_url"]),
            timeout=float(account.config.get("timeout_seconds", 5)),
            headers={
                "Authorization": f"Bearer {account.secret}",
                "X-Sandbox-Account": account.public_id,
            },
            trust_env=False,
        )

    def create(self, intent: Intent, *, idempotency_key: str) -> Checkout:
        body = {
            "amount_minor": intent.amount.minor,
            "currency": intent.amount.currency,
            "reference": intent.reference,
            "description": intent.description[:200],
            "payee": intent.payee[:200],
            "return_url": intent.return_url,
            "webhook_url": intent.webhook_url,
            "expires_in": intent.expires_in_seconds,
            "language": intent.language,
        }
        answer = self._ask(
            "POST", "/api/checkouts", json=body, headers={"Idempotency-Key": idempotency_key}
        )
        if answer.status_code in (200, 201):
            return _read(answer)
        if 400 <= answer.status_code < 500 and answer.status_code not in _LATER:
            raise ProviderRefused(provider=self.name, status=answer.status_code)
        raise ProviderUnavailable(provider=self.name, status=answer.status_code)

    def verify(self, body: bytes, headers: Mapping[str, str], *, at: datetime) -> list[Notice]:
        verify_signature(headers.get(SIGNATURE_HEADER.lower(), ""), body, self._secret, at)
        try:
            return [
                Notice(
                    event_id=str(event["id"])[:200],
                    kind=str(event["type"])[:40],
                    session_id=str(event["checkout"]["id"])[:200],
                )
                for event in json.loads(body)["events"]
                if str(event["type"]).startswith("checkout.")
            ]
        except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
            raise WebhookUnreadable(provider=self.name) from error

    def fetch(self, session_id: str) -> Checkout | None:
        return self._look(f"/api/checkouts/{session_id}")

    def find(self, key: str) -> Checkout | None:
        return self._look("/api/checkouts", key=key)

    def close(self) -> None:
        self._http.close()

    def _look(self, path: str, **query: str) -> Checkout | None:
        answer = self._ask("GET", path, params=query)
        if answer.status_code == 404 and _is_not_found(answer):
            return None
        if answer.status_code != 200:
            raise ProviderUnavailable(provider=self.name, status=answer.status_code)
        return _read(answer)

    def _ask(self, method: str, path: str, **arguments: Any) -> httpx.Response:
        try:
            return self._http.request(method, path, **arguments)
        except httpx.HTTPError as error:
            raise ProviderUnavailable(provider=self.name, reason=type(error).__name__) from error


def _is_not_found(answer: httpx.Response) -> bool:
    """Whether the checkout is unknown, and not the address wrong."""
    try:
        return bool(answer.json()["error"]["code"] == "not_found")
    except (ValueError, KeyError, TypeError):
        return False


def _read(answer: httpx.Response) -> Checkout:
    """The checkout in an answer. Raises ProviderUnavailable where it cannot be read."""
    try:
        data = answer.json()
        amount = data["amount_minor"]
        if type(amount) is not int:
            raise TypeError("an amount is a whole number of minor units")
        return Checkout(
            session_id=str(data["id"]),
            key=str(data["key"]),
            state=CheckoutState(data["state"]),
            amount=Money(amount, str(data["currency"])),
            redirect_url=str(data["url"]),
            expires_at=_time(data.get("expires_at")),
            paid_at=_time(data.get("paid_at")),
            payment_id=str(data.get("payment_id") or ""),
        )
    except (ValueError, KeyError, TypeError) as error:
        raise ProviderUnavailable(
            provider=SandboxPayments.name, reason=type(error).__name__
        ) from error


def _time(text: str | None) -> datetime | None:
    if not text:
        return None
    at = datetime.fromisoformat(text)
    if at.tzinfo is None:
        raise ValueError("a time without a zone")
    return at
