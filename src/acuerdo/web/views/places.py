"""Where a debtor lives, and where he says to be: an agent writes down what was verified or said."""

from __future__ import annotations

from typing import Any, cast
from uuid import UUID

from babel import Locale
from django import forms
from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from acuerdo.core import clock
from acuerdo.core.errors import AcuerdoError
from acuerdo.portfolio.actions import change_residence, declare_location
from acuerdo.portfolio.models import Account
from acuerdo.portfolio.queries import get_account
from acuerdo.portfolio.rules import list_zones
from acuerdo.reporting.texts import place_of
from acuerdo.web.access import StaffRequest, page

LIVES, IS, BACK = "lives", "is", "back"


class PlaceForm(forms.Form):
    """One place, and what it is to the debtor."""

    what = forms.ChoiceField(
        label=gettext_lazy("What do we know?"),
        choices=[
            (IS, gettext_lazy("The debtor said: I am there now")),
            (LIVES, gettext_lazy("The debtor lives there; I have verified it")),
            (BACK, gettext_lazy("The debtor is back home")),
        ],
        widget=forms.Select(attrs={"class": "select w-full"}),
    )
    country = forms.ChoiceField(
        label=gettext_lazy("Country"), widget=forms.Select(attrs={"class": "select w-full"})
    )
    subdivision = forms.CharField(
        label=gettext_lazy("State, province or department"),
        help_text=gettext_lazy("By name or by ISO code. Leave it empty where it is not known."),
        required=False,
        max_length=80,
        widget=forms.TextInput(attrs={"class": "input w-full", "autocomplete": "off"}),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choice = cast(forms.ChoiceField, self.fields["country"])
        choice.choices = list_countries()


def list_countries() -> list[tuple[str, str]]:
    """Codes and names, in the reader's language, of all countries whose time is known."""
    names = Locale.parse(get_language() or "en", sep="-").territories
    known = [(code, str(name)) for code, name in names.items() if list_zones(code)]
    return sorted(known, key=lambda pair: pair[1])


@require_http_methods(["GET", "POST"])
@page("work_cases")
def place(request: StaffRequest, public_id: UUID) -> HttpResponse:
    """The zones that a contact must suit, and the form that changes them."""
    account = get_account(public_id, request.creditor_ids)
    debtor = account.debtor
    refusal, status = "", 200
    form = PlaceForm(
        request.POST if request.method == "POST" else None, initial={"country": debtor.country}
    )
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                _write(request, account, form.cleaned_data)
            except AcuerdoError as error:
                refusal, status = str(error), error.http_status
            else:
                messages.success(request, _("Saved. Every contact is checked against it now."))
                return redirect("web:account", account.public_id)
    context = {
        "section": "accounts",
        "account": account,
        "debtor": debtor,
        "form": form,
        "refusal": refusal,
        "residence": place_of(debtor.country, debtor.subdivision),
        "location": (
            place_of(debtor.location_country, debtor.location_subdivision)
            if debtor.location_country
            else ""
        ),
        "zones": debtor.zone_candidates,
        "zone": account.creditor.timezone,
        "now": clock.now(),
    }
    return render(request, "web/place.html", context, status=status)


def _write(request: StaffRequest, account: Account, said: dict[str, Any]) -> None:
    actor = request.access.actor(account.creditor_id, "work_cases")
    action = change_residence if said["what"] == LIVES else declare_location
    is_back = said["what"] == BACK
    with transaction.atomic():
        action(
            creditor_id=account.creditor_id,
            debtor_id=account.debtor_id,
            country="" if is_back else said["country"],
            subdivision="" if is_back else said["subdivision"],
            actor=actor,
            now=clock.now(),
        )
