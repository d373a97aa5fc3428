"""Addresses at which somebody said that they are not the person."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from datetime import datetime

from django.db.models import Q, QuerySet

from acuerdo.compliance import events
from acuerdo.compliance.models import Quarantine
from acuerdo.core.actor import SYSTEM, Actor
from acuerdo.core.events import publish
from acuerdo.creditors.models import Creditor
from acuerdo.portfolio.actions import lock_contact_points, set_usable
from acuerdo.portfolio.models import ContactPoint

CLEARED, REMOVED = "cleared", "removed"


def quarantine_contact_points(
    *, ids: Collection[int], creditor_id: int, source: str, actor: Actor, now: datetime
) -> int:
    """Contact nobody at the addresses of these contact points until a person has looked.

    That goes for every record with the same address, of whatever debtor and creditor: the human
    who answers there is one. `source` (`case:…`) is what it ends by. Returns how many contact
    points were in use until now; a repeat does nothing. Another creditor's record says that it
    rests, and not through whom.
    """
    points = ContactPoint.objects.filter(pk__in=list(ids), creditor_id=creditor_id)
    addresses = set(points.values_list("kind", "value"))
    # Every creditor by its id, so that the index by creditor and address serves.
    everywhere = list(Creditor.objects.values_list("pk", flat=True))
    return _suspend(addresses, everywhere, source, creditor_id, actor, now)


def spread_quarantines(*, creditor_id: int, actor: Actor, now: datetime) -> int:
    """Contact points that came in after their address was quarantined join it. Returns how many."""
    live = Quarantine.objects.filter(ended_at=None).values_list(
        "source", "contact_point__kind", "contact_point__value"
    )
    sources: dict[str, set[tuple[str, str]]] = {}
    for source, kind, value in live:
        sources.setdefault(source, set()).add((kind, value))
    return sum(
        _suspend(addresses, [creditor_id], source, None, actor, now)
        for source, addresses in sorted(sources.items())
    )


def end_quarantine(
    *, quarantine: Quarantine, outcome: str, why: str, actor: Actor, now: datetime
) -> Quarantine:
    """A person has looked: the address is used again (`cleared`), or never (`removed`). A repeat
    does nothing."""
    rows = Quarantine.objects.filter(pk=quarantine.pk)
    _end(rows, quarantine.creditor_id, outcome, why, actor, now)
    quarantine.refresh_from_db()
    return quarantine


def end_quarantines(
    *, creditor_id: int, source: str, outcome: str, why: str, actor: Actor, now: datetime
) -> int:
    """What was quarantined by `source` has been looked at: `cleared` frees the address wherever
    it rests because of it; `removed` holds for this creditor, the others look for themselves.
    Returns how many ended."""
    live = Quarantine.objects.filter(source=source)
    if outcome == REMOVED:
        live = live.filter(creditor_id=creditor_id)
    return _end(live, creditor_id, outcome, why, actor, now)


def _suspend(
    addresses: Iterable[tuple[str, str]],
    creditor_ids: Collection[int],
    source: str,
    own_id: int | None,
    actor: Actor,
    now: datetime,
) -> int:
    found = lock_contact_points(addresses=addresses, creditor_ids=creditor_ids)
    resting: dict[int, set[str]] = defaultdict(set)
    for pk, known in Quarantine.objects.filter(contact_point__in=found, ended_at=None).values_list(
        "contact_point_id", "source"
    ):
        resting[pk].add(known)
    points = [
        point
        for point in found
        if (point.is_valid or resting[point.pk]) and source not in resting[point.pk]
    ]
    set_usable(ids=[point.pk for point in points], is_usable=False)
    Quarantine.objects.bulk_create(
        Quarantine(
            creditor_id=point.creditor_id,
            debtor_id=point.debtor_id,
            contact_point=point,
            source=source,
            since_at=now,
            placed_by=(actor if point.creditor_id == own_id else SYSTEM).label,
        )
        for point in points
    )
    for creditor_id in sorted({point.creditor_id for point in points}):
        own = [point for point in points if point.creditor_id == creditor_id]
        publish(
            events.CONTACT_POINTS_QUARANTINED,
            actor=actor if creditor_id == own_id else SYSTEM,
            now=now,
            creditor_id=creditor_id,
            refs=sorted(
                {f"debtor:{point.debtor_id}" for point in own}
                | {f"contact_point:{point.pk}" for point in own}
            ),
        )
    return len(points)


def _end(
    rows: QuerySet[Quarantine], own_id: int, outcome: str, why: str, actor: Actor, now: datetime
) -> int:
    ended = list(rows.select_for_update().filter(ended_at=None).order_by("pk"))
    for one in ended:
        own = one.creditor_id == own_id
        one.ended_at, one.outcome = now, outcome
        one.ended_by, one.ended_why = (actor.label, why[:300]) if own else (SYSTEM.label, "")
        publish(
            events.QUARANTINE_ENDED,
            actor=actor if own else SYSTEM,
            now=now,
            creditor_id=one.creditor_id,
            refs=[f"debtor:{one.debtor_id}", f"contact_point:{one.contact_point_id}"],
            data={"outcome": outcome},
        )
    Quarantine.objects.bulk_update(ended, ["ended_at", "outcome", "ended_by", "ended_why"])
    if outcome == CLEARED:
        points = {one.contact_point_id for one in ended}
        # Another report about the same address still stands, or it proved to be somebody else's.
        points -= set(
            Quarantine.objects.filter(contact_point__in=points)
            .filter(Q(ended_at=None) | Q(outcome=REMOVED))
            .values_list("contact_point_id", flat=True)
        )
        set_usable(ids=points, is_usable=True)
    return len(ended)
