"""Days by their place in the month: "el 5", "15 de diciembre", "the 1st", "quinto dia útil"."""

from __future__ import annotations

import re
from datetime import date

from acuerdo.assistant.nlu.entities import days
from acuerdo.assistant.nlu.entities.calendar_words import (
    LAST,
    MONTH,
    MONTHS,
    NEXT,
    UNNAMED_MONTH,
    UNNAMED_WEEKDAY,
)
from acuerdo.assistant.nlu.entities.nouns import NEVER_A_DAY, ORDERED, PLACES
from acuerdo.assistant.nlu.entities.scene import Day, Match, Rule, Scene
from acuerdo.assistant.nlu.entities.tense import Tense

_DAY = r"(?P<day>[NO]++)"
# "viernes 27 de noviembre": the weekday belongs to the date.
_NAMED = rf"(?:{UNNAMED_WEEKDAY}(?:-feira)?,?\s+(?:(?:el|the|dia)\s+)?)?"
_LEAD = (
    r"(?:\b(?:el\s+(?:pasado\s+|proximo\s+)?(?:dia\s+)?|(?:o\s+)?dia\s+|the\s+|del?\s+dia\s+))?+"
)
_YEAR = r"(?:\.?,?\s+(?P<of>(?:del?|do)\s+(?:ano\s+)?)?(?P<year>N++))?"
_NO_UNIT = (
    r"(?![\d%]|[.,/]\d|\s?%|\s*(?:mil|k|por\s?ci?ento|percent|de\s+cada(?!\s+mes)"
    rf"|{NEVER_A_DAY})\b)"
)
_MONTH_WORDS = (
    rf"(?:(?:del?|do|of)\s+)?(?:(?:el\s+|the\s+|o\s+)?(?:(?P<last>mes\s+{LAST}|last\s+month)"
    r"|(?P<this>(?:este|ese|desse|deste|esse|this)\s+(?:mismo\s+)?(?:mes|month))"
    rf"|(?:proximo\s+mes|mes\s+{NEXT}|next\s+month|otro\s+mes|outro\s+mes)))"
)


def in_year(
    day: int, month: int, year: int | None, ref: date, tense: Tense
) -> tuple[date | None, tuple[date, ...]]:
    """A day and month in the year that was said, or in the nearest one that fits the tense."""
    if year is not None:
        return days.safe_date(year, month, day), ()
    near = [
        found
        for offset in (-1, 0, 1)
        if (found := days.safe_date(ref.year + offset, month, day)) is not None
    ]
    behind = max((found for found in near if found <= ref), default=None)
    ahead = min((found for found in near if found >= ref), default=None)
    if tense == "past":
        return behind, ()
    if tense == "unsaid" and behind and ahead and (ref - behind).days * 3 < (ahead - ref).days:
        return behind, (ahead,)
    return ahead, ()


def _year(match: Match, scene: Scene) -> int | None:
    """The year of a match, or None where the number behind the date is no year."""
    number = scene.marked.number(match, "year")
    if number is None or number.whole is None or not number.text.isdigit():
        return None
    if 1_900 <= number.whole < 2_100:
        return number.whole
    # "del 85": only births are told like that.
    short = match["of"] and number.scale == 1 and 30 <= number.whole <= 99
    return 1_900 + number.whole if short else None


def _dated(match: Match, scene: Scene, short_end: int) -> Day | None:
    number = scene.day_number(match)
    if number is None:
        return None
    year = _year(match, scene)
    value, others = in_year(number, MONTHS[match["month"]], year, scene.ref, scene.tense(match))
    return Day(value, others, end=None if year else short_end) if value else None


def _day_and_month(match: Match, scene: Scene) -> Day | None:
    return _dated(match, scene, match.end("month"))


def _month_and_day(match: Match, scene: Scene) -> Day | None:
    return _dated(match, scene, match.end("day"))


def _of_month(match: Match, scene: Scene) -> Day | None:
    number = scene.day_number(match)
    value = days.day_of_month(number, scene.ref, scene.past(match)) if number else None
    return Day(value) if value else None


