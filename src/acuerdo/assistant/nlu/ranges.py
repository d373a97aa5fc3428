"""Stretches of days: "la próxima semana", "last month", "del 5 al 10 de diciembre"."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import date, timedelta

from acuerdo.assistant.nlu import days
from acuerdo.assistant.nlu.calendar_words import LONG_MONTHS, MONTH, MONTHS
from acuerdo.assistant.nlu.contract import DateRange, Entity
from acuerdo.assistant.nlu.dates import Scene

_Span = tuple[date, date]
_Reader = Callable[[re.Match[str], Scene], _Span | None]


def _week(shift: int) -> _Reader:
    return lambda match, scene: days.week_of(scene.ref, shift)


def _month(shift: int) -> _Reader:
    return lambda match, scene: days.month_of(scene.ref, shift)


def _year(shift: int) -> _Reader:
    return lambda match, scene: (
        (date(scene.ref.year + shift, 1, 1), date(scene.ref.year + shift, 12, 31))
        if scene.clauses.about_paying
        else None
    )


def _weekend(match: re.Match[str], scene: Scene) -> _Span:
    groups = match.groupdict()
    saturday = scene.ref - timedelta(days=scene.ref.weekday()) + timedelta(days=5)
    if groups.get("last") or scene.tense(match) == "past":
        saturday -= timedelta(days=7)
    elif groups.get("next") and scene.ref.weekday() >= 5:
        saturday += timedelta(days=7)
    return saturday, saturday + timedelta(days=1)


def _of_days(match: re.Match[str], scene: Scene) -> _Span | None:
    first, last = scene.marked.number(match, "first"), scene.marked.number(match, "second")
    if first is None or last is None or first.whole is None or last.whole is None:
        return None
    if not 1 <= first.whole < last.whole <= 31 or first.scale != 1 or last.scale != 1:
        return None
    if match["month"]:
        month = MONTHS[match["month"]]
        year = scene.ref.year + (month < scene.ref.month)
        begin = days.safe_date(year, month, first.whole)
    else:
        begin = days.day_of_month(first.whole, scene.ref, scene.tense(match) == "past")
        if begin and scene.tense(match) != "past" and first.whole <= scene.ref.day <= last.whole:
            begin = scene.ref.replace(day=first.whole)
    end = days.safe_date(begin.year, begin.month, last.whole) if begin else None
    return (begin, end) if begin and end else None


def _whole_month(match: re.Match[str], scene: Scene) -> _Span | None:
    """A month by its name, where it says when something is or was paid."""
    lower, upper = scene.clauses.bounds(match.start())
    short = len(scene.marked.marked[lower:upper].split()) <= 4
    if not scene.clauses.about_paying or not (short or scene.clauses.pays(match.start())):
        return None
    month = LONG_MONTHS[match["long"]]
    tense = scene.tense(match)
    year = scene.ref.year
    if tense == "past" and month > scene.ref.month:
        year -= 1
    elif tense != "past" and month < scene.ref.month:
        year += 1
    first = date(year, month, 1)
    return first, days.month_end(first)


_LONG = "|".join(sorted(LONG_MONTHS, key=len, reverse=True))
_IN_DAYS = r"(?P<first>[NO]++)"
_TO_DAYS = r"(?P<second>[NO]++)"
_OF_MONTH = rf"(?:\s+(?:de\s+|of\s+)?{MONTH}\b)?(?![\w%])(?!\s+(?:mil|k|pesos|reais|euros|soles|lucas)\b)"
_RULES: tuple[tuple[str, re.Pattern[str], _Reader], ...] = (
    (
        "range.next_week",
        re.compile(
            r"\b(?:(?:la|a|na)\s+)?(?:proxima\s+semana|prox\s+semana|semana\s+(?:que\s+viene|q\s+viene|que\s+vem|q\s+vem|proxima"
            r"|entrante|que\s+entra|siguiente|seguinte)|otra\s+semana|outra\s+semana)\b|\b(?:next|nxt)\s+(?:week|wk)\b"
        ),
        _week(1),
    ),
    (
        "range.this_week",
        re.compile(
            r"\b(?:esta|essa|nesta|nessa)\s+(?:misma\s+|mesma\s+)?semana\b|\bthis\s+(?:week|wk)\b"
            r"|\bdentro\s+de\s+la\s+semana\b|\bentre\s+semana\b(?=X)"
        ),
        _week(0),
    ),
    (
        "range.last_week",
        re.compile(
            r"\b(?:(?:la|a|na)\s+)?(?:semana\s+(?:pasada|passada|anterior)|pasada\s+semana)\b|\blast\s+(?:week|wk)\b"
        ),
        _week(-1),
    ),
    (
        "range.next_month",
        re.compile(
            r"\b(?:(?:el|o|no)\s+)?(?:proximo\s+mes|prox\s+mes|mes\s+(?:que\s+viene|q\s+viene|que\s+vem|q\s+vem|proximo|entrante|que\s+entra"
            r"|siguiente|seguinte)|otro\s+mes|outro\s+mes)\b|\b(?:next|nxt)\s+(?:month|mo)\b"
        ),
        _month(1),
    ),
    (
        "range.this_month",
        re.compile(
            r"\b(?:este|esse|neste|nesse)\s+(?:mismo\s+|mesmo\s+)?mes\b|\bthis\s+month\b"
        ),
        _month(0),
    ),
    (
        "range.last_month",
        re.compile(
            r"\b(?:(?:el|o|no)\s+)?(?:mes\s+(?:pasado|passado|anterior)|pasado\s+mes)\b(?!\s+de)|\blast\s+month\b"
        ),
        _month(-1),
    ),
    (
        "range.last_year",
        re.compile(r"\b(?:el\s+|o\s+|no\s+)?(?:ano\s+(?:pasado|passado)|last\s+year)\b"),
        _year(-1),
    ),
    (
        "range.next_year",
        re.compile(r"\b(?:el\s+|o\s+|no\s+)?(?:(?:proximo|otro)\s+ano|ano\s+(?:que\s+viene|que\s+vem)|next\s+year)\b"),
        _year(1),
    ),
    (
        "range.weekend",
        re.compile(
            r"\b(?:(?:el|este|o|no|neste|nesse|esse)\s+)?(?P<next>proximo\s+)?(?:fin\s+de\s+semana|finde|fim\s+de\s+semana|final\s+de\s+semana"
            r"|fds)\b(?P<last>\s+(?:pasado|passado))?(?:\s+(?:que\s+viene|que\s+vem))?"
            r"|\b(?:(?:this|the|next)\s+)?weekend\b"
        ),
        _weekend,
    ),
    (
        "range.between",
        re.compile(
            rf"\b(?:entre\s+(?:el\s+|o\s+)?(?:dia\s+)?{_IN_DAYS}\s+(?:y|e)\s+(?:el\s+|o\s+)?(?:dia\s+)?{_TO_DAYS}{_OF_MONTH})"
        ),
        _of_days,
    ),
    (
        "range.from_to",
        re.compile(
            rf"\b(?:del|desde\s+el|do|entre\s+el|de)\s+(?:dia\s+)?{_IN_DAYS}\s+(?:al|hasta\s+el|ao|ate\s+o|ate)\s+(?:dia\s+)?{_TO_DAYS}{_OF_MONTH}"
        ),
        _of_days,
    ),
    (
        "range.from_to_en",
        re.compile(
            rf"\b(?:between|from)\s+(?:the\s+)?{_IN_DAYS}\s+(?:and|to|til|until|-)\s+(?:the\s+)?{_TO_DAYS}{_OF_MONTH}"
        ),
        _of_days,
    ),
    (
        "range.month",
        re.compile(
            rf"(?:(?<=\ben )|(?<=\bem )|(?<=\bin )|(?<=\bpara )|(?<=\bfor )|(?<=\buntil )|(?<=\bhasta )|(?<=\bdesde )|(?<=\bby ))(?P<long>{_LONG})\b"
            r"(?!\s+(?:N|O))|\b(?:en|em)\s+(?:el\s+mes\s+de|o\s+mes\s+de)\s+(?P<named>N)"
        ),
        _whole_month,
    ),
)


def find_ranges(scene: Scene) -> Iterator[Entity]:
    """Stretches of days with their first and last day."""
    for name, pattern, read in _RULES:
        for match in pattern.finditer(scene.marked.marked):
            span = read(match, scene)
            if span is None:
                continue
            ordinal = match.groupdict().get("first")
            # "entre 100 y 150" is about money unless days are named as such.
            if name == "range.between" and ordinal and not _names_days(match):
                continue
            yield Entity(
                type="date_range",
                value=DateRange(first=span[0], last=span[1]),
                start=match.start(),
                end=match.end(),
                text=scene.marked.original[match.start() : match.end()],
                rule=name,
                confidence=0.9,
            )


def _names_days(match: re.Match[str]) -> bool:
    return bool(match["month"]) or "O" in match[0] or bool(re.search(r"\b(?:el|o|dia)\b", match[0]))
