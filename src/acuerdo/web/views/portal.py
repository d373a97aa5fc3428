"""The debtor's portal: one question per screen, and never a payment confirmed by the browser."""

from __future__ import annotations

from typing import Any
from uuid import UUID, uuid4

from django.conf import settings
from django.db import transaction
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST, require_safe

from acuerdo.agreements.actions import accept_offer, make_offer
from acuerdo.agreements.models import Agreement
from acuerdo.agreements.queries import get_active_agreement
from acuerdo.conversations import actions as conversations
from acuerdo.conversations.codes import send_code
from acuerdo.core import clock
from acuerdo.core.errors import AcuerdoError, NotFound
from acuerdo.core.money import Money
from acuerdo.core.vocabulary import VerificationLevel
from acuerdo.messaging.actions import open_link
from acuerdo.payments.actions import create_payment_request, open_payment_request
from acuerdo.payments.models import Payment, PaymentRequest
from acuerdo.portfolio.models import Account
from acuerdo.reporting.texts import word_of
from acuerdo.web.formats import write_moment, write_money
from acuerdo.web.letters import send_letter
from acuerdo.web.reads import portal as reading
from acuerdo.web.reads.accounts import list_debtor_accounts
from acuerdo.web.visits import CHANNEL, Visit, choose_account, remember, show_question, visit

WAITING = ("new", "claimed", "open", "unknown", "mismatch")


@require_safe
@visit(verified=False)
def home(request: HttpRequest, found: Visit) -> HttpResponse:
    """The question first; then what is owed and how it may be paid."""
    if request.method == "GET":
        with transaction.atomic():
            open_link(token=found.link.token, now=clock.now(), actor=found.actor)
    if not found.is_verified:
        return show_question(request, found)
    return render(request, "web/portal/home.html", _home_context(request, found))


@require_POST
@visit(verified=False)
def verify(request: HttpRequest, found: Visit) -> HttpResponse:
    """Check the answer. The third wrong one closes the page and calls a person."""
    if found.level is VerificationLevel.VERIFIED:
        return redirect(_back(request, found))
    if request.POST.get("act") == "code":
        return _send_code(request, found)
    with transaction.atomic():
        attempt = conversations.check_verification_answer(
            conversation=found.conversation,
            channel=CHANNEL,
            address=found.address,
            answer=request.POST.get("answer", ""),
            actor=found.actor,
            now=clock.now(),
        )
    if attempt.result in ("passed", "partly"):
        remember(request, found)
        return redirect(_back(request, found))
    if attempt.result == "expired":
        gone = _("That code is no longer valid. Ask for a new one.")
        return show_question(request, found, wrong=gone, status=422)
    if attempt.result == "failed":
        left = translation.ngettext(
            "That does not match. You can try %(n)s more time.",
            "That does not match. You can try %(n)s more times.",
            attempt.tries_left,
        ) % {"n": attempt.tries_left}
        return show_question(request, found, wrong=left, status=422)
    zone = found.debtor.timezone or found.creditor.timezone
    until = ""
    if attempt.locked_until is not None:
        until = write_moment(attempt.locked_until, zone, translation.get_language() or "en")
    context = found.context(locked=True, locked_until=until)
    return render(request, "web/portal/verify.html", context, status=429)


def _send_code(request: HttpRequest, found: Visit) -> HttpResponse:
    try:
        with transaction.atomic():
            send_code(
                conversation=found.conversation,
                channel=CHANNEL,
                address=found.address,
                origin=request.META.get("REMOTE_ADDR", ""),
                actor=found.actor,
                now=clock.now(),
            )
    except AcuerdoError as error:
        return show_question(request, found, note=str(error), status=error.http_status)
    return show_question(request, found)


def _back(request: HttpRequest, found: Visit) -> str:
    """Where the reader was when the proof was asked for, within this link's pages."""
    home_address = reverse("web:portal", args=[found.link.token])
    asked = request.POST.get("next", "")
    return asked if asked.startswith(f"{home_address}/") and "//" not in asked else home_address


@require_GET
@visit(verified=True, thing="negotiate")
def offer(request: HttpRequest, found: Visit) -> HttpResponse:
    """Exact amounts and dates, before anything is accepted."""
    account = _account(request, found)
    chosen = reading.find_offer(account, request.GET.get("offer", ""), clock.now(), _language())
    if chosen is None:
        return _home_again(request, found, _("That way to pay is no longer open. See the others."))
    context = _context(request, found, account, offer=chosen, accept_key=str(uuid4()))
    return render(request, "web/portal/offer.html", context)


