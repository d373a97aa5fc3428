"""The answer to "how was this conversation?": a score, then perhaps a few words about it."""

from __future__ import annotations

from datetime import datetime

from django.utils import translation
from django.utils.translation import gettext as _

from acuerdo.assistant.dialogue.model import TurnDecision
from acuerdo.assistant.faq.rules import is_question
from acuerdo.assistant.masking import explain, keep, mask_personal
from acuerdo.assistant.nlu.contract import Understanding
from acuerdo.conversations.actions import append_turn, record_decision
from acuerdo.conversations.models import Conversation, Satisfaction, Turn
from acuerdo.conversations.satisfaction import (
    SCORES,
    find_asked,
    find_tapped,
    tell_comment,
    tell_score,
)
from acuerdo.core.actor import Actor
from acuerdo.core.vocabulary import Channel, Purpose
from acuerdo.messaging.actions import MessageDraft, queue_messages

_OF_A_COMMENT = {"unknown", "small_talk", "affirm", "negate", "accept_offer", "repeat"}


def take_rating(
    *,
    conversation: Conversation,
    turn: Turn,
    understood: Understanding,
    button: str,
    address: str,
    actor: Actor,
    now: datetime,
) -> Turn | None:
    """Our thanks, where the turn answers the question; None where it says something else, which
    is then answered as ever. No decision is taken on it, so no replay knows of it."""
    score = _typed(turn.text)
    asked: Satisfaction | None = None
    if button:
        asked, score = find_tapped(conversation=conversation, payload=button) or (None, None)
    elif score is not None or _may_be_comment(understood, turn.text):
        asked = find_asked(conversation=conversation, before=turn, now=now)
    if asked is None:
        return None
    with translation.override(conversation.language):
        thanks = _("Thank you. A few words about why help us too: you can write them here.")
        noted = _("Thank you, we read it.")
    if score is not None:
        told = tell_score(asked=asked, score=score, actor=actor, now=now)
        text = thanks if told else noted
    elif asked.score is not None:
        debtor = conversation.debtor
        names = (debtor.name, debtor.person.full_name)
        tell_comment(asked=asked, comment=mask_personal(turn.text, understood.entities, names))
        text = noted
    else:
        return None
    record_decision(
        turn=turn, understanding=explain(understood), decision=keep(TurnDecision(commands=()))
    )
    said = _say(conversation, turn, text, address, actor, now)
    if score is not None and told:
        # What is written next is about this question still.
        Satisfaction.objects.filter(pk=asked.pk).update(turn=said)
    return said


def _typed(text: str) -> int | None:
    """A bare figure of the scale."""
    said = text.strip().strip(".!*\ufe0f\u20e3 ")
    return int(said) if said in map(str, SCORES) else None


def _may_be_comment(understood: Understanding, text: str) -> bool:
    """Whether the text wants nothing of us, so that it may be about how it was."""
    kinds = {command.kind for command in understood.commands}
    return kinds <= _OF_A_COMMENT and not is_question(text)


def _say(
    conversation: Conversation, turn: Turn, text: str, address: str, actor: Actor, now: datetime
) -> Turn:
    message = None
    if turn.channel != Channel.CHAT:
        draft = MessageDraft(
            creditor_id=conversation.creditor_id,
            debtor_id=conversation.debtor_id,
            channel=turn.channel,
            purpose=Purpose.REPLY_TO_DEBTOR_QUERY,
            key=f"reply:{turn.pk}",
            body=text,
            language=conversation.language,
            address=address,
        )
        message = queue_messages(drafts=[draft], actor=actor, now=now)[0]
    return append_turn(
        conversation=conversation,
        author="assistant",
        channel=turn.channel,
        text=text,
        message=message,
        actor=actor,
        now=now,
    )
