"""What a creditor's debts bear and where payments go: typed, tried on an example, saved."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from acuerdo.core import clock
from acuerdo.core.errors import AcuerdoError, NotFound
from acuerdo.core.money import Money
from acuerdo.creditors.models import Creditor
from acuerdo.ledger.errors import SchemeInvalid
from acuerdo.ledger.rules.scheme import Scheme, read_scheme
from acuerdo.payments.actions import set_bearing
from acuerdo.web.access import StaffRequest, page
from acuerdo.web.accrual_form import AccrualForm
from acuerdo.web.reads import accruals as reading
from acuerdo.web.typed import Unreadable, parse_amount, parse_day

_SEES, _CHANGES = "manage_policies", "manage_creditor"
_USUAL_DEBT = {"COP": 1_000_000, "CLP": 500_000, "CRC": 500_000, "ARS": 500_000}


@require_http_methods(["GET", "POST"])
@page(_SEES)
def accruals(request: StaffRequest, public_id: UUID) -> HttpResponse:
    """The form, with the law beside its fields and what a debt would have grown to. A POST that
    does not save is a look: nothing is stored."""
    creditor = Creditor.objects.filter(public_id=public_id, pk__in=request.creditor_ids).first()
    if creditor is None:
        raise NotFound(what=_("The creditor"))
    if request.method == "GET":
        return _show(request, creditor, AccrualForm(creditor.settings, creditor.currency))
    is_save = request.POST.get("act") == "save"
    actor = request.access.actor(creditor.pk, _CHANGES) if is_save else None
    form = AccrualForm(creditor.settings, creditor.currency, request.POST)
    if not form.is_valid:
        return _show(request, creditor, form, status=422 if is_save else 200)
    if actor is None:
        return _show(request, creditor, form)
    try:
        with transaction.atomic():
            changed = set_bearing(creditor=creditor, actor=actor, now=clock.now(), **form.settings)
    except AcuerdoError as error:
        return _show(request, creditor, form, refusal=str(error), status=error.http_status)
    if changed:
        messages.success(request, _("Saved. The coming night works it out for every open debt."))
    else:
        messages.info(request, _("This is what holds already."))
    return redirect("web:accruals", creditor.public_id)


def _show(
    request: StaffRequest,
    creditor: Creditor,
    form: AccrualForm,
    *,
    refusal: str = "",
    status: int = 200,
) -> HttpResponse:
    today = reading.local_today(creditor, clock.now())
    scheme, is_read = _read(creditor, form)
    example = _example(request.POST, creditor, scheme, today)
    context = {
        "section": "policies",
        "creditor": creditor,
        "form": form,
        "law": reading.get_law(creditor, scheme.ceilings if scheme else (), today),
        "can_change": request.access.may(_CHANGES, creditor.pk),
        "versions": reading.list_versions(creditor),
        "is_read": is_read,
        "refusal": refusal,
        **example,
    }
    return render(request, "web/accruals.html", context, status=status)


def _read(creditor: Creditor, form: AccrualForm) -> tuple[Scheme | None, bool]:
    """What the form says, where it can be read; else what holds, and that it could not."""
    if form.general.is_bound and form.is_valid:
        return read_scheme(form.settings), True
    try:
        return read_scheme(creditor.settings), not form.general.is_bound
    except SchemeInvalid:
        return None, False


def _example(
    data: QueryDict, creditor: Creditor, scheme: Scheme | None, today: date
) -> dict[str, Any]:
    currency = creditor.currency
    owed = Money.from_decimal(_USUAL_DEBT.get(currency, 1_000), currency)
    from_on = _some_months_before(today)
    wrong = ""
    if "owed" in data:
        try:
            owed = Money.from_decimal(parse_amount(data.get("owed", ""), currency), currency)
            from_on = parse_day(data.get("since", ""))
        except (Unreadable, AcuerdoError):
            wrong = _("Write an amount and a date.")
        if not 0 < owed.minor < 10**14 or not 0 <= (today - from_on).days <= 3660:
            wrong = _("Write an amount above zero and a date of the last ten years.")
    found = None
    if not wrong:
        found = reading.make_example(scheme, creditor, owed=owed, from_on=from_on, today=today)
    return {
        "example": found,
        "example_wrong": wrong,
        "owed": data.get("owed", f"{owed.to_decimal().normalize():f}")[:30],
        "since": data.get("since", from_on.isoformat())[:10],
    }


def _some_months_before(today: date) -> date:
    """The first of the month eight months before."""
    months = today.year * 12 + today.month - 1 - 8
    return date(months // 12, months % 12 + 1, 1)
