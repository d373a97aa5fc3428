"""The manager's first page."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET

from acuerdo.core import clock
from acuerdo.reporting import queries as reporting
from acuerdo.web.access import StaffRequest, page
from acuerdo.web.reads.board import arrange


@require_GET
@page("see_dashboard")
def dashboard(request: StaffRequest) -> HttpResponse:
    """Three answers, then the figures behind them."""
    return render(request, "web/dashboard.html", _context(request) | {"section": "dashboard"})


@require_GET
@page("see_dashboard")
def figures(request: StaffRequest) -> HttpResponse:
    """The figures alone, asked for when something changed."""
    return render(request, "web/parts/board.html", _context(request))


def _context(request: StaffRequest) -> dict[str, Any]:
    choices = [request.access.creditors[pk] for pk in request.creditor_ids]
    asked = request.GET.get("creditor", "")
    chosen = next((row.pk for row in choices if str(row.public_id) == asked), None)
    creditor_ids = request.creditor_ids if chosen is None else [chosen]
    board = reporting.get_dashboard(creditor_ids, now=clock.now())
    figures_url = reverse("web:figures") + (f"?creditor={asked}" if chosen else "")
    return arrange(board) | {
        "creditor_choices": choices,
        "chosen_creditor": chosen,
        "figures_url": figures_url,
    }
