"""What a turn teaches: facts in what was said, a pay day, another address; what an answer asks."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from acuerdo.assistant.commands import AskPlan, Callback, Hardship, ProposePayment, UpdateContact
from acuerdo.assistant.dialogue.model import Facts, State
from acuerdo.assistant.dialogue.replies import catalogue
from acuerdo.assistant.knowing import next_day_of_month
from acuerdo.assistant.nlu.rules import RulesUnderstander
from acuerdo.assistant.reading import read_turn
from acuerdo.assistant.remembering import QUESTIONS, list_told, read_pay_day
from acuerdo.conversations.knowledge import NEVER_ASKED

TODAY = date(2026, 11, 23)


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("me pagan el 15", 15),
        ("yo cobro los 30 de cada mes", 30),
        ("recebo dia 5", 5),
        ("I get paid on the 1st", 1),
        ("my payday is the 28th", 28),
        ("me pagan 15 mil", None),
        ("me pagan el 45", None),
        ("pago el 15", None),
        ("cobro poco. El 15 pago", None),
        ("", None),
    ],
)
def test_the_day_on_which_somebody_is_paid(text: str, day: int | None) -> None:
    assert read_pay_day(text) == day


def test_facts_in_what_was_said() -> None:
    told = list_told(
        "me pagan el 15",
        [
            ProposePayment(amount=Decimal(200), on=date(2026, 12, 1)),
            AskPlan(count=3, each=Decimal(100)),
            Callback(on=date(2026, 11, 24), at="10:00"),
            Hardship(),
        ],
    )
    assert told == [
        ("payment_date", "2026-12-01"),
        ("payment_amount", "100"),
        ("callback", "2026-11-24 10:00"),
        ("reason", "hardship"),
        ("pay_day", "15"),
    ]
    assert list_told("hola", []) == []


@pytest.mark.parametrize(
    ("day", "today", "found"),
    [
        (15, date(2026, 11, 14), date(2026, 11, 15)),
        (15, date(2026, 11, 15), date(2026, 12, 15)),
        (31, date(2026, 11, 23), date(2026, 11, 30)),
        (31, date(2026, 11, 30), date(2026, 12, 31)),
        (31, date(2027, 1, 31), date(2027, 2, 28)),
        (1, date(2026, 12, 31), date(2027, 1, 1)),
    ],
)
def test_the_next_pay_day(day: int, today: date, found: date) -> None:
    assert next_day_of_month(day, today) == found


def test_every_question_of_the_assistant_is_a_template_that_asks() -> None:
    assert all(catalogue()[name].asks for name in QUESTIONS)
    assert not NEVER_ASKED & set(QUESTIONS.values())


def read(text: str, *, wants: str | None = None) -> list[object]:
    state = State()
    if wants:
        state = State.model_validate({"pending": {"kind": "open", "wants": wants}})
    facts = Facts(creditor="B", country="CO", language="es", today=TODAY, level="verified")
    understanding = read_turn(RulesUnderstander(), text, state=state, facts=facts, today=TODAY)
    return list(understanding.commands)


@pytest.mark.parametrize(
    ("text", "wants", "field", "value"),
    [
        ("cambié de número, ahora es 3015550199", None, "phone", "+573015550199"),
        ("3015550199", "contact", "phone", "+573015550199"),
        ("es ana.nueva@example.org", "contact", "email", "ana.nueva@example.org"),
        ("Calle 45 # 12-30, Medellín", "contact", "address", "Calle 45 # 12-30, Medellín"),
    ],
)
def test_another_address_is_read(text: str, wants: str | None, field: str, value: str) -> None:
    given = [one for one in read(text, wants=wants) if isinstance(one, UpdateContact)]
    assert [(one.field, one.value) for one in given] == [(field, value)]


@pytest.mark.parametrize("text", ["quiero hablar con una persona", "BAJA", "¿cuánto debo?"])
def test_what_is_no_address_is_none(text: str) -> None:
    commands = read(text, wants="contact")
    assert not any(isinstance(one, UpdateContact) and one.value for one in commands)
