"""One click stops mail (RFC 8058), and so does a person who follows the same link."""

from __future__ import annotations

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import translation
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from acuerdo.core import clock
from acuerdo.core.actor import Actor
from acuerdo.messaging import actions as messaging
from acuerdo.messaging import gate
from acuerdo.messaging.errors import LinkUnknown
from acuerdo.messaging.links import OPT_OUT
from acuerdo.messaging.queries import get_link

# What a click says, in a word that every channel obeys.
STOP = "STOP"


# The mail program posts here without a session: the random token is what authorises.
@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
def unsubscribe(request: HttpRequest, token: str) -> HttpResponse:
    """GET asks (a scanner that follows links must not stop anything), POST stops.

    A mail program posts `List-Unsubscribe=One-Click`, without cookies and in either form encoding;
    the page's own button posts nothing. The token alone decides, so both stop, at once.
    """
    now = clock.now()
    with transaction.atomic():
        try:
            # Not opened: a scanner that follows the links of a mail is no visitor.
            link = get_link(token=token, purpose=OPT_OUT, now=now)
        except LinkUnknown as error:
            return render(request, "api/unsubscribe.html", {"error": error}, status=404)
        if request.method == "POST":
            actor = Actor("debtor", str(link.debtor_id), debtor_id=link.debtor_id)
            taken = messaging.receive_inbound(
                source="unsubscribe",
                external_id=link.token,
                channel=link.channel,
                address=link.address,
                text=STOP,
                creditor_id=link.creditor_id,
                debtor_id=link.debtor_id,
                now=now,
                actor=actor,
            )
            if taken is None:
                # Clicked before. The wish may have been withdrawn since: it holds again.
                gate.obey_stop(
                    link.debtor,
                    channel=link.channel,
                    text=STOP,
                    source=f"unsubscribe:{link.pk}",
                    actor=actor,
                    now=now,
                )
    with translation.override(link.debtor.language):
        answer = render(
            request,
            "api/unsubscribe.html",
            {"creditor": link.creditor.name, "done": request.method == "POST"},
        )
    answer["Cache-Control"] = "no-store"
    return answer
