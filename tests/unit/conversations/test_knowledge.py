"""What an agent's text asks, and how long an answer stays good."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from acuerdo.conversations.knowledge import KINDS, is_good, questions_in

NOW = datetime(2026, 11, 24, 15, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "kinds"),
    [
        ("¿Me confirma su correo electrónico?", ["email"]),
        ("¿Qué día le pagan?", ["pay_day"]),
        ("Hola. ¿Qué día puede pagar?", ["payment_date"]),
        ("¿Cuánto podría pagar al mes?", ["payment_amount"]),
        ("Qual é o seu telefone?", ["phone"]),
        ("Quando você recebe?", ["pay_day"]),
        ("Which day can you pay?", ["payment_date"]),
        ("What is your e-mail and your phone?", ["email", "phone"]),
        ("¿Por qué no ha pagado?", ["reason"]),
        # Nothing is asked here.
        ("Su correo está confirmado.", []),
        ("Le escribo a su correo. ¿De acuerdo?", []),
        ("", []),
    ],
)
def test_what_a_text_asks(text: str, kinds: list[str]) -> None:
    assert questions_in(text) == kinds


@given(st.text(max_size=300))
def test_any_text_can_be_looked_at(text: str) -> None:
    assert set(questions_in(text)) <= set(KINDS)


def test_an_answer_grows_old_and_what_stands_on_file_does_not() -> None:
    assert is_good("pay_day", NOW - timedelta(days=119), NOW)
    assert not is_good("pay_day", NOW - timedelta(days=120), NOW)
    assert is_good("name", NOW - timedelta(days=4000), NOW)
    assert is_good("phone", None, NOW)
