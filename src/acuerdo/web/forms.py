"""What a person writes down about a debtor: holds, opt-outs, wishes and consents."""

from __future__ import annotations

from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from acuerdo.compliance.models import WishKind
from acuerdo.core.vocabulary import Channel, Purpose
from acuerdo.reporting.texts import channel_of, word_of

# A public page and a postcard are no ways that anybody may authorise or prefer.
CHANNELS = (
    Channel.WHATSAPP, Channel.SMS, Channel.CALL, Channel.EMAIL, Channel.LETTER, Channel.VISIT,
    Channel.TELEGRAM, Channel.MESSENGER, Channel.INSTAGRAM, Channel.PRERECORDED_CALL,
    Channel.VOICEMAIL, Channel.CHAT, Channel.PUSH,
)  # fmt: skip
HOLD_REASONS = (
    "on_request", "hardship", "complaint", "deceased", "attorney", "insolvency", "bankruptcy",
    "discharged", "moratorium", "lawsuit",
)  # fmt: skip
_REQUIRED = gettext_lazy("Please fill this in.")


class Note(forms.Form):
    """A form with a mark before the ids of its fields, as several stand on one page."""

    act: ClassVar[str] = ""
    symbol: ClassVar[str] = ""
    title: ClassVar[Any] = ""
    button: ClassVar[Any] = ""

    def __init__(self, data: Any = None) -> None:
        super().__init__(data, auto_id=f"{self.act}_%s")
        for field in self.fields.values():
            field.error_messages["required"] = _REQUIRED
            widget = field.widget
            look = "input"
            if isinstance(widget, forms.Select):
                look = "select"
            elif isinstance(widget, forms.Textarea):
                look = "textarea"
            widget.attrs.setdefault("class", f"{look} w-full")


def _source(**more: Any) -> forms.CharField:
    return forms.CharField(
        label=gettext_lazy("Where they said so"),
        help_text=gettext_lazy("So that it can be looked up: the call, the letter, the form."),
        max_length=200,
        **more,
    )


def _words(label: Any, help_text: Any = "", **more: Any) -> forms.CharField:
    return forms.CharField(
        label=label,
        help_text=help_text,
        max_length=2_000,
        widget=forms.Textarea(attrs={"rows": 2}),
        **more,
    )


def _channels(*, everything: bool = False, label: Any = "") -> forms.TypedChoiceField:
    return forms.TypedChoiceField(
        label=label or gettext_lazy("Channel"),
        choices=lambda: [
            *([("", channel_of(""))] if everything else []),
            *((str(channel), channel_of(channel)) for channel in CHANNELS),
        ],
        required=not everything,
        empty_value="",
    )


class HoldForm(Note):
    """Leave the debtor, or one account, alone."""

    act = "place_hold"
    symbol = "pause"
    button = gettext_lazy("Leave alone")
    title = gettext_lazy("Leave alone")

    reason = forms.ChoiceField(
        label=gettext_lazy("Reason"),
        choices=lambda: [
            (code, word_of(code)[:1].upper() + word_of(code)[1:]) for code in HOLD_REASONS
        ],
    )
    scope = forms.ChoiceField(
        label=gettext_lazy("What rests"),
        choices=lambda: [
            ("debtor", _("All accounts of this person here")),
            ("account", _("This account alone")),
        ],
    )
    until = forms.DateField(
        label=gettext_lazy("Until the end of"),
        help_text=gettext_lazy("Leave it empty to hold until a person releases it."),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )
    note = forms.CharField(
        label=gettext_lazy("Why"),
        help_text=gettext_lazy("What happened, for whoever reads this next."),
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 2}),
    )


class OptOutForm(Note):
    """The debtor does not want to be contacted."""

    act = "record_opt_out"
    symbol = "ban"
    button = gettext_lazy("Stop contact")
    title = gettext_lazy("No contact")

    channel = _channels(everything=True)
    what = forms.ChoiceField(
        label=gettext_lazy("What they do not want"),
        help_text=gettext_lazy(
            "Whoever wants no contact about the debt is left in peace on every channel. This"
            " channel alone: another one suits them better."
        ),
        choices=lambda: [
            ("stop", _("Contact about the debt")),
            ("channel", _("This channel alone")),
            ("offers", _("Commercial offers alone")),
        ],
    )
    source = _source()
    text = _words(gettext_lazy("What they said"), required=False)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("what") == "channel" and not cleaned.get("channel"):
            self.add_error("channel", _("Say which channel rests."))
        return cleaned


class HoursForm(Note):
    """Hours that suit, or that do not."""

    act = "record_hours"
    symbol = "clock"
    button = gettext_lazy("Keep these hours")
    title = gettext_lazy("Hours")

    kind = forms.ChoiceField(
        label=gettext_lazy("What they said about hours"),
        choices=lambda: [
            (WishKind.INCONVENIENT_HOURS.value, _("Not at these hours")),
            (WishKind.REQUESTED_HOURS.value, _("At these hours")),
        ],
    )
    from_time = forms.TimeField(
        label=gettext_lazy("From"),
        required=False,
        widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
    )
    to_time = forms.TimeField(
        label=gettext_lazy("Until"),
        help_text=gettext_lazy("In the debtor's local time; one end may stay open."),
        required=False,
        widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
    )
    instrument = forms.ChoiceField(
        label=gettext_lazy("How hours were agreed"),
        choices=lambda: [
            ("", _("Said by them")),
            ("separate_after_contract", _("An agreement of its own")),
            ("inside_contract", _("A clause of the contract")),
        ],
        required=False,
    )
    source = _source()
    text = _words(gettext_lazy("What they said"))

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if not self.errors and cleaned["from_time"] == cleaned["to_time"]:
            self.add_error("from_time", _("Give a beginning or an end; the two must differ."))
        return cleaned


class PreferForm(Note):
    """The channel that suits."""

    act = "prefer_channel"
    symbol = "heart-handshake"
    button = gettext_lazy("Prefer this channel")
    title = gettext_lazy("Preferred channel")

    channel = _channels()
    source = _source()
    text = _words(gettext_lazy("What they said"))


class ConsentForm(Note):
    """A channel that the debtor authorised."""

    act = "grant_consent"
    symbol = "badge-check"
    button = gettext_lazy("Record the consent")
    title = gettext_lazy("Consent")

    channel = _channels()
    purpose = forms.ChoiceField(
        label=gettext_lazy("For what"),
        help_text=gettext_lazy("Offers need a consent of their own."),
        choices=lambda: [
            (Purpose.COLLECTION.value, _("Contact about the debt")),
            (Purpose.COMMERCIAL_OFFER.value, _("Commercial offers")),
        ],
    )
    source = _source()
    text = _words(
        gettext_lazy("What they agreed to"), gettext_lazy("The very words that they were shown.")
    )


class EndForm(forms.Form):
    """Why something stands no more."""

    why = forms.CharField(max_length=300)
    id = forms.IntegerField(min_value=1)


NOTES: tuple[type[Note], ...] = (HoldForm, OptOutForm, HoursForm, PreferForm, ConsentForm)
