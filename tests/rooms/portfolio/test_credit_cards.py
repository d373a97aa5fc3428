"""Thirty thousand real accounts with six months of statements and payments: the books say what
the file says."""

from __future__ import annotations

import csv
import gzip
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import pytest
from django.db import transaction

from acuerdo.core.actor import SYSTEM
from acuerdo.creditors.actions import create_creditor
from acuerdo.creditors.models import Creditor
from acuerdo.ledger.models import Entry, LedgerAccount
from acuerdo.ledger.queries import list_balances, recompute_balances
from acuerdo.payments.actions import import_payments
from acuerdo.payments.models import Payment
from acuerdo.portfolio.actions import (
    import_file,
    import_statements,
    load_fact_mapping,
    load_mapping,
)
from acuerdo.portfolio.models import Account, AccountSnapshot
from acuerdo.portfolio.rules import BUCKETS

ROOT = Path(__file__).resolve().parents[3]
CARDS = ROOT / "tests" / "data" / "portfolio" / "uci_credit_card_taiwan.csv.gz"
MAPPINGS = ROOT / "examples" / "credit-cards"
# After the last statement, in the bank's morning.
NOW = datetime(2005, 10, 1, 15, tzinfo=UTC)
MONTHS = (
    (date(2005, 9, 30), "BILL_AMT1", "PAY_AMT1"),
    (date(2005, 8, 31), "BILL_AMT2", "PAY_AMT2"),
    (date(2005, 7, 31), "BILL_AMT3", "PAY_AMT3"),
    (date(2005, 6, 30), "BILL_AMT4", "PAY_AMT4"),
    (date(2005, 5, 31), "BILL_AMT5", "PAY_AMT5"),
    (date(2005, 4, 30), "BILL_AMT6", "PAY_AMT6"),
)
Rows = list[dict[str, str]]


def read(path: Path) -> Rows:
    with gzip.open(path, "rt", encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def minor(text: str) -> int:
    return int(Decimal(text) * 100)


def take_in(path: Path) -> Creditor:
    """The file as accounts, statements and payments; the history twice."""
    with transaction.atomic():
        creditor = create_creditor(actor=SYSTEM, now=NOW, name="Cards", country="CO")
    given = {"actor": SYSTEM, "now": NOW, "creditor": creditor, "path": path}
    with transaction.atomic():
        placed = import_file(**given, mapping=load_mapping(MAPPINGS / "accounts.yaml"))  # type: ignore[arg-type]
    assert placed.rejected == placed.duplicates == 0
    for name, importer in (("statements", import_statements), ("payments", import_payments)):
        mapping = load_fact_mapping(MAPPINGS / f"{name}.yaml")
        with transaction.atomic():
            told = importer(**given, mapping=mapping)  # type: ignore[arg-type]
        assert told.rejections.is_empty()
        with transaction.atomic():
            again = importer(**given, mapping=mapping)  # type: ignore[arg-type]
        assert (again.new[name], again.known[name]) == (0, told.new[name])
    return creditor


def check(creditor: Creditor, rows: Rows) -> None:
    """Every account's balance, statement and payment against the file, to the cent."""
    accounts = dict(Account.objects.filter(creditor=creditor).values_list("number", "id"))
    assert set(accounts) == {row["ID"] for row in rows}
    ids = list(accounts.values())
    balances = list_balances(ids)
    assert balances == recompute_balances(ids)
    owed = {accounts[row["ID"]]: max(minor(row["BILL_AMT1"]), 0) for row in rows}
    assert {pk: balance.total_minor for pk, balance in balances.items()} == owed
    credit = {accounts[row["ID"]]: max(-minor(row["BILL_AMT1"]), 0) for row in rows}
    assert {pk: balance.credit_minor for pk, balance in balances.items()} == credit
    pictures = {
        (account_id, on): total
        for account_id, on, total in AccountSnapshot.objects.values_list(
            "account_id", "as_of_on", "total_minor"
        )
    }
    assert pictures == {
        (accounts[row["ID"]], on): max(minor(row[bill]), 0)
        for row in rows
        for on, bill, _paid in MONTHS
    }
    entries = Entry.objects.filter(kind="past_payment").values_list(
        "payment__account_id", "effective_on", "payment__amount_minor"
    )
    assert sorted(entries) == sorted(
        (accounts[row["ID"]], on, minor(row[paid]))
        for row in rows
        for on, _bill, paid in MONTHS
        if minor(row[paid])
    )


@pytest.mark.django_db
def test_a_slice_of_the_cards_comes_in_with_its_history(tmp_path: Path) -> None:
    rows = read(CARDS)[1000:1300]
    assert any(row["BILL_AMT1"].startswith("-") for row in rows)
    path = tmp_path / "cards.csv.gz"
    with gzip.open(path, "wt", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    creditor = take_in(path)
    check(creditor, rows)
    late = next(row for row in rows if row["PAY_0"] == "2" and minor(row["BILL_AMT1"]) > 0)
    account = Account.objects.get(number=late["ID"])
    assert account.due_on == date(2005, 8, 1)
    picture = AccountSnapshot.objects.get(account_id=account.pk, as_of_on=date(2005, 9, 30))
    assert (picture.dpd, picture.bucket) == (62, "61-90")
    assert picture.bucket in BUCKETS
    # Nothing of the past counts as recovered by us, and no debt was changed by it.
    assert not Payment.objects.exclude(state="past").exists()
    assert not LedgerAccount.objects.filter(code__startswith="debt.", balance_minor__lt=0).exists()


@pytest.mark.django_db
def test_all_cards_come_in_with_their_history() -> None:
    creditor = take_in(CARDS)
    check(creditor, read(CARDS))
