"""The provider API: who may call it, what it keeps, what it refuses."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest
from django.test import Client

from acuerdo.core.crypto import derive_secret
from acuerdo.sandbox.models import Checkout, PhoneMessage, Webhook

pytestmark = [pytest.mark.django_db, pytest.mark.urls("acuerdo.sandbox.urls")]

MESSAGE = {
    "channel": "whatsapp",
    "to": "+573001234567",
    "text": "Hola",
    "sender": "Banco Ejemplo",
    "buttons": [{"title": "Hablar con alguien", "payload": "human"}],
    "webhook_url": "http://127.0.0.1:1/webhooks/sandbox/x",
}
CHECKOUT = {
    "amount_minor": 1_250_000,
    "currency": "COP",
    "reference": "r-1",
    "return_url": "http://127.0.0.1:1/p/x?step=2",
    "webhook_url": "http://127.0.0.1:1/webhooks/sandbox/x",
}


def call(
    method: str,
    path: str,
    body: Any = None,
    *,
    key: str = "",
    account: str = "acc-1",
    token: str | None = None,
) -> Any:
    token = derive_secret(f"sandbox:{account}") if token is None else token
    headers = {"Authorization": f"Bearer {token}", "X-Sandbox-Account": account}
    if key:
        headers["Idempotency-Key"] = key
    arguments: dict[str, Any] = {"headers": headers}
    if body is not None:
        arguments |= {"data": body, "content_type": "application/json"}
    return getattr(Client(), method)(path, **arguments)


def test_a_message_is_kept_once_and_its_reports_are_queued() -> None:
    key = str(uuid4())
    first = call("post", "/api/messages", MESSAGE, key=key)
    assert first.status_code == 201
    for _ in range(3):
        again = call("post", "/api/messages", MESSAGE, key=key)
        assert again.status_code == 200
        assert again.json()["id"] == first.json()["id"]
    assert PhoneMessage.objects.count() == 1
    assert [w.payload["state"] for w in Webhook.objects.order_by("pk")] == ["sent", "delivered"]
    found = call("get", f"/api/messages/{key}").json()
    assert (found["id"], found["state"]) == (first.json()["id"], "delivered")


def test_a_key_serves_one_message_and_one_account() -> None:
    key = str(uuid4())
    call("post", "/api/messages", MESSAGE, key=key)
    other = call("post", "/api/messages", {**MESSAGE, "text": "Otro"}, key=key)
    assert (other.status_code, other.json()["error"]["code"]) == (409, "key_reused")
    assert call("post", "/api/messages", MESSAGE, key=key, account="acc-2").status_code == 409
    assert call("get", f"/api/messages/{key}", account="acc-2").status_code == 404


@pytest.mark.parametrize("token", ["", "x", "ñ", derive_secret("sandbox:acc-2")])
def test_a_wrong_token_is_refused(token: str) -> None:
    answer = call("post", "/api/messages", MESSAGE, key="k", token=token)
    assert (answer.status_code, PhoneMessage.objects.count()) == (401, 0)


def test_an_empty_account_has_no_secret() -> None:
    assert call("post", "/api/messages", MESSAGE, key="k", account="").status_code == 401


@pytest.mark.parametrize(
    ("change", "status", "code"),
    [
        ({"to": "+573009999990"}, 422, "unreachable"),
        ({"to": "300123"}, 422, "unreachable"),
        ({"to": "+573009999991"}, 503, "busy"),
        ({"text": ""}, 422, "text"),
        ({"text": None}, 422, "text"),
        ({"text": "x" * 5_000}, 422, "text"),
        ({"text": "a\0b"}, 422, "text"),
        ({"channel": "fax"}, 422, "channel"),
        ({"buttons": [{"title": "x"}] * 4}, 422, "buttons"),
        ({"buttons": [{"title": "x" * 21}]}, 422, "buttons"),
        ({"buttons": "x"}, 422, "buttons"),
        ({"webhook_url": "file:///etc/passwd"}, 422, "webhook_url"),
    ],
)
def test_bad_messages(change: dict[str, Any], status: int, code: str) -> None:
    answer = call("post", "/api/messages", MESSAGE | change, key="k")
    assert (answer.status_code, answer.json()["error"]["code"]) == (status, code)
    assert PhoneMessage.objects.count() == 0


@pytest.mark.parametrize("body", ["[]", "{", '"x"', "[" * 50_000])
def test_bodies_that_are_no_object(body: str) -> None:
    assert call("post", "/api/messages", body, key="k").status_code == 400


def test_a_number_that_is_switched_off_is_reported_failed() -> None:
    call("post", "/api/messages", MESSAGE | {"to": "+573009999992"}, key="k")
    assert [w.payload["state"] for w in Webhook.objects.order_by("pk")] == ["sent", "failed"]


def test_a_checkout_is_opened_once() -> None:
    first = call("post", "/api/checkouts", CHECKOUT, key="c")
    again = call("post", "/api/checkouts", CHECKOUT, key="c")
    assert (first.status_code, again.status_code) == (201, 200)
    assert first.json()["id"] == again.json()["id"]
    by_key = call("get", "/api/checkouts?key=c").json()
    by_id = call("get", f"/api/checkouts/{first.json()['id']}").json()
    assert by_key == by_id == again.json()
    assert by_id["state"] == "open"
    changed = call("post", "/api/checkouts", CHECKOUT | {"amount_minor": 1}, key="c")
    assert changed.status_code == 409
    assert call("get", f"/api/checkouts/{first.json()['id']}", account="b").status_code == 404


@pytest.mark.parametrize(
    "change",
    [
        {"amount_minor": 0},
        {"amount_minor": -1},
        {"amount_minor": 1.5},
        {"amount_minor": True},
        {"amount_minor": "1"},
        {"currency": "pesos"},
        {"currency": "cop"},
        {"return_url": "javascript:alert(1)"},
        {"webhook_url": ""},
        {"expires_in": 0},
        {"reference": ""},
    ],
)
def test_bad_checkouts(change: dict[str, Any]) -> None:
    assert call("post", "/api/checkouts", CHECKOUT | change, key="c").status_code == 422
    assert Checkout.objects.count() == 0
