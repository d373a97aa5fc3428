"""What providers report about messages they took: any number of times, in any order."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import structlog
from django.db.models import Q

from acuerdo.core.actor import Actor
from acuerdo.messaging import events, gate
from acuerdo.messaging.actions.recording import tell
from acuerdo.messaging.history import append_statuses, save_messages
from acuerdo.messaging.inbox import insert_new
from acuerdo.messaging.models import InboundEvent, Message, MessageState
from acuerdo.messaging.rules import advance
from acuerdo.portfolio.actions.addresses import set_usable
from acuerdo.portfolio.models import ContactPoint
from acuerdo.portfolio.rules import ADDRESS_KINDS, list_spellings

logger = structlog.get_logger(__name__)

_EVENTS = {
    MessageState.DELIVERED.value: events.MESSAGE_DELIVERED,
    MessageState.READ.value: events.MESSAGE_READ,
    MessageState.FAILED.value: events.MESSAGE_FAILED,
}


@dataclass(frozen=True, slots=True)
class StatusReport:
    """One report: `external_id` is the provider's id of the report itself, unique per source.
    `is_dead` says of a failure that the address is to blame."""

    source: str
    external_id: str
    state: str
    public_id: str = ""
    provider_message_id: str = ""
    detail: str = ""
    is_dead: bool = False


def record_status(
    *,
    provider: str,
    state: str,
    external_id: str,
    now: datetime,
    actor: Actor | None = None,
    public_id: str = "",
    provider_message_id: str = "",
    provider_account_id: int | None = None,
    detail: str = "",
) -> Message | None:
    """Record one report. Gives the message, or None where none is meant or it came before."""
    report = StatusReport(provider, external_id, state, public_id, provider_message_id, detail)
    changed = record_statuses(
        reports=[report],
        provider_account_id=provider_account_id,
        actor=actor or Actor("provider", provider),
        now=now,
    )
    return changed[0] if changed else None


def record_statuses(
    *,
    reports: Sequence[StatusReport],
    actor: Actor,
    now: datetime,
    provider_account_id: int | None = None,
) -> list[Message]:
    """Record a set of reports and give the messages that were meant.

    A report counts once by (source, external_id). The state only ever moves forward. With
    `provider_account_id` a provider can speak of messages that went through that account only.
    """
    meant = match_reports(reports, provider_account_id)
    rows = [
        InboundEvent(
            source=report.source[:120],
            external_id=report.external_id[:200],
            kind="status",
            creditor_id=message.creditor_id,
            debtor_id=message.debtor_id,
            channel=message.channel,
            payload={"message": message.pk, "state": report.state},
            received_at=now,
            processed_at=now,
            outcome="recorded",
        )
        for report, message in meant
    ]
    fresh = {(row.source, row.external_id) for row in insert_new(rows)}
    updates: dict[int, list[StatusReport]] = {}
    for report, message in meant:
        key = (report.source[:120], report.external_id[:200])
        if key in fresh:
            fresh.discard(key)
            updates.setdefault(message.pk, []).append(report)
    messages = list(
        Message.objects.select_for_update(of=("self",))
        .select_related("creditor", "debtor", "account")
        .filter(pk__in=updates)
        .order_by("pk")
    )
    told: dict[str, list[Message]] = {}
    settled: list[Message] = []
    undelivered: list[Message] = []
    dead: list[Message] = []
    history: list[tuple[int, str, str]] = []
    for message in messages:
        before = message.state
        for report in updates[message.pk]:
            _apply(message, report, now)
            if report.is_dead and message.state == MessageState.FAILED:
                dead.append(message)
            history.append((message.pk, report.state, report.detail))
        if message.state != before:
            name = _EVENTS.get(message.state)
            if name:
                told.setdefault(name, []).append(message)
            if message.state == MessageState.FAILED:
                undelivered.append(message)
            elif before in (MessageState.CLAIMED, MessageState.UNKNOWN):
                settled.append(message)
    save_messages(
        messages,
        ["state", "sent_at", "delivered_at", "read_at", "provider_message_id", "reason_code",
         "reason", "lease_until"],
    )  # fmt: skip
    gate.settle(settled, now=now)
    gate.undelivered(undelivered, now=now)
    _give_up(dead)
    append_statuses(history, at=now)
    for name, about in told.items():
        tell(name, about, actor, now)
    return messages


def _give_up(messages: Sequence[Message]) -> None:
    """Nobody can be reached at the addresses of these messages: they are not used any more."""
    for message in messages:
        kind = ADDRESS_KINDS.get(message.channel, "")
        points = ContactPoint.objects.filter(
            creditor_id=message.creditor_id,
            kind=kind,
            value__in=list_spellings(kind, message.address),
            is_valid=True,
        )
        set_usable(ids=list(points.values_list("pk", flat=True)), is_usable=False)


def match_reports(
    reports: Sequence[StatusReport], provider_account_id: int | None
) -> list[tuple[StatusReport, Message]]:
    """The reports with the messages they are about; the others are logged and dropped."""
    keys = {report.public_id for report in reports if _is_uuid(report.public_id)}
    ids = {report.provider_message_id for report in reports if report.provider_message_id}
    known = Message.objects.filter(
        Q(public_id__in=keys) | Q(provider_message_id__in=ids) if ids else Q(public_id__in=keys)
    )
    if provider_account_id is not None:
        known = known.filter(provider_account_id=provider_account_id)
    by_key: dict[str, Message] = {}
    by_id: dict[str, Message] = {}
    for message in known:
        by_key[str(message.public_id)] = message
        if message.provider_message_id:
            by_id[message.provider_message_id] = message
    meant = []
    for report in reports:
        message_or_none = by_key.get(report.public_id) or by_id.get(report.provider_message_id)
        if message_or_none is None or not report.external_id:
            logger.warning("status_unmatched", source=report.source, state=report.state)
        else:
            meant.append((report, message_or_none))
    return meant


def _is_uuid(text: str) -> bool:
    try:
        return str(UUID(text)) == text
    except ValueError:
        return False


def _apply(message: Message, report: StatusReport, now: datetime) -> None:
    message.state = advance(message.state, report.state)
    if message.state in (MessageState.SENT, MessageState.DELIVERED, MessageState.READ):
        message.sent_at = message.sent_at or now
        message.lease_until = None
    if report.state in (MessageState.DELIVERED, MessageState.READ):
        message.delivered_at = message.delivered_at or now
    if report.state == MessageState.READ:
        message.read_at = message.read_at or now
    if message.state == MessageState.FAILED and report.state == MessageState.FAILED:
        message.reason_code = "undelivered"
        message.reason = report.detail[:300]
    if report.provider_message_id and not message.provider_message_id:
        message.provider_message_id = report.provider_message_id[:200]
