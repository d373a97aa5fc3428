from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from acuerdo.core.errors import InvalidAmount
from acuerdo.core.money import Money, exponent, format_money, total

amounts = st.integers(-(10**15), 10**15)


@pytest.mark.parametrize(
    ("currency", "digits"), [("CLP", 0), ("COP", 2), ("EUR", 2), ("BRL", 2), ("KWD", 3)]
)
def test_exponents_are_those_of_iso_4217(currency: str, digits: int) -> None:
    assert exponent(currency) == digits


@pytest.mark.parametrize("minor", [1.0, Decimal(1), "1", True, None])
def test_only_whole_minor_units_are_money(minor: object) -> None:
    with pytest.raises(TypeError):
        Money(minor, "EUR")  # type: ignore[arg-type]


@pytest.mark.parametrize("currency", ["eur", "EU", "EURO", "€€€", ""])
def test_a_currency_is_an_iso_code(currency: str) -> None:
    with pytest.raises(TypeError):
        Money(1, currency)


def test_a_float_is_never_read() -> None:
    with pytest.raises(TypeError):
        Money.from_decimal(12.34, "EUR")  # type: ignore[arg-type]
    with pytest.raises(TypeError):
        Money(1, "EUR") * 1.5  # type: ignore[operator]


@pytest.mark.parametrize("text", ["12.345", "NaN", "Infinity", "0.001"])
def test_what_the_currency_cannot_hold_is_refused(text: str) -> None:
    with pytest.raises(InvalidAmount):
        Money.from_decimal(Decimal(text), "EUR")
    with pytest.raises(InvalidAmount):
        Money.from_decimal("0.5", "CLP")


def test_two_currencies_never_meet() -> None:
    euro, peso = Money(1, "EUR"), Money(1, "COP")
    for operation in (lambda: euro + peso, lambda: euro - peso, lambda: euro < peso):
        with pytest.raises(TypeError):
            operation()
    assert euro != peso


@given(amounts, st.integers(1, 400))
def test_a_split_adds_up_and_is_even(minor: int, parts: int) -> None:
    pieces = Money(minor, "COP").split(parts)
    assert len(pieces) == parts
    assert total(pieces, "COP") == Money(minor, "COP")
    assert max(pieces).minor - min(pieces).minor <= 1


@given(amounts, st.sampled_from(["CLP", "COP", "KWD", "CLF"]))
def test_decimal_and_back(minor: int, currency: str) -> None:
    money = Money(minor, currency)
    assert Money.from_decimal(money.to_decimal(), currency) == money


@pytest.mark.parametrize(
    ("money", "locale", "text"),
    [
        (Money(127251300, "COP"), "es_CO", "$ 1.272.513"),
        (Money(127251350, "COP"), "es_CO", "$ 1.272.513,50"),
        (Money(123456, "BRL"), "pt_BR", "R$ 1.234,56"),
        (Money(123456, "EUR"), "es_ES", "1.234,56 €"),
        (Money(123456, "MXN"), "es_MX", "$1,234.56"),
        (Money(123456, "CLP"), "es_CL", "$123.456"),
        (Money(-5, "EUR"), "en", "-€0.05"),
    ],
)
def test_money_is_written_as_the_country_writes_it(money: Money, locale: str, text: str) -> None:
    assert format_money(money, locale).replace("\xa0", " ") == text
