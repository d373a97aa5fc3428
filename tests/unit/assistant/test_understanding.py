"""The rules-only understanding: intents and values in three languages."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from acuerdo.assistant.commands import COMMAND
from acuerdo.assistant.nlu.contract import DateRange, QuestionKind, Understanding
from acuerdo.assistant.nlu.rules import RulesUnderstander

TODAY = date(2026, 11, 23)  # a Monday


def read(
    text: str, country: str = "CO", hint: str = "", pending: QuestionKind | None = None
) -> Understanding:
    return RulesUnderstander().understand(
        text, lang_hint=hint, country=country, pending_question=pending, ref_date=TODAY
    )


def values(understanding: Understanding, kind: str) -> list[Any]:
    return [entity.value for entity in understanding.entities if entity.type == kind]


@pytest.mark.parametrize(
    ("text", "country", "wanted"),
    [
        ("pago 38 mil", "CO", "38000"),
        ("pago 38k", "CO", "38000"),
        ("le doy 120 lucas", "CO", "120000"),
        ("le doy 120 lucas", "PE", "120"),
        ("dos palos y medio", "AR", "2500000"),
        ("medio palo", "AR", "500000"),
        ("$184.300", "CO", "184300"),
        ("$184,300.50", "MX", "184300.50"),
        ("R$ 1.234,56", "BR", "1234.56"),
        ("1.234,56 €", "ES", "1234.56"),
        ("S/ 250.50", "PE", "250.50"),
        ("1 millón 200 mil", "CO", "1200000"),
        ("ciento veinte mil pesos", "CO", "120000"),
        ("duzentos e cinquenta reais", "BR", "250"),
        ("two hundred dollars", "CO", "200"),
        ("consigo dar 300 conto", "BR", "300"),
        ("puedo pagar 1.000.000", "CO", "1000000"),
        ("i got 3 hundo for u", "ES", "300"),
    ],
)
def test_amounts(text: str, country: str, wanted: str) -> None:
    found = values(read(text, country), "amount")
    assert found
    assert found[0] == Decimal(wanted)
    assert isinstance(found[0], Decimal)


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("hoy", date(2026, 11, 23)),
        ("pago mañana", date(2026, 11, 24)),
        ("pasado mañana", date(2026, 11, 25)),
        ("el viernes", date(2026, 11, 27)),
        ("el lunes", date(2026, 11, 30)),
        ("el 15", date(2026, 12, 15)),
        ("el 30", date(2026, 11, 30)),
        ("el dia 5", date(2026, 12, 5)),
        ("15 de diciembre", date(2026, 12, 15)),
        ("el viernes 27 de noviembre de 2026", date(2026, 11, 27)),
        ("5/12", date(2026, 12, 5)),
        ("05/12/2026", date(2026, 12, 5)),
        ("2026-12-05", date(2026, 12, 5)),
        ("en 5 días", date(2026, 11, 28)),
        ("en dos semanas", date(2026, 12, 7)),
        ("la quincena", date(2026, 11, 30)),
        ("a fin de mes", date(2026, 11, 30)),
        ("en navidad", date(2026, 12, 25)),
        ("amanhã", date(2026, 11, 24)),
        ("depois de amanhã", date(2026, 11, 25)),
        ("na sexta", date(2026, 11, 27)),
        ("sexta-feira", date(2026, 11, 27)),
        ("dia 10", date(2026, 12, 10)),
        ("quinto dia útil", date(2026, 12, 7)),
        ("no fim do mês", date(2026, 11, 30)),
        ("tomorrow", date(2026, 11, 24)),
        ("next friday", date(2026, 11, 27)),
        ("on the 4th", date(2026, 12, 4)),
        ("December 15", date(2026, 12, 15)),
        ("the 15th of December", date(2026, 12, 15)),
        ("ya pagué el 15", date(2026, 11, 15)),
        ("paguei na sexta", date(2026, 11, 20)),
        ("i paid on the 16th", date(2026, 11, 16)),
        ("yo pagué hace una semana", date(2026, 11, 16)),
    ],
)
def test_dates(text: str, wanted: date) -> None:
    assert wanted in values(read(text), "date")


def test_a_week_is_not_a_day() -> None:
    understanding = read("pago la próxima semana")
    assert values(understanding, "date") == []
    assert values(understanding, "date_range") == [
        DateRange(first=date(2026, 11, 30), last=date(2026, 12, 6))
    ]
    command = understanding.commands[0]
    assert command.kind == "propose_payment"
    assert command.vague


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("quiero pagar en 3 cuotas", 3),
        ("en tres pagos", 3),
        ("3x", 3),
        ("em 3 parcelas", 3),
        ("em duas vezes", 2),
        ("in 4 instalments", 4),
        ("a 12 meses", 12),
        ("acuerdo de pago a un añito", 12),
        ("dividirlo en seis partes", 6),
        ("6 monthly payments", 6),
    ],
)
def test_instalments(text: str, count: int | None) -> None:
    command = read(text).commands[0]
    assert command.kind in ("ask_plan", "unknown")
    assert getattr(command, "count", None) == count


@pytest.mark.parametrize(
    "text",
    ["tengo 3 cuotas atrasadas", "debo dos cuotas vencidas", "3 parcelas em atraso"],
)
def test_what_is_behind_is_no_wish_for_a_plan(text: str) -> None:
    assert values(read(text), "installments") == []


def test_first_and_each() -> None:
    command = read("doy 100 mil de entrada y el resto en 5 cuotas").commands[0]
    assert command.kind == "ask_plan"
    assert (command.count, command.first) == (5, Decimal(100_000))
    command = read("puedo pagar 50 mil cada quincena").commands[0]
    assert command.kind == "ask_plan"
    assert (command.each, command.frequency) == (Decimal(50_000), "biweekly")


@pytest.mark.parametrize(
    ("text", "characters"),
    [
        ("5678", "5678"),
        ("son 5678", "5678"),
        ("1.020.345.678", "1020345678"),
        ("cinco seis siete ocho", "5678"),
        ("12345678-Z", "12345678Z"),
        ("123.456.789-09", "12345678909"),
        ("678z", "678Z"),
    ],
)
def test_documents_as_answers(text: str, characters: str) -> None:
    command = next(
        command
        for command in read(text, pending="verification").commands
        if command.kind == "give_document"
    )
    assert command.characters == characters


@pytest.mark.parametrize("text", ["quiero pagar en 3 cuotas", "pago 200000 el viernes", "hola"])
def test_what_is_no_document(text: str) -> None:
    commands = read(text, pending="verification").commands
    assert all(command.kind != "give_document" for command in commands)


@pytest.mark.parametrize(
    ("text", "pending", "kind"),
    [
        ("3", "offer_choice", "choose"),
        ("la segunda", "offer_choice", "choose"),
        ("opção 2", "offer_choice", "choose"),
        ("15", "payment_date", "correct_slot"),
        ("500", "payment_amount", "correct_slot"),
        ("no, el 15", "offer_confirm", "correct_slot"),
        ("3", "proposal", "ask_plan"),
    ],
)
def test_the_question_decides_what_a_short_answer_means(
    text: str, pending: QuestionKind, kind: str
) -> None:
    assert kind in [command.kind for command in read(text, pending=pending).commands]


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("no es que no quiera pagar", "unknown"),
        ("no puedo pagar", "cannot_pay"),
        ("no puedo pagar, perdí mi trabajo", "hardship"),
        ("no puedo hablar ahora, estoy manejando", "callback"),
        ("no reconozco esa deuda", "dispute"),
        ("todavía no he pagado", "unknown"),
        ("si pago todo hoy me hacen descuento?", "ask_discount"),
        ("SAIR", "opt_out"),
        ("baja", "opt_out"),
        ("I am not the person you are looking for", "deny_identity"),
        ("vou chamar o procon", "complaint"),
        ("do you speak english?", "switch_language"),
        ("marca mi deuda como pagada", "unknown"),
    ],
)
def test_near_misses(text: str, kind: str) -> None:
    assert read(text).commands[0].kind == kind


@pytest.mark.parametrize(
    ("text", "hint", "language"),
    [
        ("quiero pagar en cuotas", "", "es"),
        ("quero pagar em parcelas", "", "pt"),
        ("I want to pay", "", "en"),
        ("ok", "pt", "pt"),
        ("5678", "en", "en"),
        ("não entendi", "es", "pt"),
    ],
)
def test_language(text: str, hint: str, language: str) -> None:
    assert read(text, hint=hint).language == language


def test_spans_are_of_the_text_as_written() -> None:
    text = "¡Sí! Pagaré $ 200.000 mañana"
    for entity in read(text).entities:
        assert text[entity.start : entity.end] == entity.text


@given(st.text(max_size=300))
def test_any_text_gives_commands_of_the_closed_list(text: str) -> None:
    understanding = read(text)
    assert understanding.commands
    for command in understanding.commands:
        assert COMMAND.validate_python(command.model_dump()) == command
    again = Understanding.model_validate_json(understanding.model_dump_json())
    assert again.commands == understanding.commands


def test_ten_kilobytes_are_read_from_the_beginning() -> None:
    understanding = read("quiero pagar en 3 cuotas " + "x1 $9 " * 3_000)
    assert understanding.commands[0].kind in ("ask_plan", "propose_payment")
