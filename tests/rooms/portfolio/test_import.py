from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from django.db import transaction

from acuerdo.core.actor import SYSTEM
from acuerdo.core.crypto import decrypt
from acuerdo.core.models import Event
from acuerdo.creditors.actions import create_creditor
from acuerdo.creditors.models import Creditor
from acuerdo.ledger.models import Entry, Posting
from acuerdo.ledger.queries import get_balance, list_balances, recompute_balances
from acuerdo.portfolio.actions import ImportReport, import_file
from acuerdo.portfolio.actions.closing import close_account
from acuerdo.portfolio.models import (
    Account,
    AccountParty,
    ContactPoint,
    Debtor,
    DueItem,
    ImportRun,
    Person,
)

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 11, 24, 15, tzinfo=UTC)
HEADER = (
    "Número de crédito;Nombre;Tipo documento;Documento;País;Departamento;Moneda;Capital;"
    "Intereses;Fecha de vencimiento;Teléfono 1;Celular;Correo;Dirección;Ciudad\n"
)
ANA = (
    "A-1;Ana Pérez;CC;1023456788;CO;Antioquia;COP;1.000.000,50;10.000,00;15/10/2026;"
    "3000000001;;ana@example.com;Calle 1;Medellín\n"
)
ANA_TWO = (
    "A-2;Ana Pérez;CC;1.023.456.788;CO;Antioquia;COP;50.000,00;0;20/10/2026;"
    "+57 300 000 0001;3000000002;Ana@example.com;;\n"
)
JOAO = (
    "B-1;João Souza;CPF;390.533.447-05;BR;SP;BRL;1.234,56;0,44;15/09/2026;"
    "11 90000-0001;;joao@example.org;;\n"
)


@pytest.fixture
def creditor() -> Creditor:
    return create_creditor(actor=SYSTEM, now=NOW, name="Lender", country="CO")


@pytest.fixture
def read(creditor: Creditor, tmp_path: Path):
    def run(
        text: str | bytes, *, name: str = "export.csv", now: datetime = NOW, **options
    ) -> ImportReport:
        path = tmp_path / name
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        with transaction.atomic():
            return import_file(
                actor=SYSTEM,
                now=now,
                creditor=options.pop("creditor", creditor),
                path=path,
                **options,
            )

    return run


def test_rows_become_accounts(read, creditor: Creditor) -> None:
    report = read(HEADER + ANA + ANA_TWO + JOAO)
    assert (report.new, report.changed, report.unchanged) == (3, 0, 0)
    assert report.warnings.is_empty()
    ana = Debtor.objects.get(name="Ana Pérez")
    assert ana.accounts.count() == 2
    assert (ana.country, ana.subdivision, ana.timezone) == ("CO", "CO-ANT", "America/Bogota")
    assert ana.zone_candidates == ["America/Bogota"]
    assert ana.person.document_last4 == "6788"
    assert decrypt(ana.person.document_encrypted) == "1023456788"
    assert set(ana.contact_points.values_list("kind", "value", "is_valid")) == {
        ("phone", "+573000000001", True),
        ("phone", "+573000000002", True),
        ("email", "ana@example.com", True),
        ("address", "Calle 1, Medellín", True),
    }
    account = Account.objects.get(number="A-1")
    assert account.due_on == date(2026, 10, 15)
    assert account.placed_at == NOW
    assert get_balance(account.pk).components == {
        "principal": 1_000_000_50, "interest": 10_000_00, "fees": 0, "costs": 0, "taxes": 0,
    }  # fmt: skip
    item = DueItem.objects.get(account=account)
    assert (item.due_on, item.amount_minor) == (account.due_on, 1_010_000_50)
    assert AccountParty.objects.filter(role="holder").count() == 3
    joao = Account.objects.get(number="B-1")
    assert joao.debtor.language == "pt"
    assert joao.debtor.timezone == "America/Sao_Paulo"
    assert get_balance(joao.pk).total_minor == 1_235_00
    assert recompute_balances([account.pk, joao.pk]) == list_balances([account.pk, joao.pk])


def test_the_report_has_the_keys_of_the_command(read) -> None:
    report = read(HEADER + ANA + JOAO + "C-1;;;;XX;;EUR;abc;;;;;;;\n").to_json()
    assert report["file"] == {
        "encoding": "utf-8", "separator": ";", "decimal": ",", "date_order": "day_first",
    }  # fmt: skip
    assert report["rows"] == {
        "read": 3, "accepted": 2, "rejected": 1, "duplicates": 0, "warnings": 0,
    }  # fmt: skip
    assert report["accounts"] == {"new": 2, "changed": 0, "unchanged": 0}
    assert report["balances"]["COP"] == {
        "total_minor": 1_010_000_50, "principal_minor": 1_000_000_50,
        "interest_minor": 10_000_00, "fees_minor": 0, "costs_minor": 0, "taxes_minor": 0,
    }  # fmt: skip
    assert {tuple(row.values()) for row in report["rejections"]} == {
        (4, "País", "XX", "unknown_country"),
        (4, "Capital", "abc", "unreadable_amount"),
        (4, "Fecha de vencimiento", "", "missing_value"),
    }
    assert set(report["seconds"]) == {"read", "match", "people", "accounts", "books", "columns"}


