"""A creditor's questions and answers: the list, an entry, a try, what was asked in vain, facts."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode
from uuid import UUID
from zoneinfo import ZoneInfo

from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from acuerdo.agreements.files import Fault
from acuerdo.assistant.errors import FactInUse, FaqCodeTaken
from acuerdo.assistant.faq import actions
from acuerdo.assistant.faq.answers import check_answers, list_private, own_facts
from acuerdo.assistant.faq.rules import NEAR, is_question, may_answer
from acuerdo.assistant.models import FaqEntry
from acuerdo.assistant.nlu.contract import LANGUAGES
from acuerdo.assistant.understanders import get_understander
from acuerdo.core import clock
from acuerdo.core.errors import NotFound
from acuerdo.creditors.models import Creditor
from acuerdo.web.access import StaffRequest, page
from acuerdo.web.faq_form import FaqForm, fact_lines, read_facts
from acuerdo.web.reads import faq as reading
from acuerdo.web.reads.teaching import tabs
from acuerdo.web.reads.unclear import language_of

_RIGHT = "teach_assistant"
_LONGEST = 300


@require_GET
@page(_RIGHT)
def faq(request: StaffRequest) -> HttpResponse:
    """All entries of a creditor."""
    creditor = _creditor(request)
    return render(
        request,
        "web/faq.html",
        {
            **_frame(request, creditor, "faq"),
            "lines": reading.list_lines(creditor),
            "new_address": _address("new_faq", creditor),
        },
    )


@require_POST
@page(_RIGHT)
def try_it(request: StaffRequest) -> HttpResponse:
    """What would be answered to a typed text. Nothing is stored, nobody is answered."""
    creditor = _creditor(request)
    text = request.POST.get("text", "").strip()[:_LONGEST]
    context: dict[str, Any] = {"creditor": creditor, "text": text}
    if text:
        read = get_understander().understand(
            text,
            lang_hint="",
            country=creditor.country,
            pending_question=None,
            ref_date=clock.now().date(),
        )
        context |= {
            "near": reading.try_text(creditor, text, read.language),
            "language": language_of(read.language),
            "goes_first": not may_answer(read, text),
            "asks": is_question(text),
            "limit": round(100 * NEAR),
        }
    if "HX-Request" in request.headers:
        return render(request, "web/parts/faq_try.html", context)
    context["lines"] = reading.list_lines(creditor)
    return render(request, "web/faq.html", {**_frame(request, creditor, "faq"), **context})


@require_http_methods(["GET", "POST"])
@page(_RIGHT)
def new(request: StaffRequest) -> HttpResponse:
    """An entry that is not there yet; with `questions` it begins with what was asked in vain."""
    creditor = _creditor(request)
    if request.method == "POST":
        return _write(request, creditor, None)
    asked = reading.wordings_of(creditor, request.GET.get("questions", ""))
    return _show(request, creditor, None, FaqForm.asked(asked))


@require_http_methods(["GET", "POST"])
@page(_RIGHT)
def entry(request: StaffRequest, public_id: UUID) -> HttpResponse:
    """One entry: its wordings and answers in three languages."""
    row = reading.get_entry(public_id, request.creditor_ids)
    if request.method == "POST":
        return _write(request, row.creditor, row)
    return _show(request, row.creditor, row, FaqForm.of(actions.to_document(row)))


@require_POST
@page(_RIGHT)
def switch(request: StaffRequest, public_id: UUID) -> HttpResponse:
    """Turn an entry on or off."""
    row = reading.get_entry(public_id, request.creditor_ids)
    on = request.POST.get("on") == "on"
    with transaction.atomic():
        actions.switch_entry(
            entry=row,
            on=on,
            actor=request.access.actor(row.creditor_id, _RIGHT),
            now=clock.now(),
        )
    messages.success(
        request, _("On: it answers from now on.") if on else _("Off: it answers nobody.")
    )
    return redirect(_address("faq", row.creditor))


@require_GET
@page(_RIGHT)
def questions(request: StaffRequest) -> HttpResponse:
    """What was asked and not answered, those alike together."""
    creditor = _creditor(request)
    context = {
        **_frame(request, creditor, "questions"),
        "groups": reading.list_groups(creditor),
    }
    return render(request, "web/faq_questions.html", context)


@require_POST
@page(_RIGHT)
def dismiss(request: StaffRequest) -> HttpResponse:
    """Put questions away that need no answer."""
    creditor = _creditor(request)
    ids = [str(one) for one in _ids(request.POST.get("questions", ""))]
    with transaction.atomic():
        actions.dismiss_questions(
            creditor=creditor,
            public_ids=ids,
            actor=request.access.actor(creditor.pk, _RIGHT),
            now=clock.now(),
        )
    messages.success(request, _("Put away. Asked again, it is counted, and stays away."))
    return redirect(_address("faq_questions", creditor))


@require_http_methods(["GET", "POST"])
@page(_RIGHT)
def facts(request: StaffRequest) -> HttpResponse:
    """What a creditor gives a name, so that answers may say it."""
    creditor = _creditor(request)
    lines, refusal, status = fact_lines(own_facts(creditor)), "", 200
    if request.method == "POST":
        lines, documents = read_facts(request.POST)
        status = 422
        if documents is not None:
            try:
                with transaction.atomic():
                    actions.write_facts(
                        creditor=creditor,
                        facts=documents,
                        actor=request.access.actor(creditor.pk, _RIGHT),
                        now=clock.now(),
                    )
            except FactInUse as error:
                refusal, status = str(error), error.http_status
            else:
                messages.success(request, _("Saved. Answers say it from now on."))
                return redirect(_address("faq_facts", creditor))
    context = {
        **_frame(request, creditor, "facts"),
        "lines": lines,
        "refusal": refusal,
        "columns": [(one, language_of(one)) for one in LANGUAGES],
    }
    return render(request, "web/faq_facts.html", context, status=status)


def _write(request: StaffRequest, creditor: Creditor, row: FaqEntry | None) -> HttpResponse:
    """Store what was typed, or show what it would say (`act=look`)."""
    form = FaqForm.typed(request.POST)
    now = clock.now()
    if form.document is not None:
        today = now.astimezone(ZoneInfo(creditor.timezone)).date()
        faults = check_answers(form.document, creditor, today)
        if faults:
            form.mark(faults)
    if request.POST.get("act") == "look" or form.document is None:
        looked = request.POST.get("act") == "look"
        return _show(request, creditor, row, form, status=200 if looked else 422)
    try:
        with transaction.atomic():
            written = actions.write_entry(
                creditor=creditor,
                document=form.document,
                entry=row,
                actor=request.access.actor(creditor.pk, _RIGHT),
                now=now,
            )
    except FaqCodeTaken as error:
        form.mark([Fault(("code",), str(error))])
        return _show(request, creditor, row, form, status=error.http_status)
    messages.success(request, _("Saved. It answers from the next message on."))
    return redirect("web:faq_entry", written.public_id)


def _show(
    request: StaffRequest,
    creditor: Creditor,
    row: FaqEntry | None,
    form: FaqForm,
    *,
    status: int = 200,
) -> HttpResponse:
    document = form.document
    open_to_all, after_proof = reading.list_named(creditor)
    private = list_private(document, creditor) if document else []
    context = {
        **_frame(request, creditor, "faq"),
        "row": row,
        "form": form,
        "names": {one: language_of(one) for one in LANGUAGES},
        "previews": reading.preview_all(document, creditor, private) if document else [],
        "open_to_all": open_to_all,
        "after_proof": after_proof,
        "action": reverse("web:faq_entry", args=[row.public_id])
        if row
        else _address("new_faq", creditor),
    }
    return render(request, "web/faq_entry.html", context, status=status)


def _creditor(request: StaffRequest) -> Creditor:
    """The one that the address names, else the first of the reader's; what is sent must name it."""
    asked = request.GET.get("creditor", "") or request.POST.get("creditor", "")
    chosen = request.access.chosen(asked, request.creditor_ids)
    if chosen is None and request.method == "POST" and (asked or len(request.creditor_ids) > 1):
        raise NotFound(what=_("The creditor"))
    return chosen or request.access.creditors[request.creditor_ids[0]]


def _frame(request: StaffRequest, creditor: Creditor, here: str) -> dict[str, Any]:
    return {
        "section": "unclear",
        "tabs": tabs("faq"),
        "here": here,
        "creditor": creditor,
        "creditors": [request.access.creditors[pk] for pk in request.creditor_ids],
        "waiting": reading.unanswered(creditor).count(),
    }


def _address(name: str, creditor: Creditor) -> str:
    return f"{reverse(f'web:{name}')}?{urlencode({'creditor': str(creditor.public_id)})}"


def _ids(text: str) -> list[UUID]:
    found = []
    for part in text.split(",")[:400]:
        try:
            found.append(UUID(part))
        except ValueError:
            continue
    return found
