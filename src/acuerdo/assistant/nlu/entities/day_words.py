"""Days counted from today: "mañana", "hace una semana", "in two weeks", "now", "on payday"."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, timedelta

from acuerdo.assistant.nlu.entities import days
from acuerdo.assistant.nlu.entities.calendar_words import COUNT, UNIT, count_of
from acuerdo.assistant.nlu.entities.nouns import COUNTED
from acuerdo.assistant.nlu.entities.scene import Day, Match, Reader, Rule, Scene


def _fixed(offset: int) -> Reader:
    return lambda match, scene: Day(scene.ref + timedelta(days=offset))


def _shift(match: Match, scene: Scene, sign: int) -> Day | None:
    count = count_of(scene.marked, match)
    if count is None or not 0 < count <= 1_000:
        return None
    unit, ref = match["unit"], scene.ref
    if unit.startswith(("dia", "dii", "day")):
        # In Spanish and Portuguese a week is "eight days" and two are "fifteen".
        week = {8: 7, 15: 14}.get(count) if unit.startswith("di") else None
        others = (ref + timedelta(days=sign * week),) if week else ()
        return Day(ref + timedelta(days=sign * count), others)
    if unit.startswith(("seman", "week", "wk")):
        return Day(ref + timedelta(weeks=sign * count))
    if unit.startswith("fortnight"):
        return Day(ref + timedelta(weeks=2 * sign * count))
    if unit.startswith(("mes", "month")):
        return Day(days.add_months(ref, sign * count)) if count <= 24 else None
    return Day(days.add_months(ref, 12 * sign * count)) if count <= 10 else None


_LONG = ("mes", "month", "ano", "year", "yr")
_SINCE_PAYING = re.compile(
    r"\s+(?:que\s+)?(?:yo\s+|eu\s+|ya\s+|ja\s+|lo\s+|la\s+|le\s+|les\s+|te\s+)*"
    r"(?:pag|abon|deposit|transf|consign|hice|fiz|cancel|liquid|mand|envi|quit|acert|yape|gir)"
)


def _ago(match: Match, scene: Scene) -> Day | None:
    """ "hace una semana"; not how long something lasts ("hace tres meses que no cobro")."""
    after = scene.marked.after(match.end(), 40)
    if re.match(r"\s+que\b", after) and not _SINCE_PAYING.match(after):
        return None
    if match["unit"].startswith(_LONG) and (
        not scene.clauses.pays(match.start()) or scene.clauses.denies(match.start())
    ):
        return None
    lead = match.groupdict().get("lead")
    if lead in ("ha", "tem") and not (match["back"] or scene.clauses.about_paying):
        return None
    if lead == "tem" and not match["back"] and not _SINCE_PAYING.match(after):
        return None
    return _shift(match, scene, -1)


_NOT_WITHIN = re.compile(
    r"\b(?:haven'?t|hasn'?t|hadn'?t|not|never|nunca|no\s+(?:he|ha|hemos|han)|jamas|nao)\b"
    rf"|N\s+{COUNTED}(?:\s+\w+){{0,2}}\s+$"
)


def _within(match: Match, scene: Scene) -> Day | None:
    """ "en dos semanas"; not "10 llamadas en dos días"."""
    lead = scene.marked.before(match.start(), 40)
    if scene.past(match) or re.search(rf"N\s+{COUNTED}(?:\s+\w+){{0,2}}\s+$", lead):
        return None
    if match["unit"].startswith(_LONG) and _NOT_WITHIN.search(lead):
        return None
    return _shift(match, scene, 1)


_Feast = Callable[[int], date]


def _on(month: int, day: int) -> _Feast:
    return lambda year: date(year, month, day)


_FEASTS: dict[str, _Feast] = {
    **dict.fromkeys(("navidad", "natal", "christmas", "xmas", "navidades"), _on(12, 25)),
    **dict.fromkeys(("nochebuena", "christmas eve", "vespera de natal"), _on(12, 24)),
    "boxing day": _on(12, 26),
    **dict.fromkeys(
        (
            "nochevieja",
            "reveillon",
            "new year's eve",
            "new years eve",
            "fin de ano",
            "fin del ano",
            "fim de ano",
            "fim do ano",
            "final do ano",
            "final de ano",
            "end of the year",
            "end of year",
        ),
        _on(12, 31),
    ),
    **dict.fromkeys(
        ("ano nuevo", "ano novo", "new year", "new years", "new year's", "virada do ano"),
        _on(1, 1),
    ),
    **dict.fromkeys(("dia de reyes", "reyes", "dia de reis"), _on(1, 6)),
    "thanksgiving": days.thanksgiving,
    "black friday": lambda year: days.thanksgiving(year) + timedelta(days=1),
    "halloween": _on(10, 31),
    **dict.fromkeys(("easter", "pascoa", "pascua"), days.easter),
    "carnaval": lambda year: days.easter(year) - timedelta(days=47),
}
_FEAST = "|".join(name.replace(" ", r"\s+") for name in sorted(_FEASTS, key=len, reverse=True))
_GREETING = re.compile(
    r"\b(?:feliz|merry|happy|prospero|felices|boas|en|em|a)\s+(?:y\s+|e\s+)?$|\bfeliz\s+\w+\s+y\s+"
    r"(?:prospero\s+)?$"
)


def _feast(match: Match, scene: Scene) -> Day | None:
    name, lead = " ".join(match["feast"].split()), scene.marked.before(match.start("feast"), 24)
    greeting = _GREETING.search(lead)
    # "em Natal" is a city, "en navidad" a day.
    if greeting and (name == "natal" or not greeting[0].startswith(("en ", "em ", "a "))):
        return None
    day_in, ref = _FEASTS[name], scene.ref
    this = day_in(ref.year)
    if scene.past(match):
        return Day(this if this <= ref else day_in(ref.year - 1))
    return Day(this if this >= ref else day_in(ref.year + 1))


_NOW_IS = re.compile(
    r"\s+(?:son|es|esta|estan|sao|ta|tao|is|it's|its|they|he|she|resulta|me\s+(?:llega|sale|cobran"
    r"|dicen)|aparece|vive|vivo|moro|tengo|tenho"
    r"|que\b|entendi|si\s+que)\b"
)


def _now(match: Match, scene: Scene) -> Day | None:
    """ "now" is a day where it says when to pay, not where it says how life is."""
    after = scene.marked.after(match.end(), 16)
    if _NOW_IS.match(after) or scene.marked.original.startswith(" \u00e9 ", match.end()):
        return None
    if scene.clauses.pays_now(match.start()):
        return Day(scene.ref, confidence=0.9)
    # "50 now": kept where the number turns out to be an amount.
    lead = scene.marked.before(match.start(), 30)
    near = re.search(r"N(?:\s+(?!y\b|e\b|and\b|but\b|pero\b|mas\b)\w+){0,2}\s+$", lead)
    return (
        Day(scene.ref, confidence=0.5)
        if near and not scene.clauses.refuses(match.start())
        else None
    )


def _payday(match: Match, scene: Scene) -> Day | None:
    # "¿cuándo pagan el bono?" asks; it does not promise.
    if "\u00e1" in scene.marked.original[match.start() : match.start() + 6].lower():
        return None
    lead = scene.marked.before(match.start(), 14)
    if re.search(r"\b(?:every|each|ultimo|cual\s+es|que|N)\s+(?:el\s+)?$", lead):
        return None
    if re.match(r"\s+(?:loan|lender|advance|company|N|O)", scene.marked.after(match.end(), 10)):
        return None
    asks = not lead.strip() and re.match(r"[ckq]|when", match[0])
    if asks and not scene.clauses.about_paying_beside(match.start(), match.end()):
        short = len(scene.marked.marked) - match.end() <= 3
        return Day(None, unresolved="payday", confidence=0.6) if short else None
    return Day(None, unresolved="payday", confidence=0.8)


_HEDGES = (
    r"(?:(?:como|unos|unas|uns|umas|mas\s+de|mais\s+de|ya|ja|casi|quase|aproximadamente|cerca\s+de"
    r"|apenas|so|solo)\s+)*"
)
_PAY_OBJECT = (
    r"(?:(?:el|la|mi|o|a|meu|minha|lo|los|mis|de|del|do|my|the|su)\s+)*(?:pago|pagos|sueldo|salario"
    r"|salarios"
    r"|nomina|quincena|plata|dinero|lana|guita|aguinaldo|mesada|pension|prima|finiquito|bono|paga"
    r"|jornal"
    r"|jubilacion|pagamento|dinheiro|decimo(?:\s+terceiro)?|13o?|ordenado|beneficio|aposentadoria"
    r"|bolsa"
    r"|adiantamento|vale|deposito|liquidacion|cesantias|gratificacion|gratif|grati|cts|utilidades"
    r"|beca"
    r"|remuneracion|comision|paguita)"
)
_WHEN = (
    r"(?:cuando|kuando|qdo|quando|apenas|en\s+cuanto|tan\s+pronto(?:\s+como)?|ni\s+bien|hasta\s+que"
    r"|el\s+dia\s+que|assim\s+(?:que|q)|logo\s+(?:que|q)|no\s+dia\s+que|depois\s+que|despues\s+"
    r"(?:de\s+)?que)"
)
_PAYDAY = re.compile(
    rf"\b{_WHEN}\s+(?:(?:yo|eu|ya|me|ja|se|por\s+fin)\s+)*"
    r"(?:(?:paguen|pagan|pague|cobre|cobro|cobremos|cobrar|depositen|depositan|deposite|pagarem"
    r"|receber|recebo"
    rf"|recebermos|consignen)\b(?:\s+{_PAY_OBJECT}\b)?"
    r"|(?:lleg\w+|caiga|cae|caigan|entre|entra|den|dan|liquiden|ingresen|reciba|recibo|salga|tenga"
    r"|cair|cai|sair"
    rf"|entrar|pingar|chegar|liberar\w*)\s+{_PAY_OBJECT}\b)"
    r"|\b(?:(?:el|mi|o|meu|no)\s+)?dia\s+(?:de|do|del)\s+(?:mi\s+|meu\s+)?(?:pago|paga|cobro"
    r"|pagamento|salario)\b"
    r"|\b(?:con|com)\s+(?:el|mi|o|meu)\s+(?:(?:medio\s+)?aguinaldo|decimo(?:\s+terceiro)?"
    r"|adiantamento)\b"
    r"|\b(?:when(?:ever)?|once|after|soon\s+as|until|till|til|the\s+day|day)\s+i\s*(?:'m|m|am|get"
    r"|got|finally\s+get)"
    r"\s+paid\b(?!\s+(?:it|that|this))"
    r"|\bi(?:'?m|\s+am)\s+paid\b(?!\s+(?:on\s+)?(?:up|off|in|N|O|weekly|monthly|every))"
    r"|\b(?:my\s+)?(?:next\s+)?pay\s?day\b|\b(?:my\s+)?next\s+(?:pay\s?check|pay\s?cheque|wages?)\b"
    r"|\b(?:when|once|after|as\s+soon\s+as|til|till|until)\s+(?:my|the)\s+(?:next\s+)?(?:\w+\s+)?"
    r"(?:check|pay\s?check"
    r"|cheque|wages?|salary|pension|benefits?|disability|ssi|ssdi|uc|deposit|pay|money|stimulus"
    r"|grant)\s+(?:comes?"
    r"|clears?|hits|drops|lands|is\s+in|arrives?|gets\s+here|goes\s+in|posts)(?:\s+in)?\b"
)

DAY_WORDS: tuple[Rule, ...] = (
    (
        "date.after_tomorrow",
        re.compile(
            r"\b(?:pasado\s+manana|(?:depois|dps)\s+de\s+amanha|(?:the\s+)?day\s+after\s+tomorrow"
            r"|(?<=manana o )pasado)\b"
        ),
        _fixed(2),
    ),
    (
        "date.before_yesterday",
        re.compile(
            r"\b(?:antes\s+de\s+(?:ayer|ontem)|anteayer|antier|antiayer|ante\s+ayer"
            r"|antes\s+d\s+ayer|anteontem"
            r"|antontem|(?:the\s+)?day\s+before\s+yesterday)\b"
        ),
        _fixed(-2),
    ),
    (
        "date.yesterday",
        re.compile(r"\b(?:ayer|anoche|ontem|onti|yesterday|yest|last\s+night)\b"),
        _fixed(-1),
    ),
    (
        "date.tomorrow",
        re.compile(
            r"(?<!por la )(?<!de la )(?<!d la )(?<!en la )(?<!esta )(?<!a la )(?<!de )(?<!pasado )"
            r"\b(?:manana|manhana|maniana|mannana|mnn|mnana)\b(?!\s+y\s+noche)"
            r"|\b(?:amanha|amanh|amnha|amh|amanhan|tomorrow|tomorow|tommorow|tommorrow|tomoro"
            r"|tomorro"
            r"|tmrw|tmr|tmrrw|tmw|tmorrow|tomoz|2moro|2morrow|2mrw)\b"
        ),
        _fixed(1),
    ),
    (
        "date.today",
        re.compile(
            r"\b(?:hoy(?:\s+(?:mismo|dia(?!\s+de)))?(?!\s+(?:en\s+dia|por\s+hoy))"
            r"|(?:hoje|hj|hje)(?:\s+mesmo)?(?!\s+em\s+dia)"
            r"|today|tonight|2day|tonite|this\s+(?:morning|afternoon|evening)|esta\s+(?:manana"
            r"|tarde|noche))\b"
        ),
        _fixed(0),
    ),
    (
        "date.ago",
        re.compile(
            rf"\b(?P<lead>hace|ace|ha|faz|tem)\s+{_HEDGES}{COUNT}\s+{UNIT}\b(?P<back>\s+atras)?"
        ),
        _ago,
    ),
    (
        "date.ago_after",
        re.compile(
            rf"(?:(?<=\s)|^)(?:(?:uns|umas|unos|unas|like|about)\s+)?{COUNT}\s+{UNIT}\s+"
            rf"(?P<back>ago|atras|back)\b"
        ),
        _ago,
    ),
    ("date.from_now", re.compile(rf"\b{COUNT}\s+{UNIT}\s+from\s+(?:now|today)\b"), _within),
    (
        "date.in",
        re.compile(
            r"\b(?:en|em|in|dentro\s+de|daqui\s+a?|daqui|de\s+aqui\s+a|within|after|despues\s+de"
            r"|depois\s+de)\s+"
            r"(?:(?:unos|unas|uns|umas|about|like|como|otros|outros|another|the\s+next"
            r"|los\s+proximos)\s+)?"
            rf"{COUNT}(?:\s+more)?\s+{UNIT}\b(?!'?s?\s+(?:time\s+frame|extension))"
        ),
        _within,
    ),
    (
        "date.feast",
        re.compile(rf"\b(?P<feast>{_FEAST})\b(?!\s+(?:party|gift|present|shopping|bonus|tree))"),
        _feast,
    ),
    ("date.payday", _PAYDAY, _payday),
    (
        "date.now",
        re.compile(
            r"\b(?:ahora(?:\s+(?:mismo|mismito))?|ahorita(?:\s+mism[oa])?|agora(?:\s+mesmo)?|agr"
            r"|agra|right\s+now"
            r"|right\s+away|rn|now)\b"
        ),
        _now,
    ),
)
