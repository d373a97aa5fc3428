"""What holds for every text: no error, spans that fit, exact values, linear time."""

from __future__ import annotations

import time
from datetime import date
from decimal import Decimal

import pytest
from babel.dates import format_date
from babel.numbers import format_currency
from hypothesis import given, settings
from hypothesis import strategies as st

from acuerdo.assistant.nlu.entities import extract
from acuerdo.assistant.nlu.export import read_text
from acuerdo.assistant.nlu.text import clean, fold, positions

TODAY = date(2026, 11, 23)
LOCALES = [
    ("es_CO", "CO", "COP"),
    ("es_MX", "MX", "MXN"),
    ("es_AR", "AR", "ARS"),
    ("es_CL", "CL", "CLP"),
    ("es_PE", "PE", "PEN"),
    ("es_ES", "ES", "EUR"),
    ("pt_BR", "BR", "BRL"),
    ("en_US", "US", "USD"),
    ("en_GB", "GB", "GBP"),
    ("en_ZA", "ZA", "ZAR"),
]
COUNTRIES = [country for _, country, _ in LOCALES]
# Pieces that the patterns are made of, so that random texts come near to them.
PIECES = (
    "el 5|dia 10|the 16th|viernes|sexta|next friday|mañana|hoje|hace una semana|in two weeks"
    "|quincena|quinto dia útil|cuando me paguen|del 5 al 10|entre el 1 y el 5 de|diciembre"
    "|last month|150|$212|R$ 1.234,56|38 mil|dos palos y medio|ciento veinte|two fifty|e|y|and|de"
    "|x|k|%|por ciento|30%|la mitad|todo|half|un tercio|5x|3 cuotas|a un añito|12 months"
    "|cada quince días|every week|al mes|a las|6|18h|17:30|pm|en media hora|a@b.co|@|300 123 4567"
    "|+57|529.982.247-25|cédula|pago|pagué|no|ya|ahora|now|/|12/5"
    "|05-12-2026|,|.|;|-|(|)|'|#|°|½|\u0301|\u200b|\U0001f4b8|\n|\t| "
).split("|")
texts = st.one_of(
    st.text(max_size=300),
    st.lists(st.sampled_from(PIECES), max_size=40).map(" ".join),
    st.lists(st.sampled_from(PIECES), max_size=40).map("".join),
)


@given(text=texts, country=st.sampled_from([*COUNTRIES, "", "XX"]), ref=st.dates(date(2020, 1, 1)))
@settings(max_examples=300, deadline=None)
def test_any_text_is_read_without_error(text: str, country: str, ref: date) -> None:
    ref = min(ref, date(2100, 1, 1))
    original = clean(text)
    entities = extract(fold(original), original, country=country, ref_date=ref, pending=None)
    end = 0
    for entity in entities:
        assert end <= entity.start < entity.end <= len(original)
        assert entity.text == original[entity.start : entity.end]
        assert 0 < entity.confidence <= 1
        assert entity.rule
        end = entity.end
    for exported in read_text(text, country=country, ref_date=ref):
        assert exported["text"] == text[exported["start"] : exported["end"]]
        assert exported["text"]


@given(text=st.text(max_size=300))
@settings(max_examples=200, deadline=None)
def test_every_character_of_a_cleaned_text_has_its_place(text: str) -> None:
    places = positions(text)
    assert len(places) == len(clean(text))
    last = 0
    for start, end in places:
        assert last <= start < end <= len(text)
        last = start


