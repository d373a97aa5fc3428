"""Proposed recalls: a person says which accounts go back to their creditor."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from acuerdo.core import clock
from acuerdo.portfolio.actions import decide_recalls
from acuerdo.portfolio.models import RecallProposal
from acuerdo.web.access import StaffRequest, page
from acuerdo.web.formats import write_count
from acuerdo.web.reads import recalls as reading


@require_GET
@page("decide_recalls")
def recalls(request: StaffRequest) -> HttpResponse:
    """What waits for a decision, and what was decided."""
    count = reading.count_open(request.creditor_ids)
    context = {
        "section": "imports",
        "rows": reading.list_open(request.creditor_ids),
        "count": count,
        "left": max(count - reading.SHOWN, 0),
        "decided": reading.list_decided(request.creditor_ids),
        "many_creditors": len(request.creditor_ids) > 1,
    }
    return render(request, "web/recalls.html", context)


@require_POST
@page("decide_recalls")
def decide(request: StaffRequest) -> HttpResponse:
    """Recall or keep the chosen accounts, or all that wait."""
    approve = request.POST.get("act") == "recall"
    found = RecallProposal.objects.filter(creditor_id__in=request.creditor_ids, state="open")
    if request.POST.get("scope") != "all":
        found = found.filter(public_id__in=_read_ids(request.POST.getlist("proposal")))
    chosen: dict[int, list[UUID]] = {}
    for creditor_id, public_id in found.values_list("creditor_id", "public_id"):
        chosen.setdefault(creditor_id, []).append(public_id)
    done = 0
    with transaction.atomic():
        for creditor_id in sorted(chosen):
            done += decide_recalls(
                creditor=request.access.creditors[creditor_id],
                proposals=chosen[creditor_id],
                approve=approve,
                actor=request.access.actor(creditor_id, "decide_recalls"),
                now=clock.now(),
            )
    messages.success(request, _say(done, request.user.language, approve=approve))
    return redirect("web:recalls")


def _say(done: int, language: str, *, approve: bool) -> str:
    if not done:
        return _("Choose at least one account.")
    count = write_count(done, language)
    if approve:
        return ngettext(
            "{count} account went back to its creditor.",
            "{count} accounts went back to their creditor.",
            done,
        ).format(count=count)
    return ngettext("{count} account stays.", "{count} accounts stay.", done).format(count=count)


def _read_ids(texts: list[str]) -> list[UUID]:
    found = []
    for text in texts[: reading.SHOWN]:
        try:
            found.append(UUID(text))
        except ValueError:
            continue
    return found
