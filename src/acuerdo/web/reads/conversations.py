"""Conversations: the list with those that need a person first, and one thread."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db.models import F, OuterRef, QuerySet, Subquery
from django.urls import reverse
from django.utils.translation import gettext as _

from acuerdo.conversations.models import Conversation, Turn
from acuerdo.core.errors import NotFound
from acuerdo.core.masks import mask_keys
from acuerdo.identity.models import User
from acuerdo.reporting.texts import channel_of, reason_text, word_of

PAGE = 60
TURNS = 200


@dataclass(frozen=True, slots=True)
class ConversationRow:
    """One line of the list."""

    conversation: Conversation
    name: str
    says: str
    says_by: str
    at: datetime | None
    needs_person: bool
    reason: str
    owner: str


@dataclass(frozen=True, slots=True)
class TurnView:
    """One bubble. `day` is set on the first of a date."""

    author: str
    by: str
    at: datetime
    channel_name: str
    text: str
    buttons: list[str]
    day: date | None
    state: str
    sequence: int
    why_href: str = ""


def list_conversations(
    creditor_ids: Sequence[int], *, only: str = "", user_id: int = 0
) -> list[ConversationRow]:
    """Newest first, those that need a person on top. `only`: person, mine or empty for all."""
    found = _scoped(creditor_ids).filter(last_turn_at__isnull=False)
    if only == "person":
        found = found.filter(needs_person=True)
    elif only == "mine":
        found = found.filter(owner="agent", agent_id=user_id)
    last = Turn.objects.filter(conversation=OuterRef("pk")).order_by("-sequence")
    rows = found.annotate(
        said=Subquery(last.values("text")[:1]), said_by=Subquery(last.values("author")[:1])
    ).order_by("-needs_person", F("last_turn_at").desc(nulls_last=True))[:PAGE]
    return [
        ConversationRow(
            conversation=row,
            name=row.debtor.name,
            says=mask_keys(row.said or ""),
            says_by=row.said_by or "",
            at=row.last_turn_at,
            needs_person=row.needs_person,
            reason=word_of(row.needs_person_reason) if row.needs_person_reason else "",
            owner=_owner(row),
        )
        for row in rows
    ]


def get_conversation(public_id: UUID, creditor_ids: Sequence[int]) -> Conversation:
    """One conversation of those creditors. Raises NotFound."""
    found = _scoped(creditor_ids).filter(public_id=public_id).first()
    if found is None:
        raise NotFound(what=_("The conversation"))
    return found


def get_said(conversation: Conversation, sequence: str) -> Turn:
    """What the debtor said in the turn of that number. Raises NotFound."""
    number = int(sequence) if sequence.isascii() and sequence.isdigit() else 0
    found = Turn.objects.filter(
        conversation=conversation, sequence=min(number, 2**31 - 1), author="debtor"
    ).first()
    if found is None:
        raise NotFound(what=_("The message"))
    return found


def list_turns(conversation: Conversation | None, zone: str) -> list[TurnView]:
    """The last turns in their order, with who said them."""
    if conversation is None:
        return []
    newest = (
        Turn.objects.filter(conversation=conversation)
        .select_related("message")
        .order_by("-sequence")[:TURNS]
    )
    turns = list(reversed(newest))
    ids = {int(turn.author_id) for turn in turns if turn.author_id.isdigit()}
    names = {str(user.pk): str(user) for user in User.objects.filter(pk__in=ids)}
    place = ZoneInfo(zone)
    shown: list[TurnView] = []
    before: date | None = None
    for turn in turns:
        on = turn.occurred_at.astimezone(place).date()
        shown.append(
            TurnView(
                author=turn.author,
                by=_author(turn, names),
                at=turn.occurred_at,
                channel_name=channel_of(turn.channel),
                # A link opens the portal as the debtor; staff need not be able to.
                text=mask_keys(turn.text),
                buttons=[_button_label(button) for button in turn.buttons],
                day=on if on != before else None,
                state=_delivery(turn),
                sequence=turn.sequence,
                why_href=_why(turn),
            )
        )
        before = on
    return shown


def _scoped(creditor_ids: Sequence[int]) -> QuerySet[Conversation]:
    return Conversation.objects.filter(creditor_id__in=creditor_ids).select_related(
        "debtor", "debtor__person", "creditor", "agent"
    )


def _owner(conversation: Conversation) -> str:
    if conversation.owner == "agent" and conversation.agent is not None:
        return str(conversation.agent)
    return ""


def _author(turn: Turn, names: dict[str, str]) -> str:
    if turn.author == "agent":
        return names.get(turn.author_id, _("Agent"))
    return _("Assistant") if turn.author == "assistant" else _("Debtor")


def _button_label(button: object) -> str:
    if isinstance(button, dict):
        return str(button.get("label") or button.get("title") or button.get("text") or "")
    return str(button)


def _delivery(turn: Turn) -> str:
    """How an answer of ours fares; what came from the debtor needs no word."""
    if turn.message is None or turn.author == "debtor":
        return ""
    words = {
        "planned": _("not sent yet"),
        "claimed": _("on its way"),
        "sent": _("sent"),
        "delivered": _("delivered"),
        "read": _("read"),
        "withheld": _("withheld"),
        "failed": _("failed"),
        "unknown": _("perhaps not sent"),
    }
    state = words.get(turn.message.state, turn.message.state)
    if turn.message.state in ("withheld", "failed") and turn.message.reason_code:
        return f"{state}: {reason_text(turn.message.reason_code)}"
    return state


def _why(turn: Turn) -> str:
    """Where a message that was withheld is explained."""
    if turn.message is None or turn.message.state != "withheld":
        return ""
    return reverse("web:why_message", args=[turn.message.public_id])
