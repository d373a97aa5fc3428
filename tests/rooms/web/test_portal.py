"""The debtor's way: proof, offer, agreement, payment, and the four other ways."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from deals_kit import NOW, FakeProvider, agree, cop, make_account, make_creditor
from django.db import transaction
from django.test import Client
from django.urls import reverse
from pages_kit import make_link

from acuerdo.agreements.models import Agreement, Capacity, Offer, OfferPolicy
from acuerdo.assistant.jobs import answer_inbound
from acuerdo.cases.models import Case
from acuerdo.compliance.models import ContactAttempt, Hold, OptOut
from acuerdo.conversations.actions import grant_verification, open_conversation
from acuerdo.conversations.models import Conversation, Turn
from acuerdo.core.actor import SYSTEM
from acuerdo.core.models import Event
from acuerdo.messaging.models import Message, TrackedLink
from acuerdo.payments.actions import look_at_request
from acuerdo.payments.models import Payment, PaymentRequest
from acuerdo.payments.providers.base import CheckoutState
from acuerdo.portfolio.models import Account


@pytest.fixture
def account(db: None) -> Account:
    return make_account(make_creditor("Banco Ejemplo"), "A-1001", name="Óscar Peña")


@pytest.fixture
def link(account: Account) -> TrackedLink:
    return make_link(account)


def at(link: TrackedLink, name: str = "portal", *args: Any) -> str:
    return reverse(f"web:{name}", args=[link.token, *args])


def prove(client: Client, link: TrackedLink) -> None:
    answer = link.debtor.person.document_last4
    assert client.post(at(link, "portal_verify"), {"answer": answer}).status_code == 302


def hidden(page: Any, name: str) -> str:
    found = re.search(rf'name="{name}" value="([^"]*)"', page.content.decode())
    assert found is not None
    return found.group(1)


def marks(page: Any) -> list[str]:
    return re.findall(r'name="offer" value="([0-9a-f]+)"', page.content.decode())


def test_three_wrong_answers_close_the_page_and_call_a_person(link: TrackedLink) -> None:
    client = Client()
    for _try in range(2):
        response = client.post(at(link, "portal_verify"), {"answer": "0000"})
        assert response.status_code == 422
    assert client.post(at(link, "portal_verify"), {"answer": "0000"}).status_code == 429
    right = client.post(at(link, "portal_verify"), {"answer": link.debtor.person.document_last4})
    assert right.status_code == 429
    assert "Óscar" not in client.get(at(link)).content.decode()
    assert Conversation.objects.get(debtor=link.debtor).needs_person


def test_a_proof_belongs_to_the_browser_that_gave_it(link: TrackedLink) -> None:
    prove(Client(), link)
    assert "Óscar" not in Client().get(at(link)).content.decode()


def test_a_link_of_a_verified_conversation_is_not_asked_again(link: TrackedLink) -> None:
    link.grants_level, link.grants_until = "verified", link.expires_at
    link.save()
    assert "1.200.000" in Client().get(at(link)).content.decode()


def test_an_offer_is_shown_exactly_and_then_accepted(link: TrackedLink) -> None:
    client = Client()
    prove(client, link)
    first, more = client.get(at(link)), client.get(at(link), {"more": "1"})
    assert 1 <= len(marks(first)) <= 3
    plan = marks(more)[-1]
    shown = client.get(at(link, "portal_offer"), {"offer": plan})
    assert "1.200.000" in shown.content.decode()
    data = {"offer": plan, "key": hidden(shown, "key"), "account": hidden(shown, "account")}
    for _twice in range(2):
        assert client.post(at(link, "portal_accept"), data).status_code in (302, 409)
    agreement = Agreement.objects.get(account=link.account)
    assert agreement.kind == "plan"
    assert sum(part.amount_minor for part in agreement.instalments.all()) == cop(1_200_000).minor
    again = client.get(at(link)).content.decode()
    assert "Pagar" in again


def test_terms_that_were_never_offered_are_refused(link: TrackedLink) -> None:
    client = Client()
    prove(client, link)
    response = client.post(at(link, "portal_accept"), {"offer": "0" * 20, "key": "k"})
    assert response.status_code == 409
    assert not Agreement.objects.exists()


def test_a_browser_return_confirms_nothing(link: TrackedLink) -> None:
    client = Client()
    prove(client, link)
    page = client.get(at(link))
    data = {"offer": marks(page)[0], "key": "once"}
    gone = client.post(at(link, "portal_accept"), data)
    request = PaymentRequest.objects.get(account=link.account)
    assert gone["Location"] == request.redirect_url
    assert request.return_url.endswith(at(link, "portal_payment", request.public_id))
    back, state = at(link, "portal_payment", request.public_id), "portal_payment_state"
    for _look in range(2):
        assert "data-wait-for" in client.get(back, {"checkout": "paid"}).content.decode()
    assert client.get(at(link, state, request.public_id)).json() == {"settled": False}
    assert not Payment.objects.exists()

    FakeProvider.settle(request, CheckoutState.PAID)
    look_at_request(request.pk, now=NOW)
    assert client.get(at(link, state, request.public_id)).json() == {"settled": True}
    payment = Payment.objects.get()
    assert "data-wait-for" not in client.get(back).content.decode()
    receipt = client.get(at(link, "portal_receipt", payment.public_id)).content.decode()
    assert "1.200.000" in receipt
    assert str(payment.public_id) in receipt
    assert "1.200.000" not in client.get(at(link)).content.decode().split("Sus pagos")[0]


def test_the_same_tap_twice_asks_for_one_payment(link: TrackedLink) -> None:
    client = Client()
    prove(client, link)
    data = {"key": "tap", "account": str(link.account.public_id)}
    first = client.post(at(link, "portal_pay"), data)
    second = client.post(at(link, "portal_pay"), data)
    assert first["Location"] == second["Location"]
    assert PaymentRequest.objects.count() == FakeProvider.creates == 1


def test_a_provider_that_is_away_is_said_in_words(link: TrackedLink) -> None:
    client = Client()
    prove(client, link)
    FakeProvider.broken = "before"
    response = client.post(at(link, "portal_pay"), {"key": "tap"})
    assert response.status_code == 409
    assert 'role="alert"' in response.content.decode()


def test_a_dispute_stops_collection(link: TrackedLink) -> None:
    client = Client()
    prove(client, link)
    data = {"kind": "dispute", "text": "Nunca firmé nada", "key": "k1"}
    for _twice in range(2):
        assert client.post(at(link, "portal_dispute"), data).status_code == 200
    case = Case.objects.get()
    assert case.kind == "dispute"
    assert "Nunca firmé" in case.reason
    assert Hold.objects.filter(account=link.account, released_at=None).exists()
    assert "Lo estamos revisando" in client.get(at(link)).content.decode()


def test_whoever_is_not_the_person_says_so_without_a_proof(link: TrackedLink) -> None:
    client = Client()
    page = client.get(at(link, "portal_dispute")).content.decode()
    assert "already_paid" not in page
    client.post(at(link, "portal_dispute"), {"kind": "already_paid", "key": "k"})
    assert Case.objects.get().kind == "wrong_person"


def test_who_cannot_pay_is_left_in_peace(link: TrackedLink) -> None:
    client = Client()
    prove(client, link)
    assert client.get(at(link, "portal_cannot_pay")).status_code == 200
    client.post(at(link, "portal_cannot_pay"), {"text": "Perdí el empleo", "key": "k"})
    assert Case.objects.get().kind == "hardship"
    assert Hold.objects.filter(debtor=link.debtor, released_at=None).exists()


def test_a_stop_word_in_any_text_is_obeyed(link: TrackedLink) -> None:
    client = Client()
    prove(client, link)
    client.post(at(link, "portal_cannot_pay"), {"text": "STOP", "key": "k"})
    assert OptOut.objects.filter(debtor=link.debtor).exists()


def test_asking_for_a_person_hands_the_conversation_off(link: TrackedLink) -> None:
    client = Client()
    assert client.post(at(link, "portal_person"), {"text": "", "key": "k"}).status_code == 200
    assert Conversation.objects.get(debtor=link.debtor).needs_person


def test_what_a_link_holder_types_decides_nothing(account: Account, link: TrackedLink) -> None:
    """The debtor proved who they are on their phone; whoever found the link did not."""
    with transaction.atomic():
        conversation = open_conversation(
            debtor_id=account.debtor_id,
            channel=link.channel,
            address=link.address,
            actor=SYSTEM,
            now=NOW,
        )
        grant_verification(
            conversation=conversation,
            channel=link.channel,
            address=link.address,
            until=NOW + timedelta(hours=12),
            method="document_last4",
            actor=SYSTEM,
            now=NOW,
        )
    texts = ("quiero pagar en 3 cuotas", "si, acepto", "mi cédula es 1.020.345.678")
    for number, text in enumerate(texts):
        response = Client().post(at(link, "portal_person"), {"text": text, "key": f"k{number}"})
        assert response.status_code == 200
        event = Event.objects.filter(name="InboundReceived").order_by("-id")[0]
        with transaction.atomic():
            answer_inbound(event, now=NOW)
    turns = list(Turn.objects.order_by("sequence"))
    assert [(turn.author, turn.channel) for turn in turns] == [("debtor", "chat")] * 3
    assert [turn.text for turn in turns[:2]] == list(texts[:2])
    assert "1.020" not in turns[2].text
    assert not Agreement.objects.exists()
    assert not Offer.objects.exists()
    assert not Message.objects.exists()
    # A person answers on the phone, and no inbound of the phone excuses that message.
    conversation.refresh_from_db()
    assert (conversation.channel, conversation.address) == (link.channel, link.address)
    assert not ContactAttempt.objects.filter(direction="inbound").exclude(channel="chat").exists()
    assert conversation.needs_person
    (request,) = Event.objects.filter(name="HandOffRequested")
    assert request.data["packet"] == {"channel": "chat", "level": "none"}


def test_a_person_answers_where_we_wrote(link: TrackedLink) -> None:
    Client().post(at(link, "portal_person"), {"text": "hola", "key": "k"})
    conversation = Conversation.objects.get(debtor=link.debtor)
    assert (conversation.channel, conversation.address) == (link.channel, link.address)


def test_pages_of_the_portal_are_kept_nowhere(link: TrackedLink) -> None:
    response = Client().get(at(link))
    assert response["Cache-Control"] == "no-store"
    assert "noindex" in response["X-Robots-Tag"]


def test_the_debtor_is_spoken_to_in_their_language(account: Account, link: TrackedLink) -> None:
    assert "Primero, ¿es usted?" in Client().get(at(link)).content.decode()
    client = Client()
    client.post(reverse("web:language"), {"language": "pt", "next": at(link)})
    assert "Primeiro, é você?" in client.get(at(link)).content.decode()


@pytest.mark.parametrize(
    ("country", "question"), [("CO", "Primero, ¿es usted?"), ("AR", "Primero, ¿sos vos?")]
)
def test_spanish_is_that_of_the_debtors_country(
    link: TrackedLink, country: str, question: str
) -> None:
    link.debtor.country = country
    link.debtor.save()
    assert question in Client().get(at(link)).content.decode()


# --- what fits a month


def tell(client: Client, link: TrackedLink, **amounts: str) -> Any:
    data = {"account": str(link.account.public_id), **amounts}
    return client.post(at(link, "portal_capacity"), data)


def test_income_and_expenses_are_asked_only_where_the_policy_says_so(link: TrackedLink) -> None:
    client = Client()
    prove(client, link)
    assert "what-fits" not in client.get(at(link, "portal_cannot_pay")).content.decode()
    assert client.get(at(link, "portal_capacity")).status_code == 302
    OfferPolicy.objects.update(asks_capacity=True)
    assert "what-fits" in client.get(at(link, "portal_cannot_pay")).content.decode()
    form = client.get(at(link, "portal_capacity")).content.decode()
    assert "por qué" in form  # we say that we do not ask why
    assert "<textarea" not in form


def test_what_fits_a_month_is_offered_and_may_be_accepted(link: TrackedLink) -> None:
    OfferPolicy.objects.update(asks_capacity=True)
    client = Client()
    prove(client, link)
    page = tell(client, link, income="1.500.000", housing="600.000", living="400.000")
    assert page.status_code == 200
    plan = marks(page)[0]
    shown = client.get(at(link, "portal_offer"), {"offer": plan})
    data = {"offer": plan, "key": hidden(shown, "key"), "account": hidden(shown, "account")}
    assert client.post(at(link, "portal_accept"), data).status_code == 302
    parts = Agreement.objects.get(account=link.account).instalments.all()
    assert max(part.amount_minor for part in parts) <= cop(500_000).minor


def test_nothing_left_is_a_pause_and_a_person(link: TrackedLink) -> None:
    OfferPolicy.objects.update(asks_capacity=True)
    client = Client()
    prove(client, link)
    page = tell(client, link, income="900000", housing="900000")
    assert marks(page) == []
    assert "person=1" in page.content.decode()
    last = client.get(at(link, "portal_cannot_pay"), {"person": "1"})
    assert "what-fits" not in last.content.decode()


def test_what_cannot_be_read_is_asked_again(link: TrackedLink) -> None:
    OfferPolicy.objects.update(asks_capacity=True)
    client = Client()
    prove(client, link)
    for income in ("", "mucho", "-5", "<b>1</b>"):
        page = tell(client, link, income=income, housing="100000")
        assert page.status_code == 422
        assert "<b>1</b>" not in page.content.decode()
        assert 'value="100000"' in page.content.decode()
    assert not Capacity.objects.exists()


def test_an_agreement_is_kept_as_a_letter(link: TrackedLink, monkeypatch: Any) -> None:
    monkeypatch.setattr("acuerdo.agreements.letter.print_pdf", lambda html, **_more: html.encode())
    client = Client()
    prove(client, link)
    assert client.get(at(link, "portal_letter")).status_code == 404
    agree(link.account, kind="plan", count=3)
    page = client.get(at(link, "portal_letter"))
    assert page["Content-Type"] == "application/pdf"
    assert "400.000" in page.content.decode()
    assert "agreement.pdf" in client.get(at(link)).content.decode()
