"""Which addresses of debtors are used."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable

from acuerdo.portfolio.actions.places import refresh_zones
from acuerdo.portfolio.models import ContactPoint
from acuerdo.portfolio.rules import list_spellings


def lock_contact_points(
    *, addresses: Iterable[tuple[str, str]], creditor_ids: Collection[int]
) -> list[ContactPoint]:
    """The contact points of these creditors with one of `addresses` (kind, value), however it is
    written, locked, by creditor."""
    by_kind: dict[str, set[str]] = defaultdict(set)
    for kind, value in addresses:
        by_kind[kind].update(list_spellings(kind, value))
    found = [
        point
        for kind, values in by_kind.items()
        for point in ContactPoint.objects.select_for_update()
        .filter(creditor_id__in=list(creditor_ids), kind=kind, value__in=values)
        .order_by("pk")
    ]
    return sorted(found, key=lambda point: (point.creditor_id, point.pk))


def set_usable(*, ids: Collection[int], is_usable: bool) -> None:
    """Whether these contact points are used; who says so tells why. A phone that is not used tells
    nothing of the debtor's time either."""
    points = ContactPoint.objects.filter(pk__in=list(ids))
    points.update(is_valid=is_usable)
    refresh_zones(list(points.values_list("debtor_id", flat=True)))
