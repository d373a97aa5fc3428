"""The what-if page: a contact that nobody makes, judged as if it were made."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from django.http import HttpResponse, QueryDict
from django.shortcuts import render
from django.utils.translation import get_language
from django.views.decorators.http import require_GET

from acuerdo.compliance.rules.facts import CREDITOR_TYPES
from acuerdo.core import clock
from acuerdo.core.vocabulary import Channel, Party, Purpose
from acuerdo.web.access import StaffRequest, page
from acuerdo.web.reads.compliance import tabs
from acuerdo.web.reads.places import Place, find_place, list_place_zones
from acuerdo.web.reads.what_if import Answer, ask
from acuerdo.web.typed import Unreadable, parse_day
from acuerdo.web.what_if_form import THIS_DEBT, PastForm, WhatIfForm

MOST_PAST = 20
_PAST_NAME = re.compile(r"past-(\d{1,4})-at")


@require_GET
@page("audit_contacts")
def what_if(request: StaffRequest) -> HttpResponse:
    """The form and its answer; every change asks again."""
    language = get_language() or "en"
    first = request.access.creditors[request.creditor_ids[0]]
    place = find_place(
        request.GET.get("country", ""), request.GET.get("part", ""), default=first.country
    )
    data = _complete(request.GET.copy(), place, first.kind)
    form = WhatIfForm(place, language, data)
    past = _past_forms(data)
    # Each is asked, so that each shows its own error.
    valid = [form.is_valid(), *(one.is_valid() for one in past)]
    answer: Answer | None = None
    if all(valid):
        answer = _answer(form, past, language)
    context = {
        "section": "compliance",
        "tabs": tabs(request.access, "what_if"),
        "form": form,
        "past": past,
        "may_add": len(past) < MOST_PAST,
        "answer": answer,
    }
    return render(request, "web/what_if.html", context)


def _answer(form: WhatIfForm, past: Sequence[PastForm], language: str) -> Answer:
    question = form.read()
    given: dict[str, Any] = form.cleaned_data
    on: date = given["on"]
    return ask(
        question,
        [one.read(question, form.zone) for one in past],
        on=on,
        at=given["at"],
        zone=form.zone,
        language=language,
    )


def _complete(data: QueryDict, place: Place, kind: str) -> QueryDict:
    """What was sent, with what a first look begins with where nothing was. A part or a zone of
    another country than the one just chosen falls away."""
    zones = list_place_zones(place)
    data["country"], data["part"] = place.country, place.part
    data.setlist("zone", [zone for zone in data.getlist("zone") if zone in zones])
    local = clock.now().astimezone(ZoneInfo((data.getlist("zone") or zones)[0]))
    usual = {
        "channel": Channel.SMS.value,
        "purpose": Purpose.COLLECTION.value,
        "party": Party.DEBTOR.value,
        "creditor_type": kind if kind in CREDITOR_TYPES else "other",
        "on": local.strftime("%d/%m/%Y"),
        "at": local.strftime("%H:%M"),
        "authorised": "yes",
    }
    for name, value in usual.items():
        if name not in data:
            data[name] = value
    return data


def _past_forms(data: QueryDict) -> list[PastForm]:
    """The rows of past contacts that were sent, with one more or one less where that was asked."""
    numbers = sorted({int(found[1]) for name in data if (found := _PAST_NAME.fullmatch(name))})
    kept = [number for number in numbers if str(number) != data.get("remove", "")][:MOST_PAST]
    if "add" in data and len(kept) < MOST_PAST:
        number = max(numbers, default=-1) + 1
        data[f"past-{number}-at"] = datetime.combine(_typed_day(data), time(9)).strftime(
            "%d/%m/%Y %H:%M"
        )
        kept.append(number)
    usual = {
        "channel": str(data["channel"]),
        "direction": "outbound",
        "outcome": "delivered",
        "debt": THIS_DEBT,
    }
    for number in kept:
        for name, value in usual.items():
            if f"past-{number}-{name}" not in data:
                data[f"past-{number}-{name}"] = value
    return [PastForm(data, number) for number in kept]


def _typed_day(data: QueryDict) -> date:
    """The date that is asked about, else today's: where a new row begins."""
    try:
        return parse_day(str(data["on"]))
    except Unreadable:
        return clock.now().date()
