"""What people write to us, on whatever channel: kept once, stop words obeyed before all else."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import structlog
from django.db import transaction

from acuerdo.core.actor import Actor
from acuerdo.core.crypto import decrypt, encrypt
from acuerdo.core.events import publish
from acuerdo.creditors.models import ProviderAccount
from acuerdo.messaging import events, gate
from acuerdo.messaging.inbox import insert_new
from acuerdo.messaging.models import InboundEvent, Message
from acuerdo.messaging.rules import clean_text, mask_cards
from acuerdo.portfolio.models import ContactPoint, Debtor
from acuerdo.portfolio.rules import ADDRESS_KINDS, list_spellings

logger = structlog.get_logger(__name__)

MAX_TEXT = 4_000


def receive_inbound(
    *,
    source: str,
    external_id: str,
    channel: str,
    address: str,
    text: str,
    now: datetime,
    actor: Actor,
    creditor_id: int | None = None,
    provider_account: ProviderAccount | None = None,
    debtor_id: int | None = None,
    button: str = "",
    payload: Mapping[str, Any] | None = None,
    answers: Message | None = None,
) -> InboundEvent | None:
    """Take in one text, chat and portal included. None where it came before.

    `source` and `external_id` name the fact at its origin. Give `debtor_id` where the door knows
    who writes (chat, portal); else the message that it `answers`, and the address decide. Payment
    card numbers are masked, the text is kept encrypted. A stop word is obeyed here, in this
    transaction, before anything else reads the text; then `InboundReceived` tells the rooms above
    (`InboundUnmatched` where nobody is known by it; a stop is remembered for whoever is placed
    with the address later). Nothing that fails after a stop takes it back. Of a call or a chat
    give the person's own turns, one by one.
    """
    if creditor_id is None:
        if provider_account is None:
            raise ValueError("receive_inbound needs a creditor or a provider account")
        creditor_id = provider_account.creditor_id
    cleaned = mask_cards(clean_text(text, MAX_TEXT))
    address = clean_text(address, 300)
    debtors = _who(creditor_id, channel, address, debtor_id, answers)
    row = InboundEvent(
        source=source,
        external_id=external_id,
        kind="text",
        creditor_id=creditor_id,
        debtor_id=debtors[0].pk if debtors else None,
        channel=channel,
        address=address,
        text_encrypted=encrypt(cleaned),
        payload={**(payload or {}), **({"button": button[:60]} if button else {})},
        received_at=now,
        outcome="" if debtors else "unknown_sender",
    )
    if not insert_new([row]):
        return None
    # Every one of them, not the first alone.
    stops = [
        gate.obey_stop(
            debtor,
            channel=channel,
            text=cleaned,
            source=f"inbound:{row.pk}",
            actor=actor,
            now=now,
        )
        for debtor in debtors
    ]
    stopped = any(stops)
    if not debtors:
        logger.warning("inbound_unmatched", inbound=row.pk, channel=channel)
        stopped = gate.remember_stop(row, text=cleaned, actor=actor, now=now)
    if not stopped:
        _tell(row, debtors, stopped=False, actor=actor, now=now)
        return row
    try:
        with transaction.atomic():
            _tell(row, debtors, stopped=True, actor=actor, now=now)
    except Exception:
        # The wish of the person stands, whatever is broken here.
        logger.exception("inbound_failed_after_stop", inbound=row.pk, channel=channel)
    return row


def _tell(
    row: InboundEvent, debtors: Sequence[Debtor], *, stopped: bool, actor: Actor, now: datetime
) -> None:
    """Count the text as a contact and tell the rooms above."""
    if debtors:
        gate.count_inbound(row, debtors[0], now=now, actor=actor)
        if stopped:
            row.outcome = "stopped"
            row.save(update_fields=["outcome"])
    publish(
        events.INBOUND_RECEIVED if debtors else events.INBOUND_UNMATCHED,
        actor=actor,
        now=now,
        creditor_id=row.creditor_id,
        refs=[f"inbound:{row.pk}", *(f"debtor:{debtor.pk}" for debtor in debtors[:1])],
        data={"channel": row.channel, "stopped": stopped},
    )


def mark_processed(*, inbound_id: int, outcome: str, now: datetime) -> None:
    """Note that the rooms above are done with an inbound text."""
    InboundEvent.objects.filter(pk=inbound_id, processed_at__isnull=True).update(
        processed_at=now, outcome=outcome[:60]
    )


def read_text(inbound: InboundEvent) -> str:
    """The text of an inbound event, decrypted."""
    data = bytes(inbound.text_encrypted or b"")
    return decrypt(data) if data else ""


def _who(
    creditor_id: int, channel: str, address: str, debtor_id: int | None, answers: Message | None
) -> list[Debtor]:
    """Who may have written: whose message is answered, then all debtors with this address, the one
    last written to in front.

    A phone can be shared by two debtors. The text goes to one conversation; a stop word is
    obeyed for both, for we cannot know which of them does not want to hear from us.
    """
    if debtor_id is not None:
        return list(Debtor.objects.filter(pk=debtor_id, creditor_id=creditor_id))
    kind = ADDRESS_KINDS.get(channel, "")
    points = ContactPoint.objects.filter(
        creditor_id=creditor_id, kind=kind, value__in=list_spellings(kind, address)
    )
    debtors = list(Debtor.objects.filter(pk__in=points.values("debtor_id")).order_by("pk"))
    if len(debtors) > 1:
        last = (
            Message.objects.filter(debtor__in=debtors, channel=channel, sent_at__isnull=False)
            .order_by("-sent_at")
            .values_list("debtor_id", flat=True)
            .first()
        )
        debtors.sort(key=lambda debtor: debtor.pk != last)
    if answers is not None and answers.creditor_id == creditor_id:
        others = [debtor for debtor in debtors if debtor.pk != answers.debtor_id]
        return [answers.debtor, *others]
    return debtors