@require_POST
@visit(verified=True, thing="negotiate")
def accept(request: HttpRequest, found: Visit) -> HttpResponse:
    """The debtor agrees to exactly what was shown; "all of it today" goes on to the payment."""
    account = _account(request, found)
    now = clock.now()
    chosen = reading.find_offer(account, request.POST.get("offer", ""), now, _language())
    if chosen is None:
        return _home_again(request, found, _("That way to pay is no longer open. See the others."))
    key = f"portal:{found.link.pk}:{request.POST.get('key', '')[:60]}"
    if chosen.is_now:
        return _start_payment(request, found, account, chosen.total, None, key)
    try:
        with transaction.atomic():
            made = chosen.stored or make_offer(
                account_id=account.pk,
                terms=chosen.terms,
                actor=found.actor,
                now=now,
                key=key,
                channel=CHANNEL,
            )
            accept_offer(offer=made, actor=found.actor, now=now, channel=CHANNEL, key=key)
    except AcuerdoError as error:
        return _home_again(request, found, str(error))
    address = reverse("web:portal", args=[found.link.token])
    return redirect(f"{address}?account={account.public_id}&agreed=1")


@require_POST
@visit(verified=True, thing="pay_link")
def pay(request: HttpRequest, found: Visit) -> HttpResponse:
    """To the provider's page, with the next part of the agreement or all that is owed."""
    account = _account(request, found)
    agreement = get_active_agreement(account.pk)
    amount = reading.read_components(account)[0]
    if agreement is not None:
        _parts, due = reading.view_agreement(agreement, account.country)
        amount = due.amount if due is not None else amount
    key = f"portal:{found.link.pk}:{request.POST.get('key', '')[:60]}"
    return _start_payment(request, found, account, amount, agreement, key)


@require_GET
@visit(verified=True)
def payment(request: HttpRequest, found: Visit, public_id: UUID) -> HttpResponse:
    """Where the browser comes back to. It proves nothing: we wait for the provider's word."""
    asked = _request_of(found, public_id)
    account = asked.account
    paid = Payment.objects.filter(request=asked, state="confirmed").first()
    heading, text = _payment_words(asked, paid)
    context = _context(
        request,
        found,
        account,
        payment_request=asked,
        payment=paid,
        paid=paid is not None,
        waiting=paid is None and asked.state in WAITING,
        heading=heading,
        text=text,
        amount=Money(asked.amount_minor, asked.currency),
        total=reading.read_components(account)[0],
    )
    return render(request, "web/portal/payment.html", context)


@require_GET
@visit(verified=True)
def payment_state(request: HttpRequest, found: Visit, public_id: UUID) -> HttpResponse:
    """Whether the provider has spoken, for the page that waits."""
    asked = _request_of(found, public_id)
    return JsonResponse({"settled": asked.state not in WAITING})


@require_GET
@visit(verified=True)
def receipt(request: HttpRequest, found: Visit, public_id: UUID) -> HttpResponse:
    """A payment that was confirmed, to keep."""
    paid = (
        Payment.objects.filter(
            public_id=public_id,
            account__debtor=found.debtor,
            account__creditor=found.creditor,
            state="confirmed",
        )
        .select_related("account")
        .prefetch_related("allocations")
        .first()
    )
    if paid is None:
        raise NotFound(what=_("The receipt"))
    context = _context(
        request,
        found,
        paid.account,
        payment=paid,
        amount=Money(paid.amount_minor, paid.currency),
        total=reading.read_components(paid.account)[0],
        allocations=_allocations(paid),
    )
    return render(request, "web/portal/receipt.html", context)


@require_GET
@visit(verified=True)
def letter(request: HttpRequest, found: Visit) -> HttpResponse:
    """The agreement that runs, as a letter to keep."""
    agreement = get_active_agreement(_account(request, found).pk)
    if agreement is None:
        raise NotFound(what=_("The agreement"))
    return send_letter(agreement, _language())