@given(
    minor=st.integers(1, 999_999_999_99),
    where=st.sampled_from(LOCALES),
    lead=st.sampled_from(["", "pago ", "paguei ", "I can pay ", "son "]),
)
@settings(max_examples=300, deadline=None)
def test_an_amount_as_the_country_writes_it(
    minor: int, where: tuple[str, str, str], lead: str
) -> None:
    locale, country, currency = where
    value = Decimal(minor) / 100
    if currency == "CLP":
        value = Decimal(minor // 100 + 1)
    text = lead + format_currency(value, currency, locale=locale)
    (found,) = read_text(text, country=country, ref_date=TODAY)
    assert found["type"] == "amount", text
    assert Decimal(str(found["value"])) == value, text


@given(
    day=st.dates(date(2026, 1, 1), date(2027, 12, 31)),
    where=st.sampled_from(LOCALES),
    style=st.sampled_from(["short", "medium", "long", "full"]),
)
@settings(max_examples=300, deadline=None)
def test_a_date_as_the_country_writes_it(
    day: date, where: tuple[str, str, str], style: str
) -> None:
    locale, country, _ = where
    text = format_date(day, style, locale=locale)
    found = [
        entity["value"]
        for entity in read_text(text, country=country, ref_date=TODAY)
        if entity["type"] == "date"
    ]
    assert found == [day.isoformat()], text


_UNITS = {
    "es": "uno dos tres cuatro cinco seis siete ocho nueve diez once doce trece catorce quince"
    " dieciséis diecisiete dieciocho diecinueve veinte veintiuno veintidós veintitrés veinticuatro"
    " veinticinco veintiséis veintisiete veintiocho veintinueve",
    "pt": "um dois três quatro cinco seis sete oito nove dez onze doze treze catorze quinze"
    " dezesseis dezessete dezoito dezenove",
    "en": "one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen"
    " sixteen seventeen eighteen nineteen",
}
_TENS = {
    "es": "veinte treinta cuarenta cincuenta sesenta setenta ochenta noventa",
    "pt": "vinte trinta quarenta cinquenta sessenta setenta oitenta noventa",
    "en": "twenty thirty forty fifty sixty seventy eighty ninety",
}
_HUNDREDS = {
    "es": "ciento doscientos trescientos cuatrocientos quinientos seiscientos setecientos"
    " ochocientos novecientos",
    "pt": "cento duzentos trezentos quatrocentos quinhentos seiscentos setecentos oitocentos"
    " novecentos",
}
_AND = {"es": " y ", "pt": " e ", "en": "-"}


def in_words(number: int, language: str) -> str:
    """A number under a million as one says it."""
    if number >= 1000:
        thousands, rest = divmod(number, 1000)
        scale = "thousand" if language == "en" else "mil"
        head = scale if thousands == 1 and language != "en" else in_words(thousands, language)
        head = head if head == scale else f"{head} {scale}"
        joint = " e " if language == "pt" and (rest < 100 or rest % 100 == 0) else " "
        return head + joint + in_words(rest, language) if rest else head
    if number >= 100:
        hundreds, rest = divmod(number, 100)
        if language == "en":
            head, joint = f"{in_words(hundreds, language)} hundred", " and "
        else:
            head, joint = (
                _HUNDREDS[language].split()[hundreds - 1],
                " e " * (language == "pt") or " ",
            )
            if number == 100:
                return {"es": "cien", "pt": "cem"}[language]
        return head + joint + in_words(rest, language) if rest else head
    units = _UNITS[language].split()
    if number <= len(units):
        return units[number - 1]
    tens, rest = divmod(number, 10)
    head = _TENS[language].split()[tens - 2]
    return head + _AND[language] + units[rest - 1] if rest else head


@given(number=st.integers(100, 999_999), language=st.sampled_from(["es", "pt", "en"]))
@settings(max_examples=400, deadline=None)
def test_a_number_in_words(number: int, language: str) -> None:
    unit = {"es": "pesos", "pt": "reais", "en": "dollars"}[language]
    for words in (in_words(number, language), fold(in_words(number, language))):
        text = f"{words} {unit}"
        (found,) = read_text(text, country="CO", ref_date=TODAY)
        assert (found["type"], found["value"], found["text"]) == ("amount", number, text)


HOSTILE = (
    "1|1.|1,|1 |a|a.|-|@|a@|1@|1-|+1|(1)|1/|1/1/|12:|$|$ |mil |dos mil |300 o |5 mil y |vinte e "
    "|two fifty |uno |1 000 |5% |5x |half |el |el 5 |dia |the |5th |next |lunes a |del 5 al "
    "|entre el 5 y |hace un |en 3 |a las |14h |cuando me |pago |pagué |todo |no |que |cédula |id: "
    "|arroba |a punto |http://|www.|\u0301|\U0001f4b8|½|\n| |'|pago unos como solo |un par de "
).split("|")


@pytest.mark.parametrize("piece", HOSTILE)
def test_ten_kilobytes_of_anything_are_read_at_once(piece: str) -> None:
    text = (piece * 10_000)[:10_000]
    for _ in range(3):
        start = time.process_time()
        read_text(text, country="CO", ref_date=TODAY)
        seconds = time.process_time() - start
        if seconds <= 0.1:
            return
    pytest.fail(f"{seconds:.3f} s")


@pytest.mark.parametrize("piece", HOSTILE)
def test_the_grammar_itself_is_linear(piece: str) -> None:
    """The guard reads whole texts: four times the length takes about four times the time."""

    def seconds(length: int) -> float:
        text = (piece * length)[:length]
        folded = fold(text)
        start = time.process_time()
        extract(folded, text, country="CO", ref_date=TODAY, pending="verification")
        return time.process_time() - start

    seconds(500)
    for _ in range(3):
        short, long = seconds(2_500), seconds(10_000)
        if long <= max(0.03, 8 * short):
            return
    pytest.fail(f"{short:.3f} s, {long:.3f} s")
