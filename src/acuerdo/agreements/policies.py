"""Policies between their rows, their documents and what a negotiation reads. Nothing writes."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from acuerdo.agreements.documents import Levers, PolicyDocument, SomeLevers, write_document
from acuerdo.agreements.models import OfferPolicy
from acuerdo.agreements.negotiation import LEVERS
from acuerdo.agreements.versions import list_active
from acuerdo.core.money import Money

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


def export_policies(creditor_id: int) -> list[dict[str, Any]]:
    """Those in force as plain values, for a file."""
    return [write_document(to_document(row)) for row in list_active(OfferPolicy, creditor_id)]
