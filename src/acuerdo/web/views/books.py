"""An account's books, corrected by a person: seen first, then done."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from acuerdo.core import clock
from acuerdo.core.actor import Actor
from acuerdo.core.errors import AcuerdoError
from acuerdo.core.vocabulary import Component
from acuerdo.ledger.models import Entry
from acuerdo.ledger.queries import get_balance
from acuerdo.payments.actions import BY_HAND, adjust_debt, give_back, reverse_payment, undo_entry
from acuerdo.portfolio.models import Account
from acuerdo.portfolio.queries import get_account
from acuerdo.web.access import StaffRequest, page
from acuerdo.web.books_form import BooksForm, list_forms
from acuerdo.web.reads import books as reading

RIGHT = "correct_books"


@require_http_methods(["GET", "POST"])
@page(RIGHT)
def books(request: StaffRequest, public_id: UUID) -> HttpResponse:
    """The forms; what one would change; and, once somebody has seen that, the change.

    A change is tried and taken back to show it. It is done where the books still are as the
    person saw them.
    """
    account = get_account(public_id, request.creditor_ids)
    actor = request.access.actor(account.creditor_id, RIGHT)
    now = clock.now()
    if request.method == "GET":
        return _show(request, reading.get_books_view(account, now))
    key = _read_key(request.POST.get("key", ""))
    if Entry.objects.filter(creditor_id=account.creditor_id, key=BY_HAND + key).exists():
        return _done(request, account)  # the button was pressed twice
    with transaction.atomic():
        account.state = Account.objects.select_for_update().get(pk=account.pk).state
        view = reading.get_books_view(account, now)
        asked = request.POST.get("act", "")
        form = next((one for one in list_forms(view) if one.act == asked), None)
        if form is None:
            refusal = _("Choose what is to be changed.")
            return _show(request, view, refusal=refusal, status=422)
        typed = form(view, request.POST)
        if not typed.is_valid():
            return _show(request, view, typed=typed, status=422)
        is_seen = request.POST.get("seen") == view.picture
        try:
            with transaction.atomic():
                _CHANGES[form.act](typed.cleaned_data, account, key, actor, now)
                after = get_balance(account.pk)
                state = Account.objects.get(pk=account.pk).state
        except AcuerdoError as error:
            refusal, status = reading.say_refusal(error, account), error.http_status
            return _show(request, view, typed=typed, refusal=refusal, status=status)
        if is_seen:
            return _done(request, account)
        transaction.set_rollback(True)
    plan = {
        "lines": reading.compare(view, after),
        "closes": state == "closed" != account.state,
        "opens": state == "active" != account.state,
        "moved": "seen" in request.POST,
        "key": key,
    }
    return _show(request, view, typed=typed, plan=plan)


def _done(request: StaffRequest, account: Account) -> HttpResponse:
    messages.success(request, _("Posted. It stands in the statement and in the timeline."))
    return redirect("web:account_books", account.public_id)


def _read_key(text: str) -> str:
    try:
        return str(UUID(text))
    except ValueError:
        return str(uuid4())


def _show(
    request: StaffRequest,
    view: reading.BooksView,
    *,
    typed: BooksForm | None = None,
    plan: Mapping[str, Any] | None = None,
    refusal: str = "",
    status: int = 200,
) -> HttpResponse:
    forms = [typed if type(typed) is form else form(view) for form in list_forms(view)]
    context = {
        "section": "accounts",
        "view": view,
        "forms": forms,
        "typed": typed,
        "plan": plan,
        "lines": reading.compare(view, view.balance),
        "refusal": refusal,
    }
    return render(request, "web/books.html", context, status=status)


# What each form asks for

Said = dict[str, Any]
Change = Callable[[Said, Account, str, Actor, datetime], object]


def _adjust(said: Said, account: Account, key: str, actor: Actor, now: datetime) -> object:
    return adjust_debt(
        account_id=account.pk,
        component=Component(said["component"]),
        change=said["amount"],
        effective_on=said["on"],
        reason=said["reason"],
        key=key,
        actor=actor,
        now=now,
    )


def _give_back(said: Said, account: Account, key: str, actor: Actor, now: datetime) -> object:
    return give_back(
        account_id=account.pk,
        amount=said["amount"],
        effective_on=said["on"],
        reason=said["reason"],
        key=key,
        actor=actor,
        now=now,
    )


def _undo(said: Said, account: Account, key: str, actor: Actor, now: datetime) -> object:
    kind, _colon, number = said["what"].partition(":")
    if kind == "payment":
        return reverse_payment(payment_id=int(number), reason=said["reason"], actor=actor, now=now)
    return undo_entry(
        entry_id=int(number), account_id=account.pk, reason=said["reason"], actor=actor, now=now
    )


_CHANGES: Mapping[str, Change] = {"adjust": _adjust, "refund": _give_back, "undo": _undo}
