"""What comes in: once, obeyed before it is read, in any order."""

from __future__ import annotations

import itertools
import random
from datetime import timedelta
from typing import Any

import pytest
from django.db import transaction
from messaging_kit import NOW, accounts, draft, make_creditor, queue

from acuerdo.compliance.models import OptOut
from acuerdo.core.actor import SYSTEM, Actor
from acuerdo.core.models import Event
from acuerdo.creditors.models import Creditor, ProviderAccount
from acuerdo.messaging.actions import (
    create_link,
    mark_processed,
    open_link,
    read_text,
    receive_inbound,
    record_status,
    record_statuses,
)
from acuerdo.messaging.actions.statuses import StatusReport
from acuerdo.messaging.errors import LinkUnknown
from acuerdo.messaging.models import InboundEvent, Message, MessageStatus
from acuerdo.portfolio.models import Account, ContactPoint

pytestmark = pytest.mark.django_db


@pytest.fixture
def account() -> Account:
    (account,) = accounts(make_creditor())
    return account


def phone_of(account: Account) -> str:
    return ContactPoint.objects.get(debtor_id=account.debtor_id, kind="phone").value


def receive(account: Account, text: str, **fields: Any) -> InboundEvent | None:
    arguments = {
        "source": "sandbox:x",
        "external_id": "e-1",
        "channel": "whatsapp",
        "address": phone_of(account),
        "text": text,
        "creditor_id": account.creditor_id,
        "now": NOW,
        "actor": Actor("provider", "sandbox"),
        **fields,
    }
    with transaction.atomic():
        return receive_inbound(**arguments)


def test_a_text_is_taken_once(account: Account) -> None:
    first = receive(account, "quiero pagar")
    assert first is not None
    for _ in range(9):
        assert receive(account, "quiero pagar") is None
    assert read_text(InboundEvent.objects.get()) == "quiero pagar"
    (event,) = Event.objects.filter(name="InboundReceived")
    assert event.refs == [f"inbound:{first.pk}", f"debtor:{account.debtor_id}"]
    assert "pagar" not in str(event.data)


def test_the_text_is_encrypted_and_cards_are_masked(account: Account) -> None:
    receive(account, "mi tarjeta 4111 1111 1111 1111\x00")
    row = InboundEvent.objects.get()
    assert b"tarjeta" not in bytes(row.text_encrypted)
    assert read_text(row) == "mi tarjeta •••• 1111"


@pytest.mark.parametrize("text", ["BAJA", "baja", " Stop. ", "SAIR"])
def test_a_stop_word_is_obeyed_before_anything_else(account: Account, text: str) -> None:
    row = receive(account, text)
    assert row is not None
    assert row.outcome == "stopped"
    assert OptOut.objects.get().debtor_id == account.debtor_id
    order = list(
        Event.objects.filter(name__in=("OptedOut", "InboundReceived"))
        .order_by("id")
        .values_list("name", flat=True)
    )
    assert order == ["OptedOut", "InboundReceived"]


def test_a_shared_phone_stops_for_everybody_on_it(account: Account) -> None:
    (other,) = accounts(account.creditor, phone=phone_of(account), document="10300009")
    assert other.debtor_id != account.debtor_id
    receive(account, "BAJA")
    stopped = set(OptOut.objects.values_list("debtor_id", flat=True))
    assert stopped == {account.debtor_id, other.debtor_id}


def test_a_shared_phone_answers_whom_it_was_last_written_to(account: Account) -> None:
    (other,) = accounts(account.creditor, phone=phone_of(account), document="10300009")
    queue(draft(other, "whatsapp"))
    Message.objects.update(state="sent", sent_at=NOW)
    row = receive(account, "hola")
    assert row is not None
    assert row.debtor_id == other.debtor_id


@pytest.mark.parametrize("form", ["{0}", "whatsapp:{0}", "{1}", "{1} "])
def test_providers_write_one_number_in_many_ways(account: Account, form: str) -> None:
    phone = phone_of(account)
    row = receive(account, "hola", address=form.format(phone, phone.lstrip("+")))
    assert row is not None
    assert row.debtor_id == account.debtor_id


def test_nobody_known_is_kept_and_told_apart(account: Account) -> None:
    row = receive(account, "BAJA", address="+5215512345678")
    assert row is not None
    assert (row.debtor_id, row.outcome) == (None, "unknown_sender")
    assert Event.objects.filter(name="InboundUnmatched").count() == 1
    assert not Event.objects.filter(name="InboundReceived").exists()


def test_another_creditors_debtor_is_nobody_here(account: Account) -> None:
    other = make_creditor("Otro Banco")
    row = receive(account, "hola", creditor_id=other.pk)
    assert row is not None
    assert row.debtor_id is None
    row = receive(account, "hola", external_id="e-2", creditor_id=other.pk,
                  debtor_id=account.debtor_id)  # fmt: skip
    assert row is not None
    assert row.debtor_id is None


