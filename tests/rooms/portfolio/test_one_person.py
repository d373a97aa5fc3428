"""One human is one person over rows, creditors and writings; two humans never are."""

from __future__ import annotations

from typing import Any

import pytest
from small_portfolio import NOW, place, row

from acuerdo.core.actor import SYSTEM
from acuerdo.creditors.actions import create_creditor
from acuerdo.creditors.models import Creditor
from acuerdo.portfolio.actions import set_usable
from acuerdo.portfolio.models import Account, ContactPoint, Debtor, Person
from acuerdo.portfolio.queries import find_debtor_by_address
from acuerdo.portfolio.rules import list_phone_variants

pytestmark = pytest.mark.django_db


def make_creditor(name: str = "Uno", country: str = "CO") -> Creditor:
    return create_creditor(actor=SYSTEM, now=NOW, name=name, country=country)


def person_of(creditor: Creditor, number: str) -> Person:
    return Account.objects.get(creditor=creditor, number=number).debtor.person


def nobody(number: str, **cells: str) -> dict[str, str]:
    """A row without a document."""
    usual = {"document": "", "name": "Ana Pérez", "phone": "3005550001"}
    return row(number, **{**usual, **cells})


# By document

SAME = [
    ("AR", "ARS", ("DNI", "20.123.456"), ("CUIT", "20-20123456-6"), ("", "20201234566")),
    ("BR", "BRL", ("CPF", "390.533.447-05"), ("", "39053344705"), ("CPF", "CPF 39053344705")),
    ("CL", "CLP", ("RUT", "76.086.428-5"), ("", "760864285"), ("RUN", "076086428-5")),
    ("CO", "COP", ("CC", "1.023.456.788"), ("NIT", "1023456788"), ("", "C.C. 1023456788")),
    ("CR", "CRC", ("Cédula", "1-0613-0584"), ("", "106130584"), ("CF", "0106130584")),
    ("EC", "USD", ("CI", "171430710-3"), ("RUC", "1714307103001"), ("", "1714307103")),
    ("ES", "EUR", ("NIF", "54362315-K"), ("DNI", "54362315"), ("", "ES54362315K")),
    ("GB", "GBP", ("NINO", "JG 10 37 59 A"), ("", "JG103759"), ("NI", "jg103759a")),
    ("MX", "MXN", ("CURP", "BOXW310820HNERXN09"), ("", "boxw310820hnerxn09"),
     ("", "CURP: BOXW 310820 HNERXN 09")),
    ("PE", "PEN", ("DNI", "10117410"), ("RUC", "10101174102"), ("", "10117410-2")),
    ("PT", "EUR", ("NIF", "501 964 843"), ("", "PT501964843"), ("Contribuinte", "501964843")),
    ("US", "USD", ("SSN", "536-90-4399"), ("", "536904399"), ("Social Security", "536 90 4399")),
    ("ZA", "ZAR", ("ID", "7503305044089"), ("", "750330 5044 089"), ("RSA ID", "7503305044089")),
]  # fmt: skip


@pytest.mark.parametrize(
    ("country", "currency", "written"), [(item[0], item[1], item[2:]) for item in SAME]
)
def test_a_document_written_differently_is_one_person_over_creditors(
    country: str, currency: str, written: tuple[tuple[str, str], ...]
) -> None:
    for index, (kind, number) in enumerate(written):
        creditor = make_creditor(f"Acreedor {index}", country)
        # Another name and another phone: the document alone says who it is.
        report = place(
            creditor,
            [
                row(
                    f"A-{index}{half}", country=country, currency=currency, document=number,
                    document_type=kind, name=f"Name {index}",
                )
                for half in (0, 1)
            ],
        )  # fmt: skip
        assert "document" not in report.warnings["column"].to_list()
    assert Person.objects.count() == 1
    assert Debtor.objects.count() == len(written)
    # A file that writes it in another way is about the same debtor.
    first = Creditor.objects.get(name="Acreedor 0")
    kind, number = written[1]
    again = row(
        "A-00", country=country, currency=currency, document=number, document_type=kind,
        name="Name 0", total="5.00",
    )  # fmt: skip
    report = place(first, [again])
    assert (report.changed, report.rejected) == (1, 0)
    assert Person.objects.count() == 1


