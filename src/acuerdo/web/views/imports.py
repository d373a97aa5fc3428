"""Portfolio files: upload, what came of it, the rejected rows to download."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, cast
from uuid import UUID

from django import forms
from django.core.files.uploadedfile import TemporaryUploadedFile
from django.db import transaction
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods

from acuerdo.core import clock
from acuerdo.core.errors import AcuerdoError, NotFound
from acuerdo.portfolio.actions import read_rejections, read_results, store_upload
from acuerdo.portfolio.actions.intake import MAX_FILE_MEGABYTES
from acuerdo.portfolio.errors import FileTooLarge
from acuerdo.portfolio.models import ImportRun, Upload
from acuerdo.portfolio.queries import list_imports, list_open_uploads
from acuerdo.portfolio.reasons import reason_text
from acuerdo.portfolio.rules.deltas import PLACE
from acuerdo.web.access import Access, StaffRequest, page
from acuerdo.web.reads.field_words import operation_label
from acuerdo.web.reads.recalls import count_open

SHOWN = 200
KINDS = (
    (Upload.Kind.PLACE, gettext_lazy("New business")),
    (Upload.Kind.DELTA, gettext_lazy("Changes")),
    (Upload.Kind.FULL, gettext_lazy("Everything there is")),
)
KIND_HELP = {
    Upload.Kind.PLACE: gettext_lazy("Accounts that are placed, or what is owed on them now."),
    Upload.Kind.DELTA: gettext_lazy(
        "A column says what each row asks for: a payment, an adjustment, a status, a recall."
    ),
    Upload.Kind.FULL: gettext_lazy(
        "All open accounts; those that are missing are proposed for recall, never recalled by"
        " themselves."
    ),
}
MAX_BYTES = MAX_FILE_MEGABYTES * 1_000_000


class ImportForm(forms.Form):
    """One file for one creditor."""

    creditor = forms.ChoiceField(
        label=gettext_lazy("Creditor"), widget=forms.Select(attrs={"class": "select w-full"})
    )
    kind = forms.ChoiceField(
        label=gettext_lazy("What the file is"),
        choices=KINDS,
        initial=Upload.Kind.PLACE,
        required=False,
    )
    file = forms.FileField(
        label=gettext_lazy("Portfolio file"),
        help_text=gettext_lazy(
            "CSV, Excel (.xlsx) or Parquet, up to 512 MB, as your system exports it. You see how it"
            " will be read before anything is written."
        ),
        error_messages={"required": gettext_lazy("Choose a file.")},
        widget=forms.FileInput(
            attrs={"class": "file-input w-full", "accept": ".csv,.txt,.tsv,.xlsx,.parquet"}
        ),
    )

    def __init__(self, access: Access, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choice = cast(forms.ChoiceField, self.fields["creditor"])
        choice.choices = [
            (str(access.creditors[pk].public_id), access.creditors[pk].name)
            for pk in access.creditor_ids("import_portfolio")
        ]
        self.initial.setdefault("creditor", choice.choices[0][0])


@require_http_methods(["GET", "POST"])
@page("import_portfolio")
def imports(request: StaffRequest) -> HttpResponse:
    """Upload a file, and the list of those that came before."""
    refusal, status = "", 200
    if request.method == "POST":
        form = ImportForm(request.access, request.POST, request.FILES)
        if form.is_valid():
            try:
                public_id = _store(request, form)
            except AcuerdoError as error:
                refusal, status = str(error), error.http_status
            else:
                return redirect("web:upload", public_id)
        else:
            status = 422
    else:
        form = ImportForm(request.access)
    context = {
        "section": "imports",
        "form": form,
        "kinds": [(value, label, KIND_HELP[value]) for value, label in KINDS],
        "chosen_kind": form["kind"].value(),
        "refusal": refusal,
        "uploads": list_open_uploads(request.creditor_ids),
        "max_bytes": MAX_BYTES,
        "too_large": str(FileTooLarge(megabytes="{megabytes}", limit=MAX_FILE_MEGABYTES)),
        "runs": [row.run for row in list_imports(request.creditor_ids)],
        "many_creditors": len(request.creditor_ids) > 1,
        "recalls": count_open(request.access.creditor_ids("decide_recalls")),
    }
    return render(request, "web/imports.html", context, status=status)


@require_GET
@page("import_portfolio")
def import_run(request: StaffRequest, public_id: UUID) -> HttpResponse:
    """What came of one file."""
    run = _get_run(request, public_id)
    report: Mapping[str, Any] = run.report
    rows, accounts, file = (report.get(key, {}) for key in ("rows", "accounts", "file"))
    names = {
        "encoding": _("Encoding"),
        "separator": _("Separator"),
        "decimal": _("Decimal mark"),
        "date_order": _("Order of dates"),
    }
    readings = {
        "\t": _("tab"),
        "day_first": _("day first"),
        "month_first": _("month first"),
        "iso": _("year first"),
    }
    context = {
        "section": "imports",
        "run": run,
        "figures": [
            (_("Rows read"), rows.get("read", 0), ""),
            (_("Accepted"), rows.get("accepted", 0), ""),
            (_("Rejected"), rows.get("rejected", 0), ""),
            (_("Duplicates"), rows.get("duplicates", 0), ""),
            (_("Totals"), report.get("totals", 0), ""),
            (_("New accounts"), accounts.get("new", 0), ""),
            (_("Changed accounts"), accounts.get("changed", 0), ""),
            (_("Unchanged accounts"), accounts.get("unchanged", 0), ""),
            *(
                (operation_label(name), counts["done"], _tell_known(counts["known"]))
                for name, counts in report.get("operations", {}).items()
                if name != PLACE
            ),
        ],
        "file_facts": [
            (label, readings.get(file[key], file[key]))
            for key, label in names.items()
            if file.get(key)
        ],
        "rejections": _faults(report.get("rejections", [])),
        "warnings": _faults(
            [fault for fault in report.get("warnings", []) if fault["reason"] != "totals_row"]
        ),
    }
    return render(request, "web/import.html", context)


@require_GET
@page("import_portfolio")
def rejections(request: StaffRequest, public_id: UUID) -> HttpResponse:
    """The rejected rows with their reasons, as the file that goes back to its sender."""
    run = _get_run(request, public_id)
    return _attach(read_rejections(run), run, "rejected")


@require_GET
@page("import_portfolio")
def results(request: StaffRequest, public_id: UUID) -> HttpResponse:
    """What became of each row, as the file that goes back to its sender."""
    run = _get_run(request, public_id)
    return _attach(read_results(run), run, "results")


def _attach(data: bytes, run: ImportRun, what: str) -> HttpResponse:
    if not data:
        raise Http404
    response = HttpResponse(data, content_type="text/csv; charset=utf-8")
    name = f"{Path(run.file_name).stem}-{what}.csv".replace('"', "")
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def _store(request: StaffRequest, form: ImportForm) -> UUID:
    """Keep the uploaded file to look at. Raises an ImportRefused where it cannot be read."""
    chosen = form.cleaned_data["creditor"]
    creditor = next(
        row for row in request.access.creditors.values() if str(row.public_id) == chosen
    )
    actor = request.access.actor(creditor.pk, "import_portfolio")
    file: TemporaryUploadedFile = form.cleaned_data["file"]
    size = file.size or 0
    if size > MAX_BYTES:
        raise FileTooLarge(megabytes=round(size / 1_000_000), limit=MAX_FILE_MEGABYTES)
    with transaction.atomic():
        # Reports name the file as its sender does; Django has cut the name to its last part.
        stored = store_upload(
            actor=actor,
            now=clock.now(),
            creditor=creditor,
            name=file.name or "portfolio.csv",
            data=file.read(),
            kind=form.cleaned_data["kind"] or Upload.Kind.PLACE,
        )
    return stored.public_id


def _get_run(request: StaffRequest, public_id: UUID) -> ImportRun:
    run = (
        ImportRun.objects.filter(public_id=public_id, creditor_id__in=request.creditor_ids)
        .select_related("creditor")
        .first()
    )
    if run is None:
        raise NotFound(what=_("The import"))
    return run


def _tell_known(known: int) -> str:
    """How many rows of an operation were here already, in words."""
    return _("{n} as before").format(n=known) if known else ""


def _faults(faults: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [{**fault, "reason": reason_text(fault.get("reason", ""))} for fault in faults[:SHOWN]]
