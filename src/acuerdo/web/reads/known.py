"""What is known of a debtor, in words: so that nobody asks it again; and what was asked again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal, InvalidOperation

from django.utils import formats
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from acuerdo.conversations.knowledge import WRITTEN
from acuerdo.conversations.known import AskedLine, Known, list_asked, list_known
from acuerdo.core.money import Money, format_money
from acuerdo.creditors.countries import locale_of
from acuerdo.identity.models import User
from acuerdo.portfolio.models import Debtor
from acuerdo.reporting.texts import channel_of
from acuerdo.web.formats import mask

Words = str | Promise

KIND_WORDS: dict[str, Words] = {
    "identity": gettext_lazy("Who it is"),
    "name": gettext_lazy("Name"),
    "phone": gettext_lazy("Phone"),
    "email": gettext_lazy("E-mail"),
    "address": gettext_lazy("Address"),
    "language": gettext_lazy("Language"),
    "channel": gettext_lazy("Preferred channel"),
    "hour": gettext_lazy("Preferred hour"),
    "pay_day": gettext_lazy("Pay day"),
    "income": gettext_lazy("Income"),
    "employment": gettext_lazy("Kind of work"),
    "reason": gettext_lazy("Reason they gave"),
    "payment_date": gettext_lazy("When they can pay"),
    "payment_amount": gettext_lazy("How much they can pay"),
    "callback": gettext_lazy("When to call back"),
}
_SOURCES: dict[str, Words] = {
    "said": gettext_lazy("said so"),
    "noted": gettext_lazy("written down"),
    "form": gettext_lazy("filled in a form"),
    "file": gettext_lazy("on file"),
    "wish": gettext_lazy("wished so"),
    "agreement": gettext_lazy("agreed"),
    "unverified": gettext_lazy("said so, not checked yet"),
}
_LEVELS: dict[str, Words] = {
    "claimed": gettext_lazy("one proof given"),
    "verified": gettext_lazy("verified"),
}
_REASONS: dict[str, Words] = {"hardship": gettext_lazy("cannot pay now")}


@dataclass(frozen=True, slots=True)
class KnownView:
    """One line: what, the value, where it comes from, and whether it should be asked again."""

    label: str
    value: str
    source: str
    channel: str
    by: str
    at: datetime | None
    is_good: bool


@dataclass(frozen=True, slots=True)
class AskedView:
    """One line of the table of questions."""

    label: str
    asked_by: str
    asked: int
    again: int
    percent: Decimal


@dataclass(frozen=True, slots=True)
class AskedTable:
    """All of them, and the rate of what was asked again."""

    lines: list[AskedView]
    asked: int
    again: int
    percent: Decimal


def list_known_views(debtor: Debtor, now: datetime) -> list[KnownView]:
    """The newest of each kind, addresses all of them, masked."""
    shown: list[Known] = []
    seen: set[str] = set()
    for one in list_known(debtor, now):
        if one.kind in ("phone", "email", "address") or one.kind not in seen:
            shown.append(one)
        seen.add(one.kind)
    ids = {int(one.by.partition(":")[2]) for one in shown if one.by.startswith("user:")}
    names = {f"user:{user.pk}": str(user) for user in User.objects.filter(pk__in=ids)}
    return [_view(one, debtor, names) for one in shown]


def written_choices() -> list[tuple[str, str]]:
    """What a person may write down, with its words."""
    return [(kind, str(KIND_WORDS[kind])) for kind in WRITTEN]


def read_asked(creditor_ids: Sequence[int], now: datetime, days: int) -> AskedTable:
    """The questions of the last `days`, those asked again most often first."""
    lines = list_asked(creditor_ids=creditor_ids, since=now - timedelta(days=days), until=now)
    asked, again = sum(line.asked for line in lines), sum(line.again for line in lines)
    return AskedTable([_asked(line) for line in lines], asked, again, _percent(again, asked))


def _asked(line: AskedLine) -> AskedView:
    who = {
        "assistant": _("Assistant"),
        "agent": _("Agent"),
        "portal": _("Portal"),
    }
    return AskedView(
        str(KIND_WORDS.get(line.kind, line.kind)),
        who.get(line.asked_by, line.asked_by),
        line.asked,
        line.again,
        _percent(line.again, line.asked),
    )


def _percent(part: int, whole: int) -> Decimal:
    return Decimal(part * 100) / whole if whole else Decimal(0)


def _view(one: Known, debtor: Debtor, names: dict[str, str]) -> KnownView:
    kind = one.by.partition(":")[0]
    by = names.get(one.by) or {"assistant": _("Assistant"), "debtor": _("Debtor")}.get(kind, "")
    source = _SOURCES.get(one.source, "")
    return KnownView(
        label=str(KIND_WORDS[one.kind]),
        value=_value(one, debtor),
        source=str(source),
        channel=channel_of(one.channel) if one.channel else "",
        by=by,
        at=one.at,
        is_good=one.is_good,
    )


def _value(one: Known, debtor: Debtor) -> str:
    if one.kind in ("phone", "email", "address"):
        return mask(one.kind, one.value)
    if one.kind == "identity":
        return str(_LEVELS.get(one.value, one.value))
    if one.kind == "reason":
        return str(_REASONS.get(one.value, one.value))
    if one.kind == "channel":
        return channel_of(one.value)
    if one.kind == "pay_day":
        of_month = _("day %(day)s of the month") % {"day": one.value}
        return of_month if one.value.isdigit() else one.value
    if one.kind == "payment_date":
        return _date(one.value)
    if one.kind == "income":
        return _money(*one.value.rsplit(" ", 1), country=debtor.country)
    if one.kind == "payment_amount":
        return _money(one.value, debtor.creditor.currency, country=debtor.country)
    return one.value


def _date(value: str) -> str:
    try:
        return str(formats.date_format(date.fromisoformat(value), "DATE_FORMAT"))
    except ValueError:
        return value


def _money(amount: str, currency: str, *, country: str) -> str:
    try:
        money = Money.from_decimal(Decimal(amount), currency)
    except (InvalidOperation, ValueError):
        return amount
    return format_money(money, locale_of(country, "en"))
