"""What adapters read from webhooks, each kind of fact on its way."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from acuerdo.core.actor import Actor
from acuerdo.creditors.models import ProviderAccount
from acuerdo.messaging.actions.complaints import record_complaint
from acuerdo.messaging.actions.inbound import receive_inbound
from acuerdo.messaging.actions.mails import store_mail
from acuerdo.messaging.actions.statuses import StatusReport, record_statuses
from acuerdo.messaging.channels.base import Complaint, Inbound, InboundText, RawMail, StatusUpdate

Facts = Sequence[Inbound]


def split_facts(facts: Facts) -> list[Facts]:
    """What a webhook brought in the parts that a door commits one by one: every text, mail and
    complaint alone, before all reports."""
    alone: list[Facts] = [[fact] for fact in facts if not isinstance(fact, StatusUpdate)]
    reports = [fact for fact in facts if isinstance(fact, StatusUpdate)]
    return [*alone, reports] if reports else alone


def receive_webhook(
    *,
    provider_account: ProviderAccount,
    facts: Facts,
    now: datetime,
) -> int:
    """Take in what an adapter read from a webhook. Returns how many facts were new."""
    source = f"{provider_account.provider}:{provider_account.public_id}"
    actor = Actor("provider", provider_account.provider, creditor_id=provider_account.creditor_id)
    new = 0
    for fact in facts:
        if isinstance(fact, InboundText):
            taken = receive_inbound(
                source=source,
                external_id=fact.external_id,
                channel=provider_account.kind,
                address=fact.address,
                text=fact.text,
                button=fact.button,
                payload=fact.payload,
                provider_account=provider_account,
                now=now,
                actor=actor,
            )
            new += taken is not None
        elif isinstance(fact, RawMail):
            mail = store_mail(
                provider_account=provider_account, raw=fact.raw, external_id=fact.external_id,
                now=now,
            )  # fmt: skip
            new += mail is not None
        elif isinstance(fact, Complaint):
            about = record_complaint(
                complaint=fact, source=source, actor=actor, now=now,
                provider_account=provider_account,
            )  # fmt: skip
            new += about is not None
    reports = [
        StatusReport(
            source=source,
            external_id=fact.external_id,
            state=fact.state.value,
            public_id=fact.key,
            provider_message_id=fact.provider_message_id,
            detail=fact.detail,
            is_dead=fact.is_dead,
        )
        for fact in facts
        if isinstance(fact, StatusUpdate)
    ]
    if reports:
        new += len(
            record_statuses(
                reports=reports, actor=actor, now=now, provider_account_id=provider_account.pk
            )
        )
    return new
