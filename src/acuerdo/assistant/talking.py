"""One turn and its answer at once: for the doors that have the debtor on the line (web chat, the
API, the terminal). What is said is kept, read and answered as if it had come by any channel."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from acuerdo.assistant.jobs import answer
from acuerdo.conversations.models import Turn
from acuerdo.core.actor import Actor
from acuerdo.messaging.actions import receive_inbound
from acuerdo.messaging.models import InboundEvent
from acuerdo.portfolio.models import Debtor


@dataclass(frozen=True, slots=True)
class Exchange:
    """What was said, and what was said to it (none where an agent or silence answers)."""

    turn: Turn
    answers: tuple[Turn, ...]


def talk(
    *,
    debtor: Debtor,
    channel: str,
    address: str,
    text: str,
    source: str,
    key: str,
    actor: Actor,
    now: datetime,
    button: str = "",
    origin: str = "",
) -> Exchange:
    """Say `text` for the debtor at `address` and answer it. The same `source` and `key` again
    say nothing twice and give the same exchange. `origin` is the network address, where known."""
    with transaction.atomic():
        inbound = receive_inbound(
            source=source,
            external_id=key,
            channel=channel,
            address=address,
            text=text,
            button=button,
            creditor_id=debtor.creditor_id,
            debtor_id=debtor.pk,
            actor=actor,
            now=now,
        )
    # Apart from what was taken in: a stop stands whatever becomes of the answer.
    inbound = inbound or InboundEvent.objects.get(source=source, external_id=key)
    answer(inbound, now=now, origin=origin)
    turn = Turn.objects.select_related("conversation").get(inbound=inbound)
    return Exchange(turn, _answers(turn))


def _answers(turn: Turn) -> tuple[Turn, ...]:
    """The assistant's turns after this one, up to whatever somebody else says next."""
    later = Turn.objects.filter(conversation_id=turn.conversation_id, sequence__gt=turn.sequence)
    found = []
    for said in later.order_by("sequence"):
        if said.author != "assistant":
            break
        found.append(said)
    return tuple(found)
