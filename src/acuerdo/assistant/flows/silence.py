"""One friendly line to who left an open question in a chat, where the flow wants it. In a chat
alone, where the page is open: on any other channel it would be another contact."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from django.db import transaction

from acuerdo.assistant.dialogue.model import replay
from acuerdo.assistant.dialogue.replies import compose
from acuerdo.assistant.dialogue.steps import say
from acuerdo.assistant.models import ConversationFlow
from acuerdo.assistant.world import RoomsWorld
from acuerdo.conversations.actions import append_turn
from acuerdo.conversations.models import Conversation, Turn
from acuerdo.conversations.queries import list_decisions
from acuerdo.core.actor import Actor
from acuerdo.core.vocabulary import Channel

_AT_LEAST, _AT_MOST = timedelta(minutes=5), timedelta(days=1)
SHOWN: Final = 500
"""How many conversations are looked at in one go."""


def remind_silent(*, now: datetime) -> int:
    """Say it wherever it is due; how often it was said."""
    rows = ConversationFlow.objects.filter(
        is_active=True, document__silence__remind_after_minutes__isnull=False
    )
    creditors = set(rows.values_list("creditor_id", flat=True))
    waiting = Conversation.objects.filter(
        creditor_id__in=creditors,
        owner="assistant",
        needs_person=False,
        channel=Channel.CHAT,
        last_turn_at__range=(now - _AT_MOST, now - _AT_LEAST),
    )
    ids = list(waiting.order_by("last_turn_at").values_list("pk", flat=True)[:SHOWN])
    return sum(_remind(pk, now) for pk in ids)


def _remind(conversation_id: int, now: datetime) -> bool:
    with transaction.atomic():
        conversation = (
            Conversation.objects.select_for_update(of=("self",))
            .select_related("debtor__person", "creditor")
            .get(pk=conversation_id)
        )
        turns = Turn.objects.filter(conversation=conversation).order_by("-sequence")[:2]
        if [turn.author for turn in turns] != ["assistant", "debtor"]:
            return False  # said already, or somebody else spoke last
        state = replay(list_decisions(conversation))
        world = RoomsWorld(
            conversation=conversation,
            turn=turns[1],
            address=conversation.address,
            state=state,
            now=now,
        )
        facts = world.facts()
        minutes = facts.flow.remind_after_minutes
        left = facts.opted_out or state.stage != "open" or facts.place in state.strangers
        if state.pending is None or left or minutes is None:
            return False
        if now - turns[0].occurred_at < timedelta(minutes=minutes):
            return False
        reply = compose(
            [say("silence.nudge")],
            language=state.language or facts.language,
            country=facts.country,
            today=facts.today,
            verified=facts.verified,
            flow=facts.flow,
        )
        append_turn(
            conversation=conversation,
            author="assistant",
            channel=conversation.channel,
            text=reply.text,
            actor=Actor("assistant", creditor_id=conversation.creditor_id),
            now=now,
        )
        return True
