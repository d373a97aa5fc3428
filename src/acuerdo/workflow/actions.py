"""Moving the demo clock."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.conf import settings

from acuerdo.core.actor import Actor
from acuerdo.core.events import publish
from acuerdo.workflow.errors import NoDemoClock
from acuerdo.workflow.models import WalkState
from acuerdo.workflow.queue import enqueue_walk

LONGEST = timedelta(days=31)


def move_clock(*, actor: Actor, now: datetime, by: timedelta) -> datetime:
    """Ask for the demo clock to go `by` further; every tick in between runs on the way, as a job.

    Returns where it will stand. Raises NoDemoClock outside a demo, or where `by` is not between
    nothing and a month.
    """
    if not settings.DEMO or not timedelta(0) < by <= LONGEST:
        raise NoDemoClock()
    state, _created = WalkState.objects.select_for_update().get_or_create(
        pk="business", defaults={"walked_to": now}
    )
    target = max(now, state.target_at or now) + by
    state.target_at = target
    state.save(update_fields=["target_at"])
    publish("ClockMoved", actor=actor, now=now, data={"to": target.isoformat()})
    enqueue_walk()
    return target