def test_a_column_called_by_the_type_says_what_stands_in_it() -> None:
    spain = make_creditor("Dos", "ES")
    cells = {"country": "ES", "currency": "EUR", "document_type": "", "document": ""}
    listed = []
    for number, dni in (("A-1", "54362315"), ("A-2", "54362315-K"), ("A-3", "1234567")):
        plain = {key: value for key, value in row(number, **cells).items() if "document" not in key}
        listed.append({**plain, "DNI": dni})
    place(spain, listed)
    assert person_of(spain, "A-1") == person_of(spain, "A-2")
    assert person_of(spain, "A-1").document_last4 == "315K"
    assert Person.objects.count() == 2


def test_a_document_of_the_creditor_s_country_stays_of_it_abroad() -> None:
    colombia, spain = make_creditor(), make_creditor("Dos", "ES")
    here = row("A-1", document="1.023.456.788", document_type="CC")
    place(colombia, [here, {**here, "account": "A-2", "country": "ES"}])
    place(spain, [{**here, "account": "B-1", "document_country": "CO", "country": "ES"}])
    assert Person.objects.get().document_country == "CO"
    # A type that both countries have is one of where the debtor lives.
    place(colombia, [row("A-3", document="X1234567", document_type="Pasaporte", country="ES")])
    assert person_of(colombia, "A-3").document_country == "ES"


def test_an_unlucky_number_makes_nobody_one_person() -> None:
    """Placeholders, hidden digits and customers' numbers identify nobody."""
    creditor = make_creditor("Tres", "US")
    numbers = ["***-**-4399", "XXX-XX-4399", "123456789", "078-05-1120", "4399"]
    rows = [
        row(f"A-{index}{half}", country="US", currency="USD", document=number, document_type="SSN")
        for index, number in enumerate(numbers)
        for half in (0, 1)
    ]
    place(creditor, rows)
    assert Person.objects.count() == len(rows)
    assert Person.objects.exclude(document_hash=None).count() == 0


# Without a document


def test_one_name_at_one_phone_is_one_person_for_two_creditors() -> None:
    first, second = make_creditor(), make_creditor("Dos")
    place(first, [nobody("A-1"), nobody("A-2", name="ANA  PEREZ", phone="+57 300 555 0001")])
    place(second, [nobody("B-1", name="Ana Perez", email="")])
    assert Person.objects.count() == 1
    assert Debtor.objects.count() == 2
    mine, theirs = (Debtor.objects.get(creditor=one) for one in (first, second))
    # Each creditor keeps its own name and addresses of them, and no other's.
    assert (mine.name, theirs.name) == ("Ana Pérez", "Ana Perez")
    assert mine.contact_points.count() > theirs.contact_points.count()
    # A debtor of one's own comes before another creditor's.
    other = nobody("B-2", name="Ana Perez", phone="3005550009", email="x@example.com")
    place(second, [other])
    assert Person.objects.count() == 2
    place(second, [{**other, "account": "B-3", "phone": "3005550001"}])
    assert Account.objects.get(number="B-3").debtor in Debtor.objects.filter(creditor=second)
    assert Person.objects.count() == 2


@pytest.mark.parametrize(
    "cells",
    [
        {"name": "Luis Pérez"},
        {"name": ""},
        {"phone": "3005550002", "email": "other@example.com"},
        {"phone": "", "email": ""},
        {"document": "1023456788"},
    ],
)
def test_nobody_else_is_that_person(cells: dict[str, str]) -> None:
    first, second = make_creditor(), make_creditor("Dos")
    place(first, [nobody("A-1")])
    place(second, [{**nobody("B-1"), **cells}])
    assert Person.objects.count() == 2
    place(first, [{**nobody("A-2"), **cells}])
    assert person_of(first, "A-2") != person_of(first, "A-1")


