"""Unclear messages: the queue, a label in one click, the labels as a file, an agent's report."""

from __future__ import annotations

import json
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from acuerdo.assistant.teaching import actions
from acuerdo.assistant.teaching.samples import export_samples
from acuerdo.assistant.teaching.versions import count_new_labels
from acuerdo.core import clock
from acuerdo.web.access import StaffRequest, page
from acuerdo.web.reads import conversations as talks
from acuerdo.web.reads import unclear as reading
from acuerdo.web.reads.meanings import list_meanings
from acuerdo.web.reads.teaching import tabs

SKIP, REOPEN = "skip", "reopen"


@require_GET
@page("teach_assistant")
def unclear(request: StaffRequest) -> HttpResponse:
    """The queue: what was not surely understood, to be labelled."""
    filters = reading.read_filters(request.GET.dict())
    creditor = request.access.chosen(request.GET.get("creditor", ""), request.creditor_ids)
    ids = [creditor.pk] if creditor else request.creditor_ids
    number = _number(request.GET.get("page", ""))
    rows, count = reading.list_unclear(ids, filters, number)
    context: dict[str, Any] = {
        "section": "unclear",
        "tabs": tabs("unclear"),
        "rows": rows,
        "count": count,
        "filters": filters,
        "narrowed": filters != reading.Filters() or creditor is not None,
        "creditors": [request.access.creditors[pk] for pk in request.creditor_ids],
        "many_creditors": len(request.creditor_ids) > 1,
        "chosen_creditor": creditor,
        "new_labels": count_new_labels(),
        "before": number - 1 if number > 1 else None,
        "after": number + 1 if count > number * reading.PAGE else None,
    }
    return render(request, "web/unclear.html", context | reading.filter_choices())


@require_POST
@page("teach_assistant")
def label(request: StaffRequest, public_id: UUID) -> HttpResponse:
    """Say what one message means, skip it, or take that back."""
    row = reading.get_unclear(public_id, request.creditor_ids)
    actor = request.access.actor(row.message.creditor_id, "teach_assistant")
    chosen = request.POST.get("intent", "") or request.POST.get("other", "")
    said: dict[str, Any] = {"message": row.message, "actor": actor, "now": clock.now()}
    with transaction.atomic():
        if chosen == SKIP:
            actions.skip_message(**said)
        elif chosen == REOPEN:
            actions.reopen_message(**said)
        else:
            actions.label_message(intent=chosen, **said)
    if "HX-Request" not in request.headers:
        return redirect(_back(request))
    context = {
        "row": reading.get_unclear(public_id, request.creditor_ids),
        "meanings": list_meanings(),
        "many_creditors": len(request.creditor_ids) > 1,
    }
    return render(request, "web/parts/unclear_row.html", context)


@require_GET
@page("teach_assistant")
def labels(request: StaffRequest) -> HttpResponse:
    """The labels of the reader's creditors, one JSON object a line."""
    lines = "".join(
        json.dumps(sample, ensure_ascii=False) + "\n"
        for sample in export_samples(request.creditor_ids)
    )
    response = HttpResponse(lines, content_type="application/x-ndjson; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="labels.jsonl"'
    return response


@require_POST
@page("see_accounts")
def flag_turn(request: StaffRequest, public_id: UUID) -> HttpResponse:
    """An agent reports a turn that the assistant misunderstood."""
    talk = talks.get_conversation(public_id, request.creditor_ids)
    actor = request.access.actor(talk.creditor_id, "converse")
    turn = request.POST.get("turn", "")
    with transaction.atomic():
        actions.flag_turn(
            conversation=talk, sequence=_number(turn, 0), actor=actor, now=clock.now()
        )
    messages.success(request, _("Thank you. The message waits for a label; the assistant learns."))
    return redirect("web:conversation", public_id)


def _number(text: str, usual: int = 1) -> int:
    return int(text) if text.isascii() and text.isdigit() and 0 < len(text) < 6 else usual


def _back(request: StaffRequest) -> str:
    """The list as it was; never another place."""
    asked = request.POST.get("next", "")
    inside = url_has_allowed_host_and_scheme(asked, allowed_hosts=None)
    home = reverse("web:unclear")
    return asked if inside and asked.startswith(home) else home
