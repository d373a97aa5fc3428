"""What happens to an account's walk when something happened to the account."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta

from acuerdo.core.actor import Actor
from acuerdo.core.events import publish
from acuerdo.strategies import events
from acuerdo.strategies.defaults import AFTER_BROKEN_PROMISE
from acuerdo.strategies.models import Enrolment, Strategy

LIVE = ("active", "paused")
# Who has just paid something is left in peace for so long.
QUIET_AFTER_PAYMENT = timedelta(days=7)


def leave(
    *, account_ids: Collection[int], reason: str, actor: Actor, now: datetime, creditor_id: int
) -> int:
    """End the walk of these accounts for good. Returns how many were walking."""
    live = Enrolment.objects.select_for_update().filter(
        creditor_id=creditor_id, account_id__in=account_ids, state__in=LIVE
    )
    left = sorted(live.values_list("account_id", flat=True))
    if left:
        Enrolment.objects.filter(account_id__in=left, state__in=LIVE).update(
            state="exited", exited_at=now, exit_reason=reason, next_at=None
        )
        _tell(events.STRATEGY_LEFT, left, reason, actor, now, creditor_id)
    return len(left)


def pause(
    *, account_ids: Collection[int], reason: str, actor: Actor, now: datetime, creditor_id: int
) -> int:
    """Stop the walk of these accounts where it stands, until `plan` finds the reason gone."""
    active = Enrolment.objects.select_for_update().filter(
        creditor_id=creditor_id, account_id__in=account_ids, state="active"
    )
    paused = sorted(active.values_list("account_id", flat=True))
    if paused:
        Enrolment.objects.filter(account_id__in=paused, state="active").update(
            state="paused", exit_reason=reason
        )
        _tell(events.STRATEGY_PAUSED, paused, reason, actor, now, creditor_id)
    return len(paused)


def quiet(*, account_ids: Collection[int], now: datetime, creditor_id: int) -> int:
    """Put off the next step of these accounts by `QUIET_AFTER_PAYMENT`, if it is sooner."""
    until = now + QUIET_AFTER_PAYMENT
    return Enrolment.objects.filter(
        creditor_id=creditor_id, account_id__in=account_ids, state="active", next_at__lt=until
    ).update(next_at=until)


def restart(*, account_id: int, actor: Actor, now: datetime, creditor_id: int) -> Enrolment | None:
    """Begin a new conversation after a promise was not kept: not a threat, and not at once.

    None where the creditor has no such strategy, or the account already walks it.
    """
    strategy = (
        Strategy.objects.filter(creditor_id=creditor_id, code=AFTER_BROKEN_PROMISE, is_active=True)
        .order_by("-version")
        .first()
    )
    if strategy is None:
        return None
    live = (
        Enrolment.objects.select_for_update(of=("self",))
        .select_related("strategy")
        .filter(creditor_id=creditor_id, account_id=account_id, state__in=LIVE)
        .first()
    )
    if live is not None and live.strategy.code == AFTER_BROKEN_PROMISE and live.state == "active":
        return None
    leave(
        account_ids=[account_id], reason="restarted", actor=actor, now=now, creditor_id=creditor_id
    )
    enrolment = Enrolment.objects.create(
        strategy=strategy,
        creditor_id=creditor_id,
        account_id=account_id,
        next_at=now,
        enrolled_at=now,
    )
    publish(
        events.STRATEGY_RESTARTED,
        actor=actor,
        now=now,
        creditor_id=creditor_id,
        refs=[f"account:{account_id}"],
        data={"enrolment": enrolment.pk, "strategy": strategy.pk},
    )
    return enrolment


def _tell(
    name: str, account_ids: list[int], reason: str, actor: Actor, now: datetime, creditor_id: int
) -> None:
    """One event for the set; about the account itself where it is one alone."""
    publish(
        name,
        actor=actor,
        now=now,
        creditor_id=creditor_id,
        refs=[f"account:{account_ids[0]}"] if len(account_ids) == 1 else [],
        data={"accounts": len(account_ids), "reason": reason},
    )
