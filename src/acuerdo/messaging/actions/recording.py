"""The record after a send, and the janitor for sends of which nothing is known."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import structlog
from django.db import connection, transaction

from acuerdo.core.actor import Actor
from acuerdo.core.clock import real_now
from acuerdo.core.events import publish
from acuerdo.messaging import events, gate
from acuerdo.messaging.channels.base import Outcome, SendResult
from acuerdo.messaging.channels.registry import get_adapter
from acuerdo.messaging.errors import UnknownProvider
from acuerdo.messaging.history import append_statuses, save_messages
from acuerdo.messaging.models import Message, MessageState
from acuerdo.messaging.providers import list_served, open_for
from acuerdo.messaging.rules import LEASE, advance, next_try

logger = structlog.get_logger(__name__)

# A provider that cannot be reached is asked again for so long.
_ASK_FOR = timedelta(hours=24)
_BATCH = 100


@dataclass(slots=True)
class DeliveryReport:
    """What became of the messages that were due: counts by channel or by reason."""

    sent: Counter[str] = field(default_factory=Counter)
    withheld: Counter[str] = field(default_factory=Counter)
    failed: Counter[str] = field(default_factory=Counter)
    postponed: Counter[str] = field(default_factory=Counter)
    unknown: int = 0

    @property
    def total(self) -> int:
        counters = (self.sent, self.withheld, self.failed, self.postponed)
        return sum(counter.total() for counter in counters) + self.unknown


def record_results(
    results: Sequence[tuple[int, SendResult]],
    *,
    now: datetime,
    actor: Actor,
    report: DeliveryReport,
) -> None:
    """Write down what the providers answered: (message id, result). Its own transaction.

    A report of the provider may have overtaken us (`delivered` before our `sent`): the state
    never goes back.
    """
    by_id = dict(results)
    with transaction.atomic(durable=True):
        messages = list(
            Message.objects.select_for_update(of=("self",))
            .select_related("creditor", "debtor", "account")
            .filter(pk__in=by_id)
            .order_by("pk")
        )
        told: dict[str, list[Message]] = {}
        history: list[tuple[int, str, str]] = []
        settled: list[Message] = []
        released: list[Message] = []
        for message in messages:
            before = message.state
            result = by_id[message.pk]
            if result.outcome in (Outcome.ACCEPTED, Outcome.UNKNOWN):
                # Unknown may have reached the person, so it counts as if it had.
                settled.append(message)
            elif before == MessageState.CLAIMED:
                released.append(message)
            name = _apply(message, result, now, report)
            if name:
                told.setdefault(name, []).append(message)
            if message.state not in (MessageState.PLANNED, MessageState.CLAIMED):
                _forget_secret(message)
            if message.state != before:
                history.append((message.pk, message.state, message.reason_code))
        save_messages(
            messages,
            ["state", "sent_at", "provider_message_id", "reason_code", "reason", "not_before",
             "lease_until", "body", "context"],
        )  # fmt: skip
        gate.settle(settled, now=now)
        gate.release(released, now=now)
        append_statuses(history, at=now)
        for name, about in told.items():
            tell(name, about, actor, now)


def _apply(
    message: Message, result: SendResult, now: datetime, report: DeliveryReport
) -> str | None:
    """Change one row, which is not saved here. Returns the event to publish."""
    message.lease_until = None
    if result.outcome is Outcome.ACCEPTED:
        message.state = advance(message.state, MessageState.SENT)
        message.sent_at = message.sent_at or now
        message.provider_message_id = result.provider_message_id[:200]
        message.reason_code = message.reason = ""
        report.sent[message.channel] += 1
        return events.MESSAGE_SENT
    if message.state != MessageState.CLAIMED:
        # Somebody knows more by now: a report came in, or the janitor was here.
        return None
    message.reason_code, message.reason = result.code[:60], result.detail[:300]
    if result.outcome is Outcome.UNKNOWN:
        message.state = MessageState.UNKNOWN
        report.unknown += 1
        return events.MESSAGE_UNKNOWN
    again = None
    if result.outcome is Outcome.TEMPORARY:
        again = next_try(message.attempts, now, message.not_after)
    if again is not None:
        message.state, message.not_before = MessageState.PLANNED, again
        report.postponed[message.reason_code] += 1
        return None
    message.state = MessageState.FAILED
    report.failed[message.reason_code] += 1
    return events.MESSAGE_FAILED


def _forget_secret(message: Message) -> None:
    """What has left is kept without its one-time code."""
    secret = message.context.pop("secret", "")
    if secret:
        message.body = message.body.replace(secret, "\u2022" * len(secret))


def settle_unknown(
    *, now: datetime, actor: Actor, creditor_id: int | None = None, alone: bool = False
) -> DeliveryReport:
    """The janitor: claims whose lease is over (machine's time), because a worker died.

    The provider is asked by our key. It has it: sent. It never saw it, and a repeat under the
    same key could reach the person once only: back into the outbox, to be judged anew. It cannot
    be asked: asked again later, for a day. Everything else is `unknown`, for a person to look at;
    nothing is ever sent again blindly. Not inside a transaction.

    With `creditor_id`, only what `list_served` gives of that creditor. `alone`: nobody else sends
    on these data, so a claim is left over whatever its lease says.
    """
    report = DeliveryReport()
    # The lease that a claim gets below is never before this, so each is looked at once.
    alone_before = real_now() + LEASE
    while True:
        with transaction.atomic(durable=True):
            claimed = (
                Message.objects.select_for_update(skip_locked=True, of=("self",))
                .select_related("provider_account__creditor")
                .filter(
                    state=MessageState.CLAIMED,
                    lease_until__lt=alone_before if alone else real_now(),
                )
                .order_by("lease_until")
            )
            if creditor_id is not None:
                claimed = list_served(claimed, creditor_id)
            stale = list(claimed[:_BATCH])
            Message.objects.filter(pk__in=[message.pk for message in stale]).update(
                lease_until=real_now() + LEASE
            )
        if not stale:
            return report
        give_back_connection()
        for message in stale:
            found = _ask(message, now)
            if found is _NEVER_SEEN:
                _put_back(message, now, actor, report)
            elif found is not _ASK_LATER:
                record_results([(message.pk, found)], now=now, actor=actor, report=report)
            give_back_connection()


_NEVER_SEEN = SendResult(Outcome.TEMPORARY, code="never_seen")
_ASK_LATER = SendResult(Outcome.UNKNOWN, code="ask_later")


def _ask(message: Message, now: datetime) -> SendResult:
    """What the provider knows about a message whose sending was cut off."""
    account = message.provider_account
    nothing_known = SendResult(Outcome.UNKNOWN, code="cut_off")
    if account is None:
        return nothing_known
    try:
        capabilities = get_adapter(account.kind, account.provider).capabilities
    except UnknownProvider:
        return nothing_known
    if not capabilities.findable:
        return nothing_known
    try:
        with closing(open_for(account)) as adapter:
            found = adapter.find(str(message.public_id))
    except Exception:
        logger.exception("find_failed", provider=account.provider)
        found = _ASK_LATER
    if found is None:
        return _NEVER_SEEN if capabilities.idempotent else nothing_known
    if found.outcome is Outcome.UNKNOWN:
        tired = message.claimed_at is not None and now - message.claimed_at > _ASK_FOR
        return nothing_known if tired else _ASK_LATER
    return found


def _put_back(message: Message, now: datetime, actor: Actor, report: DeliveryReport) -> None:
    """Back to `planned`: the provider never saw it. It goes through every check again."""
    with transaction.atomic(durable=True):
        row = (
            Message.objects.select_for_update(of=("self",))
            .select_related("creditor", "debtor", "account")
            .get(pk=message.pk)
        )
        if row.state != MessageState.CLAIMED:
            return
        gate.release([row], now=now)
        row.state, row.lease_until = MessageState.PLANNED, None
        row.save(update_fields=["state", "lease_until"])
        append_statuses([(row.pk, row.state, "cut_off")], at=now)
        report.postponed["cut_off"] += 1


def tell(name: str, messages: Sequence[Message], actor: Actor, now: datetime) -> None:
    """One event per creditor for a set of messages; about the message itself where it is alone."""
    by_creditor: dict[int, list[Message]] = {}
    for message in messages:
        by_creditor.setdefault(message.creditor_id, []).append(message)
    for creditor_id, group in sorted(by_creditor.items()):
        refs: list[str] = []
        if len(group) == 1:
            refs = [f"message:{group[0].pk}", f"debtor:{group[0].debtor_id}"]
            refs += [f"account:{group[0].account_id}"] if group[0].account_id else []
        publish(
            name,
            actor=actor,
            now=now,
            creditor_id=creditor_id,
            refs=refs,
            data={
                "messages": len(group),
                "channels": dict(Counter(message.channel for message in group)),
                **(
                    {"reasons": dict(reasons)}
                    if (reasons := Counter(m.reason_code for m in group if m.reason_code))
                    else {}
                ),
            },
        )


def give_back_connection() -> None:
    """Hand the database connection back before a provider is waited for."""
    if not connection.in_atomic_block:
        connection.close()
