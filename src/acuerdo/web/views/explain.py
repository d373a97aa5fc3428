"""Why a text is read as it is: typed here, or one from the queue or a conversation."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django import forms
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from acuerdo.assistant.nlu.contract import LANGUAGES
from acuerdo.assistant.nlu.encoder import WrongWeights
from acuerdo.assistant.nlu.model import BadModel
from acuerdo.assistant.nlu.text import MAX_CHARACTERS
from acuerdo.core import clock
from acuerdo.core.masks import mask_keys
from acuerdo.web.access import StaffRequest, page
from acuerdo.web.reads import conversations as talks
from acuerdo.web.reads.explanation import Asked, ExplanationView, explain_text
from acuerdo.web.reads.meanings import list_asked
from acuerdo.web.reads.places import list_countries
from acuerdo.web.reads.teaching import tabs
from acuerdo.web.reads.unclear import get_unclear, language_of

_SELECT = {"class": "select select-sm w-full"}


class ExplainForm(forms.Form):
    """A text and what is known beside it. The channel is not asked: nothing is read from it."""

    text = forms.CharField(
        label=_("Text"),
        max_length=MAX_CHARACTERS,
        error_messages={"required": _("Write what the debtor wrote.")},
        widget=forms.Textarea(attrs={"class": "textarea w-full", "rows": 3}),
    )

    def __init__(self, language: str, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        countries = [(one.value, one.label) for one in list_countries(language)]
        asked = [(one.value, one.label) for one in list_asked()]
        spoken = [(one, language_of(one)) for one in LANGUAGES]
        fields = (
            ("language", _("Language"), _("From the text"), spoken),
            ("country", _("Country"), _("That of the language"), countries),
            ("pending", _("What was asked before"), _("Nothing"), asked),
        )
        for name, label, nothing, options in fields:
            self.fields[name] = forms.ChoiceField(
                label=label,
                choices=[("", nothing), *options],
                required=False,
                widget=forms.Select(attrs=_SELECT),
            )


@require_http_methods(["GET", "POST"])
@page("teach_assistant")
def explain(request: StaffRequest) -> HttpResponse:
    """The form, and the answer to what was typed or is named by the address.

    A typed text is sent in the body: an address would stay in logs and histories.
    """
    language = get_language() or "en"
    given = request.POST.dict() if request.method == "POST" else _named(request)
    form = ExplainForm(language, given or None)
    view: ExplanationView | None = None
    missing = False
    if form.is_bound and form.is_valid():
        try:
            view = explain_text(Asked(**form.cleaned_data), today=clock.now().date())
        except (BadModel, WrongWeights):
            missing = True
    context = {
        "section": "unclear",
        "tabs": tabs("explain"),
        "form": form,
        "view": view,
        "missing": missing,
    }
    return render(request, "web/explain.html", context, status=422 if form.errors else 200)


def _named(request: StaffRequest) -> dict[str, str]:
    """The text of a message of the queue or a turn of a conversation; nothing where none is named.

    Raises NotFound where it is another creditor's.
    """
    asked = request.GET
    if message_id := _uuid(asked.get("message", "")):
        message = get_unclear(message_id, request.creditor_ids).message
        return {
            "text": message.text,
            "language": message.language,
            "country": message.country,
            "pending": message.pending,
        }
    if talk_id := _uuid(asked.get("talk", "")):
        talk = talks.get_conversation(talk_id, request.creditor_ids)
        turn = talks.get_said(talk, asked.get("turn", ""))
        country = talk.debtor.country or talk.creditor.country
        # A link opens the portal as the debtor; staff need not be able to.
        return {"text": mask_keys(turn.text), "language": talk.language, "country": country}
    return {}


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
