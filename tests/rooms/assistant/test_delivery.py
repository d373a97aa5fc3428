"""An answer passes the contact gate: at night too, for who asked wants to be answered."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from django.db import transaction
from small_portfolio import place, row

from acuerdo.agreements.actions import seed_policies
from acuerdo.assistant.jobs import answer_inbound
from acuerdo.core.actor import SYSTEM, Actor
from acuerdo.core.models import Event
from acuerdo.creditors.actions import connect_provider, create_creditor
from acuerdo.creditors.models import Creditor
from acuerdo.messaging.actions import deliver_due, receive_inbound
from acuerdo.messaging.models import Message
from acuerdo.portfolio.models import Debtor

# Sunday, 03:00 in Bogotá: nobody may be chased now.
NIGHT = datetime(2026, 11, 22, 8, tzinfo=UTC)
PHONE = "+573005550001"


def write(creditor: Creditor, number: int, text: str) -> Message | None:
    """The answer in the outbox after it was tried; None where there is none."""
    with transaction.atomic():
        receive_inbound(
            source="test",
            external_id=str(number),
            channel="sms",
            address=PHONE,
            text=text,
            creditor_id=creditor.pk,
            actor=Actor("provider", "test"),
            now=NIGHT,
        )
        event = Event.objects.filter(name="InboundReceived").order_by("-id")[0]
        answer_inbound(event, now=NIGHT)
    deliver_due(now=NIGHT, actor=SYSTEM)
    return Message.objects.order_by("-pk").first()


@pytest.mark.django_db(transaction=True)
def test_an_answer_is_not_withheld() -> None:
    with transaction.atomic():
        creditor = create_creditor(actor=SYSTEM, now=NIGHT, name="Banco Uno", country="CO")
        seed_policies(creditor_id=creditor.pk)
        place(creditor, [row("A-0001", dpd=45)], now=NIGHT)
        connect_provider(
            actor=SYSTEM,
            now=NIGHT,
            creditor=creditor,
            kind="sms",
            provider="sandbox",
            name="Nobody listens",
            config={"base_url": "http://127.0.0.1:1"},
            secret="a-secret-for-tests",
        )
    last4 = Debtor.objects.select_related("person").get().person.document_last4
    for number, text in enumerate(("quiero pagar en 3 cuotas", last4, "sí", "no la reconozco")):
        message = write(creditor, number, text)
        assert message is not None
        # The provider is not there, so it waits for another try: the gate let it go.
        assert (message.state, message.reason_code) == ("planned", "unreachable"), text
        Message.objects.update(state="sent")
