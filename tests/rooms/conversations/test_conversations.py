"""One conversation per debtor: numbered turns, one who answers, and proofs that run out."""

from __future__ import annotations

import threading
from datetime import timedelta

import pytest
from django.db import connection, transaction
from small_portfolio import NOW, place, row

from acuerdo.conversations.actions import (
    append_turn,
    check_verification_answer,
    forget_verification,
    grant_verification,
    hand_off,
    open_conversation,
    record_decision,
    release,
    send_agent_turn,
    take_over,
)
from acuerdo.conversations.errors import (
    DecisionExists,
    NothingSaid,
    NotTakenOver,
    OwnedByAnother,
)
from acuerdo.conversations.models import Conversation, Turn, Verification
from acuerdo.conversations.queries import (
    get_conversation,
    get_verification_level,
    list_decisions,
)
from acuerdo.conversations.rules import LEVEL_LASTS, LOCK
from acuerdo.core.actor import SYSTEM, Actor
from acuerdo.core.crypto import encrypt
from acuerdo.core.errors import NotFound
from acuerdo.core.models import Event
from acuerdo.creditors.actions import create_creditor
from acuerdo.identity.models import User
from acuerdo.messaging.models import InboundEvent, Message
from acuerdo.portfolio.models import Debtor

PHONE = "+573005550001"


@pytest.fixture
def conversation(db: None) -> Conversation:
    return make_conversation()


def make_conversation() -> Conversation:
    creditor = create_creditor(actor=SYSTEM, now=NOW, name="Banco Uno", country="CO")
    place(creditor, [row("A-0001")])
    debtor = Debtor.objects.get(creditor=creditor)
    made = open_conversation(
        debtor_id=debtor.pk, channel="sms", address=PHONE, actor=SYSTEM, now=NOW
    )
    return Conversation.objects.select_related("debtor__person", "creditor").get(pk=made.pk)


def inbound(conversation: Conversation, external_id: str) -> InboundEvent:
    return InboundEvent.objects.create(
        source="test",
        external_id=external_id,
        kind="text",
        creditor_id=conversation.creditor_id,
        debtor_id=conversation.debtor_id,
        channel="sms",
        address=PHONE,
        text_encrypted=encrypt("hola"),
        received_at=NOW,
    )


def say(conversation: Conversation, text: str, event: InboundEvent | None = None) -> Turn:
    return append_turn(
        conversation=conversation,
        author="debtor",
        channel="sms",
        address=PHONE,
        text=text,
        inbound=event,
        actor=SYSTEM,
        now=NOW,
    )


def events(name: str) -> list[Event]:
    return list(Event.objects.filter(name=name).order_by("occurred_at", "id"))


def check(conversation: Conversation, answer: str, *, address: str = PHONE, after: int = 0) -> str:
    return check_verification_answer(
        conversation=conversation,
        channel="sms",
        address=address,
        answer=answer,
        actor=SYSTEM,
        now=NOW + timedelta(minutes=after),
    ).result


def test_a_debtor_has_one_conversation(conversation: Conversation) -> None:
    again = open_conversation(debtor_id=conversation.debtor_id, actor=SYSTEM, now=NOW)
    assert again.pk == conversation.pk
    assert len(events("ConversationOpened")) == 1


def test_turns_are_numbered_and_move_the_conversation(conversation: Conversation) -> None:
    first, second = say(conversation, "hola"), say(conversation, "¿hay alguien?")
    assert (first.sequence, second.sequence) == (1, 2)
    conversation.refresh_from_db()
    assert (conversation.channel, conversation.address) == ("sms", PHONE)
    told = events("TurnAppended")[0]
    assert set(told.data) == {"author", "channel", "sequence"}
    assert "hola" not in str(told.data) + str(told.refs)


def test_an_inbound_text_becomes_one_turn(conversation: Conversation) -> None:
    event = inbound(conversation, "1")
    assert say(conversation, "hola", event).pk == say(conversation, "hola", event).pk
    assert Turn.objects.count() == 1
    assert len(events("TurnAppended")) == 1


def test_a_decision_is_kept_once(conversation: Conversation) -> None:
    turn = say(conversation, "hola")
    record_decision(turn=turn, understanding={"commands": ["x"]}, decision={"steps": []})
    with pytest.raises(DecisionExists):
        record_decision(turn=turn, understanding={}, decision={"steps": [1]})
    assert list_decisions(conversation) == [{"steps": []}]


def test_a_person_takes_over_and_gives_back(conversation: Conversation) -> None:
    ana = User.objects.create_user("ana@example.com", "x", full_name="Ana")
    luis = User.objects.create_user("luis@example.com", "x", full_name="Luis")
    hand_off(conversation=conversation, reason="asked", actor=SYSTEM, now=NOW)
    taken = take_over(conversation=conversation, user=ana, actor=SYSTEM, now=NOW)
    assert (taken.owner, taken.agent_id, taken.needs_person) == ("agent", ana.pk, False)
    take_over(conversation=conversation, user=ana, actor=SYSTEM, now=NOW)
    assert len(events("ConversationTakenOver")) == 1
    with pytest.raises(OwnedByAnother, match="Ana"):
        take_over(conversation=conversation, user=luis, actor=SYSTEM, now=NOW)
    given = release(conversation=conversation, actor=SYSTEM, now=NOW)
    assert (given.owner, given.agent_id) == ("assistant", None)
    release(conversation=conversation, actor=SYSTEM, now=NOW)
    assert len(events("ConversationReleased")) == 1


