"""How the outbox and the inbox speak with the contact gate."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

import structlog

from acuerdo.compliance import actions as compliance
from acuerdo.compliance.errors import AttemptUnknown
from acuerdo.compliance.rules import ContactRequest
from acuerdo.core.actor import Actor
from acuerdo.core.vocabulary import Party
from acuerdo.messaging.models import InboundEvent, Message
from acuerdo.messaging.rendering import Rendered
from acuerdo.portfolio.models import Debtor

logger = structlog.get_logger(__name__)


def ask(
    messages: Sequence[Message],
    rendered: Mapping[int, Rendered],
    *,
    actor: Actor,
    now: datetime,
) -> dict[int, tuple[str, str]]:
    """The messages that may not leave now: id → (reason code, words).

    Those that may have their contact attempt reserved. One message per person at most, with the
    person locked, so that nobody else takes the same place under a cap.
    """
    requests = [_request(message, rendered[message.pk]) for message in messages]
    verdicts = compliance.check_contacts(requests, actor=actor, now=now, stage="deliver")
    refused: dict[int, tuple[str, str]] = {}
    for message, request, verdict in zip(messages, requests, verdicts, strict=True):
        if verdict.allowed:
            compliance.reserve_attempt(
                request=request, reference=reference(message), now=now, actor=actor
            )
        else:
            words = verdict.explain(message.creditor.language)
            refused[message.pk] = (verdict.reason_code, words)
    return refused


def reference(message: Message) -> str:
    """What names the contact attempt of this message: one for all its tries."""
    return f"message:{message.public_id}"


def settle(message: Message, *, now: datetime, outcome: str = "delivered") -> None:
    """The message is with the provider, or may be: it counts as a contact."""
    try:
        compliance.settle_attempt(reference=reference(message), outcome=outcome, now=now)
    except AttemptUnknown:
        # A report must not be lost for it: the provider would send it again for ever.
        logger.error("attempt_unknown", message=message.pk)


def undelivered(message: Message, *, now: datetime) -> None:
    """The provider took it and could not deliver it."""
    settle(message, now=now, outcome="undelivered")


def release(message: Message, *, now: datetime) -> None:
    """The message certainly did not leave: the place under the caps is free again."""
    try:
        compliance.release_attempt(reference=reference(message), now=now)
    except AttemptUnknown:
        logger.error("attempt_unknown", message=message.pk)


def obey_stop(
    debtor: Debtor,
    *,
    channel: str,
    text: str,
    source: str,
    actor: Actor,
    now: datetime,
) -> bool:
    """Whether `text` was a wish to be left alone, which is then obeyed."""
    obeyed = compliance.obey_stop(
        creditor_id=debtor.creditor_id,
        debtor=debtor,
        channel=channel,
        text=text,
        source=source,
        actor=actor,
        now=now,
    )
    return obeyed is not None


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
