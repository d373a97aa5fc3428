"""Facts that are asked once: what an agent writes down, and how often something is asked again."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from acuerdo.conversations.errors import UnknownFact
from acuerdo.conversations.knowledge import WRITTEN
from acuerdo.conversations.known import record_fact
from acuerdo.core import clock
from acuerdo.core.errors import AcuerdoError
from acuerdo.web.access import StaffRequest, page
from acuerdo.web.reads import conversations as talks
from acuerdo.web.reads.known import read_asked
from acuerdo.web.reads.teaching import tabs

_DAYS = 30


@require_POST
@page("converse")
def write_fact(request: StaffRequest, public_id: UUID) -> HttpResponse:
    """Write down what the debtor told, so that nobody asks it again."""
    talk = talks.get_conversation(public_id, request.creditor_ids)
    kind = request.POST.get("kind", "")
    try:
        if kind not in WRITTEN:
            raise UnknownFact(kind=kind[:20])
        with transaction.atomic():
            record_fact(
                debtor=talk.debtor,
                kind=kind,
                value=request.POST.get("value", ""),
                source="noted",
                channel=talk.channel,
                actor=request.access.actor(talk.creditor_id, "converse"),
                now=clock.now(),
            )
    except AcuerdoError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _("Noted. Nobody needs to ask it again."))
    return redirect("web:conversation", public_id)


@require_GET
@page("teach_assistant")
def asked(request: StaffRequest) -> HttpResponse:
    """What is asked of debtors, and how often though it was known."""
    creditor = request.access.chosen(request.GET.get("creditor", ""), request.creditor_ids)
    ids = [creditor.pk] if creditor else request.creditor_ids
    context = {
        "section": "unclear",
        "tabs": tabs("asked"),
        "table": read_asked(ids, clock.now(), _DAYS),
        "days": _DAYS,
        "creditors": [request.access.creditors[pk] for pk in request.creditor_ids],
        "chosen_creditor": creditor,
    }
    return render(request, "web/asked.html", context)
