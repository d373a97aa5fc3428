"""Out of the outbox: claim, send, record.

The claim is a transaction in which everything that may have changed since the planning is read
again: the balance, the guards of the rooms above, the gate. Then the provider is called, outside
any transaction and without a database connection, with our public id as its idempotency key.
The record is a second transaction. Whatever dies in between leaves a claim, which `settle_unknown`
asks the provider about and never blindly repeats.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from queue import SimpleQueue

import structlog
from django.db import transaction

from acuerdo.compliance.permits import Permit
from acuerdo.core.actor import Actor
from acuerdo.core.clock import real_now
from acuerdo.core.vocabulary import Purpose
from acuerdo.creditors.models import ProviderAccount
from acuerdo.messaging import events, gate
from acuerdo.messaging.actions.recording import (
    DeliveryReport,
    give_back_connection,
    record_results,
    tell,
)
from acuerdo.messaging.channels.base import Outcome, Outgoing, SendResult
from acuerdo.messaging.channels.registry import get_adapter, has_adapter
from acuerdo.messaging.guards import ask_guards
from acuerdo.messaging.history import append_statuses, save_messages
from acuerdo.messaging.models import Message, MessageState
from acuerdo.messaging.providers import active_accounts, list_served, open_for, webhook_url
from acuerdo.messaging.rendering import Rendered, render_messages
from acuerdo.messaging.rules import LEASE
from acuerdo.portfolio.models import Person

logger = structlog.get_logger(__name__)

BATCH = 100
# Calls under way at once; the database is not touched while they are.
_WORKERS = 8
# Where every candidate's person is being claimed by another worker, look again a few times.
_PATIENCE = 40
_PAUSE_SECONDS = 0.05
# Answers recorded in one transaction at most.
_CHUNK = 25


@dataclass(frozen=True, slots=True)
class _Claim:
    """A message that may leave now, with all that is needed to send it."""

    message_id: int
    key: str
    channel: str
    account: ProviderAccount
    outgoing: Outgoing


def deliver_due(
    *,
    now: datetime,
    actor: Actor,
    limit: int | None = None,
    creditor_id: int | None = None,
) -> DeliveryReport:
    """Deliver what is due at `now`, `limit` messages at most. Not inside a transaction.

    Any number of workers may run this at once: they claim different messages, and never two
    messages of one person at the same time, because the caps are per person.
    """
    report = DeliveryReport()
    waited = 0
    while limit is None or report.total < limit:
        size = BATCH if limit is None else min(BATCH, limit - report.total)
        with transaction.atomic(durable=True):
            claims, seen, withheld = _claim(size, now, actor, creditor_id)
        report.withheld.update(withheld)
        if not seen:
            break
        if not claims and not withheld:
            waited += 1
            if waited > _PATIENCE:
                break
            time.sleep(_PAUSE_SECONDS)
            continue
        waited = 0
        _send(claims, now, actor, report)
    return report


def _claim(
    size: int, now: datetime, actor: Actor, creditor_id: int | None
) -> tuple[list[_Claim], int, Counter[str]]:
    """Claim up to `size` messages. Returns them, how many were looked at, and the withheld.

    Nobody is waited for: a message or a person that another worker holds is left for later, so
    that two claims cannot lock each other out.
    """
    candidates = _candidates(size, now, creditor_id)
    messages = _lock_persons(candidates)
    withheld = _withhold_stale(messages, now)
    accounts = active_accounts({message.creditor_id for message in messages})
    for message in messages:
        account = accounts.get((message.creditor_id, message.channel))
        if message.pk not in withheld and not (
            account and has_adapter(message.channel, account.provider)
        ):
            withheld[message.pk] = ("no_provider", "")
    left = [message for message in messages if message.pk not in withheld]
    for message_id, reason in ask_guards(left, now).items():
        withheld[message_id] = (reason, "")
    left = [message for message in left if message.pk not in withheld]
    capabilities = {
        message.pk: get_adapter(
            message.channel, accounts[message.creditor_id, message.channel].provider
        ).capabilities
        for message in left
    }
    batch = render_messages(left, capabilities=capabilities, now=now)
    for message_id, error in batch.errors.items():
        withheld[message_id] = (error.code, str(error))
    for message_id, rendered in batch.done.items():
        longest = capabilities[message_id].max_length
        if longest is not None and len(rendered.text) > longest:
            withheld[message_id] = ("too_long", "")
    left = [message for message in left if message.pk not in withheld]
    refused, permits = gate.ask(left, batch.done, actor=actor, now=now)
    withheld.update(refused)
    left = [message for message in left if message.pk not in withheld]
    counts = record_withheld(
        [message for message in messages if message.pk in withheld], withheld, actor, now
    )
    claims = [
        _make_claim(
            message,
            batch.done[message.pk],
            accounts[message.creditor_id, message.channel],
            permits[message.pk],
        )
        for message in left
    ]
    _record_claimed(left, batch.done, accounts, now)
    return claims, len(candidates), counts


def _candidates(size: int, now: datetime, creditor_id: int | None) -> list[Message]:
    """Due messages, locked: answers to somebody who is waiting first, then the oldest."""
    due = (
        Message.objects.select_for_update(skip_locked=True, of=("self",))
        .select_related("creditor", "debtor__person", "account", "template", "contact_point")
        .filter(state=MessageState.PLANNED, not_before__lte=now)
        .order_by("not_before")
    )
    due = list_served(due, creditor_id)
    answers = list(due.filter(purpose=Purpose.REPLY_TO_DEBTOR_QUERY)[:size])
    if len(answers) >= size:
        return answers
    return answers + list(due.exclude(purpose=Purpose.REPLY_TO_DEBTOR_QUERY)[: size - len(answers)])


def _lock_persons(candidates: Sequence[Message]) -> list[Message]:
    """The first message of each person whom nobody else is claiming for."""
    first: dict[int, Message] = {}
    for message in candidates:
        first.setdefault(message.debtor.person_id, message)
    locked = (
        Person.objects.select_for_update(skip_locked=True, no_key=True)
        .filter(pk__in=first)
        .order_by("pk")
        .values_list("pk", flat=True)
    )
    return [first[person_id] for person_id in locked]


def _withhold_stale(messages: Sequence[Message], now: datetime) -> dict[int, tuple[str, str]]:
    """What needs no look at other rooms: too late, nowhere to go, nothing to say."""
    reasons: dict[int, tuple[str, str]] = {}
    for message in messages:
        point = message.contact_point
        if message.not_after is not None and message.not_after < now:
            reasons[message.pk] = ("too_late", "")
        elif not message.address or (point is not None and not point.is_valid):
            reasons[message.pk] = ("no_address", "")
        elif message.template is None and not message.body:
            reasons[message.pk] = ("no_template", str(message.context.get("template", "")))
    return reasons


def record_withheld(
    messages: Sequence[Message],
    reasons: dict[int, tuple[str, str]],
    actor: Actor,
    now: datetime,
) -> Counter[str]:
    counts: Counter[str] = Counter()
    for message in messages:
        code, reason = reasons[message.pk]
        message.state = MessageState.WITHHELD
        message.reason_code, message.reason = code[:60], reason[:300]
        counts[message.reason_code] += 1
    save_messages(messages, ["state", "reason_code", "reason"])
    append_statuses(
        ((message.pk, MessageState.WITHHELD, message.reason_code) for message in messages), at=now
    )
    tell(events.MESSAGE_WITHHELD, messages, actor, now)
    return counts


def _record_claimed(
    messages: Sequence[Message],
    rendered: dict[int, Rendered],
    accounts: dict[tuple[int, str], ProviderAccount],
    now: datetime,
) -> None:
    lease = real_now() + LEASE
    for message in messages:
        message.state = MessageState.CLAIMED
        message.claimed_at, message.lease_until = now, lease
        message.attempts += 1
        message.subject = rendered[message.pk].subject
        message.body = rendered[message.pk].text
        message.buttons = [
            {"title": button.title, "payload": button.payload}
            for button in rendered[message.pk].buttons
        ]
        message.provider_account = accounts[message.creditor_id, message.channel]
    save_messages(
        messages,
        ["state", "claimed_at", "lease_until", "attempts", "subject", "body", "buttons",
         "provider_account"],
    )  # fmt: skip
    append_statuses(((message.pk, MessageState.CLAIMED, "") for message in messages), at=now)


def _make_claim(
    message: Message, rendered: Rendered, account: ProviderAccount, permit: Permit
) -> _Claim:
    return _Claim(
        message_id=message.pk,
        key=str(message.public_id),
        channel=message.channel,
        account=account,
        outgoing=Outgoing(
            permit=permit,
            to=message.address,
            text=rendered.text,
            language=message.language,
            subject=rendered.subject,
            html=rendered.html,
            buttons=rendered.buttons,
            unsubscribe_url=rendered.unsubscribe_url,
            webhook_url=webhook_url(account),
        ),
    )


def _send(claims: Sequence[_Claim], now: datetime, actor: Actor, report: DeliveryReport) -> None:
    """Call the providers and record what they say, each answer as soon as the last record is
    done, so that a crash leaves as few unknown ones as can be.
    """
    if not claims:
        return
    give_back_connection()
    by_account: dict[int, list[_Claim]] = {}
    for claim in claims:
        by_account.setdefault(claim.account.pk, []).append(claim)
    for group in by_account.values():
        answers: SimpleQueue[tuple[int, SendResult]] = SimpleQueue()
        shares = [group[start::_WORKERS] for start in range(min(_WORKERS, len(group)))]
        with ThreadPoolExecutor(max_workers=len(shares)) as pool:
            for share in shares:
                pool.submit(_send_share, share, answers)
            left = len(group)
            while left:
                ready = _take(answers, longest=_CHUNK)
                record_results(ready, now=now, actor=actor, report=report)
                give_back_connection()
                left -= len(ready)


def _take(
    answers: SimpleQueue[tuple[int, SendResult]], *, longest: int
) -> list[tuple[int, SendResult]]:
    """The next answer, and with it those that are there by now: none waits for another."""
    taken = [answers.get()]
    while len(taken) < longest and not answers.empty():
        taken.append(answers.get())
    return taken


def _send_share(claims: Sequence[_Claim], answers: SimpleQueue[tuple[int, SendResult]]) -> None:
    """One thread's part, over one connection: exactly one answer per claim, whatever happens."""
    left = list(claims)
    try:
        with closing(open_for(claims[0].account)) as adapter:
            while left:
                result = adapter.send(left[0].outgoing, idempotency_key=left[0].key)
                answers.put((left.pop(0).message_id, result))
    except Exception as error:
        # The one that was under way may have arrived; the others were never tried.
        logger.exception("send_failed", provider=claims[0].account.provider)
        outcome = Outcome.UNKNOWN
        for claim in left:
            answers.put((claim.message_id, SendResult(outcome, code=type(error).__name__)))
            outcome = Outcome.TEMPORARY
