"""E-mail services: what they report reaches our messages, through our one door for webhooks."""

from __future__ import annotations

import hashlib
import hmac
import json
import time
from contextlib import closing
from datetime import timedelta
from typing import Any

import postmark_peer as postmark
import pytest
from django.db import transaction
from django.test import Client
from messaging_kit import NOW, accounts, draft, make_creditor, queue

from acuerdo.compliance import permits
from acuerdo.compliance.models import OptOut
from acuerdo.compliance.permits import Permit
from acuerdo.core.actor import SYSTEM
from acuerdo.core.clock import real_now
from acuerdo.core.errors import SignatureRefused
from acuerdo.creditors.actions import connect_provider
from acuerdo.creditors.models import ProviderAccount
from acuerdo.messaging.actions.mails import read_mail
from acuerdo.messaging.channels.base import (
    Account,
    Complaint,
    Inbound,
    Outcome,
    Outgoing,
    RawMail,
    StatusState,
    StatusUpdate,
)
from acuerdo.messaging.channels.email.anymail import AnymailAdapter
from acuerdo.messaging.mail.addresses import tag
from acuerdo.messaging.mail.reading import ReadMail
from acuerdo.messaging.models import InboundEvent, InboundMail, Message, MessageState
from acuerdo.portfolio.models import ContactPoint

pytestmark = pytest.mark.django_db


@pytest.fixture
def service() -> ProviderAccount:
    creditor = make_creditor()
    config = {"esp": "postmark", "from_address": "hola@banco.example", "plus_addressing": True}
    return connect_provider(
        actor=SYSTEM, now=NOW, creditor=creditor, kind="email", provider="anymail",
        name="Service", config=config, secret=postmark.SECRET,
    )  # fmt: skip


@pytest.fixture
def message(service: ProviderAccount) -> Message:
    (account,) = accounts(service.creditor)
    (message,) = queue(draft(account, "email"))
    message.state, message.sent_at = MessageState.SENT, NOW - timedelta(days=1)
    message.provider_account, message.provider_message_id = service, "m-1"
    message.save()
    return message


def tell(client: Client, service: ProviderAccount, event: dict[str, Any], **headers: str) -> int:
    sent = {**postmark.hook_headers(), **headers}
    answer = client.post(
        f"/webhooks/anymail/{service.public_id}",
        json.dumps(event),
        content_type="application/json",
        headers=sent,
    )
    return answer.status_code


def test_a_delivery_is_recorded_once(
    client: Client, service: ProviderAccount, message: Message
) -> None:
    event = postmark.delivered(str(message.public_id))
    assert [tell(client, service, event) for _ in range(2)] == [200, 200]
    message.refresh_from_db()
    assert message.state == MessageState.DELIVERED
    assert InboundEvent.objects.filter(kind="status").count() == 1


@pytest.mark.parametrize(
    ("kind", "details", "state", "is_valid"),
    [
        ("HardBounce", "smtp;550 5.1.1 The account does not exist", MessageState.FAILED, False),
        ("HardBounce", "", MessageState.FAILED, False),
        ("SoftBounce", "smtp;552 5.2.2 Mailbox full", MessageState.FAILED, True),
        ("Blocked", "smtp;550 5.7.1 spam", MessageState.FAILED, True),
        ("Transient", "smtp;451 4.3.0 later", MessageState.SENT, True),
    ],
)
def test_bounces(
    client: Client, service: ProviderAccount, message: Message, kind: str, details: str,
    state: str, is_valid: bool,
) -> None:  # fmt: skip
    assert tell(client, service, postmark.bounced(str(message.public_id), kind, details)) == 200
    message.refresh_from_db()
    assert message.state == state
    point = ContactPoint.objects.get(debtor_id=message.debtor_id, kind="email")
    assert point.is_valid is is_valid


def test_a_complaint_closes_mail(
    client: Client, service: ProviderAccount, message: Message
) -> None:
    for _ in range(2):
        assert tell(client, service, postmark.complained(str(message.public_id))) == 200
    opt_out = OptOut.objects.get()
    assert (opt_out.debtor_id, opt_out.channel) == (message.debtor_id, "email")


def test_inbound_mail_is_kept_and_read(
    client: Client, service: ProviderAccount, message: Message
) -> None:
    to = tag("hola@banco.example", str(message.public_id))
    event = postmark.inbound("otra@casa.example", to, "Ya pagué")
    event["Attachments"] = [
        {"Name": "pago.pdf", "ContentType": "application/pdf", "ContentID": "",
         "Content": "JVBERi0xLjcK" + "A" * 4_000_000},
    ]  # fmt: skip
    assert [tell(client, service, event) for _ in range(2)] == [200, 200]
    kept = InboundMail.objects.get()
    with transaction.atomic():
        assert read_mail(mail_id=kept.pk, now=NOW) == "text"
    kept.refresh_from_db()
    assert kept.debtor_id == message.debtor_id
    assert [(file["name"], file["state"]) for file in kept.files] == [("pago.pdf", "kept")]


def test_what_is_not_proved_changes_nothing(
    client: Client, service: ProviderAccount, message: Message
) -> None:
    event = postmark.complained(str(message.public_id))
    assert tell(client, service, event, authorization="Basic eDp5") == 403
    assert not OptOut.objects.exists()


