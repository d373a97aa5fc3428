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
    guess_upload_layout,
    plan_delta,
    plan_upload,
    read_first_lines,
)
from acuerdo.portfolio.columns import list_columns
from acuerdo.portfolio.errors import LayoutInvalid
from acuerdo.portfolio.models import Upload
from acuerdo.portfolio.rules.headers import FIELDS
from acuerdo.portfolio.rules.mapping import Mapping
from acuerdo.portfolio.rules.text import MAX_COLUMNS
from acuerdo.web.access import StaffRequest, page
from acuerdo.web.layout_form import read_layout_form
from acuerdo.web.reads import layouts
from acuerdo.web.reads import uploads as reads
from acuerdo.web.reads.field_words import CHANGES, field_label, operation_label
from acuerdo.web.views.imports import KIND_HELP, KINDS

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
            try:
                mapping = _read_mapping(request.POST, found)
            except LayoutInvalid as error:
                return render(
                    request,
                    "web/upload.html",
                    _describe(found) | {"wrong": str(error), "remember": True},
                )
            kind = request.POST.get("kind", "")
            found = change_mapping(
                actor=actor,
                now=now,
                upload=found,
                mapping=mapping,
                kind=kind if kind in Upload.Kind.values else "",
            )
            if request.POST.get("do") == "import":
                remember = bool(request.POST.get("remember"))
                confirm_upload(actor=actor, now=now, upload=found, remember=remember)
            if request.POST.get("do"):
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
    field that no column was chosen for has none, but in a delta, whose operations may share
    columns: there it is left to the headers. A form without columns changes none. Raises
    LayoutInvalid."""
    mapping = Mapping.model_validate(found.mapping)
    if data.get("do") == "fixed":
        return Mapping(layout=guess_upload_layout(found))
    if data.get("do") == "separated":
        return Mapping()
    changes: dict[str, Any] = {}
    names: dict[str, str] = {}
    if mapping.layout is not None and "l0_from" in data:
        changes["layout"], names = read_layout_form(data)
    if "h0" in data:
        is_delta = data.get("shown_kind") == Upload.Kind.DELTA
        chosen: dict[str, list[str]] = {name: [] for name in sorted(_known_fields(is_delta))}
        for position in range(MAX_COLUMNS):
            header = data.get(f"h{position}", "")
            field = data.get(f"f{position}", "")
            if header and field in chosen:
                chosen[field].append(names.get(header, header))
        if is_delta:
            chosen = {field: headers for field, headers in chosen.items() if headers}
        if not is_delta and data.get("kind") == Upload.Kind.DELTA:
            # What was chosen for accounts says nothing of what changed.
            chosen = {}
        if layout := changes.get("layout"):
            there = {column.name for column in layout.columns}
            chosen = {
                field: [h for h in headers if h in there] for field, headers in chosen.items()
            }
        changes["columns"] = chosen
    if "decimal" in data:
        changes["decimal"] = data["decimal"] if data["decimal"] in DECIMALS else None
    if "dates" in data:
        changes["dates"] = data["dates"] if data["dates"] in DATES else None
    return mapping.model_copy(update=changes)


def _known_fields(is_delta: bool) -> set[str]:
    known = {*FIELDS, *(column.name for column in list_columns())}
    return known | set(CHANGES[1]) if is_delta else known


def _describe(found: Upload) -> dict[str, Any]:
    separators = {"\t": _("tab"), "": "–"}
    context: dict[str, Any] = {
        "section": "imports",
        "upload": found,
        "kinds": KINDS,
        "kind_help": KIND_HELP[Upload.Kind(found.kind)],
        "decimal": found.mapping.get("decimal") or "",
        "dates": found.mapping.get("dates") or "",
    }
    try:
        look = _describe_delta if found.kind == Upload.Kind.DELTA else _describe_accounts
        context |= look(found)
    except AcuerdoError as error:
        context["dead"] = str(error)
    context["separator"] = separators.get(context.get("separator", ""), context.get("separator"))
    return context | _describe_layout(found)


def _describe_layout(found: Upload) -> dict[str, Any]:
    """The picture of the first lines, where the file is a text."""
    lines = read_first_lines(found, layouts.LINES)
    layout = Mapping.model_validate(found.mapping).layout
    if layout is None:
        return {"may_be_fixed": bool(lines)}
    pieces = layouts.cut_lines(lines, layout)
    return {
        "layout": layout,
        "lines": pieces,
        "ruler": layouts.rule(pieces),
        "forms": layouts.list_forms(layout),
        "column_kinds": layouts.list_kinds(),
    }


def _describe_delta(found: Upload) -> dict[str, Any]:
    look = plan_delta(found, now=clock.now())
    mapping = Mapping.model_validate(found.mapping)
    chosen = {header: field for field, headers in mapping.columns.items() for header in headers}
    return {
        "delta": look,
        "delta_columns": [
            (column, chosen.get(column.header, ""), ", ".join(map(field_label, fields)))
            for column, fields in look.columns
        ],
        "asked": [(operation_label(one.operation), one) for one in look.asked],
        "choices": reads.list_delta_choices(),
        "refusal": reads.tell_refusal(look.refusal) if look.refusal else "",
        "is_sample": look.is_sample,
        "encoding": look.encoding,
        "separator": look.separator,
        "taken": look.readable,
        "rejected": reads.list_faults(look.rejections),
        "warned": reads.list_faults(look.warnings),
    }


def _describe_accounts(found: Upload) -> dict[str, Any]:
    look = plan_upload(found, now=clock.now())
    plan, reading = look.plan, look.plan.reading
    context: dict[str, Any] = {
        "columns": reads.list_columns_of(look),
        "certainties": reads.count_certainties(look),
        "choices": reads.list_choices(),
        "needs": reads.list_needs(look),
        "refusal": reads.tell_refusal(plan.refusal) if plan.refusal else "",
        "refusal_code": plan.refusal.code if plan.refusal else "",
        "is_sample": plan.is_sample,
        "is_remembered": look.is_remembered,
        "encoding": look.encoding,
        "separator": look.separator,
        "missing": look.missing,
        "guard": str(look.guard) if look.guard else "",
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
