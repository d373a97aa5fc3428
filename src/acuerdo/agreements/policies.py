"""Policies between their rows, their documents and what a negotiation reads. Nothing writes."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from acuerdo.agreements.documents import Levers, PolicyDocument, SomeLevers, write_document
from acuerdo.agreements.models import OfferPolicy
from acuerdo.agreements.negotiation import LEVERS
from acuerdo.core.money import Money
from acuerdo.creditors.models import Creditor

_SAME = (
    "code",
    "dpd_from",
    "dpd_to",
    "rounds",
    "shape",
    "annual_percent",
    "offer_valid_days",
    "grace_days",
    "max_rolls",
    "max_roll_days",
    "max_renegotiations",
    "asks_capacity",
    "max_disposable_percent",
)


_HOLDERS = ("opening", "agent", "supervisor")


def to_row(document: PolicyDocument, *, creditor_id: int) -> OfferPolicy:
    """The document as a row that is not stored."""
    return OfferPolicy(
        creditor_id=creditor_id,
        segment_code=document.segment,
        **{name: getattr(document, name) for name in _SAME},
        **document.levers.model_dump(),
        **{holder: _stored(getattr(document, holder)) for holder in _HOLDERS},
        min_instalment_minor=document.minor("min_instalment"),
        tolerance_minor=document.minor("tolerance"),
    )


def to_document(row: OfferPolicy) -> PolicyDocument:
    """What a row says."""
    return PolicyDocument(
        segment=row.segment_code,
        **{name: getattr(row, name) for name in _SAME},
        levers=Levers(**{lever: getattr(row, lever) for lever in LEVERS}),
        opening=SomeLevers(**row.opening),
        agent=SomeLevers(**row.agent),
        supervisor=SomeLevers(**row.supervisor),
        min_instalment=_major(row.min_instalment_minor),
        tolerance=_major(row.tolerance_minor),
    )


def _stored(levers: SomeLevers) -> dict[str, str]:
    return {lever: str(value) for lever, value in levers.given().items()}


def _major(minor: dict[str, int]) -> dict[str, Decimal]:
    return {currency: Money(int(one), currency).to_decimal() for currency, one in minor.items()}


def needs_two(creditor: Creditor) -> bool:
    """Whether the one who wrote a policy may not approve it."""
    return bool(creditor.settings.get("policies", {}).get("four_eyes"))


def list_active_policies(creditor_id: int) -> list[OfferPolicy]:
    """Those in force, in the order in which they are asked."""
    rows = OfferPolicy.objects.filter(creditor_id=creditor_id, is_active=True)
    return list(rows.order_by("position", "id"))


def export_policies(creditor_id: int) -> list[dict[str, Any]]:
    """Those in force as plain values, for a file."""
    return [write_document(to_document(row)) for row in list_active_policies(creditor_id)]


def list_waiting_policies(creditor_id: int) -> list[OfferPolicy]:
    """Those that wait to be approved."""
    rows = OfferPolicy.objects.filter(creditor_id=creditor_id, is_active=False, retired_at=None)
    return list(rows.order_by("position", "id"))


def list_versions(row: OfferPolicy) -> list[OfferPolicy]:
    """Every version of the row's policy, the newest first."""
    rows = OfferPolicy.objects.filter(creditor_id=row.creditor_id, code=row.code)
    return list(rows.order_by("-version"))
