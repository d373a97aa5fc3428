"""The list of accounts: what finds an account, what narrows the list, and its pages."""

from __future__ import annotations

import csv
import io
import zipfile
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import fastexcel
import polars as pl
import pytest
from deals_kit import NOW, make_creditor
from django.db import transaction
from pages_kit import make_user
from small_portfolio import place, row

from acuerdo.core.actor import SYSTEM, Actor
from acuerdo.core.errors import NotFound
from acuerdo.core.models import Event
from acuerdo.core.storage import load
from acuerdo.creditors.models import Creditor
from acuerdo.portfolio.actions import Retention, set_retention
from acuerdo.portfolio.models import Account, AccountParty, Debtor
from acuerdo.reporting.jobs import remove_old_exports_all, write_asked_export
from acuerdo.reporting.listing import pages, sheets
from acuerdo.reporting.listing.conditions import read_minor
from acuerdo.reporting.listing.exports import ask_for_export
from acuerdo.reporting.listing.filters import Filters
from acuerdo.reporting.listing.pages import Total, iterate, list_page
from acuerdo.reporting.models import ListExport
from acuerdo.strategies.night import run_night

NAMES = (
    "Ána María Pérez", "Beatriz Núñez", "José Ana Gómez", "Zoë Müller", "Ana Ruiz",
    "María de los Ángeles", "Perez Ana", "Wilson Zapata",
)  # fmt: skip

FORMULA = "=cmd|' /C calc'!A0"


@pytest.fixture
def bank(db: None) -> Creditor:
    creditor = make_creditor()
    rows = [
        row(f"A-{1000 + number}", name=name, dpd=15 * number, total=f"{100 * (number + 1)}.00")
        for number, name in enumerate(NAMES)
    ]
    place(creditor, rows)
    # No file brings such a name; a person at a page may type one.
    Debtor.objects.filter(name="Wilson Zapata").update(name=FORMULA)
    with transaction.atomic():
        run_night(creditor_id=creditor.pk, actor=SYSTEM, now=NOW)
    return creditor


def found(bank: Creditor, text: str = "", **filters: str) -> list[str]:
    page = list_page(
        creditor_ids=[bank.pk], filters=Filters(text=text, **filters), now=NOW, size=50
    )
    assert page.total == Total(len(page.ids), True)
    names = dict(Account.objects.values_list("pk", "debtor__name"))
    return [names[pk] for pk in page.ids]


def test_names_that_begin_with_the_text_come_first_whatever_the_accents(bank: Creditor) -> None:
    assert found(bank, "ANA") == ["Ána María Pérez", "Ana Ruiz", "José Ana Gómez", "Perez Ana"]
    assert found(bank, "maria angeles") == ["María de los Ángeles"]
    assert found(bank, "pérez ana") == ["Perez Ana", "Ána María Pérez"]
    assert found(bank, "muller") == ["Zoë Müller"]
    assert found(bank, "z") == ["Zoë Müller"]
    assert found(bank, "nadie") == []


@pytest.mark.parametrize(
    "text",
    [
        "A-1001", "a-1001", "102001001", "1.020.010 01", "CC 102001001", "+57 300 555 1001",
        "3005551001", "(300) 555-1001", "5551001", "00573005551001", "PERSONA1001@example.com",
    ],
)  # fmt: skip
def test_an_account_is_found_by_what_identifies_it(bank: Creditor, text: str) -> None:
    assert found(bank, text) == ["Beatriz Núñez"]


def test_a_guarantor_finds_the_account_that_he_guarantees(bank: Creditor) -> None:
    account = Account.objects.get(number="A-1001")
    guarantor = Debtor.objects.get(name="Zoë Müller")
    AccountParty.objects.create(account=account, debtor=guarantor, role="guarantor")
    assert found(bank, "3005551003") == ["Beatriz Núñez", "Zoë Müller"]


@pytest.mark.parametrize(
    "text", ["%", "_", "\\", "'", "\0", "  ", "a" * 5000, "1" * 90, "@", "٣٤٥"]
)
def test_hostile_texts_find_nothing_more_than_they_say(bank: Creditor, text: str) -> None:
    filters = Filters.read({"q": text})
    page = list_page(creditor_ids=[bank.pk], filters=filters, now=NOW)
    assert len(page.ids) == (0 if filters.text else len(NAMES))


