"""Taxes as a part of the debt of their own, from the file to the books."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from django.db import transaction

from acuerdo.core.actor import SYSTEM
from acuerdo.core.vocabulary import Component
from acuerdo.creditors.actions import create_creditor
from acuerdo.creditors.models import Creditor
from acuerdo.ledger.queries import get_balance, list_balances, recompute_balances
from acuerdo.portfolio.actions import ImportReport, import_file
from acuerdo.portfolio.models import Account, DueItem

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 11, 24, 15, tzinfo=UTC)
SPANISH = (
    "Crédito;Nombre;Documento;Capital;Intereses;IVA de intereses;Otros impuestos;"
    "Saldo total;Fecha de vencimiento\n"
    "A-1;Ana Pérez;1023456788;1.000.000,00;20.000,00;3.800,00;200,00;1.024.000,00;15/10/2026\n"
    "A-2;Eva Ruiz;1023456789;50.000,00;0;;;50.000,00;15/10/2026\n"
    "A-3;Luz Gil;1023456790;50.000,00;0;-5,00;0;49.995,00;15/10/2026\n"
    "A-4;Sol Gil;1023456791;50.000,00;0;9.500,00;0;50.000,00;15/10/2026\n"
)
PORTUGUESE = (
    "Número do contrato;Nome;CPF;Valor Principal;Juros;Multa;Impostos;Data de vencimento\n"
    "B-1;João Souza;390.533.447-05;1.234,00;0,44;2,00;5,56;15/09/2026\n"
)
ENGLISH = (
    "Account number,Name,Principal,Late interest,Late fees,VAT,Due date\n"
    "G-1,Mary Jones,100.50,2.25,1.10,20.15,2026-10-15\n"
)


Read = Callable[..., ImportReport]


@pytest.fixture
def read(tmp_path: Path) -> Read:
    def run(text: str, country: str) -> ImportReport:
        creditor = Creditor.objects.filter(country=country).first() or create_creditor(
            actor=SYSTEM, now=NOW, name=f"Lender {country}", country=country
        )
        path = tmp_path / "export.csv"
        path.write_text(text)
        with transaction.atomic():
            return import_file(actor=SYSTEM, now=NOW, creditor=creditor, path=path)

    return run


def owed(number: str) -> dict[Component, int]:
    account = Account.objects.get(number=number)
    assert recompute_balances([account.pk]) == list_balances([account.pk])
    return {part: minor for part, minor in get_balance(account.pk).components.items() if minor}


def test_several_columns_of_taxes_add_up_and_count_in_the_total(read: Read) -> None:
    report = read(SPANISH, "CO")
    assert owed("A-1") == {"principal": 1_000_000_00, "interest": 20_000_00, "taxes": 4_000_00}
    assert owed("A-2") == {"principal": 50_000_00}
    assert DueItem.objects.get(account__number="A-1").amount_minor == 1_024_000_00
    assert report.balances["COP"]["taxes_minor"] == 4_000_00
    assert report.balances["COP"]["total_minor"] == 1_074_000_00
    said = {tuple(row) for row in report.rejections.select("line", "column", "reason").rows()}
    assert said == {
        (4, "IVA de intereses", "negative_amount"),
        (5, "Saldo total", "total_differs"),
    }


@pytest.mark.parametrize(
    ("text", "country", "number", "expected"),
    [
        (
            PORTUGUESE,
            "BR",
            "B-1",
            {"principal": 1234_00, "interest": 44, "fees": 200, "taxes": 556},
        ),
        (ENGLISH, "GB", "G-1", {"principal": 100_50, "interest": 225, "fees": 110, "taxes": 20_15}),
    ],
)
def test_taxes_in_portuguese_and_english(
    read: Read, text: str, country: str, number: str, expected: dict[str, int]
) -> None:
    assert read(text, country).rejections.is_empty()
    assert owed(number) == expected


def test_the_same_file_again_changes_nothing_and_another_tax_that_alone(read: Read) -> None:
    read(SPANISH, "CO")
    assert read(SPANISH, "CO").unchanged == 2
    changed = SPANISH.replace("3.800,00", "4.800,00").replace("1.024.000,00", "1.025.000,00")
    report = read(changed, "CO")
    assert (report.changed, report.unchanged) == (1, 1)
    assert owed("A-1") == {"principal": 1_000_000_00, "interest": 20_000_00, "taxes": 5_000_00}
    read(SPANISH.replace("3.800,00", "0").replace("1.024.000,00", "1.020.200,00"), "CO")
    assert owed("A-1") == {"principal": 1_000_000_00, "interest": 20_000_00, "taxes": 200_00}
