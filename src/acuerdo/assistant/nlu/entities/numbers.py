"""Numbers as people write and say them: 1.234,56 · 2 mil quinientos · cento e vinte · two fifty.

Works on folded text in one pass. The words are valued by `text2num`; spelling, the idioms of
money ("two fifty", "1 millon 300 mil", "2 palos y medio") and the mix with figures are ours.
Exact: every value is a Decimal.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from text_to_num import Token, find_numbers

ONE, HUNDRED = Decimal(1), Decimal(100)
THOUSAND, MILLION = Decimal(1_000), Decimal(1_000_000)
# Nobody owes more figures than this; a longer run of digits is a code.
_MAX_DIGITS = 15
_MAX_WORDS = 40

# Folded (and often misspelt) words → the spelling that `text2num` knows. Articles ("un", "uma",
# "a") are numbers only before a scale.
_SPANISH = """
uno dos tres cuatro cinco seis siete ocho nueve diez once doce trece catorce quince dieciseis
diecisiete dieciocho diecinueve veinte veintiun:veintiún veintiuno veintidos:veintidós
veintitres:veintitrés veinticuatro veinticinco veintiseis:veintiséis veintisiete veintiocho
veintinueve treinta cuarenta cincuenta sesenta setenta ochenta noventa cien ciento doscientos
doscientas trescientos trescientas cuatrocientos cuatrocientas quinientos quinientas seiscientos
seiscientas setecientos setecientas ochocientos ochocientas novecientos novecientas mil
millon:millón millones cero docientos:doscientos trecientos:trescientos kinientos:quinientos
sincuenta:cincuenta sinco:cinco dosientos:doscientos tresientos:trescientos
cuatrosientos:cuatrocientos seisientos:seiscientos ochosientos:ochocientos
"""
_PORTUGUESE = """
dois duas tres:três quatro cinco seis sete oito nove dez onze doze treze quatorze catorze quinze
dezesseis dezasseis dezessete dezoito dezenove vinte trinta quarenta cinquenta
cincoenta:cinquenta sessenta setenta oitenta noventa cem cento duzentos duzentas trezentos
trezentas quatrocentos quatrocentas quinhentos quinhentas seiscentos seiscentas setecentos
setecentas oitocentos oitocentas novecentos novecentas mil milhao:milhão milhoes:milhões zero
duzento:duzentos seissentos:seiscentos quinhento:quinhentos trezento:trezentos
"""
_ENGLISH = """
one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen
seventeen eighteen nineteen twenty thirty forty fourty:forty fifty sixty seventy eighty ninety
hundred thousand million millions:million zero first second third fourth fifth sixth seventh
eighth ninth tenth eleventh twelfth thirteenth fourteenth fifteenth sixteenth seventeenth
eighteenth nineteenth twentieth thirtieth
"""


def _lexicon(words: str) -> dict[str, str]:
    pairs = (word.partition(":") for word in words.split())
    return {folded: spelled or folded for folded, _, spelled in pairs}


_LEXICON: dict[str, dict[str, str]] = {
    "es": {**_lexicon(_SPANISH), "primero": "primero", "un": "un", "una": "una"},
    "pt": {**_lexicon(_PORTUGUESE), "primeiro": "primeiro", "um": "um", "uma": "uma"},
    "en": _lexicon(_ENGLISH),
}
_KNOWN = {word for words in _LEXICON.values() for word in words}
_ARTICLES = {"un", "una", "um", "uma"}
# "1 de dez. de 2026": the month, not ten.
_DAY_BEFORE = re.compile(r"(?<!\d)[0-3]?\d(?:o|\u00ba)?\s(?:de\s)?$")
# Neighbours of the English "once"; elsewhere it is eleven.
_ENGLISH_BEFORE = frozenset(
    "at just for only paid pay called all than did it me you settle".split()
)
_ENGLISH_AFTER = frozenset(
    "i my the off per we you it and more again this that he she they or every for at on".split()
)
_AND = {"y": "es", "e": "pt", "and": "en"}
# What "5" is multiplied by in "5 mil", "5 millones", "3 hundred".
_SCALES: dict[str, Decimal] = {
    "hundred": HUNDRED,
    **dict.fromkeys(("mil", "miles", "thousand", "thousands", "k"), THOUSAND),
    **dict.fromkeys(("millon", "millones", "milhao", "milhoes", "million", "millions"), MILLION),
}
# Letters that may stand right behind a figure. With others ("s21", "2via") it is a code.
_UNIT_SUFFIXES = frozenset(
    """x h hs hr hrs min mins am pm a.m p.m st nd rd th o a er ro ra do da to ta va vo
    k mil m mm usd eur cop mxn clp ars brl pen gbp zar lucas luca palos palo reais real conto contos
    pila pilas pau paus soles sol pesos euros euro pavos quid bucks dollars dolares rand hundo
    grand varos mangos cuotas parcelas vezes meses dias days months pcs p cent""".split()
)
_ORDINAL_SUFFIXES = {"st", "nd", "rd", "th", "o", "ro", "er", "do", "to", "a", "ra", "da", "ta"}

# "R500", "COP123.45": the letters belong to the currency.
_CODES = "|".join(
    rf"(?<=\b{code})" for code in "r rs cop mxn brl eur usd ars clp pen zar gbp".split()
)
_FIGURE = re.compile(
    rf"(?:(?<!\w)|{_CODES})"
    r"(?<!\d[.,'/:])"
    r"(?P<figure>\d++(?:[.,']\d{3}(?!\d))*+(?:[.,]\d++)*+)(?P<suffix>[a-z]{1,8}(?!\w))?"
)
_WORD = re.compile(r"[a-z]++")
_GAP = re.compile(r"[ -]{1,3}")
_HALF_MORE = re.compile(r" {1,2}(?:y medi[oa]|e mei[oa]|and a half)\b")
_HALF_OF = re.compile(r"\b(?:medio|meio|half an?) {1,2}$")
_SEPARATED = re.compile(r"\d{1,3}(?:[.,']\d{3})+")


@dataclass(frozen=True, slots=True)
class Number:
    """A number in the text. `scale` is what its last word multiplies by ("38 mil": 1000)."""

    start: int
    end: int
    value: Decimal
    text: str
    words: bool = False
    ordinal: bool = False
    scale: Decimal = ONE

    @property
    def whole(self) -> int | None:
        """The value as an int, or None where it has decimals."""
        return int(self.value) if self.value == self.value.to_integral_value() else None


def parse_digits(text: str) -> Decimal | None:
    """The value of a written figure, or None where its separators make no sense.

    Where both separators appear the last one is the decimal one. A single separator before
    exactly three digits groups thousands: no currency here has three decimals.
    """
    if text.isdigit():
        return Decimal(text) if len(text) <= _MAX_DIGITS else None
    if "'" in text and _SEPARATED.fullmatch(text):
        return Decimal(re.sub("[.,']", "", text))
    figure = re.sub(r"[\s']", "", text)
    if len(figure) > 2 * _MAX_DIGITS or sum(map(str.isdigit, figure)) > _MAX_DIGITS:
        return None
    dots, commas = figure.count("."), figure.count(",")
    if dots and commas:
        decimal = max(figure.rfind("."), figure.rfind(","))
        whole, part = figure[:decimal], figure[decimal + 1 :]
        grouping = "," if figure[decimal] == "." else "."
        if figure[decimal] in whole or not re.fullmatch(
            rf"\d{{1,3}}(?:{re.escape(grouping)}\d{{3}})+", whole
        ):
            return None
        return Decimal(f"{re.sub('[.,]', '', whole)}.{part}")
    if dots or commas:
        if _SEPARATED.fullmatch(figure) and not figure.startswith("0"):
            return Decimal(re.sub("[.,]", "", figure))
        if dots + commas > 1:
            return None
        return Decimal(figure.replace(",", "."))
    return Decimal(figure)


def read_numbers(folded: str) -> tuple[Number, ...]:
    """All numbers of a folded text in reading order, none over another."""
    found = sorted(
        [*_figures(folded), *_word_numbers(folded)],
        key=lambda number: number.start,
    )
    scaled = list(_joined(folded, found, _scale_figure))
    return tuple(_with_halves(folded, _joined(folded, scaled, _add_rest)))


def _figures(folded: str) -> Iterator[Number]:
    for match in _FIGURE.finditer(folded):
        yield from _figure(folded, match)


def _figure(folded: str, match: re.Match[str]) -> Iterator[Number]:
    text, suffix = match["figure"], match["suffix"] or ""
    start, end = match.span("figure")
    after = folded[end : end + 1]
    if suffix and suffix not in _UNIT_SUFFIXES:
        return
    if not suffix and (after.isalpha() or after == "_"):
        return
    value = parse_digits(text)
    if value is None:
        return
    number = Number(start, end, value, text)
    if suffix in ("k", "mil"):
        yield replace(number, end=match.end(), value=value * THOUSAND, scale=THOUSAND)
    elif suffix in _ORDINAL_SUFFIXES and text.isdigit():
        yield replace(number, end=match.end(), ordinal=True)
    elif after in ("\u00ba", "\u00aa", "\u00b0") and text.isdigit():
        yield replace(number, end=end + 1, ordinal=True)
    else:
        yield number


class _Word:
    """One word for `text2num` (its Token protocol)."""

    __slots__ = ("spelled",)

    def __init__(self, spelled: str) -> None:
        self.spelled = spelled

    def text(self) -> str:
        return self.spelled

    def nt_separated(self, previous: Token) -> bool:
        return False

    def not_a_number_part(self) -> bool:
        return False


def _word_numbers(folded: str) -> Iterator[Number]:
    tokens = [(match[0], match.start(), match.end()) for match in _WORD.finditer(folded)]
    position = 0
    while position < len(tokens):
        word = tokens[position][0]
        if word not in _KNOWN or _is_no_number(folded, tokens, position):
            position += 1
            continue
        stop = position + 1
        limit = min(len(tokens), position + _MAX_WORDS)
        while stop < limit and _adjoins(folded, tokens[stop - 1], tokens[stop]):
            following = tokens[stop][0]
            if following in _KNOWN:
                stop += 1
            elif (
                following in _AND
                and stop + 1 < limit
                and tokens[stop + 1][0] in _KNOWN
                and _adjoins(folded, tokens[stop], tokens[stop + 1])
            ):
                stop += 2
            else:
                break
        yield from _run(folded, tokens, position, stop)
        position = stop


_Tokens = Sequence[tuple[str, int, int]]


def _is_no_number(folded: str, tokens: _Tokens, position: int) -> bool:
    """A part of another word; "por ciento" (a sign, unless more follows); the English "once";
    December's short name."""
    word, start, _ = tokens[position]
    if not _stands_alone(folded, tokens[position]):
        return True
    following = tokens[position + 1] if position + 1 < len(tokens) else None
    if word == "once":
        before = tokens[position - 1][0] if position else ""
        return before in _ENGLISH_BEFORE or bool(following and following[0] in _ENGLISH_AFTER)
    if word == "dez":
        return bool(_DAY_BEFORE.search(folded, max(0, start - 8), start)) and not (
            following and following[0] in ("reais", "real", "conto", "contos", "pila", "mil")
        )
    if word not in ("ciento", "cento") or not folded.startswith("por ", max(0, start - 4)):
        return False
    return following is None or not (
        following[0] in _KNOWN and _adjoins(folded, tokens[position], following)
    )


