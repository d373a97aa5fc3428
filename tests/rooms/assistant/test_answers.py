"""From an inbound text to an answer in the outbox: whole conversations on a real database."""

from __future__ import annotations

import itertools
from datetime import datetime, timedelta

import pytest
from small_portfolio import NOW, place, row

from acuerdo.agreements.actions import seed_policies
from acuerdo.agreements.models import Agreement, Offer
from acuerdo.assistant.dialogue.model import replay
from acuerdo.assistant.jobs import answer_inbound
from acuerdo.cases.jobs import create_hand_off_task
from acuerdo.cases.models import Case, Task
from acuerdo.compliance.models import Hold, OptOut
from acuerdo.conversations.actions import release, take_over
from acuerdo.conversations.models import Conversation, Turn
from acuerdo.conversations.queries import list_decisions
from acuerdo.core.actor import SYSTEM, Actor
from acuerdo.core.crypto import decrypt
from acuerdo.core.models import Event
from acuerdo.creditors.actions import create_creditor
from acuerdo.creditors.models import Creditor
from acuerdo.identity.models import User
from acuerdo.messaging.actions import receive_inbound
from acuerdo.messaging.models import InboundEvent, Message, TrackedLink
from acuerdo.portfolio.models import Account, Debtor

pytestmark = pytest.mark.django_db

PHONE = "+573005550001"
_numbers = itertools.count(1)


@pytest.fixture
def creditor() -> Creditor:
    made = create_creditor(actor=SYSTEM, now=NOW, name="Banco Uno", country="CO")
    seed_policies(creditor_id=made.pk)
    place(made, [row("A-0001", dpd=45)])
    return made


def last4() -> str:
    return Debtor.objects.select_related("person").get().person.document_last4


def receive(
    creditor: Creditor,
    text: str,
    *,
    address: str = PHONE,
    now: datetime = NOW,
    button: str = "",
) -> Event:
    receive_inbound(
        source="test",
        external_id=str(next(_numbers)),
        channel="sms",
        address=address,
        text=text,
        button=button,
        creditor_id=creditor.pk,
        actor=Actor("provider", "test"),
        now=now,
    )
    return Event.objects.filter(name="InboundReceived").order_by("-occurred_at", "-id")[0]


def write(creditor: Creditor, text: str, *, address: str = PHONE, now: datetime = NOW) -> str:
    """What the assistant answers to `text` ("" where it says nothing)."""
    before = Turn.objects.filter(author="assistant").count()
    answer_inbound(receive(creditor, text, address=address, now=now), now=now)
    turns = Turn.objects.filter(author="assistant").order_by("pk")
    assert turns.count() - before <= 1
    return turns[before].text.replace("\u00a0", " ") if turns.count() > before else ""


def test_from_a_wish_to_an_agreement(creditor: Creditor) -> None:
    asked = write(creditor, "quiero pagar en 3 cuotas")
    assert "documento" in asked
    assert "cuota" not in asked
    offered = write(creditor, last4())
    offer = Offer.objects.get()
    assert (offer.kind, len(offer.schedule), offer.state) == ("plan", 3, "open")
    for part in offer.schedule:
        assert f"{part['amount_minor'] // 100:,}".replace(",", ".") in offered
    assert offered.count("?") == 1
    agreed = write(creditor, "sí, acepto")
    agreement = Agreement.objects.get()
    assert agreement.offer == offer
    assert agreement.accepted_by.startswith("assistant")
    parts = list(agreement.instalments.order_by("sequence"))
    assert len(parts) == 3
    assert sum(part.amount_minor for part in parts) == agreement.total_minor == 120_000_000
    for part in parts:
        assert f"{part.amount_minor // 100:,}".replace(",", ".") in agreed
        assert f" {part.due_on.day} de " in agreed
    link = TrackedLink.objects.get()
    assert f"/p/{link.token}" in agreed
    assert (link.grants_level, link.grants_until) == ("verified", NOW + timedelta(minutes=30))


def test_an_answer_leaves_once_through_the_outbox(creditor: Creditor) -> None:
    event = receive(creditor, "cuánto debo")
    for _often in range(3):
        answer_inbound(event, now=NOW)
    message = Message.objects.get()
    assert (message.purpose, message.channel, message.address) == (
        "reply_to_debtor_query",
        "sms",
        PHONE,
    )
    assert Turn.objects.filter(author="debtor").count() == 1
    assert Turn.objects.get(author="assistant").message == message
    inbound = InboundEvent.objects.get()
    assert (inbound.outcome, inbound.processed_at) == ("answered", NOW)


def test_nothing_of_the_debt_before_the_proof(creditor: Creditor) -> None:
    account = Account.objects.get()
    for text in ("cuánto debo", "soy yo", "de qué se trata", "quiero pagar 1200000 hoy", "hola"):
        answer = write(creditor, text)
        assert account.product not in answer or not account.product
        assert account.number not in answer
        assert "1.200.000" not in answer
        assert "deuda" not in answer.lower()
    assert not Offer.objects.exists()
    assert not TrackedLink.objects.exists()
    assert all("discloses" not in message.context for message in Message.objects.all())


