"""What we say by ourselves where the debtor last spoke, not as an answer to a turn."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from django.utils import translation
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from acuerdo.conversations.actions import append_turn
from acuerdo.conversations.models import Conversation, Turn
from acuerdo.core.actor import Actor
from acuerdo.core.vocabulary import Channel, Purpose
from acuerdo.messaging.actions import MessageDraft, queue_messages

# (kind of case, how it ended) → what its debtor hears of it. Whoever reads it may not have proved
# who they are, so that it tells of no debt.
_OUTCOMES: Mapping[tuple[str, str], str | Promise] = {
    ("already_paid", "payment_booked"): _(
        "Thank you for your patience: we looked at what you told us, and it is all on record now."
        " You need not send anything else."
    ),
    ("already_paid", "payment_found"): _(
        "Thank you for your patience: we looked at what you told us, and you were right. You need"
        " not send anything else."
    ),
    ("already_paid", "not_found"): _(
        "Thank you for your patience. We looked carefully at what you told us, and could not find"
        " it yet. That can have many reasons. Please write to us here, or send us another"
        " receipt: a person will help you."
    ),
}


def tell_outcome(
    *, debtor_id: int, kind: str, resolution: str, key: str, actor: Actor, now: datetime
) -> Turn | None:
    """Tell a debtor how a case of theirs ended, in their language and where they last spoke.
    None where there is nothing to say of it, or nowhere to say it."""
    conversation = Conversation.objects.select_for_update().filter(debtor_id=debtor_id).first()
    text = _OUTCOMES.get((kind, resolution))
    if conversation is None or not conversation.channel or text is None:
        return None
    with translation.override(conversation.language):
        said = str(text)
    return say(
        conversation=conversation,
        text=said,
        purpose=Purpose.REPLY_TO_DEBTOR_QUERY,
        key=key,
        actor=actor,
        now=now,
    )


def say(
    *,
    conversation: Conversation,
    text: str,
    purpose: Purpose,
    key: str,
    actor: Actor,
    now: datetime,
    buttons: Sequence[Mapping[str, str]] = (),
    not_after: datetime | None = None,
) -> Turn:
    """One turn of the assistant on the channel and address of the debtor's last one, through the
    outbox and its gate; in a chat it stands at once. The caller holds the conversation's lock."""
    message = None
    if conversation.channel != Channel.CHAT:
        draft = MessageDraft(
            creditor_id=conversation.creditor_id,
            debtor_id=conversation.debtor_id,
            channel=conversation.channel,
            purpose=purpose,
            key=key,
            body=text,
            buttons=tuple(buttons),
            language=conversation.language,
            address=conversation.address,
            not_after=not_after,
        )
        message = queue_messages(drafts=[draft], actor=actor, now=now)[0]
    return append_turn(
        conversation=conversation,
        author="assistant",
        channel=conversation.channel,
        text=text,
        buttons=buttons,
        message=message,
        actor=actor,
        now=now,
    )
