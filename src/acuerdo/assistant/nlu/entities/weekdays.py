"""Days by their name: "el viernes", "sexta que vem", "next Friday", "friday the 27th"."""

from __future__ import annotations

import re
from datetime import timedelta

from acuerdo.assistant.nlu.entities import days
from acuerdo.assistant.nlu.entities.calendar_words import (
    FEIRA,
    LAST,
    NEXT,
    OPEN_WEEKDAY,
    UNNAMED_WEEKDAY,
    WEEKDAY,
    WEEKDAYS,
)
from acuerdo.assistant.nlu.entities.nouns import NEVER_A_DAY
from acuerdo.assistant.nlu.entities.scene import Day, Match, Rule, Scene

_WEEK = timedelta(days=7)
# Countries where "segunda" alone is Monday.
_PORTUGUESE = {"BR", "PT", "AO", "MZ", "CV"}
_ORDERED_FEMININE = (
    r"(?:opcao|opcion|parcela|prestacao|vez|vezes|proposta|propuesta|alternativa|via|cuota|oferta"
    r"|pessoa|persona"
    r"|mensagem|mensaje|ligacao|llamada|carta|tentativa|conta|divida|chance|oportunidad\w*|cobranca"
    r"|notificacao"
    r"|notificacion|tarjeta|cartao|hora|instancia|mao|mano|fila|turma|serie|etapa|fase|parte|semana"
    r"|vuelta|metade"
    r"|mitad|quincena|quinzena|maior|melhor|loja|casa|compra|fatura)"
)
# Short names that are also words.
_DOUBTFUL = {"mon", "sat", "sun"}
_ON = re.compile(r"\b(?:on|by|til|till|until|before|this|next|last|for)\s+$")
_SPAN_BEFORE = re.compile(rf"\b(?:{UNNAMED_WEEKDAY})\s+(?:a|to|thru|through|-|ate)\s+$")
_SPAN_AFTER = re.compile(rf"\s*(?:a|to|thru|through|-|ate)\s+(?:{UNNAMED_WEEKDAY})\b")
_ORDERS = re.compile(r"\b(?:la|el|una|a|o|uma|opcao|opcion|minha|essa)\s+$")
_TO_THE = re.compile(r"\b(?:para|ate|pra)\s+a\s+$")
_WISH = re.compile(r"\b(?:happy|buen|bom|boa|feliz|lovely|good)\s+$")


def _coming(match: Match, scene: Scene) -> Day | None:
    groups = match.groupdict()
    wanted = WEEKDAYS[match["name"]]
    if groups.get("last") or groups.get("gone"):
        return Day(days.last_weekday(scene.ref, wanted))
    day = days.next_weekday(scene.ref, wanted)
    if groups.get("next") or groups.get("after"):
        return Day(day, (day + _WEEK,))
    if groups.get("other"):
        return Day(day + _WEEK, (day,))
    if groups.get("week"):
        return Day(days.week_of(scene.ref, 1)[0] + timedelta(days=wanted))
    if not groups.get("this") and scene.past(match):
        return Day(days.last_weekday(scene.ref, wanted))
    return Day(day)


def _week_span(match: Match, scene: Scene) -> bool:
    """Whether it is an end of "de lunes a viernes": office hours, no day."""
    return bool(
        _SPAN_BEFORE.search(scene.marked.before(match.start(), 24))
        or _SPAN_AFTER.match(scene.marked.after(match.end(), 24))
    )


def _open(match: Match, scene: Scene) -> Day | None:
    lead = scene.marked.before(match.start(), 12)
    said = match["next"] or match["last"] or match["this"] or _ON.search(lead)
    if match["name"] in _DOUBTFUL and not said:
        return None
    if _WISH.search(lead) or _week_span(match, scene):
        return None
    if match["name"] == "miercoles" and re.search(r"\bde\s+$", lead) and "el " not in match[0]:
        return None  # an oath
    return _coming(match, scene)


def _feira(match: Match, scene: Scene) -> Day | None:
    return None if _week_span(match, scene) else _coming(match, scene)


def _bare_feira(match: Match, scene: Scene) -> Day | None:
    """ "segunda" is Monday unless it counts something or chooses from a list."""
    lead = scene.marked.before(match.start(), 14)
    told = (
        match["next"] or match["after"] or re.search(r"\b(?:na|nesta|nessa|ate|pra|da)\s+$", lead)
    )
    if scene.marked.country.code not in _PORTUGUESE and not told:
        return None
    if _ORDERS.search(lead) and not _TO_THE.search(lead):
        return None
    return None if _week_span(match, scene) else _coming(match, scene)


