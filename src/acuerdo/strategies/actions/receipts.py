"""The receipt that a debtor gets for a payment."""

from __future__ import annotations

from datetime import datetime

from acuerdo.core.actor import Actor
from acuerdo.core.vocabulary import Channel, Purpose
from acuerdo.messaging.actions import MessageDraft, queue_messages
from acuerdo.messaging.models import Message
from acuerdo.portfolio.models import Account
from acuerdo.strategies.gate import Contact, list_reaches, make_gate
from acuerdo.strategies.rules import MESSAGE_LIFE, Route, settle_routes

TEMPLATE = "payment_confirmation"
CHANNELS = (Channel.WHATSAPP, Channel.SMS, Channel.EMAIL)


def queue_receipt(
    *, account_id: int, payment_id: int, actor: Actor, now: datetime
) -> Message | None:
    """Tell the debtor, on the best channel that the gate allows, that the payment came in.

    Where none is allowed now (at night), on the one that is allowed first, then; None where no
    date would help. A repeat gives the message of the first time.
    """
    account = Account.objects.get(pk=account_id)
    key = f"payment:{payment_id}:receipt"
    known = Message.objects.filter(creditor_id=account.creditor_id, key=key).first()
    if known is not None:
        return known
    contacts = [Contact(account.debtor_id, account.pk, Purpose.SERVICING)]
    (reach,) = list_reaches(contacts, [CHANNELS], creditor_id=account.creditor_id)
    gate = make_gate(contacts, creditor_id=account.creditor_id, actor=actor, now=now)
    ways: list[tuple[datetime, Route]] = []
    for route in reach.routes:
        outcome = settle_routes({0: [route]}, gate)[0]
        if outcome.route is not None:
            ways = [(now, route)]
            break
        if outcome.until is not None:
            ways.append((outcome.until, route))
    if not ways:
        return None
    at, route = min(ways, key=lambda way: way[0])
    draft = MessageDraft(
        creditor_id=account.creditor_id,
        debtor_id=account.debtor_id,
        account_id=account.pk,
        channel=route.channel.value,
        purpose=Purpose.SERVICING.value,
        template=TEMPLATE,
        key=key,
        contact_point_id=route.contact_point_id,
        not_before=at,
        not_after=at + MESSAGE_LIFE,
    )
    return queue_messages(drafts=[draft], actor=actor, now=now)[0]
