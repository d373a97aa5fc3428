"""The terms of a plan: into how many parts a debt is split, and how often one is paid."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Literal

from acuerdo.assistant.nlu.contract import Entity
from acuerdo.assistant.nlu.entities.calendar_words import UNNAMED_MONTH
from acuerdo.assistant.nlu.entities.clauses import PAY_WORDS
from acuerdo.assistant.nlu.entities.marked import Marked

# Plural only: in "el 5 pago todo" somebody pays on the 5th.
_PARTS = (
    r"(?:cuotas?|cuotitas?|pagos|pagitos|mensualidades|plazos|plazitos|parcelas?|parcelinhas"
    r"|prestacoes"
    r"|letras|instal?lments?|payments|parts|partes|abonos|tranches|quincenas|armadas|exhibiciones"
    r"|chunks|tantos|pedazos|pedacos)"
)
_ADJECTIVE = (
    r"(?:\s+(?:monthly|weekly|equal|easy|small|iguales|fijas|comodas|mensuales|iguais|fixas))?"
)
_BEHIND = re.compile(
    r"\s*(?:ya\s+)?(?:atrasad|vencid|pendient|impag|en\s+mora|em\s+atraso|em\s+aberto|abertas"
    r"|overdue"
    r"|que\s+(?:debo|faltan|me|le|les|quedan|falta|devo)|late\b|behind|left\b|restantes|al\s+dia"
    r"|al\s+ano|por\s+dia"
    r"|a\s+day|seguid|ago\b|atras\b|missed|already|e\s+o\s+sistema)"
)
# "debo 3 cuotas", "pagué 2 cuotas", "all eight payments": how things stand, no wish for a plan.
_STANDING = re.compile(
    r"\b(?:debo|debemos|deben|debe|devo|devemos|falta(?:n|m)?|owe|missed|behind|atras(?:ad[oa]|e"
    r"|ei)?|pague|paguei|page|paid|made|hice|fiz"
    r"|quedan|restan|llevo|ja\s+foram|las|los|as|os|ultim[ao]s|primer[ao]s|primeir[ao]s|last|next"
    r"|other|otras|llaman?|llamaron|ligam|ligaram"
    r"|call(?:ed)?|cobraron|cobraram|these|those|my|mis|sus|minhas|cada|all|todas|todos|antecipei"
    r"|adelante|quitei|finished|cubrire|cubro|cancelei)"
    r"\s+(?:me\s+|como\s+|unas\s+|the\s+|you\s+|u\s+|up\s+|as\s+|los\s+|las\s+)?$"
)
_COUNTED = re.compile(rf"(?<!\w)(?P<count>N++){_ADJECTIVE}\s*(?P<unit>{_PARTS}){_ADJECTIVE}(?!\w)")
# "em 5 vezes", "12 vezes sem entrada"; not "ligaram 5 vezes".
_REPEATED = re.compile(r"(?<!\w)(?P<count>N++)\s*(?:vezes|veces|vez)(?!\w)")
_REPEATED_BEFORE = re.compile(
    r"(?:^\W*|\b(?:en|em|ou|o|or|faz|fazer|for|fosse|seria|umas|unas|ate|hasta|sao|sean|as|de|hacer"
    r"|parcel\w+|divid\w+)\s+)$"
)
_REPEATED_AFTER = re.compile(
    r"\s+(?:por\s+(?:dia|semana)|al\s+dia|ao\s+dia|a\s+mesma|la\s+misma|o\s+mesmo|lo\s+mismo|esta"
    r"|essa|esa|ese|hoje|hoy|ja\b|ya\b|mais\b|mas\b)"
)
_TIMES = re.compile(r"(?<![\w/\u00b2])(?P<count>N++)\s?x(?![\w-])(?!\s*[N+*=])")
_TOLD = re.compile(
    r"\b(?:falei|disse|liguei|ligaram|ligam|paguei|pague|dije|llamaron|llaman|cobraram|cobraron"
    r"|called|call|said|told|expliquei|mandaram|avisei)\s+$|[=*\u00b2-]\s*$"
)
_PER_DAY = re.compile(r"\s+(?:por\s+dia|al\s+dia|ao\s+dia|a\s+day|per\s+day|essa|esta|esa)\b")
_MONTHS = r"(?:meses|mesecitos|mesesitos|months?|mos?|quincenas)(?!\w)"
_OVER_MONTHS = re.compile(
    r"\b(?P<prep>a|por|en|em|over|for|in|at)\s+(?:unos\s+|uns\s+|como\s+|the\s+next\s+|about\s+"
    r"|like\s+)?"
    rf"(?P<count>N++)\s+{_MONTHS}"
)
_BARE_MONTHS = re.compile(rf"(?<!\w)(?P<count>N++)[\s-]+{_MONTHS}")
_YEAR = re.compile(
    r"\b(?:a|en|em|over|for|por)\s+(?:(?:un|um|one|a)\s+(?:anito|aninho|ano|year)|"
    r"(?P<half>medio\s+ano|meio\s+ano|half\s+a\s+year)"
    r"|(?P<count>N++)\s+(?:anos|anitos|years))(?P<more>\s+(?:y\s+medio|e\s+meio|and\s+a\s+half))?"
    r"(?!\w)"
)
_IN_PARTS = re.compile(
    r"\b(?:en|em|in|into)\s+(?:umas\s+|unas\s+|like\s+)?(?P<count>N++)(?!\w)(?=\s*(?:$|[?!.,;]|"
    r"(?:sin|sem|con|com|por|pls|please|porf\w*|o|ou|or|y|e|de|si|se"
    r"|nada|mas|no|da|pode|puede|para|pra|iguales|iguais|ta|fica|esta|topo|eu|serve|sirve|ponele"
    r"|monthly|mensual\w*|if|and|pero|but|arranc\w+|empez\w+|comenz\w+|comec\w+|starting)\b))"
)
# "faz 10 de 45?", "4 de 60": so many parts of so much.
_N_OF_N = re.compile(
    rf"(?:^\W*|\b(?:faz|fazer|hacer|haceme|tipo|sao|son|em|en|y|e|mas|mais|,)\s+|\+\s?)"
    rf"(?P<count>N++)(?=\s+(?:de|of)\s+(?:r\$\s?|\$\s?)?N++(?!\s+(?:de\s+)?{UNNAMED_MONTH}\b))"
)
_PLAN_WORD = re.compile(
    rf"\b(?:{PAY_WORDS[3:-1]}|plan\w*|plazos?|prazos?|fraccion\w*|divid\w*|divide|split\w*|break"
    rf"|spread|stretch|acuerdo\w*|acordo"
    r"|refinanc\w*|reestructur\w*|renegoci\w*|reprogram\w*|repact\w*|diferir\w*|difier\w*"
    r"|instal?lments?|convenio|negoci\w*|financ\w*|interes\w*|juros"
    r"|dej[ae]\w*|sac\w+|hac\w+|faz\w*|faca|set\s+up|pon(?:e|en|eis|go)\w*|puede\s+ser|pode|topo|fecha|podria"
    r"|opciones|manej\w+|tem|rola|consig\w+|prefiero|prefiro|quiero|quero"
    r"|arrangement|do\s+it|could\s+i|can\s+i|what\s+if|dollars|bucks|pounds|quid|euros|pesos|reais"
    r"|rand|a\s+month|al\s+mes|por\s+mes|monthly|resto|rest|restante|lo\s+demas"
    r"|anticipo|enganche|parcel\w+|cuotas?)\b"
)
_NO_PLAN_BEFORE = re.compile(
    r"\b(?:hace|llevo|desde|faz|tem|ha|durante|since|los|las|the\s+(?:last|past)|ultimos|every|cada"
    r"|a\s+cada|dentro\s+de|daqui\s+a|daqui"
    r"|another|otros|outros|need|dame|deme|give\s+me|gimme|espera\w*|aguant\w+|wait|been|were|was"
    r"|am|im|i'm|for\s+(?:the\s+)?past|tengo|tenho"
    r"|haven'?t|not|hasn'?t|nao|no\s+(?:he|ha|hemos)|sin|sem|after|tras|apos|depois\s+de"
    r"|despues\s+de|about|casi|quase|almost|within|dead|owe[sd]?|skipped|missed|de"
    r"|had)\s+(?:como\s+|unos\s+|uns\s+|mas\s+de\s+|like\s+|about\s+|casi\s+)?$"
)
_WISHED_BEFORE = re.compile(
    r"\b(?:do|did|hacer|hacen|fazer|plan|plano|plazo|prazo|como|and|o|ou|or|x|split|make\s+it)\s+"
    r"(?:a\s+|an\s+|de\s+|of\s+)?$"
)
_BARE_AFTER = re.compile(
    r"\s+(?:ago|behind|late|atras\w*|since|que|sin|sem|without|old|pregnant|parad\w*|rent|and\s+u"
    r"|now|trabaj\w+"
    r"|de\s+(?:embarazo|gravida|arriendo|renta|aluguel|edad|atraso))"
)
_NOT_WORKING = re.compile(
    r"\b(?:haven'?t|hasn'?t|not|been|nunca|never|sin|sem|nada|no\s+(?:he|ha)|trabaj\w+|worked"
    r"|unemployed"
    r"|desemplead\w+|desempregad\w+|hospital\w*|off)\b[^.?!]{0,24}$"
)
Frequency = Literal["weekly", "biweekly", "semimonthly", "monthly"]
_SHIFTED = (
    r"(?!\s+(?:from|ago|off|late|behind|extension|more|or\s+(?:two|so)|early|and\s+a\s+half))(?!\w)"
)
_DAYS_ES = "lunes|martes|miercoles|jueves|viernes|sabados?|domingos?"
_DAYS_EN = "monday|tuesday|wednesday|thursday|friday|saturday|sunday|mon|tues|wed|thurs|fri|sat|sun"
_FREQUENCIES: tuple[tuple[Frequency, re.Pattern[str]], ...] = (
    (
        "semimonthly",
        re.compile(
            r"\b(?:twice\s+(?:a|per)\s+month|semi[\s-]?monthly|(?P<count>N++)\s+ve[cz]es\s+(?:al|ao"
            r"|por)\s+mes|duas\s+vezes\s+(?:ao|por)\s+mes)\b"
        ),
    ),
    (
        "biweekly",
        re.compile(
            r"\b(?:cada\s+quincena|(?:a\s+)?cada\s+(?P<count>N++)\s+(?P<unit>dias|semanas)"
            r"|todas\s+las\s+quincenas|por\s+quin[cz]ena"
            r"|quincenal(?:es|mente)?|quinzenal(?:mente)?|quinzenais|toda\s+quinzena|de\s+"
            r"(?P<from>N++)\s+em\s+N++\s+dias"
            r"|bi[\s-]?weekly|fortnightly|(?:every|each|a|per)\s+fortnight"
            rf"|(?:every|each)\s+(?:other|second)\s+(?:weeks?|wk|{_DAYS_EN}|pay\s?day|pay\s?check)"
            rf"|every\s+(?P<number>N++)\s+(?:weeks?|wks?)"
            r"|every\s+couple\s+(?:of\s+)?weeks|semana\s+(?:si|sim)\s+(?:y\s+)?semana\s+(?:no|nao)"
            r"|semana\s+por\s+medio)\b"
        ),
    ),
    (
        "weekly",
        re.compile(
            rf"\b(?:(?:a\s+)?cada\s+(?:semana|{_DAYS_ES}|sexta|segunda|terca|quarta|quinta)"
            rf"(?:-feira)?"
            r"|por\s+semana|x\s+semana|semanal(?:es|mente)?|semanais|(?:a|en)\s+la\s+semana"
            r"|toda\s+(?:semana|segunda|terca|quarta|quinta|sexta)(?:[-\s]feira)?"
            rf"|todas\s+(?:las|as)\s+(?:semanas|sextas|segundas|tercas|quartas|quintas)|todos\s+"
            rf"(?:los|os)\s+(?:{_DAYS_ES})"
            r"|todo\s+(?:sabado|domingo)|weekly|wkly|p/w|pw"
            rf"|(?:every|each)\s+(?:week|wk|{_DAYS_EN})|(?:a|per|/)\s*(?:week|wk)\b)" + _SHIFTED
        ),
    ),
    (
        "monthly",
        re.compile(
            r"\b(?:(?:a\s+)?cada\s+(?:fin\s+de\s+)?mes|(?:de\s+)?cada\s+mes|al\s+mes|por\s+mes"
            r"|x\s+mes|p/\s?mes|mensual(?:es|mente)?"
            r"|mensal(?:mente)?|mensais|todo\s+(?:(?:o|fim\s+de|final\s+de)\s+)?mes|todos\s+(?:los"
            r"|os)\s+mes(?:es)?|todo\s+dia\s+N++"
            r"|ao\s+mes|mes\s+a\s+mes|monthly|mthly|p/m|pcm|(?:every|each)\s+(?:single\s+)?(?:month"
            r"|mo)|once\s+a\s+month"
            r"|(?:a|per)\s+(?:calendar\s+)?(?:month|mo)\b|/\s*(?:month|mo)\b)" + _SHIFTED
        ),
    ),
)
_DELAYED = re.compile(
    r"\b(?:in|for|within|than|need|want|about|me|another|takes?|wait|almost|like|just|only|been"
    r"|over|u|you)\s+$"
)
# "R200 pm": by the month, where the number is too large for a clock or money.
_PM = re.compile(r"(?P<sign>[r$\u00a3]\s?)?(?P<count>N++)\s?(?P<pm>pm)(?!\w)")


def find_frequencies(marked: Marked) -> Iterator[Entity]:
    """How often a part is paid."""
    for value, pattern in _FREQUENCIES:
        for match in pattern.finditer(marked.marked):
            if not _counts_right(marked, match, value):
                continue
            # "give me a week" is a delay, "25 a week" a frequency.
            if match[0].startswith("a ") and _DELAYED.search(marked.before(match.start(), 16)):
                continue
            quincena = value == "biweekly" and "quin" in match[0]
            yield _entity(
                marked,
                match.span(),
                "frequency",
                value,
                f"frequency.{value}",
                alternatives=("semimonthly",) if quincena else (),
            )
    for match in _PM.finditer(marked.marked):
        number = marked.number(match, "count")
        if number is not None and (match["sign"] or number.value > 24):
            yield _entity(marked, match.span("pm"), "frequency", "monthly", "frequency.pm")


def _counts_right(marked: Marked, match: re.Match[str], value: Frequency) -> bool:
    """Whether "cada N dias", "every N weeks", "N veces al mes" is every two weeks, or twice."""
    groups = match.groupdict()
    for group in ("count", "from", "number"):
        number = marked.number(match, group) if groups.get(group) else None
        if number is not None:
            in_days = group == "from" or groups.get("unit") == "dias"
            return number.value in ((14, 15) if in_days else (2,))
    return True


def find_instalments(marked: Marked) -> Iterator[Entity]:
    """Numbers of parts into which a debt is to be split."""
    text = marked.marked
    planned = bool(_PLAN_WORD.search(text)) or len(text.split(maxsplit=5)) <= 4
    for match in _COUNTED.finditer(text):
        if not _BEHIND.match(marked.after(match.end(), 24)) and not _STANDING.search(
            marked.before(match.start(), 28)
        ):
            yield from _instalments(marked, match, "installments.counted", 360)
    for match in _REPEATED.finditer(text):
        if _REPEATED_BEFORE.search(marked.before(match.start(), 16)) and not _REPEATED_AFTER.match(
            marked.after(match.end(), 16)
        ):
            yield from _instalments(marked, match, "installments.repeated", 120)
    for match in _TIMES.finditer(text):
        if not _TOLD.search(marked.before(match.start(), 16)) and not _PER_DAY.match(
            marked.after(match.end(), 12)
        ):
            yield from _instalments(marked, match, "installments.times", 120)
    for match in _OVER_MONTHS.finditer(text):
        if (planned or match["prep"] == "a") and not _lasts(marked, match):
            yield from _instalments(marked, match, "installments.months", 120)
    for match in _YEAR.finditer(text):
        if planned and not _lasts(marked, match):
            yield from _years(marked, match)
    short = len(text.split(maxsplit=6)) <= 5
    for match in _BARE_MONTHS.finditer(text):
        lead = marked.before(match.start(), 40)
        wished = _WISHED_BEFORE.search(lead)
        if (wished or (short and not _NO_PLAN_BEFORE.search(lead))) and not _BARE_AFTER.match(
            marked.after(match.end(), 30)
        ):
            yield from _instalments(marked, match, "installments.bare_months", 120)
    if planned:
        for match in _IN_PARTS.finditer(text):
            yield from _instalments(marked, match, "installments.in_parts", 60)
        for match in _N_OF_N.finditer(text):
            start, end = match.span("count")
            number = marked.number(match, "count")
            if number and number.whole and 2 <= number.whole <= 48 and number.scale == 1:
                yield _entity(marked, (start, end), "installments", number.whole, "installments.of")


def _lasts(marked: Marked, match: re.Match[str]) -> bool:
    """Whether it tells how long something has lasted, or is far off ("in 6 months")."""
    lead = marked.before(match.start(), 40)
    if match.groupdict().get("prep") == "in" and not re.search(
        r"\bpa(?:y|id)\b|\boff\b|balance", lead
    ):
        return True
    return bool(
        re.match(r"\s+(?:ago|atras|que\b|now\b|behind|late)", marked.after(match.end(), 20))
    ) or bool(_NOT_WORKING.search(lead))


def _years(marked: Marked, match: re.Match[str]) -> Iterator[Entity]:
    number = marked.number(match, "count")
    months = 6 if match["half"] else 12
    if match["count"]:
        months = 12 * (number.whole or 0) if number else 0
    months += 6 if match["more"] else 0
    if 2 <= months <= 120:
        yield _entity(marked, match.span(), "installments", months, "installments.years")


def _instalments(marked: Marked, match: re.Match[str], rule: str, most: int) -> Iterator[Entity]:
    number = marked.number(match, "count")
    if number is None or number.whole is None or number.scale != 1 or number.ordinal:
        return
    if 2 <= number.whole <= most:
        yield _entity(marked, match.span(), "installments", number.whole, rule)


def _entity(
    marked: Marked,
    span: tuple[int, int],
    kind: str,
    value: int | str,
    rule: str,
    alternatives: tuple[str, ...] = (),
) -> Entity:
    start, end = span
    return Entity.model_validate(
        {
            "type": kind,
            "value": value,
            "start": start,
            "end": end,
            "text": marked.original[start:end],
            "rule": rule,
            "alternatives": alternatives,
            "confidence": 0.8 if alternatives else 1.0,
        }
    )
