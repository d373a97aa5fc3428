"""Policies of a creditor."""

from __future__ import annotations

from acuerdo.agreements.defaults import DEFAULT_POLICIES, MIN_INSTALMENT
from acuerdo.agreements.models import OfferPolicy


def seed_policies(*, creditor_id: int) -> None:
    """Give a creditor the policies to start from; those that it has are left alone."""
    OfferPolicy.objects.bulk_create(
        (
            OfferPolicy(
                creditor_id=creditor_id,
                code=spec.code,
                position=position,
                segment_code=spec.segment,
                dpd_from=spec.dpd_from,
                dpd_to=spec.dpd_to,
                min_down_percent=spec.min_down_percent,
                max_instalments=spec.instalments,
                max_discount_percent=spec.max_discount_percent,
                max_first_due_days=spec.first_due_days,
                min_instalment_minor=MIN_INSTALMENT,
            )
            for position, spec in enumerate(DEFAULT_POLICIES)
        ),
        ignore_conflicts=True,
    )
