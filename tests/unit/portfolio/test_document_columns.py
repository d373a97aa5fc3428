"""Documents in columns, compared with the library that knows them one by one."""

import random
from types import ModuleType

import polars as pl
import pytest
from stdnum.br import cnpj, cpf
from stdnum.es import dni, nie
from stdnum.mx import curp

from acuerdo.portfolio.rules.documents import read_documents


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
