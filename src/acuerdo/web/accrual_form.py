"""What debts bear and where payments go, as a form: rules, entered maxima, and the order."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal, InvalidOperation
from functools import cached_property
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from acuerdo.core.errors import InvalidAmount
from acuerdo.core.money import Money
from acuerdo.core.vocabulary import Component
from acuerdo.ledger.rules.accrual import DayCount, Every
from acuerdo.payments.rules import BY_AGREEMENT, METHODS
from acuerdo.reporting.texts import word_of
from acuerdo.web.typed import Unreadable, parse_amount

_MOST_RULES, _MOST_CEILINGS = 12, 60
_ADDED = [one for one in Component if one is not Component.PRINCIPAL]


def _percent(label: Any, help_text: Any = "", **more: Any) -> forms.CharField:
    return forms.CharField(
        label=label,
        help_text=help_text,
        required=more.pop("required", False),
        max_length=12,
        widget=forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"}),
    )


def _day(label: Any, help_text: Any = "", **more: Any) -> forms.DateField:
    return forms.DateField(
        label=label,
        help_text=help_text,
        required=more.pop("required", False),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )


def _choice(label: Any, choices: Any, **more: Any) -> forms.ChoiceField:
    return forms.ChoiceField(label=label, choices=choices, **more)


class _Part(forms.Form):
    """One part of the form; its fields look alike, and an error is a person's."""

    def __init__(self, *args: Any, currency: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.currency = currency
        for field in self.fields.values():
            if not isinstance(field.widget, forms.CheckboxSelectMultiple | forms.CheckboxInput):
                field.error_messages["required"] = gettext_lazy("Please fill this in.")
                is_list = isinstance(field.widget, forms.Select)
                look = "select select-sm" if is_list else "input input-sm"
                field.widget.attrs.setdefault("class", f"{look} w-full")

    @property
    def is_said(self) -> bool:
        """Whether it stood before or something was typed: an empty one at the end says nothing."""
        return bool(self.initial) or (self.is_bound and self.has_changed())

    def read_percent(self, name: str, most: int) -> str:
        text = str(self.cleaned_data.get(name) or "").removesuffix("%").strip().replace(",", ".")
        if not text:
            return ""
        try:
            number = Decimal(text)
        except InvalidOperation:
            number = Decimal(-1)
        if not number.is_finite() or not 0 <= number <= most:
            raise forms.ValidationError(
                _("Write a percentage from 0 to %(most)s.") % {"most": most}
            )
        return f"{number.normalize():f}"

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        first, last = cleaned.get("from_on"), cleaned.get("until_on")
        if first and last and last < first:
            self.add_error("until_on", _("This is before the beginning."))
        return cleaned


class RuleForm(_Part):
    """One thing that a debt bears."""

    component = _choice(
        gettext_lazy("What it adds to"),
        lambda: [(one.value, word_of(one)) for one in _ADDED],
        initial=Component.INTEREST.value,
    )
    annual_percent = _percent(gettext_lazy("Rate a year, %"), gettext_lazy("Nominal."))
    kind = _choice(
        gettext_lazy("Kind"),
        lambda: [("simple", _("simple")), ("compound", _("compound"))],
        initial="simple",
    )
    day_count = _choice(
        gettext_lazy("Days are counted"),
        [(one.value, one.value) for one in DayCount],
        initial=DayCount.ACTUAL_365.value,
    )
    every = _choice(
        gettext_lazy("Charged at the end of"),
        lambda: [(Every.MONTH.value, _("each month")), (Every.DAY.value, _("each day"))],
        initial=Every.MONTH.value,
    )
    fixed = forms.CharField(
        label=gettext_lazy("Fixed amount"),
        required=False,
        max_length=30,
        widget=forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"}),
    )
    share_percent = _percent(gettext_lazy("Share of what is owed, %"))
    times = forms.IntegerField(
        label=gettext_lazy("Times, at most"),
        help_text=gettext_lazy("Empty: every time."),
        required=False,
        min_value=1,
        max_value=1000,
        widget=forms.TextInput(attrs={"inputmode": "numeric"}),
    )
    from_on = _day(gettext_lazy("From"), gettext_lazy("Empty: always."))
    until_on = _day(gettext_lazy("Until"), gettext_lazy("Empty: for good."))
    on = forms.MultipleChoiceField(
        label=gettext_lazy("On what is owed of"),
        choices=lambda: [(one.value, word_of(one)) for one in Component],
        widget=forms.CheckboxSelectMultiple,
        initial=[Component.PRINCIPAL.value],
        error_messages={"required": gettext_lazy("Choose at least one part.")},
    )

    def clean_annual_percent(self) -> str:
        return self.read_percent("annual_percent", 1000)

    def clean_share_percent(self) -> str:
        return self.read_percent("share_percent", 100)

    def clean_fixed(self) -> int | None:
        text = self.cleaned_data["fixed"]
        if not text:
            return None
        try:
            amount = parse_amount(text, self.currency)
            return Money.from_decimal(amount, self.currency).minor
        except (Unreadable, InvalidAmount):
            raise forms.ValidationError(_("Write an amount.")) from None

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if cleaned.get("component") in cleaned.get("on", ()):
            self.add_error("on", _("A part is not borne on itself: choose compound instead."))
        gives = [cleaned.get(name) for name in ("annual_percent", "fixed", "share_percent")]
        if not self.errors and not any(gives):
            self.add_error("annual_percent", _("Give a rate, an amount or a share."))
        return cleaned

    def to_rule(self, before: Mapping[str, Any]) -> dict[str, Any]:
        """The rule as the settings keep it; `before` is what stood in its place: amounts in other
        currencies stay."""
        said = self.cleaned_data
        fixed = {**before.get("fixed_minor", {}), self.currency: said["fixed"]}
        rule = {
            "component": said["component"],
            "annual_percent": said["annual_percent"],
            "on": said["on"],
            "compound": said["kind"] == "compound",
            "day_count": said["day_count"],
            "every": said["every"],
            "fixed_minor": {name: minor for name, minor in fixed.items() if minor},
            "share_percent": said["share_percent"],
            "times": said["times"],
            "from_on": said["from_on"] and said["from_on"].isoformat(),
            "until_on": said["until_on"] and said["until_on"].isoformat(),
        }
        return {name: value for name, value in rule.items() if value}


class CeilingForm(_Part):
    """A published maximum."""

    from_on = _day(gettext_lazy("From"), required=True)
    until_on = _day(gettext_lazy("Until"), required=True)
    annual_percent = _percent(gettext_lazy("Maximum a year, %"), required=True)
    kind = _choice(
        gettext_lazy("Kind"),
        lambda: [("effective", _("effective")), ("nominal", _("nominal"))],
        initial="effective",
    )
    source = forms.CharField(
        label=gettext_lazy("Where it is published"), max_length=200, min_length=3
    )

    def clean_annual_percent(self) -> str:
        return self.read_percent("annual_percent", 1000)

    def to_ceiling(self) -> dict[str, Any]:
        said = self.cleaned_data
        return {
            "from_on": said["from_on"].isoformat(),
            "until_on": said["until_on"].isoformat(),
            "annual_percent": said["annual_percent"],
            "effective": said["kind"] == "effective",
            "source": said["source"],
        }


class GeneralForm(_Part):
    """What holds for every rule, and where payments go."""

    start = _choice(
        gettext_lazy("Counted from"),
        lambda: [
            ("placement", _("the placement, or the due date where that is later")),
            ("due", _("the due date")),
        ],
    )
    bears_under_agreement = forms.BooleanField(
        label=gettext_lazy("Also while an agreement runs"), required=False
    )
    bears_under_hold = forms.BooleanField(
        label=gettext_lazy("Also while the account is left alone"), required=False
    )
    allocation = _choice(
        gettext_lazy("A payment covers first"),
        lambda: [
            ("fees_first", _("fees, costs, taxes, interest, then principal")),
            ("principal_first", _("principal, then interest and the rest")),
            ("oldest_first", _("the oldest charge, whatever it is")),
            ("by_instalment", _("the first due instalment with its charges")),
            ("by_agreement", _("what was owed when the agreement was reached")),
        ],
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        assert {value for value, _words in self.fields["allocation"].choices} == {  # type: ignore[attr-defined]
            *METHODS,
            BY_AGREEMENT,
        }
        for place, _one in enumerate(Component):
            self.fields[f"order_{place}"] = _choice(
                str(place + 1),
                [("", "–"), *((one.value, word_of(one)) for one in Component)],
                required=False,
                widget=forms.Select(attrs={"class": "select select-sm w-full"}),
            )

    @property
    def order(self) -> list[forms.BoundField]:
        return [self[f"order_{place}"] for place, _one in enumerate(Component)]

    @property
    def named(self) -> list[str]:
        names = [self.cleaned_data[field.name] for field in self.order]
        return [name for name in names if name]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        names = [cleaned[field.name] for field in self.order if cleaned.get(field.name)]
        if len(set(names)) < len(names):
            self.add_error("order_0", _("Name each part once."))
        return cleaned


class AccrualForm:
    """The whole form: of the settings as they are, or of what somebody typed."""

    def __init__(
        self, settings: Mapping[str, Any], currency: str, data: Mapping[str, str] | None = None
    ) -> None:
        scheme = settings.get("accrual") or {}
        self.currency = currency
        self._rules: Sequence[Mapping[str, Any]] = scheme.get("rules", [])
        self.general = GeneralForm(data, initial=_general(settings, scheme), prefix="g")
        self.rules = _formset(
            RuleForm, data, [_rule(one, currency) for one in self._rules], "rule", _MOST_RULES,
            currency,
        )  # fmt: skip
        self.ceilings = _formset(
            CeilingForm, data, [_ceiling(one) for one in scheme.get("ceilings", [])], "max",
            _MOST_CEILINGS, currency,
        )  # fmt: skip

    @cached_property
    def is_valid(self) -> bool:
        """Whether all of it can be read; what cannot is marked beside its field, everywhere."""
        valid = [part.is_valid() for part in (self.general, self.rules, self.ceilings)]
        if not all(valid):
            return False
        if self._list(self.ceilings) and not self._list(self.rules):
            self.general.add_error(
                None, _("Give a rule, or take the maxima away: they limit nothing without one.")
            )
            return False
        return True

    @property
    def settings(self) -> dict[str, Any]:
        """What was typed, as the creditor's settings keep it; of a valid form."""
        said = self.general.cleaned_data
        rules = []
        for place, form in enumerate(self.rules.forms):
            if form in self._list(self.rules):
                before = self._rules[place] if place < len(self._rules) else {}
                rules.append(form.to_rule(before))
        accrual: dict[str, Any] = {
            "rules": rules,
            "ceilings": [form.to_ceiling() for form in self._list(self.ceilings)],
            "start": "due" if said["start"] == "due" else "",
            "bears_under_agreement": said["bears_under_agreement"],
            "bears_under_hold": said["bears_under_hold"],
        }
        return {
            "accrual": {name: value for name, value in accrual.items() if value},
            "allocation": said["allocation"],
            "allocation_order": self.general.named,
        }

    @staticmethod
    def _list(formset: Any) -> list[Any]:
        """The forms that say something and are not to be taken away."""
        gone = formset.deleted_forms
        return [form for form in formset.forms if form not in gone and form.is_said]


def _formset(
    form: type[_Part], data: Any, initial: list[dict[str, Any]], prefix: str, most: int,
    currency: str,
) -> Any:  # fmt: skip
    made = forms.formset_factory(
        form, extra=1, max_num=most, absolute_max=most, can_delete=True, validate_max=True
    )
    return made(data, initial=initial, prefix=prefix, form_kwargs={"currency": currency})


def _general(settings: Mapping[str, Any], scheme: Mapping[str, Any]) -> dict[str, Any]:
    order = settings.get("allocation_order") or ()
    return {
        "start": scheme.get("start", "placement"),
        "bears_under_agreement": scheme.get("bears_under_agreement", False),
        "bears_under_hold": scheme.get("bears_under_hold", False),
        "allocation": settings.get("allocation", "fees_first"),
        **{f"order_{place}": name for place, name in enumerate(order)},
    }


def _rule(said: Mapping[str, Any], currency: str) -> dict[str, Any]:
    minor = said.get("fixed_minor", {}).get(currency)
    return {
        "component": "interest",
        "day_count": DayCount.ACTUAL_365.value,
        "every": Every.MONTH.value,
        "on": ["principal"],
        **said,
        "kind": "compound" if said.get("compound") else "simple",
        "fixed": f"{Money(minor, currency).to_decimal().normalize():f}" if minor else "",
    }


def _ceiling(said: Mapping[str, Any]) -> dict[str, Any]:
    return {**said, "kind": "effective" if said.get("effective", True) else "nominal"}
