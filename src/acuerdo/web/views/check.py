"""The public page on which a code that we gave in a conversation is confirmed. It names who gave
it and when, and nothing of anybody it was given to."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import translation
from django.views.decorators.http import require_http_methods

from acuerdo.conversations.checking import look_up_code
from acuerdo.core import clock
from acuerdo.web.formats import write_moment


@require_http_methods(["GET", "POST"])
def check(request: HttpRequest) -> HttpResponse:
    """A code in, and who gave it out. A wrong one is no error of the visitor: it is the answer."""
    typed = request.POST.get("code", "").strip()[:20]
    issued = look_up_code(typed, clock.now()) if typed else None
    at = ""
    if issued is not None:
        language = (translation.get_language() or "en")[:2]
        at = write_moment(issued.at, issued.timezone, language)
    context = {"typed": typed, "issued": issued, "at": at, "topic": "check"}
    response = render(request, "web/portal/check.html", context)
    response["Cache-Control"] = "no-store"
    return response