def test_who_proved_it_is_told_and_asked_again_when_it_has_run_out(creditor: Creditor) -> None:
    write(creditor, "cuánto debo")
    assert "1.200.000" in write(creditor, last4())
    disclosing = Message.objects.order_by("-pk")[0]
    assert disclosing.context["discloses"]
    assert disclosing.context["verified"]
    assert "1.200.000" in write(creditor, "cuál es mi saldo", now=NOW + timedelta(hours=1))
    late = write(creditor, "cuál es mi saldo", now=NOW + timedelta(hours=13))
    assert "1.200.000" not in late
    assert "documento" in late


def test_three_wrong_answers_and_a_person(creditor: Creditor) -> None:
    write(creditor, "cuánto debo")
    for _try in range(3):
        write(creditor, "0000")
    assert "1.200.000" not in write(creditor, last4())
    conversation = Conversation.objects.get()
    assert conversation.needs_person
    for event in Event.objects.filter(name="HandOffRequested"):
        create_hand_off_task(event, now=NOW)
    task = Task.objects.get()
    assert (task.kind, task.subject) == ("hand_off", "verification_locked")
    assert task.packet["next_step"] == "verify_identity"


def test_an_open_offer_outlives_the_proof(creditor: Creditor) -> None:
    write(creditor, "quiero pagar en 3 cuotas")
    write(creditor, last4())
    late = NOW + timedelta(hours=13)
    assert "documento" in write(creditor, "sí, acepto", now=late)
    assert not Agreement.objects.exists()
    assert "3 cuotas" in write(creditor, last4(), now=late)
    write(creditor, "sí", now=late)
    assert Agreement.objects.get().instalments.count() == 3


def test_a_document_number_is_not_kept_in_the_clear(creditor: Creditor) -> None:
    number = decrypt(Debtor.objects.select_related("person").get().person.document_encrypted or b"")
    write(creditor, "cuánto debo")
    assert "1.200.000" in write(creditor, f"claro, mi cédula es {number}, gracias")
    turn = Turn.objects.filter(author="debtor").order_by("-pk")[0]
    assert turn.text == f"claro, mi cédula es {'•' * len(number)}, gracias"
    kept = str(turn.understanding) + str(turn.decision)
    assert number not in kept
    state = replay(list_decisions(Conversation.objects.get()))
    assert state.pending is not None


def test_a_person_gets_what_was_said(creditor: Creditor) -> None:
    write(creditor, "quiero pagar en 3 cuotas")
    write(creditor, last4())
    write(creditor, "quiero hablar con una persona")
    event = Event.objects.get(name="HandOffRequested")
    create_hand_off_task(event, now=NOW)
    packet = Task.objects.get().packet
    offer = Offer.objects.get()
    assert packet["level"] == "verified"
    assert packet["offers_shown"][0]["offer"] == str(offer.public_id)
    assert packet["offers_shown"][0]["total_minor"] == 120_000_000
    assert packet["next_step"] == "answer"
    assert "quiero" not in str(event.data)


def test_while_an_agent_speaks_the_assistant_is_silent(creditor: Creditor) -> None:
    write(creditor, "quiero pagar en 3 cuotas")
    ana = User.objects.create_user("ana@example.com", "x", full_name="Ana")
    conversation = Conversation.objects.get()
    take_over(conversation=conversation, user=ana, actor=SYSTEM, now=NOW)
    assert write(creditor, "hola?") == ""
    assert write(creditor, "cuánto debo") == ""
    assert Turn.objects.filter(author="debtor").count() == 3
    release(conversation=conversation, actor=SYSTEM, now=NOW)
    assert write(creditor, "quiero pagar en 3 cuotas") != ""


def test_a_stop_word_is_obeyed_and_not_answered(creditor: Creditor) -> None:
    assert write(creditor, "BAJA") == ""
    assert OptOut.objects.exists()
    assert InboundEvent.objects.get().outcome == "stopped"
    assert write(creditor, "hola") == ""
    assert not Message.objects.exists()


def test_a_wish_to_be_left_alone_in_other_words_is_obeyed_too(creditor: Creditor) -> None:
    write(creditor, "no quiero recibir más mensajes de ustedes")
    assert OptOut.objects.exists()


def test_a_dispute_stops_collection(creditor: Creditor) -> None:
    answer = write(creditor, "no reconozco esa deuda")
    assert "una persona lo va a revisar" in answer
    case = Case.objects.get()
    assert (case.kind, case.account) == ("dispute", Account.objects.get())
    assert Hold.objects.get().reason == "dispute"
    for event in Event.objects.filter(name="HandOffRequested"):
        create_hand_off_task(event, now=NOW)
    assert Task.objects.get().kind == "review_case"


