"""A list as a file, and lists kept under a name."""

from __future__ import annotations

from urllib.parse import parse_qsl, urlencode
from uuid import UUID

from django.contrib import messages
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from acuerdo.core import clock
from acuerdo.core.actor import Actor
from acuerdo.core.errors import AcuerdoError, NotFound
from acuerdo.core.storage import load
from acuerdo.identity.actions import forget_view, save_view
from acuerdo.reporting.listing.exports import ask_for_export
from acuerdo.reporting.listing.filters import Filters
from acuerdo.reporting.listing.pages import list_page
from acuerdo.reporting.listing.sheets import CONTENT_TYPES
from acuerdo.reporting.models import ListExport
from acuerdo.web.access import StaffRequest, page
from acuerdo.web.views.accounts import PAGE_NAME


@require_POST
@page("export_accounts")
def export(request: StaffRequest) -> HttpResponse:
    """The list that the filters give, as a file: at once, or in the background where it is long."""
    filters = Filters.read(request.POST.dict())
    now = clock.now()
    # At what creditors it may be read as a file, which may be fewer than on the page.
    first = list_page(creditor_ids=request.creditor_ids, filters=filters, now=now)
    with transaction.atomic():
        made = ask_for_export(
            actor=Actor("user", id=str(request.user.pk)),
            now=now,
            user=request.user,
            creditor_ids=request.creditor_ids,
            filters=filters,
            language=get_language() or "en",
            total=first.total,
            file_format="xlsx" if request.POST.get("format") == "xlsx" else "csv",
        )
    if made.state == "done":
        return _file(made)
    messages.success(request, _("The file is being written. You may go on working."))
    return redirect("web:exports")


@require_GET
@page("export_accounts")
def exports(request: StaffRequest) -> HttpResponse:
    """The files that this user asked for."""
    found = list(_own(request).order_by("-pk")[:50])
    rows = [(row, urlencode(row.query)) for row in found]
    waits = any(row.state == "queued" for row in found)
    context = {"section": "accounts", "rows": rows, "waits": waits}
    return render(request, "web/exports.html", context)


@require_GET
@page("export_accounts")
def download(request: StaffRequest, public_id: UUID) -> HttpResponse:
    """A file of one's own, while one may still see all that is in it."""
    found = _own(request).filter(public_id=public_id, state="done").first()
    if found is None:
        raise NotFound(what=_("The file"))
    return _file(found)


@require_POST
@page("see_accounts")
def save(request: StaffRequest) -> HttpResponse:
    """Keep the list as it is filtered now under a name."""
    query = urlencode(Filters.read(dict(parse_qsl(request.POST.get("query", "")))).write())
    try:
        with transaction.atomic():
            save_view(
                user=request.user,
                page=PAGE_NAME,
                name=request.POST.get("name", ""),
                query=query,
            )
    except AcuerdoError as error:
        messages.error(request, str(error))
    return redirect(f"{reverse('web:accounts')}?{query}")


@require_POST
@page("see_accounts")
def forget(request: StaffRequest, public_id: UUID) -> HttpResponse:
    """Forget a view of one's own."""
    with transaction.atomic():
        forget_view(user=request.user, public_id=public_id)
    return redirect("web:accounts")


def _own(request: StaffRequest) -> QuerySet[ListExport]:
    return ListExport.objects.filter(
        user=request.user, creditor_ids__contained_by=request.creditor_ids
    )


def _file(export: ListExport) -> HttpResponse:
    response = HttpResponse(load(export.file_key), content_type=CONTENT_TYPES[export.format])
    name = f"accounts-{export.asked_at:%Y%m%dT%H%M%SZ}.{export.format}"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
