"""What a debtor gets in writing: the receipt of a payment, the confirmation of an agreement."""

from __future__ import annotations

from datetime import datetime

from acuerdo.core.actor import Actor
from acuerdo.core.vocabulary import Channel, Purpose
from acuerdo.messaging.actions import MessageDraft, queue_messages
from acuerdo.messaging.models import Message
from acuerdo.portfolio.models import Account
from acuerdo.strategies.gate import Contact, list_reaches, make_gate
from acuerdo.strategies.rules import MESSAGE_LIFE, Route, settle_routes

RECEIPT, CONFIRMATION = "payment_confirmation", "agreement_confirmation"
# A letter is kept where there is room for it; a receipt is read where people look first.
CHANNELS = (Channel.WHATSAPP, Channel.SMS, Channel.EMAIL)
TO_KEEP = (Channel.EMAIL, Channel.WHATSAPP, Channel.SMS)


def queue_receipt(
    *, account_id: int, payment_id: int, actor: Actor, now: datetime
) -> Message | None:
    """Tell the debtor that the payment came in; see `_queue` for when and where."""
    key = f"payment:{payment_id}:receipt"
    return _queue(account_id, RECEIPT, key, CHANNELS, actor, now)


def queue_confirmation(
    *, account_id: int, agreement_id: int, actor: Actor, now: datetime
) -> Message | None:
    """Send the debtor the way to what was agreed, in writing: its terms, dates and letter stand
    behind the link and the proof, for whoever holds the phone may read the message."""
    key = f"agreement:{agreement_id}:confirmation"
    return _queue(account_id, CONFIRMATION, key, TO_KEEP, actor, now)


def _queue(
    account_id: int,
    template: str,
    key: str,
    channels: tuple[Channel, ...],
    actor: Actor,
    now: datetime,
) -> Message | None:
    """On the best channel that the gate allows. Where none is allowed now (at night), on the one
    that is allowed first, then; None where no date would help. A repeat gives the message of the
    first time."""
    account = Account.objects.get(pk=account_id)
    known = Message.objects.filter(creditor_id=account.creditor_id, key=key).first()
    if known is not None:
        return known
    contacts = [Contact(account.debtor_id, account.pk, Purpose.SERVICING)]
    (reach,) = list_reaches(contacts, [channels], creditor_id=account.creditor_id)
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
        template=template,
        key=key,
        contact_point_id=route.contact_point_id,
        not_before=at,
        not_after=at + MESSAGE_LIFE,
    )
    return queue_messages(drafts=[draft], actor=actor, now=now)[0]
