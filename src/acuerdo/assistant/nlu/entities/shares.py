"""Percentages, and shares of what is to be paid: "la mitad", "um terço", "pay it all"."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal

from acuerdo.assistant.nlu.contract import Entity
from acuerdo.assistant.nlu.entities.clauses import PAY_WORDS, Clauses
from acuerdo.assistant.nlu.entities.marked import Marked

_PERCENT = re.compile(
    r"(?<!\w)(?P<figure>N++)\s?(?:%|(?:por\s?ciento|por\s?cento|percent|per\s?cent|pct)(?!\w))"
)
_HALF = re.compile(
    r"\b(?:(?:la|a|una|otra|la\s+otra|outra|a\s+outra|uma)\s+)?(?:mitad|metade|mitade)\b"
    r"(?!\s+(?:del?|do|da|de)\s+(?:precio|preco|mes|ano|semana|dia|tiempo|tempo|sueldo|salario|mi"
    r"|meu|q|que|lo\s+que))"
    r"|\b(?:one\s+|the\s+other\s+|another\s+|other\s+)?half\b"
    r"(?!\s+(?:an?\b|past|hour|the\s+(?:time|month|year)|my|of\s+(?:my|us|them|the\s+(?:time|month"
    r"|year))|brother"
    r"|sister|asleep|day|price|decent|N))"
)
# "ganho metade", "my hours were cut in half", "a year and a half": no share of a debt.
_NOT_OF_DEBT = re.compile(
    r"\b(?:gan\w+|cobramos|cobrando|ganh\w+|earn\w*|cut|cortaron|cortaram|reduj\w+|reduz\w+|bajaron"
    r"|leva|hours|horas|lost|perd\w+|year|years|month"
    r"|months|week|weeks|hour|took|salario|sueldo|wages?|pay\s?check)\s+(?:(?:solo|so|in|by|a|la|me"
    r"|and|my|o|el|un|uma)\s+){0,3}$"
)
_FRACTIONS: tuple[tuple[str, Decimal, re.Pattern[str]], ...] = (
    (
        "fraction.two_thirds",
        Decimal(2) / Decimal(3),
        re.compile(r"\bN++\s+(?:tercios|tercos|thirds|terceras\s+partes)\b"),
    ),
    (
        "fraction.three_quarters",
        Decimal("0.75"),
        re.compile(r"\bN++\s+(?:cuartos|quartos|quarters|cuartas\s+partes)\b"),
    ),
    (
        "fraction.third",
        Decimal(1) / Decimal(3),
        re.compile(
            r"\b(?:la\s+tercera\s+parte|(?:un|um)\s+terc(?:io|o)|a\s+terca\s+parte|(?:a|N++)\s+"
            r"(?P<part>O++))(?!\w)"
        ),
    ),
    (
        "fraction.quarter",
        Decimal("0.25"),
        re.compile(
            r"\b(?:(?:la|a)\s+(?:cuarta|quarta)\s+parte|(?:um|un)\s+(?:quarto|cuarto)(?=\s+"
            r"(?:de\s+la\s+deuda|da\s+divida))"
            r"|(?:a|N)\s+quarter(?=\s+(?:of\s+(?:it|the|what)|now|today)))\b"
        ),
    ),
)
_ALL = re.compile(
    r"\b(?P<word>todo|todito|tudo|toda\s+la\s+deuda|toda\s+a\s+divida|la\s+totalidad|el\s+total"
    r"|o\s+total|it\s+all|all\s+of\s+it|everything"
    r"|the\s+(?:whole|entire|full)\s+(?:thing|amount|balance|debt|lot|sum|bill)|the\s+lot"
    r"|in\s+full)\b"
)
_NOT_ALL = re.compile(
    r"\s+(?:el|la|los|las|o|a|os|as)\s+(?!(?:deuda|divida|saldo|monto|valor|que\s+debo|adeudo"
    r"|que\s+devo|hoy|viernes|lunes))"
    r"|\s+(?:mes|dia|mundo|bien|bem|mal|caro|esto|eso|isso|isto|aquilo|lo\s+que(?!\s+debo)|en\s+"
    r"(?:orden|la|el|mi|remedios|medicin\w+|comida|arriendo|renta)"
    r"|no\s+(?:remedio|aluguel|mercado)|em\s+(?:remedio|ordem)|va|esta|ta|errado|o\s+que|que\s+"
    r"(?!debo|devo)|is|else|that|was|es|e\s+(?:mentira|golpe)"
    r"|subio|aumentou|costs|went|ano|ser|negocio|joia|sobre|paga|pagad[oa]|pago|quitado|resolvido"
    r"|certo|certinho|direitinho|listo|arreglado|correcto|muy|muito)\b"
)
_PAY_BEFORE = re.compile(
    rf"\b(?:{PAY_WORDS[3:-1]}|doy|dou|give|resolv(?:er|o)|termin\w+|cubr\w+|ponerme|cover"
    rf"|take\s+care\s+of|zerar|matar?|mato)"
    r"(?:lo|la|lhe)?(?:\s+(?:te|les?|se|lo|la|os|me|vcs|voces|casi|quase|ya|ja|hoy|hoje|ahora|agora"
    r"|de\s+una|u|you|off|junto|de\s+vez"
    r"|it|this|that|them|esto|eso|isso|la\s+deuda|a\s+divida|logo|mesmo|el\s+saldo"
    r"|o\s+saldo)){0,3}\s+$"
)
# "pay … in full": the clause is enough.
_CLAUSE_ENOUGH = ("in full", "the lot")
_ALONE = re.compile(r"\W*(?:si\W+|sim\W+|yes\W+|ok\W+)?$")


def find_percents(marked: Marked) -> Iterator[Entity]:
    for match in _PERCENT.finditer(marked.marked):
        number = marked.number(match, "figure")
        if number is not None and number.value <= 1_000:
            yield _entity(marked, match, "percent", number.value, "percent")


def find_shares(marked: Marked, clauses: Clauses) -> Iterator[Entity]:
    """Shares of what is to be paid: half, a third, all of it."""
    text = marked.marked
    for match in _HALF.finditer(text):
        if not _NOT_OF_DEBT.search(marked.before(match.start(), 30)):
            yield _share(marked, match, Decimal("0.5"), "fraction.half")
    for rule, value, pattern in _FRACTIONS:
        for match in pattern.finditer(text):
            part = match.groupdict().get("part")
            if part and marked.folded[match.start("part") : match.end("part")] != "third":
                continue
            if not _is_number_of(marked, match, rule):
                continue
            yield _share(marked, match, value, rule)
    for match in _ALL.finditer(text):
        if _is_all(marked, clauses, match):
            yield _share(marked, match, Decimal(1), "fraction.all")


def _is_number_of(marked: Marked, match: re.Match[str], rule: str) -> bool:
    """ "two thirds" is two, "three quarters" three."""
    wanted = {"fraction.two_thirds": 2, "fraction.three_quarters": 3}.get(rule)
    number = marked.numbers.get(match.start())
    return wanted is None or (number is not None and number.value == wanted)


def _is_all(marked: Marked, clauses: Clauses, match: re.Match[str]) -> bool:
    word = " ".join(match["word"].split())
    after = marked.after(match.end(), 30)
    if word in ("todo", "tudo", "everything") and _NOT_ALL.match(after):
        return False
    if _PAY_BEFORE.search(marked.before(match.start(), 48)):
        return True
    if word in _CLAUSE_ENOUGH or word.startswith("the "):
        return clauses.pays(match.start())
    alone = match.start() <= 8 and not re.search(r"\w", after)
    return alone and bool(_ALONE.match(marked.marked[: match.start()]))


def _share(marked: Marked, match: re.Match[str], value: Decimal, rule: str) -> Entity:
    entity = _entity(marked, match, "relative_amount", value, rule)
    return entity.model_copy(update={"of": "debt", "confidence": 0.9})


def _entity(marked: Marked, match: re.Match[str], kind: str, value: Decimal, rule: str) -> Entity:
    return Entity.model_validate(
        {
            "type": kind,
            "value": value,
            "start": match.start(),
            "end": match.end(),
            "text": marked.original[match.start() : match.end()],
            "rule": rule,
        }
    )
