"""The only counter of contacts: reserved at the claim, settled at the record, or released."""

from __future__ import annotations

from datetime import datetime

from django.db import connection

from acuerdo.compliance.errors import AttemptUnknown, OutcomeUnknown
from acuerdo.compliance.models import ContactAttempt
from acuerdo.compliance.rules import ContactRequest
from acuerdo.compliance.rules.facts import OUTCOMES
from acuerdo.core.actor import Actor
from acuerdo.core.vocabulary import Party, Purpose
from acuerdo.portfolio.models import Debtor


def require_transaction(action: str) -> None:
    """The locks of the gate mean nothing without the transaction that holds them."""
    if not connection.in_atomic_block:
        raise RuntimeError(f"{action} must run inside a transaction")


def reserve_attempt(
    *, request: ContactRequest, reference: str, now: datetime, actor: Actor
) -> ContactAttempt:
    """Take the place under the caps that `check_contacts(stage="deliver")` has just allowed, in
    the same transaction, whose lock on the person it relies on.

    `reference` names the contact over all its tries (`message:<uuid>`): a second try finds its
    place again, a released one takes it anew.
    """
    require_transaction("reserve_attempt")
    debtor = Debtor.objects.only("pk", "person_id", "creditor_id").get(pk=request.debtor_id or 0)
    attempt, created = ContactAttempt.objects.get_or_create(
        reference=reference,
        defaults={
            "creditor_id": debtor.creditor_id,
            "person_id": debtor.person_id,
            "debtor_id": debtor.pk,
            "account_id": request.account_id,
            "channel": request.channel,
            "direction": "outbound",
            "purpose": request.purpose,
            "party": request.party,
            "occurred_at": now,
            "state": "reserved",
        },
    )
    if not created and attempt.state == "released":
        attempt.state, attempt.outcome, attempt.occurred_at = "reserved", "", now
        attempt.save(update_fields=["state", "outcome", "occurred_at"])
    return attempt


def settle_attempt(*, reference: str, outcome: str, now: datetime) -> ContactAttempt:
    """The contact left us: `outcome` says how far it came, and may be corrected later.

    Raises AttemptUnknown where nothing was reserved, OutcomeUnknown on another word.
    """
    if outcome not in OUTCOMES:
        raise OutcomeUnknown(outcome=outcome, known=", ".join(sorted(OUTCOMES)))
    attempt = _lock(reference)
    attempt.state, attempt.outcome = "settled", outcome
    attempt.save(update_fields=["state", "outcome"])
    return attempt


def release_attempt(*, reference: str, now: datetime) -> ContactAttempt:
    """The contact certainly did not leave us, so its place is free again. A repeat does nothing."""
    attempt = _lock(reference)
    if attempt.state != "released":
        attempt.state = "released"
        attempt.save(update_fields=["state"])
    return attempt


def record_inbound_attempt(
    *,
    creditor_id: int,
    debtor: Debtor,
    channel: str,
    reference: str,
    now: datetime,
    actor: Actor,
    account_id: int | None = None,
    outcome: str = "conversation",
) -> ContactAttempt:
    """The person wrote or called. Once per `reference`; opens the 24 hours for an answer."""
    attempt, _created = ContactAttempt.objects.get_or_create(
        reference=reference,
        defaults={
            "creditor_id": creditor_id,
            "person_id": debtor.person_id,
            "debtor_id": debtor.pk,
            "account_id": account_id,
            "channel": channel,
            "direction": "inbound",
            "purpose": Purpose.INFORMATION_REQUESTED_BY_CONSUMER,
            "party": Party.DEBTOR,
            "occurred_at": now,
            "state": "settled",
            "outcome": outcome,
        },
    )
    return attempt


def _lock(reference: str) -> ContactAttempt:
    attempt = ContactAttempt.objects.select_for_update().filter(reference=reference).first()
    if attempt is None:
        raise AttemptUnknown(reference=reference)
    return attempt