def test_another_creditors_accounts_are_found_by_nothing(bank: Creditor) -> None:
    other = make_creditor("Caja Vecina")
    place(other, [row("B-1001", name="Beatriz Núñez")])
    for text in ("A-1001", "102001001", "3005551001", "persona1001@example.com", "beatriz"):
        assert len(found(bank, text)) == 1
    assert found(other, "A-1001") == []


def test_filters_narrow(bank: Creditor) -> None:
    assert found(bank, bucket="1-30") == ["Beatriz Núñez", "José Ana Gómez"]
    assert found(bank, bucket="current") == ["Ána María Pérez"]
    assert len(found(bank, bucket="91-180")) == 1
    assert found(bank, least="700") == [FORMULA, "Perez Ana"]
    assert found(bank, least="1,00", most="200.00") == ["Ána María Pérez", "Beatriz Núñez"]
    assert found(bank, currency="USD") == []
    assert len(found(bank, state="active")) == len(NAMES)
    assert found(bank, state="closed") == []
    assert found(bank, creditor=str(bank.public_id), country="CO", bucket="current") != []
    assert found(bank, creditor="00000000-0000-0000-0000-000000000000") == []
    assert len(found(bank, step="none")) == len(NAMES)
    assert (
        found(bank, step="planned") == found(bank, step="today") == found(bank, only="paid") == []
    )
    assert found(bank, agent="1") == []
    # What is no filter narrows nothing.
    assert len(found(bank, state="x", bucket="x", step="x", only="x", agent="x")) == len(NAMES)


@pytest.mark.parametrize(
    ("text", "minor"),
    [
        ("1.200.000", 120_000_000), ("1,200,000.50", 120_000_050), ("1200", 120_000),
        ("1.234,5", 123_450), ("12.34", 1_234), ("", None), ("abc", None), ("-5", None),
        ("9" * 60, None), ("1e9", None), ("٣", None),
    ],
)  # fmt: skip
def test_amounts_as_people_type_them(text: str, minor: int | None) -> None:
    assert read_minor(text, "COP") == minor


@pytest.mark.parametrize("window", [1, 3, 8_000])
@pytest.mark.parametrize("said", [{}, {"text": "ana"}, {"least": "300"}, {"bucket": "31-60"}])
def test_pages_join_without_gap_or_repeat(
    bank: Creditor, monkeypatch: pytest.MonkeyPatch, window: int, said: dict[str, Any]
) -> None:
    monkeypatch.setattr(pages, "WINDOW", window)
    other = make_creditor("Caja Vecina")
    place(other, [row(f"B-{2000 + number}", name=NAMES[number % 8]) for number in range(20)])
    # One person with several debts stands in one place.
    place(other, [row(f"B-{3000 + n}", name="Ana Ruiz", document="1020099999") for n in range(5)])
    with transaction.atomic():
        run_night(creditor_id=other.pk, actor=SYSTEM, now=NOW)
    ids, filters = [bank.pk, other.pk], Filters(**said)
    whole = list_page(creditor_ids=ids, filters=filters, now=NOW, size=1000).ids
    parts = list(iterate(creditor_ids=ids, filters=filters, now=NOW, size=2))
    assert [pk for part in parts for pk in part] == whole
    assert len(set(whole)) == len(whole)
    assert all(len(part) <= 2 for part in parts)
    names = dict(Account.objects.values_list("pk", "debtor__plain_name"))
    if "text" not in said:
        assert [names[pk] for pk in whole] == sorted(names[pk] for pk in whole)
        assert whole or "bucket" in said


def test_marks_that_make_no_sense_start_at_the_beginning(bank: Creditor) -> None:
    first = list_page(creditor_ids=[bank.pk], filters=Filters(), now=NOW)
    for mark in ("x", "AAAA", "WyIiLDBd", "W10", "é", "W1swLFtdLFtdXQ", "eyJhIjoxfQ", "[" * 300):
        assert list_page(creditor_ids=[bank.pk], filters=Filters(), now=NOW, after=mark) == first


def test_a_long_list_is_estimated_and_says_so(
    bank: Creditor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pages, "COUNTED", 0)
    page = list_page(creditor_ids=[bank.pk], filters=Filters(), now=NOW, size=2)
    assert not page.total.is_exact
    following = list_page(
        creditor_ids=[bank.pk], filters=Filters(), now=NOW, size=2, after=page.after
    )
    assert following.total == page.total


