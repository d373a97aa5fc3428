"""The last look before a message leaves: whoever keeps an agreement is not chased.

No hold is placed for an agreement. The gate holds back every kind of outreach while a hold lasts,
reminders of the agreement's own dates too; and a second record of what the agreement itself says
could come to differ from it. So its state is read here, at delivery.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from acuerdo.agreements.models import Agreement, Instalment
from acuerdo.messaging.guards import register_guard
from acuerdo.messaging.models import Message
from acuerdo.messaging.own import CHASING

# A message about one instalment says so in its key: `instalment:<id>:…`.
_ABOUT_INSTALMENT = "instalment:"


def register_guards() -> None:
    """Called once, when the application starts."""
    register_guard("agreements", guard_agreements)


def guard_agreements(messages: Sequence[Message], _now: datetime) -> dict[int, str]:
    """Withhold what chases an account with an agreement that runs (`agreement_active`), and the
    reminder of an instalment that was paid or whose agreement ended (`instalment_settled`).

    A person who writes by hand is not kept from it.
    """
    about = {
        message.pk: instalment_id
        for message in messages
        if (instalment_id := _instalment_of(message)) is not None
    }
    due = set(
        Instalment.objects.filter(
            pk__in=about.values(), state="due", agreement__state="active"
        ).values_list("pk", flat=True)
    )
    chasing = [
        message
        for message in messages
        if message.pk not in about
        and message.purpose in CHASING
        and not message.author.startswith("user:")
    ]
    running = set(
        Agreement.objects.filter(
            account_id__in={message.account_id for message in chasing if message.account_id},
            state="active",
        ).values_list("account_id", flat=True)
    )
    reasons = {
        pk: "instalment_settled" for pk, instalment_id in about.items() if instalment_id not in due
    }
    for message in chasing:
        if message.account_id in running:
            reasons[message.pk] = "agreement_active"
    return reasons


def _instalment_of(message: Message) -> int | None:
    number = message.key.removeprefix(_ABOUT_INSTALMENT).partition(":")[0]
    if not message.key.startswith(_ABOUT_INSTALMENT) or not number.isascii():
        return None
    return int(number) if number.isdigit() else None
