"""Do-not-contact lists: whom they name now, whom they will name later, and what they cannot say."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import transaction
from small_portfolio import NOW, place, row

from acuerdo.compliance.actions import (
    ListReport,
    import_do_not_contact,
    record_opt_out,
    withdraw_opt_out,
)
from acuerdo.compliance.models import DoNotContact, OptOut
from acuerdo.core.actor import SYSTEM, Actor
from acuerdo.core.models import Event
from acuerdo.creditors.actions import create_creditor
from acuerdo.creditors.models import Creditor
from acuerdo.portfolio.errors import (
    DatesAmbiguous,
    FileMissing,
    HeaderNotRecognised,
    NotText,
)
from acuerdo.portfolio.models import Debtor

pytestmark = pytest.mark.django_db

ME: dict[str, Any] = {"actor": Actor("user", "7"), "now": NOW}


@pytest.fixture
def creditor() -> Creditor:
    return create_creditor(**ME, name="Banco Ejemplo", country="CO")


@pytest.fixture
def read(creditor: Creditor, tmp_path: Path) -> Any:
    def import_list(text: str | bytes, of: Creditor = creditor, **more: Any) -> ListReport:
        path = tmp_path / "list.csv"
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        with transaction.atomic():
            return import_do_not_contact(
                **{**ME, "creditor": of, "path": path, "source": "", **more}
            )

    return import_list


def answers(report: ListReport) -> dict[int, tuple[str, int]]:
    rows = report.to_json()["answers"]
    return {answer["line"]: (answer["result"], answer["debtors"]) for answer in rows}


def stopped() -> list[tuple[str, str]]:
    rows = OptOut.objects.filter(withdrawn_at=None).select_related("debtor")
    return sorted((one.debtor.name, one.channel) for one in rows)


def test_every_row_is_answered(creditor: Creditor, read: Any) -> None:
    place(creditor, [row("A-0001"), row("A-0002"), row("A-0003", phone="+573005550001")])
    report = read(
        "teléfono;correo;documento\n"
        "300 555 0001;;\n"
        ";PERSONA0002@example.com;\n"
        ";;102000002\n"
        "3009999999;;\n"
        "no lo sé;;\n"
        ";;\n"
        "300 555 0001;esto no es;\n"
    )
    assert answers(report) == {
        2: ("matched", 2),
        3: ("matched", 1),
        4: ("matched", 1),
        5: ("not_found", 0),
        6: ("unreadable", 0),
        8: ("matched", 2),
    }
    assert report.to_json()["rows"] == {
        "read": 6, "matched": 4, "not_found": 1, "unreadable": 1,
    }  # fmt: skip
    (bad,) = report.rejections.to_dicts()
    assert bad == {"line": 6, "column": "teléfono", "value": "no lo sé", "reason": "bad_phone"}
    (warned,) = report.warnings.to_dicts()
    assert (warned["line"], warned["reason"]) == (8, "bad_email")
    assert stopped() == [("Persona A-0001", ""), ("Persona A-0002", ""), ("Persona A-0003", "")]
    (event,) = Event.objects.filter(name="DoNotContactImported")
    assert event.data == {
        "read": 6, "matched": 4, "not_found": 1, "unreadable": 1, "stopped": 3,
    }  # fmt: skip
    assert event.actor == "user:7"


def test_the_same_list_again_changes_nothing(creditor: Creditor, read: Any) -> None:
    place(creditor, [row("A-0001")])
    text = "phone,since,source\n+573005550001,2026-01-02,registry 12\n+573005559999,,\n"
    first = read(text)
    again = read(text, now=NOW + timedelta(days=1))
    assert (first.stopped, first.remembered) == (1, 2)
    assert (again.stopped, again.remembered, again.debtors) == (0, 0, 1)
    assert answers(first) == answers(again)
    one = OptOut.objects.get()
    assert one.opted_out_at == datetime(2026, 1, 2, 5, tzinfo=UTC)
    assert (one.source, one.recorded_by, one.is_stop) == ("registry 12", "user:7", True)
    assert DoNotContact.objects.count() == 2


def test_no_address_is_kept_in_the_clear(creditor: Creditor, read: Any) -> None:
    read("phone,email,document\n+573005559999,ana@example.com,10209999\n")
    kept = " ".join(str(values) for values in DoNotContact.objects.values())
    for secret in ("573005559999", "ana@", "10209999"):
        assert secret not in kept


@pytest.mark.parametrize(
    ("listed", "held"),
    [
        ("+5215512345678", "+525512345678"),
        ("+551187654321", "+5511987654321"),
        ("+541123456789", "+5491123456789"),
        ("+5491123456789", "+541123456789"),
        ("3005550009", "+573005550009"),
    ],
)
@pytest.mark.parametrize("later", [False, True])
def test_variants_of_a_phone_are_one(
    creditor: Creditor, read: Any, listed: str, held: str, later: bool
) -> None:
    text = f"celular\n{listed}\n"
    if later:
        read(text)
        place(creditor, [row("A-0001", phone=held)])
    else:
        place(creditor, [row("A-0001", phone=held)])
        read(text)
    assert stopped() == [("Persona A-0001", "")]


@pytest.mark.parametrize(
    ("header", "cells"),
    [
        ("phone", "+573005550001"),
        ("e-mail", "persona0001@example.com"),
        ("documento", "102000001"),
        ("tipo_documento,documento", "CC,102.000.001"),
    ],
)
def test_whoever_is_imported_later_is_left_alone(
    creditor: Creditor, read: Any, header: str, cells: str
) -> None:
    place(creditor, [row("A-0002")])
    report = read(f"{header},canal\n{cells},sms\n", source="register of 2026")
    assert (report.matched, report.not_found, report.stopped) == (0, 1, 0)
    place(creditor, [row("A-0001"), row("A-0002")])
    assert stopped() == [("Persona A-0001", "sms")]
    one = OptOut.objects.get()
    assert (one.source, one.opted_out_at, one.is_stop) == ("register of 2026", NOW, False)
    place(creditor, [row("A-0001", total="5.00")])
    assert OptOut.objects.count() == 1


def test_a_list_is_its_creditors_alone(creditor: Creditor, read: Any) -> None:
    other = create_creditor(**ME, name="Otro Banco", country="CO")
    place(other, [row("A-0001")])
    read("phone\n+573005550001\n")
    assert stopped() == []
    place(other, [row("A-0003", phone="+573005550001")])
    assert stopped() == []


def test_channels_and_purposes(creditor: Creditor, read: Any) -> None:
    place(creditor, [row(f"A-000{number}") for number in range(1, 6)])
    report = read(
        "telefono,canal,finalidad\n"
        "+573005550001,SMS y correo,\n"
        "+573005550002,todos,\n"
        "+573005550003,paloma mensajera,\n"
        "+573005550004,,publicidad\n"
        "+573005550005,,otra cosa\n"
    )
    rows = OptOut.objects.values_list("debtor__name", "channel", "purpose", "is_stop")
    assert sorted(rows) == [
        ("Persona A-0001", "email", "", False),
        ("Persona A-0001", "sms", "", False),
        ("Persona A-0002", "", "", True),
        ("Persona A-0003", "", "", True),
        ("Persona A-0004", "", "commercial_offer", True),
        ("Persona A-0005", "", "", True),
    ]
    (warned,) = report.warnings.to_dicts()
    assert (warned["line"], warned["reason"]) == (4, "unknown_channel_all")


def test_a_later_word_of_the_debtor_stands(creditor: Creditor, read: Any) -> None:
    place(creditor, [row("A-0001")])
    debtor = Debtor.objects.get()
    text = "phone\n+573005550001\n"
    read(text)
    with transaction.atomic():
        withdraw_opt_out(
            opt_out=OptOut.objects.get(), source="call", actor=SYSTEM, now=NOW + timedelta(days=1)
        )
    # The same list, and the same portfolio, a week later: the list is older than the word.
    week = NOW + timedelta(days=7)
    read(text, now=week)
    place(creditor, [row("A-0001")], now=week)
    assert stopped() == []
    read("phone,since\n+573005550001,2026-11-30\n", now=week)
    assert stopped() == [(debtor.name, "")]


def test_who_is_opted_out_already_stays_so(creditor: Creditor, read: Any) -> None:
    place(creditor, [row("A-0001")])
    debtor = Debtor.objects.get()
    with transaction.atomic():
        record_opt_out(**ME, creditor_id=creditor.pk, debtor=debtor, source="inbound:1", channel="")
    report = read("phone\n+573005550001\n")
    assert (report.debtors, report.stopped) == (1, 0)
    assert report.to_json()["debtors"] == {"named": 1, "stopped": 0, "already_stopped": 1}
    assert OptOut.objects.get().source == "inbound:1"


def test_dates_that_cannot_be(creditor: Creditor, read: Any) -> None:
    place(creditor, [row("A-0001"), row("A-0002")])
    report = read("phone,fecha\n+573005550001,2030-01-01\n+573005550002,ayer\n")
    reasons = [(one["line"], one["reason"]) for one in report.warnings.to_dicts()]
    assert reasons == [(2, "in_the_future"), (3, "unreadable_date")]
    # The date is unsure, the wish is not.
    assert set(OptOut.objects.values_list("opted_out_at", flat=True)) == {NOW}


def test_files_that_are_refused(creditor: Creditor, read: Any, tmp_path: Path) -> None:
    with pytest.raises(HeaderNotRecognised):
        read("nombre,ciudad\nAna,Cali\n")
    with pytest.raises(NotText):
        read(b"PK\x03\x04....")
    with pytest.raises(FileMissing):
        read("phone\n1\n", path=tmp_path / "nothing.csv")
    with pytest.raises(DatesAmbiguous):
        read("phone,fecha\n+573005550001,03/04/2026\n")
    report = read("phone,fecha\n+573005550001,03/04/2026\n", dates="day_first")
    assert report.read == 1
    assert DoNotContact.objects.get().since_at == datetime(2026, 4, 3, 5, tzinfo=UTC)


def test_hostile_cells(creditor: Creditor, read: Any) -> None:
    report = read(
        'phone,source,canal\n"=cmd|calc",x,sms\n'
        f"+573005550001,{'s' * 500}\u202e,\n"
        "'; DROP TABLE compliance_optout; --,,\n"
        '"+573005550002,,\n'
    )
    assert {one["line"] for one in report.rejections.to_dicts()} == {2, 4, 5}
    assert DoNotContact.objects.get().source == "s" * 200


def test_thousands_in_a_fixed_number_of_statements(
    creditor: Creditor, read: Any, django_assert_max_num_queries: Any
) -> None:
    place(creditor, [row(f"A-{number:04}") for number in range(1, 60)])
    rows = "\n".join(f"+57300555{number:04}" for number in range(1, 3000))
    with django_assert_max_num_queries(25):
        report = read(f"phone\n{rows}\n")
    assert (report.matched, report.not_found) == (59, 2940)
