"""Versions of the model: ask for one, keep what was trained, put one to work, go back.

The model reads the messages to every creditor, so whoever changes it must have the right at all
of them: the door says so by `everywhere`.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.db import connection

from acuerdo.assistant import events
from acuerdo.assistant.errors import (
    AlreadyAtWork,
    NotForOneCreditor,
    NothingToLearn,
    NotReady,
    RiskLost,
    TooManyRisksLost,
    TrainingUnderWay,
)
from acuerdo.assistant.models import ModelVersion, Promotion, UnclearMessage
from acuerdo.assistant.teaching import rules
from acuerdo.assistant.understanders import get_live_id
from acuerdo.core import clock
from acuerdo.core.actor import Actor
from acuerdo.core.events import publish

# A training that has not been heard of for so long is dead: its worker was stopped for good.
_DEAD_AFTER = timedelta(minutes=30)
_UNDER_WAY = ("waiting", "training")


def request_training(*, actor: Actor, now: datetime, everywhere: bool) -> ModelVersion:
    """Queue the training of a new version from all labels there are.

    Raises NotForOneCreditor, TrainingUnderWay, NothingToLearn.
    """
    _check_everywhere(everywhere)
    _lock()
    alive = clock.real_now() - _DEAD_AFTER
    under_way = ModelVersion.objects.filter(state__in=_UNDER_WAY)
    if under_way.filter(alive_at__gt=alive).exists():
        raise TrainingUnderWay()
    under_way.update(state="failed", problem="stopped")
    if not count_new_labels():
        raise NothingToLearn()
    newest = ModelVersion.objects.order_by("-number").values_list("number", flat=True).first()
    version = ModelVersion.objects.create(
        number=(newest or 0) + 1,
        labels=UnclearMessage.objects.filter(state=rules.LABELLED).count(),
        alive_at=clock.real_now(),
        requested_by_id=_user_id(actor),
        requested_at=now,
    )
    publish(
        events.TRAINING_REQUESTED,
        actor=actor,
        now=now,
        refs=[f"model:{version.pk}"],
        data={"number": version.number, "labels": version.labels},
    )
    return version


def get_live_version() -> ModelVersion | None:
    """The version at work, without its weights; None for the one shipped."""
    live_id = get_live_id()
    return ModelVersion.objects.defer("weights").get(pk=live_id) if live_id else None


def count_new_labels() -> int:
    """How many decisions about messages the version at work has not learned from. A label that
    was taken back counts as well, where others are left."""
    decided = UnclearMessage.objects.filter(decided_at__isnull=False)
    if not decided.filter(state=rules.LABELLED).exists():
        return 0
    live = get_live_version()
    if live is None:
        return decided.filter(state=rules.LABELLED).count()
    return decided.filter(decided_at__gt=live.requested_at).count()


def keep_training(
    *,
    version: ModelVersion,
    weights: bytes,
    description: dict[str, Any],
    figures: dict[str, Any],
    based_on: int,
    actor: Actor,
    now: datetime,
) -> ModelVersion:
    """Keep what a training made; nothing is put to work by it."""
    version.weights, version.description, version.figures = weights, description, figures
    version.state, version.percent, version.based_on = "ready", 100, based_on
    version.trained_at = now
    version.save()
    publish(
        events.MODEL_TRAINED,
        actor=actor,
        now=now,
        refs=[f"model:{version.pk}"],
        data={
            "number": version.number,
            "risks_lost": [loss.intent for loss in rules.list_losses(figures)],
        },
    )
    return version


def promote(
    *,
    version: ModelVersion | None,
    actor: Actor,
    now: datetime,
    everywhere: bool,
    confirmed: bool = False,
) -> Promotion:
    """Put a version to work in all processes, a new one or one from before; None is the one that
    the project ships.

    `confirmed`: the person was told which risks it loses and wants it all the same. Raises
    NotForOneCreditor, NotReady, AlreadyAtWork, RiskLost, TooManyRisksLost.
    """
    _check_everywhere(everywhere)
    _lock()
    if version is not None and version.state != "ready":
        raise NotReady(number=version.number)
    if get_live_id() == (version.pk if version else None):
        raise AlreadyAtWork()
    if version is not None:
        _check_risks(version, confirmed)
    promotion = Promotion.objects.create(
        version=version,
        confirmed=confirmed,
        promoted_by_id=_user_id(actor),
        promoted_at=now,
    )
    publish(
        events.MODEL_PROMOTED,
        actor=actor,
        now=now,
        refs=[f"model:{version.pk}"] if version else [],
        data={"number": version.number if version else 0, "confirmed": confirmed},
    )
    return promotion


def _check_risks(version: ModelVersion, confirmed: bool) -> None:
    losses = rules.list_losses(version.figures)
    named = ", ".join(
        f"{loss.intent} {100 * loss.before:.0f} → {100 * loss.after:.0f} %" for loss in losses
    )
    if any(loss.after < rules.RISK_FLOOR for loss in losses):
        raise TooManyRisksLost(number=version.number, risks=named)
    if losses and not confirmed:
        raise RiskLost(number=version.number, risks=named)


def _check_everywhere(everywhere: bool) -> None:
    if not everywhere:
        raise NotForOneCreditor()


def _lock() -> None:
    """One change of the versions at a time, until the end of the transaction."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('acuerdo model versions'))")


def _user_id(actor: Actor) -> int | None:
    return int(actor.id) if actor.kind == "user" else None