def test_the_same_file_again_changes_nothing(read) -> None:
    text = HEADER + ANA + ANA_TWO + JOAO
    read(text)
    before = [model.objects.count() for model in (Person, Debtor, ContactPoint, Entry, Posting)]
    report = read(text)
    assert (report.new, report.changed, report.unchanged) == (0, 0, 3)
    assert before == [
        model.objects.count() for model in (Person, Debtor, ContactPoint, Entry, Posting)
    ]
    assert Event.objects.filter(name="PortfolioImported").count() == 2
    assert ImportRun.objects.count() == 2


def test_the_same_figures_written_otherwise_change_nothing(read) -> None:
    read(HEADER + ANA)
    again = (
        "account,name,document type,document,country,state,currency,principal,interest,due date,"
        "phone,mobile,email,address,city\n"
        'A-1,Ana Pérez,CC,1023456788,Colombia,ANT,COP,"1,000,000.50","10,000.00",2026-10-15,'
        "300 000 0001,,ana@example.com,Calle 1,Medellín\n"
    )
    report = read(again)
    assert (report.new, report.changed, report.unchanged) == (0, 0, 1)


def test_a_changed_balance_becomes_an_adjustment(read) -> None:
    read(HEADER + ANA + ANA_TWO)
    report = read(HEADER + ANA.replace("1.000.000,50;10.000,00", "900.000,00;12.500,00") + ANA_TWO)
    assert (report.new, report.changed, report.unchanged) == (0, 1, 1)
    account = Account.objects.get(number="A-1")
    balance = get_balance(account.pk)
    assert balance.components["principal"] == 900_000_00
    assert balance.components["interest"] == 12_500_00
    assert recompute_balances([account.pk])[account.pk] == balance
    entry = Entry.objects.get(kind="adjustment")
    assert set(entry.postings.values_list("amount_minor", flat=True)) == {100_000_50, 2_500_00}
    assert DueItem.objects.get(account=account).amount_minor == 912_500_00


def test_a_changed_due_date_and_a_new_phone_come_in(read) -> None:
    read(HEADER + ANA)
    report = read(
        HEADER + ANA.replace("15/10/2026;3000000001;", "20/10/2026;3000000001;3000000009")
    )
    assert report.changed == 1
    account = Account.objects.get()
    assert account.due_on == DueItem.objects.get().due_on == date(2026, 10, 20)
    assert ContactPoint.objects.filter(kind="phone").count() == 2
    assert not Entry.objects.filter(kind="adjustment").exists()


def test_what_was_paid_meanwhile_is_not_undone_by_the_same_file(read, creditor: Creditor) -> None:
    from acuerdo.core.money import Money
    from acuerdo.ledger.actions import post_payment
    from acuerdo.ledger.rules.allocation import PRINCIPAL_FIRST, Terms

    read(HEADER + ANA)
    account = Account.objects.get()
    post_payment(
        actor=SYSTEM, now=NOW, creditor_id=creditor.pk, account_id=account.pk,
        amount=Money(500_000_00, "COP"), effective_on=NOW.date(), key="pay",
        terms=Terms(order=PRINCIPAL_FIRST),
    )  # fmt: skip
    report = read(HEADER + ANA)
    assert report.unchanged == 1
    assert get_balance(account.pk).total_minor == 510_000_50
    report = read(HEADER + ANA.replace(";10.000,00;", ";12.000,00;"))
    assert get_balance(account.pk).components == {
        "principal": 500_000_50, "interest": 12_000_00, "fees": 0, "costs": 0, "taxes": 0,
    }  # fmt: skip
    assert [row[3] for row in report.warnings.iter_rows()] == ["raised_after_payment"]
    report = read(HEADER + ANA.replace("1.000.000,50;10.000,00", "1.100.000,50;12.000,00"))
    assert get_balance(account.pk).total_minor == 612_000_50
    assert report.warnings.height == 1
    # A file that has come to know of the payment does not take it off once more.
    report = read(HEADER + ANA.replace("1.000.000,50;10.000,00", "600.000,50;12.000,00"))
    assert get_balance(account.pk).total_minor == 612_000_50
    assert report.warnings.is_empty()
    read(HEADER + ANA.replace("1.000.000,50;10.000,00", "400.000,00;10.000,00"))
    assert get_balance(account.pk).total_minor == 410_000_00
    report = read(HEADER + ANA.replace("1.000.000,50;10.000,00", "400.000,00;11.000,00"))
    assert get_balance(account.pk).total_minor == 411_000_00
    assert report.warnings.is_empty()


