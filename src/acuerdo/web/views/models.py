"""Versions of the model: train one, compare it, put it to work, go back."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from acuerdo.assistant.errors import RiskLost
from acuerdo.assistant.models import ModelVersion
from acuerdo.assistant.teaching import versions as room
from acuerdo.core import clock
from acuerdo.core.actor import Actor
from acuerdo.core.errors import AcuerdoError
from acuerdo.web.access import StaffRequest, page
from acuerdo.web.reads import versions as reading
from acuerdo.web.reads.teaching import tabs


@require_GET
@page("teach_assistant")
def models(request: StaffRequest) -> HttpResponse:
    """All versions, who put which to work, and the button that trains a new one."""
    context = {
        "section": "unclear",
        "tabs": tabs("models"),
        "rows": reading.list_versions(),
        "promotions": reading.list_promotions(),
        "live": room.get_live_version(),
        "new_labels": room.count_new_labels(),
        "under_way": reading.get_under_way(),
        "everywhere": reading.is_everywhere(request.creditor_ids),
        "advice": reading.get_advice(clock.now()),
    }
    return render(request, "web/models.html", context)


@require_POST
@page("teach_assistant")
def train_model(request: StaffRequest) -> HttpResponse:
    """Queue a training and go to where it is watched."""
    try:
        with transaction.atomic():
            version = room.request_training(
                actor=_actor(request),
                now=clock.now(),
                everywhere=reading.is_everywhere(request.creditor_ids),
            )
    except AcuerdoError as error:
        if error.http_status == 403:
            raise
        messages.error(request, str(error))
        return redirect("web:models")
    return redirect("web:model", version.public_id)


@require_GET
@page("teach_assistant")
def model(request: StaffRequest, public_id: UUID) -> HttpResponse:
    """One version: how far its training is, then its figures beside those of the one at work."""
    version = reading.get_version(public_id)
    return render(request, "web/model.html", _context(request, version))


@require_GET
@page("teach_assistant")
def model_progress(request: StaffRequest, public_id: UUID) -> HttpResponse:
    """The progress alone; at the end the whole page is asked for."""
    context = _context(request, reading.get_version(public_id))
    response = render(request, "web/parts/training.html", context)
    if not context["view"].under_way:
        response["HX-Redirect"] = reverse("web:model", args=[public_id])
    return response


@require_POST
@page("teach_assistant")
def promote_model(request: StaffRequest, public_id: UUID) -> HttpResponse:
    """Put a version to work; where it loses a risk, only after the person has said so."""
    version = reading.get_version(public_id)
    try:
        _promote(request, version)
    except RiskLost as error:
        context = _context(request, version) | {"refusal": str(error)}
        return render(request, "web/model.html", context, status=error.http_status)
    return redirect("web:models")


@require_POST
@page("teach_assistant")
def promote_shipped(request: StaffRequest) -> HttpResponse:
    """Go back to the version that the project ships."""
    _promote(request, None)
    return redirect("web:models")


def _promote(request: StaffRequest, version: ModelVersion | None) -> None:
    with transaction.atomic():
        room.promote(
            version=version,
            actor=_actor(request),
            now=clock.now(),
            everywhere=reading.is_everywhere(request.creditor_ids),
            confirmed=request.POST.get("confirmed", "") == "yes",
        )
    messages.success(request, _("Done. Every message from now on is read by this version."))


def _actor(request: StaffRequest) -> Actor:
    return request.access.actor(request.creditor_ids[0], "teach_assistant")


def _context(request: StaffRequest, version: ModelVersion) -> dict[str, Any]:
    return {
        "section": "unclear",
        "tabs": tabs("models"),
        "view": reading.view_version(version),
        "everywhere": reading.is_everywhere(request.creditor_ids),
        "refusal": "",
    }
