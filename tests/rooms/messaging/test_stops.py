"""A stop is obeyed first, on every channel, and nothing that breaks afterwards takes it back."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.db import transaction
from django.test import Client
from messaging_kit import NOW, accounts, make_creditor
from pages_kit import make_link

from acuerdo.assistant import jobs as assistant_jobs
from acuerdo.cases import actions as cases
from acuerdo.compliance.models import ContactAttempt, DoNotContact, OptOut
from acuerdo.conversations import actions as conversations
from acuerdo.core.actor import Actor
from acuerdo.core.clock import real_now
from acuerdo.core.crypto import SIGNATURE_HEADER, derive_secret, sign
from acuerdo.core.models import Event
from acuerdo.creditors.models import ProviderAccount
from acuerdo.messaging import gate
from acuerdo.messaging.actions import create_link, receive_inbound
from acuerdo.messaging.actions import inbound as receiving
from acuerdo.messaging.models import InboundEvent
from acuerdo.portfolio.models import Account, ContactPoint
from acuerdo.workflow.worker import drain

PROVIDER = Actor("provider", "sandbox")

# channel, kind of address, what the debtor's contact point holds, what the provider says
ADDRESSES = [
    ("sms", "phone", "+5215512345678", "525512345678"),
    ("whatsapp", "phone", "+573001112233", "whatsapp:+573001112233"),
    ("call", "phone", "+573001112233", "+573001112233"),
    ("prerecorded_call", "phone", "+5511987654321", "+551187654321"),
    ("voicemail", "phone", "+5491123456789", "+541123456789"),
    ("telegram", "telegram", "987654321", "987654321"),
    ("messenger", "messenger", "2468013579", " 2468013579 "),
    ("instagram", "instagram", "17841400000000000", "17841400000000000"),
    ("email", "email", "ana@example.com", "Ana@Example.com"),
]
CHANNELS = [*(row[0] for row in ADDRESSES), "chat", "push"]


class Broken(Exception):
    """What went wrong after the stop."""


def fail(*_args: Any, **_kwargs: Any) -> None:
    raise Broken


@pytest.fixture
def account(db: None) -> Account:
    (account,) = accounts(make_creditor())
    return account


def receive(account: Account, channel: str, text: str, **more: Any) -> InboundEvent | None:
    with transaction.atomic():
        return receive_inbound(
            **{
                "source": "sandbox:x",
                "external_id": "e-1",
                "channel": channel,
                "address": "somewhere",
                "text": text,
                "creditor_id": account.creditor_id,
                "now": NOW,
                "actor": PROVIDER,
                **more,
            }
        )


def closed(account: Account) -> set[str]:
    rows = OptOut.objects.filter(debtor_id=account.debtor_id, withdrawn_at=None)
    return set(rows.values_list("channel", flat=True))


@pytest.mark.parametrize(("channel", "kind", "known", "told"), ADDRESSES)
def test_every_channel_finds_its_debtor_and_obeys(
    account: Account, channel: str, kind: str, known: str, told: str
) -> None:
    ContactPoint.objects.create(
        debtor=account.debtor, creditor=account.creditor, kind=kind, value=known
    )
    row = receive(account, channel, "No me escriban más, por favor", address=told)
    assert row is not None
    assert (row.debtor_id, row.outcome) == (account.debtor_id, "stopped")
    assert closed(account) == {channel}


@pytest.mark.parametrize("channel", CHANNELS)
@pytest.mark.parametrize("broken", ["count_inbound", "publish"])
def test_what_fails_after_a_stop_does_not_take_it_back(
    account: Account, monkeypatch: pytest.MonkeyPatch, channel: str, broken: str
) -> None:
    monkeypatch.setattr(gate if broken == "count_inbound" else receiving, broken, fail)
    row = receive(account, channel, "STOP", debtor_id=account.debtor_id)
    assert row is not None
    assert closed(account) == {"" if channel == "chat" else channel}
    assert ContactAttempt.objects.count() == 0
    monkeypatch.undo()
    assert receive(account, channel, "STOP", debtor_id=account.debtor_id) is None


def test_what_fails_without_a_stop_leaves_nothing(
    account: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(receiving, "publish", fail)
    with pytest.raises(Broken):
        receive(account, "sms", "quiero pagar", debtor_id=account.debtor_id)
    assert InboundEvent.objects.count() == 0
    monkeypatch.undo()
    assert receive(account, "sms", "quiero pagar", debtor_id=account.debtor_id) is not None


def test_an_answer_that_fails_does_not_take_it_back(
    account: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    receive(account, "whatsapp", "BAJA", debtor_id=account.debtor_id)
    monkeypatch.setattr(assistant_jobs, "answer_inbound", fail)
    with pytest.raises(Broken):
        drain()
    assert closed(account) == {"whatsapp"}


@pytest.mark.parametrize(
    "turns",
    [
        ["Aló?", "Sí, soy yo", "No me vuelvan a llamar, por favor", "¿Me oyó?"],
        ["Quem fala?", "Parem de me ligar"],
    ],
)
def test_a_call_is_heard_turn_by_turn(account: Account, turns: list[str]) -> None:
    for number, turn in enumerate(turns):
        receive(account, "call", turn, external_id=f"t-{number}", debtor_id=account.debtor_id)
    assert closed(account) == {"call"}


def test_no_calls_please_but_do_write(account: Account) -> None:
    row = receive(
        account, "whatsapp", "No me llamen más, escríbanme por aquí", debtor_id=account.debtor_id
    )
    assert row is not None
    # The conversation goes on: nobody asked to end it.
    assert row.outcome == ""
    assert Event.objects.get(name="InboundReceived").data["stopped"] is False
    assert closed(account) == {"call"}


def test_a_strangers_stop_waits_for_the_debtor(account: Account) -> None:
    row = receive(account, "sms", "STOP", address="573009990001")
    assert row is not None
    assert row.debtor_id is None
    assert Event.objects.get(name="InboundUnmatched").data["stopped"] is True
    assert "573009990001" not in str(DoNotContact.objects.values().get())
    receive(account, "sms", "hola", address="573009990002", external_id="e-2")
    assert DoNotContact.objects.count() == 1
    (other,) = accounts(account.creditor)
    assert OptOut.objects.count() == 0
    (later,) = accounts(account.creditor, phone="+573009990001")
    assert closed(later) == {"sms"}
    assert OptOut.objects.get().source == f"inbound:{row.pk}"
    assert closed(other) == set()


# The doors


def post(account: Account, *texts: str) -> int:
    provider = ProviderAccount.objects.get(creditor=account.creditor, kind="whatsapp")
    phone = ContactPoint.objects.get(debtor_id=account.debtor_id, kind="phone").value
    events = [
        {
            "id": f"{number}:{text}", "type": "message.inbound", "at": real_now().isoformat(),
            "from": phone, "channel": "whatsapp", "text": text, "button": "",
        }
        for number, text in enumerate(texts)
    ]  # fmt: skip
    body = json.dumps({"events": events}).encode()
    secret = derive_secret(f"sandbox:{provider.public_id}")
    answer = Client(raise_request_exception=False).post(
        f"/webhooks/{provider.provider}/{provider.public_id}",
        body,
        content_type="application/json",
        headers={SIGNATURE_HEADER: sign(body, secret, real_now())},
    )
    return int(answer.status_code)


@pytest.mark.parametrize("texts", [("STOP", "boom"), ("boom", "STOP")])
def test_a_stop_beside_a_text_that_breaks(
    account: Account, monkeypatch: pytest.MonkeyPatch, texts: tuple[str, str]
) -> None:
    mask = receiving.mask_cards

    def break_on_boom(text: str) -> str:
        if text == "boom":
            raise Broken
        return mask(text)

    monkeypatch.setattr(receiving, "mask_cards", break_on_boom)
    assert post(account, *texts) == 500
    assert closed(account) == {"whatsapp"}
    monkeypatch.undo()
    # The provider tries again: what was taken is known, the rest is not lost.
    assert post(account, *texts) == 200
    assert InboundEvent.objects.count() == 2
    assert OptOut.objects.count() == 1


def test_a_stop_in_the_portal_stands_when_the_hand_off_fails(
    account: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    link = make_link(account)
    monkeypatch.setattr(conversations, "hand_off", fail)
    client = Client(raise_request_exception=False)
    answer = client.post(f"/p/{link.token}/person", {"text": "no me escriban más", "key": "k"})
    assert answer.status_code == 500
    assert closed(account) == {""}


@pytest.mark.parametrize("way", ["dispute", "cannot-pay"])
def test_a_stop_in_the_portal_stands_when_the_case_fails(
    account: Account, monkeypatch: pytest.MonkeyPatch, way: str
) -> None:
    link = make_link(account)
    client = Client(raise_request_exception=False)
    proof = account.debtor.person.document_last4
    client.post(f"/p/{link.token}/verify", {"answer": proof})
    monkeypatch.setattr(cases, "open_case", fail)
    answer = client.post(f"/p/{link.token}/{way}", {"text": "STOP", "key": "k", "kind": "dispute"})
    assert answer.status_code == 500
    assert closed(account) == {link.channel or ""}


def test_one_click_stands_when_the_rest_fails(
    account: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    link = create_link(
        creditor_id=account.creditor_id, debtor_id=account.debtor_id, now=NOW, purpose="optout",
        channel="email", address="ana@example.com",
    )  # fmt: skip
    monkeypatch.setattr(receiving, "publish", fail)
    answer = Client().post(f"/u/{link.token}", {"List-Unsubscribe": "One-Click"})
    assert answer.status_code == 200
    assert closed(account) == {"email"}