def test_who_has_a_document_is_never_joined_to_one_without() -> None:
    first, second = make_creditor(), make_creditor("Dos")
    place(first, [nobody("A-1", document="1023456788")])
    place(second, [nobody("B-1")])
    assert person_of(first, "A-1") != person_of(second, "B-1")


# By the forms of a phone

FORMS = [
    ("AR", "ARS", ["11 15 2345 6789", "+54 9 11 2345 6789", "11 2345 6789", "+541123456789"]),
    ("BR", "BRL", ["(11) 98765-4321", "11 8765-4321", "+55 11 8765 4321", "5511987654321"]),
    ("MX", "MXN", ["55 1234 5678", "+52 1 55 1234 5678", "044 55 1234 5678", "5215512345678"]),
]


@pytest.mark.parametrize(("country", "currency", "forms"), FORMS)
def test_the_forms_of_a_phone_are_one_address_of_one_person(
    country: str, currency: str, forms: list[str]
) -> None:
    creditor = make_creditor("Uno", country)
    cells: dict[str, Any] = {"country": country, "currency": currency, "email": ""}
    place(creditor, [nobody(f"A-{i}", phone=form, **cells) for i, form in enumerate(forms)])
    place(creditor, [nobody(f"B-{i}", phone=form, **cells) for i, form in enumerate(forms)])
    other = make_creditor("Dos", country)
    place(other, [nobody("C-1", phone=forms[2], **cells)])
    assert Person.objects.count() == 1
    (point,) = ContactPoint.objects.filter(creditor=creditor)
    for form in list_phone_variants(point.value):
        for written in (form, form.lstrip("+")):
            found = find_debtor_by_address(creditor.pk, "phone", written)
            assert found is not None
            assert found.pk == point.debtor_id


def test_of_two_forms_the_one_that_can_be_written_to_is_kept() -> None:
    creditor = make_creditor("Uno", "AR")
    cells = {"country": "AR", "currency": "ARS", "email": "", "document": "20123456"}
    base = row("A-1", document_type="DNI", phone="11 2345 6789", **cells)
    place(creditor, [base])
    point = ContactPoint.objects.get()
    assert point.value == "+541123456789"
    place(creditor, [{**base, "phone": "11 15 2345 6789", "total": "2.00"}])
    assert ContactPoint.objects.get().pk == point.pk
    assert ContactPoint.objects.get().value == "+5491123456789"
    place(creditor, [{**base, "phone": "11 2345 6789", "total": "3.00"}])
    assert ContactPoint.objects.get().value == "+5491123456789"


@pytest.mark.parametrize(
    "forms", [("11 2345 6789", "11 15 2345 6789"), ("11 15 2345 6789", "1123456789")]
)
def test_a_stranger_s_number_comes_back_in_no_form(forms: tuple[str, str]) -> None:
    creditor = make_creditor("Uno", "AR")
    cells = {"country": "AR", "currency": "ARS", "email": "", "document": "20123456"}
    base = row("A-1", document_type="DNI", phone=forms[0], **cells)
    place(creditor, [base])
    point = ContactPoint.objects.get()
    set_usable(ids=[point.pk], is_usable=False)
    place(creditor, [{**base, "phone": forms[1], "total": "2.00"}])
    place(creditor, [{**base, "account": "A-2", "phone": forms[1]}])
    assert [one.is_valid for one in ContactPoint.objects.all()] == [False]


def test_another_debtor_s_number_is_another_s() -> None:
    creditor = make_creditor("Uno", "AR")
    cells = {"country": "AR", "currency": "ARS", "email": "", "document_type": "DNI"}
    place(
        creditor,
        [
            row("A-1", document="20123456", phone="11 2345 6789", **cells),
            row("A-2", document="20123457", phone="11 15 2345 6789", **cells),
            row("A-3", document="20123458", phone="11 15 2345 6780", **cells),
        ],
    )
    assert Debtor.objects.count() == 3
    values = ContactPoint.objects.order_by("debtor_id").values_list("value", flat=True)
    assert list(values) == ["+541123456789", "+5491123456789", "+5491123456780"]
