"""How conversations were found: figures, words, and whether it is asked at all."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from django import forms
from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from acuerdo.conversations.satisfaction import SatisfactionPolicy, read_policy, write_policy
from acuerdo.core import clock
from acuerdo.core.errors import NotFound
from acuerdo.reporting import satisfaction as figures
from acuerdo.reporting.texts import channel_of
from acuerdo.web.access import StaffRequest, page
from acuerdo.web.reads.teaching import tabs
from acuerdo.web.reads.unclear import language_of

_RIGHT = "teach_assistant"
_DAYS = (7, 30, 90, 365)
_OWNERS = {"assistant": gettext_lazy("Assistant"), "agent": gettext_lazy("Agent")}


class PolicyForm(forms.Form):
    """When the question is asked."""

    asks = forms.BooleanField(
        label=gettext_lazy("Ask after a conversation"),
        required=False,
        widget=forms.CheckboxInput(attrs={"class": "checkbox checkbox-sm"}),
    )
    every_days = forms.IntegerField(
        label=gettext_lazy("The same person not again within, days"),
        min_value=1,
        max_value=365,
        widget=forms.NumberInput(attrs={"class": "input input-sm w-full tnum"}),
    )
    quiet_minutes = forms.IntegerField(
        label=gettext_lazy("After a silence of, minutes"),
        min_value=5,
        max_value=720,
        widget=forms.NumberInput(attrs={"class": "input input-sm w-full tnum"}),
    )


@require_http_methods(["GET", "POST"])
@page(_RIGHT)
def satisfaction(request: StaffRequest) -> HttpResponse:
    """The figures of a creditor, or of all of the reader's; a post changes when it is asked."""
    asked = request.GET.get("creditor", "") or request.POST.get("creditor", "")
    chosen = request.access.chosen(asked, request.creditor_ids)
    if chosen is None and len(request.creditor_ids) == 1 and not asked:
        chosen = request.access.creditors[request.creditor_ids[0]]
    form = None
    status = 200
    if request.method == "POST":
        if chosen is None:
            raise NotFound(what=_("The creditor"))
        form = PolicyForm(request.POST)
        if form.is_valid():
            with transaction.atomic():
                write_policy(
                    creditor=chosen,
                    policy=SatisfactionPolicy(**form.cleaned_data),
                    actor=request.access.actor(chosen.pk, _RIGHT),
                    now=clock.now(),
                )
            messages.success(request, _("Done. It holds from now on."))
            return redirect(f"{reverse('web:satisfaction')}?creditor={chosen.public_id}")
        status = 422
    elif chosen is not None:
        form = PolicyForm(initial=read_policy(chosen.settings).model_dump())
    days = next((one for one in _DAYS if str(one) == request.GET.get("days", "")), 30)
    since = clock.now() - timedelta(days=days)
    ids = [chosen.pk] if chosen else request.creditor_ids
    names = {str(pk): request.access.creditors[pk].name for pk in request.creditor_ids}
    scores = figures.count_scores(ids, since)
    groups: list[tuple[str, list[figures.Scored], Callable[[str], object]]] = [
        (_("Who spoke last"), figures.list_satisfaction(ids, since, "owner"), _OWNERS.get),
        (_("Channel"), figures.list_satisfaction(ids, since, "channel"), channel_of),
        (_("Language"), figures.list_satisfaction(ids, since, "language"), language_of),
    ]
    if len(ids) > 1:
        by_creditor = figures.list_satisfaction(ids, since, "conversation__creditor_id")
        groups.insert(0, (_("Creditor"), by_creditor, names.get))
    context = {
        "section": "unclear",
        "tabs": tabs("satisfaction"),
        "creditors": [request.access.creditors[pk] for pk in request.creditor_ids],
        "creditor": chosen,
        "days": days,
        "periods": _DAYS,
        "whole": figures.get_satisfaction(ids, since),
        "scores": [(score, scores[score]) for score in sorted(scores, reverse=True)],
        "most": max(scores.values(), default=0),
        "groups": [
            (title, [(str(name_of(row.key) or row.key), row) for row in rows])
            for title, rows, name_of in groups
        ],
        "comments": [
            (comment, _OWNERS.get(comment.owner, comment.owner), channel_of(comment.channel))
            for comment in figures.list_comments(ids, since)
        ],
        "form": form,
        "zone": chosen.timezone if chosen else request.access.zone,
    }
    return render(request, "web/satisfaction.html", context, status=status)
