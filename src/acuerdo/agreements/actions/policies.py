"""Policies of a creditor."""

from __future__ import annotations

from acuerdo.agreements.defaults import ANNUAL_PERCENT, DEFAULT_POLICIES, MIN_INSTALMENT, ROUNDS
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
        ),
        ignore_conflicts=True,
    )