def read_csv(data: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(data.decode("utf-8-sig"))))


def test_an_export_holds_all_of_the_list_and_no_formula(bank: Creditor) -> None:
    user = make_user("m@example.com", bank, "manager")
    asked: dict[str, Any] = {
        "actor": Actor("user", id=str(user.pk)), "now": NOW, "user": user,
        "creditor_ids": [bank.pk], "filters": Filters(least="300"), "language": "en",
    }  # fmt: skip
    with transaction.atomic():
        small = ask_for_export(**asked, total=Total(6, True))
    lines = read_csv(load(small.file_key))
    assert (small.state, small.rows, len(lines)) == ("done", 6, 6)
    assert lines[0]["debtor"] == f"'{FORMULA}"
    assert [line["balance"] for line in lines[:2]] == ["800.00", "500.00"]
    assert {line["document type"] for line in lines} == {"CC"}
    with transaction.atomic():
        large = ask_for_export(**asked, total=Total(100_000, False))
        assert (large.state, large.file_key) == ("queued", "")
        event = Event.objects.get(name="ExportAsked")
        for _again in range(2):
            write_asked_export(event, now=NOW)
    large.refresh_from_db()
    assert load(large.file_key) == load(small.file_key)
    assert Event.objects.filter(name="AccountsExported").count() == 2


def test_a_workbook_holds_numbers_and_dates_and_no_formula(bank: Creditor) -> None:
    asked = {
        "actor": SYSTEM, "now": NOW, "user": make_user("jefa@banco.example", bank, "manager"),
        "creditor_ids": [bank.pk], "filters": Filters(least="300"), "language": "en",
        "file_format": "xlsx",
    }  # fmt: skip
    with transaction.atomic():
        made = ask_for_export(**asked, total=Total(6, True))
    data = load(made.file_key)
    assert made.file_key.endswith(".xlsx")
    with zipfile.ZipFile(io.BytesIO(data)) as book:
        sheet = book.read("xl/worksheets/sheet1.xml").decode()
    assert "<f>" not in sheet
    frame = fastexcel.read_excel(data).load_sheet(0).to_polars()
    assert frame.height == made.rows == 6
    assert frame["debtor"][0] == FORMULA
    assert frame["balance"].to_list()[:2] == [800.0, 500.0]
    assert frame["placed on"].dtype in (pl.Date, pl.Datetime("ms"))


def test_a_list_longer_than_a_sheet_goes_on_in_the_next(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sheets, "_SHEET_ROWS", 3)
    rows = [["-1+1", Decimal("1.50"), 7, date(2026, 11, number)] for number in range(1, 8)]
    data, count = sheets.write_workbook(["a", "b", "c", "d"], rows)
    book = fastexcel.read_excel(data)
    assert count == 7
    assert [book.load_sheet(name).to_polars().height for name in book.sheet_names] == [3, 3, 1]
    assert book.load_sheet(2).to_polars()["a"].to_list() == ["-1+1"]
    assert sheets.write_csv(["a"], [["-1+1"], [Decimal(-5)]])[0].decode("utf-8-sig") == (
        "a\r\n'-1+1\r\n-5\r\n"
    )


def test_lists_go_after_the_days_of_the_strictest_rule(
    bank: Creditor, django_capture_on_commit_callbacks: Any
) -> None:
    asked = {
        "actor": SYSTEM, "user": make_user("jefa@banco.example", bank, "manager"),
        "creditor_ids": [bank.pk], "filters": Filters(), "language": "en", "total": Total(8, True),
    }  # fmt: skip
    with transaction.atomic():
        old = ask_for_export(**asked, now=NOW - timedelta(days=9))
        young = ask_for_export(**asked, now=NOW - timedelta(days=2))
    remove_old_exports_all(now=NOW)
    assert ListExport.objects.count() == 2
    with transaction.atomic():
        set_retention(creditor_id=bank.pk, rules=Retention(files=5), actor=SYSTEM, now=NOW)
    with django_capture_on_commit_callbacks(execute=True):
        remove_old_exports_all(now=NOW)
    assert list(ListExport.objects.all()) == [young]
    assert Event.objects.get(name="ExportsRemoved").data == {"files": 1}
    with pytest.raises(NotFound):
        load(old.file_key)
    assert load(young.file_key)
