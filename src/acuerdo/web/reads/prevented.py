"""The report of prevented contacts, arranged for the page, and the lists behind its figures."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from urllib.parse import urlencode

from django.db.models import CharField, Exists, OuterRef, Value
from django.db.models.functions import Cast, Concat
from django.urls import reverse
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from acuerdo.compliance.models import Verdict
from acuerdo.compliance.packs import get_library
from acuerdo.compliance.queries import is_house_rule
from acuerdo.messaging.models import Message, MessageState
from acuerdo.portfolio.models import Account
from acuerdo.reporting.prevented import (
    Prevented,
    RefusedContact,
    RuleFigure,
    Selection,
    Week,
    list_refused,
)
from acuerdo.reporting.texts import channel_of, reason_text
from acuerdo.web.formats import write_count, write_rate
from acuerdo.web.reads.accounts import Choice

PAGE = 50
HEIGHT = 150
"""Of the chart's highest column, in pixels."""


@dataclass(frozen=True, slots=True)
class Column:
    """One week of the chart: the law's at the bottom, ours on top of it."""

    week: Week
    href: str
    is_current: bool
    law_height: float
    house_height: float

    @property
    def height(self) -> float:
        return self.law_height + self.house_height


@dataclass(frozen=True, slots=True)
class RuleRow:
    figure: RuleFigure
    country: str
    href: str


@dataclass(frozen=True, slots=True)
class CountRow:
    label: str
    count: int
    href: str


@dataclass(frozen=True, slots=True)
class NotSent:
    """One contact that was not made: a refusal of the gate, or a message withheld before it."""

    at: datetime
    zone: str
    debtor_name: str
    account: Account | None
    channel: str
    reason: str
    rule_id: str
    is_house: bool | None
    next_allowed_at: datetime | None
    href: str


@dataclass(frozen=True, slots=True)
class NotSentPage:
    rows: list[NotSent]
    count: int


def arrange(report: Prevented, query: Mapping[str, str]) -> dict[str, Any]:
    """The context of `prevented.html`. `query` are the filters in force, which the links to rows
    keep."""
    top = max((week.total for week in report.weeks), default=0)
    scale = HEIGHT / top if top else 0
    columns = [
        Column(
            week,
            _rows_href(query, week=week.monday.isoformat()),
            week is report.weeks[-1],
            # Whatever is there can be seen, be it one of a thousand.
            max(week.law * scale, 1.5) if week.law else 0,
            max(week.house * scale, 1.5) if week.house else 0,
        )
        for week in report.weeks
    ]
    rules = [
        RuleRow(
            figure,
            _country_name(figure.pack),
            _rows_href(query, rule=figure.rule_id, country=figure.pack),
        )
        for figure in report.rules
    ]
    return {
        "report": report,
        "columns": columns,
        "title": _title(report),
        "law_rules": [row for row in rules if not row.figure.is_house],
        "house_rules": [row for row in rules if row.figure.is_house],
        "rule_top": max((row.figure.count for row in rules), default=0),
        "countries": [
            CountRow(_country_name(pack), count, _rows_href(query, country=pack))
            for pack, count in report.countries
        ],
        "channels": [
            CountRow(channel_of(channel), count, _rows_href(query, channel=channel))
            for channel, count in report.channels
        ],
        "country_choices": [Choice(pack, _country_name(pack)) for pack in report.country_choices],
        "channel_choices": [
            Choice(channel, channel_of(channel)) for channel in report.channel_choices
        ],
        "all_href": _rows_href(query),
    }


def list_refusals(
    creditor_ids: Sequence[int],
    zones: Mapping[int, str],
    *,
    first: date,
    last: date,
    selection: Selection,
    number: int,
) -> NotSentPage:
    """What the gate refused on the dates [first, last), page `number` from 1."""
    found = list_refused(
        creditor_ids,
        first=first,
        last=last,
        selection=selection,
        offset=(number - 1) * PAGE,
        limit=PAGE,
    )
    return NotSentPage([_refusal(row, zones) for row in found.contacts], found.count)


