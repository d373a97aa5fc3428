"""Web chat on a link's page: the same conversation, and nothing for who proved nothing."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from deals_kit import NOW, make_account, make_creditor
from django.db import transaction
from django.test import Client
from django.urls import reverse
from pages_kit import make_link

from acuerdo.agreements.models import Agreement
from acuerdo.assistant.talking import talk
from acuerdo.conversations.actions import send_agent_turn, take_over
from acuerdo.conversations.errors import NotProved
from acuerdo.conversations.models import Conversation, Turn
from acuerdo.core import clock
from acuerdo.core.actor import SYSTEM, Actor
from acuerdo.identity.models import User
from acuerdo.messaging.models import Message, TrackedLink
from acuerdo.portfolio.models import Account


@pytest.fixture(autouse=True)
def then() -> Iterator[None]:
    with clock.travel(NOW):
        yield


@pytest.fixture
def account(db: None) -> Account:
    return make_account(make_creditor("Banco Ejemplo"), "A-1001", name="Óscar Peña")


@pytest.fixture
def link(account: Account) -> TrackedLink:
    return make_link(account)


def write(client: Client, link: TrackedLink, text: str, key: str = "", **more: str) -> str:
    """The page after saying this."""
    address = reverse("web:portal_chat", args=[link.token])
    body = {"text": text, "key": key or f"k{Turn.objects.count()}", **more}
    page = client.post(address, body, follow=True)
    assert page.status_code == 200
    return page.content.decode().replace("\u00a0", " ")


def last4(link: TrackedLink) -> str:
    return link.debtor.person.document_last4


def bubbles(page: str) -> list[str]:
    return re.findall(r'<li class="bubble bubble-(\w+)"', page)


def test_from_hello_to_an_agreement_as_it_was_said(link: TrackedLink) -> None:
    client = Client()
    asked = write(client, link, "hola")
    assert "documento" in asked
    assert "1.200.000" not in asked
    assert "1.200.000" in write(client, link, last4(link))
    offered = write(client, link, "en 3 cuotas por favor")
    assert "Sí, acepto" in offered
    agreed = write(client, link, "sí")
    agreement = Agreement.objects.get()
    for part in agreement.instalments.all():
        amount = f"{part.amount_minor // 100:,}".replace(",", ".")
        day = f"{part.due_on.day} de "
        for said in (offered, agreed):
            assert amount in said
            assert day in said


def test_another_browser_sees_nothing_and_is_asked_anew(link: TrackedLink) -> None:
    first, second = Client(), Client()
    write(first, link, "cuánto debo")
    write(first, link, last4(link))
    page = second.get(reverse("web:portal_chat", args=[link.token])).content.decode()
    assert bubbles(page) == ["assistant"]
    assert "1.200.000" not in page
    assert "1.200.000" not in write(second, link, "cuánto debo")


def test_what_was_begun_on_the_phone_goes_on_here_without_a_question_twice(
    account: Account, link: TrackedLink
) -> None:
    actor = Actor("debtor", str(account.debtor_id), creditor_id=account.creditor_id)
    said: dict[str, Any] = {
        "debtor": account.debtor,
        "channel": "whatsapp",
        "address": "+573005551001",
        "source": "test",
        "actor": actor,
        "now": NOW,
    }
    talk(text="quiero pagar en 3 cuotas", key="1", **said)
    talk(text=last4(link), key="2", **said)
    link.grants_level, link.grants_until = "verified", NOW + timedelta(minutes=30)
    link.save()
    client = Client()
    page = client.get(reverse("web:portal_chat", args=[link.token])).content.decode()
    assert "quiero pagar en 3 cuotas" in page
    agreed = write(client, link, "sí, acepto")
    assert "documento" not in agreed.rpartition("sí, acepto")[2]
    assert Agreement.objects.get().instalments.count() == 3


def test_a_tap_is_a_whole_answer_and_the_same_tap_twice_is_one(link: TrackedLink) -> None:
    client = Client()
    write(client, link, "hola")
    for _often in range(2):
        write(client, link, "", key="tap", button="human", title="Hablar con alguien")
    assert Turn.objects.filter(author="debtor").count() == 2
    assert Conversation.objects.get().needs_person


def test_a_person_answers_in_the_chat(link: TrackedLink) -> None:
    client = Client()
    write(client, link, "quiero hablar con una persona")
    ana = User.objects.create_user("ana@example.com", "x", full_name="Ana")
    conversation = Conversation.objects.get()
    take_over(conversation=conversation, user=ana, actor=SYSTEM, now=NOW)
    with transaction.atomic(), pytest.raises(NotProved):
        send_agent_turn(
            conversation=conversation,
            user=ana,
            text="Su deuda es de $ 1.200.000",
            key="1",
            actor=SYSTEM,
            now=NOW,
        )
    send_agent_turn(
        conversation=conversation, user=ana, text="Hola, soy Ana.", key="2", actor=SYSTEM, now=NOW
    )
    thread = client.get(reverse("web:portal_chat_thread", args=[link.token])).content.decode()
    assert bubbles(thread)[-1] == "agent"
    assert "Hola, soy Ana." in thread
    assert not Message.objects.exists()


@pytest.mark.parametrize("text", ["<script>alert(1)</script>", "a" * 10_000, "\x00\u202e{}", "  "])
def test_hostile_texts_are_texts(link: TrackedLink, text: str) -> None:
    page = write(Client(), link, text)
    assert "<script>alert" not in page
    assert not Agreement.objects.exists()


def test_guesses_lock_whatever_browser_they_come_from(link: TrackedLink) -> None:
    for _browser in range(3):
        client = Client()
        write(client, link, "cuánto debo")
        for _guess in range(3):
            write(client, link, "0001")
    client = Client()
    write(client, link, "cuánto debo")
    assert "1.200.000" not in write(client, link, last4(link))
