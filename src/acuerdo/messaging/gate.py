"""How the outbox and the inbox speak with the contact gate."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from acuerdo.compliance import actions as compliance
from acuerdo.compliance.permits import Permit
from acuerdo.compliance.rules import ContactRequest, find_stop
from acuerdo.core.actor import Actor
from acuerdo.core.vocabulary import Party
from acuerdo.messaging.models import InboundEvent, Message
from acuerdo.messaging.rendering import Rendered
from acuerdo.portfolio.models import Debtor


def ask(
    messages: Sequence[Message],
    rendered: Mapping[int, Rendered],
    *,
    actor: Actor,
    now: datetime,
) -> tuple[dict[int, tuple[str, str]], dict[int, Permit]]:
    """Which messages may not leave now: id → (reason code, words); and the permits of the others.

    Those that may have their contact attempt reserved. One message per person at most, with the
    person locked, so that nobody else takes the same place under a cap.
    """
    requests = [_request(message, rendered[message.pk]) for message in messages]
    refused: dict[int, tuple[str, str]] = {}
    permits: dict[int, Permit] = {}
    answers = compliance.claim_contacts(requests, actor=actor, now=now)
    for message, (verdict, permit) in zip(messages, answers, strict=True):
        if permit is None:
            language = message.creditor.language
            refused[message.pk] = (verdict.reason_code, verdict.explain(language))
        else:
            permits[message.pk] = permit
    return refused, permits


def reference(message: Message) -> str:
    """What names the contact attempt of this message: one for all its tries."""
    return f"message:{message.public_id}"


def settle(messages: Sequence[Message], *, now: datetime, outcome: str = "delivered") -> None:
    """The messages are with the provider, or may be: they count as contacts."""
    if messages:
        references = [reference(message) for message in messages]
        compliance.settle_attempts(references=references, outcome=outcome, now=now)


def undelivered(messages: Sequence[Message], *, now: datetime) -> None:
    """The provider took them and could not deliver them."""
    settle(messages, now=now, outcome="undelivered")


def release(messages: Sequence[Message], *, now: datetime) -> None:
    """They certainly did not leave: their places under the caps are free again."""
    if messages:
        compliance.release_attempts(references=[reference(m) for m in messages], now=now)


def obey_stop(
    debtor: Debtor,
    *,
    channel: str,
    text: str,
    source: str,
    actor: Actor,
    now: datetime,
) -> bool:
    """Obey `text` where it is a wish to be left alone. Whether nothing may follow it: somebody who
    only wants no calls is written to."""
    obeyed = compliance.obey_stop(
        creditor_id=debtor.creditor_id,
        debtor=debtor,
        channel=channel,
        text=text,
        source=source,
        actor=actor,
        now=now,
    )
    return any(one.is_stop for one in obeyed)


def obey_complaint(message: Message, *, source: str, actor: Actor, now: datetime) -> None:
    """Who called a message unwanted gets no other on its channel."""
    compliance.record_opt_out(
        creditor_id=message.creditor_id,
        debtor=message.debtor,
        channel=message.channel,
        source=source,
        actor=actor,
        now=now,
    )


def is_stop(text: str) -> bool:
    """Whether `text` is a wish to be left alone."""
    return find_stop(text) is not None


def remember_stop(inbound: InboundEvent, *, text: str, actor: Actor, now: datetime) -> bool:
    """Whether somebody whom we do not know wants to be left alone, which is then remembered."""
    return compliance.remember_stop(
        creditor_id=inbound.creditor_id,
        channel=inbound.channel,
        address=inbound.address,
        text=text,
        source=f"inbound:{inbound.pk}",
        actor=actor,
        now=now,
    )


def count_inbound(inbound: InboundEvent, debtor: Debtor, *, now: datetime, actor: Actor) -> None:
    """Tell the gate that the person wrote: an answer to it is not a new contact."""
    compliance.record_inbound_attempt(
        creditor_id=debtor.creditor_id,
        debtor=debtor,
        channel=inbound.channel,
        reference=f"inbound:{inbound.pk}",
        now=now,
        actor=actor,
    )


def _request(message: Message, rendered: Rendered) -> ContactRequest:
    return ContactRequest(
        channel=message.channel,
        purpose=message.purpose,
        party=Party.DEBTOR,
        creditor_id=message.creditor_id,
        account_id=message.account_id,
        debtor_id=message.debtor_id,
        person_id=message.debtor.person_id,
        flags={"identity_verified": bool(message.context.get("verified"))},
        message=rendered.facts,
        reference=reference(message),
    )