def test_a_wrong_person_learns_nothing_and_the_proof_is_gone(creditor: Creditor) -> None:
    write(creditor, "cuánto debo")
    write(creditor, last4())
    write(creditor, "número equivocado")
    assert Case.objects.get().kind == "wrong_person"
    assert write(creditor, "cuánto debo") == ""
    assert (
        not Message.objects.filter(body__contains="1.200.000")
        .exclude(context__verified=True)
        .exists()
    )


def test_a_debt_under_review_is_for_a_person(creditor: Creditor) -> None:
    write(creditor, "ya pagué")
    conversation = Conversation.objects.get()
    release_all(conversation)
    write(creditor, "quiero pagar en 3 cuotas")
    answer = write(creditor, last4())
    assert "en revisión" in answer
    assert not Offer.objects.exists()


def release_all(conversation: Conversation) -> None:
    ana = User.objects.create_user("ana@example.com", "x", full_name="Ana")
    take_over(conversation=conversation, user=ana, actor=SYSTEM, now=NOW)
    release(conversation=conversation, actor=SYSTEM, now=NOW)


def test_with_an_agreement_the_next_part_is_told(creditor: Creditor) -> None:
    write(creditor, "quiero pagar en 3 cuotas")
    write(creditor, last4())
    write(creditor, "acepto")
    first = Agreement.objects.get().instalments.get(sequence=1)
    answer = write(creditor, "quiero otro plan de pagos")
    assert "acuerdo vigente" in answer
    assert f"{first.amount_minor // 100:,}".replace(",", ".") in answer
    link = write(creditor, "mándeme el link")
    assert f"{first.amount_minor // 100:,}".replace(",", ".") in link
    assert Agreement.objects.count() == 1


def test_a_button_accepts_only_the_offer_that_it_stands_under(creditor: Creditor) -> None:
    write(creditor, "quiero pagar en 3 cuotas")
    write(creditor, last4())
    old = Turn.objects.filter(author="assistant").order_by("-pk")[0].buttons[0]
    assert old["payload"].startswith("accept:")
    write(creditor, "no, en 2")
    answer_inbound(receive(creditor, old["title"], button=old["payload"]), now=NOW)
    assert not Agreement.objects.exists()
    again = Turn.objects.filter(author="assistant").order_by("-pk")[0]
    assert "2 cuotas" in again.text
    new = again.buttons[0]
    answer_inbound(receive(creditor, new["title"], button=new["payload"]), now=NOW)
    assert Agreement.objects.get().instalments.count() == 2


def test_what_is_owed_has_changed_since_the_offer(creditor: Creditor) -> None:
    write(creditor, "quiero pagar en 3 cuotas")
    write(creditor, last4())
    Offer.objects.update(state="expired")
    assert "ya no está vigente" in write(creditor, "sí")
    write(creditor, "sí")
    assert Agreement.objects.get().offer == Offer.objects.order_by("-pk")[0]


def test_state_is_what_the_stored_decisions_make_it(creditor: Creditor) -> None:
    for text in ("quiero pagar en 3 cuotas", last4(), "no, en 2", "sí"):
        write(creditor, text)
    conversation = Conversation.objects.get()
    state = replay(list_decisions(conversation))
    assert state == replay(list_decisions(conversation))
    assert state.pending is None
    assert state.agreement == str(Agreement.objects.get().public_id)
    turn = Turn.objects.filter(author="debtor").order_by("sequence")[0]
    assert turn.understanding["commands"] == ["ask_plan"]


def test_an_offer_of_somebody_else_cannot_be_accepted(creditor: Creditor) -> None:
    from acuerdo.assistant.dialogue.model import Accept, Propose, SendLink, State
    from acuerdo.assistant.world import RoomsWorld

    place(creditor, [row("A-0001", dpd=45), row("B-0002", dpd=45)])
    write(creditor, "en 3 cuotas")
    other = Account.objects.get(number="B-0002")
    conversation = Conversation.objects.select_related("debtor__person", "creditor").get()
    write(creditor, conversation.debtor.person.document_last4)
    world = RoomsWorld(
        conversation=conversation,
        turn=Turn.objects.filter(author="debtor").order_by("-pk")[0],
        address=PHONE,
        state=State(),
        now=NOW,
    )
    for act in (
        Propose(account=str(other.public_id)),
        SendLink(account=str(other.public_id)),
    ):
        assert world.perform(act).kind == "refused"
    Offer.objects.update(account=other)
    accept = Accept(offer=str(Offer.objects.order_by("pk")[0].public_id))
    assert world.perform(accept).kind == "refused"
    assert not Agreement.objects.exists()


def test_a_text_without_a_known_sender_changes_nothing(creditor: Creditor) -> None:
    receive_inbound(
        source="test",
        external_id="stranger",
        channel="sms",
        address="+573009999999",
        text="hola",
        creditor_id=creditor.pk,
        actor=Actor("provider", "test"),
        now=NOW,
    )
    event = Event(
        name="InboundReceived",
        creditor_id=creditor.pk,
        refs=[f"inbound:{InboundEvent.objects.get().pk}"],
        data={},
    )
    answer_inbound(event, now=NOW)
    assert not Conversation.objects.exists()
