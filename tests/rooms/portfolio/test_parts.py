"""Files with a row per invoice or instalment: one account, its due items, its balance."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from django.db import transaction

from acuerdo.core.actor import SYSTEM
from acuerdo.creditors.actions import create_creditor
from acuerdo.creditors.models import Creditor
from acuerdo.ledger.queries import list_balances, recompute_balances
from acuerdo.portfolio.actions import ImportReport, import_file
from acuerdo.portfolio.models import Account, DueItem
from acuerdo.portfolio.queries import list_days_past_due

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 11, 24, 15, tzinfo=UTC)
HEAD = "contrato;factura;nombre;saldo;vencimiento\n"
MAY, JUNE, JULY = (f"A;F{n};Ana;{n}0,50;2026-0{n}-10\n" for n in (5, 6, 7))
OTHER = "B;F9;Eva;9,00;2026-09-01\n"


@pytest.fixture
def creditor() -> Creditor:
    return create_creditor(actor=SYSTEM, now=NOW, name="Utility", country="ES")


def bring(creditor: Creditor, tmp_path: Path, *rows: str) -> ImportReport:
    path = tmp_path / "recibos.csv"
    path.write_text(HEAD + "".join(rows))
    with transaction.atomic():
        return import_file(actor=SYSTEM, now=NOW, creditor=creditor, path=path)


def items(number: str) -> list[tuple[int, date, int]]:
    found = DueItem.objects.filter(account__number=number).order_by("sequence")
    return list(found.values_list("sequence", "due_on", "amount_minor"))


def test_invoices_become_due_items_of_one_account(creditor: Creditor, tmp_path: Path) -> None:
    report = bring(creditor, tmp_path, JUNE, OTHER, MAY, MAY, "A;F6;Ana;1,00;2026-06-10\n")
    assert (report.read, report.accepted, report.duplicates, report.rejected) == (5, 3, 1, 1)
    assert (report.new, report.balances["EUR"]["total_minor"]) == (2, 6_050 + 5_050 + 900)
    account = Account.objects.get(number="A")
    assert account.due_on == date(2026, 5, 10)
    assert items("A") == [(1, date(2026, 5, 10), 5_050), (2, date(2026, 6, 10), 6_050)]
    assert items("B") == [(1, date(2026, 9, 1), 900)]
    # The day counts from the oldest invoice that is open.
    assert list_days_past_due([account.pk], date(2026, 6, 9)) == {account.pk: 30}


def test_the_next_file_moves_the_items(creditor: Creditor, tmp_path: Path) -> None:
    bring(creditor, tmp_path, MAY, JUNE, OTHER)
    again = bring(creditor, tmp_path, JUNE, MAY, OTHER)
    assert (again.changed, again.unchanged) == (0, 2)
    later = bring(creditor, tmp_path, JUNE, JULY, OTHER)
    assert (later.changed, later.unchanged) == (1, 1)
    assert items("A") == [(1, date(2026, 6, 10), 6_050), (2, date(2026, 7, 10), 7_050)]
    account = Account.objects.get(number="A")
    assert list_balances([account.pk])[account.pk].total_minor == 13_100
    assert recompute_balances([account.pk])[account.pk].total_minor == 13_100
    bring(creditor, tmp_path, JULY, OTHER)
    assert items("A") == [(1, date(2026, 7, 10), 7_050)]
