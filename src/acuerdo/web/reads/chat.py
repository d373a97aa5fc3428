"""What a visitor of the web chat may see of the conversation."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from acuerdo.conversations.models import Conversation
from acuerdo.core.vocabulary import Channel

LATEST = 60


@dataclass(frozen=True, slots=True)
class Bubble:
    """One thing said; `author` is debtor, assistant or agent."""

    author: str
    text: str
    at: datetime
    buttons: list[dict[str, str]]


def read_thread(conversation: Conversation, *, address: str, whole: bool) -> list[Bubble]:
    """The latest of the conversation: all of it where `whole`, else what was said at `address`
    and the answers to that."""
    turns = list(conversation.turns.select_related("inbound").order_by("-sequence")[:LATEST])
    here = False
    found = []
    for turn in reversed(turns):
        if turn.author == "debtor":
            said_at = turn.inbound.address if turn.inbound is not None else ""
            here = turn.channel == Channel.CHAT and said_at == address
        if (whole or here) and turn.author != "system" and turn.text:
            found.append(Bubble(turn.author, turn.text, turn.occurred_at, turn.buttons))
    return found
