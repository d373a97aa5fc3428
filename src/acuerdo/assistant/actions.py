"""The assistant's one action: answer a debtor's turn."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import structlog

from acuerdo.assistant.advice.consulting import NO_ADVICE, Advice
from acuerdo.assistant.buttons import command_of, payload_of
from acuerdo.assistant.commands import OptOut
from acuerdo.assistant.dialogue.engine import TurnResult, run_turn
from acuerdo.assistant.dialogue.model import State, replay
from acuerdo.assistant.dialogue.replies import Reply, compose, discloses, texts
from acuerdo.assistant.faq.asking import consult, note_question
from acuerdo.assistant.masking import explain, keep, mask_text
from acuerdo.assistant.rating import take_rating
from acuerdo.assistant.reading import read_turn
from acuerdo.assistant.remembering import remember_turn
from acuerdo.assistant.teaching.actions import notice_turn
from acuerdo.assistant.understanders import get_understander
from acuerdo.assistant.world import RoomsWorld
from acuerdo.conversations.actions import append_turn, hand_off, record_decision, set_language
from acuerdo.conversations.models import Conversation, Turn
from acuerdo.conversations.queries import list_decisions
from acuerdo.conversations.satisfaction import ask_satisfaction
from acuerdo.core.actor import Actor
from acuerdo.core.vocabulary import Channel, Purpose
from acuerdo.messaging.actions import MessageDraft, queue_messages
from acuerdo.messaging.rules import is_from_portal

logger = structlog.get_logger(__name__)


def reply(
    *,
    conversation_id: int,
    turn_id: int,
    actor: Actor,
    now: datetime,
    address: str | None = None,
    stopped: bool = False,
    button: str = "",
    advice: Advice = NO_ADVICE,
    origin: str = "",
) -> Turn | None:
    """Understand the turn, decide, act through the rooms below, and queue at most one answer.

    Idempotent: a turn that has its decision is not answered again. None where nothing is said
    (an agent owns the conversation, or the debtor does not want to hear from us). `stopped`: a
    stop word in this text was obeyed on its way in; it is noted, and not even confirmed. `button`
    is the payload of a quick answer that was tapped. What was typed into the portal's form is for a
    person: whoever holds a link may have written it, so nothing is decided on it. `advice` was
    sought before; it counts where we do not understand the text ourselves.
    """
    conversation = (
        Conversation.objects.select_for_update(of=("self",))
        .select_related("debtor__person", "creditor")
        .get(pk=conversation_id)
    )
    turn = Turn.objects.select_related("inbound").get(pk=turn_id, conversation=conversation)
    if turn.decision or turn.author != "debtor":
        return None
    if turn.inbound is not None and is_from_portal(turn.inbound.source):
        _keep_for_person(conversation, turn, now)
        return None
    state = replay(list_decisions(conversation))
    world = RoomsWorld(
        conversation=conversation,
        turn=turn,
        address=conversation.address if address is None else address,
        state=state,
        now=now,
        stopped=stopped,
        origin=origin,
    )
    facts = world.facts()
    own = read_turn(get_understander(), turn.text, state=state, facts=facts, today=world.today())
    if not stopped and facts.owner == "assistant":
        rated = take_rating(
            conversation=conversation,
            turn=turn,
            understood=own,
            button=button,
            address=world.address,
            actor=actor,
            now=now,
        )
        if rated is not None:
            return rated
    tapped = OptOut() if stopped else command_of(button, state)
    listens = tapped is None and facts.owner == "assistant"
    asked = consult(own, turn.text, conversation.creditor_id) if listens else own
    understanding = advice.applied(own, state) if asked is own else asked
    if tapped is not None:
        understanding = understanding.model_copy(
            update={"commands": (tapped,), "confidence": tapped.confidence}
        )
    world.wishes = tuple(command.kind for command in understanding.commands)
    result = run_turn(state, understanding, world)
    record_decision(
        turn=turn,
        understanding=explain(understanding),
        decision=keep(result.decision),
        text=mask_text(turn.text, understanding),
    )
    parked = state.parked if not facts.verified else ()
    remember_turn(
        turn=turn,
        conversation=conversation,
        commands=(*parked, *understanding.commands),
        result=result,
        is_proved=world.facts().verified,
        actor=actor,
        now=now,
    )
    if listens and result.says:
        note_question(
            turn=turn, conversation=conversation, understood=understanding, result=result, now=now
        )
    if listens:
        notice_turn(
            turn=turn,
            conversation=conversation,
            understood=asked,
            asked=state.pending.kind if state.pending else None,
            now=now,
        )
    if result.state.language and result.state.language != conversation.language:
        set_language(
            conversation=conversation, language=result.state.language, actor=actor, now=now
        )
    if not result.says or stopped:
        return None
    said = _say(conversation, turn, world, state, result, advice, actor, now)
    farewell = result.says[-1].template in ("social.thanks", "social.bye")
    if farewell and turn.channel == Channel.CHAT and result.state.pending is None:
        # Elsewhere it is asked after a silence: two messages at once are one too many.
        ask_satisfaction(conversation=conversation, actor=actor, now=now)
    return said


def _keep_for_person(conversation: Conversation, turn: Turn, now: datetime) -> None:
    """Hide what must not be kept in the clear; no decision, so that no replay knows of it."""
    understanding = get_understander().understand(
        turn.text,
        lang_hint=conversation.language,
        country=conversation.debtor.country or conversation.creditor.country,
        pending_question=None,
        ref_date=now.date(),
    )
    record_decision(
        turn=turn,
        understanding=explain(understanding),
        decision={},
        text=mask_text(turn.text, understanding),
    )


def _say(
    conversation: Conversation,
    turn: Turn,
    world: RoomsWorld,
    before: State,
    result: TurnResult,
    advice: Advice,
    actor: Actor,
    now: datetime,
) -> Turn:
    facts = world.facts()
    language = result.state.language or facts.language
    text = compose(
        result.says,
        language=language,
        country=facts.country,
        today=facts.today,
        verified=facts.verified,
        overrides={
            **_overrides(conversation.creditor.settings, language),
            **(advice.words if advice.language == language else {}),
        },
        flow=facts.flow,
    )
    if text.blocked:
        logger.warning(
            "reply_blocked", turn=turn.pk, templates=[part.template for part in result.says]
        )
        if text.plain and not before.handed_off:
            hand_off(conversation=conversation, reason="reply_blocked", actor=actor, now=now)
    buttons = [
        {"payload": payload_of(button, result.state), "title": button.title}
        for button in text.buttons
    ]
    message = None
    if turn.channel != Channel.CHAT:
        message = queue_messages(
            drafts=[_draft(conversation, turn, world, result, text, buttons, language)],
            actor=actor,
            now=now,
        )[0]
    return append_turn(
        conversation=conversation,
        author="assistant",
        channel=turn.channel,
        text=text.text,
        buttons=buttons,
        message=message,
        is_locked=True,
        actor=actor,
        now=now,
    )


def _draft(
    conversation: Conversation,
    turn: Turn,
    world: RoomsWorld,
    result: TurnResult,
    text: Reply,
    buttons: list[dict[str, str]],
    language: str,
) -> MessageDraft:
    return MessageDraft(
        creditor_id=conversation.creditor_id,
        debtor_id=conversation.debtor_id,
        channel=turn.channel,
        purpose=Purpose.REPLY_TO_DEBTOR_QUERY,
        key=f"reply:{turn.pk}",
        body=text.text,
        subject=_subject(conversation, language) if turn.channel == Channel.EMAIL else "",
        buttons=tuple(buttons),
        language=language,
        address=world.address,
        discloses=any(discloses(part.template) for part in result.says),
        verified=world.facts().verified,
    )


def _subject(conversation: Conversation, language: str) -> str:
    """A mail's subject tells nothing but who answers."""
    words = texts(language, conversation.creditor.country)["subject"]
    return words.format(creditor=conversation.creditor.name)


def _overrides(settings: Mapping[str, Any], language: str) -> dict[str, str]:
    """A creditor's own wordings: settings → assistant → texts → language → template id."""
    texts = settings.get("assistant", {}).get("texts", {}).get(language, {})
    return {str(name): str(text) for name, text in texts.items()}
