"""All that changes a conversation: what is said, who answers, how sure we are who speaks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

import structlog
from django.db.models import F, Max, Q

from acuerdo.conversations import events
from acuerdo.conversations.codes import take_code
from acuerdo.conversations.errors import (
    DecisionExists,
    NothingSaid,
    NotProved,
    NotTakenOver,
    NowhereToAnswer,
    OwnedByAnother,
    TooLong,
)
from acuerdo.conversations.factors import matches, next_factor, policy_of
from acuerdo.conversations.guards import tells_of_a_debt
from acuerdo.conversations.known import note_agent_questions
from acuerdo.conversations.models import Conversation, Turn, Verification
from acuerdo.conversations.queries import get_verification
from acuerdo.conversations.rules import LEVEL_LASTS, Attempt, count_attempt
from acuerdo.core.actor import Actor
from acuerdo.core.events import publish
from acuerdo.core.vocabulary import Channel, Purpose, VerificationLevel
from acuerdo.identity.models import User
from acuerdo.messaging.actions import MessageDraft, queue_messages
from acuerdo.messaging.models import InboundEvent, Message
from acuerdo.portfolio.models import Debtor

logger = structlog.get_logger(__name__)

MAX_TEXT = 4_000


def open_conversation(
    *,
    debtor_id: int,
    actor: Actor,
    now: datetime,
    channel: str = "",
    address: str = "",
    language: str = "",
) -> Conversation:
    """The debtor's one conversation, made where there is none yet."""
    known = Conversation.objects.filter(debtor_id=debtor_id).first()
    if known is not None:
        return known
    debtor = Debtor.objects.get(pk=debtor_id)
    conversation, created = Conversation.objects.get_or_create(
        debtor=debtor,
        defaults={
            "creditor_id": debtor.creditor_id,
            "language": language or debtor.language,
            "channel": channel,
            "address": address,
            "opened_at": now,
        },
    )
    if created:
        _tell(events.CONVERSATION_OPENED, conversation, actor, now, {"channel": channel})
    return conversation


def append_turn(
    *,
    conversation: Conversation,
    author: str,
    channel: str,
    text: str,
    actor: Actor,
    now: datetime,
    address: str = "",
    author_id: str = "",
    buttons: Sequence[Mapping[str, str]] = (),
    message: Message | None = None,
    inbound: InboundEvent | None = None,
    moves: bool = True,
    is_locked: bool = False,
) -> Turn:
    """One thing said, numbered under the conversation's lock.

    `author` is debtor, assistant, agent or system. An `inbound` or `message` that has its turn
    already gives that turn back: a repeat says nothing twice. A debtor's turn moves the
    conversation to its channel and address, where the next answer goes; not so where `moves` is
    false, for a place that nothing can be sent to (a page of the portal). `is_locked`: the caller
    holds the lock already, and `conversation` was read under it.
    """
    locked = conversation
    if not is_locked:
        locked = Conversation.objects.select_for_update().get(pk=conversation.pk)
    known, last = _known(locked, inbound, message)
    if known is not None:
        return known
    turn = Turn.objects.create(
        conversation=locked,
        sequence=last + 1,
        author=author,
        author_id=author_id,
        channel=channel,
        text=text[:MAX_TEXT],
        buttons=[dict(button) for button in buttons],
        occurred_at=now,
        message=message,
        inbound=inbound,
    )
    locked.last_turn_at = now
    changed = ["last_turn_at"]
    if author == "debtor":
        locked.last_inbound_at = now
        changed += ["last_inbound_at"]
    if author == "debtor" and moves:
        locked.channel, locked.address = channel, address
        changed += ["channel", "address"]
    locked.save(update_fields=changed)
    for field in changed:
        setattr(conversation, field, getattr(locked, field))
    _tell(
        events.TURN_APPENDED,
        conversation,
        actor,
        now,
        {"author": author, "channel": channel, "sequence": turn.sequence},
        refs=[f"turn:{turn.pk}"],
    )
    return turn


def _known(
    conversation: Conversation, inbound: InboundEvent | None, message: Message | None
) -> tuple[Turn | None, int]:
    """The turn that `inbound` or `message` has already, and the number of the last turn."""
    same = Q(pk=None)
    if inbound is not None or message is not None:
        same = Q(inbound=inbound) if inbound is not None else Q(message=message)
    found = Turn.objects.filter(conversation=conversation).aggregate(
        last=Max("sequence"), known=Max("pk", filter=same)
    )
    known = None if found["known"] is None else Turn.objects.get(pk=found["known"])
    return known, found["last"] or 0


def record_decision(
    *,
    turn: Turn,
    understanding: Mapping[str, Any],
    decision: Mapping[str, Any],
    text: str = "",
) -> Turn:
    """Keep what was understood of a debtor's turn and what was decided. Once: it is replayed.

    `text` replaces what was said where it holds what must not be kept in the clear (the number
    of a document); the original is encrypted in the inbox. Raises DecisionExists.
    """
    changed = Turn.objects.filter(pk=turn.pk, decision={}).update(
        understanding=dict(understanding),
        decision=dict(decision),
        text=(text or turn.text)[:MAX_TEXT],
    )
    if not changed:
        raise DecisionExists()
    turn.understanding, turn.decision = dict(understanding), dict(decision)
    return turn


