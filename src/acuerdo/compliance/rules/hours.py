"""Looking ahead: when somebody may be contacted, and the next hour for several countries."""

from __future__ import annotations

from collections.abc import Hashable, Iterable
from datetime import UTC, date, datetime, time, timedelta

from acuerdo.compliance.rules.check import Opinion, Question, check_contact, installed
from acuerdo.compliance.rules.facts import CHANNELS, ContactRequest
from acuerdo.compliance.rules.pack import Library, Rule
from acuerdo.compliance.rules.sets import freeze
from acuerdo.compliance.rules.windows import (
    HORIZON,
    Spans,
    Window,
    intersect,
    join,
    wished_hours,
)
from acuerdo.compliance.rules.zones import instant
from acuerdo.core.vocabulary import Channel, Purpose


def list_openings(
    request: ContactRequest, start: datetime, end: datetime, *, library: Library | None = None
) -> Spans:
    """The half-open UTC spans of [start, end) in which hours, holidays and wishes admit such a
    contact, in every zone that may be the debtor's. Raises BadInput.

    Only about hours: a stop, a hold or a cap may forbid the contact all the same.
    """
    question = Question.of(request, (), start, library or installed())
    return list_window_openings(question, start.astimezone(UTC), end.astimezone(UTC))


def list_window_openings(question: Question, start: datetime, end: datetime) -> Spans:
    """The spans of [start, end) (UTC) that the hours and wishes of a question admit."""
    spans: Spans = [(start, end)]
    for rule in question.rules:
        window = _window(rule, question.request)
        if window is not None:
            spans = intersect(spans, _openings(question, rule, window, start, end))
    return spans


def window_key(question: Question) -> Hashable:
    """Questions with the same key have the same openings."""
    flags = question.request.flags
    return (
        tuple(rule.id for rule in question.rules if _window(rule, question.request)),
        question.request.jurisdiction,
        question.request.policy,
        question.zones,
        freeze({name: flags[name] for name in _WISHES if name in flags}),
    )


_WISHES = ("consumer_requested_window", "known_inconvenient")


def explain_day(
    request: ContactRequest, on: date, *, library: Library | None = None
) -> Opinion | None:
    """The rule that closes a whole local date, with its reason code; None on a day with hours.
    Raises BadInput."""
    noon = datetime.combine(on, time(12), UTC)
    question = Question.of(request, (), noon, library or installed())
    for rule in question.rules:
        window = _window(rule, request)
        if window is not None and rule.is_in_force(on):
            hours, code = window.day(on, request)
            if not hours:
                return Opinion(rule, rule.code if rule.kind == "wish" else code)
    return None


def _window(rule: Rule, request: ContactRequest) -> Window | None:
    if rule.kind == "wish":
        return wished_hours(request, rule.flag, rule.code)
    return rule.mechanism if isinstance(rule.mechanism, Window) else None


def _openings(
    question: Question, rule: Rule, window: Window, start: datetime, end: datetime
) -> Spans:
    """The spans in which one rule of hours admits; all of them where it is not in force."""
    zones = question.zones
    begins = max(instant(rule.effective_from, time.min, zones[0]), start)
    ends = end
    if rule.effective_to is not None:
        ends = min(instant(rule.effective_to, time.min, zones[0]), end)
    if begins >= ends:
        return [(start, end)]
    spans: Spans = [(begins, ends)]
    for zone in zones:
        spans = intersect(spans, join(window.openings(begins, ends, question.request, zone)))
    return join([(start, begins), *spans, (ends, end)])


def next_lawful_hour(countries: Iterable[str], after: datetime) -> datetime:
    """The first full hour at or after `after` (aware) that lies within the hours of all of
    `countries`, in every zone of each. UTC. Raises LookupError where there is none in 400 days.
    """
    requests = [
        ContactRequest(
            jurisdiction=country,
            channel=Channel.EMAIL,
            purpose=Purpose.COLLECTION,
            authorised_channels=CHANNELS,
        )
        for country in sorted(set(countries))
    ]
    at = _full_hour(after.astimezone(UTC))
    limit = at + HORIZON
    while at <= limit:
        before = at
        for request in requests:
            verdict = check_contact(request, (), at)
            if verdict.allowed:
                continue
            if verdict.next_allowed_at is None:
                raise LookupError(f"no lawful hour: {verdict.reason_code}")
            at = _full_hour(verdict.next_allowed_at)
        if at == before:
            return at
    raise LookupError("no lawful hour within the horizon")


def _full_hour(at: datetime) -> datetime:
    whole = at.replace(minute=0, second=0, microsecond=0)
    return whole if whole == at else whole + timedelta(hours=1)
