"""One-time codes: drawn, sent to an address that was on file before, and asked back once.

A code is kept as a keyed hash alone; the outbox forgets it as soon as the message has left.
"""

from __future__ import annotations

import hmac
import secrets
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.db.models import Q
from django.utils import translation
from django.utils.translation import gettext as _

from acuerdo.conversations import events
from acuerdo.conversations.errors import CodeTooSoon, NoPlaceForCode, TooManyCodes
from acuerdo.conversations.factors import list_code_points
from acuerdo.conversations.models import Conversation, OneTimeCode
from acuerdo.conversations.rules import (
    CODE_DIGITS,
    CODE_GAP,
    CODE_HOLDS,
    CODE_WINDOW,
    MAX_ATTEMPTS,
    CodesSent,
    fold_document,
    may_send_code,
)
from acuerdo.core.actor import Actor
from acuerdo.core.crypto import keyed_hash
from acuerdo.core.events import publish
from acuerdo.core.masks import hint_address
from acuerdo.core.vocabulary import Channel, Purpose
from acuerdo.messaging.actions import MessageDraft, queue_messages
from acuerdo.messaging.providers import active_accounts
from acuerdo.portfolio.models import ContactPoint, Person

# By which channel a code reaches an address of a kind, the best first.
_CHANNELS: Final = {
    "phone": (Channel.SMS, Channel.WHATSAPP),
    "email": (Channel.EMAIL,),
}


@dataclass(frozen=True, slots=True)
class CodeSent:
    """Where a code went, masked, and until when it holds."""

    place: str
    channel: str
    expires_at: datetime


def send_code(
    *,
    conversation: Conversation,
    channel: str,
    address: str,
    actor: Actor,
    now: datetime,
    origin: str = "",
) -> CodeSent:
    """Send a new code for who speaks from `address` of `channel`; the one before holds no more.

    `origin` is the network address of the browser where it is known. Raises NoPlaceForCode,
    CodeTooSoon and TooManyCodes.
    """
    # Codes are counted per person, over all creditors.
    Person.objects.select_for_update(no_key=True).get(pk=conversation.debtor.person_id)
    point, by = _place(conversation, address)
    hidden = keyed_hash(f"origin:{origin}") if origin else ""
    _check_limits(conversation, point, hidden, now)
    mine = OneTimeCode.objects.filter(conversation=conversation, channel=channel, address=address)
    mine.filter(ended_at=None).update(ended_at=now)
    digits = "".join(secrets.choice("0123456789") for _place in range(CODE_DIGITS))
    row = OneTimeCode(
        conversation=conversation,
        channel=channel,
        address=address,
        contact_point=point,
        origin_hash=hidden,
        sent_by=by,
        sent_at=now,
        expires_at=now + CODE_HOLDS,
    )
    row.code_hash = _hash(row, digits)
    row.save()
    _queue(row, digits, actor, now)
    publish(
        events.CODE_SENT,
        actor=actor,
        now=now,
        creditor_id=conversation.creditor_id,
        refs=[f"conversation:{conversation.pk}", f"debtor:{conversation.debtor_id}"],
        data={"channel": by},
    )
    return CodeSent(hint_address(point.value), by, row.expires_at)


def get_code_sent(
    *, conversation: Conversation, channel: str, address: str, now: datetime
) -> CodeSent | None:
    """The code that is out for this place, while it holds."""
    row = _open(conversation, channel, address, now)
    if row is None:
        return None
    return CodeSent(hint_address(row.contact_point.value), row.sent_by, row.expires_at)


def take_code(
    *, conversation: Conversation, channel: str, address: str, answer: str, now: datetime
) -> bool | None:
    """Whether `answer` is the code that is out for this place, which is used up by being right or
    by three wrong answers. None where none holds."""
    row = _open(conversation, channel, address, now)
    if row is None:
        return None
    row.tries += 1
    is_right = hmac.compare_digest(_hash(row, fold_document(answer)), row.code_hash)
    if is_right or row.tries >= MAX_ATTEMPTS:
        row.ended_at = now
    row.save(update_fields=["tries", "ended_at"])
    return is_right


def _open(
    conversation: Conversation, channel: str, address: str, now: datetime
) -> OneTimeCode | None:
    return (
        OneTimeCode.objects.select_for_update(of=("self",))
        .select_related("contact_point")
        .filter(
            conversation=conversation,
            channel=channel,
            address=address,
            ended_at=None,
            expires_at__gt=now,
        )
        .order_by("-pk")
        .first()
    )


def _place(conversation: Conversation, address: str) -> tuple[ContactPoint, str]:
    """The best address that a channel of the creditor reaches."""
    accounts = active_accounts([conversation.creditor_id])
    for point in list_code_points(conversation.debtor, speaking_from=address):
        for channel in _CHANNELS[point.kind]:
            if (conversation.creditor_id, channel.value) in accounts:
                return point, channel.value
    raise NoPlaceForCode()


def _check_limits(
    conversation: Conversation, point: ContactPoint, origin_hash: str, now: datetime
) -> None:
    recent = OneTimeCode.objects.filter(sent_at__gt=now - CODE_WINDOW)
    here = recent.filter(conversation=conversation)
    if here.filter(sent_at__gt=now - CODE_GAP).exists():
        raise CodeTooSoon()
    same_address = Q(contact_point__value=point.value, contact_point__kind=point.kind)
    person_id = conversation.debtor.person_id
    sent = CodesSent(
        by_conversation=here.count(),
        to_address=recent.filter(same_address).count(),
        to_person=recent.filter(conversation__debtor__person_id=person_id).count(),
        from_origin=recent.filter(origin_hash=origin_hash).count() if origin_hash else 0,
    )
    if not may_send_code(sent):
        raise TooManyCodes()


def _queue(row: OneTimeCode, digits: str, actor: Actor, now: datetime) -> None:
    conversation = row.conversation
    with translation.override(conversation.language):
        # Nothing in it tells of a debt: whoever holds the phone may read it.
        body = _(
            "{code} is your code for {creditor}. It holds for 10 minutes. We never ask for it by"
            " phone. If you did not ask for it, ignore this message."
        ).format(code=digits, creditor=conversation.creditor.name)
        subject = _("Your code for {creditor}").format(creditor=conversation.creditor.name)
    draft = MessageDraft(
        creditor_id=conversation.creditor_id,
        debtor_id=conversation.debtor_id,
        channel=row.sent_by,
        purpose=Purpose.INFORMATION_REQUESTED_BY_CONSUMER,
        key=f"code:{row.pk}",
        body=body,
        subject=subject if row.sent_by == Channel.EMAIL else "",
        language=conversation.language,
        contact_point_id=row.contact_point_id,
        not_after=row.expires_at,
        secret=digits,
    )
    queue_messages(drafts=[draft], actor=actor, now=now)


def _hash(row: OneTimeCode, digits: str) -> str:
    return keyed_hash(f"code:{row.conversation_id}:{row.channel}:{row.address}:{digits}")
