"""The debtor's phone: threads by channel and sender, a reply box, quick replies."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from acuerdo.sandbox.api import report_status
from acuerdo.sandbox.callbacks import queue_event
from acuerdo.sandbox.models import PhoneMessage
from acuerdo.sandbox.rules import MAX_TEXT, is_phone

_SHOWN = 200


@dataclass(frozen=True, slots=True)
class Thread:
    """The texts between this phone and one sender on one channel."""

    channel: str
    account_id: str
    sender: str
    last: PhoneMessage


@require_GET
def phone(request: HttpRequest, number: str) -> HttpResponse:
    """The phone with all its threads; on a wide screen the newest one is open beside them."""
    threads = _threads(_known(number))
    chosen = threads[0] if threads and "list" not in request.GET else None
    return _show(request, number, threads, chosen, is_list=True)


@require_GET
def thread(request: HttpRequest, number: str, channel: str, account_id: str) -> HttpResponse:
    """One thread. To look at a WhatsApp thread is to read it, and the sender is told."""
    threads = _threads(_known(number))
    chosen = next((t for t in threads if (t.channel, t.account_id) == (channel, account_id)), None)
    if chosen is None:
        raise Http404
    return _show(request, number, threads, chosen, is_list=False)


@require_POST
def reply(request: HttpRequest, number: str, channel: str, account_id: str) -> HttpResponse:
    """Write back: typed text, or a quick reply's title with its payload."""
    received = (
        PhoneMessage.objects.filter(
            phone=_known(number), channel=channel, account_id=account_id, direction="in"
        )
        .order_by("-pk")
        .first()
    )
    if received is None:
        raise Http404
    text = request.POST.get("text", "").replace("\0", "").strip()[:MAX_TEXT]
    payload = request.POST.get("payload", "")[:60]
    if text:
        with transaction.atomic():
            PhoneMessage.objects.create(
                account_id=account_id,
                channel=channel,
                direction="out",
                phone=number,
                sender=received.sender,
                text=text,
                status="delivered",
            )
            queue_event(
                account_id=account_id,
                url=received.webhook_url,
                kind="message.inbound",
                fields={"from": number, "channel": channel, "text": text, "button": payload},
            )
    return HttpResponseRedirect(reverse("sandbox:thread", args=[number, channel, account_id]))


def _show(
    request: HttpRequest,
    number: str,
    threads: list[Thread],
    chosen: Thread | None,
    *,
    is_list: bool,
) -> HttpResponse:
    context: dict[str, Any] = {"number": number, "threads": threads, "chosen": chosen}
    context["is_list"] = is_list
    if chosen is not None:
        messages = list(
            PhoneMessage.objects.filter(
                phone=number, channel=chosen.channel, account_id=chosen.account_id
            ).order_by("-pk")[:_SHOWN]
        )[::-1]
        if not is_list:
            _read(messages)
        context["messages"] = messages
        # Quick replies serve until the person has answered.
        last = messages[-1] if messages else None
        context["buttons"] = last.buttons if last and last.direction == "in" else []
    page = (
        "sandbox/_phone.html" if request.headers.get("X-Part") == "live" else "sandbox/phone.html"
    )
    answer = render(request, page, context)
    answer["Cache-Control"] = "no-store"
    answer["Vary"] = "X-Part"
    return answer


def _read(messages: list[PhoneMessage]) -> None:
    """WhatsApp tells the sender when a text was read; SMS does not."""
    unread = [
        message.pk
        for message in messages
        if message.direction == "in"
        and message.channel == "whatsapp"
        and message.status == "delivered"
    ]
    if not unread:
        return
    with transaction.atomic():
        locked = PhoneMessage.objects.select_for_update().filter(pk__in=unread, status="delivered")
        for message in locked.order_by("pk"):
            report_status(message, "read")
            PhoneMessage.objects.filter(pk=message.pk).update(status="read")


def _threads(number: str) -> list[Thread]:
    """The phone's threads, the newest first."""
    newest = (
        PhoneMessage.objects.filter(phone=number)
        .order_by("channel", "account_id", "-pk")
        .distinct("channel", "account_id")
    )
    threads = [Thread(m.channel, m.account_id, m.sender, m) for m in newest]
    return sorted(threads, key=lambda thread: thread.last.pk, reverse=True)


def _known(number: str) -> str:
    if not is_phone(number):
        raise Http404
    return number
