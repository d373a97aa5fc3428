"""Holds and wishes of a debtor: what stands, who said it, and what a person writes down."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime, time, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from acuerdo.compliance import actions as compliance
from acuerdo.compliance.models import Consent, ContactWish, OptOut, Quarantine, WishKind
from acuerdo.core import clock
from acuerdo.core.actor import Actor
from acuerdo.core.errors import AcuerdoError, NotAllowed
from acuerdo.core.vocabulary import Purpose
from acuerdo.portfolio.models import Account
from acuerdo.web.access import StaffRequest, page
from acuerdo.web.forms import NOTES, EndForm, Note
from acuerdo.web.reads import wishes as reading


@require_GET
@page("see_accounts")
def account_wishes(request: StaffRequest, public_id: UUID) -> HttpResponse:
    """What is in force and what was, and the forms to write more down."""
    return _show(request, _read(request, public_id))


@require_POST
@page("converse")
def change_wishes(request: StaffRequest, public_id: UUID) -> HttpResponse:
    """Write one thing down, or end one. What was typed stays where it cannot be taken."""
    view = _read(request, public_id)
    account = view.account
    actor = request.access.actor(account.creditor_id, "converse")
    act = request.POST.get("act", "")
    if act in _WRITES:
        typed = next(form for form in NOTES if form.act == act)(request.POST)
        if not typed.is_valid():
            return _show(request, view, typed=typed, status=422)
        change, said = _WRITES[act], typed.cleaned_data
    elif act in _ENDS:
        typed, end = None, EndForm(request.POST)
        if not end.is_valid():
            return _show(request, view, refusal=_("Say why it holds no more."), status=422)
        change, said = _ENDS[act], end.cleaned_data
    else:
        return _show(request, view, refusal=_("Choose what is to be changed."), status=422)
    try:
        with transaction.atomic():
            change(said, account, actor, clock.now())
    except AcuerdoError as error:
        status = error.http_status
        return _show(request, view, typed=typed, refusal=str(error), status=status)
    messages.success(request, _("Done. It holds from now on."))
    return redirect("web:account_wishes", account.public_id)


def _read(request: StaffRequest, public_id: UUID) -> reading.WishesView:
    return reading.get_wishes_view(
        public_id=public_id,
        access=request.access,
        creditor_ids=request.creditor_ids,
        now=clock.now(),
    )


def _show(
    request: StaffRequest,
    view: reading.WishesView,
    *,
    typed: Note | None = None,
    refusal: str = "",
    status: int = 200,
) -> HttpResponse:
    forms = [typed if typed is not None and type(typed) is form else form() for form in NOTES]
    context = {
        "section": "accounts",
        "view": view,
        "forms": forms if view.can_change else [],
        "open_form": typed.act if typed is not None else "",
        "refusal": refusal,
        "open_end": f"{request.POST.get('act', '')}:{request.POST.get('id', '')}",
        "typed_why": request.POST.get("why", "")[:300],
    }
    return render(request, "web/wishes.html", context, status=status)


# Writing down

Said = dict[str, Any]
Change = Callable[[Said, Account, Actor, datetime], object]


def _place_hold(said: Said, account: Account, actor: Actor, now: datetime) -> object:
    whole = said["scope"] == "debtor"
    until = None
    if said["until"] is not None:
        zone = ZoneInfo(account.creditor.timezone)
        until = datetime.combine(said["until"] + timedelta(days=1), time.min, zone)
    return compliance.place_hold(
        creditor_id=account.creditor_id,
        account_id=None if whole else account.pk,
        debtor_id=account.debtor_id if whole else None,
        reason=said["reason"],
        source=reading.BY_HAND,
        note=said["note"],
        until_at=until,
        actor=actor,
        now=now,
    )


def _record_opt_out(said: Said, account: Account, actor: Actor, now: datetime) -> object:
    return compliance.record_opt_out(
        creditor_id=account.creditor_id,
        debtor=account.debtor,
        channel=said["channel"],
        purpose=Purpose.COMMERCIAL_OFFER if said["what"] == "offers" else "",
        is_stop=said["what"] == "stop",
        source=said["source"],
        text=said["text"],
        actor=actor,
        now=now,
    )


def _record_wish(said: Said, account: Account, actor: Actor, now: datetime) -> object:
    return compliance.record_wish(
        debtor=account.debtor,
        kind=said.get("kind", WishKind.PREFERRED_CHANNEL),
        from_time=said.get("from_time"),
        to_time=said.get("to_time"),
        channel=said.get("channel", ""),
        instrument=said.get("instrument", ""),
        source=said["source"],
        text=said["text"],
        actor=actor,
        now=now,
    )


def _grant_consent(said: Said, account: Account, actor: Actor, now: datetime) -> object:
    return compliance.grant_consent(
        debtor=account.debtor,
        channel=said["channel"],
        purpose=said["purpose"],
        source=said["source"],
        text=said["text"],
        actor=actor,
        now=now,
    )


_WRITES: Mapping[str, Change] = {
    "place_hold": _place_hold,
    "record_opt_out": _record_opt_out,
    "record_hours": _record_wish,
    "prefer_channel": _record_wish,
    "grant_consent": _grant_consent,
}


# Ending: what is ended is this debtor's, at this creditor, and still stands


def _release_hold(said: Said, account: Account, actor: Actor, now: datetime) -> object:
    own = reading.list_own_holds(account)
    hold = get_object_or_404(own, pk=said["id"])
    if not reading.may_release(hold):
        raise NotAllowed
    return compliance.release_hold(hold=hold, why=said["why"], actor=actor, now=now)


def _withdraw_opt_out(said: Said, account: Account, actor: Actor, now: datetime) -> object:
    opt_out = get_object_or_404(OptOut, pk=said["id"], debtor=account.debtor)
    return compliance.withdraw_opt_out(opt_out=opt_out, source=said["why"], actor=actor, now=now)


def _withdraw_wish(said: Said, account: Account, actor: Actor, now: datetime) -> object:
    wish = get_object_or_404(ContactWish, pk=said["id"], debtor=account.debtor)
    return compliance.withdraw_wish(wish=wish, source=said["why"], actor=actor, now=now)


def _revoke_consent(said: Said, account: Account, actor: Actor, now: datetime) -> object:
    consent = get_object_or_404(Consent, pk=said["id"], debtor=account.debtor, revoked_at=None)
    return compliance.revoke_consents(
        creditor_id=account.creditor_id,
        debtor_id=account.debtor_id,
        channels=[consent.channel],
        purpose=consent.purpose,
        source=said["why"],
        actor=actor,
        now=now,
    )


def _end_quarantine(outcome: str) -> Change:
    def end(said: Said, account: Account, actor: Actor, now: datetime) -> object:
        quarantine = get_object_or_404(Quarantine, pk=said["id"], debtor=account.debtor)
        if not reading.may_end(quarantine):
            raise NotAllowed
        return compliance.end_quarantine(
            quarantine=quarantine, outcome=outcome, why=said["why"], actor=actor, now=now
        )

    return end


_ENDS: Mapping[str, Change] = {
    "release_hold": _release_hold,
    "withdraw_opt_out": _withdraw_opt_out,
    "withdraw_wish": _withdraw_wish,
    "revoke_consent": _revoke_consent,
    "clear_address": _end_quarantine(compliance.CLEARED),
    "remove_address": _end_quarantine(compliance.REMOVED),
}