def _numbered_feira(match: Match, scene: Scene) -> Day:
    wanted = int(match["digit"]) - 2
    if scene.past(match):
        return Day(days.last_weekday(scene.ref, wanted))
    return Day(days.next_weekday(scene.ref, wanted))


def _with_day(match: Match, scene: Scene) -> Day | None:
    """ "viernes 27", "friday the 27th": only where the two agree or the day is named as one."""
    number = scene.day_number(match)
    if number is None:
        return None
    past = scene.past(match)
    for backward in (past, not past):
        day = days.day_of_month(number, scene.ref, backward)
        if day and day.weekday() == WEEKDAYS[match["name"]]:
            return Day(day)
    said = scene.marked.number(match, "day")
    sure = bool(match["article"]) or (said is not None and said.ordinal and not said.words)
    value = days.day_of_month(number, scene.ref, past)
    return Day(value, confidence=0.6) if sure and value else None


def _week_from(match: Match, scene: Scene) -> Day | None:
    """ "a week from friday", "two weeks from today"."""
    number = scene.marked.number(match, "count")
    weeks = (number.whole if number else 1) or 0
    if not 1 <= weeks <= 52:
        return None
    soon = {"today": 0, "tomorrow": 1}
    word = match["from"]
    start = (
        scene.ref + timedelta(days=soon[word])
        if word in soon
        else days.next_weekday(scene.ref, WEEKDAYS[word])
    )
    return Day(start + weeks * _WEEK)


_NEXT_WEEK_PT = rf"\s+da\s+(?:semana\s+{NEXT}|proxima\s+semana|outra\s+semana)"
_NEXT_WEEK = (
    rf"\s+(?:de\s+la\s+(?:proxima\s+semana|semana\s+{NEXT}|otra\s+semana)|of\s+next\s+week"
    rf"|next\s+week"
    rf"|da\s+(?:semana\s+{NEXT}|proxima\s+semana))"
)

WEEKDAY_RULES: tuple[Rule, ...] = (
    (
        "date.week_from",
        re.compile(
            rf"\b(?:(?:a|(?P<count>N++))\s+)?weeks?\s+(?:from\s+|on\s+)(?P<from>today|tomorrow"
            rf"|{UNNAMED_WEEKDAY})\b"
        ),
        _week_from,
    ),
    (
        "date.weekday_feira",
        re.compile(
            rf"\b(?:(?P<next>proxima)\s+|(?P<other>outra)\s+)?{FEIRA}(?:-feira|\s+feira)"
            rf"(?:(?P<after>\s+{NEXT})|(?P<last>\s+{LAST})|(?P<week>{_NEXT_WEEK_PT}))?\b"
        ),
        _feira,
    ),
    (
        "date.weekday_numbered",
        re.compile(r"(?<!\w)(?P<digit>[2-6])(?:a|\u00aa|\u00ba)?(?:-|\s)feira\b"),
        _numbered_feira,
    ),
    (
        "date.weekday_bare_feira",
        re.compile(
            rf"\b(?:(?P<next>proxima)\s+|(?P<other>outra)\s+)?{FEIRA}(?:(?P<after>\s+{NEXT})|"
            rf"(?P<last>\s+{LAST})"
            rf"|(?P<week>{_NEXT_WEEK_PT}))?\b(?!-?\s?feira|\s+{_ORDERED_FEMININE}\b)"
        ),
        _bare_feira,
    ),
    (
        "date.weekday_with_day",
        re.compile(
            rf"\b(?:(?:el|este)\s+)?{WEEKDAY}(?:-feira)?,?\s+(?:(?P<article>el|the|dia"
            rf"|o\s+dia)\s+)?(?P<day>[NO]++)"
            rf"(?![\d%]|[.,/]\d|\s?%|\s*(?:mil|k|{NEVER_A_DAY})\b)"
        ),
        _with_day,
    ),
    (
        "date.weekday",
        re.compile(
            r"\b(?:(?:el\s+)?(?P<next>proximo|next)\s+|(?:el\s+)?(?P<last>pasado|(?:this\s+)?"
            r"(?:last|past))\s+"
            r"|(?:el\s+)?(?P<other>otro|outro)\s+|(?P<this>this|este)\s+(?:coming\s+)?|el\s+dia\s+"
            r"|el\s+)?"
            rf"{OPEN_WEEKDAY}(?:(?P<after>\s+{NEXT})|(?P<gone>\s+{LAST})|(?P<week>{_NEXT_WEEK}))?\b"
        ),
        _open,
    ),
)