def _home_context(request: HttpRequest, found: Visit, refusal: str = "") -> dict[str, Any]:
    now = clock.now()
    account = choose_account(found, request.GET.get("account", request.POST.get("account", "")))
    if account is None:
        raise NotFound(what=_("The account"))
    total, components = reading.read_components(account)
    hold = reading.find_hold(account, now)
    agreement = get_active_agreement(account.pk)
    held_title, held_text = reading.hold_words(hold)
    context = _context(
        request,
        found,
        account,
        refusal=refusal,
        first_name=found.debtor.name.split()[0].title() if found.debtor.name else "",
        total=total,
        components=components,
        settled=total.minor <= 0 or account.state != "active",
        since_on=reading.pending_since(account),
        held=hold,
        held_title=held_title,
        held_text=held_text,
        notice=_("Agreed. Here is what you chose.") if request.GET.get("agreed") else "",
        others=[
            row
            for row in list_debtor_accounts(found.debtor.pk, [found.creditor.pk], now)
            if row.account.pk != account.pk and row.account.state == "active"
        ],
        receipts=reading.list_receipts(account),
        pay_key=str(uuid4()),
    )
    if agreement is not None:
        context |= _agreement_context(agreement, account)
    else:
        offers = reading.read_offers(account, now, _language())
        start = reading.CHOICES if request.GET.get("more") else 0
        context["offers"] = offers[start : start + reading.CHOICES] or offers[: reading.CHOICES]
        context["more_offers"] = "" if start or len(offers) <= reading.CHOICES else "1"
    return context


def _agreement_context(agreement: Agreement, account: Account) -> dict[str, Any]:
    parts, due = reading.view_agreement(agreement, account.country)
    return {
        "agreement": agreement,
        "agreement_title": reading.agreement_title(agreement),
        "agreement_total": Money(agreement.total_minor, agreement.currency),
        "parts": parts,
        "next_part": due,
    }


def _context(request: HttpRequest, found: Visit, account: Account, **more: Any) -> dict[str, Any]:
    asked = bool(request.GET.get("account") or request.POST.get("account"))
    return found.context(account=account, country=account.country, chosen_account=asked, **more)


def _home_again(request: HttpRequest, found: Visit, refusal: str) -> HttpResponse:
    """The first page with the reason why the step could not be taken."""
    context = _home_context(request, found, refusal)
    return render(request, "web/portal/home.html", context, status=409)


def _account(request: HttpRequest, found: Visit) -> Account:
    asked = request.POST.get("account", "") or request.GET.get("account", "")
    account = choose_account(found, asked)
    if account is None:
        raise NotFound(what=_("The account"))
    return account


def _start_payment(
    request: HttpRequest,
    found: Visit,
    account: Account,
    amount: Money,
    agreement: Agreement | None,
    key: str,
) -> HttpResponse:
    """Claim (commit), ask the provider outside any transaction, go to its page."""
    try:
        with transaction.atomic():
            asked = create_payment_request(
                account=account,
                amount=amount,
                agreement=agreement,
                channel=CHANNEL,
                actor=found.actor,
                now=clock.now(),
                key=key,
                return_url=_return_url(found),
            )
        address = open_payment_request(asked.pk, now=clock.now())
    except AcuerdoError as error:
        return _home_again(request, found, str(error))
    return redirect(address)


def _return_url(found: Visit) -> str:
    """Where the provider sends the browser; `{request}` becomes the request's own id."""
    address = reverse("web:portal", args=[found.link.token])
    return f"{settings.PUBLIC_URL}{address}/payments/{{request}}"


def _request_of(found: Visit, public_id: UUID) -> PaymentRequest:
    asked = (
        PaymentRequest.objects.filter(
            public_id=public_id,
            account__debtor=found.debtor,
            account__creditor=found.creditor,
        )
        .select_related("account")
        .first()
    )
    if asked is None:
        raise NotFound(what=_("The payment"))
    return asked


def _payment_words(asked: PaymentRequest, paid: Payment | None) -> tuple[str, str]:
    amount = write_money(Money(asked.amount_minor, asked.currency), asked.account.country)[0]
    if paid is not None:
        return _("Your payment arrived"), _("Thank you. It counts already.")
    if asked.state == "declined":
        return (
            _("The payment did not go through"),
            _("Your bank or card declined it. Nothing was charged; you can try another way."),
        )
    if asked.state == "failed":
        return (
            _("The payment page could not be opened"),
            _("Nothing was charged. Try again in a moment, or talk to a person."),
        )
    if asked.state == "expired":
        return (
            _("The payment page was closed"),
            _("Nothing was charged. You can start again whenever it suits you."),
        )
    return (
        _("We wait for the payment provider"),
        _(
            "As soon as it confirms %(amount)s, you see it here. You may close this page:"
            " nothing gets lost, and you need not pay again."
        )
        % {"amount": amount},
    )


def _allocations(paid: Payment) -> list[tuple[str, Money]]:
    sums: dict[str, int] = {}
    for row in paid.allocations.all():
        sums[row.component] = sums.get(row.component, 0) + row.amount_minor
    return [(word_of(name), Money(minor, paid.currency)) for name, minor in sums.items()]


def _language() -> str:
    return translation.get_language() or "en"