def _named_day(match: Match, scene: Scene) -> Day | None:
    """ "el 5"; "el primero" only where something is paid; not the beginning of a phone number."""
    number = scene.marked.number(match, "day")
    if number is None:
        return None
    if number.words and number.value < 13 and re.match(r"\s+N", scene.marked.after(match.end(), 3)):
        return None
    if number.ordinal and number.words:
        lead = scene.marked.before(match.start(), 40)
        if not scene.clauses.pays(match.start()) and "N" not in lead:
            return None
        if re.match(r"\s+(?:de|en|que|al?|por)\b", scene.marked.after(match.end(), 8)):
            return None
    return _of_month(match, scene)


def _ordinal_day(match: Match, scene: Scene) -> Day | None:
    number = scene.marked.number(match, "day")
    if number is None:
        return None
    after = scene.marked.after(match.end(), 16)
    if re.match(rf"\s+{ORDERED if number.value <= 10 else PLACES}\b", after):
        return None
    monthly = match[0].endswith("month")
    if number.words and number.value <= 10 and not monthly:
        # "the first" is a day after "on" or "by", and one of a list elsewhere.
        lead = scene.marked.before(match.start(), 16)
        if not re.search(
            r"\b(?:on|by|before|until|til|till|after|from|for|around|is|payday's|it"
            r"|comes)\s+$",
            lead,
        ):
            return None
    return _of_month(match, scene)


def _bare_ordinal(match: Match, scene: Scene) -> Day | None:
    if match[0].endswith("month"):
        return _ordinal_day(match, scene)
    if not re.match(r"\d+(?:st|nd|rd|th)\b", scene.marked.folded[match.start() : match.end()]):
        return None
    return _ordinal_day(match, scene)


def _in_other_month(match: Match, scene: Scene) -> Day | None:
    number = scene.day_number(match)
    if number is None:
        return None
    shift = 0 if match["this"] else -1 if match["last"] else 1
    first = days.add_months(scene.ref.replace(day=1), shift)
    value = days.safe_date(first.year, first.month, number)
    return Day(value) if value else None


def _month_end(match: Match, scene: Scene) -> Day | None:
    if re.search(r"\b(?:lleg|cheg)\w+\s+$", scene.marked.before(match.start(), 16)):
        return None  # "no llego a fin de mes" tells how life is
    if match["next"] or match["proximo"]:
        return Day(days.month_of(scene.ref, 1)[1])
    if scene.past(match):
        return Day(days.last_month_end(scene.ref))
    return Day(days.next_month_end(scene.ref))


def _named_month_end(match: Match, scene: Scene) -> Day:
    month = MONTHS[match["month"] or match["english"]]
    year = scene.ref.year + (month < scene.ref.month)
    return Day(days.month_end(date(year, month, 1)))


def _half_month(match: Match, scene: Scene) -> Day:
    """ "la quincena": the 15th or the last day, whichever comes first."""
    coming = days.pay_days(scene.ref)
    first, second = next(coming), next(coming)
    if match["month"]:
        month = MONTHS[match["month"]]
        year = scene.ref.year + (month < scene.ref.month)
        end = days.month_end(date(year, month, 1))
        return Day(end) if match["second"] else Day(date(year, month, 15), (end,))
    if match["last"] or scene.past(match):
        behind = scene.ref.replace(day=15)
        return Day(behind if behind <= scene.ref else days.last_month_end(scene.ref))
    return Day(first, (second,))


def _business_day(match: Match, scene: Scene) -> Day | None:
    number = scene.marked.number(match, "day")
    position = number.whole if number else 1 if match["word"].startswith("prim") else 5
    if position is None or not 1 <= position <= 15:
        return None
    code = scene.marked.country.code
    value = days.business_day(scene.ref, position, code)
    other = days.business_day(scene.ref, position, code, saturdays=True)
    return Day(value, (other,) if other != value and code == "BR" else ())


def _by_the_day(match: Match, scene: Scene) -> Day | None:
    number = scene.day_number(match)
    value = days.day_of_month(number, scene.ref, scene.past(match)) if number else None
    return Day(value) if value else None