def list_withheld(
    creditor_ids: Sequence[int],
    zones: Mapping[int, str],
    *,
    first: date,
    last: date,
    selection: Selection,
    number: int,
) -> NotSentPage:
    """The messages that were withheld before any rule was asked, page `number` from 1."""
    refused = Verdict.objects.filter(
        debtor_id=OuterRef("debtor_id"),
        allowed=False,
        reference=Concat(Value("message:"), Cast(OuterRef("public_id"), CharField())),
    )
    found = Message.objects.filter(
        creditor_id__in=creditor_ids,
        state=MessageState.WITHHELD,
        queued_at__gte=datetime.combine(first, time.min, UTC),
        queued_at__lt=datetime.combine(last, time.min, UTC),
    ).exclude(Exists(refused))
    if selection.channel:
        found = found.filter(channel=selection.channel)
    if selection.country:
        found = found.filter(debtor__country=selection.country)
    rows = found.select_related("debtor", "account").order_by("-queued_at", "-pk")
    start = (number - 1) * PAGE
    return NotSentPage(
        [
            NotSent(
                at=message.queued_at,
                zone=zones[message.creditor_id],
                debtor_name=message.debtor.name,
                account=message.account,
                channel=channel_of(message.channel),
                reason=reason_text(message.reason_code),
                rule_id="",
                is_house=None,
                next_allowed_at=None,
                href=reverse("web:why_message", args=[message.public_id]),
            )
            for message in rows[start : start + PAGE]
        ],
        found.count(),
    )


def rule_words(rule_id: str) -> str:
    """A rule's words for the list that was narrowed to it; its id where no pack has it."""
    rule = get_library().get_rule(rule_id)
    language = (get_language() or "en")[:2]
    return (rule.texts.get(language) or rule.texts["en"]) if rule else rule_id


def list_weeks(first: date, count: int) -> list[date]:
    """Mondays, the latest first."""
    return [first + timedelta(weeks=number) for number in reversed(range(count))]


def _refusal(row: RefusedContact, zones: Mapping[int, str]) -> NotSent:
    verdict = row.verdict
    return NotSent(
        at=verdict.decided_at,
        zone=zones[verdict.creditor_id],
        debtor_name=row.debtor_name,
        account=row.account,
        channel=channel_of(verdict.channel),
        reason=reason_text(verdict.reason_code),
        rule_id=verdict.rule_id,
        is_house=is_house_rule(verdict.rule_id, verdict.pack, verdict.citation),
        next_allowed_at=verdict.next_allowed_at,
        href=reverse("web:why_verdict", args=[verdict.id]),
    )


def _rows_href(query: Mapping[str, str], **narrower: str) -> str:
    pairs = {name: value for name, value in {**query, **narrower}.items() if value}
    address = reverse("web:withheld")
    return f"{address}?{urlencode(pairs)}" if pairs else address


def _country_name(pack: str) -> str:
    found = get_library().packs.get(pack)
    language = (get_language() or "en")[:2]
    return (found.names.get(language) or found.names["en"]) if found else pack


def _title(report: Prevented) -> str:
    """The point of the chart: the law's last whole week against the one before."""
    last, before = report.weeks[-2], report.weeks[-3]
    current = report.weeks[-1]
    language = get_language() or "en"
    if not last.law and not before.law:
        if current.law:
            return _counted(
                ngettext(
                    "This week, so far, the law kept us from %(n)s contact",
                    "This week, so far, the law kept us from %(n)s contacts",
                    current.law,
                ),
                current.law,
            )
        return _("What the rules kept us from, week by week")
    text = _counted(
        ngettext(
            "Last week the law kept us from %(n)s contact",
            "Last week the law kept us from %(n)s contacts",
            last.law,
        ),
        last.law,
    )
    if not before.law:
        return text
    if last.law == before.law:
        return _("%(text)s, as many as the week before") % {"text": text}
    rate = write_rate(abs(last.law - before.law), before.law, language)
    if last.law > before.law:
        return _("%(text)s, %(rate)s more than the week before") % {"text": text, "rate": rate}
    return _("%(text)s, %(rate)s fewer than the week before") % {"text": text, "rate": rate}


def _counted(text: str, count: int) -> str:
    return text % {"n": write_count(count, get_language() or "en")}