def _stands_alone(folded: str, token: tuple[str, int, int]) -> bool:
    _, start, end = token
    return not (
        (start and (folded[start - 1].isalnum() or folded[start - 1] in "_@"))
        or (end < len(folded) and (folded[end].isalnum() or folded[end] in "_@"))
    )


def _adjoins(folded: str, first: tuple[str, int, int], second: tuple[str, int, int]) -> bool:
    return bool(_GAP.fullmatch(folded, first[2], second[1])) and _stands_alone(folded, second)


def _run(folded: str, tokens: _Tokens, start: int, stop: int) -> Iterator[Number]:
    """The numbers among neighbouring number words, language by language."""
    while start < stop:
        language = _language(tokens[start:stop])
        words = _LEXICON[language]
        end = start
        while end < stop and (tokens[end][0] in words or _AND.get(tokens[end][0]) == language):
            end += 1
        if end == start:
            start += 1
            continue
        yield from _read_run(folded, tokens[start:end], language)
        start = end


def _language(tokens: _Tokens) -> str:
    """The language that knows the most words from the beginning on (Spanish where all do)."""
    best, length = "es", 0
    for language, words in _LEXICON.items():
        known = 0
        for word, _, _ in tokens:
            if word not in words and _AND.get(word) != language:
                break
            known += 1
        if known > length:
            best, length = language, known
    return best


