"""The hosted checkout, as the payer sees it."""

from __future__ import annotations

from urllib.parse import urlencode, urlsplit
from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.utils import translation
from django.views.decorators.http import require_GET, require_POST

from acuerdo.core.money import Money, format_money
from acuerdo.sandbox.checkouts import close_checkout, expire_if_due
from acuerdo.sandbox.models import Checkout
from acuerdo.sandbox.rules import CheckoutState

_ENDINGS = {
    "pay": CheckoutState.PAID,
    "decline": CheckoutState.DECLINED,
    "expire": CheckoutState.EXPIRED,
}
_COUNTRIES = {"COP": "es_CO", "MXN": "es_MX", "BRL": "pt_BR", "EUR": "es_ES", "ARS": "es_AR"}


@require_GET
def checkout(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """What is to be paid, and three ways to end it."""
    row = expire_if_due(get_object_or_404(Checkout, public_id=public_id))
    with translation.override(row.language):
        answer = render(
            request,
            "sandbox/checkout.html",
            {
                "checkout": row,
                "amount": format_money(
                    Money(row.amount_minor, row.currency),
                    _COUNTRIES.get(row.currency, row.language),
                ),
                "back": _back(row),
                "origin": urlsplit(row.return_url).netloc,
            },
        )
    answer["Cache-Control"] = "no-store"
    # The answer to the form is a redirect to the client's page, on another origin.
    parts = urlsplit(row.return_url)
    answer._csp_update = {"form-action": [f"{parts.scheme}://{parts.netloc}"]}  # type: ignore[attr-defined]
    return answer


@require_POST
def end(request: HttpRequest, public_id: UUID, ending: str) -> HttpResponse:
    """End the checkout, tell the client by webhook, and send the browser back to it.

    The browser's return says nothing about what happened: that is in the webhook, and to be
    asked for.
    """
    row = get_object_or_404(Checkout, public_id=public_id)
    if ending not in _ENDINGS:
        return HttpResponse(status=404)
    row = close_checkout(row, _ENDINGS[ending])
    return HttpResponseRedirect(_back(row))


def _back(row: Checkout) -> str:
    parts = urlsplit(row.return_url)
    joined = "&".join(
        part for part in (parts.query, urlencode({"checkout": row.public_id})) if part
    )
    return parts._replace(query=joined).geturl()
