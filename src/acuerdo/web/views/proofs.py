"""The page of proofs: what is asked of somebody before a debt is told, and how much for what."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods
from pydantic import ValidationError

from acuerdo.conversations.proofs import FACTORS, THINGS, VerificationPolicy, read_policy
from acuerdo.conversations.settings import FAULTS, set_verification_policy
from acuerdo.core import clock
from acuerdo.core.errors import NotFound
from acuerdo.creditors.models import Creditor
from acuerdo.web.access import StaffRequest, page

_RIGHT = "manage_policies"
_FACTORS: dict[str, str | Promise] = {
    "document_last4": gettext_lazy("The last 4 characters of the document"),
    "birth_date": gettext_lazy("Date of birth"),
    "postal_code": gettext_lazy("Postal code of the home"),
    "account_last4": gettext_lazy("The last 4 characters of the contract number"),
    "code": gettext_lazy("A code sent to a phone or e-mail on file"),
}
_THINGS: dict[str, str | Promise] = {
    "balance": gettext_lazy("Hear of the debt and its balance"),
    "negotiate": gettext_lazy("Get offers and agree"),
    "pay_link": gettext_lazy("Get a link to pay"),
    "change_data": gettext_lazy("Change phone, e-mail or address"),
}


@require_http_methods(["GET", "POST"])
@page(_RIGHT)
def proofs(request: StaffRequest) -> HttpResponse:
    """One creditor's policy as a form. To tell a debt without any proof is no choice here."""
    asked = request.POST.get("creditor", "") or request.GET.get("creditor", "")
    choices = [request.access.creditors[pk] for pk in request.creditor_ids]
    creditor = next((one for one in choices if str(one.public_id) == asked), None)
    if creditor is None and request.method == "POST":
        raise NotFound(what=_("The creditor"))
    creditor = creditor or choices[0]
    if request.method == "GET":
        return _show(request, creditor, read_policy(creditor.settings).model_dump())
    values = _typed(request.POST)
    try:
        policy = VerificationPolicy.model_validate(values)
    except ValidationError as error:
        return _show(request, creditor, values, faults=_faults(error), status=422)
    with transaction.atomic():
        set_verification_policy(
            creditor=creditor,
            policy=policy,
            actor=request.access.actor(creditor.pk, _RIGHT),
            now=clock.now(),
        )
    messages.success(request, _("Done. It holds from now on."))
    return redirect(f"{reverse('web:proofs')}?creditor={creditor.public_id}")


def _typed(data: QueryDict) -> dict[str, Any]:
    return {
        "first": [one for one in FACTORS if one in data.getlist("first")],
        "second": [one for one in FACTORS if one in data.getlist("second")],
        **{thing: data.get(thing, "") for thing in THINGS},
    }


def _faults(error: ValidationError) -> dict[str, str]:
    return {
        str(one["loc"][0]): str(FAULTS.get(one["type"], _("Choose one of the list.")))
        for one in error.errors(include_url=False)
    }


def _show(
    request: StaffRequest,
    creditor: Creditor,
    values: dict[str, Any],
    *,
    faults: dict[str, str] | None = None,
    status: int = 200,
) -> HttpResponse:
    wrong = faults or {}
    levels = [("claimed", _("after the first step")), ("verified", _("after all steps"))]
    context = {
        "section": "policies",
        "creditor": creditor,
        "creditors": [request.access.creditors[pk] for pk in request.creditor_ids],
        "steps": [
            (name, heading, help_, wrong.get(name, ""), _boxes(values[name]))
            for name, heading, help_ in (
                ("first", _("First step"), _("Of these the first one that is on file is asked.")),
                ("second", _("Second step"), _("None: the first step is enough for everything.")),
            )
        ],
        "things": [
            (thing, _THINGS[thing], values[thing], wrong.get(thing, "")) for thing in THINGS
        ],
        "levels": levels,
    }
    return render(request, "web/proofs.html", context, status=status)


def _boxes(chosen: list[str]) -> list[tuple[str, str, bool]]:
    return [(one, str(_FACTORS[one]), one in chosen) for one in FACTORS]
