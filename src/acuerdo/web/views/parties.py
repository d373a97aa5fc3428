"""Who answers for an account besides its holder: written down, and ended."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from acuerdo.core import clock
from acuerdo.core.errors import AcuerdoError
from acuerdo.portfolio.actions import add_party, remove_party
from acuerdo.portfolio.actions.parties import ROLES
from acuerdo.portfolio.errors import PartyInvalid
from acuerdo.portfolio.models import Account, AccountParty
from acuerdo.portfolio.queries import get_account
from acuerdo.reporting.texts import PARTIES
from acuerdo.web.access import StaffRequest, page
from acuerdo.web.forms import Note

RIGHT = "work_cases"


def _text(label: Any, *, most: int, help_text: Any = "", needed: bool = False) -> forms.CharField:
    return forms.CharField(
        label=label,
        help_text=help_text,
        max_length=most,
        required=needed,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )


class PartyForm(Note):
    """One person, and what they are to the account."""

    act = "add"

    role = forms.ChoiceField(
        label=gettext_lazy("What they are"),
        choices=lambda: [(role, str(PARTIES[role]).capitalize()) for role in ROLES],
    )
    name = _text(gettext_lazy("Full name"), most=200, needed=True)
    document = _text(
        gettext_lazy("Document number"),
        most=40,
        help_text=gettext_lazy("With it they are known where they owe or answer elsewhere."),
    )
    phone = _text(gettext_lazy("Phone"), most=40)
    email = _text(gettext_lazy("E-mail"), most=200)
    source = _text(
        gettext_lazy("How we know"),
        most=200,
        help_text=gettext_lazy("The contract, the form, the letter: it stands beside the phone."),
        needed=True,
    )

    def refuse(self, error: PartyInvalid) -> None:
        """The refusal beside the field whose value it names."""
        wrong = str(error.params["field"])
        field = next((name for name, said in self.cleaned_data.items() if said == wrong), None)
        self.add_error(field, _("This cannot be right. Check how it is written."))


@require_http_methods(["GET", "POST"])
@page(RIGHT)
def parties(request: StaffRequest, public_id: UUID) -> HttpResponse:
    """Those who answer for the account, and the form for one more."""
    account = get_account(public_id, request.creditor_ids)
    if request.method == "GET":
        return _show(request, account, PartyForm())
    actor, now = request.access.actor(account.creditor_id, RIGHT), clock.now()
    if request.POST.get("act") == "end":
        party = get_object_or_404(
            AccountParty.objects.select_related("account", "debtor"),
            pk=_number(request.POST.get("party", "")),
            account=account,
        )
        try:
            with transaction.atomic():
                remove_party(actor=actor, now=now, party=party)
        except AcuerdoError as error:
            return _show(request, account, PartyForm(), str(error), error.http_status)
        messages.success(request, _("Done. %(name)s answers for it no more.") % _of(party))
        return redirect("web:account_parties", account.public_id)
    form = PartyForm(request.POST)
    if not form.is_valid():
        return _show(request, account, form, status=422)
    try:
        with transaction.atomic():
            party = add_party(actor=actor, now=now, account=account, **form.cleaned_data)
    except PartyInvalid as error:
        form.refuse(error)
        return _show(request, account, form, status=422)
    except AcuerdoError as error:
        return _show(request, account, form, str(error), error.http_status)
    messages.success(request, _("Done. %(name)s answers for it from now on.") % _of(party))
    return redirect("web:account_parties", account.public_id)


def _of(party: AccountParty) -> dict[str, str]:
    return {"name": party.debtor.name}


def _number(text: str) -> int:
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 18 else 0


def _show(
    request: StaffRequest, account: Account, form: PartyForm, refusal: str = "", status: int = 200
) -> HttpResponse:
    rows = AccountParty.objects.filter(account=account).select_related("debtor__person")
    context = {
        "section": "accounts",
        "account": account,
        "form": form,
        "parties": [
            (party, PARTIES.get(party.role, _("Holder")), party.role in ROLES)
            for party in rows.order_by("-role", "pk")
        ],
        "refusal": refusal,
    }
    return render(request, "web/parties.html", context, status=status)
