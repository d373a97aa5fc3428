"""Somebody has already paid: what they tell and show of it while a person looks for it."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from acuerdo.cases.errors import EvidenceTooLarge
from acuerdo.cases.evidence import (
    EXTENSIONS,
    MAX_EVIDENCE,
    add_evidence,
    find_claim,
)
from acuerdo.cases.models import Case
from acuerdo.cases.rules import ALREADY_PAID
from acuerdo.core import clock
from acuerdo.core.errors import AcuerdoError, NotFound
from acuerdo.messaging.mail.files import MAX_BYTES
from acuerdo.web.reads.receipts import view_evidence
from acuerdo.web.views.portal_help import number_of, open_case, page_of_claim
from acuerdo.web.visits import Visit, choose_account, visit


@require_http_methods(["GET", "POST"])
@visit(verified=True)
def paid(request: HttpRequest, found: Visit) -> HttpResponse:
    """Telling it is enough: the account rests from then on. A receipt makes it faster."""
    asked = request.POST.get("account", "") or request.GET.get("account", "")
    account = choose_account(found, asked)
    if account is None:
        raise NotFound(what=_("The account"))
    case = find_claim(found.debtor.pk, account.pk)
    refusals: list[str] = []
    if request.method == "POST":
        case = case or open_case(request, found, ALREADY_PAID, account)
        files = request.FILES.getlist("files")
        refusals = _keep(case, files, found)
        if not refusals:
            return redirect(page_of_claim(found, case) + ("added=1" if files else "told=1"))
    shown = view_evidence(case) if case is not None else []
    context: dict[str, Any] = found.context(
        account=account,
        country=account.country,
        key=str(uuid4()),
        topic="paid",
        case=case,
        number=number_of(case) if case is not None else "",
        evidence=shown,
        may_add=len(shown) < MAX_EVIDENCE,
        accept=",".join([*EXTENSIONS, ".heic"]),
        refusals=refusals,
        notice=_notice(request),
    )
    return render(request, "web/portal/paid.html", context, status=422 if refusals else 200)


def _keep(case: Case, files: list[UploadedFile[bytes]], found: Visit) -> list[str]:
    """Keep what can be kept, each file by itself; what became of the others, in words."""
    refusals = []
    for file in files:
        try:
            # Before it is read: it lies on disk until then.
            if (file.size or 0) > MAX_BYTES:
                raise EvidenceTooLarge(megabytes=MAX_BYTES // 1_000_000)
            with transaction.atomic():
                add_evidence(case=case, content=file.read(), actor=found.actor, now=clock.now())
        except AcuerdoError as error:
            refusals.append(f"{(file.name or '')[:60]}: {error}")
    return refusals


def _notice(request: HttpRequest) -> str:
    if "added" in request.GET:
        return _("It arrived. Thank you.")
    return _("Thank you for telling us.") if "told" in request.GET else ""
