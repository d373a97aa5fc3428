"""The last look before a message leaves: the proof that it relies on still stands.

A message is written for who proved who they are when it was queued. Until it leaves, the proof
may have run out, or somebody may have said "wrong person".
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from acuerdo.conversations.queries import list_proved
from acuerdo.messaging.content import collect_message_facts
from acuerdo.messaging.guards import register_guard
from acuerdo.messaging.models import Message
from acuerdo.messaging.rendering import identity_of
from acuerdo.portfolio.models import Debtor


def register_guards() -> None:
    """Called once, when the application starts."""
    register_guard("conversations", guard_proofs)


def guard_proofs(messages: Sequence[Message], now: datetime) -> dict[int, str]:
    """Withhold (`identity_not_verified`) what tells of a debt because its reader was verified,
    where nobody is verified at that address any more. What tells of none needs no proof."""
    relying = [message for message in messages if _relies(message)]
    if not relying:
        return {}
    proved = list_proved(debtor_ids={message.debtor_id for message in relying}, now=now)
    return {
        message.pk: "identity_not_verified"
        for message in relying
        if (message.debtor_id, message.channel, message.address) not in proved
    }


def _relies(message: Message) -> bool:
    if not message.context.get("verified"):
        return False
    # A text that is yet to be rendered may come to tell anything.
    if message.context.get("discloses") or not message.body:
        return True
    return tells_of_a_debt(
        message.body,
        subject=message.subject,
        titles=[str(button.get("title", "")) for button in message.buttons],
        debtor=message.debtor,
        channel=message.channel,
    )


def tells_of_a_debt(
    text: str, *, debtor: Debtor, channel: str, subject: str = "", titles: Sequence[str] = ()
) -> bool:
    """Whether somebody who reads this text learns of a debt: the words themselves decide."""
    facts = collect_message_facts(
        text=text,
        subject=subject,
        titles=list(titles),
        identity=identity_of(debtor.creditor),
        channel=channel,
        country=debtor.country,
    )
    return bool(facts["discloses_debt"])
