"""What follows here from events of other rooms."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from functools import partial
from typing import Any, Final

from django.db import transaction
from django.db.models import QuerySet

from acuerdo.assistant.actions import reply
from acuerdo.assistant.advice.consulting import Advice, seek_advice
from acuerdo.assistant.flows.actions import run_test
from acuerdo.assistant.flows.silence import remind_silent
from acuerdo.assistant.models import ConversationFlow
from acuerdo.assistant.teaching.training import run_training
from acuerdo.conversations.actions import append_turn, open_conversation
from acuerdo.conversations.models import Turn
from acuerdo.core.actor import Actor
from acuerdo.core.models import Event
from acuerdo.messaging.actions import mark_processed, read_text
from acuerdo.messaging.models import InboundEvent
from acuerdo.messaging.rules import is_from_portal

_SHOWN_EVERY: Final = 5  # per cent


def answer_inbound(event: Event, *, now: datetime) -> None:
    """A debtor wrote (InboundReceived): it becomes a turn, and the assistant answers it.

    One turn and at most one answer per inbound text, however often this runs. A stop word has
    been obeyed before: the turn is kept, and nothing is said. Nor to what was typed into the
    portal, which a person answers where we wrote to the debtor.
    """
    inbound = _inbound(event)
    if inbound is not None:
        answer(inbound, now=now)


def answer(inbound: InboundEvent, *, now: datetime, origin: str = "") -> None:
    """The same for a text that is at hand. A reader outside, where there is one, is asked before;
    the turn is one transaction."""

    def rehearse(advice: Advice) -> Mapping[str, Any]:
        _answer_text(inbound, now, advice, origin)
        decision = Turn.objects.filter(inbound=inbound).values_list("decision", flat=True).first()
        return decision or {}

    advice = seek_advice(inbound, now=now, rehearse=rehearse)
    with transaction.atomic():
        locked = InboundEvent.objects.select_for_update().get(pk=inbound.pk)
        _answer_text(locked, now, advice, origin)


def _answer_text(inbound: InboundEvent, now: datetime, advice: Advice, origin: str) -> None:
    """Once only: what was answered already is left alone."""
    if inbound.debtor_id is None or inbound.processed_at is not None:
        return
    debtor = Actor("debtor", str(inbound.debtor_id), creditor_id=inbound.creditor_id)
    conversation = open_conversation(
        debtor_id=inbound.debtor_id,
        channel=inbound.channel,
        address=inbound.address,
        actor=debtor,
        now=now,
    )
    turn = append_turn(
        conversation=conversation,
        author="debtor",
        channel=inbound.channel,
        address=inbound.address,
        text=read_text(inbound),
        inbound=inbound,
        moves=not is_from_portal(inbound.source),
        actor=debtor,
        now=inbound.received_at,
    )
    said = reply(
        conversation_id=conversation.pk,
        turn_id=turn.pk,
        address=inbound.address,
        actor=Actor("assistant", creditor_id=inbound.creditor_id),
        now=now,
        stopped=inbound.outcome == "stopped",
        button=str(inbound.payload.get("button", "")),
        advice=advice,
        origin=origin,
    )
    outcome = "answered" if said is not None else "read"
    mark_processed(
        inbound_id=inbound.pk,
        outcome="stopped" if inbound.outcome == "stopped" else outcome,
        now=now,
    )


def train_model(event: Event, *, now: datetime) -> None:
    """Somebody asked for a new version (TrainingRequested). It keeps its own transactions, and
    finds nothing to do where it ran before."""
    for ref in event.refs:
        kind, _separator, number = ref.partition(":")
        if kind == "model" and number.isdigit():
            run_training(int(number), now=now)


def test_flow(event: Event, *, now: datetime) -> None:
    """Somebody wants a flow to be tried (FlowTestRequested): the scripted conversations are run
    with it. It shows how far it is, so it keeps its own transactions; a second run begins again."""
    for ref in event.refs:
        kind, _separator, number = ref.partition(":")
        if kind == "flow" and number.isdigit():
            rows = ConversationFlow.objects.filter(
                pk=int(number), creditor_id=event.creditor_id or 0
            )
            flow = rows.filter(test_state__in=("waiting", "running")).first()
            if flow is None:
                continue
            rows.update(test_state="running")
            run_test(flow=flow, now=now, tell=partial(_show_progress, rows))


def remind_silent_all(*, now: datetime) -> None:
    """Who left a question open in a chat hears one friendly line, where the flow wants it."""
    remind_silent(now=now)


def _show_progress(rows: QuerySet[ConversationFlow], percent: int) -> None:
    if percent % _SHOWN_EVERY == 0:
        rows.update(test_percent=percent)


def _inbound(event: Event) -> InboundEvent | None:
    for ref in event.refs:
        kind, _separator, number = ref.partition(":")
        if kind == "inbound" and number.isdigit():
            return InboundEvent.objects.filter(
                pk=int(number), kind="text", creditor_id=event.creditor_id or 0
            ).first()
    return None
