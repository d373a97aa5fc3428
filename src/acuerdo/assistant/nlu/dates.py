"""Days as people say them, counted from the debtor's own day.

The tense of the message decides the direction: "pagué el 15" looks back, "pago el 15" forward.
Where two readings are usual ("próximo viernes") the other one is kept among the alternatives,
and the dialogue reads the full date back before it counts.
"""

from __future__ import annotations

import calendar
import re
from collections.abc import Callable, Iterator
from datetime import date, timedelta

from acuerdo.assistant.nlu.contract import Entity
from acuerdo.assistant.nlu.numbers import parse_count

Found = tuple[date | None, tuple[date, ...]]

_PAST = re.compile(
    r"\b(?:ya\s+(?:le\s+|lo\s+|la\s+|les\s+)?(?:page|pague|paguei|cancele|abone|deposite|transferi)"
    r"|pague|pagamos|pagado|paguei|paid|abone|consigne|deposite|depositei|transferi|cancele"
    r"|liquide|quitei|ja\s+(?:foi|paguei|esta)|hice\s+el\s+pago|fiz\s+o\s+pagamento|sent\s+it)\b"
)
_WEEKDAYS: dict[str, int] = {
    "lunes": 0,
    "martes": 1,
    "miercoles": 2,
    "jueves": 3,
    "viernes": 4,
    "sabado": 5,
    "domingo": 6,
    "monday": 0,
    "tuesday": 1,
    "wednesday": 2,
    "thursday": 3,
    "friday": 4,
    "saturday": 5,
    "sunday": 6,
    "mon": 0,
    "tues": 1,
    "wed": 2,
    "thurs": 3,
    "thu": 3,
    "fri": 4,
    "segunda": 0,
    "terca": 1,
    "quarta": 2,
    "quinta": 3,
    "sexta": 4,
}
_MONTHS: dict[str, int] = {
    "enero": 1,
    "febrero": 2,
    "marzo": 3,
    "abril": 4,
    "mayo": 5,
    "junio": 6,
    "julio": 7,
    "agosto": 8,
    "septiembre": 9,
    "setiembre": 9,
    "octubre": 10,
    "noviembre": 11,
    "diciembre": 12,
    "janeiro": 1,
    "fevereiro": 2,
    "marco": 3,
    "maio": 5,
    "junho": 6,
    "julho": 7,
    "setembro": 9,
    "outubro": 10,
    "novembro": 11,
    "dezembro": 12,
    "january": 1,
    "february": 2,
    "march": 3,
    "april": 4,
    "may": 5,
    "june": 6,
    "july": 7,
    "august": 8,
    "september": 9,
    "october": 10,
    "november": 11,
    "december": 12,
    "ene": 1,
    "feb": 2,
    "fev": 2,
    "mar": 3,
    "abr": 4,
    "apr": 4,
    "jun": 6,
    "jul": 7,
    "ago": 8,
    "aug": 8,
    "sep": 9,
    "sept": 9,
    "oct": 10,
    "out": 10,
    "nov": 11,
    "dic": 12,
    "dez": 12,
    "dec": 12,
    "jan": 1,
}
_MONTH = "|".join(sorted(_MONTHS, key=len, reverse=True))
_OPEN_WEEKDAYS = (
    "lunes|martes|miercoles|jueves|viernes|sabado|domingo|monday|tuesday|wednesday|thursday|friday"
    "|saturday|sunday|tues|thurs"
)
_FEIRA = "segunda|terca|quarta|quinta|sexta"
_DAY = r"(?P<day>3[01]|[12]\d|0?[1-9])"
_YEAR = r"(?P<year>20\d\d)"
# "viernes 27 de noviembre": the weekday belongs to the date.
_NAMED_DAY = rf"(?:\b(?:{_OPEN_WEEKDAYS}|(?:{_FEIRA})(?:-feira)?),?\s+(?:(?:el|the|dia)\s+)?)?"
_COUNT = (
    r"(?P<count>\d{1,3}|un|una|uno|um|uma|one|a|dos|dois|duas|two|tres|three|cuatro|quatro"
    r"|four|cinco|five|seis|six|siete|sete|seven|ocho|oito|eight|nueve|nove|nine|diez|dez|ten"
    r"|quince|quinze|fifteen|veinte|vinte|twenty|treinta|trinta|thirty)"
)


def is_past(folded: str) -> bool:
    """Whether the message tells of a payment that has already been made."""
    return bool(_PAST.search(folded))


