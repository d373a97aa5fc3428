"""What people and the assistant do with unclear messages: notice, flag, label, skip, open again."""

from __future__ import annotations

from datetime import datetime

from django.db.models import F

from acuerdo.assistant import events
from acuerdo.assistant.dialogue.model import replay
from acuerdo.assistant.errors import NothingToFlag, UnknownIntent
from acuerdo.assistant.masking import mask_personal
from acuerdo.assistant.models import UnclearMessage
from acuerdo.assistant.nlu.contract import QuestionKind, Understanding
from acuerdo.assistant.nlu.intents import INTENTS, pending_of
from acuerdo.assistant.teaching import rules
from acuerdo.assistant.understanders import get_understander
from acuerdo.conversations.models import Conversation, Turn
from acuerdo.conversations.queries import list_decisions
from acuerdo.core.actor import Actor
from acuerdo.core.events import publish


def notice_turn(
    *,
    turn: Turn,
    conversation: Conversation,
    understood: Understanding,
    asked: QuestionKind | None,
    now: datetime,
) -> UnclearMessage | None:
    """Keep a debtor's turn for a person to label where it was not surely understood.

    `asked` is the question that was open. None where the message was clear.
    """
    reason = rules.why_unclear(understood)
    if not reason:
        return None
    return _note(turn, conversation, understood, asked, reason, now)


def flag_turn(
    *, conversation: Conversation, sequence: int, actor: Actor, now: datetime
) -> UnclearMessage:
    """An agent says that the assistant misunderstood this turn: it is put up for a label, also
    where it had one. Raises NothingToFlag where it is none of the debtor's, or has no words."""
    turn = Turn.objects.filter(
        conversation=conversation, sequence=sequence, author="debtor"
    ).first()
    if turn is None or not turn.text.strip():
        raise NothingToFlag()
    state = replay(list_decisions(conversation, before=sequence))
    asked = state.pending.kind if state.pending else None
    understood = get_understander().understand(
        turn.text,
        lang_hint=conversation.language,
        country=_country(conversation),
        pending_question=asked,
        ref_date=turn.occurred_at.date(),
    )
    row = _note(turn, conversation, understood, asked, rules.FLAGGED, now)
    row.reason, row.state, row.intents = rules.FLAGGED, rules.OPEN, []
    row.save(update_fields=["reason", "state", "intents"])
    publish(
        events.MESSAGE_FLAGGED,
        actor=actor,
        now=now,
        creditor_id=row.creditor_id,
        refs=[f"turn:{turn.pk}", f"unclear:{row.pk}"],
    )
    return row


def label_message(
    *, message: UnclearMessage, intent: str, actor: Actor, now: datetime
) -> UnclearMessage:
    """Say what a message means; said again, it is corrected. Raises UnknownIntent."""
    if intent not in INTENTS:
        raise UnknownIntent(intent=intent[:40])
    return _decide(message, rules.LABELLED, [intent], actor, now)


def skip_message(*, message: UnclearMessage, actor: Actor, now: datetime) -> UnclearMessage:
    """Leave a message that teaches nothing: unreadable, or plain already."""
    return _decide(message, rules.SKIPPED, [], actor, now)


def reopen_message(*, message: UnclearMessage, actor: Actor, now: datetime) -> UnclearMessage:
    """Take a label back."""
    return _decide(message, rules.OPEN, [], actor, now)


def _decide(
    message: UnclearMessage, state: str, intents: list[str], actor: Actor, now: datetime
) -> UnclearMessage:
    row = UnclearMessage.objects.select_for_update().get(pk=message.pk)
    row.state, row.intents = state, intents
    row.decided_by_id = int(actor.id) if actor.kind == "user" else None
    row.decided_at = now
    row.save(update_fields=["state", "intents", "decided_by", "decided_at"])
    publish(
        events.MESSAGE_LABELLED,
        actor=actor,
        now=now,
        creditor_id=row.creditor_id,
        refs=[f"unclear:{row.pk}"],
        data={"state": state, "intents": intents},
    )
    return row


def _note(
    turn: Turn,
    conversation: Conversation,
    understood: Understanding,
    asked: QuestionKind | None,
    reason: str,
    now: datetime,
) -> UnclearMessage:
    """The row of this message, made or counted."""
    debtor = conversation.debtor
    text = mask_personal(turn.text, understood.entities, (debtor.name, debtor.person.full_name))
    row, made = UnclearMessage.objects.get_or_create(
        creditor_id=conversation.creditor_id,
        language=understood.language,
        pending=pending_of(asked),
        fingerprint=rules.fingerprint_of(text),
        defaults={
            "turn": turn,
            "text": text,
            "country": _country(conversation),
            "channel": turn.channel,
            "reason": reason,
            "top3": list(understood.top3),
            "confidence": understood.sureness,
            "noticed_at": now,
            "last_at": now,
        },
    )
    if not made:
        UnclearMessage.objects.filter(pk=row.pk).update(times=F("times") + 1, last_at=now)
    return row


def _country(conversation: Conversation) -> str:
    return conversation.debtor.country or conversation.creditor.country
