"""One-time codes: to an address that was on file before, once, three tries, ten minutes."""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta

import pytest
from django.db import transaction
from small_portfolio import NOW, place, row

from acuerdo.conversations.actions import check_verification_answer, open_conversation
from acuerdo.conversations.codes import send_code
from acuerdo.conversations.errors import CodeTooSoon, NoPlaceForCode, TooManyCodes
from acuerdo.conversations.models import Conversation, OneTimeCode, Verification
from acuerdo.conversations.queries import get_next_factor, get_verification_level, list_proved
from acuerdo.conversations.rules import CODE_HOLDS, CODES_FROM_AN_ORIGIN, LOCK, Attempt
from acuerdo.core.actor import SYSTEM
from acuerdo.core.models import Event
from acuerdo.creditors.actions import change_settings, connect_provider, create_creditor
from acuerdo.messaging.actions.recording import DeliveryReport, record_results
from acuerdo.messaging.channels.base import Outcome, SendResult
from acuerdo.messaging.content import collect_message_facts
from acuerdo.messaging.models import Message
from acuerdo.messaging.rendering import identity_of
from acuerdo.portfolio.models import ContactPoint, Debtor

PLACE = "link:7"


@pytest.fixture
def conversation(db: None) -> Conversation:
    return make_conversation("Banco Uno", "A-0001")


def make_conversation(name: str, number: str, **policy: object) -> Conversation:
    creditor = create_creditor(actor=SYSTEM, now=NOW, name=name, country="CO")
    for channel in ("sms", "email"):
        connect_provider(
            actor=SYSTEM,
            now=NOW,
            creditor=creditor,
            kind=channel,
            provider="sandbox",
            name=channel,
            config={},
        )
    values = policy or {"first": ["document_last4"], "second": ["code"]}
    creditor = change_settings(
        creditor=creditor, section="verification", values=values, actor=SYSTEM, now=NOW
    )
    place(creditor, [row(number)])
    debtor = Debtor.objects.get(creditor=creditor)
    made = open_conversation(debtor_id=debtor.pk, channel="chat", actor=SYSTEM, now=NOW)
    return Conversation.objects.select_related("debtor__person", "creditor").get(pk=made.pk)


def send(
    conversation: Conversation, at: datetime = NOW, place: str = PLACE, origin: str = ""
) -> str:
    """The digits that went out."""
    send_code(
        conversation=conversation,
        channel="chat",
        address=place,
        origin=origin,
        actor=SYSTEM,
        now=at,
    )
    message = Message.objects.filter(key__startswith="code:").latest("pk")
    return str(message.context["secret"])


def answer(
    conversation: Conversation, said: str, at: datetime = NOW, place: str = PLACE
) -> Attempt:
    return check_verification_answer(
        conversation=conversation, channel="chat", address=place, answer=said, actor=SYSTEM, now=at
    )


def last4(conversation: Conversation) -> str:
    return conversation.debtor.person.document_last4


def level(conversation: Conversation, at: datetime = NOW) -> str:
    return get_verification_level(conversation, "chat", PLACE, at).value


def test_document_then_code_make_somebody_verified(conversation: Conversation) -> None:
    assert answer(conversation, last4(conversation)).result == "partly"
    assert level(conversation) == "claimed"
    assert not list_proved(debtor_ids=[conversation.debtor_id], now=NOW)
    digits = send(conversation)
    assert re.fullmatch(r"\d{6}", digits)
    assert answer(conversation, f"{digits[:3]} {digits[3:]}").result == "passed"
    assert level(conversation) == "verified"
    assert list_proved(debtor_ids=[conversation.debtor_id], now=NOW) == {
        (conversation.debtor_id, "chat", PLACE)
    }
    assert Verification.objects.get().proved == ["document_last4", "code"]
    figures = Event.objects.filter(name="VerificationPassed").values_list("data", flat=True)
    assert [one["level"] for one in figures] == ["claimed", "verified"]
    assert digits not in str(list(Event.objects.values_list("data", flat=True)))


def test_the_policy_may_let_the_balance_be_heard_after_one_proof(db: None) -> None:
    conversation = make_conversation(
        "Banco Dos", "B-1", first=["document_last4"], second=["code"], balance="claimed"
    )
    answer(conversation, last4(conversation))
    assert list_proved(debtor_ids=[conversation.debtor_id], now=NOW)


def test_the_text_tells_of_no_debt_and_is_gone_in_ten_minutes(conversation: Conversation) -> None:
    digits = send(conversation)
    message = Message.objects.get()
    assert digits in message.body
    assert message.not_after == NOW + CODE_HOLDS
    assert message.purpose == "information_requested_by_consumer"
    facts = collect_message_facts(
        text=message.body,
        subject="",
        titles=[],
        identity=identity_of(conversation.creditor),
        channel="sms",
        country="CO",
    )
    assert not facts["discloses_debt"]


@pytest.mark.django_db(transaction=True)
def test_the_outbox_forgets_it_when_it_has_left() -> None:
    with transaction.atomic():
        digits = send(make_conversation("Banco Uno", "A-0001"))
    message = Message.objects.get()
    Message.objects.update(state="claimed")
    record_results(
        [(message.pk, SendResult(Outcome.ACCEPTED, provider_message_id="x"))],
        now=NOW,
        actor=SYSTEM,
        report=DeliveryReport(),
    )
    message.refresh_from_db()
    assert message.state == "sent"
    assert digits not in message.body
    assert "secret" not in message.context
    assert "••••••" in message.body
    assert digits not in OneTimeCode.objects.get().code_hash


