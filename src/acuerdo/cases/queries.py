"""What pages and the rooms above read of cases and tasks."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from django.utils.translation import gettext as _

from acuerdo.cases.models import Case, Task
from acuerdo.core.errors import NotFound


def get_case(*, public_id: UUID | str, creditor_ids: Sequence[int]) -> Case:
    """One case of those creditors. Raises NotFound."""
    found = (
        Case.objects.select_related("account", "debtor")
        .filter(public_id=public_id, creditor_id__in=creditor_ids)
        .first()
    )
    if found is None:
        raise NotFound(what=_("The case"))
    return found


def get_task(*, public_id: UUID | str, creditor_ids: Sequence[int]) -> Task:
    """One task of those creditors. Raises NotFound."""
    found = (
        Task.objects.select_related("case", "debtor", "account", "assignee")
        .filter(public_id=public_id, creditor_id__in=creditor_ids)
        .first()
    )
    if found is None:
        raise NotFound(what=_("The task"))
    return found


def list_open_cases(debtor_id: int) -> list[Case]:
    """The debtor's open cases, oldest first."""
    return list(Case.objects.filter(debtor_id=debtor_id, state="open").order_by("opened_at"))


def list_tasks(creditor_ids: Sequence[int], *, state: str = "open") -> list[Task]:
    """Tasks of those creditors, the most urgent first."""
    return list(
        Task.objects.select_related("case", "debtor", "account", "assignee")
        .filter(creditor_id__in=creditor_ids, state=state)
        .order_by("due_at", "pk")
    )
