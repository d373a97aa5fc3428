"""Policies of a creditor: written, approved by somebody, in force, out of force."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from acuerdo.agreements import events
from acuerdo.agreements.defaults import ANNUAL_PERCENT, DEFAULT_POLICIES, MIN_INSTALMENT, ROUNDS
from acuerdo.agreements.documents import PolicyDocument
from acuerdo.agreements.files import Applied
from acuerdo.agreements.models import OfferPolicy
from acuerdo.agreements.policies import to_document, to_row
from acuerdo.agreements.versions import (
    approve,
    decline,
    get_place,
    lock,
    needs_two,
    retire,
    save_draft,
    withdraw,
)
from acuerdo.core.actor import Actor
from acuerdo.core.events import publish
from acuerdo.creditors.actions import change_settings
from acuerdo.creditors.models import Creditor


def seed_policies(*, creditor_id: int) -> None:
    """Give a creditor the policies to start from; those that it has are left alone."""
    known = set(OfferPolicy.objects.filter(creditor_id=creditor_id).values_list("code", flat=True))
    OfferPolicy.objects.bulk_create(
        (
            OfferPolicy(
                creditor_id=creditor_id,
                code=spec.code,
                position=position,
                segment_code=spec.segment,
                dpd_from=spec.dpd_from,
                dpd_to=spec.dpd_to,
                min_down_percent=spec.down,
                max_instalments=spec.instalments,
                max_settlement_parts=spec.parts,
                max_discount_percent=spec.discount,
                max_first_due_days=spec.first_due_days,
                min_instalment_minor=MIN_INSTALMENT,
                agent=spec.agent,
                supervisor=spec.supervisor,
                opening=spec.opening,
                rounds=ROUNDS if spec.opening else 0,
                annual_percent=ANNUAL_PERCENT,
            )
            for position, spec in enumerate(DEFAULT_POLICIES)
            if spec.code not in known
        ),
        ignore_conflicts=True,
    )


def write_policy(
    *,
    creditor: Creditor,
    document: PolicyDocument,
    actor: Actor,
    now: datetime,
    note: str = "",
    position: int | None = None,
) -> OfferPolicy:
    """A new version of a policy, or the first of a new one, that waits to be approved.

    What waited before is withdrawn. The version in force is returned where it says the same
    already. `position` decides which of several that fit is asked first; else it stays.
    """
    lock(creditor)
    active = OfferPolicy.objects.filter(
        creditor=creditor, code=document.code, is_active=True
    ).first()
    place = position if position is not None else get_place(OfferPolicy, creditor, active)
    withdraw(OfferPolicy, creditor, document.code, now)
    if active is not None and active.position == place and to_document(active) == document:
        return active
    row = to_row(document, creditor_id=creditor.pk)
    row.position = place
    save_draft(row, actor=actor, now=now, note=note)
    _tell(events.POLICY_WRITTEN, row, actor, now)
    return row


def approve_policy(*, policy: OfferPolicy, actor: Actor, now: datetime) -> OfferPolicy:
    """Put a version that waits into force, in place of the one before it. Offers that stand are
    kept. Raises PolicySettled, and FourEyes where the creditor wants another person than the one
    who wrote it."""
    row = approve(policy, actor=actor, now=now)
    _tell(events.POLICY_APPROVED, row, actor, now)
    return row


def decline_policy(*, policy: OfferPolicy, actor: Actor, now: datetime) -> OfferPolicy:
    """Do not put a version that waits into force. Raises PolicySettled."""
    row = decline(policy, now=now)
    _tell(events.POLICY_DECLINED, row, actor, now)
    return row


def retire_policy(*, policy: OfferPolicy, actor: Actor, now: datetime) -> OfferPolicy:
    """Take a policy out of force: the next one that fits its accounts is asked instead. Raises
    PolicySettled."""
    row = retire(policy, now=now)
    _tell(events.POLICY_RETIRED, row, actor, now)
    return row


def require_two(*, creditor: Creditor, required: bool, actor: Actor, now: datetime) -> None:
    """Whether a policy must be approved by another person than the one who wrote it."""
    change_settings(
        creditor=creditor, section="policies", values={"four_eyes": required}, actor=actor, now=now
    )


def apply_policies(
    *,
    creditor: Creditor,
    documents: Sequence[PolicyDocument],
    actor: Actor,
    now: datetime,
    note: str = "",
) -> list[Applied]:
    """Make the policies of a file the creditor's, in the file's order; those that the file does
    not name are left alone. They wait for approval where the creditor wants two persons."""
    applied = []
    for position, document in enumerate(documents):
        row = write_policy(
            creditor=creditor,
            document=document,
            actor=actor,
            now=now,
            note=note,
            position=position,
        )
        outcome = "unchanged" if row.is_active else "waiting"
        if not row.is_active and not needs_two(creditor):
            row = approve_policy(policy=row, actor=actor, now=now)
            outcome = "active"
        applied.append(Applied(row.code, row.version, outcome))
    return applied


def _tell(name: str, row: OfferPolicy, actor: Actor, now: datetime) -> None:
    data: dict[str, Any] = {"code": row.code, "version": row.version}
    publish(
        name,
        actor=actor,
        now=now,
        creditor_id=row.creditor_id,
        refs=[f"policy:{row.pk}"],
        data=data,
    )
