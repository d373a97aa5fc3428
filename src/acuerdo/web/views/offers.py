"""A debtor proposes to an agent: the policy answers, as it would anywhere else.

A person may go further with a reason, as far as their authority; the debtor finds that offer on
their own page.
"""

from __future__ import annotations

from typing import Any
from uuid import UUID, uuid4

from django import forms
from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from acuerdo.agreements.actions import answer_proposal, make_offer
from acuerdo.agreements.errors import OfferNotAdmissible, ReasonMissing
from acuerdo.agreements.negotiation import Evaluation, Proposal
from acuerdo.agreements.queries import list_granted_offers, read_proposal, read_table
from acuerdo.agreements.texts import describe_outside
from acuerdo.core import clock
from acuerdo.core.errors import AcuerdoError
from acuerdo.core.money import Money
from acuerdo.ledger.queries import get_balance
from acuerdo.portfolio.models import Account
from acuerdo.portfolio.queries import get_account
from acuerdo.web.access import StaffRequest, page
from acuerdo.web.reads.portal import OfferView, view_granted, view_terms
from acuerdo.web.typed import Unreadable, parse_amount, parse_day

SETTLEMENT, PLAN = "settlement", "plan"


class OfferForm(forms.Form):
    """What the debtor proposed."""

    kind = forms.ChoiceField(
        label=gettext_lazy("The debtor proposes"),
        choices=[
            (PLAN, gettext_lazy("all of it, in instalments")),
            (SETTLEMENT, gettext_lazy("less than all, and it is settled")),
        ],
        widget=forms.Select(attrs={"class": "select w-full"}),
    )
    amount = forms.CharField(
        label=gettext_lazy("In all"),
        help_text=gettext_lazy("Only where it is less than what is owed."),
        required=False,
        max_length=30,
        widget=forms.TextInput(attrs={"class": "input w-full", "autocomplete": "off"}),
    )
    count = forms.IntegerField(
        label=gettext_lazy("In how many payments"),
        required=False,
        min_value=1,
        max_value=120,
        widget=forms.TextInput(attrs={"class": "input w-full", "autocomplete": "off"}),
    )
    on = forms.CharField(
        label=gettext_lazy("The first on"),
        help_text=gettext_lazy("Day/month/year. Empty: within a week."),
        required=False,
        max_length=20,
        widget=forms.TextInput(attrs={"class": "input w-full", "autocomplete": "off"}),
    )
    reason = forms.CharField(
        label=gettext_lazy("Reason to go beyond the policy"),
        help_text=gettext_lazy("Kept with your name. The policy's own offers need none."),
        required=False,
        max_length=200,
        widget=forms.TextInput(attrs={"class": "input w-full", "autocomplete": "off"}),
    )

    def __init__(self, currency: str, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.currency = currency

    def clean(self) -> dict[str, Any]:
        said: dict[str, Any] = super().clean() or {}
        try:
            text = said.get("amount", "")
            amount = parse_amount(text, self.currency) if text else None
            said["amount"] = Money.from_decimal(amount, self.currency) if amount else None
        except (Unreadable, AcuerdoError):
            self.add_error("amount", _("Write an amount."))
        try:
            said["on"] = parse_day(said["on"]) if said.get("on") else None
        except Unreadable:
            self.add_error("on", _("Write a date, like 24/11/2026."))
        if said.get("kind") == SETTLEMENT and not said.get("amount") and not self.errors:
            self.add_error("amount", _("Write an amount."))
        if said.get("kind") == PLAN and (said.get("count") or 0) < 2 and not self.errors:
            self.add_error("count", _("A plan has two instalments or more."))
        return said

    def read(self) -> Proposal:
        """What was typed, as a proposal. Only after it was found valid."""
        said = self.cleaned_data
        is_plan = said["kind"] == PLAN
        return Proposal(
            kind=said["kind"],
            amount=None if is_plan else said["amount"],
            count=said["count"],
            on=said["on"],
        )


@require_http_methods(["GET", "POST"])
@page("converse")
def offer(request: StaffRequest, public_id: UUID) -> HttpResponse:
    """Ask the policy what to answer, or offer what was proposed."""
    account = get_account(public_id, request.creditor_ids)
    if request.method == "GET":
        return _show(request, account, OfferForm(account.currency))
    form = OfferForm(account.currency, request.POST)
    if not form.is_valid():
        return _show(request, account, form, status=422)
    actor = request.access.actor(account.creditor_id, "converse")
    now, key = clock.now(), f"desk:{actor.label}:{request.POST.get('key', '')[:60] or uuid4()}"
    proposal = form.read()
    if request.POST.get("act") != "offer":
        with transaction.atomic():
            answer = answer_proposal(
                account_id=account.pk,
                proposal=proposal,
                actor=actor,
                now=now,
                key=key,
                channel="call",
            )
        return _show(request, account, form, answer=answer)
    terms = read_proposal(account_id=account.pk, proposal=proposal, now=now)
    try:
        if terms is None:
            raise OfferNotAdmissible(outside=["terms_missing"])
        with transaction.atomic():
            make_offer(
                account_id=account.pk,
                terms=terms,
                actor=actor,
                now=now,
                key=f"{key}:offer",
                channel="call",
                reason=form.cleaned_data["reason"],
            )
    except ReasonMissing as error:
        form.add_error("reason", str(error))
        return _show(request, account, form, status=error.http_status)
    except AcuerdoError as error:
        codes = error.params.get("outside", [])
        refusal = " ".join([str(error), *(describe_outside(code) for code in codes)])
        return _show(request, account, form, refusal=refusal, status=error.http_status)
    messages.success(request, _("Offered. The debtor finds it on their page, and can accept it."))
    return redirect("web:account_offer", account.public_id)


def _show(
    request: StaffRequest,
    account: Account,
    form: OfferForm,
    *,
    answer: Evaluation | None = None,
    refusal: str = "",
    status: int = 200,
) -> HttpResponse:
    now, language = clock.now(), get_language() or "en"
    table = read_table(account, now)
    shown: list[OfferView] = []
    if answer is not None:
        terms = [answer.accepted] if answer.accepted else list(answer.nearest)
        shown = [view_terms(one, account, language) for one in terms]
    context = {
        "section": "accounts",
        "account": account,
        "country": account.country,
        "form": form,
        "answer": answer,
        "shown": shown,
        "outside": [describe_outside(code) for code in answer.outside] if answer else [],
        "owed": Money(get_balance(account.pk).total_minor, account.currency),
        "standing": table.standing,
        "rounds": table.policy.ladder.rounds if table.policy else 0,
        "granted": [
            view_granted(one, account, language)
            for one in list_granted_offers(account_id=account.pk, now=now)
        ],
        "key": str(uuid4()),
        "refusal": refusal,
    }
    return render(request, "web/offer.html", context, status=status)