def set_language(
    *, conversation: Conversation, language: str, actor: Actor, now: datetime
) -> Conversation:
    """Go on in another language (es, pt, en)."""
    if conversation.language != language:
        Conversation.objects.filter(pk=conversation.pk).update(language=language)
        conversation.language = language
        logger.info("language_set", conversation=conversation.pk, by=actor.kind, at=str(now))
    return conversation


# --- who answers -------------------------------------------------------------------------------


def take_over(
    *, conversation: Conversation, user: User, actor: Actor, now: datetime
) -> Conversation:
    """A person answers from now on and the assistant is silent. Raises OwnedByAnother."""
    locked = _lock(conversation)
    if locked.owner == "agent" and locked.agent_id not in (None, user.pk):
        raise OwnedByAnother(agent=str(locked.agent))
    if locked.owner == "agent" and locked.agent_id == user.pk:
        return locked
    locked.owner, locked.agent = "agent", user
    locked.needs_person, locked.needs_person_reason = False, ""
    locked.save(update_fields=["owner", "agent", "needs_person", "needs_person_reason"])
    _tell(events.CONVERSATION_TAKEN_OVER, locked, actor, now, {"user": user.pk})
    return locked


def release(*, conversation: Conversation, actor: Actor, now: datetime) -> Conversation:
    """Give the conversation back to the assistant, which starts from what is known."""
    locked = _lock(conversation)
    if locked.owner == "assistant":
        return locked
    locked.owner, locked.agent = "assistant", None
    locked.needs_person, locked.needs_person_reason = False, ""
    locked.save(update_fields=["owner", "agent", "needs_person", "needs_person_reason"])
    _tell(events.CONVERSATION_RELEASED, locked, actor, now, {})
    return locked


def hand_off(
    *,
    conversation: Conversation,
    reason: str,
    actor: Actor,
    now: datetime,
    packet: Mapping[str, Any] | None = None,
    account_id: int | None = None,
    case_id: int | None = None,
) -> Conversation:
    """Ask for a person. `packet` tells them what is known (ids and figures; it goes into the
    event, from which the task is made). Asked for already: nothing happens twice."""
    locked = _lock(conversation)
    if locked.owner == "agent" or (locked.needs_person and locked.needs_person_reason == reason):
        return locked
    locked.needs_person, locked.needs_person_reason = True, reason[:60]
    locked.save(update_fields=["needs_person", "needs_person_reason"])
    refs = [f"account:{account_id}"] if account_id else []
    refs += [f"case:{case_id}"] if case_id else []
    _tell(
        events.HAND_OFF_REQUESTED,
        locked,
        actor,
        now,
        {"reason": reason, "packet": dict(packet or {})},
        refs=refs,
    )
    return locked


def send_agent_turn(
    *, conversation: Conversation, user: User, text: str, key: str, actor: Actor, now: datetime
) -> Turn:
    """An agent answers on the channel and address of the debtor's last turn.

    The agent must have taken the conversation over; the message leaves through the outbox and
    the gate like any other: before a proof it may greet, and must not tell of a debt, which the
    words themselves decide. In a chat it stands at once. Raises NotTakenOver, NothingSaid, TooLong,
    NowhereToAnswer, and in a chat NotProved.
    """
    locked = _lock(conversation)
    if locked.owner != "agent" or locked.agent_id != user.pk:
        raise NotTakenOver()
    said = text.strip()
    if not said:
        raise NothingSaid()
    if len(said) > MAX_TEXT:
        raise TooLong(length=len(said), limit=MAX_TEXT)
    if not locked.channel:
        raise NowhereToAnswer()
    level = get_verification(
        conversation=locked, channel=locked.channel, address=locked.address, now=now
    ).level
    verified = level == VerificationLevel.VERIFIED
    message = None
    if locked.channel == Channel.CHAT:
        # A chat is read where it is written: there is nothing to send, and no later look at it.
        if not verified and tells_of_a_debt(said, debtor=locked.debtor, channel=locked.channel):
            raise NotProved()
    else:
        draft = MessageDraft(
            creditor_id=locked.creditor_id,
            debtor_id=locked.debtor_id,
            channel=locked.channel,
            purpose=Purpose.REPLY_TO_DEBTOR_QUERY,
            key=f"agent-turn:{locked.pk}:{key}"[:200],
            body=said,
            language=locked.language,
            address=locked.address,
            verified=verified,
        )
        message = queue_messages(drafts=[draft], actor=actor, now=now)[0]
    turn = append_turn(
        conversation=locked,
        author="agent",
        author_id=str(user.pk),
        channel=locked.channel,
        text=said,
        message=message,
        actor=actor,
        now=now,
    )
    note_agent_questions(turn=turn, now=now)
    return turn


