"""The pages of policies: what may be offered to whom, tried on an example, approved by somebody."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from acuerdo.agreements import actions
from acuerdo.agreements.models import OfferPolicy
from acuerdo.agreements.policies import to_document
from acuerdo.agreements.versions import needs_two
from acuerdo.core import clock
from acuerdo.core.errors import AcuerdoError, NotFound
from acuerdo.core.money import Money
from acuerdo.creditors.models import Creditor
from acuerdo.web.access import StaffRequest, page
from acuerdo.web.policy_form import PolicyForm
from acuerdo.web.reads import policies as reading
from acuerdo.web.typed import Unreadable, parse_amount

_RIGHT = "manage_policies"
_LARGEST_DPD = 20_000


@require_GET
@page(_RIGHT)
def policies(request: StaffRequest) -> HttpResponse:
    """Those in force, in the order in which they are asked, and those that wait."""
    asked = request.GET.get("creditor", "")
    choices = [request.access.creditors[pk] for pk in request.creditor_ids]
    chosen = next((one for one in choices if str(one.public_id) == asked), choices[0])
    active, waiting = reading.list_lines(chosen)
    context = {
        "section": "policies",
        "creditors": choices,
        "creditor": chosen,
        "active": active,
        "waiting": waiting,
        "two": needs_two(chosen),
        "may_rule": request.access.may("manage_creditor", chosen.pk),
    }
    return render(request, "web/policies.html", context)


@require_GET
@page(_RIGHT)
def policy(request: StaffRequest, public_id: UUID) -> HttpResponse:
    """One policy as a form, with what it gives, and its versions."""
    row = _find(request, public_id)
    return _show(request, row, PolicyForm.of(to_document(row), row.creditor.currency))


@require_POST
@page(_RIGHT)
def example(request: StaffRequest, public_id: UUID) -> HttpResponse:
    """The same page with what is typed: nothing is stored."""
    row = _find(request, public_id)
    form = PolicyForm.typed(to_document(row), row.creditor.currency, request.POST)
    return _show(request, row, form, data=request.POST)


@require_POST
@page(_RIGHT)
def write_policy(request: StaffRequest, public_id: UUID) -> HttpResponse:
    """What is typed becomes a version that waits for approval."""
    row = _find(request, public_id)
    form = PolicyForm.typed(to_document(row), row.creditor.currency, request.POST)
    if form.document is None:
        return _show(request, row, form, data=request.POST, status=422)
    with transaction.atomic():
        written = actions.write_policy(
            creditor=row.creditor,
            document=form.document,
            actor=request.access.actor(row.creditor_id, _RIGHT),
            now=clock.now(),
            note=request.POST.get("note", ""),
        )
    if written.is_active:
        messages.info(request, _("This is what the version in force says already."))
    else:
        messages.success(
            request, _("Saved as version %(n)s. It waits for approval.") % {"n": written.version}
        )
    return redirect("web:policy", written.public_id)


@require_POST
@page(_RIGHT)
def decide_policy(request: StaffRequest, public_id: UUID) -> HttpResponse:
    """Approve a version, decline it, or take a policy out of force."""
    row = _find(request, public_id)
    deeds = {
        "approve": (actions.approve_policy, _("In force. It holds for every offer from now on.")),
        "decline": (actions.decline_policy, _("Not approved. The version in force stays.")),
        "retire": (actions.retire_policy, _("Out of force.")),
    }
    form = PolicyForm.of(to_document(row), row.creditor.currency)
    if request.POST.get("act", "") not in deeds:
        refusal = _("Choose what is to be changed.")
        return _show(request, row, form, refusal=refusal, status=422)
    deed, words = deeds[request.POST["act"]]
    actor = request.access.actor(row.creditor_id, _RIGHT)
    try:
        with transaction.atomic():
            deed(policy=row, actor=actor, now=clock.now())
    except AcuerdoError as error:
        return _show(request, row, form, refusal=str(error), status=error.http_status)
    messages.success(request, words)
    return redirect("web:policy", row.public_id)


@require_POST
@page("manage_creditor")
def policy_rule(request: StaffRequest, public_id: UUID) -> HttpResponse:
    """Whether another person than the writer must approve."""
    found = Creditor.objects.filter(public_id=public_id, pk__in=request.creditor_ids).first()
    if found is None:
        raise NotFound(what=_("The creditor"))
    with transaction.atomic():
        actions.require_two(
            creditor=found,
            required=request.POST.get("two") == "on",
            actor=request.access.actor(found.pk, "manage_creditor"),
            now=clock.now(),
        )
    messages.success(request, _("Done. It holds from now on."))
    return redirect("web:policies")


def _find(request: StaffRequest, public_id: UUID) -> OfferPolicy:
    row = (
        OfferPolicy.objects.filter(public_id=public_id, creditor_id__in=request.creditor_ids)
        .select_related("creditor")
        .first()
    )
    if row is None:
        raise NotFound(what=_("The policy"))
    return row


def _show(
    request: StaffRequest,
    row: OfferPolicy,
    form: PolicyForm,
    *,
    data: QueryDict | None = None,
    refusal: str = "",
    status: int = 200,
) -> HttpResponse:
    author = request.access.actor(row.creditor_id, _RIGHT).label == row.written_by
    context: dict[str, Any] = {
        "section": "policies",
        "row": row,
        "creditor": row.creditor,
        "form": form,
        "versions": reading.list_version_lines(row),
        "may_approve": row.is_waiting and not (author and needs_two(row.creditor)),
        "refusal": refusal,
        "note": data.get("note", "")[:200] if data else "",
        **_example(row, form, data),
    }
    return render(request, "web/policy.html", context, status=status)


def _example(row: OfferPolicy, form: PolicyForm, data: QueryDict | None) -> dict[str, Any]:
    """What the typed policy gives to the debt that is asked about."""
    currency = row.creditor.currency
    owed, dpd = reading.usual_example(form.document or form.base, currency)
    wrong = ""
    if data is not None:
        try:
            owed = Money.from_decimal(parse_amount(data.get("owed", ""), currency), currency)
            dpd = int(data.get("dpd", ""))
        except (Unreadable, ValueError, AcuerdoError):
            wrong = _("Write an amount and a number of days.")
        if not 0 < owed.minor < 10**14 or abs(dpd) > _LARGEST_DPD:
            wrong = _("Write an amount and a number of days.")
    found = None
    if form.document is not None and not wrong:
        found = reading.make_example(
            form.document,
            row.creditor,
            owed=owed,
            dpd=dpd,
            now=clock.now(),
            language=get_language() or "en",
        )
    return {
        "example": found,
        "example_wrong": wrong,
        "owed": data.get("owed", "")[:30] if data else f"{owed.to_decimal().normalize():f}",
        "dpd": data.get("dpd", "")[:8] if data else dpd,
    }
