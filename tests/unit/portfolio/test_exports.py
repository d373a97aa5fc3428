"""Exports as heads of collections send them: banks, utilities, telecoms, shops and agencies of
eight countries, each with its own headers, encoding, marks, dates and defects."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

import polars as pl
import pytest

from acuerdo.portfolio.rules.headers import COMPONENTS, count_known
from acuerdo.portfolio.rules.mapping import Mapping
from acuerdo.portfolio.rules.rows import Reading, read_rows
from acuerdo.portfolio.rules.text import open_source

FOLDER = Path(__file__).resolve().parents[2] / "data/portfolio/exports"
TODAY = date(2026, 11, 24)


@dataclass(frozen=True)
class Expected:
    """What a file says: the debt of each account in minor units, rejected rows as (line, column,
    value, reason), and the lines of totals and duplicates."""

    country: str
    currency: str
    owed: dict[str, int]
    rejected: list[tuple[int, str, str, str]] = field(default_factory=list)
    totals: list[int] = field(default_factory=list)
    duplicates: list[int] = field(default_factory=list)
    items: dict[str, str] = field(default_factory=dict)


FILES = {
    "ar_banco_mora.csv": Expected(
        "AR",
        "ARS",
        {"100-1": 12_530_075, "100-2": 120_000, "100-6": 1_000_000},
        [
            (5, "Saldo deudor", "(2.000,00)", "negative_amount"),
            (6, "Saldo deudor", "1.500,00-", "negative_amount"),
            (7, "Saldo deudor", "-300,00", "negative_amount"),
        ],
    ),
    "ar_fintech_cuotas.csv": Expected(
        "AR",
        "ARS",
        {"P-1": 4_685_050, "P-2": 800_000, "P-3": 251_230},
        [(6, "total_cuota", "8.500,00", "total_differs")],
        items={"P-1": "2026-09-10:1625050,2026-10-10:1560000,2026-11-10:1500000"},
    ),
    "br_banco_inadimplentes.csv": Expected(
        "BR",
        "BRL",
        {"000123/24": 130_435, "000124/24": 1_000_000, "000127/24": 815_600},
        [
            (4, "Valor Principal", "R$ 532,10-", "negative_amount"),
            (4, "Valor Total em Aberto", "R$ 532,10-", "negative_amount"),
            (5, "Valor Principal", "R$ 2.000,005", "too_many_decimals"),
        ],
        totals=[8],
        duplicates=[7],
    ),
    "br_telecom_faturas.csv": Expected(
        "BR",
        "BRL",
        {"CT-9001": 19_980, "CT-9002": 105_900},
        totals=[5, 7, 8],
        items={"CT-9001": "2026-07-10:9990,2026-08-10:9990"},
    ),
    "cl_clinica.csv": Expected(
        "CL",
        "CLP",
        {"8001": 350_000, "8002": 1_250_000},
        [(4, "Vencimiento", "32 de octubre de 2026", "unreadable_date")],
    ),
    "cl_retail.csv": Expected(
        "CL",
        "CLP",
        {"4012-0001": 1_234_567, "4012-0002": 89_990},
        [
            (4, "Deuda total", "12.345,5", "too_many_decimals"),
            (5, "Fecha vencimiento", "20261341", "unreadable_date"),
        ],
        totals=[6],
    ),
    "co_agencia.tsv": Expected(
        "CO",
        "COP",
        {"77001": 135_400_000, "77002": 93_500_050, "77003": 50_000_000},
        [(5, "OBLIGACION", "7.7E+04", "damaged_number")],
        totals=[6],
    ),
    "co_banco_cartera.csv": Expected(
        "CO",
        "COP",
        {"0000451278": 471_235_050, "0000451279": 125_000_075, "0000451282": 1_240_000_000},
        [
            (8, "Saldo total", "$ 1.100.000,00", "total_differs"),
            (9, "Fecha mora", "31/09/2026", "unreadable_date"),
            (12, "Saldo capital", "", "missing_value"),
        ],
        totals=[13],
        duplicates=[10],
    ),
    "es_electrica_recibos.txt": Expected(
        "ES",
        "EUR",
        {"900100200": 132_196, "900100201": 4_500, "900100202": 300_000},
        [
            (6, "Importe pendiente", "12,50- €", "negative_amount"),
            (8, "Contrato", "900100202", "account_twice"),
            (9, "Fecha de vencimiento", "pendiente", "unreadable_date"),
        ],
        totals=[10],
        duplicates=[5],
        items={"900100200": "2026-01-15:123456,2026-03-15:8740"},
    ),
    "es_fintech_loans.csv": Expected(
        "ES",
        "EUR",
        {"L-1": 33_075, "L-2": 105_000},
        [(7, "outstanding_amount", "abc", "unreadable_amount")],
        duplicates=[6],
        items={"L-1": "2026-07-01:11025,2026-08-01:11025,2026-09-01:11025"},
    ),
    "mx_financiera.txt": Expected(
        "MX",
        "MXN",
        {"C-10001": 1_429_887, "C-10002": 800_000, "C-10005": 201_000},
        [
            (4, "Saldo insoluto", "($150.00)", "negative_amount"),
            (5, "Fecha de vencimiento", "30-feb-2026", "unreadable_date"),
            (7, "Crédito", "C-10005", "account_twice"),
            (8, "Saldo insoluto", "mil quinientos", "unreadable_amount"),
        ],
        totals=[9],
    ),
    "mx_gas_cargos.csv": Expected(
        "MX",
        "MXN",
        {"S-501": 90_110, "S-502": 9_900},
        [(5, "Fecha límite de pago", "pagado", "unreadable_date")],
        totals=[6],
        items={"S-501": "2026-08-01:45000,2026-09-01:45110"},
    ),
    "pe_telecom_recibos.csv": Expected(
        "PE",
        "PEN",
        {"955550101": 25_520, "955550102": 12_000, "955550103": 3_500},
        [(7, "Monto", "S/ 1,035.00", "currency_differs")],
        totals=[8],
        items={"955550101": "2026-08-20:8990,2026-09-20:8990,2026-10-20:7540"},
    ),
    "uk_agency_placement.csv": Expected(
        "GB",
        "GBP",
        {"NB/0001": 123_456, "NB/0002": 8_900, "NB/0003": 2_000},
        [
            (7, "Client Reference", "=NB/0004", "formula"),
            (8, "Current Balance", "=1+1", "formula"),
            (9, "Current Balance", "-£75.10", "negative_amount"),
            (10, "Current Balance", "£10,00.00", "unreadable_amount"),
        ],
        totals=[11, 12],
    ),
}


def read(data: bytes, country: str, currency: str, **mapping: object) -> Reading:
    return read_rows(
        open_source(data, None, count_known),
        mapping=Mapping.model_validate(mapping),
        registered={},
        country=country,
        currency=currency,
        as_of_on=TODAY,
    )


def test_every_file_is_looked_at() -> None:
    assert {path.name for path in FOLDER.iterdir()} == set(FILES)


@pytest.mark.parametrize("name", FILES)
def test_an_export_comes_in_right(name: str) -> None:
    expected = FILES[name]
    reading = read((FOLDER / name).read_bytes(), expected.country, expected.currency)
    accounts = reading.accounts.with_columns(owed=pl.sum_horizontal(COMPONENTS))
    assert dict(accounts.select("number", "owed").iter_rows()) == expected.owed
    assert sorted(reading.rejections.iter_rows()) == expected.rejected
    found = {
        state: reading.lines.filter(state=state)["line"].to_list()
        for state in ("total", "duplicate")
    }
    assert found == {"total": expected.totals, "duplicate": expected.duplicates}
    several = accounts.filter(pl.col("items") != "")
    assert dict(several.select("number", "items").iter_rows()) == expected.items
    taken = reading.lines.filter(state="taken").height
    assert reading.read == taken + reading.rejected + reading.duplicates
    wrong = {"bad_check_digit", "placeholder_document", "unreadable_document", "totals_differ"}
    assert not wrong & set(reading.warnings["reason"])
    assert reading.accounts["due_on"].null_count() == 0


def test_the_check_digit_of_a_column_of_its_own_belongs_to_the_document() -> None:
    reading = read((FOLDER / "cl_retail.csv").read_bytes(), "CL", "CLP")
    assert reading.accounts["document"].to_list() == ["154839267", "176203455"]
    paper = read(b"NIT;DV;cuenta;saldo;dias_mora\n900123456;8;A;1,5;3\n", "CO", "COP")
    assert paper.accounts["document"].to_list() == ["9001234568"]


def test_a_total_that_is_none_is_told() -> None:
    reading = read(
        b"cuenta,nombre,saldo,vencimiento\nA,Ana,10.50,2026-01-31\nB,Eva,1.5,2026-01-31\n"
        b",TOTAL,12.10,\n",
        "CO",
        "COP",
    )
    assert reading.warnings.rows() == [(4, "saldo", "12.10", "totals_differ")]
    assert (reading.read, reading.totals, reading.rejected) == (2, 1, 0)


@pytest.mark.parametrize(
    "row",
    [
        ",,99.10,",  # no sum of anything
        ",Ana,12.00,",  # somebody's
        ",,12.00,2026-01-31",  # due on a day
        ",TOTAL,x,2026-01-31",
    ],
)
def test_a_row_that_lost_its_account_is_no_total(row: str) -> None:
    head = "cuenta,nombre,saldo,vencimiento\nA,Ana,10.50,2026-01-31\nB,Eva,1.5,2026-01-31\n"
    reading = read(f"{head}{row}\n".encode(), "CO", "COP")
    assert reading.totals == 0
    assert (4, "cuenta", "", "missing_value") in reading.rejections.rows()


def test_an_account_may_be_called_total() -> None:
    reading = read(
        b"cuenta,nombre,saldo,vencimiento\nTOTAL-1,Total Gas SL,10.50,2026-01-31\n", "ES", "EUR"
    )
    assert reading.accounts["number"].to_list() == ["TOTAL-1"]


def test_parts_of_two_debtors_or_currencies_are_a_contradiction() -> None:
    reading = read(
        b"cuenta,cedula,saldo,vencimiento,moneda\n"
        b"A,1020304050,10.50,2026-01-31,COP\n"
        b"A,1020304051,10.50,2026-02-28,COP\n"
        b"A,1020304050,10.50,2026-03-31,USD\n"
        b"A,1020304050,10.50,2026-04-30,COP\n"
        b"A,1020304050,99.50,2026-04-30,COP\n",
        "CO",
        "COP",
    )
    assert reading.accounts["items"].to_list() == ["2026-01-31:1050,2026-04-30:1050"]
    assert [row[0] for row in reading.rejections.iter_rows()] == [3, 4, 6]
    assert set(reading.rejections["reason"]) == {"account_twice"}


def test_contacts_of_all_parts_are_the_account_s() -> None:
    reading = read(
        b"cuenta,factura,saldo,vencimiento,celular\n"
        b"A,1,10.50,2026-01-31,3005550101\n"
        b"A,2,10.50,2026-01-31,3005550101\n"
        b"A,3,10.50,2026-01-31,3005550102\n",
        "CO",
        "COP",
    )
    assert reading.contacts.select("line", "value").rows() == [
        (2, "+573005550101"),
        (2, "+573005550102"),
    ]
    assert reading.accounts.select("row_count", "principal").rows() == [(3, 3150)]


@pytest.mark.parametrize(
    ("cell", "owed"),
    [('="001"', "001"), ("001", "001"), ('"=""001"""', "001")],
)
def test_zeros_that_a_spreadsheet_was_told_to_keep(cell: str, owed: str) -> None:
    reading = read(f"cuenta;saldo;vencimiento\n{cell};5,5;2026-01-31\n".encode(), "CO", "COP")
    assert reading.accounts["number"].to_list() == [owed]
