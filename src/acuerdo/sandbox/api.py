"""The provider API of the sandbox: messages and hosted checkouts (see README.md)."""

from __future__ import annotations

import time
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

from django.conf import settings
from django.db import IntegrityError, connection, transaction
from django.http import HttpRequest, HttpResponse, JsonResponse

from acuerdo.core.clock import real_now
from acuerdo.sandbox import rules
from acuerdo.sandbox.access import api_view, read_json
from acuerdo.sandbox.callbacks import queue_event
from acuerdo.sandbox.checkouts import describe_checkout, expire_if_due
from acuerdo.sandbox.errors import ApiError
from acuerdo.sandbox.models import Checkout, PhoneMessage

_LANGUAGES = ("es", "pt", "en")
_MAX_EXPIRY = 30 * 24 * 3600


@api_view("POST")
def messages(request: HttpRequest, account_id: str) -> HttpResponse:
    """Send one text to a phone."""
    key = _key(request)
    body = read_json(request)
    wanted = PhoneMessage(
        account_id=account_id,
        channel=_text(body, "channel", 20),
        direction="in",
        phone=_text(body, "to", 40),
        sender=_text(body, "sender", 40, required=False) or account_id[:8],
        text=_text(body, "text", rules.MAX_TEXT),
        buttons=_buttons(body.get("buttons", [])),
        idempotency_key=key,
        webhook_url=_url(body, "webhook_url", required=False),
    )
    if wanted.channel not in rules.CHANNELS:
        raise ApiError(422, "channel", f"A channel is one of {', '.join(rules.CHANNELS)}.")
    if not rules.is_phone(wanted.phone) or wanted.phone.endswith(rules.UNREACHABLE):
        raise ApiError(422, "unreachable", "This number cannot be reached.")
    if wanted.phone.endswith(rules.BUSY):
        raise ApiError(503, "busy", "Try again later.")
    earlier = PhoneMessage.objects.filter(idempotency_key=key).first()
    if earlier is None:
        try:
            with transaction.atomic():
                wanted.save()
                _report(wanted)
        except IntegrityError:
            earlier = PhoneMessage.objects.get(idempotency_key=key)
    if earlier is not None and not _same(earlier, wanted):
        raise ApiError(409, "key_reused", "This key was used for another message.")
    if wanted.phone.endswith(rules.SLOW):
        if not connection.in_atomic_block:
            connection.close()
        time.sleep(rules.SLOW_SECONDS)
    return JsonResponse(_describe(earlier or wanted), status=200 if earlier else 201)


@api_view("GET")
def message(request: HttpRequest, account_id: str, *, key: str) -> HttpResponse:
    """What became of a message, by its key."""
    found = PhoneMessage.objects.filter(idempotency_key=key, account_id=account_id).first()
    if found is None:
        raise ApiError(404, "not_found", "There is no message with this key.")
    return JsonResponse(_describe(found))


@api_view("GET", "POST")
def checkouts(request: HttpRequest, account_id: str) -> HttpResponse:
    """Open a checkout, or find one by its key."""
    if request.method == "GET":
        key = request.GET.get("key", "")
        return _show(Checkout.objects.filter(account_id=account_id, idempotency_key=key).first())
    key = _key(request)
    body = read_json(request)
    amount = body.get("amount_minor")
    if type(amount) is not int or not 0 < amount < 10**15:
        raise ApiError(422, "amount", "amount_minor is a whole number above zero.")
    currency = _text(body, "currency", 3)
    if len(currency) != 3 or not (currency.isascii() and currency.isupper()):
        raise ApiError(422, "currency", "currency is an ISO 4217 code.")
    seconds = body.get("expires_in", 1_800)
    if type(seconds) is not int or not 0 < seconds <= _MAX_EXPIRY:
        raise ApiError(422, "expires_in", "expires_in is a number of seconds.")
    language = body.get("language", "es")
    wanted = Checkout(
        account_id=account_id,
        idempotency_key=key,
        amount_minor=amount,
        currency=currency,
        reference=_text(body, "reference", 200),
        description=_text(body, "description", 200, required=False),
        payee=_text(body, "payee", 200, required=False),
        language=language if language in _LANGUAGES else "es",
        return_url=_url(body, "return_url"),
        webhook_url=_url(body, "webhook_url"),
        expires_at=real_now() + timedelta(seconds=seconds),
    )
    earlier = Checkout.objects.filter(idempotency_key=key).first()
    if earlier is None:
        try:
            with transaction.atomic():
                wanted.save()
        except IntegrityError:
            earlier = Checkout.objects.get(idempotency_key=key)
    if earlier is None:
        return JsonResponse(describe_checkout(wanted), status=201)
    fields = ("account_id", "amount_minor", "currency", "reference")
    if any(getattr(earlier, field) != getattr(wanted, field) for field in fields):
        raise ApiError(409, "key_reused", "This key was used for another checkout.")
    return JsonResponse(describe_checkout(expire_if_due(earlier)))