MONTH_DAYS: tuple[Rule, ...] = (
    (
        "date.day_month",
        re.compile(
            rf"(?<!\w){_LEAD}{_NAMED}{_DAY}\s+(?:de\s+|of\s+|do\s+"
            rf"|del\s+mes\s+de\s+)?{MONTH}\b{_YEAR}"
        ),
        _day_and_month,
    ),
    (
        "date.month_day",
        re.compile(
            rf"\b(?:{UNNAMED_WEEKDAY},?\s+)?{MONTH}\.?\s+(?:the\s+)?{_DAY}(?!\s?[:%]|\w){_YEAR}"
        ),
        _month_and_day,
    ),
    (
        "date.other_month",
        re.compile(rf"\b(?:el\s+(?:dia\s+)?|(?:o\s+)?dia\s+|the\s+){_DAY}\s+{_MONTH_WORDS}(?!\w)"),
        _in_other_month,
    ),
    (
        "date.month_end",
        re.compile(
            r"\b(?:(?:a|para|el|al|este|antes\s+del?|hasta)\s+)?(?:fin(?:es)?|final(?:es)?"
            r"|ultimos\s+dias)"
            r"\s+(?:de|del)\s+(?:este\s+|ese\s+)?"
            rf"(?:(?P<next>proximo\s+mes|mes\s+{NEXT})|mes\b(?!\s+de\b))"
            rf"|\b(?:fim|final|finzinho)\s+(?:do|desse|deste|de)\s+mes\b(?P<proximo>\s+{NEXT})?"
            rf"(?!\s+de\b)"
            r"|\b(?:the\s+)?end\s+of\s+(?:(?:the|this)\s+)?month\b|\bmonth(?:'s)?[\s-]end\b|\beom\b"
            r"|\b(?:the\s+)?last\s+day\s+of\s+(?:the\s+)?month\b"
            r"|\b(?:el\s+)?(?:ultimo\s+dia|dia\s+ultimo)(?:\s+d(?:el|e|o)\s+mes)?\b(?!\s+(?:de|para"
            r"|que))"
        ),
        _month_end,
    ),
    (
        "date.named_month_end",
        re.compile(
            r"\b(?:(?:a|para|al)\s+)?(?:fin(?:es)?|final(?:es)?|fim)\s+(?:de|del\s+mes\s+de"
            r"|do\s+mes\s+de)"
            rf"\s+{MONTH}\b|\b(?:the\s+)?end\s+of\s+(?P<english>{UNNAMED_MONTH})\b"
        ),
        _named_month_end,
    ),
    (
        "date.half_month",
        re.compile(
            r"\b(?:(?:la|esta|mi|a|na)\s+)?(?:(?:proxima|siguiente|primera|"
            r"(?P<second>segunda))\s+)?"
            rf"(?:quincena|quinzena)\b(?P<last>\s+pasada)?(?:\s+{NEXT})?(?:\s+de\s+{MONTH})?"
        ),
        _half_month,
    ),
    (
        "date.business_day",
        re.compile(
            r"\b(?:(?:el|o|the)\s+)?(?:(?P<word>quinto|primero?|primeiro)|"
            r"(?P<day>[NO]++))\s*[\u00ba\u00b0o]?\s*"
            r"(?:dia\s+(?:util|habil|laborable|ut)|(?:business|working)\s+day)"
            r"(?:\s+(?:do|del|of\s+the)\s+(?:mes|month))?\b"
        ),
        _business_day,
    ),
    (
        "date.el_day",
        re.compile(
            rf"\b(?:el|este|pal)\s+(?:pasado\s+|proximo\s+)?(?:dia\s+)?{_DAY}(?!\w){_NO_UNIT}"
        ),
        _named_day,
    ),
    (
        "date.dia_day",
        re.compile(rf"\b(?:(?:el|o)\s+)?dia\s+{_DAY}(?!\w){_NO_UNIT}"),
        _of_month,
    ),
    (
        "date.the_day",
        re.compile(r"\bthe\s+(?P<day>O++)(?!\w)(?:\s+of\s+the\s+month)?"),
        _ordinal_day,
    ),
    (
        "date.by_the_day",
        re.compile(
            rf"(?:(?<=\bon )|(?<=\bby )|(?<=\btil )|(?<=\buntil )|(?<=\bafter ))the\s+(?P<day>N++)"
            rf"(?!\w){_NO_UNIT}"
        ),
        _by_the_day,
    ),
    (
        "date.ordinal",
        re.compile(r"(?<!\w)(?P<day>O++)(?!\w)(?:\s+of\s+the\s+month)?"),
        _bare_ordinal,
    ),
)