def add_months(day: date, months: int) -> date:
    """The same day `months` later, or the month's last day where it is shorter."""
    index = day.year * 12 + day.month - 1 + months
    year, month = divmod(index, 12)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def month_end(day: date) -> date:
    return day.replace(day=calendar.monthrange(day.year, day.month)[1])


def _weekday(name: str, ref: date, past: bool, later: bool) -> Found:
    wanted = _WEEKDAYS[name]
    if past:
        return ref - timedelta(days=(ref.weekday() - wanted) % 7 or 7), ()
    day = ref + timedelta(days=(wanted - ref.weekday()) % 7 or 7)
    return day, ((day + timedelta(days=7),) if later else ())


def _day_of_month(number: int, ref: date, past: bool) -> Found:
    candidates = []
    for months in range(-2, 3):
        first = add_months(ref.replace(day=1), months)
        if number <= calendar.monthrange(first.year, first.month)[1]:
            candidates.append(first.replace(day=number))
    if past:
        earlier = [day for day in candidates if day <= ref]
        return (max(earlier) if earlier else None), ()
    coming = [day for day in candidates if day >= ref]
    return (min(coming) if coming else None), ()


def _in_year(day: int, month: int, year: int | None, ref: date, past: bool) -> Found:
    try:
        if year is not None:
            return date(year, month, day), ()
        this = date(ref.year, month, day)
    except ValueError:
        return None, ()
    if past and this > ref:
        return _safe(ref.year - 1, month, day), ()
    if not past and this < ref:
        return _safe(ref.year + 1, month, day), ()
    return this, ()


