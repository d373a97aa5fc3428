"""The door for providers: signed or refused, once or never."""

from __future__ import annotations

import json
import random
from typing import Any
from uuid import uuid4

import pytest
from django.db import transaction
from django.test import Client
from messaging_kit import NOW, accounts, draft, make_creditor, queue

from acuerdo.compliance.actions import withdraw_opt_out
from acuerdo.compliance.models import OptOut
from acuerdo.core.actor import SYSTEM
from acuerdo.core.clock import real_now
from acuerdo.core.crypto import SIGNATURE_HEADER, derive_secret, sign
from acuerdo.core.models import Event
from acuerdo.creditors.actions import connect_provider
from acuerdo.creditors.models import ProviderAccount
from acuerdo.messaging.actions import create_link
from acuerdo.messaging.models import InboundEvent, Message
from acuerdo.portfolio.models import Account, ContactPoint

pytestmark = [pytest.mark.django_db, pytest.mark.urls("acuerdo.api.urls")]


@pytest.fixture
def account() -> Account:
    (account,) = accounts(make_creditor())
    return account


@pytest.fixture
def provider(account: Account) -> ProviderAccount:
    return ProviderAccount.objects.get(creditor=account.creditor, kind="whatsapp")


def post(provider: ProviderAccount, events: Any, *, secret: str = "", **changes: Any) -> Any:
    body = events if isinstance(events, bytes) else json.dumps({"events": events}).encode()
    secret = secret or derive_secret(f"sandbox:{provider.public_id}")
    path = f"/webhooks/{provider.provider}/{provider.public_id}"
    return Client().post(
        changes.get("path", path),
        body,
        content_type="application/json",
        headers={SIGNATURE_HEADER: sign(body, secret, changes.get("at", real_now()))},
    )


def inbound(account: Account, text: str, event_id: str = "e-1") -> dict[str, str]:
    phone = ContactPoint.objects.get(debtor_id=account.debtor_id, kind="phone").value
    return {
        "id": event_id, "type": "message.inbound", "at": real_now().isoformat(),
        "from": phone, "channel": "whatsapp", "text": text, "button": "",
    }  # fmt: skip


def test_ten_times_in_any_order(account: Account, provider: ProviderAccount) -> None:
    (message,) = queue(draft(account, "whatsapp"))
    Message.objects.update(state="sent", sent_at=NOW, provider_account=provider)
    status = {"type": "message.status", "key": str(message.public_id), "message_id": "m"}
    events = [
        inbound(account, "hola"),
        {"id": "s-1", "state": "delivered", **status},
        {"id": "s-2", "state": "read", **status},
    ] * 10
    random.Random(3).shuffle(events)
    for event in events:
        assert post(provider, [event]).status_code == 200
    assert post(provider, events).status_code == 200
    message.refresh_from_db()
    assert message.state == "read"
    assert InboundEvent.objects.filter(kind="text").count() == 1
    assert Event.objects.filter(name="InboundReceived").count() == 1
    assert Event.objects.filter(name="MessageRead").count() == 1


def test_stop_by_webhook(account: Account, provider: ProviderAccount) -> None:
    assert post(provider, [inbound(account, "BAJA")]).status_code == 200
    assert OptOut.objects.get().debtor_id == account.debtor_id


def test_a_wrong_signature_is_refused_and_logged(
    account: Account, provider: ProviderAccount, caplog: pytest.LogCaptureFixture
) -> None:
    answer = post(provider, [inbound(account, "BAJA")], secret="wrong")
    assert answer.status_code == 403
    assert answer.json()["error"]["code"] == "signature_refused"
    old = post(provider, [inbound(account, "BAJA")], at=NOW.replace(year=2020))
    assert old.status_code == 403
    assert Client().post(f"/webhooks/sandbox/{provider.public_id}").status_code == 403
    assert InboundEvent.objects.count() == 0
    assert caplog.text.count("webhook_refused") == 3


def test_another_accounts_signature_is_wrong(account: Account, provider: ProviderAccount) -> None:
    other = ProviderAccount.objects.get(creditor=account.creditor, kind="sms")
    secret = derive_secret(f"sandbox:{other.public_id}")
    assert post(provider, [inbound(account, "hola")], secret=secret).status_code == 403


def test_doors_that_are_none(account: Account, provider: ProviderAccount) -> None:
    for path in (
        f"/webhooks/sandbox/{uuid4()}",
        f"/webhooks/other/{provider.public_id}",
        "/webhooks/sandbox/x",
    ):
        assert post(provider, [], path=path).status_code == 404
    mail = ProviderAccount.objects.get(creditor=account.creditor, kind="email")
    assert post(mail, []).status_code == 404
    assert Client().get(f"/webhooks/sandbox/{provider.public_id}").status_code == 405


@pytest.mark.parametrize("body", [b"", b"{}", b"\xff", b'{"events": [{}]}'])
def test_signed_nonsense(provider: ProviderAccount, body: bytes) -> None:
    assert post(provider, body).status_code == 400


def test_too_large(provider: ProviderAccount) -> None:
    assert post(provider, b" " * 1_000_001).status_code == 413


def test_no_csrf_token_is_asked_for(account: Account, provider: ProviderAccount) -> None:
    client = Client(enforce_csrf_checks=True)
    assert client.post(f"/webhooks/sandbox/{provider.public_id}").json()["error"]["code"] == (
        "signature_refused"
    )


def test_one_click_stops_mail_and_a_look_does_not(account: Account) -> None:
    link = create_link(
        creditor_id=account.creditor_id, debtor_id=account.debtor_id, now=NOW,
        purpose="optout", channel="email", address="a@example.com",
        expires_at=real_now().replace(year=2099),
    )  # fmt: skip
    client = Client(enforce_csrf_checks=True)
    assert client.get(f"/u/{link.token}").status_code == 200
    assert OptOut.objects.count() == 0
    for _ in range(3):
        answer = client.post(f"/u/{link.token}", {"List-Unsubscribe": "One-Click"})
        assert answer.status_code == 200
    (stopped,) = OptOut.objects.all()
    assert (stopped.debtor_id, stopped.channel) == (account.debtor_id, "email")
    assert client.post("/u/nothing").status_code == 404
    with transaction.atomic():
        withdraw_opt_out(opt_out=stopped, source="test", actor=SYSTEM, now=NOW)
    for _ in range(2):
        assert client.post(f"/u/{link.token}").status_code == 200
    again = OptOut.objects.get(withdrawn_at=None)
    assert (again.debtor_id, again.channel) == (account.debtor_id, "email")
    assert OptOut.objects.count() == 2


def test_health() -> None:
    answer = Client().get("/healthz")
    assert (answer.status_code, answer.json()["status"]) == (200, "ok")


def test_a_payment_webhook_is_signed_or_refused(account: Account) -> None:
    payments = connect_provider(
        actor=SYSTEM, now=NOW, creditor=account.creditor, kind="payments", provider="sandbox",
        name="Sandbox", config={"base_url": "http://127.0.0.1:1"},
    )  # fmt: skip
    event = {
        "id": "c-1", "type": "checkout.paid", "at": real_now().isoformat(),
        "checkout": {"id": str(uuid4()), "state": "paid"},
    }  # fmt: skip
    assert post(payments, [event], secret="wrong").status_code == 403
    for _ in range(10):
        assert post(payments, [event]).status_code == 200
    assert Event.objects.filter(name="PaymentEventReceived").count() <= 1
