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
from acuerdo.cases.evidence import EXTENSIONS, open_evidence
from acuerdo.cases.rules import ALREADY_PAID, KINDS, PAYMENT_BOOKED
from acuerdo.conversations.models import Conversation
from acuerdo.core import clock
from acuerdo.core.errors import AcuerdoError, NotAllowed
from acuerdo.payments.actions import accept_claim
from acuerdo.web.access import StaffRequest, page
from acuerdo.web.claim_form import ClaimForm
from acuerdo.web.reads.handover import read_handover
from acuerdo.web.reads.receipts import DRAWN, view_evidence
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
    form = _claim_form(request, row)
    refusal, status = "", 200
    if request.method == "POST":
        try:
            is_done = _decide(request, row, form)
        except AcuerdoError as error:
            refusal, status = str(error), 409
        else:
            if is_done:
                messages.success(request, _("Done. It stands in the account's timeline."))
                return redirect("web:tasks")
            status = 422
    talk = Conversation.objects.filter(
        debtor_id=row.task.debtor_id, creditor_id__in=request.creditor_ids
    ).first()
    context: dict[str, Any] = {
        "section": "tasks",
        "row": row,
        "talk": talk,
        "handover": read_handover([row.task]),
        "evidence": view_evidence(row.task.case) if row.task.case else [],
        "refusal": refusal,
        "can_work": request.access.may("work_cases", row.task.creditor_id),
        "form": form,
        "resolutions": _resolutions(row),
    }
    return render(request, "web/task.html", context, status=status)


@require_GET
@page("see_accounts")
def receipt(request: StaffRequest, public_id: UUID) -> HttpResponse:
    """A file that a debtor sent. Whatever it holds besides, a browser takes it for a picture and
    nothing else, and what it does not draw is saved and never opened here."""
    row, content = open_evidence(public_id=public_id, creditor_ids=request.creditor_ids)
    response = HttpResponse(content, content_type=row.media_type)
    how = "inline" if row.media_type in DRAWN else "attachment"
    name = f"receipt-{row.public_id}.{EXTENSIONS[row.media_type]}"
    response["Content-Disposition"] = f'{how}; filename="{name}"'
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return response


def _claim_form(request: StaffRequest, row: TaskRow) -> ClaimForm | None:
    """The form that posts a payment, where one was claimed and the user may post it."""
    case, account = row.task.case, row.task.account
    if case is None or account is None or case.kind != ALREADY_PAID or case.state != "open":
        return None
    if not request.access.may("correct_books", row.task.creditor_id):
        return None
    typed = request.POST if request.POST.get("resolution") == PAYMENT_BOOKED else None
    return ClaimForm(account, typed)


def _decide(request: StaffRequest, row: TaskRow, form: ClaimForm | None) -> bool:
    """Close the case that the task is about (its tasks are done with it), or the task alone.
    False where what was typed into the form cannot be read."""
    actor = request.access.actor(row.task.creditor_id, "work_cases")
    case, resolution, now = row.task.case, request.POST.get("resolution", ""), clock.now()
    with transaction.atomic():
        if case is None or case.state != "open":
            cases.complete_task(actor=actor, now=now, task=row.task)
        elif resolution != PAYMENT_BOOKED:
            cases.close_case(actor=actor, now=now, case=case, resolution=resolution)
        elif form is None:
            raise NotAllowed()
        elif not form.is_valid():
            return False
        else:
            accept_claim(
                case=case,
                account=form.account,
                amount=form.cleaned_data["amount"],
                paid_on=form.cleaned_data["on"],
                actor=actor,
                now=now,
            )
    return True


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
        (code, labels[code])
        for code in sorted(KINDS[row.task.case.kind].resolutions - {PAYMENT_BOOKED})
    ]
