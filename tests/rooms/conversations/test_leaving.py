"""What an agent writes leaves by what it says and by who is known to read."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from django.db import transaction
from messaging_kit import NOW, accounts, make_creditor

from acuerdo.conversations.actions import (
    forget_verification,
    grant_verification,
    open_conversation,
    send_agent_turn,
    take_over,
)
from acuerdo.conversations.models import Conversation
from acuerdo.core.actor import SYSTEM, Actor
from acuerdo.identity.models import User
from acuerdo.messaging.actions import deliver_due, receive_inbound
from acuerdo.messaging.models import Message
from acuerdo.portfolio.models import ContactPoint

pytestmark = pytest.mark.django_db(transaction=True)

# The provider is not there, so what the gate lets go waits for another try.
LET_GO = ("planned", "unreachable")
HELD_BACK = ("withheld", "identity_not_verified")


@pytest.fixture
def conversation() -> Conversation:
    """Somebody wrote from the debtor's phone, and Ana took over."""
    (account,) = accounts(make_creditor())
    phone = ContactPoint.objects.get(debtor_id=account.debtor_id, kind="phone").value
    with transaction.atomic():
        receive_inbound(
            source="test",
            external_id="1",
            channel="sms",
            address=phone,
            text="hola",
            creditor_id=account.creditor_id,
            actor=Actor("provider", "test"),
            now=NOW,
        )
        made = open_conversation(
            debtor_id=account.debtor_id, channel="sms", address=phone, actor=SYSTEM, now=NOW
        )
        ana = User.objects.create_user("ana@example.com", "x", full_name="Ana")
        return take_over(conversation=made, user=ana, actor=SYSTEM, now=NOW)


def prove(conversation: Conversation, until: datetime) -> None:
    with transaction.atomic():
        grant_verification(
            conversation=conversation,
            channel=conversation.channel,
            address=conversation.address,
            until=until,
            method="document_last4",
            actor=SYSTEM,
            now=NOW,
        )


def write(conversation: Conversation, text: str) -> None:
    user = conversation.agent
    assert user is not None
    with transaction.atomic():
        send_agent_turn(
            conversation=conversation, user=user, text=text, key=text, actor=SYSTEM, now=NOW
        )


def deliver(after: timedelta = timedelta(0)) -> tuple[str, str]:
    deliver_due(now=NOW + after, actor=SYSTEM)
    message = Message.objects.get()
    return message.state, message.reason_code


def test_a_greeting_leaves_before_any_proof(conversation: Conversation) -> None:
    write(conversation, "Hola, soy Andrés. ¿En qué le ayudo?")
    assert deliver() == LET_GO


@pytest.mark.parametrize("text", ["Su deuda venció", "Son $ 1.200.000", "Puede pagar en cuotas"])
def test_words_about_the_debt_wait_for_a_proof(conversation: Conversation, text: str) -> None:
    write(conversation, text)
    assert deliver() == HELD_BACK


def test_words_about_the_debt_leave_after_a_proof(conversation: Conversation) -> None:
    prove(conversation, NOW + timedelta(hours=1))
    write(conversation, "Su deuda venció")
    assert deliver() == LET_GO


def test_a_proof_that_ran_out_before_delivery_is_none(conversation: Conversation) -> None:
    prove(conversation, NOW + timedelta(minutes=5))
    write(conversation, "Su deuda venció")
    assert deliver(timedelta(minutes=6)) == HELD_BACK


def test_a_proof_that_was_forgotten_before_delivery_is_none(conversation: Conversation) -> None:
    prove(conversation, NOW + timedelta(hours=1))
    write(conversation, "Su deuda venció")
    with transaction.atomic():
        forget_verification(
            conversation=conversation,
            channel=conversation.channel,
            address=conversation.address,
            now=NOW,
        )
    assert deliver() == HELD_BACK


def test_a_proof_at_another_address_is_none(conversation: Conversation) -> None:
    prove(conversation, NOW + timedelta(hours=1))
    write(conversation, "Su deuda venció")
    Message.objects.update(address="+573005559999")
    assert deliver() == HELD_BACK


def test_what_tells_of_no_debt_needs_no_proof_at_delivery(conversation: Conversation) -> None:
    prove(conversation, NOW + timedelta(minutes=5))
    write(conversation, "Gracias, Ana")
    assert deliver(timedelta(minutes=6)) == LET_GO
