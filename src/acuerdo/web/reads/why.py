"""Why one contact was not made, in the reader's words."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from acuerdo.cases.models import Task
from acuerdo.conversations.models import Conversation
from acuerdo.core.masks import mask_keys
from acuerdo.creditors.models import Creditor
from acuerdo.reporting.remedies import Remedy, explanation_of, remedy_of
from acuerdo.reporting.texts import channel_of, outcome_of, purpose_of, reason_text
from acuerdo.reporting.why import HOUSE, LAW, NOW, Why
from acuerdo.web.access import Access
from acuerdo.web.reads.places import zone_label

SHOWN_CONTACTS = 20
# What a contact that was counted may be copied into the what-if form with.
_COPIED = 8

_REMEDY_ICONS = {
    "wait": "hourglass",
    "consent": "hand",
    "wish": "heart-handshake",
    "case": "clipboard-list",
    "hold": "pause",
    "nothing": "check",
    "identity": "shield-check",
    "text": "file-text",
    "channel": "route",
    "address": "map-pin",
    "data": "list",
    "setup": "sliders-horizontal",
    "look": "eye",
}


@dataclass(frozen=True, slots=True)
class ZoneLine:
    """What time it was in one zone that may be the debtor's."""

    name: str
    zone: str


@dataclass(frozen=True, slots=True)
class Line:
    """One thing that was known: words, an instant to write, and a remark."""

    text: str
    at: datetime | None = None
    note: str = ""
    is_counted: bool = False


@dataclass(frozen=True, slots=True)
class WhyView:
    """The context of `parts/why.html`. Empty texts are left out there."""

    why: Why
    title: str
    headline: str
    text: str
    is_allowed: bool
    source: str
    source_tone: str
    source_note: str
    zone: str
    debtor_zone: str
    remedy: Remedy
    remedy_icon: str
    remedy_href: str
    remedy_button: str
    now_words: str
    now_is_open: bool
    now_next_at: datetime | None
    recorded: str
    zones: list[ZoneLine]
    contacts: list[Line]
    contacts_note: str
    holds: list[Line]
    wishes: list[Line]
    consents: list[Line]
    purpose: str
    exact: str
    what_if_href: str
    href: str


def arrange(why: Why, access: Access, language: str, href: str) -> WhyView:
    """Everything in words; links only where the reader may follow them. `href` leads here."""
    creditor = Creditor.objects.get(pk=why.creditor_id)
    is_allowed = why.stage == NOW and why.reason_code in ("ok", "ok_literal")
    reason = reason_text(why.reason_code)
    source, tone, note = _source(why)
    remedy = remedy_of(why.reason_code)
    remedy_href, remedy_button = _remedy_link(why, remedy)
    zones = [ZoneLine(zone_label(zone, language), zone) for zone in why.known.zones]
    answer = why.answer_now
    return WhyView(
        why=why,
        title=_title(why, is_allowed),
        headline="" if is_allowed else reason[:1].upper() + reason[1:],
        text=why.told.text if why.told else explanation_of(why.reason_code),
        is_allowed=is_allowed,
        source="" if is_allowed else source,
        source_tone=tone,
        source_note=note,
        zone=creditor.timezone,
        debtor_zone=why.known.zones[0] if why.known.zones else creditor.timezone,
        remedy=remedy,
        remedy_icon=_REMEDY_ICONS[remedy.kind],
        remedy_href=remedy_href,
        remedy_button=remedy_button,
        now_words=("" if why.stage == NOW else reason_text(answer.reason_code)),
        now_is_open=answer.allowed,
        now_next_at=answer.next_allowed_at,
        recorded=_recorded(why),
        zones=zones,
        contacts=_contacts(why),
        contacts_note=_elsewhere(why),
        holds=_holds(why),
        wishes=[
            Line(channel_of(wish.channel), wish.opted_out_at, wish.source)
            for wish in why.known.wishes
        ],
        consents=[
            Line(
                f"{channel_of(consent.channel)} · {purpose_of(consent.purpose)}",
                consent.granted_at,
                consent.source,
            )
            for consent in why.known.consents
        ],
        purpose=purpose_of(why.purpose),
        exact=_exact(why),
        href=href,
        what_if_href=_what_if(why) if access.may("audit_contacts", why.creditor_id) else "",
    )


def _title(why: Why, is_allowed: bool) -> str:
    channel = channel_of(why.channel)
    if is_allowed:
        return _("%(channel)s may be used now") % {"channel": channel}
    if why.stage == NOW:
        return _("%(channel)s may not be used now") % {"channel": channel}
    if why.stage == "plan":
        return _("%(channel)s was not planned") % {"channel": channel}
    return _("%(channel)s was not sent") % {"channel": channel}