def test_a_button_brings_its_payload(account: Account) -> None:
    row = receive(account, "Hablar con alguien", button="human")
    assert row is not None
    assert row.payload == {"button": "human"}


def test_processed_once(account: Account) -> None:
    row = receive(account, "hola")
    assert row is not None
    mark_processed(inbound_id=row.pk, outcome="answered", now=NOW)
    mark_processed(inbound_id=row.pk, outcome="again", now=NOW + timedelta(hours=1))
    row.refresh_from_db()
    assert (row.outcome, row.processed_at) == ("answered", NOW)


# Reports


def sent(creditor: Creditor, count: int = 1) -> list[Message]:
    rows = queue(*(draft(account) for account in accounts(creditor, count)))
    provider = ProviderAccount.objects.get(creditor=creditor, kind="sms")
    for row in rows:
        Message.objects.filter(pk=row.pk).update(
            state="sent", sent_at=NOW, provider_account=provider, provider_message_id=f"p-{row.pk}"
        )
    return rows


def report(message: Message, state: str, external_id: str) -> StatusReport:
    return StatusReport("sandbox:x", external_id, state, public_id=str(message.public_id))


def test_ten_times_in_any_order_is_once() -> None:
    (message,) = sent(make_creditor())
    reports = [report(message, s, f"e-{s}") for s in ("sent", "delivered", "read")] * 10
    random.Random(7).shuffle(reports)
    for one in reports:
        with transaction.atomic():
            record_statuses(reports=[one], actor=SYSTEM, now=NOW)
    message.refresh_from_db()
    assert message.state == "read"
    assert (message.delivered_at, message.read_at) == (NOW, NOW)
    assert MessageStatus.objects.count() == 3
    assert InboundEvent.objects.filter(kind="status").count() == 3


@pytest.mark.parametrize("order", list(itertools.permutations(["sent", "delivered", "failed"])))
def test_the_order_of_arrival_changes_nothing(order: tuple[str, ...]) -> None:
    (message,) = sent(make_creditor())
    for number, state in enumerate(order):
        record_status(
            provider="sandbox:x",
            public_id=str(message.public_id),
            state=state,
            external_id=f"e-{number}",
            now=NOW + timedelta(minutes=number),
        )
    message.refresh_from_db()
    assert message.state == "delivered"


def test_a_set_at_once() -> None:
    messages = sent(make_creditor(), 5)
    reports = [report(m, "delivered", f"e-{m.pk}") for m in messages] * 2
    assert len(record_statuses(reports=reports, actor=SYSTEM, now=NOW)) == 5
    (event,) = Event.objects.filter(name="MessageDelivered")
    assert event.data["messages"] == 5


def test_a_provider_speaks_of_its_own_messages_only() -> None:
    (message,) = sent(make_creditor())
    other = ProviderAccount.objects.get(creditor=message.creditor, kind="whatsapp")
    record_statuses(
        reports=[report(message, "failed", "e")],
        actor=SYSTEM,
        now=NOW,
        provider_account_id=other.pk,
    )
    message.refresh_from_db()
    assert message.state == "sent"


@pytest.mark.parametrize("public_id", ["", "x", "00000000-0000-0000-0000-000000000000", "'; --"])
def test_reports_about_nothing(public_id: str) -> None:
    assert (
        record_status(
            provider="s", public_id=public_id, state="delivered", external_id="e", now=NOW
        )
        is None
    )
    assert InboundEvent.objects.count() == 0


def test_a_report_may_overtake_our_record() -> None:
    (message,) = sent(make_creditor())
    Message.objects.update(state="claimed", sent_at=None, provider_message_id="")
    record_statuses(reports=[report(message, "delivered", "e")], actor=SYSTEM, now=NOW)
    message.refresh_from_db()
    assert (message.state, message.sent_at) == ("delivered", NOW)


# Links


def test_a_link_is_opened_and_counted(account: Account) -> None:
    link = create_link(
        creditor_id=account.creditor_id, debtor_id=account.debtor_id, account_id=account.pk, now=NOW
    )
    assert len(link.token) == 22
    for minutes in range(3):
        opened = open_link(
            token=link.token, now=NOW + timedelta(minutes=minutes), actor=Actor("debtor")
        )
    assert (opened.opened_count, opened.first_opened_at) == (3, NOW)
    assert Event.objects.filter(name="LinkOpened").count() == 1


def test_links_end_and_are_not_guessed(account: Account) -> None:
    link = create_link(creditor_id=account.creditor_id, debtor_id=account.debtor_id, now=NOW)
    wrong: list[dict[str, Any]] = [
        {"token": "x"},
        {"token": ""},
        {"token": link.token.upper()},
        {"now": link.expires_at},
        {"purpose": "optout"},
    ]
    for change in wrong:
        with pytest.raises(LinkUnknown):
            open_link(**{"token": link.token, "now": NOW, "actor": Actor("debtor"), **change})
