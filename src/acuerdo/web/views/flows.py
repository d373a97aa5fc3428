"""The pages of conversation flows: how the assistant leads, tried on a debt that never was, run
over the scripted conversations, approved by somebody."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from acuerdo.agreements.versions import needs_two
from acuerdo.assistant.flows import actions
from acuerdo.assistant.flows.documents import FlowDocument, read_document
from acuerdo.assistant.flows.trial import MOST_LINES, PROOF, MadeUp, Trial, try_flow
from acuerdo.assistant.models import ConversationFlow
from acuerdo.assistant.nlu.contract import LANGUAGES
from acuerdo.core import clock
from acuerdo.core.errors import AcuerdoError, NotFound
from acuerdo.core.money import Money
from acuerdo.creditors.models import Creditor
from acuerdo.web.access import StaffRequest, page
from acuerdo.web.flow_form import FlowForm
from acuerdo.web.reads import flows as reading
from acuerdo.web.reads.policies import list_version_lines
from acuerdo.web.reads.teaching import tabs
from acuerdo.web.typed import Unreadable, parse_amount

_RIGHT = "manage_policies"
_LARGEST_DPD = 20_000
_LONGEST_LINE = 500


@require_GET
@page(_RIGHT)
def flows(request: StaffRequest) -> HttpResponse:
    """Those in force, in the order in which they are asked, and those that wait."""
    asked = request.GET.get("creditor", "")
    choices = [request.access.creditors[pk] for pk in request.creditor_ids]
    chosen = next((one for one in choices if str(one.public_id) == asked), choices[0])
    active, waiting = reading.list_lines(chosen)
    context = {
        "section": "unclear",
        "tabs": tabs("flows"),
        "creditors": choices,
        "creditor": chosen,
        "active": active,
        "waiting": waiting,
    }
    return render(request, "web/flows.html", context)


@require_GET
@page(_RIGHT)
def flow(request: StaffRequest, public_id: UUID) -> HttpResponse:
    """One flow as a form, with a trial beside it, its run and its versions."""
    row = _find(request, public_id)
    return _show(request, row.creditor, row, _first_look(row.creditor, read_document(row.document)))


@require_GET
@page(_RIGHT)
def new_flow(request: StaffRequest, public_id: UUID) -> HttpResponse:
    """The same for a flow that is yet to be written: the product's own way as a start."""
    creditor = _creditor(request, public_id)
    return _show(request, creditor, None, _first_look(creditor, FlowDocument(code="new_flow")))


@require_POST
@page(_RIGHT)
def try_draft(request: StaffRequest, public_id: UUID) -> HttpResponse:
    """The same page with what is typed, and what the draft answers: nothing is stored."""
    creditor = _creditor(request, public_id)
    row, form = _typed(request, creditor)
    return _show(request, creditor, row, form, data=request.POST)


@require_POST
@page(_RIGHT)
def write_flow(request: StaffRequest, public_id: UUID) -> HttpResponse:
    """What is typed becomes a version that waits; its run over the scripts begins."""
    creditor = _creditor(request, public_id)
    row, form = _typed(request, creditor)
    if form.document is None:
        return _show(request, creditor, row, form, data=request.POST, status=422)
    actor = request.access.actor(creditor.pk, _RIGHT)
    now = clock.now()
    try:
        with transaction.atomic():
            written = actions.write_flow(
                creditor=creditor,
                document=form.document,
                actor=actor,
                now=now,
                note=request.POST.get("note", ""),
            )
            if not written.is_active:
                actions.request_test(flow=written, actor=actor, now=now)
    except AcuerdoError as error:
        return _show(
            request, creditor, row, form, data=request.POST, refusal=error, status=error.http_status
        )
    if written.is_active:
        messages.info(request, _("This is what the version in force says already."))
    else:
        messages.success(
            request, _("Saved as version %(n)s. It waits for approval.") % {"n": written.version}
        )
    return redirect("web:flow", written.public_id)


@require_POST
@page(_RIGHT)
def test_flow(request: StaffRequest, public_id: UUID) -> HttpResponse:
    """Run the scripted conversations with a version."""
    row = _find(request, public_id)
    try:
        with transaction.atomic():
            actions.request_test(
                flow=row, actor=request.access.actor(row.creditor_id, _RIGHT), now=clock.now()
            )
    except AcuerdoError as error:
        messages.error(request, str(error))
    return redirect("web:flow", row.public_id)


@require_GET
@page(_RIGHT)
def flow_run(request: StaffRequest, public_id: UUID) -> HttpResponse:
    """How far the run is; at the end the whole page is asked for."""
    row = _find(request, public_id)
    run = reading.view_run(row)
    response = render(request, "web/parts/flow_run.html", {"row": row, "run": run})
    if not run.under_way:
        response["HX-Redirect"] = reverse("web:flow", args=[public_id])
    return response


