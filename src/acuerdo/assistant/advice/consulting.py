"""Asking the reader outside about a text that came in: before its turn, outside any transaction.

The turn itself reads the text again under its locks; an advice that was sought on another state of
the conversation is left aside there.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import structlog
from django.conf import settings
from django.db import connection, transaction

from acuerdo.assistant.advice.asking import MEANINGS
from acuerdo.assistant.advice.calling import Caller, Use
from acuerdo.assistant.advice.checking import is_unclear
from acuerdo.assistant.advice.contract import Earlier, Question
from acuerdo.assistant.advice.limits import Breaker, Budget
from acuerdo.assistant.advice.rewording import may_reword
from acuerdo.assistant.advice.use import record_use
from acuerdo.assistant.commands import Command
from acuerdo.assistant.dialogue.model import Facts, State, replay
from acuerdo.assistant.dialogue.replies import discloses, texts
from acuerdo.assistant.faq.asking import consult
from acuerdo.assistant.masking import mask_personal
from acuerdo.assistant.nlu.contract import LANGUAGES, Entity, Understanding
from acuerdo.assistant.reading import read_turn
from acuerdo.assistant.understanders import get_adviser, get_understander
from acuerdo.conversations.models import Conversation, Turn
from acuerdo.conversations.queries import get_verification_level, list_decisions
from acuerdo.messaging.actions import read_text
from acuerdo.messaging.models import InboundEvent
from acuerdo.messaging.rules import is_from_portal
from acuerdo.portfolio.models import Debtor

logger = structlog.get_logger(__name__)

_EARLIER = 2
# Who writes more than this is read by us alone, or by a person.
_LONGEST = 600
_breaker = Breaker()


@dataclass(frozen=True, slots=True)
class Advice:
    """What the reader outside gave for the next turn: commands for a conversation in exactly this
    `state`, and other words for templates, in `language`."""

    state: State | None = None
    commands: tuple[Command, ...] = ()
    language: str = ""
    words: Mapping[str, str] = field(default_factory=dict)

    def applied(self, understanding: Understanding, state: State) -> Understanding:
        """The understanding with the commands, where they were sought for this; else as it is."""
        unclear = is_unclear(understanding, settings.LLM_BELOW)
        if not self.commands or state != self.state or not unclear:
            return understanding
        return understanding.model_copy(
            update={"commands": self.commands, "confidence": self.commands[0].confidence}
        )


NO_ADVICE = Advice()


def seek_advice(
    inbound: InboundEvent, *, now: datetime, rehearse: Callable[[Advice], Mapping[str, Any]]
) -> Advice:
    """The advice on a text that waits to be answered: empty where no service is set up, where we
    understand it or would say nothing, and where the service is late, dead or makes no sense.

    `rehearse` answers the text and gives its decision; whatever it writes is rolled back. Never
    raises for the service's sake, and never asks it in a transaction.
    """
    adviser = get_adviser()
    if adviser is None or inbound.debtor_id is None or not _is_for_us(inbound):
        return NO_ADVICE
    if connection.in_atomic_block:
        logger.warning("advice_skipped", reason="open transaction", inbound=inbound.pk)
        return NO_ADVICE
    caller = Caller(adviser, Budget(settings.LLM_SECONDS), _breaker)
    try:
        return _seek(inbound, inbound.debtor_id, caller, now, rehearse)
    finally:
        if caller.use != Use():
            record_use(caller.use, now=now)


def _is_for_us(inbound: InboundEvent) -> bool:
    """A text that the assistant may answer: no tap, no stop word, not typed into the portal."""
    return (
        inbound.processed_at is None
        and inbound.outcome != "stopped"
        and not inbound.payload.get("button")
        and not is_from_portal(inbound.source)
    )


def _seek(
    inbound: InboundEvent,
    debtor_id: int,
    caller: Caller,
    now: datetime,
    rehearse: Callable[[Advice], Mapping[str, Any]],
) -> Advice:
    debtor = Debtor.objects.select_related("person", "creditor").get(pk=debtor_id)
    conversation = Conversation.objects.filter(debtor=debtor).first()
    if conversation is not None and (conversation.owner == "agent" or conversation.needs_person):
        return NO_ADVICE
    state = replay(list_decisions(conversation)) if conversation is not None else State()
    text = read_text(inbound)
    if state.stage != "open" or not text.strip() or len(text) > _LONGEST:
        return NO_ADVICE
    facts = _facts(debtor, conversation, inbound, now)
    today = now.astimezone(ZoneInfo(debtor.timezone or debtor.creditor.timezone)).date()
    understanding = consult(
        read_turn(get_understander(), text, state=state, facts=facts, today=today),
        text,
        debtor.creditor_id,
    )
    names = (debtor.name, debtor.person.full_name)
    question = Question(
        text=mask_personal(text, understanding.entities, names),
        language=understanding.language,
        pending=state.pending.kind if state.pending else "",
        names=tuple(MEANINGS),
        earlier=_earlier(conversation, names),
    )
    advice = Advice(state)
    by_us = consult(understanding, text, debtor.creditor_id) is not understanding
    if not by_us and is_unclear(understanding, settings.LLM_BELOW):
        commands = caller.advise(
            question,
            text=text,
            understanding=understanding,
            pending=state.pending.kind if state.pending else None,
            ref_date=today,
        )
        advice = Advice(state, commands)
    if not settings.LLM_REWORD:
        return advice
    with transaction.atomic():
        rehearsed = rehearse(advice)
        transaction.set_rollback(True)
    return _reworded(advice, rehearsed, caller, question, facts, debtor)


def _facts(
    debtor: Debtor, conversation: Conversation | None, inbound: InboundEvent, now: datetime
) -> Facts:
    """What reading a text needs: nothing of a debt."""
    languages = {str(one): one for one in LANGUAGES}
    language = conversation.language if conversation is not None else debtor.language
    level = "none"
    if conversation is not None:
        level = get_verification_level(conversation, inbound.channel, inbound.address, now)
    return Facts(
        creditor=debtor.creditor.name,
        country=debtor.country or debtor.creditor.country,
        language=languages.get(language, LANGUAGES[0]),
        today=now.date(),
        level="verified" if level == "verified" else "none",
    )


def _earlier(conversation: Conversation | None, names: tuple[str, ...]) -> tuple[Earlier, ...]:
    """The debtor's last turns, without personal data, and which templates answered them."""
    if conversation is None:
        return ()
    turns = Turn.objects.filter(conversation=conversation, author="debtor")
    return tuple(
        Earlier(
            debtor=mask_personal(
                turn.text[:_LONGEST],
                [Entity.model_validate(one) for one in turn.understanding.get("entities", ())],
                names,
            ),
            answered=tuple(part.template for part in replay([turn.decision or {}]).said),
        )
        for turn in reversed(turns.order_by("-sequence")[:_EARLIER])
    )


def _reworded(
    advice: Advice,
    rehearsed: Mapping[str, Any],
    caller: Caller,
    question: Question,
    facts: Facts,
    debtor: Debtor,
) -> Advice:
    """The advice with other words for one sentence of the reply that will be given."""
    state = replay([dict(rehearsed)])
    part = next((part for part in state.said if may_reword(part)), None)
    language = state.language or question.language
    if part is None or language != question.language:
        return advice
    own = debtor.creditor.settings.get("assistant", {}).get("texts", {}).get(language, {})
    sentence = str(own.get(part.template) or texts(language, facts.country)[part.template])
    words = caller.reword(
        sentence,
        question,
        country=facts.country,
        today=facts.today,
        verified=discloses(part.template),
    )
    if not words:
        return advice
    return Advice(advice.state, advice.commands, language, {part.template: words})
