"""The timeline as the pages show it: day groups, an icon per kind, who did it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby
from zoneinfo import ZoneInfo

from django.urls import reverse
from django.utils.translation import gettext as _

from acuerdo.reporting.types import Detail, TimelineItem

# reporting's word for the kind of thing → the sprite's symbol
_SYMBOLS = {
    "agreement": "handshake",
    "alert": "circle-alert",
    "assistant": "bot",
    "case": "flag",
    "check": "circle-check",
    "consent": "badge-check",
    "file": "file-text",
    "hold": "pause",
    "info": "info",
    "law": "scale",
    "ledger": "book-open-check",
    "link": "link",
    "message": "send",
    "offer": "receipt",
    "payment": "credit-card",
    "person": "user-round-check",
    "place": "map-pin",
    "plan": "route",
    "reply": "message-square",
    "score": "sliders-horizontal",
    "segment": "users",
    "shield": "shield-check",
    "task": "clipboard-list",
}


GLIMPSE = 120


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of a timeline."""

    at: datetime
    symbol: str
    tone: str
    title: str
    by: str
    text: str
    glimpse: str
    details: tuple[Detail, ...]
    why_href: str = ""


@dataclass(frozen=True, slots=True)
class Day:
    """All of one date."""

    on: date
    entries: list[Entry]


def group_days(items: Iterable[TimelineItem], zone: str) -> list[Day]:
    """The items in their order, grouped by date in `zone`."""
    place = ZoneInfo(zone)
    return [
        Day(on, [_entry(item) for item in group])
        for on, group in groupby(items, key=lambda item: item.at.astimezone(place).date())
    ]


def _entry(item: TimelineItem) -> Entry:
    return Entry(
        at=item.at,
        symbol=_SYMBOLS.get(item.icon, "circle-dashed"),
        tone="" if item.tone == "plain" else item.tone,
        title=item.title,
        by=_author(item),
        text=item.body,
        glimpse=" ".join(item.body.split())[:GLIMPSE],
        details=item.details,
        why_href=why_href(item.why),
    )


def why_href(why: str) -> str:
    """The page that explains a contact that was not made: `verdict:<id>` or `message:<id>`."""
    kind, _separator, public_id = why.partition(":")
    return reverse(f"web:why_{kind}", args=[public_id]) if public_id else ""


def _author(item: TimelineItem) -> str:
    """Who did it, in words; empty where the sentence says it already."""
    if item.kind.startswith("said_") or item.actor_kind == "system":
        return ""
    if item.actor_name:
        return "" if item.actor_name in item.title else item.actor_name
    names = {
        "assistant": _("assistant"),
        "debtor": _("debtor"),
        "law": _("the law"),
        "provider": _("provider"),
        "user": _("a person"),
    }
    return names.get(item.actor_kind, item.actor_kind)
