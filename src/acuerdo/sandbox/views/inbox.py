"""The mail boxes: every mail that came over SMTP, as a mail program would show it."""

from __future__ import annotations

from csp.decorators import csp, csp_update
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_GET

from acuerdo.sandbox.mail import parse, read_part
from acuerdo.sandbox.models import Mail

_SHOWN = 200
_HEADERS = (
    "From", "To", "Subject", "Date", "Message-ID", "Reply-To", "List-Unsubscribe",
    "List-Unsubscribe-Post", "Content-Language",
)  # fmt: skip


# No scripts, no forms, nothing fetched; links open elsewhere, as a mail program opens them.
_SEALED = {
    "default-src": ["'none'"],
    "style-src": ["'unsafe-inline'"],
    "img-src": ["data:"],
    "frame-ancestors": ["'self'"],
    "sandbox": ["allow-popups", "allow-popups-to-escape-sandbox"],
}


@require_GET
def inbox(request: HttpRequest) -> HttpResponse:
    """The mails of one box (`?to=`), or all, the newest first."""
    wanted = request.GET.get("to", "").strip().lower()[:300]
    mails = Mail.objects.defer("raw").order_by("-pk")
    if wanted:
        mails = mails.filter(recipient__contains=wanted)
    page = (
        "sandbox/_inbox.html" if request.headers.get("X-Part") == "live" else "sandbox/inbox.html"
    )
    answer = render(request, page, {"mails": list(mails[:_SHOWN]), "wanted": wanted})
    answer["Cache-Control"] = "no-store"
    answer["Vary"] = "X-Part"
    return answer


@csp_update({"frame-src": ["'self'"]})  # type: ignore[arg-type]
@require_GET
def letter(request: HttpRequest, mail_id: int) -> HttpResponse:
    """One mail: its headers, its HTML in a sealed frame, its plain text."""
    mail = get_object_or_404(Mail, pk=mail_id)
    message = parse(bytes(mail.raw))
    headers = [(name, str(message[name])) for name in _HEADERS if message[name]]
    return render(
        request,
        "sandbox/letter.html",
        {
            "mail": mail,
            "headers": headers,
            "plain": read_part(message, "plain"),
            "has_html": bool(read_part(message, "html")),
        },
    )


@csp(_SEALED)  # type: ignore[arg-type]
@xframe_options_sameorigin
@require_GET
def letter_html(request: HttpRequest, mail_id: int) -> HttpResponse:
    """The HTML of a mail, without scripts, forms, or anything fetched from elsewhere."""
    mail = get_object_or_404(Mail, pk=mail_id)
    html = read_part(parse(bytes(mail.raw)), "html")
    # Links leave the frame, as they would leave a mail program.
    return HttpResponse(html.replace("<head>", '<head><base target="_blank">', 1))
