"""The pages about contact rules: permitted hours, what they prevented, and why."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language
from django.views.decorators.http import require_GET

from acuerdo.core import clock
from acuerdo.core.vocabulary import Channel, Purpose
from acuerdo.creditors.models import Creditor
from acuerdo.reporting import why as whys
from acuerdo.reporting.prevented import SOURCES, WEEKS, Selection, first_monday, get_prevented
from acuerdo.reporting.texts import channel_of, purpose_of
from acuerdo.web.access import StaffRequest, page
from acuerdo.web.reads import prevented as reports
from acuerdo.web.reads import why as reading
from acuerdo.web.reads.accounts import Choice
from acuerdo.web.reads.compliance import tabs
from acuerdo.web.reads.hours import get_hours
from acuerdo.web.reads.places import find_place, list_countries, list_parts, zone_label

# What somebody is told about most: the others follow in the order of the shared list.
_USUAL_CHANNEL = Channel.SMS.value
_USUAL_PURPOSE = Purpose.COLLECTION.value


@require_GET
@page("see_rules")
def hours(request: StaffRequest) -> HttpResponse:
    """Which hours of the next days admit a contact, by place, channel and purpose."""
    asked, language = request.GET, get_language() or "en"
    creditor = _chosen_creditor(request)
    owner = creditor or request.access.creditors[request.creditor_ids[0]]
    place = find_place(asked.get("country", ""), asked.get("part", ""), default=owner.country)
    channel = _one_of(asked.get("channel", ""), list(Channel), _USUAL_CHANNEL)
    purpose = _one_of(asked.get("purpose", ""), list(Purpose), _USUAL_PURPOSE)
    zone = asked.get("zone", "")
    found = get_hours(
        place=place,
        channel=channel,
        purpose=purpose,
        zone=zone,
        settings=owner.settings,
        now=clock.now(),
        language=language,
    )
    context = {
        "section": "compliance",
        "tabs": tabs(request.access, "compliance"),
        "hours": found,
        "now": clock.now(),
        "channel": channel,
        "purpose": purpose,
        "chosen_zone": zone if zone in found.zones else "",
        "channel_label": channel_of(channel),
        "countries": list_countries(language),
        "parts": list_parts(place.country),
        "channels": [Choice(one, channel_of(one)) for one in Channel],
        "purposes": [Choice(one, purpose_of(one)) for one in Purpose],
        "zone_choices": [Choice(one, zone_label(one, language)) for one in found.zones],
        "debtor_place": zone_label(found.zone, language),
        "reader_zone": request.access.zone,
        "reader_place": zone_label(request.access.zone, language),
        "is_same_time": _same_clock(found.zone, request.access.zone),
        "creditors": _creditor_choices(request),
        "chosen_creditor": owner,
    }
    return render(request, "web/hours.html", context)


@require_GET
@page("audit_contacts")
def prevented(request: StaffRequest) -> HttpResponse:
    """What the rules kept us from, by week, rule, country and channel."""
    creditor = _chosen_creditor(request)
    selection = _selection(request)
    now = clock.now()
    report = get_prevented(
        _ids(request, creditor),
        today=_today(request),
        now=now,
        language=get_language() or "en",
        selection=selection,
    )
    query = {
        "creditor": str(creditor.public_id) if creditor else "",
        "country": selection.country,
        "channel": selection.channel,
        "source": selection.source,
    }
    context = {
        "section": "compliance",
        "tabs": tabs(request.access, "prevented"),
        "selection": selection,
        "creditors": _creditor_choices(request),
        "chosen_creditor": creditor,
        "narrowed": any(query.values()),
    }
    return render(request, "web/prevented.html", context | reports.arrange(report, query))


@require_GET
@page("audit_contacts")
def withheld(request: StaffRequest) -> HttpResponse:
    """The contacts behind a figure: refused by a rule, or withheld for another reason."""
    creditor = _chosen_creditor(request)
    ids = _ids(request, creditor)
    zones = {pk: request.access.creditors[pk].timezone for pk in ids}
    selection = _selection(request)
    begin = first_monday(_today(request))
    week = _monday(request.GET.get("week", ""), begin)
    first = week or begin
    last = week + timedelta(days=7) if week else _today(request) + timedelta(days=2)
    by_rules = request.GET.get("kind", "") != "messages"
    number = _number(request.GET.get("page", ""))
    read = reports.list_refusals if by_rules else reports.list_withheld
    found = read(ids, zones, first=first, last=last, selection=selection, number=number)
    language = get_language() or "en"
    context: dict[str, Any] = {
        "section": "compliance",
        "tabs": tabs(request.access, "withheld"),
        "found": found,
        "by_rules": by_rules,
        "selection": selection,
        "rule_words": reports.rule_words(selection.rule_id) if selection.rule_id else "",
        "week": week,
        "weeks": reports.list_weeks(begin, WEEKS),
        "countries": list_countries(language),
        "channels": [Choice(one, channel_of(one)) for one in Channel],
        "creditors": _creditor_choices(request),
        "chosen_creditor": creditor,
        "many_creditors": len(ids) > 1,
        "before": number - 1 if number > 1 else None,
        "after": number + 1 if found.count > number * reports.PAGE else None,
        "narrowed": bool(week or selection != Selection()),
    }
    return render(request, "web/withheld.html", context)


@require_GET
@page("see_rules")
def why_verdict(request: StaffRequest, verdict_id: UUID) -> HttpResponse:
    """Why the gate refused a contact."""
    found = whys.explain_refusal(
        creditor_ids=request.creditor_ids,
        verdict_id=verdict_id,
        now=clock.now(),
        language=get_language() or "en",
    )
    return _why(request, found)


@require_GET
@page("see_rules")
def why_message(request: StaffRequest, public_id: UUID) -> HttpResponse:
    """Why a message was withheld."""
    found = whys.explain_withheld(
        creditor_ids=request.creditor_ids,
        public_id=public_id,
        now=clock.now(),
        language=get_language() or "en",
    )
    return _why(request, found)


@require_GET
@page("see_rules")
def why_channel(request: StaffRequest, public_id: UUID) -> HttpResponse:
    """Whether the debtor of an account may be contacted now by one channel."""
    found = whys.explain_channel(
        creditor_ids=request.creditor_ids,
        public_id=public_id,
        channel=_one_of(request.GET.get("channel", ""), list(Channel), _USUAL_CHANNEL),
        purpose=_one_of(request.GET.get("purpose", ""), list(Purpose), _USUAL_PURPOSE),
        now=clock.now(),
        language=get_language() or "en",
    )
    return _why(request, found)


def _why(request: StaffRequest, found: whys.Why) -> HttpResponse:
    context = {
        "section": "compliance",
        "view": reading.arrange(
            found, request.access, get_language() or "en", request.get_full_path()
        ),
    }
    return render(request, "web/why.html", context)


def _one_of(value: str, known: list[Any], usual: str) -> str:
    return value if value in known else usual


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and 0 < len(text) < 6 and int(text) else 1


def _monday(text: str, first: date) -> date | None:
    """The Monday of an asked week; None where there is none, or it is older than the report."""
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return None
    monday = day - timedelta(days=day.weekday())
    return monday if first <= monday < first + timedelta(weeks=WEEKS) else None


def _selection(request: StaffRequest) -> Selection:
    asked = request.GET
    return Selection(
        country=asked.get("country", "")[:12],
        channel=_one_of(asked.get("channel", ""), list(Channel), ""),
        rule_id=asked.get("rule", "")[:80],
        source=_one_of(asked.get("source", ""), list(SOURCES), ""),
    )


def _today(request: StaffRequest) -> date:
    return clock.now().astimezone(ZoneInfo(request.access.zone)).date()


def _chosen_creditor(request: StaffRequest) -> Creditor | None:
    return request.access.chosen(request.GET.get("creditor", ""), request.creditor_ids)


def _creditor_choices(request: StaffRequest) -> list[Creditor]:
    return [request.access.creditors[pk] for pk in request.creditor_ids]


def _ids(request: StaffRequest, creditor: Creditor | None) -> list[int]:
    return request.creditor_ids if creditor is None else [creditor.pk]


def _same_clock(one: str, other: str) -> bool:
    now = clock.now()
    return now.astimezone(ZoneInfo(one)).utcoffset() == now.astimezone(ZoneInfo(other)).utcoffset()
