"""What runs by itself: asking how a conversation was, once it has come to its end."""

from __future__ import annotations

from datetime import datetime

import structlog
from django.db import transaction

from acuerdo.conversations import saying
from acuerdo.conversations.models import Conversation
from acuerdo.conversations.satisfaction import ask_satisfaction, list_quiet, read_policy
from acuerdo.core.actor import SYSTEM
from acuerdo.core.errors import AcuerdoError
from acuerdo.core.models import Event
from acuerdo.creditors.models import Creditor

logger = structlog.get_logger(__name__)


def ask_after_release(event: Event, *, now: datetime) -> None:
    """An agent gave a conversation back (ConversationReleased): it has come to its end."""
    for ref in event.refs:
        kind, _separator, number = ref.partition(":")
        if kind == "conversation" and number.isdigit():
            ask_satisfaction(conversation=Conversation(pk=int(number)), actor=SYSTEM, now=now)


def tell_outcome(event: Event, *, now: datetime) -> None:
    """A case ended (CaseClosed): its debtor hears how, where there are words for it."""
    refs = dict(ref.split(":", 1) for ref in event.refs)
    saying.tell_outcome(
        debtor_id=int(refs["debtor"]),
        kind=event.data["kind"],
        resolution=event.data["resolution"],
        key=f"case-outcome:{refs['case']}",
        actor=SYSTEM,
        now=now,
    )


def ask_satisfaction_all(*, now: datetime) -> None:
    """Ask in every conversation that came to rest, each in a transaction of its own."""
    for creditor in list(Creditor.objects.order_by("pk")):
        if not read_policy(creditor.settings).asks:
            continue
        for conversation_id in list_quiet(creditor, now):
            try:
                with transaction.atomic():
                    ask_satisfaction(
                        conversation=Conversation(pk=conversation_id), actor=SYSTEM, now=now
                    )
            except AcuerdoError as error:
                logger.info("not_asked", conversation=conversation_id, code=error.code)
