"""One person's data: a copy to hand over, the erasure, and a creditor's rules of forgetting."""

from __future__ import annotations

import io
import zipfile
from uuid import UUID

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from acuerdo.core import clock
from acuerdo.core.errors import AcuerdoError
from acuerdo.creditors.models import Creditor
from acuerdo.portfolio.actions import (
    Forgotten,
    Retention,
    apply_retention,
    erase_debtor,
    get_retention,
    plan_retention,
    set_retention,
)
from acuerdo.portfolio.actions.erasing import FILE_DAYS
from acuerdo.portfolio.models import Account, AccountParty
from acuerdo.portfolio.queries import get_account
from acuerdo.reporting.dossier import export_person
from acuerdo.web.access import StaffRequest, page

RIGHT = "manage_personal_data"


@require_GET
@page(RIGHT)
def personal(request: StaffRequest, public_id: UUID) -> HttpResponse:
    """What can be done with the data of an account's debtor."""
    return _show(request, get_account(public_id, request.creditor_ids))


@require_POST
@page(RIGHT)
def export_personal(request: StaffRequest, public_id: UUID) -> HttpResponse:
    """All that is kept of the debtor, as a ZIP. Asked for by POST, because it leaves a trace."""
    account = get_account(public_id, request.creditor_ids)
    made = export_person(
        creditor_ids=[account.creditor_id],
        debtor_id=account.debtor_id,
        actor=request.access.actor(account.creditor_id, RIGHT),
        now=clock.now(),
    )
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in made.files.items():
            archive.writestr(name, data)
    response = HttpResponse(buffer.getvalue(), content_type="application/zip")
    response["Content-Disposition"] = f'attachment; filename="{made.stem}.zip"'
    return response


@require_POST
@page(RIGHT)
def erase_personal(request: StaffRequest, public_id: UUID) -> HttpResponse:
    """Forget the debtor; the number of the account must be typed, as it cannot be undone."""
    account = get_account(public_id, request.creditor_ids)
    if request.POST.get("number", "").strip() != account.number:
        refusal = _("Type the number of the account to confirm: an erasure cannot be undone.")
        return _show(request, account, refusal=refusal, status=422)
    try:
        with transaction.atomic():
            erase_debtor(
                creditor_id=account.creditor_id,
                debtor_id=account.debtor_id,
                actor=request.access.actor(account.creditor_id, RIGHT),
                now=clock.now(),
            )
    except AcuerdoError as error:
        return _show(request, account, refusal=str(error), status=error.http_status)
    messages.success(request, _("Erased. What the law makes us keep stays, under a number."))
    return redirect("web:personal", account.public_id)


@require_http_methods(["GET", "POST"])
@page(RIGHT)
def retention(request: StaffRequest) -> HttpResponse:
    """The rules of each creditor, with what they would forget today."""
    refusal, status = "", 200
    if request.method == "POST":
        creditor = request.access.creditors.get(_number(request.POST.get("creditor", "")))
        if creditor is None or creditor.pk not in request.creditor_ids:
            raise Http404
        try:
            _change(request, creditor)
        except AcuerdoError as error:
            refusal, status = str(error), error.http_status
        else:
            return redirect("web:retention")
    now = clock.now()
    rows = []
    for creditor in Creditor.objects.filter(pk__in=request.creditor_ids).order_by("name"):
        plan = plan_retention(creditor=creditor, now=now)
        rows.append((creditor, get_retention(creditor), plan, sum(plan.texts.values())))
    context = {"section": "accounts", "rows": rows, "refusal": refusal}
    return render(request, "web/retention.html", context, status=status)


def _change(request: StaffRequest, creditor: Creditor) -> None:
    actor, now = request.access.actor(creditor.pk, RIGHT), clock.now()
    with transaction.atomic():
        if request.POST.get("act") == "apply":
            done: Forgotten = apply_retention(
                creditor=Creditor.objects.get(pk=creditor.pk), actor=actor, now=now
            )
            said = _("Forgotten: %(people)s people, %(texts)s texts.")
            texts = sum(done.texts.values())
            messages.success(request, said % {"people": done.people, "texts": texts})
            return
        rules = Retention(
            people=_days(request.POST.get("people", "")),
            texts=_days(request.POST.get("texts", "")),
            files=_days(request.POST.get("files", "")) or FILE_DAYS,
        )
        set_retention(creditor_id=creditor.pk, rules=rules, actor=actor, now=now)
    messages.success(request, _("Saved. Nothing is forgotten before the next night."))


def _days(text: str) -> int | None:
    """Days, None for nothing; what is no number is refused as zero would be."""
    text = text.strip()
    return _number(text) if text else None


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 10 else 0


def _show(
    request: StaffRequest, account: Account, *, refusal: str = "", status: int = 200
) -> HttpResponse:
    debtor = account.debtor
    is_open = AccountParty.objects.filter(debtor=debtor, account__state="active").exists()
    context = {
        "section": "accounts",
        "account": account,
        "debtor": debtor,
        "is_open": is_open or account.state == "active",
        "refusal": refusal,
    }
    return render(request, "web/personal.html", context, status=status)
