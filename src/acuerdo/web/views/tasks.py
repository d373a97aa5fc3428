"""Work for people: the list, and one task with its decision."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from acuerdo.cases import actions as cases
from acuerdo.cases.rules import KINDS
from acuerdo.conversations.models import Conversation
from acuerdo.core import clock
from acuerdo.core.errors import AcuerdoError
from acuerdo.web.access import StaffRequest, page
from acuerdo.web.reads.handover import read_handover
from acuerdo.web.reads.tasks import TaskRow, count_open, get_task, list_tasks


@require_GET
@page("see_accounts")
def tasks(request: StaffRequest) -> HttpResponse:
    """The open ones."""
    context = {
        "section": "tasks",
        "rows": list_tasks(request.creditor_ids, clock.now()),
        "many_creditors": len(request.creditor_ids) > 1,
    }
    return render(request, "web/tasks.html", context)


@require_GET
@page("see_accounts")
def open_tasks(request: StaffRequest) -> HttpResponse:
    """The badge of the navigation alone."""
    context = {"open_tasks": count_open(request.creditor_ids)}
    return render(request, "web/parts/nav_count.html", context)


@require_http_methods(["GET", "POST"])
@page("see_accounts")
def task(request: StaffRequest, public_id: UUID) -> HttpResponse:
    """What is known, and the decision: closing the case ends the peace that it gave."""
    row = get_task(public_id, request.creditor_ids, clock.now())
    refusal = ""
    if request.method == "POST":
        try:
            _decide(request, row)
        except AcuerdoError as error:
            refusal = str(error)
        else:
            messages.success(request, _("Done. It stands in the account's timeline."))
            return redirect("web:tasks")
    talk = Conversation.objects.filter(
        debtor_id=row.task.debtor_id, creditor_id__in=request.creditor_ids
    ).first()
    context: dict[str, Any] = {
        "section": "tasks",
        "row": row,
        "talk": talk,
        "handover": read_handover([row.task]),
        "refusal": refusal,
        "can_work": request.access.may("work_cases", row.task.creditor_id),
        "resolutions": _resolutions(row),
    }
    return render(request, "web/task.html", context, status=409 if refusal else 200)


def _decide(request: StaffRequest, row: TaskRow) -> None:
    """Close the case that the task is about (its tasks are done with it), or the task alone."""
    actor = request.access.actor(row.task.creditor_id, "work_cases")
    case = row.task.case
    with transaction.atomic():
        if case is not None and case.state == "open":
            resolution = request.POST.get("resolution", "")
            cases.close_case(actor=actor, now=clock.now(), case=case, resolution=resolution)
        else:
            cases.complete_task(actor=actor, now=clock.now(), task=row.task)


def _resolutions(row: TaskRow) -> list[tuple[str, str]]:
    """How this kind of case may end, in words."""
    if row.task.case is None:
        return []
    labels = {
        "upheld": _("The debtor is right: close without collecting"),
        "rejected": _("The debt stands: go on as before"),
        "corrected": _("The balance was corrected: go on with it"),
        "payment_found": _("The payment was found"),
        "not_found": _("No such payment was found: go on as before"),
        "arranged": _("Arranged with the debtor"),
        "paused": _("Leave in peace for now"),
        "not_arranged": _("No arrangement was found"),
        "answered": _("Answered"),
        "confirmed": _("Confirmed: leave alone for good"),
        "not_confirmed": _("Not confirmed: go on as before"),
        "address_removed": _("Wrong person: the address was removed"),
        "right_person": _("It is the right person: go on as before"),
    }
    return [
        (code, labels.get(code, code)) for code in sorted(KINDS[row.task.case.kind].resolutions)
    ]
