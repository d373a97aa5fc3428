"""Which addresses of debtors are used."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Collection, Iterable
from datetime import datetime
from typing import Final

from django.db.models import Max

from acuerdo.core.actor import Actor
from acuerdo.core.events import publish
from acuerdo.portfolio.actions.places import refresh_zones
from acuerdo.portfolio.errors import UnreadableContact
from acuerdo.portfolio.events import CONTACT_POINT_TOLD
from acuerdo.portfolio.models import ContactPoint, Debtor
from acuerdo.portfolio.rules import list_spellings, normalise_phone

UNVERIFIED: Final = "unverified"
_EMAIL = re.compile(r"[^\s@]{1,64}@[^\s@]+\.[^\s@]{2,}")


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


def tell_contact_point(
    *, debtor: Debtor, kind: str, value: str, source: str, actor: Actor, now: datetime
) -> ContactPoint:
    """Keep an address (phone, email, address) that a debtor gives us, beside those on file and
    after them: `unverified`, until a person has checked it. One that is on file stays as it is.
    Raises UnreadableContact."""
    Debtor.objects.select_for_update(no_key=True).get(pk=debtor.pk)
    told, is_valid = _read_contact(kind, value, debtor.country)
    if not is_valid:
        raise UnreadableContact()
    own = ContactPoint.objects.filter(debtor=debtor, kind=kind)
    known = own.filter(value__in=list_spellings(kind, told)).first()
    if known is not None:
        return known
    last = own.aggregate(last=Max("priority"))["last"]
    point = ContactPoint.objects.create(
        debtor=debtor,
        creditor_id=debtor.creditor_id,
        kind=kind,
        value=told,
        source=source[:80],
        quality=UNVERIFIED,
        priority=0 if last is None else last + 1,
    )
    refresh_zones([debtor.pk])
    publish(
        CONTACT_POINT_TOLD,
        actor=actor,
        now=now,
        creditor_id=debtor.creditor_id,
        refs=[f"debtor:{debtor.pk}", f"contact_point:{point.pk}"],
        data={"kind": kind},
    )
    return point


def _read_contact(kind: str, value: str, country: str) -> tuple[str, bool]:
    if kind == "phone":
        return normalise_phone(value, country)
    plain = " ".join(value.split())
    if kind == "email":
        return plain.lower(), bool(_EMAIL.fullmatch(plain))
    return plain[:300], kind == "address" and bool(plain)