def _read_run(folded: str, tokens: _Tokens, language: str) -> Iterator[Number]:
    words = _LEXICON[language]
    spelled = [_Word(words.get(word, word)) for word, _, _ in tokens]
    numbers: list[Number] = []
    for found in find_numbers(spelled, language, threshold=0):
        first, last = tokens[found.start], tokens[found.end - 1]
        if found.end - found.start == 1 and first[0] in _ARTICLES:
            continue
        value = _as_said(Decimal(str(found.value)).to_integral_value(), language)
        start = first[1]
        if language == "en" and first[0] in ("hundred", "thousand", "million"):
            start = _with_article(folded, start)
        scale = _SCALES.get(last[0], ONE)
        numbers.append(
            Number(start, last[2], value, found.text, True, bool(found.is_ordinal), scale)
        )
    yield from _idioms(folded, numbers, language)


def _as_said(value: Decimal, language: str) -> Decimal:
    """ "cinco millones doscientos" is 5,200,000: nobody owes two hundred beside millions."""
    rest = value % MILLION
    if language != "en" and value > MILLION and HUNDRED <= rest < THOUSAND:
        return value - rest + rest * THOUSAND
    return value


def _with_article(folded: str, start: int) -> int:
    article = re.search(r"\ba $", folded[max(0, start - 3) : start])
    return start - 2 if article else start


