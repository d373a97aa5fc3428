"""Days as people say them, counted from the debtor's own day.

The tense around a day decides its direction ("pagué el 15" looks back, "pago el 15" forward).
Where two readings are usual ("next Friday") the other one is kept among the alternatives, and
the dialogue reads the full date back before it counts. Patterns run over the marked text
(`marked.py`), numeric dates over the folded one.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from acuerdo.assistant.nlu import days
from acuerdo.assistant.nlu.calendar_words import (
    COUNT,
    FEIRA,
    MONTH,
    MONTHS,
    OPEN_WEEKDAY,
    UNNAMED_MONTH,
    UNNAMED_WEEKDAY,
    WEEKDAY,
    WEEKDAYS,
    count_of,
)
from acuerdo.assistant.nlu.clauses import Clauses
from acuerdo.assistant.nlu.contract import Entity
from acuerdo.assistant.nlu.countries import Country
from acuerdo.assistant.nlu.marked import Marked
from acuerdo.assistant.nlu.nouns import NEVER_A_DAY, ORDERED, PLACES
from acuerdo.assistant.nlu.tense import Tense, Tenses


@dataclass(frozen=True, slots=True)
class Day:
    """What a pattern means. `end` where the reading is shorter than the match."""

    value: date | None
    alternatives: tuple[date, ...] = ()
    unresolved: str | None = None
    end: int | None = None
    confidence: float = 1.0


@dataclass(frozen=True, slots=True)
class Scene:
    """Everything a reading may depend on."""

    marked: Marked
    tenses: Tenses
    clauses: Clauses
    ref: date

    def tense(self, match: re.Match[str]) -> Tense:
        return self.tenses.at(match.start(), match.end())


Match = re.Match[str]
_Reader = Callable[[Match, Scene], Day | None]
_Rule = tuple[str, re.Pattern[str], _Reader]

_DAY = r"(?P<day>[NO]++)"
# "viernes 27 de noviembre": the weekday belongs to the date.
_NAMED = rf"(?:{UNNAMED_WEEKDAY}(?:-feira)?,?\s+(?:(?:el|the|dia)\s+)?)?"
_UNIT = r"(?P<unit>dias?|diitas?|days?|semanas?|semanitas?|weeks?|fortnights?|mes|meses|months?|ano|anos|years?)"


def _fixed(offset: int) -> _Reader:
    return lambda match, scene: Day(scene.ref + timedelta(days=offset))


def _in_year(
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


def _year(scene: Scene, match: Match) -> tuple[int | None, int | None]:
    """The year of a match, and where the match ends without what is no year."""
    number = scene.marked.number(match, "year")
    if number is None:
        return None, None
    year = number.whole
    if year is not None and number.text.isdigit() and 2000 <= year < 2100:
        return year, None
    return None, match.end("month")


def _day_and_month(match: Match, scene: Scene) -> Day | None:
    number = scene.marked.number(match, "day")
    if number is None or number.whole is None or not 1 <= number.whole <= 31:
        return None
    year, end = _year(scene, match)
    value, others = _in_year(
        number.whole, MONTHS[match["month"]], year, scene.ref, scene.tense(match)
    )
    return Day(value, others, end=end) if value else None


def _month_and_day(match: Match, scene: Scene) -> Day | None:
    day = _day_and_month(match, scene)
    if day is not None and day.end is not None:
        return Day(day.value, day.alternatives, end=match.end("day"))
    return day


def _plain_day(match: Match, scene: Scene) -> int | None:
    """A number that can be a day of the month, or None."""
    number = scene.marked.number(match, "day")
    if number is None or number.whole is None or number.scale != 1:
        return None
    if not number.words and not number.text.isdigit():
        return None
    return number.whole if 1 <= number.whole <= 31 else None


def _named_day(match: Match, scene: Scene) -> Day | None:
    """ "el 5", and "el primero" only where something is paid."""
    number = scene.marked.number(match, "day")
    if number is not None and number.ordinal and number.words:
        lead = scene.marked.before(match.start(), 40)
        if not scene.clauses.pays(match.start()) and "N" not in lead:
            return None
        if re.match(r"\s+(?:de|en|que|al?|por)\b", scene.marked.after(match.end(), 8)):
            return None
    return _of_month(match, scene)


def _of_month(match: Match, scene: Scene) -> Day | None:
    number = _plain_day(match, scene)
    if number is None:
        return None
    value = days.day_of_month(number, scene.ref, scene.tense(match) == "past")
    return Day(value) if value else None


def _ordinal_day(match: Match, scene: Scene) -> Day | None:
    number = scene.marked.number(match, "day")
    if number is None:
        return None
    after = scene.marked.after(match.end(), 16)
    if re.match(rf"\s+{ORDERED if number.value <= 10 else PLACES}\b", after):
        return None
    if number.words and number.value <= 10:
        # "the first" is a day after "on" or "by", and one of a list elsewhere.
        lead = scene.marked.before(match.start(), 12)
        if not re.search(r"\b(?:on|by|before|until|til|till|after|from|for|around|is)\s+$", lead):
            return None
    return _of_month(match, scene)


def _bare_ordinal(match: Match, scene: Scene) -> Day | None:
    if not re.match(r"\d+(?:st|nd|rd|th)\b", scene.marked.folded[match.start() : match.end()]):
        return None
    return _ordinal_day(match, scene)


def _month_after(match: Match, scene: Scene) -> Day | None:
    number = _plain_day(match, scene)
    if number is None:
        return None
    shift = 0 if match["this"] else -1 if match["last"] else 1
    first = days.add_months(scene.ref.replace(day=1), shift)
    value = days.safe_date(first.year, first.month, number)
    return Day(value) if value else None


def _weekday_with_day(match: Match, scene: Scene) -> Day | None:
    number = _plain_day(match, scene)
    if number is None:
        return None
    wanted = WEEKDAYS[match["name"]]
    sure = bool(match["article"]) or scene.marked.marked[match.start("day")] == "O"
    past = scene.tense(match) == "past"
    for backward in (past, not past):
        day = days.day_of_month(number, scene.ref, backward)
        if day and day.weekday() == wanted:
            return Day(day)
    value = days.day_of_month(number, scene.ref, past)
    return Day(value, confidence=0.6) if sure and value else None


def _weekday(match: Match, scene: Scene) -> Day | None:
    groups = match.groupdict()
    wanted = WEEKDAYS[match["name"]]
    if groups.get("last"):
        return Day(days.last_weekday(scene.ref, wanted))
    if scene.tense(match) == "past" and not groups.get("next") and not groups.get("this"):
        return Day(days.last_weekday(scene.ref, wanted))
    day = days.next_weekday(scene.ref, wanted)
    if groups.get("week"):
        monday, _ = days.week_of(scene.ref, 1)
        return Day(monday + timedelta(days=wanted))
    return Day(day, (day + timedelta(days=7),) if groups.get("next") else ())


def _bare_feira(match: Match, scene: Scene) -> Day | None:
    """ "segunda" is Monday unless it counts something or chooses from a list."""
    lead = scene.marked.before(match.start(), 12)
    if re.search(r"\b(?:la|el|una|a|o|uma|opcao|opcion|essa)\s+$", lead) and not re.search(
        r"\b(?:para|ate|pra)\s+a\s+$", lead
    ):
        return None
    return _weekday(match, scene)


def _shift(match: Match, scene: Scene, sign: int) -> Day | None:
    count = count_of(scene.marked, match)
    if count is None or count > 1_000:
        return None
    unit, ref = match["unit"], scene.ref
    if unit.startswith(("dia", "dii", "day")):
        value = ref + timedelta(days=sign * count)
        # In Spanish and Portuguese a week is "eight days" and two are "fifteen".
        week = {8: 7, 15: 14}.get(count)
        others = (ref + timedelta(days=sign * week),) if week and unit[0:3] == "dia" else ()
        return Day(value, others)
    if unit.startswith(("seman", "week")):
        return Day(ref + timedelta(weeks=sign * count))
    if unit.startswith("fortnight"):
        return Day(ref + timedelta(weeks=2 * sign * count))
    if unit.startswith(("mes", "month")):
        return Day(days.add_months(ref, sign * count)) if count <= 24 else None
    return Day(days.add_months(ref, 12 * sign * count)) if count <= 10 else None


_SINCE_PAYING = re.compile(
    r"^\s+(?:que\s+)?(?:yo\s+|eu\s+|ya\s+|ja\s+|lo\s+|la\s+|le\s+|les\s+|te\s+)*(?:pag|abon|deposit|transf|"
    r"consign|hice|fiz|cancel|liquid|mand|envi|quit|acert|yape|gir)"
)


def _ago(match: Match, scene: Scene) -> Day | None:
    after = scene.marked.after(match.end(), 40)
    if re.match(r"\s+que\b", after) and not _SINCE_PAYING.match(after):
        return None
    long = match["unit"].startswith(("mes", "month", "ano", "year"))
    if long and not scene.clauses.pays(match.start()):
        return None
    lead = match.groupdict().get("lead")
    if lead in ("ha", "tem") and not (match["back"] or scene.clauses.about_paying):
        return None
    if lead == "tem" and not match["back"] and not _SINCE_PAYING.match(after):
        return None
    return _shift(match, scene, -1)


_NOT_WITHIN = re.compile(
    r"\b(?:haven'?t|havent|hasn'?t|hadn'?t|not|never|nunca|no\s+(?:he|ha|hemos|han)|jamas|nao)\b"
)


def _within(match: Match, scene: Scene) -> Day | None:
    if match["unit"].startswith(("mes", "month", "ano", "year")) and _NOT_WITHIN.search(
        scene.marked.before(match.start(), 40)
    ):
        return None
    return _shift(match, scene, 1)


def _week_from(match: Match, scene: Scene) -> Day | None:
    start = {"today": 0, "tomorrow": 1, "hoy": 0, "hoje": 0, "manana": 1, "amanha": 1}
    word = match["from"]
    if word in start:
        return Day(scene.ref + timedelta(days=7 + start[word]))
    return Day(days.next_weekday(scene.ref, WEEKDAYS[word]) + timedelta(days=7))


def _month_end(match: Match, scene: Scene) -> Day | None:
    if re.search(r"\b(?:lleg|cheg)\w+\s+$", scene.marked.before(match.start(), 16)):
        return None  # "no llego a fin de mes" tells how life is
    if match.groupdict().get("next"):
        return Day(days.month_of(scene.ref, 1)[1])
    if match.groupdict().get("last") or (
        scene.tense(match) == "past" and scene.ref != days.month_end(scene.ref)
    ):
        return Day(days.last_month_end(scene.ref))
    return Day(days.next_month_end(scene.ref))


def _named_month_end(match: Match, scene: Scene) -> Day | None:
    month = MONTHS[match["month"]]
    year = scene.ref.year + (month < scene.ref.month)
    return Day(days.month_end(date(year, month, 1)))


def _pay_day(match: Match, scene: Scene) -> Day:
    coming = days.pay_days(scene.ref)
    first, second = next(coming), next(coming)
    if scene.tense(match) == "past" or match["last"]:
        behind = scene.ref.replace(day=15)
        return Day(behind if behind <= scene.ref else days.last_month_end(scene.ref))
    return Day(first, (second,))


def _business_day(match: Match, scene: Scene) -> Day | None:
    number = scene.marked.number(match, "day") if match["day"] else None
    position = 5 if number is None else number.whole
    if match["word"]:
        position = 1 if match["word"].startswith("prim") else 5
    if position is None or not 1 <= position <= 15:
        return None
    code = scene.marked.country.code
    value = days.business_day(scene.ref, position, code)
    other = days.business_day(scene.ref, position, code, saturdays=True)
    return Day(value, (other,) if other != value and code == "BR" else ())


_FEASTS: dict[str, Callable[[int], date]] = {
    **dict.fromkeys(
        ("navidad", "natal", "christmas", "xmas", "navidades"), lambda year: date(year, 12, 25)
    ),
    **dict.fromkeys(("nochebuena", "christmas eve"), lambda year: date(year, 12, 24)),
    "boxing day": lambda year: date(year, 12, 26),
    **dict.fromkeys(
        ("nochevieja", "reveillon", "new year's eve", "new years eve", "fin de ano", "fim de ano")
        + ("fim do ano", "fin del ano", "final do ano", "final de ano", "end of the year")
        + ("end of year",),
        lambda year: date(year, 12, 31),
    ),
    **dict.fromkeys(
        ("ano nuevo", "ano novo", "new year", "new years", "new year's", "virada do ano"),
        lambda year: date(year, 1, 1),
    ),
    **dict.fromkeys(("dia de reyes", "reyes", "dia de reis"), lambda year: date(year, 1, 6)),
    "thanksgiving": days.thanksgiving,
    "black friday": lambda year: days.thanksgiving(year) + timedelta(days=1),
    "halloween": lambda year: date(year, 10, 31),
    **dict.fromkeys(("easter", "pascoa", "pascua"), days.easter),
    "carnaval": lambda year: days.easter(year) - timedelta(days=47),
}
_FEAST = "|".join(name.replace(" ", r"\s+") for name in sorted(_FEASTS, key=len, reverse=True))
_GREETING = re.compile(r"\b(?:feliz|merry|happy|prospero|felices)\s+(?:y\s+|e\s+)?$")


def _feast(match: Match, scene: Scene) -> Day | None:
    if _GREETING.search(scene.marked.before(match.start("feast"), 14)):
        return None
    day_in = _FEASTS[" ".join(match["feast"].split())]
    ref = scene.ref
    if scene.tense(match) == "past":
        return Day(day_in(ref.year) if day_in(ref.year) <= ref else day_in(ref.year - 1))
    return Day(day_in(ref.year) if day_in(ref.year) >= ref else day_in(ref.year + 1))


def _now(match: Match, scene: Scene) -> Day | None:
    """ "now" is a day where it says when to pay, not where it says how life is."""
    if scene.clauses.pays_now(match.start()):
        return Day(scene.ref, confidence=0.9)
    # "50 now": kept where the number turns out to be an amount.
    lead = scene.marked.before(match.start(), 30)
    near = re.search(r"N(?:\s+\w+){0,2}\s+$", lead) and not scene.clauses.refuses(match.start())
    return Day(scene.ref, confidence=0.5) if near else None


def _unresolved(match: Match, scene: Scene) -> Day:
    return Day(None, unresolved="payday", confidence=0.8)


_LEAD = r"(?:\b(?:el\s+(?:pasado\s+|proximo\s+)?(?:dia\s+)?|(?:o\s+)?dia\s+|the\s+|del?\s+dia\s+))?+"
_NO_UNIT = (
    r"(?![\d%]|[.,/]\d|\s?%|\s*(?:mil|k|por\s?ci?ento|percent|de\s+cada|"
    rf"{NEVER_A_DAY})\b)"
)
_NEXT_AFTER = r"(?P<next>\s+(?:que\s+viene|que\s+vem|que\s+entra|proximo|proxima|entrante))"
_LAST_AFTER = r"(?P<last>\s+(?:pasad[oa]|passad[oa]|anterior))"
_MONTH_NEXT = (
    r"(?:(?:del?|do|of)\s+)?(?:(?:el\s+|the\s+|o\s+)?(?:(?P<last>mes\s+pasado|mes\s+passado|last\s+month)"
    r"|(?P<this>(?:este|ese|desse|deste|esse|this)\s+(?:mismo\s+)?(?:mes|month))"
    r"|(?:proximo\s+mes|mes\s+(?:que\s+viene|que\s+vem|proximo|entrante|siguiente|seguinte)|next\s+month"
    r"|otro\s+mes|outro\s+mes)))"
)
_PAY_OBJECT = (
    r"(?:(?:el|la|mi|o|a|meu|minha|lo|los|mis|de|del|do|my|the|su)\s+)*(?:pago|pagos|sueldo|salario|salarios"
    r"|nomina|quincena|plata|dinero|lana|guita|aguinaldo|mesada|pension|prima|finiquito|bono|paga|jornal"
    r"|pagamento|dinheiro|decimo(?:\s+terceiro)?|13o?|ordenado|beneficio|aposentadoria|bolsa"
    r"|adiantamento|vale|deposito|liquidacion|cesantias|gratificacion|gratif|cts|utilidades|N)"
)

_RULES: tuple[_Rule, ...] = (
    (
        "date.day_month",
        re.compile(
            rf"(?<!\w){_LEAD}{_NAMED}{_DAY}\s+(?:de\s+|of\s+|do\s+|del\s+mes\s+de\s+)?"
            rf"{MONTH}\b\.?(?:,?\s+(?:del?\s+(?:ano\s+)?)?(?P<year>N++))?"
        ),
        _day_and_month,
    ),
    (
        "date.month_day",
        re.compile(
            rf"\b{MONTH}\.?\s+(?:the\s+)?{_DAY}(?!\s?[:%]|\w)(?:,?\s+(?P<year>N++))?"
        ),
        _month_and_day,
    ),
    (
        "date.day_next_month",
        re.compile(
            rf"\b(?:el\s+(?:dia\s+)?|dia\s+|the\s+|o\s+dia\s+){_DAY}\s+{_MONTH_NEXT}(?!\w)"
        ),
        _month_after,
    ),
    (
        "date.after_tomorrow",
        re.compile(
            r"\b(?:pasado\s+manana|depois\s+de\s+amanha|(?:the\s+)?day\s+after\s+tomorrow"
            r"|(?<=manana o )pasado|dps\s+de\s+amanha)\b"
        ),
        _fixed(2),
    ),
    (
        "date.before_yesterday",
        re.compile(
            r"\b(?:antes\s+de\s+ayer|antes\s+de\s+ontem|anteayer|antier|antiayer|ante\s+ayer|anteontem"
            r"|antontem|(?:the\s+)?day\s+before\s+yesterday)\b"
        ),
        _fixed(-2),
    ),
    (
        "date.yesterday",
        re.compile(r"\b(?:ayer|aller(?=\s+(?:pague|deposite))|anoche|ontem|onti|yesterday|last\s+night)\b"),
        _fixed(-1),
    ),
    (
        "date.tomorrow",
        re.compile(
            r"(?<!por la )(?<!de la )(?<!en la )(?<!esta )(?<!a la )(?<!de )(?<!pasado )"
            r"\b(?:manana|manhana|mnn|mnana|mana?ana)\b(?!\s+y\s+noche)"
            r"|\b(?:amanha|amanh|amnha|amh|amanhan|tomorrow|tomorow|tommorow|tommorrow|tomoro|tomorro"
            r"|tmrw|tmr|tmrrw|tmw|tmorrow|tomoz|2moro|2morrow|2mrw)\b"
        ),
        _fixed(1),
    ),
    (
        "date.today",
        re.compile(
            r"\b(?:hoy(?:\s+(?:mismo|dia(?!\s+de)))?(?!\s+(?:en\s+dia|por\s+hoy))"
            r"|(?:hoje|hj|hje)(?:\s+mesmo)?(?!\s+em\s+dia)"
            r"|today|tonight|2day|tonite|this\s+(?:morning|afternoon|evening)|esta\s+(?:manana|tarde|noche))\b"
        ),
        _fixed(0),
    ),
    (
        "date.ago",
        re.compile(
            rf"\b(?P<lead>hace|ace|ha|faz|tem)\s+(?:(?:como|unos|unas|uns|umas|mas\s+de|mais\s+de|ya|ja"
            rf"|casi|quase|aproximadamente|cerca\s+de|apenas|so|solo)\s+)*{COUNT}\s+{_UNIT}\b"
            rf"(?P<back>\s+atras)?"
        ),
        _ago,
    ),
    (
        "date.ago_after",
        re.compile(rf"(?:(?<=\s)|^)(?:(?:uns|umas|unos|unas|like|about)\s+)?{COUNT}\s+{_UNIT}\s+(?P<back>ago|atras|back)\b"),
        _ago,
    ),
    (
        "date.week_from",
        re.compile(
            rf"\ba\s+week\s+(?:from\s+)?(?P<from>today|tomorrow|{UNNAMED_WEEKDAY})\b"
        ),
        _week_from,
    ),
    (
        "date.from_now",
        re.compile(rf"\b{COUNT}\s+{_UNIT}\s+from\s+(?:now|today)\b"),
        _within,
    ),
    (
        "date.in",
        re.compile(
            rf"\b(?:en|em|in|dentro\s+de|daqui\s+a?|daqui|de\s+aqui\s+a|within|after|despues\s+de|depois\s+de)\s+"
            rf"(?:(?:unos|unas|uns|umas|about|like|como|otros|outros|the\s+next|los\s+proximos)\s+)?{COUNT}"
            rf"(?:\s+more)?\s+{_UNIT}\b"
        ),
        _within,
    ),
    (
        "date.weekday_feira",
        re.compile(
            rf"\b(?:(?P<next>proxima)\s+)?{FEIRA}(?:-feira|\s+feira)"
            rf"(?:(?P<after>\s+(?:que\s+vem|proxima))|(?P<last>\s+passada)"
            rf"|(?P<week>\s+da\s+(?:semana\s+que\s+vem|proxima\s+semana)))?\b"
        ),
        lambda match, scene: _feira(match, scene),
    ),
    (
        "date.weekday_digit",
        re.compile(r"(?<!\w)(?P<digit>[2-6])(?:a|\u00aa|\u00ba)?(?:-|\s)feira\b"),
        lambda match, scene: _digit_feira(match, scene),
    ),
    (
        "date.weekday_pt",
        re.compile(
            rf"\b(?:(?P<next>proxima)\s+)?{FEIRA}(?:(?P<after>\s+(?:que\s+vem|proxima))"
            rf"|(?P<last>\s+passada)|(?P<week>\s+da\s+(?:semana\s+que\s+vem|proxima\s+semana)))?"
            rf"\b(?!-?\s?feira|\s+(?:opcao|opcion|parcela|prestacao|vez|vezes|proposta|propuesta|alternativa"
            rf"|via|cuota|oferta|pessoa|persona|mensagem|mensaje|ligacao|llamada|carta|tentativa|conta|divida"
            rf"|chance|oportunidad\w*|cobranca|notificacao|notificacion|tarjeta|cartao|feira|hora|instancia"
            rf"|mao|mano|fila|turma|serie|etapa|fase|parte)\b)"
        ),
        lambda match, scene: _feira(match, scene, bare=True),
    ),
    (
        "date.weekday_with_day",
        re.compile(
            rf"\b(?:(?:el|este)\s+)?{WEEKDAY}(?:-feira)?,?\s+(?:(?P<article>el|the|dia|o\s+dia)\s+)?{_DAY}{_NO_UNIT}"
        ),
        _weekday_with_day,
    ),
    (
        "date.weekday",
        re.compile(
            rf"\b(?:(?:el\s+)?(?P<next>proximo|next)\s+|(?:el\s+)?(?P<last>pasado|(?:this\s+)?(?:last|past))\s+"
            rf"|(?:el\s+)?otro\s+|(?P<this>this|este)\s+(?:coming\s+)?|el\s+dia\s+|el\s+)?{OPEN_WEEKDAY}"
            rf"(?:(?P<after>\s+(?:que\s+viene|que\s+vem|que\s+entra|proximo|entrante))"
            rf"|(?P<gone>\s+(?:pasado|passado))"
            rf"|(?P<week>\s+(?:de\s+la\s+(?:proxima\s+semana|semana\s+(?:que\s+viene|entrante|proxima)|otra\s+semana)"
            rf"|da\s+(?:semana\s+que\s+vem|proxima\s+semana)|of\s+next\s+week|next\s+week)))?\b"
        ),
        lambda match, scene: _any_weekday(match, scene),
    ),
    (
        "date.month_end",
        re.compile(
            r"\b(?:(?:a|para|el|al|antes\s+del?|hasta)\s+)?(?:fin(?:es)?|final(?:es)?|ultimo(?:s\s+dias)?)\s+(?:de|del)\s+(?:este\s+|ese\s+)?"
            r"(?:mes\b(?!\s+(?:de|que|proximo))|(?P<next>(?:proximo\s+mes|mes\s+(?:que\s+viene|proximo|entrante))))"
            r"|\b(?:fim|final|finzinho)\s+(?:do|desse|deste|de)\s+mes\b(?!\s+que)"
            r"|\b(?:fim|final)\s+do\s+mes\s+que\s+vem\b"
            r"|\b(?:the\s+)?end\s+of\s+(?:(?:the|this)\s+)?month\b|\bmonth(?:'s)?[\s-]end\b|\beom\b"
            r"|\b(?:the\s+)?last\s+day\s+of\s+the\s+month\b|\b(?:el\s+)?ultimo\s+dia\s+del?\s+mes\b"
            r"|\bultimo\s+dia\s+do\s+mes\b"
        ),
        lambda match, scene: _month_end(match, scene),
    ),
    (
        "date.named_month_end",
        re.compile(
            rf"\b(?:(?:a|para|al)\s+)?(?:fin(?:es)?|final(?:es)?|fim)\s+(?:de|del\s+mes\s+de|do\s+mes\s+de)\s+{MONTH}\b"
            rf"|\b(?:the\s+)?end\s+of\s+(?P<english>{UNNAMED_MONTH})\b"
        ),
        lambda match, scene: _either_month_end(match, scene),
    ),
    (
        "date.pay_day",
        re.compile(
            r"\b(?:(?:la|esta|mi)\s+)?(?:(?P<next>proxima|siguiente)\s+)?quincena\b(?P<last>\s+pasada)?"
            r"(?:\s+que\s+viene)?|\b(?:a|na)\s+(?:proxima\s+)?quinzena\b"
        ),
        _pay_day,
    ),
    (
        "date.business_day",
        re.compile(
            r"\b(?:(?:el|o|the)\s+)?(?:(?P<word>quinto|primero?|primeiro)|(?P<day>[NO]++))\s*[\u00ba\u00b0o]?\s*"
            r"(?:dia\s+(?:util|habil|laborable|ut)|(?:business|working)\s+day)(?:\s+(?:do|del|of\s+the)\s+(?:mes|month))?\b"
        ),
        _business_day,
    ),
    (
        "date.feast",
        re.compile(rf"\b(?P<feast>{_FEAST})\b(?!\s+(?:party|gift|present|shopping|bonus|tree))"),
        _feast,
    ),
    (
        "date.el_day",
        re.compile(
            rf"\b(?:el|este)\s+(?:pasado\s+|proximo\s+)?(?:dia\s+)?{_DAY}(?!\w){_NO_UNIT}"
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
        re.compile(rf"\bthe\s+(?P<day>O++)(?!\w)(?:\s+of\s+the\s+month)?"),
        _ordinal_day,
    ),
    (
        "date.by_the_day",
        re.compile(
            rf"(?<=\bon )the\s+(?P<day>N++)(?!\w){_NO_UNIT}|(?<=\bby )the\s+(?P<by>N++)(?!\w){_NO_UNIT}"
        ),
        lambda match, scene: _by_the_day(match, scene),
    ),
    (
        "date.ordinal",
        re.compile(rf"(?<!\w)(?P<day>O++)(?!\w)(?:\s+of\s+the\s+month)?"),
        _bare_ordinal,
    ),
    (
        "date.payday",
        re.compile(
            r"\b(?:cuando|cuanto|kuando|qdo|quando|apenas|en\s+cuanto|tan\s+pronto(?:\s+como)?|ni\s+bien|hasta\s+que|el\s+dia\s+que"
            r"|assim\s+que|logo\s+que|no\s+dia\s+que|so\s+(?:quando|qdo)|depois\s+que|despues\s+(?:de\s+)?que|ate)\s+"
            r"(?:(?:yo|eu|ya|me|ja|ya\s+me|por\s+fin)\s+)*"
            r"(?:(?:paguen|pagan|pague|cobre|cobro|cobremos|cobrar|depositen|depositan|pagarem|receber|recebo|recebermos"
            rf"|consignen)\b(?:\s+{_PAY_OBJECT}\b)?"
            r"|(?:lleg\w+|caiga|cae|caigan|entre|entra|den|dan|liquiden|ingresen|reciba|recibo|salga|tenga"
            rf"|cair|cai|sair|entrar|pingar|chegar|liberar\w*|for)\s+{_PAY_OBJECT}\b)"
            r"|\b(?:(?:el|mi|o|meu|no)\s+)?dia\s+(?:de|do|del)\s+(?:mi\s+|meu\s+)?(?:pago|paga|cobro|pagamento|salario)\b"
            r"|\b(?:con|com)\s+(?:el|mi|o|meu)\s+(?:aguinaldo|decimo(?:\s+terceiro)?|13o?|adiantamento)\b"
            r"|\b(?:when(?:ever)?|once|after|soon\s+as|until|till|til|the\s+day|day)\s+i(?:'m|m|\s+am)?\s+(?:(?:get|got|finally\s+get)\s+)?paid\b"
            r"|\bi(?:'?m|\s+am)\s+paid\b(?!\s+(?:on\s+)?(?:up|off|N|O|weekly|monthly|every))"
            r"|\b(?:my\s+)?(?:next\s+)?pay\s?day\b|\b(?:next|my\s+next)\s+(?:pay\s?check|pay\s?cheque|wages?|payday)\b"
            r"|\b(?:when|once|after|as\s+soon\s+as|til|till|until)\s+(?:my|the)\s+(?:next\s+)?(?:\w+\s+)?(?:check|pay\s?check|cheque|wages?"
            r"|salary|pension|benefits?|disability|ssi|ssdi|uc|deposit|pay|money|stimulus|refund)\s+(?:comes?|clears?|hits|drops|lands"
            r"|is|arrives?|gets|goes|posts)(?:\s+in)?\b"
        ),
        _unresolved,
    ),
    (
        "date.now",
        re.compile(
            r"\b(?:ahora(?:\s+(?:mismo|mismito|si))?|ahorita(?:\s+mism[oa])?|agora(?:\s+mesmo)?|agr|agra|right\s+now"
            r"|right\s+away|rn|now)\b"
        ),
        _now,
    ),
)


def _feira(match: Match, scene: Scene, bare: bool = False) -> Day | None:
    if match["after"]:
        day = days.next_weekday(scene.ref, WEEKDAYS[match["name"]])
        return Day(day, (day + timedelta(days=7),))
    return _bare_feira(match, scene) if bare else _weekday(match, scene)


def _digit_feira(match: Match, scene: Scene) -> Day:
    wanted = int(match["digit"]) - 2
    if scene.tense(match) == "past":
        return Day(days.last_weekday(scene.ref, wanted))
    return Day(days.next_weekday(scene.ref, wanted))


# Short names that are also words: a weekday only behind "on", "by", "next" or before a break.
_DOUBTFUL = {"mon", "sat", "sun", "sex", "dom"}


def _any_weekday(match: Match, scene: Scene) -> Day | None:
    if match["name"] in _DOUBTFUL:
        lead = scene.marked.before(match.start(), 10)
        if not (match["next"] or match["last"] or match["this"]) and not re.search(
            r"\b(?:on|by|til|till|until|before|on the)\s+$", lead
        ):
            return None
    if re.match(r"\s*(?:a|to|thru|through|-|ate|e|y)\s+(?:\w+\s+)?(?:viernes|friday|fri|sabado|sexta)\b", scene.marked.after(match.end(), 24)) and match["name"][:3] in ("lun", "mon", "seg"):
        return None
    if match["gone"]:
        return Day(days.last_weekday(scene.ref, WEEKDAYS[match["name"]]))
    if match["after"]:
        day = days.next_weekday(scene.ref, WEEKDAYS[match["name"]])
        return Day(day, (day + timedelta(days=7),))
    return _weekday(match, scene)


def _either_month_end(match: Match, scene: Scene) -> Day | None:
    month = MONTHS[match["month"] or match["english"]]
    year = scene.ref.year + (month < scene.ref.month)
    return Day(days.month_end(date(year, month, 1)))


def _by_the_day(match: Match, scene: Scene) -> Day | None:
    group = "day" if match["day"] else "by"
    number = scene.marked.number(match, group)
    if number is None or number.whole is None or number.scale != 1:
        return None
    value = days.day_of_month(number.whole, scene.ref, scene.tense(match) == "past")
    return Day(value) if value else None


def find_dates(scene: Scene) -> Iterator[Entity]:
    """Days named in the text; `value` is None where a day was meant but not said."""
    for name, pattern, read in _RULES:
        for match in pattern.finditer(scene.marked.marked):
            day = read(match, scene)
            if day is None:
                continue
            end = match.end() if day.end is None else day.end
            yield Entity(
                type="date",
                value=day.value,
                start=match.start(),
                end=end,
                text=scene.marked.original[match.start() : end],
                rule=name,
                alternatives=day.alternatives,
                unresolved=day.unresolved,
                confidence=day.confidence if not day.alternatives else min(day.confidence, 0.8),
            )


_NUMERIC = re.compile(
    r"(?<![\w.,/#$-])(?P<first>[0-3]?\d)(?P<sign>[/.-])(?P<second>[0-3]?\d)"
    r"(?:(?P=sign)(?P<year>20\d\d|\d\d))?(?![\w/]|[.,-]\d)"
    r"|(?<![\w.,/-])(?P<iso>20\d\d)-(?P<month>[01]\d)-(?P<day>[0-3]\d)(?![\w-])"
)
_PART_OF = re.compile(
    r"\b(?:cuotas?|parcelas?|instal?lments?|parte|part|page|pag|n|no|nro|num|numero"
    r"|number|calle|rua|apto|depto|av|cra|carrera|casa|ref|exp|expediente)\.?\s*[:#]?\s*$"
)


def find_numeric_dates(folded: str, original: str, tenses: Tenses, ref: date, country: Country) -> Iterator[Entity]:
    """5/12, 05-12-2026, 19.11.2026, 2026-12-05 by the country's order."""
    for match in _NUMERIC.finditer(folded):
        if match["iso"]:
            value = days.safe_date(int(match["iso"]), int(match["month"]), int(match["day"]))
            others: tuple[date, ...] = ()
        else:
            if match["sign"] != "/" and not match["year"]:
                continue
            if _PART_OF.search(folded[max(0, match.start() - 20) : match.start()]):
                continue
            if match[0] == "24/7":
                continue
            raw = match["year"]
            year = (int(raw) + 2000 if len(raw) == 2 else int(raw)) if raw else None
            day, month = int(match["first"]), int(match["second"])
            if country.month_first:
                day, month = month, day
            if month > 12 >= day:
                day, month = month, day
            if not 1 <= month <= 12:
                continue
            tense = tenses.at(match.start(), match.end())
            value, others = _in_year(day, month, year, ref, tense)
        if value is not None:
            yield Entity(
                type="date",
                value=value,
                start=match.start(),
                end=match.end(),
                text=original[match.start() : match.end()],
                rule="date.numeric",
                alternatives=others,
                confidence=0.8 if others else 1.0,
            )
