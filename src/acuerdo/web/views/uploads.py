"""The mapping page: how an uploaded file will be read, changed until it is right, then imported."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.db import transaction
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods

from acuerdo.core import clock
from acuerdo.core.errors import AcuerdoError, NotFound
from acuerdo.portfolio.actions import (
    change_mapping,
    confirm_upload,
    discard_upload,
    plan_upload,
)
from acuerdo.portfolio.columns import list_columns
from acuerdo.portfolio.models import Upload
from acuerdo.portfolio.rules.headers import FIELDS
from acuerdo.portfolio.rules.mapping import Mapping
from acuerdo.portfolio.rules.text import MAX_COLUMNS
from acuerdo.web.access import StaffRequest, page
from acuerdo.web.reads import uploads as reads

STAGES = ("read", "match", "people", "accounts", "books", "columns")
DECIMALS = (",", ".")
DATES = ("day_first", "month_first", "iso")


@require_http_methods(["GET", "POST"])
@page("import_portfolio")
def upload(request: StaffRequest, public_id: UUID) -> HttpResponse:
    """What the file's columns are, what comes in, and what will be rejected and why."""
    found = _get_upload(request, public_id)
    if found.state == Upload.State.DONE and found.run:
        return redirect("web:import", found.run.public_id)
    if found.state == Upload.State.DISCARDED:
        return redirect("web:imports")
    if request.method == "POST":
        actor = request.access.actor(found.creditor_id, "import_portfolio")
        now = clock.now()
        with transaction.atomic():
            if request.POST.get("do") == "discard":
                discard_upload(actor=actor, now=now, upload=found)
                return redirect("web:imports")
            mapping = _read_mapping(request.POST, found)
            found = change_mapping(actor=actor, now=now, upload=found, mapping=mapping)
            if request.POST.get("do") == "import":
                remember = bool(request.POST.get("remember"))
                confirm_upload(actor=actor, now=now, upload=found, remember=remember)
                return redirect("web:upload", public_id)
    if found.state != Upload.State.OPEN:
        return render(request, "web/upload_running.html", _describe_progress(found))
    remember = request.method == "GET" or "remember" in request.POST
    return render(request, "web/upload.html", _describe(found) | {"remember": remember})


@require_GET
@page("import_portfolio")
def progress(request: StaffRequest, public_id: UUID) -> HttpResponse:
    """How far the job is; at the end the page of what came of it is asked for."""
    found = _get_upload(request, public_id)
    response = render(request, "web/parts/upload_progress.html", _describe_progress(found))
    if found.state not in (Upload.State.WAITING, Upload.State.RUNNING):
        response["HX-Redirect"] = reverse("web:upload", args=[public_id])
    return response


def _get_upload(request: StaffRequest, public_id: UUID) -> Upload:
    found = (
        Upload.objects.filter(public_id=public_id, creditor_id__in=request.creditor_ids)
        .select_related("creditor", "run")
        .first()
    )
    if found is None:
        raise NotFound(what=_("The file"))
    return found


def _read_mapping(data: QueryDict, found: Upload) -> Mapping:
    """The mapping that the form says: `f<n>` is the field of the column with the header `h<n>`. A
    field that no column was chosen for has none; a form without columns changes none."""
    mapping = Mapping.model_validate(found.mapping)
    known = {*FIELDS, *(column.name for column in list_columns())}
    if "h0" in data:
        chosen: dict[str, list[str]] = {name: [] for name in sorted(known)}
        for position in range(MAX_COLUMNS):
            header = data.get(f"h{position}", "")
            field = data.get(f"f{position}", "")
            if header and field in chosen:
                chosen[field].append(header)
        mapping = mapping.model_copy(update={"columns": chosen})
    changes: dict[str, Any] = {}
    if "decimal" in data:
        changes["decimal"] = data["decimal"] if data["decimal"] in DECIMALS else None
    if "dates" in data:
        changes["dates"] = data["dates"] if data["dates"] in DATES else None
    return mapping.model_copy(update=changes)


def _describe(found: Upload) -> dict[str, Any]:
    try:
        look = plan_upload(found, now=clock.now())
    except AcuerdoError as error:
        return {"section": "imports", "upload": found, "dead": str(error)}
    plan, reading = look.plan, look.plan.reading
    separators = {"\t": _("tab"), "": "–"}
    context: dict[str, Any] = {
        "section": "imports",
        "upload": found,
        "columns": reads.list_columns_of(look),
        "certainties": reads.count_certainties(look),
        "choices": reads.list_choices(),
        "needs": reads.list_needs(look),
        "refusal": reads.tell_refusal(plan.refusal) if plan.refusal else "",
        "refusal_code": plan.refusal.code if plan.refusal else "",
        "is_sample": plan.is_sample,
        "is_remembered": look.is_remembered,
        "encoding": look.encoding,
        "separator": separators.get(look.separator, look.separator),
        "decimal": found.mapping.get("decimal") or "",
        "dates": found.mapping.get("dates") or "",
    }
    if reading is not None:
        taken = reading.read - reading.rejected - reading.duplicates
        context |= {
            "reading": reading,
            "taken": taken,
            "accounts": reading.accounts.height,
            "sums": reads.list_sums(reading),
            "rows": reads.list_rows(reading),
            "rejected": reads.list_faults(reading.rejections),
            "warned": reads.list_faults(reading.warnings),
        }
    return context


def _describe_progress(found: Upload) -> dict[str, Any]:
    words = {
        "read": _("Read and check the rows"),
        "match": _("Compare with what is here"),
        "people": _("People and how to reach them"),
        "accounts": _("Accounts and due items"),
        "books": _("Opening entries in the books"),
        "columns": _("Finish"),
    }
    done = STAGES.index(found.stage) + 1 if found.stage in STAGES else 0
    running = found.state == Upload.State.RUNNING
    return {
        "section": "imports",
        "upload": found,
        "is_running": running,
        "left": _tell_left(found) if running else "",
        "stages": [
            (words[name], "done" if place < done else "now" if running and place == done else "")
            for place, name in enumerate(STAGES)
        ],
    }


def _tell_left(found: Upload) -> str:
    """How long it will still take, from how long it took so far."""
    if not found.progress or found.started_at is None:
        return ""
    passed = (clock.now() - found.started_at).total_seconds()
    seconds = max(round(passed * (100 - found.progress) / found.progress), 0)
    if seconds < 60:
        return _("Less than a minute to go.")
    minutes = round(seconds / 60)
    return ngettext("About %(n)s minute to go.", "About %(n)s minutes to go.", minutes) % {
        "n": minutes
    }
