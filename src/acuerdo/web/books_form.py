"""What a person corrects in an account's books, as forms."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from django import forms
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from acuerdo.core.errors import InvalidAmount
from acuerdo.core.money import Money
from acuerdo.core.vocabulary import Component
from acuerdo.reporting.texts import word_of
from acuerdo.web.formats import write_day
from acuerdo.web.forms import Note
from acuerdo.web.reads.books import BooksView
from acuerdo.web.typed import Unreadable, parse_amount

_ADJUSTED = (
    "calculated_wrong", "reduction_agreed", "creditor_told", "court_order", "goodwill",
)  # fmt: skip
_REFUNDED = ("by_transfer", "by_card", "by_cash")
_UNDONE = ("charged_back", "bounced", "wrong_account", "by_mistake")


def amount_field() -> forms.CharField:
    return forms.CharField(
        label=gettext_lazy("Amount"),
        max_length=30,
        widget=forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"}),
    )


def read_amount(text: str, currency: str) -> Money:
    """What was typed, above nothing. Raises ValidationError."""
    try:
        amount = Money.from_decimal(parse_amount(text, currency), currency)
    except (Unreadable, InvalidAmount):
        raise forms.ValidationError(_("Write an amount.")) from None
    if not 0 < amount.minor < 10**15:
        raise forms.ValidationError(_("Write an amount above zero."))
    return amount


def _on() -> forms.DateField:
    return forms.DateField(
        label=gettext_lazy("It counts from"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )


def _reason(label: Any, codes: Sequence[str]) -> forms.ChoiceField:
    return forms.ChoiceField(
        label=label,
        choices=lambda: [(code, word_of(code)[:1].upper() + word_of(code)[1:]) for code in codes],
    )


class BooksForm(Note):
    """A form about one account. An amount is cleaned to Money above nothing."""

    def __init__(self, view: BooksView, data: Any = None) -> None:
        super().__init__(data)
        self.view = view
        if "on" in self.fields:
            self.fields["on"].initial = view.today

    @property
    def said(self) -> list[tuple[str, str]]:
        """What was typed, in words, for whoever confirms it."""
        rows = []
        for name, field in self.fields.items():
            words = self.cleaned_data.get(name, "")
            if isinstance(words, date):
                words = write_day(words, get_language() or "en")
            elif isinstance(words, Money):
                words = self.data[name]
            elif isinstance(field.widget, forms.Select):
                words = dict(field.widget.choices).get(words, words)
            rows.append((str(field.label), str(words)))
        return rows

    def clean_amount(self) -> Money:
        return read_amount(self.cleaned_data["amount"], self.view.account.currency)


class AdjustForm(BooksForm):
    """More or less is owed than the books say."""

    act = "adjust"
    symbol = "scale"
    title = gettext_lazy("Adjust what is owed")
    button = gettext_lazy("See what will change")

    way = forms.ChoiceField(
        label=gettext_lazy("What is right"),
        choices=lambda: [("down", _("Less is owed")), ("up", _("More is owed"))],
    )
    component = forms.ChoiceField(
        label=gettext_lazy("Of"), choices=lambda: [(one.value, word_of(one)) for one in Component]
    )
    amount = amount_field()
    on = _on()
    reason = _reason(gettext_lazy("Why"), _ADJUSTED)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if "amount" in cleaned and cleaned.get("way") == "down":
            cleaned["amount"] = -cleaned["amount"]
        return cleaned


class RefundForm(BooksForm):
    """What is in the debtor's favour was sent back."""

    act = "refund"
    symbol = "undo-2"
    title = gettext_lazy("Give back what is in the debtor's favour")
    button = gettext_lazy("See what will change")

    amount = amount_field()
    on = _on()
    reason = _reason(gettext_lazy("How it was sent"), _REFUNDED)


class UndoForm(BooksForm):
    """A payment that was taken back, or a correction that was none."""

    act = "undo"
    symbol = "history"
    title = gettext_lazy("Reverse a payment or a correction")
    button = gettext_lazy("See what will change")

    what = forms.ChoiceField(label=gettext_lazy("What is reversed"))
    reason = _reason(gettext_lazy("Why"), _UNDONE)

    def __init__(self, view: BooksView, data: Any = None) -> None:
        super().__init__(view, data)
        what = self.fields["what"]
        assert isinstance(what, forms.ChoiceField)
        what.choices = [(one.code, one.title) for one in view.undoable]


FORMS: tuple[type[BooksForm], ...] = (AdjustForm, RefundForm, UndoForm)


def list_forms(view: BooksView) -> list[type[BooksForm]]:
    """Those for which there is anything."""
    is_there = {RefundForm: view.credit.minor > 0, UndoForm: bool(view.undoable)}
    return [form for form in FORMS if is_there.get(form, not view.is_over)]
