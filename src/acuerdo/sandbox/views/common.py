"""What the pages share: the language, the front page, and who may frame what."""

from __future__ import annotations

from django.conf import settings
from django.db.models import Max
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_GET

from acuerdo.sandbox.models import Mail, PhoneMessage

_SHOWN = 60


@require_GET
def home(request: HttpRequest) -> HttpResponse:
    """Pick a phone or a mail box: those written to last, or a search."""
    wanted = request.GET.get("q", "").strip()[:80]
    phones = PhoneMessage.objects.values("phone").annotate(last_at=Max("created_at"))
    boxes = Mail.objects.values("recipient").annotate(last_at=Max("received_at"))
    if wanted:
        phones = phones.filter(phone__contains=wanted.lstrip("+").replace(" ", ""))
        boxes = boxes.filter(recipient__contains=wanted.lower())
    return render(
        request,
        "sandbox/home.html",
        {
            "phones": list(phones.order_by("-last_at")[:_SHOWN]),
            "boxes": list(boxes.order_by("-last_at")[:_SHOWN]),
            "wanted": wanted,
        },
    )


@require_GET
def choose_language(request: HttpRequest, code: str) -> HttpResponse:
    """Remember a language and go back to where the person was."""
    back = request.GET.get("next", "/")
    if not url_has_allowed_host_and_scheme(back, allowed_hosts=None):
        back = "/"
    answer = HttpResponseRedirect(back)
    if code in dict(settings.LANGUAGES):
        answer.set_cookie(
            settings.LANGUAGE_COOKIE_NAME,
            code,
            max_age=365 * 24 * 3600,
            secure=settings.LANGUAGE_COOKIE_SECURE,
            httponly=settings.LANGUAGE_COOKIE_HTTPONLY,
            samesite="Lax",
        )
    return answer
