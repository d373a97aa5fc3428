"""What fits somebody's month: income and expenses in, payments that can be kept out.

Nobody is asked why they are late.
"""

from __future__ import annotations

from dataclasses import dataclass

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from acuerdo.agreements.actions import tell_capacity
from acuerdo.agreements.queries import asks_capacity, find_sustainable
from acuerdo.agreements.rules import EXPENSES
from acuerdo.core import clock
from acuerdo.core.errors import AcuerdoError, NotFound
from acuerdo.core.money import Money
from acuerdo.portfolio.models import Account
from acuerdo.web.reads import portal as reading
from acuerdo.web.typed import Unreadable, parse_amount
from acuerdo.web.visits import CHANNEL, Visit, choose_account, visit


@dataclass(frozen=True, slots=True)
class Question:
    """One amount that is asked for."""

    name: str
    label: str
    help: str
    value: str = ""
    wrong: str = ""


@require_http_methods(["GET", "POST"])
@visit(verified=True)
def what_fits(request: HttpRequest, found: Visit) -> HttpResponse:
    """Four amounts of a month, and then the payments that fit it."""
    asked = request.POST.get("account", "") or request.GET.get("account", "")
    account = choose_account(found, asked)
    now = clock.now()
    if account is None:
        raise NotFound(what=_("The account"))
    if not asks_capacity(account=account, now=now):
        return redirect(reverse("web:portal_cannot_pay", args=[found.link.token]))
    if request.method == "GET":
        return _ask(request, found, account, _questions({}, {}))
    amounts, wrong = _read(request, account)
    if wrong:
        questions = _questions({name: request.POST.get(name, "")[:30] for name in _names()}, wrong)
        return _ask(request, found, account, questions, status=422)
    try:
        with transaction.atomic():
            tell_capacity(
                account_id=account.pk,
                income=amounts.pop("income"),
                expenses=amounts,
                actor=found.actor,
                now=now,
                channel=CHANNEL,
            )
    except AcuerdoError as error:
        return _ask(request, found, account, _questions({}, {}), refusal=str(error), status=422)
    answer = find_sustainable(account_id=account.pk, now=now)
    language = translation.get_language() or "en"
    context = found.context(
        account=account,
        country=account.country,
        topic="cannot-pay",
        way=answer.way,
        offers=[reading.view_terms(terms, account, language) for terms in answer.plans],
    )
    return render(request, "web/portal/fits.html", context)


def _names() -> tuple[str, ...]:
    return ("income", *EXPENSES)


def _read(request: HttpRequest, account: Account) -> tuple[dict[str, Money], dict[str, str]]:
    """The amounts typed, and what is wrong with the others. An expense left empty is none."""
    amounts, wrong = {}, {}
    for name in _names():
        text = request.POST.get(name, "").strip()
        if not text and name != "income":
            continue
        try:
            amount = parse_amount(text, account.currency)
            amounts[name] = Money.from_decimal(amount, account.currency)
        except (Unreadable, AcuerdoError):
            wrong[name] = _("Write an amount.")
    return amounts, wrong


def _questions(values: dict[str, str], wrong: dict[str, str]) -> list[Question]:
    words = {
        "income": (_("What comes in each month"), _("Pay, pension, help: all of it, after tax.")),
        "housing": (_("Home"), _("Rent or loan, water, light, phone.")),
        "living": (_("Living"), _("Food, transport, health, school.")),
        "debts": (_("Other debts"), _("What you pay to others each month.")),
    }
    return [
        Question(name, *words[name], value=values.get(name, ""), wrong=wrong.get(name, ""))
        for name in _names()
    ]


def _ask(
    request: HttpRequest,
    found: Visit,
    account: Account,
    questions: list[Question],
    *,
    refusal: str = "",
    status: int = 200,
) -> HttpResponse:
    context = found.context(
        account=account,
        country=account.country,
        topic="cannot-pay",
        questions=questions,
        refusal=refusal,
    )
    return render(request, "web/portal/what_fits.html", context, status=status)