def test_an_agent_answers_through_the_outbox(conversation: Conversation) -> None:
    ana = User.objects.create_user("ana@example.com", "x", full_name="Ana")
    actor = Actor("user", str(ana.pk), creditor_id=conversation.creditor_id)
    say(conversation, "hola")
    with pytest.raises(NotTakenOver):
        send_agent_turn(
            conversation=conversation, user=ana, text="Hola", key="1", actor=actor, now=NOW
        )
    take_over(conversation=conversation, user=ana, actor=actor, now=NOW)
    with pytest.raises(NothingSaid):
        send_agent_turn(
            conversation=conversation, user=ana, text="  ", key="1", actor=actor, now=NOW
        )
    for _twice in range(2):
        turn = send_agent_turn(
            conversation=conversation, user=ana, text="Hola", key="1", actor=actor, now=NOW
        )
    message = Message.objects.get()
    assert turn.message == message
    assert (message.body, message.address, message.channel) == ("Hola", PHONE, "sms")
    assert message.purpose == "reply_to_debtor_query"
    assert Turn.objects.filter(author="agent").count() == 1
    assert list_decisions(conversation) == [{}, None]


def test_a_hand_off_is_told_once_with_its_packet(conversation: Conversation) -> None:
    for _twice in range(2):
        hand_off(
            conversation=conversation,
            reason="asked",
            packet={"next_step": "answer"},
            actor=SYSTEM,
            now=NOW,
        )
    told = events("HandOffRequested")
    assert len(told) == 1
    assert told[0].data == {"reason": "asked", "packet": {"next_step": "answer"}}
    assert f"debtor:{conversation.debtor_id}" in told[0].refs


def test_a_proof_holds_for_one_address_and_runs_out(conversation: Conversation) -> None:
    last4 = conversation.debtor.person.document_last4
    assert check(conversation, last4) == "passed"

    def level(address: str, hours: float) -> str:
        at = NOW + timedelta(hours=hours)
        return str(get_verification_level(conversation, "sms", address, at))

    assert level(PHONE, 0) == "verified"
    assert level("+573009999999", 0) == "none"
    assert str(get_verification_level(conversation, "whatsapp", PHONE, NOW)) == "none"
    assert level(PHONE, LEVEL_LASTS.total_seconds() / 3600) == "none"
    assert len(events("VerificationPassed")) == 1


def test_three_wrong_answers_lock_and_call_a_person(conversation: Conversation) -> None:
    last4 = conversation.debtor.person.document_last4
    assert [check(conversation, "0000") for _try in range(3)] == ["failed", "failed", "locked"]
    assert check(conversation, last4) == "locked"
    conversation.refresh_from_db()
    assert conversation.needs_person
    assert len(events("HandOffRequested")) == 1
    assert len(events("VerificationFailed")) == 3
    assert check(conversation, last4, after=int(LOCK.total_seconds() / 60)) == "passed"


def test_trying_from_many_addresses_locks_all_of_them(conversation: Conversation) -> None:
    last4 = conversation.debtor.person.document_last4
    for address in ("+573001111111", "+573002222222"):
        for _try in range(3):
            check(conversation, "0000", address=address)
    assert check(conversation, last4) == "locked"


def test_a_proof_can_be_taken_over_from_a_link_and_forgotten(conversation: Conversation) -> None:
    grant_verification(
        conversation=conversation,
        channel="chat",
        address="link",
        until=NOW + timedelta(minutes=30),
        method="link",
        actor=SYSTEM,
        now=NOW,
    )
    assert get_verification_level(conversation, "chat", "link", NOW) == "verified"
    later = NOW + timedelta(minutes=30)
    assert get_verification_level(conversation, "chat", "link", later) == "none"
    forget_verification(conversation=conversation, channel="chat", address="link", now=NOW)
    assert get_verification_level(conversation, "chat", "link", NOW) == "none"


def test_without_a_document_nobody_is_verified_or_locked(conversation: Conversation) -> None:
    conversation.debtor.person.document_last4 = ""
    assert [check(conversation, "") for _try in range(4)] == ["unavailable"] * 4
    assert Verification.objects.get().failed_attempts == 0


def test_another_creditor_does_not_find_it(conversation: Conversation) -> None:
    found = get_conversation(
        public_id=conversation.public_id, creditor_ids=[conversation.creditor_id]
    )
    assert found == conversation
    with pytest.raises(NotFound):
        get_conversation(
            public_id=conversation.public_id, creditor_ids=[conversation.creditor_id + 1]
        )


@pytest.mark.django_db(transaction=True)
def test_turns_at_the_same_time_get_different_numbers() -> None:
    with transaction.atomic():
        conversation = make_conversation()

    def speak() -> None:
        try:
            for number in range(10):
                with transaction.atomic():
                    say(conversation, str(number))
        finally:
            connection.close()

    threads = [threading.Thread(target=speak) for _one in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    numbers = Turn.objects.order_by("sequence").values_list("sequence", flat=True)
    assert list(numbers) == list(range(1, 31))
