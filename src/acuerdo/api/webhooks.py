"""The door for providers: `POST /webhooks/<provider>/<account>`.

The signature decides; nothing of an unsigned body is read. What a signed body says is stored and
queued in short transactions, one per text, so that a stop stays obeyed whatever becomes of the
rest, and the answer goes out at once: the work is done by reactions.
"""

from __future__ import annotations

from uuid import UUID

import structlog
from django.db import transaction
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from acuerdo.api.errors import TooLarge
from acuerdo.core import clock
from acuerdo.core.errors import AcuerdoError, NotFound, SignatureRefused
from acuerdo.core.vocabulary import Channel
from acuerdo.creditors.models import ProviderAccount
from acuerdo.messaging import actions as messaging
from acuerdo.messaging.providers import read_webhook
from acuerdo.payments import actions as payments

logger = structlog.get_logger(__name__)

MAX_BODY = 1_000_000
MAX_MAIL = 15_000_000


@csrf_exempt
@require_POST
def receive(request: HttpRequest, provider: str, public_id: UUID) -> HttpResponse:
    """Take in a provider's webhook. 200 taken, 400 unreadable, 403 not signed, 404 no account."""
    try:
        _take(request, provider, public_id)
    except SignatureRefused as error:
        logger.warning("webhook_refused", provider=provider, account=str(public_id))
        return _refuse(error)
    except AcuerdoError as error:
        logger.warning("webhook_error", provider=provider, code=error.code)
        return _refuse(error)
    return JsonResponse({"status": "ok"})


def _take(request: HttpRequest, provider: str, public_id: UUID) -> None:
    account = (
        ProviderAccount.objects.select_related("creditor")
        .filter(public_id=public_id, provider=provider)
        .first()
    )
    if account is None:
        raise NotFound(what=provider)
    headers = {name.lower(): value for name, value in request.headers.items()}
    body = _read_body(request, MAX_MAIL if account.kind == Channel.EMAIL else MAX_BODY)
    if account.kind == "payments":
        with transaction.atomic():
            payments.receive_webhook(
                provider_account=account, headers=headers, body=body, now=clock.now()
            )
        return
    parts = messaging.split_facts(read_webhook(account, headers, body, at=clock.real_now()))
    failed: Exception | None = None
    for facts in parts:
        try:
            with transaction.atomic():
                messaging.receive_webhook(provider_account=account, facts=facts, now=clock.now())
        except Exception as error:
            logger.exception("webhook_part_failed", provider=provider)
            failed = failed or error
    if failed is not None:
        # The provider sends it all again; what was taken is known then.
        raise failed


def _read_body(request: HttpRequest, limit: int) -> bytes:
    """The body, read past Django's limit for forms: a mail with its files is larger."""
    length = request.headers.get("Content-Length", "")
    if length.isdigit() and int(length) > limit:
        raise TooLarge(limit=limit)
    body = request.read(limit + 1)
    if len(body) > limit:
        raise TooLarge(limit=limit)
    return body


def _refuse(error: AcuerdoError) -> HttpResponse:
    body = {"error": {"code": error.code, "message": str(error)}}
    return JsonResponse(body, status=error.http_status)
