"""The four ways that are always open: cannot pay, do not recognise, a person, is this real?"""

from __future__ import annotations

from typing import Any
from uuid import uuid4

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from acuerdo.agreements.queries import asks_capacity
from acuerdo.cases import actions as cases
from acuerdo.cases.models import Case
from acuerdo.cases.rules import ALREADY_PAID
from acuerdo.conversations import actions as conversations
from acuerdo.core import clock
from acuerdo.messaging.actions import receive_inbound
from acuerdo.messaging.gate import obey_stop
from acuerdo.messaging.rules import PORTAL_SOURCE
from acuerdo.portfolio.models import Account
from acuerdo.web.reads import portal as reading
from acuerdo.web.visits import CHANNEL, Visit, choose_account, visit

LONGEST = 1000


@require_http_methods(["GET", "POST"])
@visit(verified=True)
def cannot_pay(request: HttpRequest, found: Visit) -> HttpResponse:
    """Smaller parts first; else a person looks, and reminders rest."""
    account = _account(request, found)
    if request.method == "POST":
        case = open_case(request, found, "hardship", account)
        text = _("A person will look at it and write to you. Until then we do not remind you.")
        return _thanks(request, found, _("Thank you for telling us"), text, case)
    smallest = ""
    if account is not None:
        offers = reading.read_offers(account, clock.now(), translation.get_language() or "en")
        plans = [offer for offer in offers if offer.terms.kind == "plan"]
        if plans:
            smallest = _("Smaller payments: %(offer)s") % {"offer": plans[-1].title}
    wants_person = bool(request.GET.get("person"))
    context = _context(
        found,
        account,
        topic="cannot-pay",
        smallest="" if wants_person else smallest,
        may_ask=not wants_person
        and account is not None
        and asks_capacity(account=account, now=clock.now()),
    )
    return render(request, "web/portal/cannot_pay.html", context)


@require_http_methods(["GET", "POST"])
@visit(verified=False)
def dispute(request: HttpRequest, found: Visit) -> HttpResponse:
    """Collection rests as soon as somebody says that something is wrong."""
    kinds = _kinds(found.is_verified)
    account = _account(request, found)
    if request.method == "POST":
        kind = request.POST.get("kind", "")
        chosen = kind if kind in dict(kinds) else kinds[0][0]
        case = open_case(request, found, chosen.partition(":")[0], account)
        if case.kind == ALREADY_PAID:
            return redirect(page_of_claim(found, case) + "told=1")
        text = _("We stop asking for this money. A person looks at it and writes to you.")
        return _thanks(request, found, _("Thank you for telling us"), text, case)
    context = _context(found, account, topic="dispute", kinds=kinds)
    return render(request, "web/portal/dispute.html", context)


@require_http_methods(["GET", "POST"])
@visit(verified=False)
def person(request: HttpRequest, found: Visit) -> HttpResponse:
    """A person answers where we wrote to the debtor; what is typed goes into the conversation."""
    if request.method == "POST":
        key = request.POST.get("key", "")[:60] or str(uuid4())
        text = request.POST.get("text", "").strip()[:LONGEST]
        _obey_first(found, text, CHANNEL)
        with transaction.atomic():
            conversations.hand_off(
                conversation=found.conversation,
                reason="human",
                actor=found.actor,
                now=clock.now(),
                account_id=found.link.account_id,
                packet={"channel": CHANNEL, "level": found.actor.verification},
            )
            if text:
                # The portal's own place, never the phone that the link was sent to: whoever holds
                # a link has neither its proof nor its right to an answer.
                receive_inbound(
                    source=f"{PORTAL_SOURCE}{found.link.pk}",
                    external_id=key,
                    channel=CHANNEL,
                    address=found.address,
                    text=text,
                    now=clock.now(),
                    actor=found.actor,
                    creditor_id=found.creditor.pk,
                    debtor_id=found.debtor.pk,
                )
        text = _("A person of our team reads it and writes back to you where we wrote to you.")
        return _thanks(request, found, _("A person will answer you"), text)
    context = _context(found, None, topic="person")
    return render(request, "web/portal/person.html", context)


@require_GET
@visit(verified=False)
def real(request: HttpRequest, found: Visit) -> HttpResponse:
    """How to check that this is no fraud, without trusting us."""
    context = _context(found, None, topic="real", host=request.get_host())
    return render(request, "web/portal/real.html", context)


def _kinds(is_verified: bool) -> list[tuple[str, str]]:
    """At most three choices; whoever has not proved who they are hears nothing about the debt."""
    if not is_verified:
        return [
            ("wrong_person", _("I am not the person you are looking for")),
            ("fraud", _("I think this is a fraud")),
        ]
    return [
        ("dispute", _("This debt is not mine")),
        ("dispute:amount", _("The amount is wrong")),
        ("already_paid", _("I have already paid it")),
    ]


def open_case(request: HttpRequest, found: Visit, kind: str, account: Account | None) -> Case:
    """Obey a stop word in the text, then open the case (its hold comes with it)."""
    key = f"portal:{found.link.pk}:{request.POST.get('key', '')[:60] or uuid4()}"
    text = request.POST.get("text", "").strip()[:LONGEST]
    chosen = dict(_kinds(found.is_verified)).get(request.POST.get("kind", ""), "")
    reason = "\n".join(part for part in (chosen, text) if part)
    _obey_first(found, text, found.link.channel or CHANNEL)
    with transaction.atomic():
        return cases.open_case(
            kind=kind,
            debtor=found.debtor,
            account=account,
            reason=reason,
            channel=CHANNEL,
            actor=found.actor,
            now=clock.now(),
            key=key,
        )


def page_of_claim(found: Visit, case: Case) -> str:
    """Where receipts are added to the case of a payment; something may be added to the query."""
    address = reverse("web:portal_paid", args=[found.link.token])
    return f"{address}?account={case.account.public_id}&" if case.account else f"{address}?"


def number_of(case: Case) -> str:
    """What the debtor may name the case by."""
    return str(case.public_id)[-8:].upper()


def _obey_first(found: Visit, text: str, channel: str) -> None:
    """A stop typed into a form stands before, and whatever becomes of, all that the form does."""
    with transaction.atomic():
        obey_stop(
            found.debtor,
            channel=channel,
            text=text,
            source=f"{PORTAL_SOURCE}{found.link.pk}",
            actor=found.actor,
            now=clock.now(),
        )


def _account(request: HttpRequest, found: Visit) -> Account | None:
    return choose_account(found, request.POST.get("account", "") or request.GET.get("account", ""))


def _context(found: Visit, account: Account | None, **more: Any) -> dict[str, Any]:
    country = account.country if account is not None else found.debtor.country
    return found.context(account=account, country=country, key=str(uuid4()), typed="", **more)


def _thanks(
    request: HttpRequest, found: Visit, heading: str, text: str, case: Case | None = None
) -> HttpResponse:
    number = number_of(case) if case is not None else ""
    context = _context(found, None, heading=heading, text=text, number=number)
    return render(request, "web/portal/thanks.html", context)
