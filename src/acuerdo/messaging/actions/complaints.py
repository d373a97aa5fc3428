"""Somebody told their mail provider that they do not want our messages."""

from __future__ import annotations

from datetime import datetime

from acuerdo.core.actor import Actor
from acuerdo.creditors.models import ProviderAccount
from acuerdo.messaging import gate
from acuerdo.messaging.actions.statuses import StatusReport, match_reports
from acuerdo.messaging.channels.base import Complaint
from acuerdo.messaging.inbox import insert_new
from acuerdo.messaging.models import InboundEvent, Message


def record_complaint(
    *,
    complaint: Complaint,
    source: str,
    actor: Actor,
    now: datetime,
    provider_account: ProviderAccount | None = None,
) -> Message | None:
    """The channel is closed for whoever got the message. None where none is meant, or the same
    complaint came before. With `provider_account`, of messages that went through it alone."""
    report = StatusReport(
        source, complaint.external_id, "complaint", complaint.key, complaint.provider_message_id
    )
    account_id = provider_account.pk if provider_account else None
    for _report, message in match_reports([report], account_id):
        row = InboundEvent(
            source=source,
            external_id=complaint.external_id,
            kind="complaint",
            creditor_id=message.creditor_id,
            debtor_id=message.debtor_id,
            channel=message.channel,
            payload={"message": message.pk},
            received_at=now,
            processed_at=now,
            outcome="stopped",
        )
        if insert_new([row]):
            gate.obey_complaint(message, source=f"complaint:{row.pk}", actor=actor, now=now)
            return message
    return None