def _safe(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _pay_day(ref: date) -> date:
    """The next half-month pay day: the 15th or the last day."""
    middle = ref.replace(day=15)
    return middle if ref < middle else _next_end(ref)


def _next_end(ref: date) -> date:
    end = month_end(ref)
    return end if ref < end else month_end(end + timedelta(days=1))


def _business_day(ref: date, position: int) -> date:
    """The month's `position`-th weekday, in this month or the next one where it has passed."""
    first = ref.replace(day=1)
    while True:
        day, left = first - timedelta(days=1), position
        while left:
            day += timedelta(days=1)
            left -= day.weekday() < 5
        if day >= ref:
            return day
        first = add_months(first, 1)


def _shift(match: re.Match[str], ref: date, back: bool) -> Found:
    count = 1 if match["count"] == "a" else parse_count(match["count"])
    if count is None or count > 365:
        return None, ()
    unit = match["unit"]
    sign = -1 if back else 1
    if unit.startswith(("dia", "day")):
        return ref + timedelta(days=sign * count), ()
    if unit.startswith(("seman", "week")):
        return ref + timedelta(days=sign * 7 * count), ()
    return add_months(ref, sign * count), ()


_Rule = tuple[str, re.Pattern[str], Callable[[re.Match[str], date, bool, str], Found]]
_UNIT = r"(?P<unit>dias?|days?|semanas?|weeks?|mes|meses|months?)"


def _slashed(match: re.Match[str], ref: date, past: bool, country: str) -> Found:
    first, second = int(match["first"]), int(match["second"])
    raw = match["year"]
    year = (int(raw) + 2000 if len(raw) == 2 else int(raw)) if raw else None
    day, month = (second, first) if country == "US" else (first, second)
    if month > 12 and day <= 12:
        day, month = month, day
    if not 1 <= month <= 12:
        return None, ()
    return _in_year(day, month, year, ref, past)


_RULES: tuple[_Rule, ...] = (
    (
        "date.iso",
        re.compile(r"\b(?P<year>20\d\d)-(?P<month>[01]\d)-(?P<day>[0-3]\d)\b"),
        lambda m, ref, past, c: (_safe(int(m["year"]), int(m["month"]), int(m["day"])), ()),
    ),
    (
        "date.slashed",
        re.compile(
            r"(?<![\d.,/])(?P<first>[0-3]?\d)[/](?P<second>[0-3]?\d)"
            r"(?:[/](?P<year>20\d\d|\d\d))?(?![\d/])"
        ),
        _slashed,
    ),
    (
        "date.day_month",
        re.compile(
            rf"(?:\b(?:el|o|dia|no dia|el dia|o dia|on|the|on the)\s+)?{_NAMED_DAY}"
            rf"(?<!\d)\b{_DAY}(?:st|nd|rd|th|o)?"
            rf"\s+(?:de\s+|of\s+)?(?P<month>{_MONTH})\b\.?(?:,?\s+(?:del?\s+)?{_YEAR})?"
        ),
        lambda m, ref, past, c: _in_year(
            int(m["day"]),
            _MONTHS[m["month"]],
            int(m["year"]) if m["year"] else None,
            ref,
            past,
        ),
    ),
    (
        "date.month_day",
        re.compile(
            rf"\b(?:on\s+)?(?P<month>{_MONTH})\.?\s+(?:the\s+)?{_DAY}(?:st|nd|rd|th)?\b"
            rf"(?:,?\s+{_YEAR})?"
        ),
        lambda m, ref, past, c: _in_year(
            int(m["day"]),
            _MONTHS[m["month"]],
            int(m["year"]) if m["year"] else None,
            ref,
            past,
        ),
    ),
    (
        "date.after_tomorrow",
        re.compile(
            r"\b(?:pasado\s+manana|depois\s+de\s+amanha|(?:the\s+)?day\s+after\s+tomorrow)\b"
        ),
        lambda m, ref, past, c: (ref + timedelta(days=2), ()),
    ),
    (
        "date.before_yesterday",
        re.compile(r"\b(?:antes\s+de\s+ayer|anteayer|antier|anteontem|day\s+before\s+yesterday)\b"),
        lambda m, ref, past, c: (ref - timedelta(days=2), ()),
    ),
    (
        "date.yesterday",
        re.compile(r"\b(?:ayer|ontem|yesterday)\b"),
        lambda m, ref, past, c: (ref - timedelta(days=1), ()),
    ),
    (
        "date.tomorrow",
        re.compile(
            r"(?<!por la )(?<!de la )(?<!en la )(?<!esta )\bmanana\b"
            r"|\b(?:amanha|tomorrow|tmrw|tmr|tomoz)\b"
        ),
        lambda m, ref, past, c: (ref + timedelta(days=1), ()),
    ),
    (
        "date.today",
        re.compile(r"\b(?:hoy(?:\s+mismo)?|hoje(?:\s+mesmo)?|today|tonight)\b"),
        lambda m, ref, past, c: (ref, ()),
    ),
    (
        "date.ago",
        re.compile(
            rf"\b(?:hace|ha|faz)\s+(?:como\s+|uns?\s+|unos\s+|unas\s+)?{_COUNT}\s+{_UNIT}\b"
        ),
        lambda m, ref, past, c: _shift(m, ref, True),
    ),
    (
        "date.ago_en",
        re.compile(rf"\b{_COUNT}\s+{_UNIT}\s+(?:ago|atras)\b"),
        lambda m, ref, past, c: _shift(m, ref, True),
    ),
    (
        "date.in",
        re.compile(
            rf"\b(?:en|em|in|dentro\s+de|daqui\s+a|daqui|within)\s+(?:unos\s+|uns\s+|about\s+)?"
            rf"{_COUNT}\s+{_UNIT}\b"
        ),
        lambda m, ref, past, c: _shift(m, ref, False),
    ),
    (
        "date.weekday_feira",
        re.compile(
            rf"\b(?:(?P<next>proxima)\s+|(?:na|nesta|nessa|essa|esta|ate|ate a|a|pra|toda)\s+)*"
            rf"(?P<name>{_FEIRA})(?:-feira|\s+feira)(?:\s+(?:que\s+vem|proxima))?\b"
        ),
        lambda m, ref, past, c: _weekday(m["name"], ref, past, bool(m["next"])),
    ),
    (
        "date.weekday_pt",
        re.compile(
            rf"\b(?:(?P<next>proxima)|na|nesta|nessa|essa|ate|ate a|pra|para)\s+(?:a\s+)?"
            rf"(?P<name>{_FEIRA})\b(?!\s+(?:opcao|parcela|vez|proposta|alternativa))"
        ),
        lambda m, ref, past, c: _weekday(m["name"], ref, past, bool(m["next"])),
    ),
    (
        "date.weekday",
        re.compile(
            rf"\b(?:(?P<next>(?:el\s+)?proximo|next)\s+"
            rf"|(?:(?:el|este|para el|on|this|by|no|neste|ate)\s+)*)"
            rf"(?P<name>{_OPEN_WEEKDAYS})(?P<after>\s+(?:que\s+viene|que\s+vem|proximo|entrante))?\b"
        ),
        lambda m, ref, past, c: _weekday(m["name"], ref, past, bool(m["next"])),
    ),
    (
        "date.month_end",
        re.compile(
            r"\b(?:(?:a|para|el|al)\s+)?(?:fin(?:es)?|final(?:es)?)\s+(?:de|del)\s+mes\b"
            r"|\b(?:no\s+)?(?:fim|final)\s+do\s+mes\b|\b(?:at\s+)?(?:the\s+)?end\s+of\s+(?:the\s+)?month\b"
            r"|\bmonth\s+end\b"
        ),
        lambda m, ref, past, c: (_next_end(ref), ()),
    ),
    (
        "date.month_start",
        re.compile(
            r"\b(?:(?:a|en|al)\s+)?(?:principios?|comienzos?|inicios?)\s+de(?:l)?\s+(?:proximo\s+)?mes\b"
            r"|\b(?:no\s+)?(?:comeco|inicio)\s+do\s+mes\b"
            r"|\b(?:the\s+)?(?:start|beginning)\s+of\s+(?:the\s+)?month\b"
        ),
        lambda m, ref, past, c: (add_months(ref.replace(day=1), 1), ()),
    ),
    (
        "date.pay_day",
        re.compile(r"\b(?:la\s+|en\s+la\s+|esta\s+)?(?:proxima\s+)?quincena\b"),
        lambda m, ref, past, c: (_pay_day(ref), (_next_end(_pay_day(ref)),)),
    ),
    (
        "date.business_day",
        re.compile(r"\b(?:o\s+|no\s+)?(?:quinto|5o?)\s+dia\s+util\b"),
        lambda m, ref, past, c: (_business_day(ref, 5), ()),
    ),
    (
        "date.next_week",
        re.compile(
            r"\b(?:la\s+)?(?:proxima\s+semana|semana\s+(?:que\s+viene|que\s+vem|proxima|entrante))\b"
            r"|\bnext\s+week\b"
        ),
        # A week is not a day: its Monday to Friday are the readings, and the dialogue asks.
        lambda m, ref, past, c: (None, _week_after(ref)),
    ),
    (
        "date.next_month",
        re.compile(
            r"\b(?:el\s+)?(?:proximo\s+mes|mes\s+(?:que\s+viene|que\s+vem|entrante))\b|\bnext\s+month\b"
        ),
        lambda m, ref, past, c: (None, (add_months(ref.replace(day=1), 1),)),
    ),
    (
        "date.christmas",
        re.compile(r"\b(?:en\s+|no\s+|by\s+)?(?:navidad|natal|christmas)\b"),
        lambda m, ref, past, c: _in_year(25, 12, None, ref, past),
    ),
    (
        "date.day_of_month",
        re.compile(
            rf"\b(?:(?:(?:para |hasta |desde )?el)(?:\s+dia)?|(?:no\s+|ate\s+(?:o\s+)?|pro\s+)?dia"
            rf"|(?:(?:el|este|na|no|on)\s+)?(?:{_OPEN_WEEKDAYS}|(?:{_FEIRA})(?:-feira)?),?)\s+{_DAY}"
            r"(?![\d%]|[.,/]\d|\s*(?:mil\b|k\b|%|de\s+cada))"
        ),
        lambda m, ref, past, c: _day_of_month(int(m["day"]), ref, past),
    ),
    (
        "date.day_of_month_en",
        re.compile(rf"\b(?:on\s+)?the\s+{_DAY}(?:st|nd|rd|th)\b(?!\s+(?:option|one|offer))"),
        lambda m, ref, past, c: _day_of_month(int(m["day"]), ref, past),
    ),
    (
        "date.ordinal_en",
        re.compile(rf"\b(?:on\s+)?{_DAY}(?:st|nd|rd|th)\b(?!\s+(?:option|one|offer))"),
        lambda m, ref, past, c: _day_of_month(int(m["day"]), ref, past),
    ),
    (
        "date.when_paid",
        re.compile(
            r"\bcuando\s+(?:me\s+paguen|cobre|me\s+depositen|reciba)\b"
            r"|\bquando\s+(?:eu\s+)?(?:receber|cair\s+o\s+salario)\b|\bwhen\s+i\s+get\s+paid\b"
        ),
        lambda m, ref, past, c: (None, ()),
    ),
)


def _week_after(ref: date) -> tuple[date, ...]:
    monday = ref + timedelta(days=7 - ref.weekday())
    return tuple(monday + timedelta(days=offset) for offset in range(5))


def find_dates(folded: str, original: str, *, ref: date, country: str) -> Iterator[Entity]:
    """Days named in the text. `value` is None where a day was meant but not said."""
    past = is_past(folded)
    for name, pattern, read in _RULES:
        for match in pattern.finditer(folded):
            value, alternatives = read(match, ref, past, country)
            if value is None and name in ("date.slashed", "date.iso"):
                continue
            yield Entity(
                type="date",
                value=value,
                start=match.start(),
                end=match.end(),
                text=original[match.start() : match.end()],
                rule=name,
                alternatives=alternatives,
                confidence=1.0 if value else 0.4,
            )
