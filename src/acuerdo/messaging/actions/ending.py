"""Messages to people who are not to be chased any more."""

from __future__ import annotations

from datetime import datetime

from acuerdo.core.actor import Actor
from acuerdo.messaging.actions.delivery import record_withheld
from acuerdo.messaging.models import Message, MessageState
from acuerdo.messaging.own import CHASING


def withhold_ended(*, creditor_id: int, actor: Actor, now: datetime) -> int:
    """Withhold what is planned to chase accounts that are closed or recalled. The last look before
    sending would do so too; this keeps nobody waiting for it. Returns how many."""
    found = list(
        Message.objects.select_for_update(skip_locked=True, of=("self",))
        .select_related("account")
        .filter(
            creditor_id=creditor_id,
            state=MessageState.PLANNED,
            purpose__in=CHASING,
            account__state__in=("closed", "recalled"),
        )
        .order_by("pk")
    )
    reasons = {
        message.pk: (f"account_{message.account.state}", "")
        for message in found
        if message.account is not None
    }
    record_withheld(found, reasons, actor, now)
    return len(found)