def _idioms(folded: str, numbers: Sequence[Number], language: str) -> Iterator[Number]:
    """ "veinte y cinco" is 25; "two fifty" is 250, as "nineteen ninety" is 1990."""
    position = 0
    while position < len(numbers):
        number = numbers[position]
        following = numbers[position + 1] if position + 1 < len(numbers) else None
        joined = None if following is None else _pair(folded, number, following, language)
        yield joined or number
        position += 2 if joined else 1


def _pair(folded: str, first: Number, second: Number, language: str) -> Number | None:
    between = folded[first.end : second.start].strip(" -")
    if first.ordinal:
        return None
    if second.ordinal:
        return None
    tens = first.value % 10 == 0 and 20 <= first.value < HUNDRED
    if language == "es" and between == "y" and tens and second.value < 10:
        return replace(first, end=second.end, value=first.value + second.value)
    if language == "en" and not between:
        tens = 10 <= second.value < HUNDRED and second.text.isdigit()
        if tens and 0 < first.value <= 20 and first.text.isdigit():
            return replace(
                first,
                end=second.end,
                value=first.value * 100 + second.value,
                text=first.text + second.text,
            )
    return None


_Join = Callable[[Number, Number], Number | None]


def _joined(folded: str, numbers: Sequence[Number], join: _Join) -> Iterator[Number]:
    """Neighbours of which `join` makes one number."""
    pending: Number | None = None
    for number in numbers:
        joined = None
        if pending is not None and not pending.ordinal and not number.ordinal:
            gap = folded[pending.end : number.start]
            if 0 < len(gap) <= 4 and gap.strip(" ") in ("", "y", "e", "and"):
                joined = join(pending, number) if gap.isspace() or join is _add_rest else None
        if pending is not None and joined is None:
            yield pending
        pending = joined or number
    if pending is not None:
        yield pending


def _scale_figure(first: Number, second: Number) -> Number | None:
    return _scaled(first, second) if not first.words and second.words else None


def _add_rest(first: Number, second: Number) -> Number | None:
    """ "2 mil 500", "1 millon 300 mil": the second part fills the places of the first."""
    if first.scale not in (THOUSAND, MILLION) or second.value >= first.scale:
        return None
    fills = second.value >= HUNDRED if first.scale == THOUSAND else second.value >= THOUSAND
    if not fills or first.value % first.scale or second.whole is None:
        return None
    return replace(first, end=second.end, value=first.value + second.value, scale=second.scale)


def _scaled(figure: Number, words: Number) -> Number | None:
    """ "38" + "mil" (1000), "2" + "mil quinientos" (1500), "3" + "hundred" (100)."""
    for scale in (MILLION, THOUSAND, HUNDRED):
        if words.value >= scale and words.text.isdigit():
            rest = words.value - scale
            if rest >= scale or (scale == HUNDRED and (rest or words.scale != HUNDRED)):
                return None
            return replace(
                figure,
                end=words.end,
                value=figure.value * scale + rest,
                words=True,
                scale=words.scale if not rest else ONE,
            )
    return None


def _with_halves(folded: str, numbers: Iterator[Number]) -> Iterator[Number]:
    for number in numbers:
        if number.scale > ONE:
            if more := _HALF_MORE.match(folded, number.end):
                yield replace(number, end=more.end(), value=number.value + number.scale / 2)
                continue
            half = _HALF_OF.search(folded[max(0, number.start - 9) : number.start])
            if half and number.value == number.scale:
                start = number.start - len(half[0])
                yield replace(number, start=start, value=number.value / 2)
                continue
        yield number


def spell_digits(words: Sequence[str]) -> str | None:
    """The digits of number words said one after the other, or None where others are among them.

    "tres diez cinco oh uno" → "310501": how people say phone numbers.
    """
    said = [_SAID.get(word, word) for word in words]
    for language, lexicon in _LEXICON.items():
        if all(word in lexicon or _AND.get(word) == language for word in said):
            tokens = [_Word(lexicon.get(word, word)) for word in said]
            return "".join(found.text for found in find_numbers(tokens, language, threshold=0))
    return None


# Digits that have another word on the phone.
_SAID = {"oh": "zero", "meia": "seis"}
