"""Cases that a debtor opens, and tasks for people."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from acuerdo.cases import events
from acuerdo.cases.addresses import find_addresses
from acuerdo.cases.errors import (
    CaseClosedAlready,
    NotOfCreditor,
    TaskDoneAlready,
    UnknownKind,
    UnknownResolution,
)
from acuerdo.cases.models import Case, Task
from acuerdo.cases.rules import ADDRESS_REMOVED, KINDS, LEAVES_ALONE, WRONG_PERSON, scope_of
from acuerdo.compliance.actions import (
    CLEARED,
    REMOVED,
    end_quarantines,
    place_hold,
    quarantine_contact_points,
    release_hold,
)
from acuerdo.compliance.models import Hold
from acuerdo.core.actor import Actor
from acuerdo.core.events import publish
from acuerdo.identity.models import User
from acuerdo.portfolio.models import Account, Debtor


def open_case(
    *,
    kind: str,
    debtor: Debtor,
    actor: Actor,
    now: datetime,
    key: str,
    account: Account | None = None,
    reason: str = "",
    channel: str = "",
) -> Case:
    """A reason to stop collecting until a person has looked: a hold and a task come with it. Where
    the person is a wrong one, nobody is contacted at that address either, by any creditor.

    Of one kind a debt has one open case; another report of it gives that case back. Raises
    UnknownKind, NotOfCreditor.
    """
    if kind not in KINDS:
        raise UnknownKind(kind=kind, known=", ".join(KINDS))
    if account is not None:
        account = Account.objects.select_for_update().get(pk=account.pk)
        if account.creditor_id != debtor.creditor_id:
            raise NotOfCreditor()
    else:
        Debtor.objects.select_for_update(no_key=True).get(pk=debtor.pk)
    known = Case.objects.filter(creditor_id=debtor.creditor_id, key=key).first()
    known = (
        known
        or Case.objects.filter(debtor=debtor, account=account, kind=kind, state="open").first()
    )
    if known is not None:
        return known
    case = Case.objects.create(
        creditor_id=debtor.creditor_id,
        account=account,
        debtor=debtor,
        kind=kind,
        reason=reason,
        channel=channel,
        opened_by=actor.label,
        opened_at=now,
        key=key,
    )
    scope = scope_of(kind, account is not None)
    place_hold(
        creditor_id=debtor.creditor_id,
        account_id=account.pk if account is not None and scope == "account" else None,
        debtor_id=debtor.pk if scope == "debtor" else None,
        reason=kind,
        source=_source(case),
        actor=actor,
        now=now,
    )
    if kind == WRONG_PERSON:
        quarantine_contact_points(
            ids=find_addresses(case),
            creditor_id=case.creditor_id,
            source=_source(case),
            actor=actor,
            now=now,
        )
    publish(
        events.CASE_OPENED,
        actor=actor,
        now=now,
        creditor_id=case.creditor_id,
        refs=_refs(case),
        data={"kind": kind, "channel": channel},
    )
    create_task(
        kind="review_case",
        debtor=debtor,
        account=account,
        case=case,
        subject=kind,
        packet={"reason": kind},
        due_at=now + KINDS[kind].due,
        actor=actor,
        now=now,
        key=f"case:{case.pk}",
    )
    return case


def close_case(*, case: Case, resolution: str, actor: Actor, now: datetime) -> Case:
    """End a case: its tasks are done and its hold is released, unless the resolution is one of
    `LEAVES_ALONE`. With `address_removed` the address that led to somebody else is never used
    again. Raises CaseClosedAlready and UnknownResolution."""
    if case.account_id is not None:
        Account.objects.select_for_update().get(pk=case.account_id)
    locked = Case.objects.select_for_update().get(pk=case.pk)
    if locked.state == "closed":
        raise CaseClosedAlready()
    allowed = KINDS[locked.kind].resolutions
    if resolution not in allowed:
        raise UnknownResolution(resolution=resolution, known=", ".join(sorted(allowed)))
    locked.state, locked.resolution = "closed", resolution
    locked.closed_at, locked.closed_by = now, actor.label
    locked.save(update_fields=["state", "resolution", "closed_at", "closed_by"])
    if locked.kind == WRONG_PERSON:
        end_quarantines(
            creditor_id=locked.creditor_id,
            source=_source(locked),
            outcome=REMOVED if resolution == ADDRESS_REMOVED else CLEARED,
            why=resolution,
            actor=actor,
            now=now,
        )
    if resolution not in LEAVES_ALONE:
        for hold in Hold.objects.filter(
            creditor_id=locked.creditor_id, source=_source(locked), released_at=None
        ):
            release_hold(hold=hold, actor=actor, now=now)
    for task in Task.objects.select_for_update().filter(case=locked, state="open"):
        _finish(task, actor, now)
    publish(
        events.CASE_CLOSED,
        actor=actor,
        now=now,
        creditor_id=locked.creditor_id,
        refs=_refs(locked),
        data={"kind": locked.kind, "resolution": resolution},
    )
    return locked


def create_task(
    *,
    kind: str,
    debtor: Debtor,
    actor: Actor,
    now: datetime,
    key: str,
    account: Account | None = None,
    case: Case | None = None,
    subject: str = "",
    packet: Mapping[str, Any] | None = None,
    due_at: datetime | None = None,
) -> Task:
    """Work for a person, once per (creditor, key). `packet` holds ids and figures."""
    task, created = Task.objects.get_or_create(
        creditor_id=debtor.creditor_id,
        key=key,
        defaults={
            "kind": kind,
            "debtor": debtor,
            "account": account,
            "case": case,
            "subject": subject[:80],
            "packet": dict(packet or {}),
            "created_at": now,
            "due_at": due_at,
        },
    )
    if created:
        publish(
            events.TASK_CREATED,
            actor=actor,
            now=now,
            creditor_id=task.creditor_id,
            refs=_task_refs(task),
            data={"kind": kind, "subject": task.subject},
        )
    return task


def add_to_packet(*, task: Task, packet: Mapping[str, Any]) -> Task:
    """What became known after the task was made."""
    task = Task.objects.select_for_update().get(pk=task.pk)
    task.packet = {**task.packet, **packet}
    task.save(update_fields=["packet"])
    return task


def assign_task(*, task: Task, user: User | None) -> Task:
    """Say who does it; None gives it back to all."""
    task = Task.objects.select_for_update().get(pk=task.pk)
    task.assignee = user
    task.save(update_fields=["assignee"])
    return task


def complete_task(*, task: Task, actor: Actor, now: datetime) -> Task:
    """The work is done. Raises TaskDoneAlready."""
    locked = Task.objects.select_for_update().get(pk=task.pk)
    if locked.state == "done":
        raise TaskDoneAlready()
    return _finish(locked, actor, now)


def _finish(task: Task, actor: Actor, now: datetime) -> Task:
    task.state, task.done_at = "done", now
    task.save(update_fields=["state", "done_at"])
    publish(
        events.TASK_COMPLETED,
        actor=actor,
        now=now,
        creditor_id=task.creditor_id,
        refs=_task_refs(task),
        data={"kind": task.kind},
    )
    return task


def _source(case: Case) -> str:
    return f"case:{case.public_id}"


def _refs(case: Case) -> list[str]:
    refs = [f"case:{case.pk}", f"debtor:{case.debtor_id}"]
    return [*refs, f"account:{case.account_id}"] if case.account_id else refs


def _task_refs(task: Task) -> list[str]:
    refs = [f"task:{task.pk}", f"debtor:{task.debtor_id}"]
    refs += [f"account:{task.account_id}"] if task.account_id else []
    return [*refs, f"case:{task.case_id}"] if task.case_id else refs