def test_a_code_holds_for_ten_minutes_and_once(conversation: Conversation) -> None:
    answer(conversation, last4(conversation))
    digits = send(conversation)
    late = NOW + CODE_HOLDS
    assert answer(conversation, digits, at=late).result == "expired"
    assert Verification.objects.get().failed_attempts == 0
    again = send(conversation, at=late)
    assert answer(conversation, again, at=late).result == "passed"
    row = OneTimeCode.objects.latest("pk")
    assert row.ended_at == late


def test_the_next_code_ends_the_one_before(conversation: Conversation) -> None:
    answer(conversation, last4(conversation))
    first = send(conversation)
    later = NOW + timedelta(minutes=2)
    second = send(conversation, at=later)
    if first != second:
        assert answer(conversation, first, at=later).result == "failed"
    assert answer(conversation, second, at=later).result == "passed"


def test_a_code_is_of_no_use_at_another_place(conversation: Conversation) -> None:
    for place_ in (PLACE, "link:8"):
        answer(conversation, last4(conversation), place=place_)
    digits = send(conversation)
    assert answer(conversation, digits, place="link:8").result == "expired"


def test_three_wrong_codes_lock_the_place_and_burn_the_code(conversation: Conversation) -> None:
    answer(conversation, last4(conversation))
    digits = send(conversation)
    wrong = "000000" if digits != "000000" else "111111"
    results = [answer(conversation, wrong).result for _try in range(3)]
    assert results == ["failed", "failed", "locked"]
    assert answer(conversation, digits).result == "locked"
    assert answer(conversation, digits, at=NOW + LOCK).result == "failed"


def test_it_goes_only_where_we_wrote_before(conversation: Conversation) -> None:
    points = ContactPoint.objects.filter(debtor=conversation.debtor)
    phone = points.get(kind="phone")
    ContactPoint.objects.create(
        debtor=conversation.debtor,
        creditor=conversation.creditor,
        kind="email",
        value="new@example.org",
        source="debtor:chat",
        quality="unverified",
        priority=0,
    )
    points.filter(kind="phone").update(priority=9)
    points.filter(kind="email").exclude(quality="unverified").delete()
    send(conversation)
    assert OneTimeCode.objects.get().contact_point == phone
    with pytest.raises(NoPlaceForCode):
        # To the phone that speaks it would prove nothing.
        send(conversation, place=phone.value, at=NOW + timedelta(minutes=5))
    phone.is_valid = False
    phone.save()
    with pytest.raises(NoPlaceForCode):
        send(conversation, at=NOW + timedelta(minutes=5))


def test_no_channel_of_the_creditor_no_code(conversation: Conversation) -> None:
    conversation.creditor.provideraccount_set.update(is_active=False)
    with pytest.raises(NoPlaceForCode):
        send(conversation)


def test_nobody_is_flooded(conversation: Conversation) -> None:
    send(conversation)
    with pytest.raises(CodeTooSoon):
        send(conversation, at=NOW + timedelta(seconds=59))
    for minute in (2, 4):
        send(conversation, at=NOW + timedelta(minutes=minute))
    with pytest.raises(TooManyCodes):
        send(conversation, at=NOW + timedelta(minutes=6), place="link:9")
    send(conversation, at=NOW + timedelta(minutes=61))


def test_one_network_cannot_ask_for_many_debtors(db: None) -> None:
    at = NOW
    for number in range(CODES_FROM_AN_ORIGIN):
        send(make_conversation(f"Banco {number}", f"N-{number}"), at=at, origin="203.0.113.7")
    other = make_conversation("Banco Otro", "N-99")
    with pytest.raises(TooManyCodes):
        send(other, origin="203.0.113.7")
    send(other, origin="203.0.113.8")
    assert "203.0.113" not in str(list(OneTimeCode.objects.values_list("origin_hash", flat=True)))


@pytest.mark.parametrize(
    ("factor", "right", "wrong"),
    [
        ("birth_date", "12/03/1985", "13/03/1985"),
        ("postal_code", "110111", "110112"),
        ("account_last4", "0001", "0002"),
    ],
)
def test_knowledge_on_file(db: None, factor: str, right: str, wrong: str) -> None:
    conversation = make_conversation("Banco Tres", "C-0001", first=[factor])
    person = conversation.debtor.person
    person.birth_on = date(1985, 3, 12)
    person.save()
    ContactPoint.objects.create(
        debtor=conversation.debtor,
        creditor=conversation.creditor,
        kind="address",
        value="Calle 10 # 4-20, 110111 Bogotá",
    )
    assert answer(conversation, wrong).result == "failed"
    assert answer(conversation, "").result == "failed"
    assert answer(conversation, right).result == "passed"


def test_of_several_proofs_the_one_on_file_is_asked(db: None) -> None:
    conversation = make_conversation(
        "Banco Cuatro", "D-1", first=["birth_date", "postal_code", "document_last4"]
    )
    asked = get_next_factor(conversation=conversation, channel="chat", address=PLACE, now=NOW)
    assert asked == "document_last4"
    # With nothing on file the question tells nobody so.
    conversation.debtor.person.document_last4 = ""
    asked = get_next_factor(conversation=conversation, channel="chat", address=PLACE, now=NOW)
    assert asked == "birth_date"
    assert answer(conversation, "12/03/1985").result == "unavailable"
