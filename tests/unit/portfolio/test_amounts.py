from decimal import Decimal

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from acuerdo.core.money import Money, exponent
from acuerdo.portfolio.errors import AmountsAmbiguous, AmountsMixed
from acuerdo.portfolio.rules.amounts import Amounts, read_amounts


def read(*cells: str, currency: str = "EUR", declared: str | None = None) -> Amounts:
    return read_amounts("saldo", pl.Series(cells), pl.Series([currency] * len(cells)), declared)


def minor(amounts: Amounts) -> list[int | None]:
    return amounts.values["minor"].to_list()


@pytest.mark.parametrize(
    ("cells", "decimal", "expected"),
    [
        (["1.234,56", "1.234", "7"], ",", [123456, 123400, 700]),
        (["1,234.56", "1,234", "7"], ".", [123456, 123400, 700]),
        (["1.234.567", "1.000"], ",", [123456700, 100000]),
        (["12,5", "1.000"], ",", [1250, 100000]),
        (["0.125", "2,000"], ".", [None, 200000]),
        (["1234.5"], ".", [123450]),
        (["1234"], "", [123400]),
        (["1 234,50", "1 234,5", "1'234,50"], ",", [123450, 123450, 123450]),
        ([",50", "1,"], ",", [50, 100]),
        (["€ 1,50", "1,50 €", "EUR 1,50", "1,50EUR"], ",", [150] * 4),
        (["", "1,50"], ",", [None, 150]),
    ],
)
def test_marks_are_decided_on_all_values(
    cells: list[str], decimal: str, expected: list[int | None]
) -> None:
    amounts = read(*cells)
    assert amounts.decimal == decimal
    assert minor(amounts) == expected


def test_a_column_that_proves_nothing_is_refused() -> None:
    with pytest.raises(AmountsAmbiguous) as caught:
        read("1.234", "5.678", "9")
    assert "saldo" in str(caught.value)
    assert minor(read("1.234", declared=",")) == [123400]
    assert read("1.234", declared=".").values["reason"].to_list() == ["too_many_decimals"]


def test_a_column_that_contradicts_itself_is_refused() -> None:
    with pytest.raises(AmountsMixed):
        read("1.234,56", "1,234.56")


def test_a_few_stray_values_are_rejected_and_never_guessed() -> None:
    amounts = read(*["12,50"] * 99, "12.50", "1.234")
    assert amounts.values["reason"].to_list()[-2:] == ["unreadable_amount", "ambiguous_amount"]
    assert minor(amounts)[:99] == [1250] * 99


@pytest.mark.parametrize(
    ("cell", "reason"),
    [
        ("abc", "unreadable_amount"),
        ("EUR", "unreadable_amount"),
        ("$", "unreadable_amount"),
        ("1e7", "unreadable_amount"),
        ("12%", "unreadable_amount"),
        ("1.23.4", "unreadable_amount"),
        ("12 34", "unreadable_amount"),
        ("١٢", "unreadable_amount"),
        ("-5", "negative_amount"),
        ("5-", "negative_amount"),
        ("(5)", "negative_amount"),
        ("€ -5", "negative_amount"),
        ("1,005", "too_many_decimals"),
        ("USD 5", "currency_differs"),
        ("9" * 30, "amount_too_large"),
    ],
)
def test_what_is_no_amount_has_a_reason(cell: str, reason: str) -> None:
    amounts = read(cell, declared=",")
    assert amounts.values.row(0) == (None, reason)


def test_exponents_are_the_currency_s() -> None:
    assert minor(read("1234,00", currency="CLP", declared=",")) == [1234]
    assert read("1234,50", currency="CLP", declared=",").values["reason"][0] == "too_many_decimals"
    assert minor(read("1,234", currency="KWD", declared=",")) == [1234]
    both = read_amounts("x", pl.Series(["1,5", "2"]), pl.Series(["KWD", "JPY"]), ",")
    assert minor(both) == [1500, 2]


@given(
    st.lists(st.integers(min_value=0, max_value=10**13), min_size=1, max_size=20),
    st.sampled_from(["EUR", "CLP", "KWD"]),
    st.sampled_from([",", "."]),
)
def test_written_and_read_amounts_add_up(amounts: list[int], currency: str, decimal: str) -> None:
    group = "." if decimal == "," else ","
    cells = []
    for value in amounts:
        text = f"{Money(value, currency).to_decimal():,f}"
        cells.append(text.replace(",", "_").replace(".", decimal).replace("_", group))
    values = read(*cells, currency=currency, declared=decimal).values
    assert values["reason"].null_count() == len(amounts)
    assert values["minor"].to_list() == amounts
    total = sum(Decimal(value).scaleb(-exponent(currency)) for value in amounts)
    assert Money(sum(values["minor"]), currency).to_decimal() == total
