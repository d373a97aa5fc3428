"""Web chat: the same conversation as on every other channel, on the page of a link.

Who has proved who they are on this page is not asked again, and sees what was said before. Anybody
else talks to the assistant as from a new place, and sees only that.
"""

from __future__ import annotations

from typing import Any
from uuid import uuid4

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import translation
from django.views.decorators.http import require_GET, require_http_methods

from acuerdo.assistant.talking import talk
from acuerdo.cases.evidence import find_claim
from acuerdo.conversations.actions import grant_verification, set_language
from acuerdo.conversations.queries import get_verification
from acuerdo.core import clock
from acuerdo.core.vocabulary import VerificationLevel
from acuerdo.web.reads.chat import read_thread
from acuerdo.web.views.portal_help import page_of_claim
from acuerdo.web.visits import CHANNEL, Visit, granted_level, visit

LONGEST = 2000
_SOURCE = "chat:"


@require_http_methods(["GET", "POST"])
@visit(verified=False)
def chat(request: HttpRequest, found: Visit) -> HttpResponse:
    """The thread and a line to write in. A post says one thing, and comes back to the page."""
    address = _place(request, found)
    if request.method == "POST":
        text = request.POST.get("text", "").strip()[:LONGEST]
        button = request.POST.get("button", "")[:60]
        title = request.POST.get("title", "").strip()[:60]
        if text or button:
            _prove(found, address)
            talk(
                debtor=found.debtor,
                channel=CHANNEL,
                address=address,
                text=text or title,
                button=button,
                source=f"{_SOURCE}{found.link.pk}",
                key=request.POST.get("key", "")[:60] or str(uuid4()),
                actor=found.actor,
                now=clock.now(),
                origin=request.META.get("REMOTE_ADDR", ""),
            )
        if request.headers.get("X-Chat") != "1":
            return redirect(reverse("web:portal_chat", args=[found.link.token]) + "#end")
        return render(request, "web/portal/_thread.html", _context(found, address))
    return render(request, "web/portal/chat.html", _context(found, address))


@require_GET
@visit(verified=False)
def thread(request: HttpRequest, found: Visit) -> HttpResponse:
    """The thread alone, for the page that looks whether a person has answered."""
    return render(request, "web/portal/_thread.html", _context(found, _place(request, found)))


def _context(found: Visit, address: str) -> dict[str, Any]:
    turns = read_thread(found.conversation, address=address, whole=found.is_verified)
    last = turns[-1] if turns else None
    claim = find_claim(found.debtor.pk) if found.is_verified else None
    return found.context(
        turns=turns,
        buttons=last.buttons if last is not None and last.author == "assistant" else [],
        key=str(uuid4()),
        topic="chat",
        receipts_at=page_of_claim(found, claim) if claim is not None else "",
    )


def _place(request: HttpRequest, found: Visit) -> str:
    """Where this visitor speaks from: the link's own place for who proved it here, else this
    browser's, so that nobody speaks with a proof that another one gave."""
    if found.is_verified:
        return found.address
    if "chat" not in request.session:
        request.session["chat"] = uuid4().hex[:12]
    return f"{found.address}:{request.session['chat']}"


def _prove(found: Visit, address: str) -> None:
    """What was proved for the page holds for what is said on it."""
    now = clock.now()
    language = (translation.get_language() or "")[:2]
    with transaction.atomic():
        if not found.conversation.last_turn_at and language in ("es", "pt", "en"):
            set_language(
                conversation=found.conversation, language=language, actor=found.actor, now=now
            )
        granted = granted_level(found.link)
        if granted is VerificationLevel.NONE or found.is_locked:
            return
        proof = get_verification(
            conversation=found.conversation, channel=CHANNEL, address=address, now=now
        )
        if proof.level.rank < granted.rank and found.link.grants_until is not None:
            grant_verification(
                conversation=found.conversation,
                channel=CHANNEL,
                address=address,
                until=found.link.grants_until,
                method="link",
                level=granted,
                actor=found.actor,
                now=now,
            )
