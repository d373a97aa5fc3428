"""Entities: what is read from labelled texts, and what holds for any text."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import entity_scores
import pytest

from acuerdo.assistant.nlu.contract import DateRange, QuestionKind
from acuerdo.assistant.nlu.entities import extract
from acuerdo.assistant.nlu.export import read_text
from acuerdo.assistant.nlu.text import fold

TODAY = date(2026, 11, 23)  # a Monday
GOLD = Path(__file__).parents[2] / "data" / "nlu"


def read(text: str, country: str = "CO", pending: QuestionKind | None = None) -> list[Any]:
    """(type, value) of each exported entity."""
    found = read_text(text, country=country, ref_date=TODAY, pending=pending)
    return [(entity["type"], entity["value"]) for entity in found]


@pytest.mark.parametrize("language", ["es", "pt", "en"])
def test_labelled_texts(language: str) -> None:
    rows = list(entity_scores.rows_of([GOLD / f"entities_{language}.jsonl"]))
    assert len(rows) >= 120
    scores = entity_scores.score(rows)
    assert scores.recall() >= 0.97
    assert scores.precision() >= 0.97
    for group in scores.gold:
        if scores.gold[group] >= 10:
            assert scores.recall(group) >= 0.9, group
            assert scores.precision(group) >= 0.9, group


def test_the_labels_are_where_they_say() -> None:
    for row in entity_scores.rows_of(sorted(GOLD.glob("entities_*.jsonl"))):
        for entity in row["entities"]:
            assert row["text"][entity["start"] : entity["end"]] == entity["text"], row["id"]


@pytest.mark.parametrize(
    ("text", "country", "value", "currency"),
    [
        ("le doy 2 mil quinientos", "MX", 2500, None),
        ("1 millon 300 mil", "CO", 1_300_000, None),
        ("cinco millones doscientos", "CO", 5_200_000, None),
        ("medio palo", "AR", 500_000, None),
        ("dos palos y medio", "AR", 2_500_000, None),
        ("1'200.000", "CO", 1_200_000, None),
        ("100 lucas", "PE", 100, None),
        ("100 lucas", "CL", 100_000, None),
        ("30 barras", "CO", 30_000, None),
        ("ciento veinte euros con cincuenta", "ES", 120.5, "EUR"),
        ("setenta reais e cinquenta centavos", "BR", 70.5, "BRL"),
        ("5 mil e quinhentos", "BR", 5500, None),
        ("R$ 1 mil", "BR", 1000, "BRL"),
        ("120 conto", "BR", 120, "BRL"),
        ("$212", "US", 212, "USD"),
        ("$184.300", "CO", 184_300, None),
        ("R500", "ZA", 500, "ZAR"),
        ("R1 200", "ZA", 1200, "ZAR"),
        ("a tenner", "GB", 10, "GBP"),
        ("fifty quid", "GB", 50, "GBP"),
        ("100 bucks", "US", 100, "USD"),
        ("i can pay two fifty", "US", 250, None),
        ("one seventy five is all i can pay", "US", 175, None),
        ("a hundred and fifty", "US", 150, None),
        ("twelve hundred dollars", "US", 1200, "USD"),
        ("3 hundo", "US", 300, None),
        ("COP123.45", "CO", 123.45, "COP"),
        ("S/.250", "PE", 250, "PEN"),
    ],
)
def test_amounts_by_country(text: str, country: str, value: float, currency: str | None) -> None:
    found = read_text(text, country=country, ref_date=TODAY)
    assert [(entity["type"], entity["value"]) for entity in found] == [("amount", value)]
    assert found[0]["currency"] == currency


@pytest.mark.parametrize(
    ("text", "country", "values"),
    [
        ("combinei 150 com o outro atendente", "BR", [150]),
        ("pode ser 120 dia 10?", "BR", [120]),
        ("is 25 every two weeks ok", "US", [25]),
        ("no, 300 no llego, puedo 180 el sábado", "PE", [300, 180]),
        ("not 300 its 250", "US", [300, 250]),
        ("entre 100 y 150 mil", "CO", [100_000, 150_000]),
        ("50 o 60 lucas", "AR", [50_000, 60_000]),
        ("50 today and 50 friday", "US", [50, 50]),
        ("640 for what??", "US", [640]),
        ("faz 10 de 45?", "BR", [45]),
        ("why did it jump from $212 to $380?", "US", [212, 380]),
    ],
)
def test_a_bare_number_is_money_by_its_context(text: str, country: str, values: list[int]) -> None:
    assert [value for kind, value in read(text, country) if kind == "amount"] == values


@pytest.mark.parametrize(
    ("text", "country"),
    [
        ("tengo 3 hijos y gano el mínimo", "CO"),
        ("vivo en la calle 45 # 12-30 apto 302", "CO"),
        ("me llaman 20 veces al día", "MX"),
        ("compré un iphone 11 y un galaxy s21", "MX"),
        ("i'm 72 years old", "US"),
        ("i paid that in 2021", "US"),
        ("case 22-cv-1043", "US"),
        ("account number 554433221", "US"),
        ("la factura 889231 no es mía", "CO"),
        ("mil gracias", "ES"),
        ("no tengo un mango", "AR"),
        ("no tengo ni una luca", "CL"),
        ("to com covid 19", "BR"),
        ("o CEP agora é 69900-000", "BR"),
        ("seu codigo de verificacao e 448120", "BR"),
        ("mi bebé tiene 39 de fiebre", "MX"),
        ("pagué en el 7 eleven", "MX"),
        ("resolve: x² - 5x + 6 = 0", "BR"),
        ("https://example.com/?amount=500&day=5", "US"),
    ],
)
def test_what_is_no_amount(text: str, country: str) -> None:
    assert [kind for kind, _ in read(text, country)] == []


@pytest.mark.parametrize(
    ("text", "country", "wanted"),
    [
        ("ya pagué el 15", "CO", "2026-11-15"),
        ("pago el 15", "CO", "2026-12-15"),
        ("já foi pago dia 16", "BR", "2026-11-16"),
        ("i paid on the 16th", "US", "2026-11-16"),
        ("i get paid on the 16th", "US", "2026-12-16"),
        ("el pago se realizó el viernes", "ES", "2026-11-20"),
        ("me pagan el viernes", "MX", "2026-11-27"),
        ("no he pagado porque me pagan el viernes", "CO", "2026-11-27"),
        ("tienen plazo hasta el viernes? ya pagué una", "CO", "2026-11-27"),
        ("12/5", "US", "2026-12-05"),
        ("12/5", "GB", "2027-05-12"),
        ("5/12", "CO", "2026-12-05"),
        ("nací el 12 de marzo del 85", "MX", "1985-03-12"),
        ("sexta que vem", "BR", "2026-11-27"),
        ("segunda eu pago", "BR", "2026-11-30"),
        ("week on friday", "GB", "2026-12-04"),
        ("two weeks from today", "US", "2026-12-07"),
        ("hace como una semana lo pagué", "CO", "2026-11-16"),
        ("dia 5 do mês que vem", "BR", "2026-12-05"),
        ("fim do mês que vem", "BR", "2026-12-31"),
        ("quinto dia útil", "BR", "2026-12-07"),
        ("pago metade agora", "BR", "2026-11-23"),
        ("thanksgiving", "US", "2026-11-26"),
        ("depois do carnaval eu pago", "BR", "2027-02-09"),
    ],
)
def test_days(text: str, country: str, wanted: str) -> None:
    assert ("date", wanted) in read(text, country)


@pytest.mark.parametrize(
    ("text", "country", "alternatives"),
    [
        ("next friday", "US", ["2026-12-04"]),
        ("el próximo lunes", "CL", ["2026-12-07"]),
        ("la quincena", "MX", ["2026-12-15"]),
        ("quinto dia útil", "BR", ["2026-12-05"]),
        ("en quince días", "AR", ["2026-12-07"]),
    ],
)
def test_the_other_reading_is_kept(text: str, country: str, alternatives: list[str]) -> None:
    (found,) = read_text(text, country=country, ref_date=TODAY)
    assert found["alternatives"] == alternatives


@pytest.mark.parametrize(
    ("text", "country"),
    [
        ("pago cuando me paguen", "CO"),
        ("quando cair o salário eu pago", "BR"),
        ("i'll pay when i get paid", "US"),
        ("apenas me llegue el sueldo te pago", "AR"),
    ],
)
def test_a_pay_day_is_meant_but_not_said(text: str, country: str) -> None:
    found = read_text(text, country=country, ref_date=TODAY)
    assert [(entity["value"], entity["unresolved"]) for entity in found] == [(None, "payday")]


@pytest.mark.parametrize(
    "text",
    [
        "ahora no puedo hablar",
        "ahorita no puedo pagar nada",
        "eu mudei de endereço agora eu tô morando em Contagem",
        "not now",
        "hoy en día hay mucha estafa",
        "hj em dia tem mt golpe",
        "i live at 1420 oak street apt 5 now",
        "tem três meses que não recebo",
        "minha mãe faleceu em setembro",
        "i lost my job in october",
        "quero a segunda via",
        "la segunda opción",
        "no llego a fin de mes",
        "feliz navidad",
        "buen finde",
        "¿cuándo pagan el bono?",
        "a payday loan",
        "the second offer",
    ],
)
def test_what_is_no_day(text: str) -> None:
    assert [kind for kind, _ in read(text, "BR" if "ê" in text else "MX")] == []


@pytest.mark.parametrize(
    ("text", "country", "span"),
    [
        ("paid this last month", "US", ("2026-10-01", "2026-10-31")),
        ("la próxima semana", "CO", ("2026-11-30", "2026-12-06")),
        ("la semana que viene", "AR", ("2026-11-30", "2026-12-06")),
        ("essa semana", "BR", ("2026-11-23", "2026-11-29")),
        ("this weekend", "US", ("2026-11-28", "2026-11-29")),
        ("del 5 al 10", "CO", ("2026-12-05", "2026-12-10")),
        ("entre el 1 y el 5 de diciembre", "ES", ("2026-12-01", "2026-12-05")),
        ("between the 5th and the 10th", "US", ("2026-12-05", "2026-12-10")),
        ("lo pagué en octubre", "ES", ("2026-10-01", "2026-10-31")),
        ("te pago en enero", "MX", ("2027-01-01", "2027-01-31")),
        ("la primera semana de diciembre", "CL", ("2026-12-01", "2026-12-07")),
    ],
)
def test_stretches_of_days(text: str, country: str, span: tuple[str, str]) -> None:
    assert read(text, country) == [("date_range", {"from": span[0], "to": span[1]})]


@pytest.mark.parametrize(
    ("text", "country", "value"),
    [
        ("llámeme después de las 6", "CO", "18:00"),
        ("me chama depois das 18h", "BR", "18:00"),
        ("me liga às 14h", "BR", "14:00"),
        ("me liga às 9h30", "BR", "09:30"),
        ("call me at 5 pm", "US", "17:00"),
        ("ring me 2:30pm", "GB", "14:30"),
        ("ring me at half past four", "GB", "16:30"),
        ("half six", "GB", "18:30"),
        ("can you call me at eight thirty in the morning", "US", "08:30"),
        ("pasame a las diez y media", "AR", "10:30"),
        ("al mediodía", "CO", "12:00"),
        ("call me back in like twenty minutes", "US", "+PT20M"),
        ("en media hora", "CO", "+PT30M"),
        ("daqui 2 horas", "BR", "+PT2H"),
        ("in an hour", "US", "+PT1H"),
    ],
)
def test_times(text: str, country: str, value: str) -> None:
    assert read(text, country) == [("time", value)]


@pytest.mark.parametrize("text", ["más tardecito", "2 horas tarde", "24 horas", "[audio 0:03]"])
def test_what_is_no_time(text: str) -> None:
    assert read(text) == []


@pytest.mark.parametrize(
    ("text", "country", "wanted"),
    [
        ("entrada de 100 e o resto em 5x", "BR", 5),
        ("un acuerdo de pago ahí a un añito", "CO", 12),
        ("over a year and a half, could i?", "US", 18),
        ("se puede a 6 meses?", "CO", 6),
        ("can i pay over 18 months", "US", 18),
        ("12 vezes sem entrada", "BR", 12),
        ("en tres veces lo pago", "ES", 3),
        ("4 de 60 pode ser?", "BR", 4),
        ("se for quatro vezes eu topo", "BR", 4),
    ],
)
def test_instalments(text: str, country: str, wanted: int) -> None:
    assert ("installments", wanted) in read(text, country)


@pytest.mark.parametrize(
    "text",
    [
        "debo 3 cuotas",
        "tengo 2 cuotas atrasadas",
        "ligam 5x por dia",
        "já falei 3x",
        "paguei 2 parcelas",
        "cobraron dos veces",
        "been out of work for 6 months",
        "faz 2 meses que não recebo",
        "el 5 pago todo",
    ],
)
def test_what_is_no_plan(text: str) -> None:
    assert "installments" not in [kind for kind, _ in read(text, "BR" if "ã" in text else "CO")]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("cada quince días", "biweekly"),
        ("de 15 em 15 dias", "biweekly"),
        ("every other friday", "biweekly"),
        ("por semana", "weekly"),
        ("25 a week", "weekly"),
        ("todo mês", "monthly"),
        ("mensuales", "monthly"),
        ("twice a month", "semimonthly"),
        ("dos veces al mes", "semimonthly"),
        ("cada quincena", "biweekly"),
    ],
)
def test_how_often(text: str, value: str) -> None:
    assert ("frequency", value) in read(text)


@pytest.mark.parametrize("text", ["cada 3 dias", "give me a week", "9 texts in a week"])
def test_what_is_no_frequency(text: str) -> None:
    assert "frequency" not in [kind for kind, _ in read(text, "US")]


@pytest.mark.parametrize(
    ("text", "share"),
    [
        ("pago la mitad", 0.5),
        ("metade dia 5", 0.5),
        ("pay half now", 0.5),
        ("pago un tercio", 1 / 3),
        ("two thirds today", 2 / 3),
        ("si pago todo hoy", 1.0),
        ("quero quitar tudo", 1.0),
        ("i'll pay it all", 1.0),
        ("paid in full", 1.0),
    ],
)
def test_shares(text: str, share: float) -> None:
    found = read_text(text, country="CO", ref_date=TODAY)
    (value,) = [e["value"] for e in found if e["type"] == "relative_amount" and e["of"] == "debt"]
    assert value == pytest.approx(share)


@pytest.mark.parametrize(
    "text",
    [
        "se me va todo en remedios",
        "todo bien",
        "my hours were cut in half",
        "tô ganhando metade do que eu ganhava",
        "half an hour late",
        "me llaman todo el día",
    ],
)
def test_what_is_no_share(text: str) -> None:
    assert read(text) == []


@pytest.mark.parametrize(
    ("text", "country", "value"),
    [
        ("anote el nuevo 300 123 4567", "CO", "+573001234567"),
        ("mi cel nuevo 55 1234 5678", "MX", "+525512345678"),
        ("agora é (11) 98765-4321", "BR", "+5511987654321"),
        ("new number (415) 555-2671", "US", "+14155552671"),
        ("07911 123456", "GB", "+447911123456"),
        ("call 082 123 4567", "ZA", "+27821234567"),
        (
            "mi nuevo número es tres diez cinco cinco cinco siete siete ocho ocho",
            "CO",
            "+573105557788",
        ),
        ("contrato 3104455667", "CO", None),
        ("my phone is four one five five five five two six seven one", "US", "+14155552671"),
    ],
)
def test_phones(text: str, country: str, value: str | None) -> None:
    found = [found for kind, found in read(text, country) if kind == "phone"]
    assert found == ([value] if value else [])


@pytest.mark.parametrize(
    ("text", "country", "value", "sure"),
    [
        ("cpf 529.982.247-25", "BR", "52998224725", True),
        ("cpf 529.982.247-26", "BR", "52998224726", False),
        ("mi DNI es 12345678Z", "ES", "12345678Z", True),
        ("NIE X1234567L", "ES", "X1234567L", True),
        ("RUT 12.345.678-5", "CL", "123456785", True),
        ("mi RFC es GODE561231GR8", "MX", "GODE561231GR8", True),
        ("cédula 1.020.345.678", "CO", "1020345678", False),
        ("last four of my social are 4821", "US", "4821", False),
        ("mi cédula es diecinueve millones doscientos cuarenta mil seis", "CO", "19240006", False),
    ],
)
def test_documents(text: str, country: str, value: str, sure: bool) -> None:
    entities = extract(fold(text), text, country=country, ref_date=TODAY, pending=None)
    (found,) = [entity for entity in entities if entity.type == "document"]
    assert found.value == value
    assert (found.confidence == 1.0) is sure


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("al correo marce.rojas@ejemplo.cl.", "marce.rojas@ejemplo.cl"),
        ("J.Doe+bills@mail.co.uk", "J.Doe+bills@mail.co.uk"),
        ("es ana arroba gmail punto com", "ana@gmail.com"),
        ("ana@@gmail", None),
        ("@juan", None),
    ],
)
def test_emails(text: str, value: str | None) -> None:
    assert read(text) == ([("email", value)] if value else [])


def test_what_was_asked_decides() -> None:
    assert read("5678", pending="verification") == [("document", "5678")]
    assert read("500", pending="payment_amount") == [("amount", 500)]
    assert read("12", pending="proposal") == [("installments", 12)]
    assert read("el 15", pending="payment_date") == [("date", "2026-12-15")]
    assert read("no, 15", pending="payment_date") == [("date", "2026-12-15")]
    assert read("2", pending="offer_choice") == []
    (choice,) = extract("2", "2", country="CO", ref_date=TODAY, pending="offer_choice")
    assert (choice.type, choice.value) == ("ordinal", 2)
    assert read("12") == []


def test_the_exported_form() -> None:
    found = read_text(
        "Pago la mitad, $212, el próximo viernes o la otra semana, cuando me paguen",
        country="CO",
        ref_date=TODAY,
    )
    half, amount, friday, week = found[:4]
    assert half == {
        "type": "relative_amount",
        "text": "la mitad",
        "start": 5,
        "end": 13,
        "value": 0.5,
        "of": "debt",
    }
    assert set(amount) == {"type", "text", "start", "end", "value", "currency"}
    assert amount["currency"] is None
    assert isinstance(amount["value"], float)
    assert friday["alternatives"] == ["2026-12-04"]
    assert week["value"] == {"from": "2026-11-30", "to": "2026-12-06"}


def test_offsets_count_in_the_text_as_given() -> None:
    # A decomposed accent, a zero-width space and an emoji of two code points come before.
    given = "Si\u0301,\u200b \U0001f44d\U0001f3fd pago man\u0303ana 50 mil"
    found = read_text(given, country="CO", ref_date=TODAY)
    assert [given[entity["start"] : entity["end"]] for entity in found] == [
        "man\u0303ana",
        "50 mil",
    ]
    assert [entity["value"] for entity in found] == ["2026-11-24", 50_000.0]


def test_ranges_are_typed() -> None:
    text = "la próxima semana"
    (found,) = extract(fold(text), text, country="CO", ref_date=TODAY, pending=None)
    assert found.value == DateRange(first=date(2026, 11, 30), last=date(2026, 12, 6))
    assert found.rule == "range.next_week"
    assert 0 < found.confidence <= 1
