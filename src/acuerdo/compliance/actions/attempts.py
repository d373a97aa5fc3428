"""The only counter of contacts: reserved at the claim, settled at the record, or released."""

from __future__ import annotations

from collections.abc import Sequence
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


def reserve_attempts(
    *, places: Sequence[tuple[ContactRequest, str]], now: datetime, actor: Actor
) -> int:
    """Take the places under the caps that `check_contacts(stage="deliver")` has just allowed, in
    the same transaction, whose locks on the persons it relies on. One statement for the set.

    Each request comes with a reference, which names the contact over all its tries
    (`message:<uuid>`): a second try finds its place again, a released one takes it anew. Returns
    how many places were taken.
    """
    require_transaction("reserve_attempts")
    columns = [
        (reference, one.debtor_id, one.account_id, one.channel, one.purpose, one.party)
        for one, reference in places
    ]
    if not columns:
        return 0
    with connection.cursor() as cursor:
        cursor.execute(
            """
            INSERT INTO compliance_contactattempt
                (reference, creditor_id, person_id, debtor_id, account_id, channel, direction,
                 purpose, party, occurred_at, state, outcome)
            SELECT wanted.reference, debtor.creditor_id, debtor.person_id, debtor.id,
                   wanted.account_id, wanted.channel, 'outbound', wanted.purpose, wanted.party,
                   %s, 'reserved', ''
            FROM unnest(%s::text[], %s::bigint[], %s::bigint[], %s::text[], %s::text[], %s::text[])
                 AS wanted (reference, debtor_id, account_id, channel, purpose, party)
            JOIN portfolio_debtor AS debtor ON debtor.id = wanted.debtor_id
            ON CONFLICT (reference) DO UPDATE
            SET state = 'reserved', outcome = '', occurred_at = excluded.occurred_at
            WHERE compliance_contactattempt.state = 'released'
            """,
            [now, *(list(column) for column in zip(*columns, strict=True))],
        )
        return int(cursor.rowcount)


def reserve_attempt(
    *, request: ContactRequest, reference: str, now: datetime, actor: Actor
) -> ContactAttempt:
    """One place, under `reference`: see `reserve_attempts`."""
    reserve_attempts(places=[(request, reference)], now=now, actor=actor)
    return ContactAttempt.objects.get(reference=reference)


def settle_attempt(*, reference: str, outcome: str, now: datetime) -> ContactAttempt:
    """`settle_attempts` for one contact. Raises AttemptUnknown where nothing was reserved."""
    if not settle_attempts(references=[reference], outcome=outcome, now=now):
        raise AttemptUnknown(reference=reference)
    return ContactAttempt.objects.get(reference=reference)


def settle_attempts(*, references: Sequence[str], outcome: str, now: datetime) -> int:
    """The contacts left us: `outcome` says how far they came, and may be corrected later.

    Returns how many were known. Raises OutcomeUnknown on another word.
    """
    if outcome not in OUTCOMES:
        raise OutcomeUnknown(outcome=outcome, known=", ".join(sorted(OUTCOMES)))
    return ContactAttempt.objects.filter(pk__in=_lock(references)).update(
        state="settled", outcome=outcome
    )


def release_attempt(*, reference: str, now: datetime) -> ContactAttempt:
    """`release_attempts` for one contact. Raises AttemptUnknown where nothing was reserved."""
    if not release_attempts(references=[reference], now=now):
        raise AttemptUnknown(reference=reference)
    return ContactAttempt.objects.get(reference=reference)


def release_attempts(*, references: Sequence[str], now: datetime) -> int:
    """The contacts certainly did not leave us, so their places are free again. A repeat does
    nothing. Returns how many were known."""
    return ContactAttempt.objects.filter(pk__in=_lock(references)).update(state="released")


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
) -> None:
    """The person wrote or called. Once per `reference`; opens the 24 hours for an answer."""
    attempt = ContactAttempt(
        reference=reference,
        creditor_id=creditor_id,
        person_id=debtor.person_id,
        debtor_id=debtor.pk,
        account_id=account_id,
        channel=channel,
        direction="inbound",
        purpose=Purpose.INFORMATION_REQUESTED_BY_CONSUMER,
        party=Party.DEBTOR,
        occurred_at=now,
        state="settled",
        outcome=outcome,
    )
    ContactAttempt.objects.bulk_create([attempt], ignore_conflicts=True)


def _lock(references: Sequence[str]) -> list[int]:
    """The rows' ids, locked in their order, so that two sets never wait for each other."""
    return list(
        ContactAttempt.objects.select_for_update()
        .filter(reference__in=references)
        .order_by("pk")
        .values_list("pk", flat=True)
    )
