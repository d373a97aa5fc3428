"""Shares of the debt, percentages, numbers of instalments and how often: the terms of a plan."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal

from acuerdo.assistant.nlu.clauses import PAY_WORDS, Clauses
from acuerdo.assistant.nlu.contract import Entity
from acuerdo.assistant.nlu.marked import Marked

_PARTS = (
    r"(?:cuotas?|cuotitas?|pagos?|pagitos|mensualidades|plazos|plazitos|parcelas?|parcelinhas|prestacoes"
    r"|letras|vezes|veces|instal?lments?|payments?|parts|partes|abonos|tranches|quincenas|giros|boletos|chunks|tantos)"
)
_PLAN_ADJECTIVE = r"(?:\s+(?:monthly|weekly|equal|easy|small|iguales|fijas|comodas|mensuales|iguais|fixas))?"
_BEHIND = re.compile(
    r"\s*(?:ya\s+)?(?:atrasad|vencid|pendient|impag|en\s+mora|em\s+atraso|em\s+aberto|abertas|overdue|que\s+(?:debo|faltan|me|le|les|quedan|falta)"
    r"|late\b|behind|left|restantes|que\s+devo|al\s+dia|al\s+ano|por\s+dia|a\s+day|today|seguid|ago\b|atras\b|missed)"
)
# "debo 3 cuotas", "pagué 2 cuotas", "cuota 3": how things stand, not a wish for a plan.
_STANDING = re.compile(
    r"\b(?:debo|debemos|deben|debe|devo|devemos|falta(?:n|m)?|owe|missed|behind|atras(?:ad[oa]|e|ei)?|pague|paguei|page|paid|made|hice|fiz|"
    r"quedan|restan|llevo|ja\s+foram|las|los|as|os|ultim[ao]s|primer[ao]s|primeir[ao]s|last|next|other|otras|llaman?|llamaron|ligam|ligaram"
    r"|call(?:ed)?|cobraron|cobraram|these|those|my|mis|sus|minhas|cada|ya\s+pague)\s+(?:me\s+|como\s+|unas\s+|the\s+|you\s+|u\s+|up\s+)?$"
)
_COUNTED = re.compile(
    rf"(?<!\w)(?P<count>N++){_PLAN_ADJECTIVE}\s*(?P<unit>{_PARTS}){_PLAN_ADJECTIVE}(?!\w)"
)
_TIMES = re.compile(r"(?<![\w/])(?P<count>N++)\s?x(?!\w)(?!\s*N)")
_OVER_MONTHS = re.compile(
    r"\b(?P<prep>a|por|en|em|over|for|in|at)\s+(?:unos\s+|uns\s+|como\s+|the\s+next\s+|about\s+|like\s+)?(?P<count>N++)\s+"
    r"(?:meses|mesecitos|mesesitos|months?|mos?|quincenas)(?!\w)"
)
_BARE_MONTHS = re.compile(r"(?<!\w)(?P<count>N++)[\s-]+(?:meses|mesecitos|months?)(?!\w)")
_YEAR = re.compile(
    r"\b(?:a|en|em|over|for|por)\s+(?P<what>(?:un|um|one|a)\s+(?:anito|aninho|ano|year)|medio\s+ano|meio\s+ano|half\s+a\s+year"
    r"|(?P<count>N++)\s+(?:anos|anitos|years))(?!\w)"
)
_IN_PARTS = re.compile(
    r"\b(?:en|em|in|into)\s+(?P<count>N++)(?!\w)(?=\s*(?:$|[?!.,;]|sin\b|sem\b|con\b|com\b|por\b|pls\b|please\b|porf|o\b|ou\b|or\b|y\b|e\b|de\b"
    r"|si\b|se\b|nada\b|mas\b|no\b|da\b|pode\b|puede\b|para\b|pra\b|iguales|iguais))"
)
_PLAN_WORD = re.compile(
    rf"\b(?:{PAY_WORDS[3:-1]}|cuotas?|plan\w*|plazos?|prazos?|parcel\w*|fraccion\w*|divid\w*|divide|split\w*|spread|acuerdo\w*|acordo"
    r"|refinanc\w*|diferir\w*|difier\w*|instal?lments?|convenio|negoci\w*|financ\w*|interes\w*|juros|dejar\w*|sac\w+|hac\w+|faz\w*|set\s+up"
    r"|arrangement|do\s+it|dollars|bucks|pounds|quid|euros|pesos|reais|a\s+month|al\s+mes|por\s+mes|monthly|entrada|resto|rest|restante|lo\s+demas|anticipo|enganche)\b"
)
_NO_PLAN_BEFORE = re.compile(
    r"\b(?:hace|llevo|desde|faz|tem|ha|durante|since|los|las|the\s+(?:last|past)|ultimos|every|cada|a\s+cada|de|dentro\s+de|daqui\s+a|daqui"
    r"|another|otros|outros|need|dame|deme|give\s+me|gimme|espera\w*|aguant\w+|wait|been|were|was|am|for\s+(?:the\s+)?past|tengo|tenho|"
    r"haven'?t|not|hasn'?t|nao|no\s+(?:he|ha|hemos)|sin|sem|after|tras|apos|depois\s+de|despues\s+de|about|casi|quase|almost|over|within"
    r"|prazo\s+de|plazo\s+de)\s+(?:como\s+|unos\s+|uns\s+|mas\s+de\s+|like\s+|about\s+|casi\s+)?$"
)
_PERCENT = re.compile(
    r"(?<![\w])(?P<figure>N++)\s?(?:%|(?:por\s?ciento|por\s?cento|porciento|porcento|percent|per\s?cent|pct)(?!\w))"
)
_FREQUENCIES: tuple[tuple[str, str, re.Pattern[str]], ...] = (
    (
        "frequency.semimonthly",
        "semimonthly",
        re.compile(
            r"\b(?:twice\s+(?:a|per)\s+month|semi[\s-]?monthly|(?:dos|N)\s+veces\s+(?:al|por)\s+mes|(?:duas|N)\s+vezes\s+(?:ao|por)\s+mes)\b"
        ),
    ),
    (
        "frequency.biweekly",
        "biweekly",
        re.compile(
            r"\b(?:cada\s+quincena|(?:a\s+)?cada\s+(?:N++|dos|duas)\s+(?:dias|semanas)|todas\s+las\s+quincenas|por\s+quincena|quincenal(?:es|mente)?"
            r"|quinzenal(?:mente)?|quinzenais|toda\s+quinzena|de\s+N++\s+em\s+N++\s+dias|bi[\s-]?weekly|fortnightly"
            r"|(?:every|each|a|per)\s+(?:fortnight|other\s+(?:week|fri\w*|mon\w*|tues\w*|wed\w*|thu\w*|sat\w*|sun\w*|pay\s?day|pay\s?check))"
            r"|every\s+(?:N++|couple\s+of)\s+(?:weeks?|wks?)|semana\s+(?:si|sim)\s+(?:y\s+)?semana\s+(?:no|nao)|semana\s+por\s+medio)\b"
        ),
    ),
    (
        "frequency.weekly",
        "weekly",
        re.compile(
            r"\b(?:(?:a\s+)?cada\s+(?:semana|lunes|martes|miercoles|jueves|viernes|sabado|domingo|sexta|segunda|terca|quarta|quinta)"
            r"|por\s+semana|x\s+semana|semanal(?:es|mente)?|semanais|(?:a|ao|en)\s+la\s+semana|toda\s+(?:semana|segunda|terca|quarta|quinta|sexta)(?:-feira)?"
            r"|todas\s+las\s+semanas|todos\s+los\s+(?:lunes|martes|miercoles|jueves|viernes|sabados|domingos)"
            r"|todo\s+(?:sabado|domingo)|weekly|wkly|p/w|pw"
            r"|(?:every|each)\s+(?:week|wk|monday|tuesday|wednesday|thursday|friday|saturday|sunday|fri)|(?:a|per|/)\s*(?:week|wk)\b)"
            r"(?!\s+(?:from|ago|off|late|behind|extension|more|to|or\s+two|early|before|after|if|and\s+a))(?!\w)"
        ),
    ),
    (
        "frequency.monthly",
        "monthly",
        re.compile(
            r"\b(?:(?:a\s+)?cada\s+(?:fin\s+de\s+)?mes|(?:de\s+)?cada\s+mes|al\s+mes|por\s+mes|x\s+mes|p/\s?mes|mensual(?:es|mente)?|mensal(?:mente)?|mensais"
            r"|todo\s+(?:(?:o|fim\s+de|final\s+de)\s+)?mes|todos\s+(?:los|os)\s+mes(?:es)?|todo\s+dia\s+N++|todos\s+los\s+(?:dias\s+)?N++(?=\s*(?:$|[,.?!]|de\s+cada|le|te|les))"
            r"|ao\s+mes|mes\s+a\s+mes|monthly|mthly|p/m|pcm|pm(?=\s*(?:$|[?.,!])(?<=N pm))|(?:every|each)\s+(?:single\s+)?(?:month|mo)"
            r"|(?:a|per)\s+(?:calendar\s+)?(?:month|mo)\b|/\s*(?:month|mo)\b)"
            r"(?!\s+(?:from|ago|off|late|behind|extension|more|to|or\s+two|early|before|after|if|and\s+a))(?!\w)"
        ),
    ),
)
_HALF = re.compile(
    r"\b(?:(?:la|a|una|otra|la\s+otra|outra|a\s+outra|uma)\s+)?(?P<half>mitad|metade|mitade)\b(?!\s+(?:del?|do|da|de)\s+(?:precio|preco|mes|ano|semana|dia|tiempo|sueldo|salario|mi|meu|noviembre|diciembre))"
    r"|\b(?:one\s+|the\s+other\s+|another\s+|other\s+)?half\b(?!\s+(?:an?\b|past|hour|the\s+(?:time|month|year)|my|of\s+(?:my|the\s+(?:time|month|year)|us|them)|brother|sister|asleep|day|price|N))"
)
_FRACTIONS: tuple[tuple[str, Decimal, re.Pattern[str]], ...] = (
    (
        "fraction.two_thirds",
        Decimal(2) / Decimal(3),
        re.compile(r"\b(?:N|dos|two|dois)\s+(?:tercios|tercos|thirds)\b|\b(?:dos|N)\s+terceras\s+partes\b"),
    ),
    (
        "fraction.three_quarters",
        Decimal("0.75"),
        re.compile(r"\b(?:N++|tres|three)\s+(?:cuartos|quartos|quarters|cuartas\s+partes)\b"),
    ),
    (
        "fraction.third",
        Decimal(1) / Decimal(3),
        re.compile(r"\b(?:la\s+tercera\s+parte|(?:un|um)\s+terc(?:io|o)|a\s+terca\s+parte|(?:a|N++)\s+(?P<part>O++))(?!\w)"),
    ),
    (
        "fraction.quarter",
        Decimal("0.25"),
        re.compile(r"\b(?:la\s+cuarta\s+parte|um\s+quarto|un\s+cuarto|a\s+quarter|one\s+quarter)\b(?=\s+(?:de\s+la\s+deuda|da\s+divida|of\s+(?:it|the)))"),
    ),
)
_ALL = re.compile(
    r"\b(?P<word>todo|tudo|toda\s+la\s+deuda|toda\s+a\s+divida|la\s+totalidad|el\s+total|o\s+total|it\s+all|all\s+of\s+it|everything"
    r"|the\s+(?:whole|entire|full)\s+(?:thing|amount|balance|debt|lot|sum|bill)|the\s+lot|in\s+full|in\s+one\s+go)\b"
)
_NOT_ALL_AFTER = re.compile(
    r"\s+(?:el|la|los|las|o|a|os|as)\s+(?!(?:deuda|divida|saldo|monto|valor|que\s+debo|adeudo|que\s+devo|hoy|viernes|lunes))"
    r"|\s+(?:mes|dia|mundo|bien|bem|mal|caro|esto|eso|isso|isto|aquilo|lo\s+que(?!\s+debo)|en\s+(?:orden|la|el|mi|remedios|medicin\w+|comida|arriendo|renta)"
    r"|no\s+(?:remedio|aluguel|mercado)|em\s+(?:remedio|ordem)|va\b|esta\b|ta\b|errado|mal\b|o\s+que|que\s+(?!debo|devo)|is\b|else|that|was|es\b|e\b\s+(?:mentira|golpe)"
    r"|subio|aumentou|costs|went|ano|ser|negocio|joia|sobre|paga\b|pagad[oa]|pago\b|quitado|resolvido|certo|listo|arreglado|correcto|muy|muito)"
)
_PAY_BEFORE = re.compile(
    rf"\b(?:{PAY_WORDS[3:-1]}|doy|dou|give|resolv\w+|termin\w+|cubr\w+|ponerme|cover|take\s+care\s+of|pay\w*|zerar|cancel\w+|descont\w+)"
    r"(?:lo|la|lhe)?(?:\s+(?:te|les?|se|lo|la|os|me|vcs|voces|casi|quase|ya|ja|hoy|hoje|ahora|agora|de\s+una|u|you|off|junto|de\s+vez"
    r"|it|this|that|them|esto|eso|isso|la\s+deuda|a\s+divida|logo|mesmo|el\s+saldo|o\s+saldo)){0,3}\s+$"
)
_ALL_SELF = {"in full", "the lot", "in one go"}


def _entity(
    marked: Marked,
    match: re.Match[str],
    kind: str,
    value: Decimal | int | str,
    rule: str,
    **more: object,
) -> Entity:
    return Entity.model_validate(
        {
            "type": kind,
            "value": value,
            "start": match.start(),
            "end": match.end(),
            "text": marked.original[match.start() : match.end()],
            "rule": rule,
            **more,
        }
    )


def find_percents(marked: Marked) -> Iterator[Entity]:
    for match in _PERCENT.finditer(marked.marked):
        number = marked.number(match, "figure")
        if number is not None and number.value <= 1_000:
            yield _entity(marked, match, "percent", number.value, "percent")


def find_frequencies(marked: Marked) -> Iterator[Entity]:
    for rule, value, pattern in _FREQUENCIES:
        for match in pattern.finditer(marked.marked):
            if rule == "frequency.biweekly" and "N" in match[0] and not _is_fortnight(marked, match):
                continue
            if rule == "frequency.semimonthly" and "N" in match[0]:
                number = marked.numbers.get(match.start() + match[0].index("N"))
                if number is None or number.value != 2:
                    continue
            alternatives: tuple[str, ...] = ()
            if rule == "frequency.biweekly" and re.search("quin", match[0]):
                alternatives = ("semimonthly",)
            yield _entity(
                marked, match, "frequency", value, rule, alternatives=alternatives
            )


def _is_fortnight(marked: Marked, match: re.Match[str]) -> bool:
    """Whether "cada N dias" or "every N weeks" is every two weeks."""
    number = marked.numbers.get(match.start() + match[0].index("N"))
    if number is None:
        return False
    weeks = bool(re.search(r"seman|week|wk", match[0]))
    return number.value == 2 if weeks else number.value in (14, 15)


def find_shares(marked: Marked, clauses: Clauses) -> Iterator[Entity]:
    """Shares of what is to be paid: half, a third, all of it."""
    text = marked.marked
    for match in _HALF.finditer(text):
        yield _entity(marked, match, "relative_amount", Decimal("0.5"), "fraction.half", of="debt")
    for rule, value, pattern in _FRACTIONS:
        for match in pattern.finditer(text):
            part = match.groupdict().get("part")
            if part and marked.folded[match.start("part") : match.end("part")] != "third":
                continue
            yield _entity(marked, match, "relative_amount", value, rule, of="debt")
    for match in _ALL.finditer(text):
        word = " ".join(match["word"].split())
        lead = marked.before(match.start(), 48)
        after = marked.after(match.end(), 30)
        if word in ("todo", "tudo", "everything") and _NOT_ALL_AFTER.match(after):
            continue
        paid = bool(_PAY_BEFORE.search(lead))
        if word in _ALL_SELF or word.startswith("the "):
            paid = paid or clauses.pays(match.start())
        if paid:
            yield _entity(marked, match, "relative_amount", Decimal(1), "fraction.all", of="debt")


def find_instalments(marked: Marked) -> Iterator[Entity]:
    """Numbers of parts into which a debt is to be split."""
    text = marked.marked
    planned = bool(_PLAN_WORD.search(text)) or len(text.split()) <= 4
    for match in _COUNTED.finditer(text):
        if _BEHIND.match(marked.after(match.end(), 24)):
            continue
        lead = marked.before(match.start(), 24)
        if _STANDING.search(lead):
            continue
        unit = match["unit"]
        if unit in ("veces", "vezes") and not re.search(r"\b(?:en|em|ou|o|or)\s+(?:unas\s+|umas\s+|ate\s+|hasta\s+)?$", lead):
            continue
        yield from _instalments(marked, match, "installments.counted", 2, 360)
    for match in _TIMES.finditer(text):
        yield from _instalments(marked, match, "installments.times", 2, 120)
    for match in _OVER_MONTHS.finditer(text):
        if not planned or _ago_or_since(marked, match):
            continue
        if match["prep"] in ("in",) and not re.search(r"\bpa(?:y|id)\b|off\b", text[: match.start()]):
            continue
        yield from _instalments(marked, match, "installments.months", 2, 120)
    for match in _YEAR.finditer(text):
        if not planned:
            continue
        if match["count"]:
            number = marked.number(match, "count")
            months = (number.whole or 0) * 12 if number else 0
        else:
            months = 6 if "medio" in match[0] or "meio" in match[0] or "half" in match[0] else 12
        if 2 <= months <= 120:
            yield _entity(marked, match, "installments", months, "installments.years")
    for match in _BARE_MONTHS.finditer(text):
        lead, after = marked.before(match.start(), 40), marked.after(match.end(), 30)
        if _NO_PLAN_BEFORE.search(lead) or re.match(
            r"\s+(?:ago|behind|late|atras\w*|since|que|sin|sem|without|old|pregnant|de\s+(?:embarazo|gravida|arriendo|renta|aluguel|edad))", after
        ):
            continue
        short = len(re.findall(r"\w+", text)) <= 5
        wished = re.search(r"\b(?:do|hacer|hacen|fazer|faz|plan|plano|plazo|prazo|como|and|o|ou|or|los)\s+(?:a\s+|an\s+|de\s+|of\s+)?$", lead)
        if short or wished:
            yield from _instalments(marked, match, "installments.bare_months", 2, 120)
    for match in _IN_PARTS.finditer(text):
        if planned:
            yield from _instalments(marked, match, "installments.in_parts", 2, 60)


def _ago_or_since(marked: Marked, match: re.Match[str]) -> bool:
    after = marked.after(match.end(), 20)
    return bool(re.match(r"\s+(?:ago|atras|que\b|now\b|behind|late)", after)) or bool(
        re.search(
            r"\b(?:haven'?t|hasn'?t|not|been|nunca|never|sin|sem|nada|no\s+(?:he|ha)|trabaj\w+|worked|unemployed|desemplead\w+|desempregad\w+)\b[^.?!]{0,24}$",
            marked.before(match.start(), 40),
        )
    )


def _instalments(
    marked: Marked, match: re.Match[str], rule: str, least: int, most: int
) -> Iterator[Entity]:
    number = marked.number(match, "count")
    if number is None or number.whole is None or number.scale != 1:
        return
    if least <= number.whole <= most:
        yield _entity(marked, match, "installments", number.whole, rule)
