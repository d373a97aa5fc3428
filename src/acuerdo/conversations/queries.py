"""What the other rooms and pages read of a conversation."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from acuerdo.conversations.factors import next_factor, policy_of
from acuerdo.conversations.models import Conversation, Turn, Verification
from acuerdo.conversations.proofs import Factor
from acuerdo.conversations.rules import MAX_LOCKED_ADDRESSES
from acuerdo.core.errors import NotFound
from acuerdo.core.vocabulary import VerificationLevel
from acuerdo.identity.models import User


@dataclass(frozen=True, slots=True)
class VerificationState:
    """How sure we are who speaks from an address now, and whether it may still try."""

    level: VerificationLevel
    locked: bool
    expires_at: datetime | None = None
    proved: tuple[str, ...] = ()


def get_conversation(*, public_id: UUID | str, creditor_ids: Sequence[int]) -> Conversation:
    """One conversation of those creditors. Raises NotFound."""
    found = (
        Conversation.objects.select_related("debtor", "creditor", "agent")
        .filter(public_id=public_id, creditor_id__in=creditor_ids)
        .first()
    )
    if found is None:
        raise NotFound(what=_("The conversation"))
    return found


def get_verification(
    *, conversation: Conversation, channel: str, address: str, now: datetime
) -> VerificationState:
    """The state of one address at `now`: a level that has run out is none again."""
    rows = list(Verification.objects.filter(conversation=conversation))
    locked_elsewhere = sum(1 for row in rows if row.locked_until and row.locked_until > now)
    own = next((row for row in rows if (row.channel, row.address) == (channel, address)), None)
    locked = locked_elsewhere >= MAX_LOCKED_ADDRESSES
    if own is None:
        return VerificationState(VerificationLevel.NONE, locked)
    locked = locked or bool(own.locked_until and own.locked_until > now)
    if own.expires_at is not None and own.expires_at > now:
        return VerificationState(
            VerificationLevel(own.level), locked, own.expires_at, tuple(own.proved)
        )
    return VerificationState(VerificationLevel.NONE, locked)


def get_next_factor(
    *, conversation: Conversation, channel: str, address: str, now: datetime
) -> Factor | None:
    """The proof to ask for now from who speaks there; None where all is proved."""
    state = get_verification(conversation=conversation, channel=channel, address=address, now=now)
    if state.level is VerificationLevel.VERIFIED:
        return None
    return next_factor(conversation, state.proved, speaking_from=address)


def get_verification_level(
    conversation: Conversation, channel: str, address: str, now: datetime
) -> VerificationLevel:
    """none, claimed or verified: who speaks from this address of this channel, at `now`."""
    return get_verification(
        conversation=conversation, channel=channel, address=address, now=now
    ).level


def list_proved(*, debtor_ids: Collection[int], now: datetime) -> set[tuple[int, str, str]]:
    """Where these debtors may hear of their debt at `now`: (debtor id, channel, address)."""
    rows = Verification.objects.filter(
        conversation__debtor_id__in=debtor_ids,
        level__in=(VerificationLevel.CLAIMED, VerificationLevel.VERIFIED),
        expires_at__gt=now,
    ).select_related("conversation__creditor")
    return {
        (row.conversation.debtor_id, row.channel, row.address)
        for row in rows
        if policy_of(row.conversation).allows("balance", row.level)
    }


def list_turns(conversation: Conversation) -> list[Turn]:
    """All turns in the order in which they were said."""
    return list(Turn.objects.filter(conversation=conversation).order_by("sequence"))


def list_decisions(
    conversation: Conversation, before: int | None = None
) -> list[dict[str, Any] | None]:
    """The stored decisions in order, for the replay; None for each turn of an agent. With
    `before`, those of the turns ahead of that number alone."""
    said = Turn.objects.filter(conversation=conversation)
    if before is not None:
        said = said.filter(sequence__lt=before)
    rows = said.exclude(author="assistant").order_by("sequence").values_list("author", "decision")
    return [None if author == "agent" else decision for author, decision in rows]


def get_previous_turn(turn: Turn) -> Turn | None:
    """What was said before this, by whomever but the debtor; None where nothing was."""
    said = Turn.objects.filter(conversation_id=turn.conversation_id, sequence__lt=turn.sequence)
    return said.exclude(author="debtor").order_by("-sequence").first()


def name_of_agent(turn: Turn | None) -> str:
    """The first name of the agent who said this, "" where somebody else did."""
    if turn is None or turn.author != "agent" or not turn.author_id.isdigit():
        return ""
    user = User.objects.filter(pk=int(turn.author_id)).first()
    return user.full_name.partition(" ")[0] if user is not None else ""