# --- how sure we are who speaks ----------------------------------------------------------------


def start_verification(
    *,
    conversation: Conversation,
    channel: str,
    address: str,
    actor: Actor,
    now: datetime,
    method: str = "document_last4",
) -> Verification:
    """Note that somebody at this address was asked to prove who they are."""
    row, _created = Verification.objects.get_or_create(
        conversation=conversation,
        channel=channel,
        address=address,
        defaults={"started_at": now, "method": method},
    )
    logger.info("verification_started", conversation=conversation.pk, by=actor.kind)
    return row


def check_verification_answer(
    *,
    conversation: Conversation,
    channel: str,
    address: str,
    answer: str,
    actor: Actor,
    now: datetime,
) -> Attempt:
    """Check the proof that is asked for now; the third wrong answer locks and calls a person.

    The level holds for this channel and address alone, until it runs out; `partly` where the
    creditor wants one proof more.
    """
    start_verification(
        conversation=conversation, channel=channel, address=address, actor=actor, now=now
    )
    row = Verification.objects.select_for_update().get(
        conversation=conversation, channel=channel, address=address
    )
    state = get_verification(conversation=conversation, channel=channel, address=address, now=now)
    factor = next_factor(conversation, state.proved, speaking_from=address)
    if state.locked:
        return Attempt("locked", row.failed_attempts, row.locked_until)
    if factor is None:
        return Attempt("passed", row.failed_attempts)
    if factor == "code":
        is_right = take_code(
            conversation=conversation, channel=channel, address=address, answer=answer, now=now
        )
        if is_right is None:
            return Attempt("expired", row.failed_attempts)
    else:
        is_right = matches(factor, answer, conversation.debtor)
    attempt = count_attempt(
        is_right, failed_attempts=row.failed_attempts, locked_until=row.locked_until, now=now
    )
    if attempt.result == "unavailable":
        return attempt
    row.failed_attempts, row.locked_until = attempt.failed_attempts, attempt.locked_until
    if attempt.result == "passed":
        row.proved = [*state.proved, factor]
        row.level = policy_of(conversation).level(row.proved)
        row.method = "+".join(row.proved)[:40]
        row.verified_at, row.expires_at = now, now + LEVEL_LASTS
        if row.level != VerificationLevel.VERIFIED:
            attempt = replace(attempt, result="partly")
    row.save()
    is_right = attempt.result in ("passed", "partly")
    name = events.VERIFICATION_PASSED if is_right else events.VERIFICATION_FAILED
    figures = {
        "channel": channel,
        "method": factor,
        "level": str(row.level),
        "tries_left": attempt.tries_left,
    }
    _tell(name, conversation, actor, now, figures)
    # The assistant calls a person itself, with all that it knows.
    if attempt.result == "locked" and actor.kind != "assistant":
        hand_off(conversation=conversation, reason="verification_locked", actor=actor, now=now)
    return attempt


def grant_verification(
    *,
    conversation: Conversation,
    channel: str,
    address: str,
    until: datetime,
    method: str,
    actor: Actor,
    now: datetime,
    level: str = VerificationLevel.VERIFIED,
    proved: Sequence[str] = (),
) -> Verification:
    """Take over a proof that was given elsewhere: a link sent inside a verified conversation."""
    row = start_verification(
        conversation=conversation, channel=channel, address=address, actor=actor, now=now
    )
    if row.locked_until is not None and row.locked_until > now:
        return row
    row.level, row.method, row.verified_at = level, method, now
    row.expires_at = max(until, row.expires_at or until)
    row.save()
    _tell(
        events.VERIFICATION_PASSED,
        conversation,
        actor,
        now,
        {"channel": channel, "method": method, "level": str(level)},
    )
    return row


def forget_verification(
    *, conversation: Conversation, channel: str, address: str, now: datetime
) -> None:
    """Whoever said "wrong person" is nobody to us any more, whatever was proved before."""
    Verification.objects.filter(conversation=conversation, channel=channel, address=address).update(
        level=VerificationLevel.NONE, proved=[], expires_at=F("verified_at")
    )
    logger.info("verification_forgotten", conversation=conversation.pk, at=str(now))


def _lock(conversation: Conversation) -> Conversation:
    return (
        Conversation.objects.select_for_update(of=("self",))
        .select_related("debtor", "creditor", "agent")
        .get(pk=conversation.pk)
    )


def _tell(
    name: str,
    conversation: Conversation,
    actor: Actor,
    now: datetime,
    data: Mapping[str, Any],
    refs: Sequence[str] = (),
) -> None:
    publish(
        name,
        actor=actor,
        now=now,
        creditor_id=conversation.creditor_id,
        refs=[f"conversation:{conversation.pk}", f"debtor:{conversation.debtor_id}", *refs],
        data=data,
    )
