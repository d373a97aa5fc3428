"""All values of a message at once, without overlaps: the grammar behind every command's slots."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from acuerdo.assistant.nlu.amounts import find_amounts, find_numbers
from acuerdo.assistant.nlu.contract import Entity, EntityType, QuestionKind
from acuerdo.assistant.nlu.dates import find_dates
from acuerdo.assistant.nlu.numbers import WORDS, parse_count, parse_words

_SMALL_COUNT = rf"(?:\d{{1,3}}|{WORDS})"
_PARTS = (
    r"(?:cuotas?|cuotitas?|pagos|mensualidades|plazos|parcelas?|parcelinhas|prestacoes|vezes"
    r"|instal?ments?|payments|parts|partes|abonos|vez)"
)
_NOT_A_PLAN = (
    r"(?!\s+(?:atrasad|vencid|pendient|em\s+atraso|em\s+aberto|overdue|que\s+debo|late|behind))"
)
_DOCUMENT_WORDS = (
    r"(?:cedula|cc|c\.c\.|documento|doc|dni|nie|nif|rut|rfc|curp|cpf|rg|passport|pasaporte|id"
    r"|identidad|identidade|identification|ultimos\s+\w+(?:\s+(?:digitos|numeros))?"
    r"|last\s+\w+(?:\s+digits)?)"
)

# The earlier type wins where two of the same length overlap.
_RANK: tuple[EntityType, ...] = (
    "document",
    "percent",
    "installments",
    "date",
    "amount",
    "frequency",
    "ordinal",
    "relative_amount",
    "number",
)


@dataclass(frozen=True, slots=True)
class _Fixed:
    rule: str
    type: EntityType
    pattern: re.Pattern[str]
    value: Decimal | int | str
    of: str | None = None


_FIXED: tuple[_Fixed, ...] = (
    _Fixed(
        "fraction.half",
        "relative_amount",
        re.compile(r"\b(?:la\s+mitad|mitad|a?\s?metade|half)\b(?!\s+an?\b)"),
        Decimal("0.5"),
        "debt",
    ),
    _Fixed(
        "fraction.third",
        "relative_amount",
        re.compile(r"\b(?:la\s+tercera\s+parte|um\s+terco|(?:a|one)\s+third)\b"),
        Decimal(1) / Decimal(3),
        "debt",
    ),
    _Fixed(
        "fraction.all",
        "relative_amount",
        re.compile(
            r"\b(?:(?:paga\w*|pay|quit\w+|liquid\w+|cancel\w+|abon\w+)\s+(?:la\s+deuda\s+)?(?:lo\s+)?"
            r"(?:todo|tudo|(?:it\s+)?all|everything|el\s+total|o\s+total|in\s+full|completo)"
            r"|de\s+una\s+(?:vez|sola)|a\s+vista|de\s+contado|pay\s+(?:it\s+)?in\s+full)\b"
        ),
        Decimal(1),
        "debt",
    ),
    _Fixed(
        "frequency.biweekly",
        "frequency",
        re.compile(
            r"\b(?:cada\s+(?:quincena|15\s+dias|quince\s+dias|dos\s+semanas)|quincenal(?:es)?"
            r"|quinzenal|a\s+cada\s+(?:15|quinze)\s+dias|biweekly|fortnightly"
            r"|every\s+(?:two|2|other)\s+weeks?)\b"
        ),
        "biweekly",
    ),
    _Fixed(
        "frequency.weekly",
        "frequency",
        re.compile(
            r"\b(?:cada\s+semana|por\s+semana|semanal(?:es)?|a\s+la\s+semana|toda\s+semana|weekly"
            r"|(?:every|a|per)\s+week)\b"
        ),
        "weekly",
    ),
    _Fixed(
        "frequency.monthly",
        "frequency",
        re.compile(
            r"\b(?:cada\s+mes|al\s+mes|por\s+mes|mensual(?:es)?|mensal|mensais|todo\s+mes|ao\s+mes"
            r"|monthly|(?:every|a|per)\s+month)\b"
        ),
        "monthly",
    ),
    _Fixed(
        "installments.year",
        "installments",
        re.compile(r"\b(?:a|en|em|over)\s+(?:un\s+|um\s+|one\s+|a\s+)?(?:anito|ano|year)\b"),
        12,
    ),
    _Fixed(
        "installments.half_year",
        "installments",
        re.compile(r"\b(?:a|en|em|over)\s+(?:medio\s+ano|meio\s+ano|half\s+a\s+year)\b"),
        6,
    ),
)

_ORDINALS: dict[str, int] = {
    **dict.fromkeys(("primera", "primero", "primer", "primeira", "primeiro", "first", "1st"), 1),
    **dict.fromkeys(("segunda", "segundo", "second", "2nd", "otra"), 2),
    **dict.fromkeys(("tercera", "tercero", "tercer", "terceira", "terceiro", "third", "3rd"), 3),
    **dict.fromkeys(("cuarta", "cuarto", "quarta", "quarto", "fourth", "4th"), 4),
    **dict.fromkeys(("ultima", "ultimo", "last"), -1),
}
_ORDINAL = "|".join(_ORDINALS)
_CHOICE = re.compile(
    rf"\b(?:(?:la|el|a|o|the)\s+)?(?P<word>{_ORDINAL})(?:\s+(?:opcion|opcao|option|one|alternativa"
    rf"|propuesta|proposta|offer))?\b"
    rf"|\b(?:opcion|opcao|option|numero|number|alternativa)\s+(?:numero\s+)?(?P<count>{_SMALL_COUNT})\b"
    rf"|^\W*(?:la|el|a|o)\s+(?P<bare>[1-9])\W*$"
)

_COUNTED = re.compile(
    rf"(?:\b(?P<other>{_SMALL_COUNT})\s+(?:o|ou|or|y|a|to)\s+)?"
    rf"(?<![\w.,/$-])(?P<count>{_SMALL_COUNT})\s*(?P<unit>{_PARTS})\b{_NOT_A_PLAN}"
)
_TIMES = re.compile(r"(?<![\w.,/$-])(?P<count>\d{1,2})\s?x\b(?!\s*\d)")
_MONTHS_LONG = re.compile(
    rf"\b(?:a|por|en|em|over|for)\s+(?P<count>{_SMALL_COUNT})\s+(?:meses|mesecitos|months|quincenas)\b"
)
_IN_PARTS = re.compile(
    rf"\b(?:en|em|in)\s+(?P<count>\d{{1,2}}|{WORDS})\b"
    r"(?!\s*(?:dias?|days?|semanas?|weeks?|mes|meses|months?|horas?|hours?|minut|efectivo|[.,]\d|mil))"
)
_PERCENT = re.compile(
    r"(?P<figure>\d{1,3}(?:[.,]\d{1,2})?)\s?(?:%|(?:por\s?ciento|por\s?cento|percent)\b)"
)
_PHONE = re.compile(r"\+\d[\d\s()-]{7,18}\d|(?<!\d)\d{3}[\s-]\d{3}[\s-]\d{4}(?!\d)")
_DOCUMENT_NEAR = re.compile(
    rf"\b{_DOCUMENT_WORDS}\b[^\d\n]{{0,24}}?(?P<id>[a-z]?[\d][\d.\s-]{{2,18}}[\dkxa-z]?\b"
    r"|[a-z]{4}\d{6}[a-z0-9]{3,8}\b)"
)
_DOCUMENT_SHAPE = re.compile(
    r"(?<![\w.,-])(?:\d{3}\.\d{3}\.\d{3}-\d{2}|\d{1,2}\.\d{3}\.\d{3}-[\dk]|[xyz]?\d{7,8}-?[a-z]"
    r"|[a-z]{4}\d{6}[a-z0-9]{3,8})\b"
)
_DOCUMENT_ANSWER = re.compile(
    r"(?<![\w$.,])[a-z]{0,4}\d(?:[.\s-]?\d)*-?[a-z0-9]*\b(?!\s*(?:mil|k|x|%)\b|[/%])"
)
_ANY_WORD = "|".join(
    (
        "cero",
        "zero",
        "uno",
        "dos",
        "tres",
        "cuatro",
        "cinco",
        "seis",
        "siete",
        "ocho",
        "nueve",
        "um",
        "dois",
        "quatro",
        "sete",
        "oito",
        "nove",
        "meia",
        "one",
        "two",
        "three",
        "four",
        "five",
        "six",
        "seven",
        "eight",
        "nine",
        "oh",
    )
)
_SPELLED = re.compile(rf"\b(?:{_ANY_WORD})(?:[\s,-]+(?:{_ANY_WORD})){{2,11}}\b")
_SPELLED_ZERO = {"cero": 0, "zero": 0, "oh": 0, "meia": 6}


def extract(
    folded: str,
    original: str,
    *,
    country: str,
    ref_date: date,
    pending: QuestionKind | None,
) -> tuple[Entity, ...]:
    """The entities of a message in reading order, none over another.

    Bare numbers come as `number`: what they mean is decided where the sentence is known.
    """
    found = [
        _entity("number", None, match, original, "phone.ignored")
        for match in _PHONE.finditer(folded)
    ]
    found.extend(_documents(folded, original, pending))
    found.extend(_instalments(folded, original))
    found.extend(_percents(folded, original))
    found.extend(find_dates(folded, original, ref=ref_date, country=country))
    found.extend(find_amounts(folded, original, country))
    for fixed in _FIXED:
        for match in fixed.pattern.finditer(folded):
            entity = _entity(fixed.type, fixed.value, match, original, fixed.rule)
            found.append(entity.model_copy(update={"of": fixed.of}))
    found.extend(_choices(folded, original, pending))
    found.extend(find_numbers(folded, original))
    return _without_overlaps(found)


def _entity(
    kind: EntityType,
    value: Decimal | date | int | str | None,
    match: re.Match[str],
    original: str,
    rule: str,
    alternatives: tuple[int, ...] = (),
) -> Entity:
    return Entity(
        type=kind,
        value=value,
        start=match.start(),
        end=match.end(),
        text=original[match.start() : match.end()],
        rule=rule,
        alternatives=alternatives,
    )


def _instalments(folded: str, original: str) -> Iterator[Entity]:
    for match in _COUNTED.finditer(folded):
        count = parse_count(match["count"])
        if match["unit"] in ("vez",) and count != 1:
            continue
        # "una cuota", "1 pago": one part is an amount in full, not a plan.
        if count is not None and 1 < count <= 360:
            other = parse_count(match["other"]) if match["other"] else None
            yield _entity(
                "installments",
                count,
                match,
                original,
                "installments.counted",
                () if other is None else (other,),
            )
    for pattern, rule in (
        (_TIMES, "installments.times"),
        (_MONTHS_LONG, "installments.months"),
        (_IN_PARTS, "installments.in_parts"),
    ):
        for match in pattern.finditer(folded):
            count = parse_count(match["count"])
            if count is not None and 1 < count <= 120:
                yield _entity("installments", count, match, original, rule)


def _percents(folded: str, original: str) -> Iterator[Entity]:
    for match in _PERCENT.finditer(folded):
        value = Decimal(match["figure"].replace(",", "."))
        yield _entity("percent", value, match, original, "percent")


def _choices(folded: str, original: str, pending: QuestionKind | None) -> Iterator[Entity]:
    for match in _CHOICE.finditer(folded):
        word = match["word"]
        if word:
            # "segunda" is Monday and "last" may be anything: alone they only answer a list.
            named = re.search(
                r"opc|option|one$|alternativa|propuesta|proposta|offer", match.group()
            )
            if not named and pending not in ("offer_choice", "account_choice"):
                continue
            position: int | None = _ORDINALS[word]
        else:
            position = parse_count(match["count"] or match["bare"])
        if position is not None and (position == -1 or 1 <= position <= 9):
            yield _entity("ordinal", position, match, original, "ordinal")


def _documents(folded: str, original: str, pending: QuestionKind | None) -> Iterator[Entity]:
    patterns = [(_DOCUMENT_NEAR, "document.named"), (_DOCUMENT_SHAPE, "document.shape")]
    if pending == "verification":
        patterns.append((_DOCUMENT_ANSWER, "document.answer"))
        for match in _SPELLED.finditer(folded):
            digits = [
                _SPELLED_ZERO.get(word, parse_words(word))
                for word in re.split(r"[\s,-]+", match[0])
            ]
            if all(digit is not None and digit <= 9 for digit in digits):
                value = "".join(str(digit) for digit in digits)
                yield _entity("document", value, match, original, "document.spelled")
    for pattern, rule in patterns:
        group = "id" if "id" in pattern.groupindex else 0
        for match in pattern.finditer(folded):
            value = re.sub(r"[^a-z0-9]", "", match[group]).upper()
            if len(value) >= 4 and any(character.isdigit() for character in value):
                start, end = match.span(group)
                yield Entity(
                    type="document",
                    value=value[:32],
                    start=start,
                    end=end,
                    text=original[start:end],
                    rule=rule,
                )


def _without_overlaps(found: Iterable[Entity]) -> tuple[Entity, ...]:
    """The longest reading of each stretch; of equal ones the type that is more particular."""
    kept: list[Entity] = []
    order = sorted(found, key=lambda e: (-_weight(e), _RANK.index(e.type), e.start))
    for entity in order:
        if all(entity.end <= other.start or entity.start >= other.end for other in kept):
            kept.append(entity)
    return tuple(
        entity for entity in sorted(kept, key=lambda e: e.start) if entity.rule != "phone.ignored"
    )


def _weight(entity: Entity) -> int:
    # A bare "en 3" gives way to whatever says more about the same words.
    if entity.rule in ("installments.in_parts", "number.bare"):
        return entity.length - 6
    return entity.length
