"""Debtors who may be one human: looked at side by side, merged, kept apart, or undone."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from acuerdo.core import clock
from acuerdo.core.actor import Actor
from acuerdo.core.errors import AcuerdoError, NotFound
from acuerdo.portfolio.actions import keep_apart, merge_debtors, propose_duplicates, undo_merge
from acuerdo.portfolio.models import DebtorPair
from acuerdo.web.access import StaffRequest, page
from acuerdo.web.reads.duplicates import SHOWN, count_pairs, list_pairs

_ACTS: dict[str, Callable[..., DebtorPair]] = {
    "merge": merge_debtors,
    "apart": keep_apart,
    "undo": undo_merge,
}


@require_GET
@page("merge_people")
def duplicates(request: StaffRequest) -> HttpResponse:
    """What is proposed, and what was merged."""
    return _show(request)


@require_POST
@page("merge_people")
def look_again(request: StaffRequest) -> HttpResponse:
    """Compare all debtors of one's creditors now."""
    now = clock.now()
    found = 0
    for creditor_id in request.creditor_ids:
        actor = request.access.actor(creditor_id, "merge_people")
        with transaction.atomic():
            found += propose_duplicates(creditor_id=creditor_id, actor=actor, now=now)
    words = ngettext("%(n)s new pair found.", "%(n)s new pairs found.", found) % {"n": found}
    messages.success(request, words if found else _("Nothing new was found."))
    return redirect("web:duplicates")


@require_POST
@page("merge_people")
def decide_pair(request: StaffRequest, public_id: UUID) -> HttpResponse:
    """Merge a pair, keep it apart, or undo its merge."""
    pair = DebtorPair.objects.filter(
        public_id=public_id, creditor_id__in=request.creditor_ids
    ).first()
    if pair is None:
        raise NotFound(what=_("The pair"))
    change = _ACTS.get(request.POST.get("act", ""))
    if change is None:
        return _show(request, refusal=_("Choose what is to be changed."), status=422)
    actor: Actor = request.access.actor(pair.creditor_id, "merge_people")
    try:
        with transaction.atomic():
            change(creditor_id=pair.creditor_id, pair_id=pair.pk, actor=actor, now=clock.now())
    except AcuerdoError as error:
        return _show(request, refusal=str(error), status=error.http_status)
    said = {
        merge_debtors: _("Merged. It can be undone below."),
        keep_apart: _("They stay two people."),
        undo_merge: _("Undone: everything went back."),
    }
    messages.success(request, said[change])
    return redirect("web:duplicates")


def _show(request: StaffRequest, *, refusal: str = "", status: int = 200) -> HttpResponse:
    count = count_pairs(request.creditor_ids)
    context = {
        "section": "accounts",
        "refusal": refusal,
        "count": count,
        "more": max(count - SHOWN, 0),
        "proposed": list_pairs(request.access, request.creditor_ids, "proposed"),
        "merged": list_pairs(request.access, request.creditor_ids, "merged"),
        "many_creditors": len(request.creditor_ids) > 1,
    }
    return render(request, "web/duplicates.html", context, status=status)
