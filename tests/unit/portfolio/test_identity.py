"""Documents and phones, compared with the libraries that know them one by one."""

import random
from types import ModuleType

import phonenumbers
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from stdnum.br import cnpj, cpf
from stdnum.es import dni, nie
from stdnum.mx import curp

from acuerdo.portfolio.rules.documents import read_documents
from acuerdo.portfolio.rules.phones import list_phone_variants, normalise_phone, read_phones


def document(text: str, kind: str, country: str) -> tuple[str | None, str | None, str | None]:
    frame = read_documents(
        pl.Series([text]), pl.Series([kind], dtype=pl.String), pl.Series([country])
    )
    return frame.select("document", "document_type", "reason").row(0)


@pytest.mark.parametrize(
    ("text", "kind", "country", "expected"),
    [
        ("390.533.447-05", "", "BR", ("39053344705", "CPF", None)),
        ("39053344706", "CPF", "BR", ("39053344706", "CPF", "bad_check_digit")),
        ("1234567", "CPF", "BR", ("1234567", "CPF", "unreadable_document")),
        ("11.222.333/0001-81", "CNPJ", "BR", ("11222333000181", "CNPJ", None)),
        ("12ABC34501DE35", "", "BR", ("12ABC34501DE35", "CNPJ", None)),
        ("54362315-K", "NIF", "ES", ("54362315K", "DNI", None)),
        ("54362315Q", "DNI", "ES", ("54362315Q", "DNI", "bad_check_digit")),
        ("X2482300W", "", "ES", ("X2482300W", "NIE", None)),
        ("B64717838", "", "ES", ("B64717838", "CIF", None)),
        ("BOXW310820HNERXN09", "", "MX", ("BOXW310820HNERXN09", "CURP", None)),
        ("BOXW310820HNERXN08", "", "MX", ("BOXW310820HNERXN08", "CURP", "bad_check_digit")),
        ("GODE561231GR8", "", "MX", ("GODE561231GR8", "RFC", None)),
        ("1.023.456.788", "Cédula de Ciudadanía", "CO", ("1023456788", "CC", None)),
        ("1.023.456.788", "", "CO", ("1023456788", "CC", None)),
        ("213.123.432-1", "NIT", "CO", ("2131234321", "NIT", None)),
        ("213.123.432-2", "NIT", "CO", ("2131234322", "NIT", "bad_check_digit")),
        ("213123432", "NIT", "CO", ("213123432", "NIT", None)),
        ("12", "CC", "CO", ("12", "CC", "unreadable_document")),
        ("11111111", "CC", "CO", ("11111111", "CC", "placeholder_document")),
        ("123456789", "CC", "CO", ("123456789", "CC", "placeholder_document")),
        ("76086428-5", "RUT", "CL", ("760864285", "RUT", None)),
        ("", "", "CO", (None, None, None)),
    ],
)
def test_documents(
    text: str, kind: str, country: str, expected: tuple[str | None, str | None, str | None]
) -> None:
    assert document(text, kind, country) == expected


def make_texts(kind: str) -> list[str]:
    rng = random.Random(5)
    digits = "0123456789"
    if kind == "CURP":
        ends = [f"{letter}{end}" for letter in "0ABNOZ" for end in digits]
        return [f"BOXW{day:02d}0820HNERXN{end}" for day in range(20) for end in ends]
    if kind in ("DNI", "NIE"):
        heads = "XYZ" if kind == "NIE" else digits
        bodies = [rng.choice(heads) + "".join(rng.choices(digits, k=7)) for _ in range(100)]
        return [body + letter for body in bodies for letter in "TRWAGMYFPDXBNJZSQVHLCKE"]
    width = 9 if kind == "CPF" else 12
    bodies = ["".join(rng.choices(digits, k=width)) for _ in range(30)]
    return [f"{body}{end:02d}" for body in bodies for end in range(100)]


@pytest.mark.parametrize(
    ("module", "kind", "country"),
    [
        (cpf, "CPF", "BR"),
        (cnpj, "CNPJ", "BR"),
        (dni, "DNI", "ES"),
        (nie, "NIE", "ES"),
        (curp, "CURP", "MX"),
    ],
)
def test_columns_agree_with_the_library(module: ModuleType, kind: str, country: str) -> None:
    texts = make_texts(kind)
    frame = read_documents(
        pl.Series(texts), pl.Series([kind] * len(texts)), pl.Series([country] * len(texts))
    )
    ours = [reason is None for reason in frame["reason"]]
    assert ours == [module.is_valid(text) for text in texts]
    assert 0 < sum(ours) < len(ours)


PHONES = [
    ("3001234567", "CO", "+573001234567"),
    ("+57 300 123 45 67", "CO", "+573001234567"),
    ("57 300 1234567", "CO", "+573001234567"),
    ("0057 3001234567", "CO", "+573001234567"),
    ("(601) 234 5678", "CO", "+576012345678"),
    ("55 1234 5678", "MX", "+525512345678"),
    ("+52 1 55 1234 5678", "MX", "+525512345678"),
    ("5215512345678", "MX", "+525512345678"),
    ("044 55 1234 5678", "MX", "+525512345678"),
    ("(11) 98765-4321", "BR", "+5511987654321"),
    ("11 8765-4321", "BR", "+5511987654321"),
    ("+55 11 8765-4321", "BR", "+5511987654321"),
    ("011 98765-4321", "BR", "+5511987654321"),
    ("(11) 3456-7890", "BR", "+551134567890"),
    ("011 15 2345-6789", "AR", "+5491123456789"),
    ("611 22 33 44", "ES", "+34611223344"),
    ("+1 202 555 0123", "CO", "+12025550123"),
]


@pytest.mark.parametrize(("text", "country", "e164"), PHONES)
def test_phones_one_by_one_and_as_a_column(text: str, country: str, e164: str) -> None:
    assert normalise_phone(text, country) == (e164, True)
    frame = read_phones(pl.Series([text]), pl.Series([country]))
    assert frame.row(0) == (e164, True)


@pytest.mark.parametrize("text", ["abc", "123", "no tiene", "+57 12", "0000000000", "'; DROP"])
def test_bad_phones_stay_as_they_came(text: str) -> None:
    frame = read_phones(pl.Series([text]), pl.Series(["CO"]))
    assert frame.row(0) == (text, False)


@given(
    st.sampled_from(["CO", "MX", "BR", "ES", "CL", "US"]),
    st.from_regex(r"[1-9][0-9]{7,11}", fullmatch=True),
)
def test_a_column_says_valid_only_where_the_library_does(country: str, digits: str) -> None:
    value, is_valid = read_phones(pl.Series([digits]), pl.Series([country])).row(0)
    assert (value, is_valid) == normalise_phone(digits, country)
    if is_valid:
        assert phonenumbers.is_valid_number(phonenumbers.parse(value))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("+525512345678", "+5215512345678"),
        ("+541123456789", "+5491123456789"),
        ("+5511987654321", "+551187654321"),
    ],
)
def test_variants_are_one_number(one: str, other: str) -> None:
    assert list_phone_variants(one) == list_phone_variants(other)
    assert {one, other} == set(list_phone_variants(one))