def test_one_service_cannot_speak_of_another_creditors_messages(
    client: Client, service: ProviderAccount
) -> None:
    other = make_creditor("Otro Banco")
    (account,) = accounts(other)
    (foreign,) = queue(draft(account, "email"))
    assert tell(client, service, postmark.complained(str(foreign.public_id))) == 200
    assert not OptOut.objects.exists()


def test_a_mail_too_large_is_refused(client: Client, service: ProviderAccount) -> None:
    body = b" " * 15_000_001
    answer = client.post(
        f"/webhooks/anymail/{service.public_id}", body, content_type="application/json"
    )
    assert answer.status_code == 413


# Services that sign. Mailgun: https://documentation.mailgun.com/docs/mailgun/user-manual/webhooks

KEY = "0192f0c1-a2b3-7c4d-8e5f-60718293a4b5"
MAILGUN = {"esp": "mailgun", "options": {"sender_domain": "banco.example"}}


def read(headers: dict[str, str], body: bytes, secret: dict[str, str]) -> list[Inbound]:
    with closing(AnymailAdapter(Account("acc-1", MAILGUN, json.dumps(secret)))) as adapter:
        return adapter.parse_webhook(headers, body, at=real_now())


def mailgun_event(name: str, signing_key: str, **fields: Any) -> bytes:
    stamp, token = str(int(time.time())), "a" * 50
    proof = hmac.new(signing_key.encode(), f"{stamp}{token}".encode(), hashlib.sha256)
    data = {
        "event": name, "id": "ev-1", "timestamp": time.time(), "recipient": "ana@example.com",
        "user-variables": {"acuerdo_key": KEY}, "message": {"headers": {"message-id": "m-1@x"}},
        **fields,
    }  # fmt: skip
    signature = {"timestamp": stamp, "token": token, "signature": proof.hexdigest()}
    return json.dumps({"signature": signature, "event-data": data}).encode()


SECRETS = {"api_key": "key-1", "webhook_signing_key": "signing-key"}
JSON = {"content-type": "application/json"}


def test_a_signing_service_is_known_by_its_signature() -> None:
    (fact,) = read(JSON, mailgun_event("delivered", "signing-key"), SECRETS)
    assert isinstance(fact, StatusUpdate)
    assert (fact.key, fact.state) == (KEY, StatusState.DELIVERED)
    (fact,) = read(JSON, mailgun_event("complained", "signing-key"), SECRETS)
    assert isinstance(fact, Complaint)
    for body in (mailgun_event("delivered", "another"), b"{}", b"", b"\xff"):
        with pytest.raises(SignatureRefused):
            read(JSON, body, SECRETS)


def test_a_mail_that_comes_as_a_form_is_read() -> None:
    stamp, token = str(int(time.time())), "b" * 50
    proof = hmac.new(b"signing-key", f"{stamp}{token}".encode(), hashlib.sha256).hexdigest()
    fields = {
        "timestamp": stamp, "token": token, "signature": proof, "sender": "ana@example.com",
        "recipient": tag("hola@banco.example", KEY), "from": "Ana <ana@example.com>",
        "To": "hola@banco.example", "subject": "Re: Su cuenta", "body-plain": "Ya pagué",
        "message-headers": json.dumps(
            [["From", "Ana <ana@example.com>"], ["To", "hola@banco.example"],
             ["Subject", "Re: Su cuenta"], ["Message-Id", "<x@correo.example>"]]
        ),
    }  # fmt: skip
    body = "".join(
        f'--b\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'
        for name, value in fields.items()
    )
    headers = {"content-type": "multipart/form-data; boundary=b"}
    (fact,) = read(headers, f"{body}--b--\r\n".encode(), SECRETS)
    assert isinstance(fact, RawMail)
    mail = ReadMail(fact.raw)
    assert (mail.sender, mail.reply) == ("ana@example.com", "Ya pagué")
    assert mail.recipients[0] == tag("hola@banco.example", KEY)


@pytest.mark.parametrize(
    ("config", "secret"),
    [
        ({"esp": "nobody"}, "{}"),
        ({"esp": "console"}, "{}"),
        ({}, "{}"),
        ({"esp": "postmark"}, "plain text"),
        ({"esp": "postmark"}, "[]"),
        ({"esp": "postmark"}, '{"server_token": "x"}'),
        ({"esp": "mailgun"}, "{}"),
    ],
)
def test_an_account_that_cannot_prove_anything_takes_nothing(
    config: dict[str, Any], secret: str
) -> None:
    with closing(AnymailAdapter(Account("acc-1", config, secret))) as adapter:
        for headers in ({}, JSON, postmark.hook_headers()):
            with pytest.raises(SignatureRefused):
                adapter.parse_webhook(headers, b'{"RecordType": "Delivery"}', at=real_now())


@pytest.mark.parametrize(
    ("config", "secret"),
    [({"esp": "nobody"}, "{}"), ({"esp": "postmark"}, "x"), ({"esp": "postmark"}, "{}")],
)
def test_a_wrong_setting_is_no_verdict_on_the_message(config: dict[str, Any], secret: str) -> None:
    permit = Permit("message:test", "email", None, permits._SEAL)
    outgoing = Outgoing(permit, to="ana@example.com", text="Hola", language="es", subject="x")
    account = Account("acc-1", {"from_address": "hola@banco.example", **config}, secret)
    with closing(AnymailAdapter(account)) as adapter:
        result = adapter.send(outgoing, idempotency_key=KEY)
    assert (result.outcome, result.code) == (Outcome.TEMPORARY, "not_configured")
