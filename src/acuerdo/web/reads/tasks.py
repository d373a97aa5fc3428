"""Open tasks: what a person has to look at, oldest first."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import F, QuerySet
from django.utils.translation import gettext as _

from acuerdo.cases.models import Task
from acuerdo.core.errors import NotFound
from acuerdo.core.money import Money
from acuerdo.ledger import queries as ledger
from acuerdo.reporting.texts import word_of

SHOWN = 200


@dataclass(frozen=True, slots=True)
class TaskRow:
    """One task, in words."""

    task: Task
    words: str
    case_words: str
    is_late: bool
    zone: str
    balance: Money | None = None


def count_open(creditor_ids: Sequence[int]) -> int:
    """For the badge of the navigation."""
    return Task.objects.filter(creditor_id__in=creditor_ids, state="open").count()


def list_tasks(
    creditor_ids: Sequence[int], now: datetime, *, debtor_id: int | None = None
) -> list[TaskRow]:
    """The open ones: those with the earliest deadline first, then the oldest."""
    found = _scoped(creditor_ids).filter(state="open")
    if debtor_id is not None:
        found = found.filter(debtor_id=debtor_id)
    ordered = found.order_by(F("due_at").asc(nulls_last=True), "created_at")[:SHOWN]
    return [_row(task, now) for task in ordered]


def get_task(public_id: UUID, creditor_ids: Sequence[int], now: datetime) -> TaskRow:
    """One task of those creditors, open or done. Raises NotFound."""
    task = _scoped(creditor_ids).filter(public_id=public_id).first()
    if task is None:
        raise NotFound(what=_("The task"))
    balance = None
    if task.account is not None:
        found = ledger.list_balances([task.account.pk]).get(task.account.pk)
        balance = Money(found.total_minor if found else 0, task.account.currency)
    return _row(task, now, balance)


def _scoped(creditor_ids: Sequence[int]) -> QuerySet[Task]:
    return Task.objects.filter(creditor_id__in=creditor_ids).select_related(
        "debtor", "account", "case", "creditor"
    )


def _row(task: Task, now: datetime, balance: Money | None = None) -> TaskRow:
    case = word_of(task.case.kind) if task.case else ""
    words = word_of(task.kind)
    if case and case != words:
        words = f"{words}: {case}"
    return TaskRow(
        task=task,
        words=words[:1].upper() + words[1:],
        case_words=case[:1].upper() + case[1:],
        is_late=task.due_at is not None and task.due_at < now and task.state == "open",
        zone=task.creditor.timezone,
        balance=balance,
    )
