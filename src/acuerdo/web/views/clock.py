"""The demo's clock: move it forward and watch the ticks in between run."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from django.db import transaction
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.dateparse import parse_datetime
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods

from acuerdo.core import clock
from acuerdo.creditors.countries import COUNTRIES
from acuerdo.portfolio.models import Account
from acuerdo.web.access import StaffRequest, page
from acuerdo.web.context import is_demo
from acuerdo.workflow.actions import move_clock
from acuerdo.workflow.queries import get_walk

STEPS = {"hour": timedelta(hours=1), "day": timedelta(days=1), "week": timedelta(days=7)}


@dataclass(frozen=True, slots=True)
class Progress:
    """How far the clock has come on its way."""

    at: datetime
    target: datetime
    percent: int
    left: str
    href: str


@require_http_methods(["GET", "POST"])
@page("move_demo_clock")
def demo_clock(request: StaffRequest) -> HttpResponse:
    """Where the clock stands, and the buttons that move it."""
    if not is_demo():
        raise Http404
    now = clock.now()
    if request.method == "POST":
        step = STEPS.get(request.POST.get("by", ""))
        if step is not None:
            actor = request.access.actor(request.creditor_ids[0], "move_demo_clock")
            with transaction.atomic():
                move_clock(actor=actor, now=now, by=step)
            return redirect(f"{reverse('web:clock')}?{urlencode({'from': now.isoformat()})}")
    return render(request, "web/clock.html", _context(request, now) | {"section": "clock"})


@require_GET
@page("see_accounts")
def now_in_demo(request: StaffRequest) -> HttpResponse:
    """The time of the demo alone, for the frame of every page."""
    context = {"demo_now": clock.now(), "zone": request.access.zone}
    return render(request, "web/parts/demo_now.html", context)


@require_GET
@page("move_demo_clock")
def progress(request: StaffRequest) -> HttpResponse:
    """The progress alone; at the end the whole page is asked for, as everything may differ."""
    context = _context(request, clock.now())
    response = render(request, "web/parts/walk.html", context)
    if context["walk"] is None:
        response["HX-Redirect"] = reverse("web:clock")
    return response


def _context(request: StaffRequest, now: datetime) -> dict[str, Any]:
    countries = (
        Account.objects.filter(creditor_id__in=request.creditor_ids)
        .order_by("country")
        .values_list("country", flat=True)
        .distinct()
    )
    offset = clock.get_offset()
    ahead = ngettext(
        "%(n)s hour ahead of the real time", "%(n)s hours ahead of the real time", _hours(offset)
    ) % {"n": _hours(offset)}
    return {
        "walk": _read_progress(request),
        "places": [
            (code, now, COUNTRIES[code].timezone) for code in countries if code in COUNTRIES
        ],
        "offset_words": ahead if offset else "",
        "zone": request.access.zone,
        "demo_now": now,
    }


def _read_progress(request: StaffRequest) -> Progress | None:
    walk = get_walk()
    if walk is None or walk.target_at is None or not walk.under_way:
        return None
    started = parse_datetime(request.GET.get("from", "")) or walk.walked_to
    whole = max((walk.target_at - started).total_seconds(), 1.0)
    done = max((walk.walked_to - started).total_seconds(), 0.0)
    left = walk.target_at - walk.walked_to
    words = ngettext("%(n)s hour to go.", "%(n)s hours to go.", _hours(left)) % {"n": _hours(left)}
    query = urlencode({"from": started.isoformat()})
    return Progress(
        at=walk.walked_to,
        target=walk.target_at,
        percent=min(int(100 * done / whole), 100),
        left=words,
        href=f"{reverse('web:clock_progress')}?{query}",
    )


def _hours(gap: timedelta) -> int:
    return max(round(gap.total_seconds() / 3600), 1)
