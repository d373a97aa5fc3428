"""Stretches of days: "la próxima semana", "last month", "del 5 al 10 de diciembre"."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import date, timedelta

from acuerdo.assistant.nlu.contract import DateRange, Entity
from acuerdo.assistant.nlu.entities import days
from acuerdo.assistant.nlu.entities.calendar_words import (
    LAST,
    LONG_MONTH,
    LONG_MONTHS,
    MONTH,
    MONTHS,
    NEXT,
    UNNAMED_MONTH,
)
from acuerdo.assistant.nlu.entities.scene import Match, Scene

_Span = tuple[date, date]
_Reader = Callable[[Match, Scene], _Span | None]


def _week(shift: int) -> _Reader:
    return lambda match, scene: days.week_of(scene.ref, shift)


def _month(shift: int) -> _Reader:
    return lambda match, scene: days.month_of(scene.ref, shift)


def _other_week(match: Match, scene: Scene) -> _Span:
    return days.week_of(scene.ref, -1 if scene.past(match) else 1)


def _other_month(match: Match, scene: Scene) -> _Span:
    return days.month_of(scene.ref, -1 if scene.past(match) else 1)


def _year(shift: int) -> _Reader:
    def read(match: Match, scene: Scene) -> _Span | None:
        if not scene.clauses.pays(match.start()):
            return None
        year = scene.ref.year + shift
        return date(year, 1, 1), date(year, 12, 31)

    return read


_WISH = re.compile(
    r"\b(?:buen|bom|lindo|feliz|lovely|good|great|nice|happy|excelente|gran|otimo)\s+(?:the\s+)?$"
)


def _weekend(match: Match, scene: Scene) -> _Span | None:
    if _WISH.search(scene.marked.before(match.start(), 14)):
        return None
    saturday = days.week_of(scene.ref, 0)[0] + timedelta(days=5)
    if match["last"] or scene.past(match):
        saturday -= timedelta(days=7)
    elif match["next"] and scene.ref.weekday() >= 5:
        saturday += timedelta(days=7)
    return saturday, saturday + timedelta(days=1)


def _of_days(match: Match, scene: Scene) -> _Span | None:
    first, last = scene.day_number(match, "first"), scene.day_number(match, "second")
    if first is None or last is None or first >= last:
        return None
    past = scene.past(match)
    if match["month"]:
        month = MONTHS[match["month"]]
        year = scene.ref.year + (month < scene.ref.month and not past)
        begin = days.safe_date(year, month, first)
    elif not past and first <= scene.ref.day <= last:
        begin = scene.ref.replace(day=first)
    else:
        begin = days.day_of_month(first, scene.ref, past)
    end = days.safe_date(begin.year, begin.month, last) if begin else None
    return (begin, end) if begin and end else None


def _between(match: Match, scene: Scene) -> _Span | None:
    """ "entre 100 y 150" is about money unless days are named as such."""
    named = match["month"] or "O" in match[0] or re.search(r"\b(?:el|o|dia)\b", match[0])
    return _of_days(match, scene) if named else None


_WEEKS = {
    **dict.fromkeys(("primera", "primeira", "first"), 0),
    **dict.fromkeys(("segunda", "second"), 1),
    **dict.fromkeys(("tercera", "terceira", "third"), 2),
    **dict.fromkeys(("cuarta", "quarta"), 3),
    **dict.fromkeys(("ultima", "last"), -1),
}


def _week_of_month(match: Match, scene: Scene) -> _Span | None:
    """ "la primera semana de diciembre": its days 1 to 7."""
    named = match["month"] or match["of"]
    if named:
        month = MONTHS[named]
        year = scene.ref.year + (month < scene.ref.month and not scene.past(match))
        first = date(year, month, 1)
    else:
        first = days.add_months(scene.ref.replace(day=1), 1)
    word = match["word"] or match["english"]
    if word is None:
        number = scene.marked.number(match, "ordinal")
        place = number.whole - 1 if number and number.whole else 9
    else:
        place = _WEEKS[word]
    if place > 3:
        return None
    last = days.month_end(first)
    begin = last - timedelta(days=6) if place < 0 else first + timedelta(days=7 * place)
    return begin, min(begin + timedelta(days=6), last)


_STRICTLY_PAYING = re.compile(
    r"\b(?:pag(?:o|a|as|ar\w*|ue\w*|uei|amos|an|ad[ao]s?|aron|aran|ou)|abon(?:o|e|are|ar|aron|aria)"
    r"|deposit\w+|transf\w+"
    r"|consign\w+|liquid(?:o|e|ar\w*|are)|quit(?:ei|o|ar|ou)|sald(?:o|e|ar|are)|acert(?:o|ei|ar"
    r"|amos)"
    r"|pay\w*|paid|settl(?:e|ed)|clear(?:ed)?|empiezo|empezar|comeco|comecar|start|vou|otro|outro"
    r"|resto|rest|lo\s+demas|parcel(?:o|ei|ar|ado)|quedo\s+al\s+dia)\b"
)


def _whole_month(match: Match, scene: Scene) -> _Span | None:
    """A month by its name, where it says when something is or was paid."""
    lower, upper = scene.clauses.bounds(match.start())
    clause = scene.marked.marked[lower:upper]
    short = len(clause.split()) <= 4 and scene.clauses.about_paying
    if not _STRICTLY_PAYING.search(clause) and not short:
        return None
    month = LONG_MONTHS[match["month"]]
    year = scene.ref.year
    said = scene.marked.number(match, "year")
    if said is not None and said.whole is not None and 1_990 < said.whole < 2_100:
        year = said.whole
    elif scene.past(match):
        year -= month > scene.ref.month
    else:
        year += month < scene.ref.month
    first = date(year, month, 1)
    return first, days.month_end(first)


_DAYS = r"(?P<first>[NO]++)"
_TO = r"(?P<second>[NO]++)"
_OF_MONTH = (
    rf"(?:\s+(?:de\s+|of\s+)?{MONTH}\b)?(?![\w%])(?!\s+(?:mil|k|pesos|reais|euros|soles|lucas)\b)"
)
_RULES: tuple[tuple[str, re.Pattern[str], _Reader], ...] = (
    (
        "range.next_week",
        re.compile(
            rf"\b(?:(?:la|a|na)\s+)?(?:(?:proxima|prox)\s+semana|semana\s+{NEXT})\b|\b(?:next"
            rf"|nxt)\s+(?:week|wk)\b"
        ),
        _week(1),
    ),
    (
        "range.other_week",
        re.compile(r"\b(?:(?:la|a|na)\s+)?(?:otra|outra)\s+semana\b"),
        _other_week,
    ),
    (
        "range.this_week",
        re.compile(
            r"\b(?:esta|essa|nesta|nessa)\s+(?:misma\s+|mesma\s+)?semana\b|\bthis\s+(?:week|wk)\b"
        ),
        _week(0),
    ),
    (
        "range.last_week",
        re.compile(
            rf"\b(?:(?:la|a|na)\s+)?(?:semana\s+{LAST}|pasada\s+semana)\b|\blast\s+(?:week|wk)\b"
        ),
        _week(-1),
    ),
    (
        "range.next_month",
        re.compile(
            rf"\b(?:(?:el|o|no)\s+)?(?:(?:proximo|prox)\s+mes|mes\s+{NEXT})\b|\b(?:next|nxt)\s+"
            rf"(?:month|mo)\b"
        ),
        _month(1),
    ),
    (
        "range.other_month",
        re.compile(r"\b(?:(?:el|o|no)\s+)?(?:otro|outro)\s+mes\b"),
        _other_month,
    ),
    (
        "range.this_month",
        re.compile(
            r"\b(?:este|esse|neste|nesse)\s+(?:mismo\s+|mesmo\s+)?mes\b|\bthis\s+month\b(?!'s)"
        ),
        _month(0),
    ),
    (
        "range.last_month",
        re.compile(
            rf"\b(?:(?:el|o|no)\s+)?(?:mes\s+{LAST}|pasado\s+mes)\b(?!\s+de)|\blast\s+month\b(?!'s)"
        ),
        _month(-1),
    ),
    (
        "range.last_year",
        re.compile(rf"\b(?:el\s+|o\s+|no\s+)?(?:ano\s+{LAST}|last\s+year)\b(?!'s)"),
        _year(-1),
    ),
    (
        "range.next_year",
        re.compile(
            rf"\b(?:el\s+|o\s+|no\s+)?(?:(?:proximo|otro)\s+ano|ano\s+{NEXT}|next\s+year)\b(?!'s)"
        ),
        _year(1),
    ),
    (
        "range.weekend",
        re.compile(
            r"\b(?:(?:el|este|o|no|neste|nesse|esse|this|the)\s+)?(?P<next>proximo\s+|next\s+)?"
            r"(?:fin\s+de\s+semana|finde|fim\s+de\s+semana|final\s+de\s+semana|fds|weekend)\b"
            rf"(?P<last>\s+{LAST})?(?:\s+{NEXT})?"
        ),
        _weekend,
    ),
    (
        "range.week_of_month",
        re.compile(
            r"\b(?:la\s+|a\s+|na\s+)?(?P<word>primera|segunda|tercera|cuarta|ultima|primeira"
            r"|terceira|quarta)\s+semana\s+"
            rf"(?:de|del|do|de\s+este|del\s+proximo)\s+(?:mes\b|{MONTH}\b)"
            rf"|\b(?:the\s+)?(?:(?P<ordinal>O++)|(?P<english>last))\s+week\s+(?:of|in)\s+"
            rf"(?:the\s+month|next\s+month|(?P<of>{UNNAMED_MONTH}))\b"
        ),
        _week_of_month,
    ),
    (
        "range.between",
        re.compile(
            rf"\bentre\s+(?:el\s+|o\s+)?(?:dia\s+)?{_DAYS}\s+(?:y|e)\s+(?:el\s+|o\s+)?"
            rf"(?:dia\s+)?{_TO}{_OF_MONTH}"
        ),
        _between,
    ),
    (
        "range.from_to",
        re.compile(
            rf"\b(?:del|desde\s+el|do|entre\s+el)\s+(?:dia\s+)?{_DAYS}\s+(?:al|hasta\s+el|ao"
            rf"|ate\s+o|ate)\s+(?:dia\s+)?{_TO}{_OF_MONTH}"
        ),
        _of_days,
    ),
    (
        "range.from_to_en",
        re.compile(
            rf"\b(?:between|from)\s+(?:the\s+)?{_DAYS}\s+(?:and|to|til|until|-)\s+"
            rf"(?:the\s+)?{_TO}{_OF_MONTH}"
        ),
        _between,
    ),
    (
        "range.month",
        re.compile(
            r"(?:(?<=\ben )|(?<=\bem )|(?<=\bin )|(?<=\bpara )|(?<=\bfor )|(?<=\buntil )|"
            r"(?<=\bhasta )|(?<=\bdesde )|(?<=\bby ))"
            rf"(?P<month>{LONG_MONTH})\b(?:\s+(?:del?\s+)?(?P<year>N++))?(?!\s+O)"
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
            yield Entity(
                type="date_range",
                value=DateRange(first=span[0], last=span[1]),
                start=match.start(),
                end=match.end(),
                text=scene.marked.original[match.start() : match.end()],
                rule=name,
                confidence=0.9,
            )