@api_view("GET")
def checkout(request: HttpRequest, account_id: str, *, public_id: UUID) -> HttpResponse:
    """A checkout's state: the only answer that counts, whatever a browser says."""
    return _show(Checkout.objects.filter(account_id=account_id, public_id=public_id).first())


def health(request: HttpRequest) -> HttpResponse:
    """Whether the sandbox is up."""
    return JsonResponse({"status": "ok", "smtp_port": settings.SANDBOX_SMTP_PORT})


def _show(found: Checkout | None) -> HttpResponse:
    if found is None:
        raise ApiError(404, "not_found", "There is no such checkout.")
    return JsonResponse(describe_checkout(expire_if_due(found)))


def _report(sent: PhoneMessage) -> None:
    """Queue the reports of a message's way to the phone."""
    last = "failed" if sent.phone.endswith(rules.UNDELIVERABLE) else "delivered"
    for state in ("sent", last):
        report_status(sent, state)
    PhoneMessage.objects.filter(pk=sent.pk).update(status=last)


def report_status(sent: PhoneMessage, state: str) -> None:
    """Queue one report on a message."""
    queue_event(
        account_id=sent.account_id,
        url=sent.webhook_url,
        kind="message.status",
        fields={
            "message_id": str(sent.public_id),
            "key": sent.idempotency_key,
            "state": state,
            "detail": "the phone is switched off" if state == "failed" else "",
        },
    )


def _describe(sent: PhoneMessage) -> dict[str, Any]:
    return {
        "id": str(sent.public_id),
        "key": sent.idempotency_key,
        "state": sent.status,
        "created_at": sent.created_at.isoformat(),
    }


def _same(earlier: PhoneMessage, wanted: PhoneMessage) -> bool:
    fields = ("account_id", "channel", "phone", "text")
    return all(getattr(earlier, field) == getattr(wanted, field) for field in fields)


def _key(request: HttpRequest) -> str:
    key = request.headers.get("Idempotency-Key", "")
    if not 0 < len(key) <= 80:
        raise ApiError(400, "key", "Send an Idempotency-Key of at most 80 characters.")
    return key


def _text(body: dict[str, Any], name: str, longest: int, *, required: bool = True) -> str:
    value = body.get(name, "")
    if not isinstance(value, str) or len(value) > longest or "\0" in value:
        raise ApiError(422, name, f"{name} is a text of at most {longest} characters.")
    if required and not value.strip():
        raise ApiError(422, name, f"{name} is missing.")
    return value


def _url(body: dict[str, Any], name: str, *, required: bool = True) -> str:
    value = _text(body, name, 500, required=required)
    if value and urlsplit(value).scheme not in ("http", "https"):
        raise ApiError(422, name, f"{name} is an http address.")
    return value


def _buttons(given: Any) -> list[dict[str, str]]:
    if not isinstance(given, list) or len(given) > rules.MAX_BUTTONS:
        raise ApiError(422, "buttons", f"At most {rules.MAX_BUTTONS} buttons.")
    buttons = []
    for button in given:
        title = button.get("title") if isinstance(button, dict) else None
        if not isinstance(title, str) or not 0 < len(title) <= rules.MAX_BUTTON_TITLE:
            raise ApiError(422, "buttons", f"A title has 1 to {rules.MAX_BUTTON_TITLE} characters.")
        buttons.append({"title": title, "payload": str(button.get("payload", title))[:60]})
    return buttons
