"""Reasons to leave somebody alone."""

from __future__ import annotations

from datetime import datetime

from acuerdo.compliance import events
from acuerdo.compliance.errors import HoldOnNothing, HoldOver
from acuerdo.compliance.models import Hold
from acuerdo.core.actor import Actor
from acuerdo.core.events import publish


def place_hold(
    *,
    creditor_id: int,
    reason: str,
    source: str,
    actor: Actor,
    now: datetime,
    account_id: int | None = None,
    debtor_id: int | None = None,
    person_id: int | None = None,
    until_at: datetime | None = None,
    note: str = "",
) -> Hold:
    """Leave an account, a debtor or a person alone from `now` (until `until_at`, or until it is
    released). The same reason from the same `source` on the same one is placed once.

    Raises HoldOnNothing, HoldOver.
    """
    if account_id is None and debtor_id is None and person_id is None:
        raise HoldOnNothing
    if until_at is not None and until_at <= now:
        raise HoldOver
    on = {"account_id": account_id, "debtor_id": debtor_id, "person_id": person_id}
    live = (
        Hold.objects.filter(
            creditor_id=creditor_id, reason=reason, source=source, released_at=None, **on
        )
        .exclude(until_at__lte=now)
        .first()
    )
    if live is not None:
        return live
    hold = Hold.objects.create(
        creditor_id=creditor_id,
        reason=reason,
        source=source,
        note=note,
        from_at=now,
        until_at=until_at,
        placed_by=actor.label,
        **on,
    )
    publish(
        events.HOLD_PLACED,
        actor=actor,
        now=now,
        creditor_id=creditor_id,
        refs=_refs(hold),
        data={"reason": reason},
    )
    return hold


def release_hold(*, hold: Hold, actor: Actor, now: datetime, why: str = "") -> Hold:
    """End a hold at `now`; `why` is a person's reason. A repeat does nothing."""
    locked = Hold.objects.select_for_update().get(pk=hold.pk)
    if locked.released_at is not None:
        return locked
    locked.released_at, locked.released_by = now, actor.label
    locked.released_why = why[:300]
    locked.save(update_fields=["released_at", "released_by", "released_why"])
    publish(
        events.HOLD_RELEASED,
        actor=actor,
        now=now,
        creditor_id=locked.creditor_id,
        refs=_refs(locked),
        data={"reason": locked.reason},
    )
    return locked


def _refs(hold: Hold) -> list[str]:
    named = (
        ("hold", hold.pk),
        ("account", hold.account_id),
        ("debtor", hold.debtor_id),
        ("person", hold.person_id),
    )
    return [f"{kind}:{key}" for kind, key in named if key is not None]
