"""Errors as pages, in words: what happened and what to do."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from acuerdo.core.errors import AcuerdoError


def missing(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """404: also for what belongs to somebody else."""
    return _page(
        request,
        404,
        _("There is nothing at this address"),
        _("The address may be mistyped, or it leads to something that is not yours to see."),
    )


def refused(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """403: a role that does not reach this far."""
    return _page(
        request,
        403,
        _("Your role does not reach this page"),
        _("Nothing was changed. An administrator of the creditor can give you another role."),
    )


def csrf_refused(request: HttpRequest, reason: str = "") -> HttpResponse:
    """403 of a form whose token is too old (CSRF_FAILURE_VIEW)."""
    return _page(
        request,
        403,
        _("This form is too old"),
        _("Nothing was saved. Go back, load the page again and send it once more."),
    )


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """400."""
    return _page(
        request,
        400,
        _("This request could not be understood"),
        _("Nothing was changed. Go back and try again from the page."),
    )


def broken(request: HttpRequest) -> HttpResponse:
    """500: ours to mend."""
    return _page(
        request,
        500,
        _("Something broke on our side"),
        _("What you sent was not saved. It was logged; try again in a minute."),
    )


def show_refusal(request: HttpRequest, error: AcuerdoError) -> HttpResponse:
    """A refusal that a person can act on: its own words."""
    titles = {
        403: _("Your role does not reach this page"),
        404: _("There is nothing at this address"),
        409: _("Somebody was quicker"),
    }
    title = titles.get(error.http_status, _("This could not be done"))
    return _page(request, error.http_status, title, str(error))


def _page(request: HttpRequest, status: int, title: str, text: str) -> HttpResponse:
    context = {"status": status, "title": title, "text": text}
    return render(request, "web/error.html", context, status=status)