def _source(why: Why) -> tuple[str, str, str]:
    """Whose rule it was: words, a tone, and what that means."""
    if why.source == LAW:
        return _("The law's"), "info", _("No creditor, agent or setting can lift it.")
    if why.source == HOUSE:
        return (
            _("Our own caution"),
            "",
            _("A house default: no law asks for it. Whoever answers for the rules may change it."),
        )
    return (
        _("No contact rule"),
        "",
        _("No rule was asked: what the message needs was missing, or it had lost its point."),
    )


def _remedy_link(why: Why, remedy: Remedy) -> tuple[str, str]:
    """The page where it can be done."""
    if remedy.kind in ("case", "hold"):
        task = (
            Task.objects.filter(
                debtor=why.debtor, creditor_id=why.creditor_id, state="open", case__isnull=False
            )
            .order_by("created_at")
            .first()
        )
        if task is not None:
            return reverse("web:task", args=[task.public_id]), _("Open the task")
    if remedy.kind in ("consent", "identity", "wish"):
        talk = Conversation.objects.filter(debtor=why.debtor, creditor_id=why.creditor_id).first()
        if talk is not None:
            address = reverse("web:conversation", args=[talk.public_id])
            return address, _("Open the conversation")
    return "", ""


def _recorded(why: Why) -> str:
    """What was written down beside the code, where it says more than the code."""
    if why.message is None or why.told is not None:
        return ""
    return mask_keys(why.message.reason)


def _exact(why: Why) -> str:
    """The finished text, where it was made before the message was withheld."""
    if why.message is None:
        return ""
    parts = (why.message.subject, why.message.body)
    return mask_keys("\n\n".join(part for part in parts if part))


def _contacts(why: Why) -> list[Line]:
    lines = []
    for spoken in why.known.contacts[:SHOWN_CONTACTS]:
        direction = _("from the debtor") if spoken.direction == "inbound" else ""
        parts = [outcome_of(spoken.outcome) if not direction else "", direction]
        lines.append(
            Line(
                channel_of(spoken.channel),
                spoken.at,
                " · ".join(part for part in parts if part),
                spoken.counted,
            )
        )
    return lines


def _elsewhere(why: Why) -> str:
    """Contacts of other creditors: a number, never a debt."""
    known = why.known
    if not known.elsewhere:
        return ""
    return ngettext(
        "and %(n)s contact of another creditor with the same person, %(counted)s of them counted",
        "and %(n)s contacts of other creditors with the same person, %(counted)s of them counted",
        known.elsewhere,
    ) % {"n": known.elsewhere, "counted": known.elsewhere_counted}


def _holds(why: Why) -> list[Line]:
    lines = [Line(reason_text(hold.reason), hold.until_at, hold.note) for hold in why.known.holds]
    if why.known.foreign_holds:
        lines.append(Line(_("a hold that another creditor placed on the person")))
    return lines


def _what_if(why: Why) -> str:
    """The what-if form, filled with the same place, hour and history of this creditor."""
    if not why.known.zones:
        return ""
    zone = why.known.zones[0]
    local = why.decided_at.astimezone(ZoneInfo(zone))
    country, _dash, part = why.request.jurisdiction.partition("-")
    known = why.request.authorised_channels
    pairs: list[tuple[str, str]] = [
        ("country", country),
        ("part", part),
        ("channel", why.channel),
        ("purpose", why.purpose),
        ("party", why.request.party),
        ("creditor_type", why.request.creditor_type),
        ("on", local.strftime("%Y-%m-%d")),
        ("at", local.strftime("%H:%M")),
        ("authorised", "unknown" if known is None else ("yes" if why.channel in known else "no")),
        *(("zone", zone_) for zone_ in why.request.zones),
        *((f"flag_{name}", "on") for name, value in why.request.flags.items() if value is True),
    ]
    for wish in why.known.wishes:
        if wish.channel in ("", why.channel):
            pairs.append(("opted_out", "on"))
            break
    for number, spoken in enumerate(why.known.contacts[:_COPIED]):
        at = spoken.at.astimezone(ZoneInfo(zone))
        pairs += [
            (f"past-{number}-at", at.strftime("%Y-%m-%d %H:%M")),
            (f"past-{number}-channel", spoken.channel),
            (f"past-{number}-outcome", spoken.outcome or "open"),
            (f"past-{number}-direction", spoken.direction),
        ]
    return f"{reverse('web:what_if')}?{urlencode([pair for pair in pairs if pair[1]])}"
