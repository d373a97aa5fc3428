"""How a conversation was, asked once when it has come to its end, where the policy wants it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Annotated, Any, Final

from django.db.models import Q
from django.utils import translation
from django.utils.translation import gettext as _
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from acuerdo.compliance.models import Hold, OptOut
from acuerdo.conversations import events
from acuerdo.conversations.models import Conversation, Satisfaction, Turn
from acuerdo.conversations.queries import get_previous_turn
from acuerdo.conversations.saying import say
from acuerdo.core.actor import Actor
from acuerdo.core.events import publish
from acuerdo.core.vocabulary import Purpose
from acuerdo.creditors.actions import change_settings
from acuerdo.creditors.models import Creditor

SECTION: Final = "satisfaction"
SCORES: Final = (1, 2, 3, 4, 5)
PREFIX: Final = "csat:"
# Who is in one of these has more on their mind, or is not the debtor.
_NEVER_IN: Final = frozenset(
    {"deceased", "wrong_person", "dispute", "fraud", "identity_theft", "complaint"}
)
# Asked later than this, nobody remembers the conversation; told later, it is of another one.
FRESH: Final = timedelta(hours=24)


class SatisfactionPolicy(BaseModel):
    """Whether a creditor asks, how seldom one debtor is asked, and after how long a silence."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    asks: bool = False
    every_days: Annotated[int, Field(ge=1, le=365)] = 30
    quiet_minutes: Annotated[int, Field(ge=5, le=720)] = 60


def read_policy(settings: Mapping[str, Any]) -> SatisfactionPolicy:
    """The policy in a creditor's settings; what cannot be read asks nobody."""
    try:
        return SatisfactionPolicy.model_validate(settings.get(SECTION) or {})
    except ValidationError:
        return SatisfactionPolicy()


def write_policy(
    *, creditor: Creditor, policy: SatisfactionPolicy, actor: Actor, now: datetime
) -> Creditor:
    """Ask so from now on."""
    return change_settings(
        creditor=creditor, section=SECTION, values=policy.model_dump(), actor=actor, now=now
    )


def list_quiet(creditor: Creditor, now: datetime) -> list[int]:
    """Conversations that came to rest: nobody waits for a person, we spoke last, long enough ago
    and not too long."""
    rested = now - timedelta(minutes=read_policy(creditor.settings).quiet_minutes)
    return list(
        Conversation.objects.filter(
            creditor=creditor,
            owner="assistant",
            needs_person=False,
            last_turn_at__lte=rested,
            last_inbound_at__gt=now - FRESH,
        )
        .order_by("pk")
        .values_list("pk", flat=True)
    )


def ask_satisfaction(*, conversation: Conversation, actor: Actor, now: datetime) -> Turn | None:
    """Ask how it was, in the chat at once, elsewhere by a message through the gate.

    None where it is not asked: the policy does not want it, it was asked too lately, an agent or
    a question of ours is still there, or the person opted out, disputes, or is not the debtor.
    """
    row = (
        Conversation.objects.select_for_update(of=("self",))
        .select_related("creditor", "debtor")
        .get(pk=conversation.pk)
    )
    last = Turn.objects.filter(conversation=row).last()
    if last is None or last.author == "debtor" or not row.channel or not _may_ask(row, now):
        return None
    asked = Satisfaction.objects.create(
        conversation=row,
        channel=row.channel,
        language=row.language,
        owner="agent" if last.author == "agent" else "assistant",
        agent_id=int(last.author_id) if last.author == "agent" and last.author_id else None,
        asked_at=now,
    )
    with translation.override(row.language):
        text = _("From 1 (bad) to 5 (very good): how was this conversation?")
    buttons = [{"title": str(one), "payload": f"{PREFIX}{asked.pk}:{one}"} for one in SCORES]
    asked.turn = say(
        conversation=row,
        text=text,
        purpose=Purpose.SERVICING,
        key=f"satisfaction:{asked.pk}",
        buttons=buttons,
        not_after=now + FRESH,
        actor=actor,
        now=now,
    )
    asked.save(update_fields=["turn"])
    _tell(events.SATISFACTION_ASKED, asked, actor, now, {"owner": asked.owner})
    return asked.turn


def _may_ask(conversation: Conversation, now: datetime) -> bool:
    policy = read_policy(conversation.creditor.settings)
    if not policy.asks or conversation.owner == "agent" or conversation.needs_person:
        return False
    if conversation.last_inbound_at is None or conversation.last_inbound_at <= now - FRESH:
        return False
    lately = Satisfaction.objects.filter(
        conversation=conversation, asked_at__gt=now - timedelta(days=policy.every_days)
    )
    debtor = conversation.debtor
    optouts = OptOut.objects.filter(debtor=debtor, withdrawn_at=None)
    holds = Hold.objects.filter(
        Q(account__debtor=debtor) | Q(debtor=debtor) | Q(person_id=debtor.person_id),
        reason__in=_NEVER_IN,
        released_at=None,
    )
    return not (lately.exists() or optouts.exists() or holds.exists())


def find_asked(*, conversation: Conversation, before: Turn, now: datetime) -> Satisfaction | None:
    """The question that this turn of the debtor's follows at once, while it is fresh."""
    row = (
        Satisfaction.objects.filter(conversation=conversation, asked_at__gt=now - FRESH)
        .order_by("-asked_at")
        .first()
    )
    if row is None or row.turn_id is None:
        return None
    previous = get_previous_turn(before)
    return row if previous is not None and previous.pk == row.turn_id else None


def find_tapped(*, conversation: Conversation, payload: str) -> tuple[Satisfaction, int] | None:
    """The question and the score of a tapped button; None where it is none of this conversation."""
    number, _separator, score = payload.removeprefix(PREFIX).partition(":")
    if not payload.startswith(PREFIX) or not number.isdigit() or score not in map(str, SCORES):
        return None
    row = Satisfaction.objects.filter(conversation=conversation, pk=int(number[:18])).first()
    return (row, int(score)) if row is not None else None


def tell_score(*, asked: Satisfaction, score: int, actor: Actor, now: datetime) -> bool:
    """Keep the score; the first one stands, and False is given for another."""
    if score not in SCORES:
        return False
    changed = Satisfaction.objects.filter(pk=asked.pk, score=None).update(
        score=score, answered_at=now
    )
    if changed:
        _tell(events.SATISFACTION_TOLD, asked, actor, now, {"score": score})
    return bool(changed)


def tell_comment(*, asked: Satisfaction, comment: str) -> bool:
    """Keep the words beside a score (masked by whoever calls), once."""
    rows = Satisfaction.objects.filter(pk=asked.pk, comment="").exclude(score=None)
    return bool(rows.update(comment=comment[:1_000]))


def _tell(
    name: str, asked: Satisfaction, actor: Actor, now: datetime, data: Mapping[str, Any]
) -> None:
    publish(
        name,
        actor=actor,
        now=now,
        creditor_id=asked.conversation.creditor_id,
        refs=[f"conversation:{asked.conversation_id}", f"debtor:{asked.conversation.debtor_id}"],
        data={"channel": asked.channel, "language": asked.language, **data},
    )
