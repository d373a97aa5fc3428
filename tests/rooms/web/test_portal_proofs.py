"""The portal asks for as many proofs as the creditor's policy wants, and tells nothing before."""

from __future__ import annotations

from typing import Any

import pytest
from deals_kit import NOW, make_account, make_creditor
from django.test import Client
from django.urls import reverse
from pages_kit import make_link

from acuerdo.agreements.models import Agreement
from acuerdo.conversations.models import OneTimeCode, Verification
from acuerdo.core.actor import SYSTEM
from acuerdo.creditors.actions import change_settings, connect_provider
from acuerdo.creditors.models import Creditor
from acuerdo.messaging.models import Message, TrackedLink


@pytest.fixture
def creditor(db: None) -> Creditor:
    creditor = make_creditor("Banco Ejemplo")
    connect_provider(
        actor=SYSTEM,
        now=NOW,
        creditor=creditor,
        kind="sms",
        provider="sandbox",
        name="sms",
        config={},
    )
    return creditor


def open_door(creditor: Creditor, **policy: Any) -> TrackedLink:
    change_settings(creditor=creditor, section="verification", values=policy, actor=SYSTEM, now=NOW)
    return make_link(make_account(creditor, "A-1001", name="Óscar Peña"))


def at(link: TrackedLink, name: str = "portal") -> str:
    return reverse(f"web:{name}", args=[link.token])


def text_of(page: Any) -> str:
    return str(page.content.decode()).replace("\u00a0", " ")


def send(client: Client, link: TrackedLink, **body: str) -> Any:
    return client.post(at(link, "portal_verify"), body)


def digits() -> str:
    return str(Message.objects.filter(key__startswith="code:").latest("pk").context["secret"])


def test_document_and_code_before_anything_is_shown(creditor: Creditor) -> None:
    link, client = open_door(creditor, second=["code"]), Client()
    assert send(client, link, answer=link.debtor.person.document_last4).status_code == 302
    page = text_of(client.get(at(link)))
    assert "1.200.000" not in page
    assert "Óscar" not in page
    page = text_of(send(client, link, act="code"))
    point = OneTimeCode.objects.get().contact_point
    assert f"•••• {point.value[-2:]}" in page
    assert point.value not in page
    assert digits() not in page
    assert send(client, link, answer=digits()).status_code == 302
    assert "1.200.000" in text_of(client.get(at(link)))


def test_the_balance_after_one_proof_and_an_agreement_after_two(creditor: Creditor) -> None:
    link, client = open_door(creditor, second=["code"], balance="claimed"), Client()
    send(client, link, answer=link.debtor.person.document_last4)
    home = client.get(at(link))
    assert "1.200.000" in text_of(home)
    refused = client.post(at(link, "portal_accept"), {"offer": "x"})
    assert 'name="act" value="code"' in text_of(refused)
    assert not Agreement.objects.exists()
    send(client, link, act="code")
    send(client, link, answer=digits())
    assert Verification.objects.get().level == "verified"
    assert 'name="act" value="code"' not in text_of(client.post(at(link, "portal_accept"), {}))


def test_codes_are_not_sent_by_the_dozen(creditor: Creditor) -> None:
    link, client = open_door(creditor, first=["code"]), Client()
    assert send(client, link, act="code").status_code == 200
    assert send(client, link, act="code").status_code == 429
    assert OneTimeCode.objects.count() == 1


def test_nowhere_to_send_one_shows_the_way_to_a_person(creditor: Creditor) -> None:
    link, client = open_door(creditor, first=["code"]), Client()
    link.debtor.contact_points.update(is_valid=False)
    page = send(client, link, act="code")
    assert page.status_code == 409
    assert at(link, "portal_person") in text_of(page)


@pytest.mark.parametrize("next_page", ["https://evil.example/", "//evil.example", "/dashboard"])
def test_after_the_proof_nobody_is_led_elsewhere(creditor: Creditor, next_page: str) -> None:
    link, client = open_door(creditor), Client()
    page = send(client, link, answer=link.debtor.person.document_last4, next=next_page)
    assert page["Location"] == at(link)


@pytest.mark.parametrize("factor", ["birth_date", "postal_code", "account_last4"])
def test_other_questions_are_put_in_their_own_words(creditor: Creditor, factor: str) -> None:
    link, client = open_door(creditor, first=[factor]), Client()
    person = link.debtor.person
    person.birth_on = NOW.date().replace(year=1985)
    person.save()
    page = text_of(client.get(at(link)))
    assert "1.200.000" not in page
    assert "documento" not in page.split("<form", 1)[1]