def test_one_human_is_one_person_over_creditors(read, creditor: Creditor) -> None:
    other = create_creditor(actor=SYSTEM, now=NOW, name="Other", country="CO")
    read(HEADER + ANA)
    read(HEADER + ANA, creditor=other)
    assert Person.objects.count() == 1
    assert Debtor.objects.count() == 2
    assert Account.objects.filter(number="A-1").count() == 2


def test_without_a_document_one_name_at_one_address_is_one_person(read) -> None:
    blank = ANA.replace("CC;1023456788", ";").replace("A-1", "X-{}")
    wrong = JOAO.replace("390.533.447-05", "390.533.447-06").replace("B-1", "Y-{}")
    same_mail = blank.format(3).replace("3000000001", "3000000003").replace("Ana P", "ANA  P")
    rows = [blank.format(1), blank.format(2), wrong.format(1), wrong.format(2), same_mail]
    report = read(HEADER + "".join(rows))
    assert set(report.warnings["reason"]) == {"bad_check_digit"}
    assert Person.objects.count() == Debtor.objects.count() == 2
    ana = Debtor.objects.get(accounts__number="X-1")
    assert set(ana.accounts.values_list("number", flat=True)) == {"X-1", "X-2", "X-3"}
    assert read(HEADER + "".join(rows)).unchanged == 5
    read(HEADER + blank.format(4).replace("Pérez", "Perez").replace("ana@", "other@"))
    assert Debtor.objects.get(accounts__number="X-4") == ana
    assert Person.objects.count() == 2


def test_without_a_document_nobody_else_is_merged(read, creditor: Creditor) -> None:
    blank = ANA.replace("CC;1023456788", ";").replace("A-1", "X-{}")
    rows = [
        ANA,
        blank.format(1),
        blank.format(2).replace("Ana Pérez", "Luis Pérez"),
        blank.format(3).replace("3000000001", "").replace("ana@example.com", ""),
        blank.format(4).replace("3000000001", "").replace("ana@example.com", ""),
    ]
    read(HEADER + "".join(rows))
    assert Person.objects.count() == 5


def test_an_account_never_changes_hands_or_currency(read) -> None:
    read(HEADER + ANA)
    other = ANA.replace("1023456788", "1098765433")
    report = read(HEADER + other)
    assert [row[3] for row in report.rejections.iter_rows()] == ["debtor_differs"]
    report = read(HEADER + ANA.replace(";COP;", ";USD;"))
    assert [row[3] for row in report.rejections.iter_rows()] == ["currency_changed"]
    assert Debtor.objects.count() == 1


def test_two_rows_of_one_account(read) -> None:
    report = read(HEADER + ANA + ANA + ANA.replace("1.000.000,50", "2.000.000,50") + JOAO)
    assert (report.read, report.accepted, report.duplicates, report.rejected) == (4, 2, 1, 1)
    assert report.rejections.row(0) == (4, "Número de crédito", "A-1", "account_twice")
    assert get_balance(Account.objects.get(number="A-1").pk).total_minor == 1_010_000_50


def test_an_account_of_nothing_has_a_currency(read) -> None:
    read(HEADER + ANA.replace("1.000.000,50;10.000,00", "0,00;0,00"))
    account = Account.objects.get()
    assert get_balance(account.pk).currency == "COP"
    assert get_balance(account.pk).total_minor == 0
    assert not Entry.objects.exists()


def test_rejected_rows_go_back_as_a_file(read) -> None:
    from acuerdo.portfolio.actions.importing import read_rejections

    report = read(HEADER + ANA.replace("1.000.000,50", "=cmd()"))
    run = ImportRun.objects.get(pk=report.import_run_id)
    assert b"cmd" not in Path(run.rejections_key).name.encode()
    text = read_rejections(run).decode("utf-8-sig")
    assert text.splitlines()[1].startswith("2,Capital,'=cmd(),")
    assert "=cmd" not in str(run.report)


def test_an_account_paid_to_the_creditor_is_closed_and_may_open_again(read) -> None:
    read(HEADER + ANA)
    read(HEADER + ANA.replace("1.000.000,50;10.000,00", "0,00;0,00"))
    account = Account.objects.get()
    assert (account.state, account.closed_at) == ("closed", NOW)
    assert get_balance(account.pk).total_minor == 0
    assert read(HEADER + ANA).changed == 1
    account.refresh_from_db()
    assert (account.state, account.closed_at) == ("active", None)
    assert get_balance(account.pk).total_minor == 1_010_000_50


def test_a_debt_that_was_settled_here_is_not_chased_by_the_next_file(read) -> None:
    read(HEADER + ANA)
    account = Account.objects.get()
    close_account(account_id=account.pk, actor=SYSTEM, now=NOW)
    assert read(HEADER + ANA).unchanged == 1
    assert read(HEADER + ANA.replace("15/10/2026", "20/10/2026")).changed == 1
    report = read(HEADER + ANA.replace("1.000.000,50", "1.000.900,50"))
    assert [row[3] for row in report.rejections.iter_rows()] == ["account_closed"]
    account.refresh_from_db()
    assert account.state == "closed"
