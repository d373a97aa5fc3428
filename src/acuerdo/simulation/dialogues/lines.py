"""Lines that a simulated debtor may talk on: to the assistant by its own door."""

from __future__ import annotations

from datetime import datetime
from typing import Protocol

from acuerdo.assistant.talking import talk
from acuerdo.conversations.models import Conversation
from acuerdo.conversations.queries import get_verification_level
from acuerdo.core.actor import Actor
from acuerdo.simulation.dialogues.staging import Cast
from acuerdo.simulation.rules.debtors.talker import Heard, Part, Said


class Line(Protocol):
    """One conversation with whatever answers."""

    def say(self, said: Said, now: datetime) -> Heard:
        """Say one thing and hear the answer."""
        ...

    def is_verified(self, now: datetime) -> bool:
        """Whether the debtor has proved who they are."""
        ...

    def is_handed_over(self) -> bool:
        """Whether a person has been asked for."""
        ...


class AssistantLine:
    """The real assistant, through `talk`: the text is kept, read, decided on and answered."""

    def __init__(self, cast: Cast, channel: str = "chat") -> None:
        self._cast = cast
        self._channel = channel
        self._address = f"simulated:{cast.account.public_id}"
        self._count = 0

    def say(self, said: Said, now: datetime) -> Heard:
        self._count += 1
        debtor = self._cast.account.debtor
        exchange = talk(
            debtor=debtor,
            channel=self._channel,
            address=self._address,
            text=said.text,
            source="simulation",
            key=f"{self._cast.account.public_id}:{self._count}",
            actor=Actor("debtor", str(debtor.pk), creditor_id=debtor.creditor_id),
            now=now,
            button=said.button,
        )
        if not exchange.answers:
            return Heard()
        steps = exchange.turn.decision.get("steps", ())
        parts = steps[-1]["changes"].get("said", ()) if steps else ()
        return Heard(
            parts=tuple(Part(part["template"], part["facts"]) for part in parts),
            text=exchange.answers[0].text,
            buttons=tuple(
                (button["payload"], button["title"]) for button in exchange.answers[0].buttons
            ),
        )

    def is_verified(self, now: datetime) -> bool:
        conversation = self._conversation()
        if conversation is None:
            return False
        level = get_verification_level(conversation, self._channel, self._address, now)
        return level == "verified"

    def is_handed_over(self) -> bool:
        conversation = self._conversation()
        return conversation is not None and conversation.needs_person

    def _conversation(self) -> Conversation | None:
        return Conversation.objects.filter(debtor=self._cast.account.debtor).first()
