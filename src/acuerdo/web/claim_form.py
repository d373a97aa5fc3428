"""A payment that a debtor showed a receipt of, as a person posts it."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy

from acuerdo.core.money import Money
from acuerdo.portfolio.models import Account
from acuerdo.web.books_form import amount_field, read_amount
from acuerdo.web.forms import Note


class ClaimForm(Note):
    """How much was paid, and when. The amount is cleaned to Money above nothing."""

    act = "claim"
    button = gettext_lazy("Post the payment")

    amount = amount_field()
    on = forms.DateField(
        label=gettext_lazy("Paid on"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )

    def __init__(self, account: Account, data: Any = None) -> None:
        super().__init__(data)
        self.account = account

    def clean_amount(self) -> Money:
        return read_amount(self.cleaned_data["amount"], self.account.currency)