@require_POST
@page(_RIGHT)
def decide_flow(request: StaffRequest, public_id: UUID) -> HttpResponse:
    """Approve a version, decline it, or take a flow out of force."""
    row = _find(request, public_id)
    deeds = {
        "approve": (actions.approve_flow, _("In force. It leads every turn from now on.")),
        "decline": (actions.decline_flow, _("Not approved. The version in force stays.")),
        "retire": (actions.retire_flow, _("Out of force.")),
    }
    form = _first_look(row.creditor, read_document(row.document))
    if request.POST.get("act", "") not in deeds:
        refusal = _("Choose what is to be changed.")
        return _show(request, row.creditor, row, form, refusal=refusal, status=422)
    deed, words = deeds[request.POST["act"]]
    try:
        with transaction.atomic():
            deed(flow=row, actor=request.access.actor(row.creditor_id, _RIGHT), now=clock.now())
    except AcuerdoError as error:
        return _show(request, row.creditor, row, form, refusal=error, status=error.http_status)
    messages.success(request, words)
    return redirect("web:flow", row.public_id)


def _find(request: StaffRequest, public_id: UUID) -> ConversationFlow:
    rows = ConversationFlow.objects.filter(creditor_id__in=request.creditor_ids)
    row = rows.filter(public_id=public_id).select_related("creditor").first()
    if row is None:
        raise NotFound(what=_("The flow"))
    return row


def _creditor(request: StaffRequest, public_id: UUID) -> Creditor:
    found = Creditor.objects.filter(public_id=public_id, pk__in=request.creditor_ids).first()
    if found is None:
        raise NotFound(what=_("The creditor"))
    return found


def _first_look(creditor: Creditor, document: FlowDocument) -> FlowForm:
    segments = list(reading.list_segments(creditor).items())
    return FlowForm.of(document, creditor.currency, creditor.country, segments)


def _typed(request: StaffRequest, creditor: Creditor) -> tuple[ConversationFlow | None, FlowForm]:
    """The version that is changed (none for a new flow), and the form as it is typed."""
    row = None
    if request.POST.get("version"):
        try:
            row = _find(request, UUID(request.POST["version"]))
        except ValueError:
            raise NotFound(what=_("The flow")) from None
    base = read_document(row.document) if row else FlowDocument(code="new_flow")
    segments = list(reading.list_segments(creditor).items())
    return row, FlowForm.typed(base, creditor.currency, creditor.country, segments, request.POST)


def _show(
    request: StaffRequest,
    creditor: Creditor,
    row: ConversationFlow | None,
    form: FlowForm,
    *,
    data: QueryDict | None = None,
    refusal: object = "",
    status: int = 200,
) -> HttpResponse:
    written_by_me = row and request.access.actor(creditor.pk, _RIGHT).label == row.written_by
    context: dict[str, Any] = {
        "section": "unclear",
        "tabs": tabs("flows"),
        "row": row,
        "creditor": creditor,
        "form": form,
        "run": reading.view_run(row) if row else None,
        "versions": list_version_lines(row) if row else [],
        "may_approve": row and row.is_waiting and not (written_by_me and needs_two(creditor)),
        "refusal": str(refusal),
        "note": data.get("note", "")[:200] if data else "",
        **_try(creditor, form, data),
    }
    return render(request, "web/flow.html", context, status=status)


def _try(creditor: Creditor, form: FlowForm, data: QueryDict | None) -> dict[str, Any]:
    """The trial: its debt, what was said so far, and what the draft answered."""
    owed, dpd = reading.usual_debt(form.document or form.base, creditor.currency)
    language = creditor.language
    wrong, lines = "", []
    if data is not None and "owed" in data:
        lines = [one.strip()[:_LONGEST_LINE] for one in data.getlist("line") if one.strip()]
        new = data.get("say", "").strip()[:_LONGEST_LINE] if data.get("talk") else ""
        lines = [] if data.get("again") else [*lines, *([new] if new else [])][:MOST_LINES]
        asked = data.get("trial_language", "")
        language = asked if asked in LANGUAGES else language
        try:
            amount = parse_amount(data.get("owed", ""), creditor.currency)
            owed, dpd = Money.from_decimal(amount, creditor.currency), int(data.get("dpd", ""))
        except (Unreadable, ValueError, AcuerdoError):
            wrong = _("Write an amount and a number of days.")
        if not 0 < owed.minor < 10**14 or abs(dpd) > _LARGEST_DPD:
            wrong = _("Write an amount and a number of days.")
    trial = Trial()
    if lines and form.document is not None and not wrong:
        debt = MadeUp(
            owed,
            dpd,
            product=(data.get("trial_product", "") if data else "")[:80],
            segment=(data.get("trial_segment", "") if data else "")[:40],
            language=language,
        )
        trial = try_flow(
            creditor=creditor, document=form.document, debt=debt, lines=lines, now=clock.now()
        )
    return {
        "trial": trial,
        "trial_wrong": wrong,
        "lines": lines,
        "say": data.get("say", "")[:_LONGEST_LINE] if data and not data.get("talk") else "",
        "proof": PROOF,
        "owed": data.get("owed", "")[:30] if data else f"{owed.to_decimal().normalize():f}",
        "dpd": data.get("dpd", "")[:8] if data else dpd,
        "trial_language": language,
        "trial_languages": [("es", "Español"), ("pt", "Português"), ("en", "English")],
        "trial_product": data.get("trial_product", "")[:80] if data else "",
        "trial_segment": data.get("trial_segment", "")[:40] if data else "",
    }
