"""The calendar of permitted hours: which hours of the next days admit a contact, and what closes
the others."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from acuerdo.compliance.packs import get_library
from acuerdo.compliance.queries import list_terms
from acuerdo.compliance.rules import (
    ContactRequest,
    explain_day,
    list_openings,
    list_opinions,
)
from acuerdo.compliance.rules.facts import CHANNELS
from acuerdo.compliance.rules.pack import Rule
from acuerdo.reporting.texts import reason_text
from acuerdo.web.reads.places import Place, list_place_zones

DAYS = 14
_COUNT_KINDS = frozenset({"cap", "one_channel", "gap"})


@dataclass(frozen=True, slots=True)
class Stretch:
    """Open hours of one local date: minutes from midnight to draw, and instants to write."""

    start_minute: int
    end_minute: int
    start: datetime
    end: datetime


@dataclass(frozen=True, slots=True)
class DayRow:
    """One date. `reason` says why it is closed; `holiday` its name, also where it is open."""

    on: date
    is_today: bool
    now_minute: int | None
    stretches: tuple[Stretch, ...]
    reason: str
    rule_id: str
    holiday: str


@dataclass(frozen=True, slots=True)
class RuleLine:
    """One rule in words. `is_house`: ours, not the law's."""

    rule_id: str
    text: str
    citation: str
    is_house: bool


@dataclass(frozen=True, slots=True)
class Hours:
    """The page. `zone` is the debtor's, in which days are drawn; `open_until` where it is open
    now, else `opens_at`; both None where nothing opens in these days.

    `never` are the rules that refuse whatever the hour; `always_refused`: for every contact by
    this channel, not only while some fact stands.
    """

    place: Place
    zone: str
    zones: tuple[str, ...]
    days: tuple[DayRow, ...]
    open_until: datetime | None
    opens_at: datetime | None
    never: tuple[RuleLine, ...]
    always_refused: bool
    hour_rules: tuple[RuleLine, ...]
    count_rules: tuple[RuleLine, ...]
    version: str


def get_hours(
    *,
    place: Place,
    channel: str,
    purpose: str,
    zone: str,
    settings: Mapping[str, Any],
    now: datetime,
    language: str,
) -> Hours:
    """The next `DAYS` dates for contacts with a debtor of `place`. Without `zone` every zone of
    the place must admit the hour, and the likeliest one is drawn. `settings` are a creditor's:
    its own terms come on top of the law's. Raises BadInput."""
    options, policy = list_terms(settings)
    zones = list_place_zones(place)
    shown = zone if zone in zones else zones[0]
    request = ContactRequest(
        jurisdiction=place.jurisdiction,
        channel=channel,
        purpose=purpose,
        zones=(zone,) if zone in zones else (),
        authorised_channels=CHANNELS,
        options=options,
        policy=policy,
    )
    local = ZoneInfo(shown)
    today = now.astimezone(local).date()
    start = _midnight(today, local)
    end = _midnight(today + timedelta(days=DAYS), local)
    spans = list_openings(request, start, end)
    opinions = list_opinions(request, (), now)
    stops = [one.rule for one in opinions if one.rule.kind == "stop" and one.code]
    current = next(((begin, till) for begin, till in spans if begin <= now < till), None)
    library = get_library()
    pack, _part = library.find(place.jurisdiction)
    return Hours(
        place=place,
        zone=shown,
        zones=zones,
        days=tuple(
            _day(today + timedelta(days=number), spans, request, local, now, language)
            for number in range(DAYS)
        ),
        open_until=current[1] if current else None,
        opens_at=next((begin for begin, _till in spans if begin > now), None),
        never=_lines(stops, language),
        always_refused=any(rule.when is None for rule in stops),
        hour_rules=_lines((one.rule for one in opinions if one.rule.kind == "window"), language),
        count_rules=_lines(
            (one.rule for one in opinions if one.rule.kind in _COUNT_KINDS), language
        ),
        version=f"{pack.code} {pack.version}/{library.version}",
    )


def _midnight(on: date, zone: ZoneInfo) -> datetime:
    return datetime.combine(on, time.min, zone).astimezone(UTC)


def _day(
    on: date,
    spans: Sequence[tuple[datetime, datetime]],
    request: ContactRequest,
    zone: ZoneInfo,
    now: datetime,
    language: str,
) -> DayRow:
    begin, end = _midnight(on, zone), _midnight(on + timedelta(days=1), zone)
    stretches = tuple(
        Stretch(
            _minute(max(start, begin), on, zone),
            _minute(min(till, end), on, zone),
            max(start, begin),
            min(till, end),
        )
        for start, till in spans
        if start < end and till > begin
    )
    closed = explain_day(request, on) if not stretches else None
    is_today = begin <= now < end
    return DayRow(
        on=on,
        is_today=is_today,
        now_minute=_minute(now, on, zone) if is_today else None,
        stretches=stretches,
        reason=reason_text(closed.code) if closed else "",
        rule_id=closed.rule.id if closed else "",
        holiday=_holiday(on, request, language),
    )


def _minute(at: datetime, on: date, zone: ZoneInfo) -> int:
    """Minutes of the clock since midnight of `on`; the midnight after it is 24:00."""
    local = at.astimezone(zone)
    return 1440 if local.date() > on else local.hour * 60 + local.minute


def _holiday(on: date, request: ContactRequest, language: str) -> str:
    pack, part = get_library().find(request.jurisdiction)
    return pack.calendar.name_of(on, part, language[:2])


def _lines(rules: Iterable[Rule], language: str) -> tuple[RuleLine, ...]:
    return tuple(rule_line(rule, language) for rule in rules)


def rule_line(rule: Rule, language: str) -> RuleLine:
    """One rule in the reader's language."""
    return RuleLine(
        rule.id,
        rule.texts.get(language[:2]) or rule.texts["en"],
        rule.citation,
        rule.house_default,
    )
