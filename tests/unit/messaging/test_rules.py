"""States never go back, waits grow, numbers are masked."""

import itertools
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from acuerdo.messaging.rules import (
    MAX_TRIES,
    advance,
    clean_text,
    first_name,
    locale_chain,
    locale_of,
    mask_cards,
    next_try,
)

NOW = datetime(2026, 3, 2, 15, tzinfo=UTC)
STATES = ["planned", "claimed", "unknown", "sent", "failed", "delivered", "read", "withheld"]


@given(st.sampled_from(STATES), st.lists(st.sampled_from([*STATES, "", "nonsense"]), max_size=6))
def test_the_order_of_reports_changes_nothing(state: str, reports: list[str]) -> None:
    def after(order: list[str]) -> str:
        result = state
        for report in order:
            result = advance(result, report)
        return result

    assert len({after(list(order)) for order in itertools.permutations(reports)}) == 1
    assert after(reports + reports) == after(reports)


@pytest.mark.parametrize(
    ("state", "reported", "after"),
    [
        ("claimed", "delivered", "delivered"),
        ("delivered", "sent", "delivered"),
        ("read", "failed", "read"),
        ("sent", "failed", "failed"),
        ("unknown", "delivered", "delivered"),
        ("withheld", "delivered", "withheld"),
        ("sent", "planned", "sent"),
    ],
)
def test_reports(state: str, reported: str, after: str) -> None:
    assert advance(state, reported) == after


def test_waits_grow_and_end() -> None:
    waits = [next_try(tries, NOW, None) for tries in range(1, MAX_TRIES)]
    assert all(wait is not None for wait in waits)
    assert waits == sorted(waits, key=str)
    assert next_try(MAX_TRIES, NOW, None) is None
    assert next_try(1, NOW, NOW + timedelta(seconds=30)) is None
    assert next_try(1, NOW, NOW + timedelta(minutes=1)) == NOW + timedelta(minutes=1)


def test_locales() -> None:
    assert locale_chain("es", "MX", ("es", "pt")) == ("es_MX", "es", "pt", "en")
    assert locale_chain("en", "") == ("en",)
    assert locale_of("es", "CO") == "es_CO"
    assert locale_of("es_AR", "UY") == "es_AR"


@pytest.mark.parametrize(
    ("full", "first"),
    [
        ("LOPEZ GARCIA, MARIA INES", "Maria"),
        ("João da Silva", "João"),
        ("JOSÉ", "José"),
        ("", ""),
        ("  ", ""),
        ("PEREZ,", ""),
        ("McDonald Ana", "McDonald"),
    ],
)
def test_first_names(full: str, first: str) -> None:
    assert first_name(full) == first


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("mi tarjeta 4111 1111 1111 1111 vence", "mi tarjeta •••• 1111 vence"),
        ("4111-1111-1111-1111", "•••• 1111"),
        ("llámeme al +57 300 123 4567", "llámeme al +57 300 123 4567"),
        ("cédula 1234567890", "cédula 1234567890"),
        ("4111 1111 1111 1112", "4111 1111 1111 1112"),
        ("12345678901234567890", "12345678901234567890"),
    ],
)
def test_cards_are_masked(text: str, masked: str) -> None:
    assert mask_cards(text) == masked


def test_control_characters_are_dropped() -> None:
    assert clean_text("a\x00b\x1b[31m\r\nc\td", 50) == "ab[31m\nc d"
    assert clean_text("x" * 99, 10) == "x" * 10
