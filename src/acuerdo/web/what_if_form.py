"""The fields of the what-if form, made from the gate's closed lists, and what they ask."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import UTC, time
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from acuerdo.compliance.rules import ActiveHold, ContactRequest, PastContact
from acuerdo.compliance.rules.facts import (
    CREDITOR_TYPES,
    FLAGS,
    INSTRUMENTS,
    MESSAGE_FACTS,
    OUTREACH,
)
from acuerdo.core.vocabulary import Channel, Party, Purpose
from acuerdo.reporting.texts import OUTCOMES, channel_of, party_of, purpose_of, reason_text
from acuerdo.web.reads.fact_words import (
    FLAG_WORDS,
    MAIN_FLAGS,
    MAIN_MESSAGE,
    MESSAGE_WORDS,
    value_of,
)
from acuerdo.web.reads.places import Place, list_countries, list_parts, list_place_zones, zone_label
from acuerdo.web.typed import Unreadable, parse_day, parse_hour, parse_moment

_SELECT = {"class": "select select-sm w-full"}
_INPUT = {"class": "input input-sm w-full", "autocomplete": "off"}
THIS_DEBT, OTHER_DEBT = "this", "other"
_OPEN = "open"
"""The outcome that is not known yet: an empty word for the gate, which no address carries."""
# Why somebody is left alone, as far as a rule tells one reason from another.
_HOLDS = (
    "dispute",
    "already_paid",
    "hardship",
    "complaint",
    "fraud",
    "wrong_person",
    "hold",
)

Pairs = list[tuple[str, str]]
Label = Any
"""A text or a lazy translation: what Django takes, whose types name one of its own for it."""


class TypedField(forms.CharField):
    """A text that a person types and `parse` reads; what cannot be read stays in the field."""

    def __init__(
        self, parse: Callable[[str], Any], wrong: Label, *, hint: str, **more: Any
    ) -> None:
        widget = forms.TextInput(attrs={**_INPUT, "placeholder": hint, "maxlength": 40})
        super().__init__(widget=widget, **more)
        self.parse, self.wrong = parse, wrong

    def clean(self, value: Any) -> Any:
        text = super().clean(value)
        if not text:
            return None
        try:
            return self.parse(text)
        except Unreadable:
            raise forms.ValidationError(self.wrong) from None


def _day(label: Label, *, required: bool = False) -> TypedField:
    return TypedField(
        parse_day,
        _("There is no such date. Write it like 24/11/2026."),
        hint="24/11/2026",
        label=label,
        required=required,
        error_messages={"required": _("Write a date like 24/11/2026.")},
    )


def _hour(label: Label, *, required: bool = False) -> TypedField:
    return TypedField(
        parse_hour,
        _("There is no such hour. Write it like 9:30 or 18:00."),
        hint="9:30",
        label=label,
        required=required,
        error_messages={"required": _("Write an hour like 9:30.")},
    )


def _moment(label: Label, *, required: bool = False) -> TypedField:
    return TypedField(
        parse_moment,
        _("There is no such date and hour. Write them like 24/11/2026 9:30."),
        hint="24/11/2026 9:30",
        label=label,
        required=required,
        error_messages={"required": _("Write a date and an hour like 24/11/2026 9:30.")},
    )


def _choice(
    label: Label, choices: Iterable[tuple[str, str]], *, required: bool = True
) -> forms.ChoiceField:
    return forms.ChoiceField(
        label=label, choices=list(choices), required=required, widget=forms.Select(attrs=_SELECT)
    )


def _tick(label: Label) -> forms.BooleanField:
    return forms.BooleanField(
        label=label,
        required=False,
        widget=forms.CheckboxInput(attrs={"class": "checkbox checkbox-xs"}),
    )


def _yes_no(unknown: Label) -> Pairs:
    return [("", str(unknown)), ("yes", str(_("yes"))), ("no", str(_("no")))]


_AGE: Label = FLAG_WORDS["debtor_age"]


class PastForm(forms.Form):
    """One contact that was made before."""

    at = _moment(_("When, local time"), required=True)

    def __init__(self, data: QueryDict, number: int) -> None:
        super().__init__(data, prefix=f"past-{number}")
        self.number = number
        self.fields["channel"] = _choice(_("Channel"), _channels())
        self.fields["direction"] = _choice(
            _("Who began"), [("outbound", str(_("we"))), ("inbound", str(_("the debtor")))]
        )
        self.fields["outcome"] = _choice(
            _("Outcome"), ((code or _OPEN, str(words)) for code, words in OUTCOMES.items())
        )
        self.fields["debt"] = _choice(
            _("About"),
            [(THIS_DEBT, str(_("this debt"))), (OTHER_DEBT, str(_("another debt")))],
            required=False,
        )

    def read(self, request: ContactRequest, zone: ZoneInfo) -> PastContact:
        """As the gate reads it. Only of a valid form."""
        given = self.cleaned_data
        return PastContact(
            at=given["at"].replace(tzinfo=zone).astimezone(UTC),
            channel=given["channel"],
            outcome="" if given["outcome"] == _OPEN else given["outcome"],
            direction=given["direction"],
            party=request.party,
            purpose=request.purpose if request.purpose in OUTREACH else Purpose.COLLECTION,
            debt_id=given["debt"] or THIS_DEBT,
        )


class WhatIfForm(forms.Form):
    """The contact that is asked about. Fields of facts are made from the gate's closed lists."""

    on = _day(_("Local date"), required=True)
    at = _hour(_("Local time"), required=True)
    hold_until = _moment(_("until"))
    opted_out = _tick(FLAG_WORDS["opted_out_channels"])
    revoked = _tick(FLAG_WORDS["revoked_channels"])
    stop_on = _day(FLAG_WORDS["stop_received_at"])
    more_calls_at = _moment(FLAG_WORDS["direct_prior_consent_to_additional_calls_at"])
    wish_from = _hour(FLAG_WORDS["consumer_requested_window"])
    wish_to = _hour(_("and"))
    busy_from = _hour(FLAG_WORDS["known_inconvenient"])
    busy_to = _hour(_("and"))
    age = forms.IntegerField(
        label=_AGE,
        required=False,
        min_value=0,
        max_value=130,
        widget=forms.TextInput(attrs={**_INPUT, "inputmode": "numeric"}),
    )

    def __init__(self, place: Place, language: str, data: QueryDict) -> None:
        super().__init__(data, auto_id="id_%s")
        self.place = place
        add = self.fields.__setitem__
        add("country", _choice(_("Country"), _pairs(list_countries(language))))
        parts = _pairs(list_parts(place.country))
        add(
            "part",
            _choice(_("State or region"), [("", str(_("not known"))), *parts], required=False),
        )
        add("channel", _choice(_("Channel"), _channels()))
        add("purpose", _choice(_("Purpose"), ((one, purpose_of(one)) for one in Purpose)))
        parties = ((one, party_of(one)) for one in Party if one != Party.UNKNOWN)
        add("party", _choice(_("Who is contacted"), parties))
        kinds = ((kind, value_of(kind)) for kind in sorted(CREDITOR_TYPES))
        add("creditor_type", _choice(_("Who is owed"), kinds))
        self.zones = list_place_zones(place)
        add(
            "zone",
            forms.MultipleChoiceField(
                label=_("Zones that may be the debtor's"),
                choices=[(zone, zone_label(zone, language)) for zone in self.zones],
                required=False,
                widget=forms.CheckboxSelectMultiple(attrs={"class": "checkbox checkbox-xs"}),
            ),
        )
        add(
            "authorised",
            _choice(
                _("The debtor authorised the channel"),
                [("unknown", str(_("not known"))), *_yes_no("–")[1:]],
                required=False,
            ),
        )
        holds = [("", str(_("none"))), *((one, reason_text(one)) for one in _HOLDS)]
        add("hold", _choice(_("Left alone because"), holds, required=False))
        instruments = ((one, value_of(one)) for one in sorted(INSTRUMENTS, reverse=True))
        add("instrument", _choice(_("Asked for it"), [("", "–"), *instruments], required=False))
        for name, kind in FLAGS.items():
            if kind == "bool":
                add(f"flag_{name}", _tick(FLAG_WORDS.get(name, name)))
            elif isinstance(kind, frozenset):
                add(f"flag_{name}", _words(FLAG_WORDS.get(name, name), kind))
        for name, kind in MESSAGE_FACTS.items():
            label = MESSAGE_WORDS.get(name, name)
            if isinstance(kind, frozenset):
                add(f"says_{name}", _words(label, kind))
            else:
                add(f"says_{name}", _choice(label, _yes_no("–"), required=False))

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        for start, end in (("wish_from", "wish_to"), ("busy_from", "busy_to")):
            if given.get(start) is not None and given.get(start) == given.get(end):
                self.add_error(end, _("The hours begin and end at once. Write a later hour."))
        return given

    @property
    def zone(self) -> ZoneInfo:
        """In which local times are meant: the first that may be the debtor's."""
        chosen = self.cleaned_data.get("zone") or self.zones
        return ZoneInfo(chosen[0])

    def read(self) -> ContactRequest:
        """The question. Only of a valid form."""
        given = self.cleaned_data
        channel = given["channel"]
        known = {"yes": frozenset({channel}), "no": frozenset[str]()}
        return ContactRequest(
            channel=channel,
            purpose=given["purpose"],
            party=given["party"],
            jurisdiction=self.place.jurisdiction,
            zones=tuple(given["zone"]),
            debt_id=THIS_DEBT,
            creditor_type=given["creditor_type"],
            authorised_channels=known.get(given["authorised"]),
            flags=self._flags(channel),
            message=self._message(),
            holds=self._holds(),
        )

    def _flags(self, channel: str) -> dict[str, Any]:
        given = self.cleaned_data
        flags: dict[str, Any] = {
            name: given[f"flag_{name}"] for name in FLAGS if given.get(f"flag_{name}")
        }
        if given["opted_out"]:
            flags["opted_out_channels"] = [channel]
        if given["revoked"]:
            flags["revoked_channels"] = [channel]
        if given["stop_on"]:
            flags["stop_received_at"] = given["stop_on"].isoformat()
        if given["more_calls_at"]:
            name = "direct_prior_consent_to_additional_calls_at"
            flags[name] = given["more_calls_at"].isoformat()
        if given["age"] is not None:
            flags["debtor_age"] = given["age"]
        wish = _span(given["wish_from"], given["wish_to"])
        if wish:
            if given["instrument"]:
                wish["instrument"] = given["instrument"]
            flags["consumer_requested_window"] = wish
        busy = _span(given["busy_from"], given["busy_to"])
        if busy:
            flags["known_inconvenient"] = busy
        return flags

    def _message(self) -> dict[str, Any]:
        facts: dict[str, Any] = {}
        for name, kind in MESSAGE_FACTS.items():
            value = self.cleaned_data.get(f"says_{name}")
            if value:
                facts[name] = value if isinstance(kind, frozenset) else value == "yes"
        return facts

    def _holds(self) -> tuple[ActiveHold, ...]:
        given = self.cleaned_data
        if not given["hold"]:
            return ()
        until = given["hold_until"]
        at = until.replace(tzinfo=self.zone).astimezone(UTC) if until else None
        return (ActiveHold(given["hold"], at),)

    # What the template lays out in groups.

    def main_flags(self) -> list[forms.BoundField]:
        return [self[f"flag_{name}"] for name in MAIN_FLAGS]

    def more_flags(self) -> list[forms.BoundField]:
        return [
            self[f"flag_{name}"]
            for name, kind in FLAGS.items()
            if kind == "bool" and name not in MAIN_FLAGS
        ]

    def flag_choices(self) -> list[forms.BoundField]:
        return [self[f"flag_{name}"] for name, kind in FLAGS.items() if isinstance(kind, frozenset)]

    def main_message(self) -> list[forms.BoundField]:
        return [self[f"says_{name}"] for name in MAIN_MESSAGE]

    def more_message(self) -> list[forms.BoundField]:
        return [self[f"says_{name}"] for name in MESSAGE_FACTS if name not in MAIN_MESSAGE]

    def has_more(self) -> bool:
        """Whether something is said in what is folded away."""
        hidden = [*self.more_flags(), *self.flag_choices(), *self.more_message()]
        names = ("stop_on", "more_calls_at", "wish_from", "wish_to", "busy_from", "busy_to", "age")
        return any(field.value() for field in hidden) or any(self[name].value() for name in names)


def _pairs(choices: Iterable[Any]) -> Pairs:
    return [(choice.value, choice.label) for choice in choices]


def _channels() -> Pairs:
    return [(channel.value, channel_of(channel)) for channel in Channel]


def _words(label: Label, words: Iterable[str]) -> forms.ChoiceField:
    pairs = [(word, value_of(word)) for word in sorted(words)]
    return _choice(label, [("", "–"), *pairs], required=False)


def _span(start: time | None, end: time | None) -> dict[str, Any]:
    ends = {"from": start, "to": end}
    return {name: at.strftime("%H:%M") for name, at in ends.items() if at is not None}
