"""Addresses of debtors that turn out to be somebody else's."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from acuerdo.core.actor import Actor
from acuerdo.core.events import publish
from acuerdo.portfolio.actions.places import refresh_zones
from acuerdo.portfolio.events import CONTACT_POINT_INVALIDATED
from acuerdo.portfolio.models import ContactPoint


def invalidate_contact_points(
    *, creditor_id: int, debtor_id: int, ids: Collection[int], actor: Actor, now: datetime
) -> int:
    """Never use these addresses of the debtor again; a later file does not bring them back.
    Returns how many were in use until now: a repeat does nothing."""
    points = ContactPoint.objects.select_for_update().filter(
        pk__in=list(ids), creditor_id=creditor_id, debtor_id=debtor_id, is_valid=True
    )
    gone = sorted(points.values_list("pk", flat=True))
    ContactPoint.objects.filter(pk__in=gone).update(is_valid=False)
    if gone:
        refresh_zones([debtor_id])
        publish(
            CONTACT_POINT_INVALIDATED,
            actor=actor,
            now=now,
            creditor_id=creditor_id,
            refs=[f"debtor:{debtor_id}", *(f"contact_point:{pk}" for pk in gone)],
        )
    return len(gone)
