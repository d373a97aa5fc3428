"""History from before: caps and wishes are right from the first day."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from contact_kit import local
from django.db import transaction
from small_portfolio import NOW, place, row

from acuerdo.compliance.actions import (
    HistoryReport,
    check_contacts,
    grant_consents,
    import_history,
    revoke_consents,
    withdraw_opt_out,
)
from acuerdo.compliance.models import Consent, ContactAttempt, OptOut
from acuerdo.compliance.rules import ContactRequest
from acuerdo.core.actor import Actor
from acuerdo.core.models import Event
from acuerdo.creditors.actions import create_creditor
from acuerdo.creditors.models import Creditor
from acuerdo.portfolio.errors import DatesAmbiguous, HeaderNotRecognised
from acuerdo.portfolio.models import Account

pytestmark = pytest.mark.django_db

ME: dict[str, Any] = {"actor": Actor("user", "7"), "now": NOW}


@pytest.fixture
def creditor() -> Creditor:
    return create_creditor(**ME, name="Banco Ejemplo", country="CO")


@pytest.fixture
def account(creditor: Creditor) -> Account:
    place(creditor, [row("A-0001"), row("A-0002", authorised_channels="")])
    return Account.objects.select_related("debtor").get(number="A-0001")


@pytest.fixture
def other(account: Account) -> Account:
    """Another debtor, who has authorised nothing."""
    return Account.objects.select_related("debtor").get(number="A-0002")


@pytest.fixture
def read(creditor: Creditor, tmp_path: Path) -> Any:
    def import_text(text: str, **more: Any) -> HistoryReport:
        path = tmp_path / "history.csv"
        path.write_text(text, encoding="utf-8")
        with transaction.atomic():
            return import_history(**{**ME, "creditor": creditor, "path": path, **more})

    return import_text


def why(account: Account, channel: str = "sms", now: Any = NOW, **more: Any) -> str:
    request = ContactRequest(
        **{
            "creditor_id": account.creditor_id,
            "account_id": account.pk,
            "debtor_id": account.debtor_id,
            "channel": channel,
            "purpose": "collection",
            **more,
        }
    )
    return check_contacts([request], actor=ME["actor"], now=now, stage="plan")[0].reason_code


def faults(report: HistoryReport) -> list[tuple[int, str, str, str]]:
    return [tuple(one.values()) for one in report.rejections.to_dicts()]  # type: ignore[misc]


# Contacts


def test_a_cap_refuses_because_of_an_imported_contact(account: Account, read: Any) -> None:
    assert why(account) == "ok"
    report = read("cuenta,canal,fecha y hora,resultado\nA-0001,SMS,2026-11-24 08:30,entregado\n")
    assert report.new["contacts"] == 1
    assert why(account) == "daily_cap"
    attempt = ContactAttempt.objects.get()
    assert attempt.reference.startswith("history:")
    assert (attempt.state, attempt.outcome, attempt.purpose) == (
        "settled", "delivered", "collection",
    )  # fmt: skip
    assert attempt.occurred_at == local("2026-11-24 08:30")
    assert (attempt.account_id, attempt.person_id) == (account.pk, account.debtor.person_id)


def test_the_same_file_again_changes_nothing(account: Account, read: Any) -> None:
    text = (
        "account,channel,datetime,direction,outcome,kind,text\n"
        "A-0001,call,2026-11-20T10:00,outbound,no_answer,contact,\n"
        "A-0001,call,2026-11-20T10:00,outbound,no_answer,contact,\n"
        "A-0001,sms,2026-11-21T10:00,inbound,conversation,contact,\n"
        "A-0001,call,2026-11-01T10:00,,,consent,I agree\n"
        "A-0001,whatsapp,2026-11-02T10:00,,,revocation,\n"
        "A-0001,email,2026-11-03T10:00,,,opt_out,\n"
    )
    first = read(text)
    kept = [list(model.objects.order_by("pk").values()) for model in TABLES]
    again = read(text, now=NOW + timedelta(days=1))
    assert [list(model.objects.order_by("pk").values()) for model in TABLES] == kept
    assert first.new == {"contacts": 2, "opt_outs": 1, "consents": 1, "revocations": 1}
    assert again.new == {"contacts": 0, "opt_outs": 0, "consents": 0, "revocations": 0}
    assert again.known == {"contacts": 2, "opt_outs": 1, "consents": 1, "revocations": 1}
    assert (first.duplicates, again.duplicates) == (1, 1)
    events = Event.objects.filter(name="ContactHistoryImported")
    assert [event.data["contacts"] for event in events.order_by("id")] == [2, 0]


TABLES = (ContactAttempt, Consent, OptOut)


def test_an_outcome_may_be_corrected(account: Account, read: Any) -> None:
    text = "account,channel,datetime,outcome\nA-0001,call,2026-11-20T10:00,{}\n"
    read(text.format("conversation"))
    read(text.format("no_answer"))
    assert ContactAttempt.objects.get().outcome == "no_answer"


@pytest.mark.parametrize(
    ("cells", "at"),
    [
        ("2026-11-20 15:30", "2026-11-20T20:30"),
        ("20/11/2026 3:30 p. m.", "2026-11-20T20:30"),
        ("20/11/2026 12:05 AM", "2026-11-20T05:05"),
        ("2026-11-20T15:30:15Z", "2026-11-20T15:30:15"),
        ("2026-11-20T15:30-03:00", "2026-11-20T18:30"),
        ("20 nov 2026 15:30", "2026-11-20T20:30"),
        ("2026-11-20", "2026-11-20T17:00"),
    ],
)
def test_how_an_instant_is_written(account: Account, read: Any, cells: str, at: str) -> None:
    read(f"account,channel,datetime\nA-0001,call,{cells}\n")
    assert ContactAttempt.objects.get().occurred_at == datetime.fromisoformat(at + "+00:00")


def test_zones_of_rows_of_the_file_and_of_the_creditor(account: Account, read: Any) -> None:
    text = (
        "conta;canal;data;hora;fuso\n"
        "A-0001;call;20/11/2026;09:00;America/Sao_Paulo\n"
        "A-0001;call;20/11/2026;09:00;\n"
        "A-0001;call;20/11/2026;09:00;Mars/Olympus\n"
    )
    report = read(text, zone="America/Mexico_City")
    times = ContactAttempt.objects.order_by("occurred_at").values_list("occurred_at", flat=True)
    assert [at.hour for at in times] == [12, 15]
    assert faults(report) == [(4, "fuso", "Mars/Olympus", "unknown_zone")]


def test_words_of_three_languages(account: Account, read: Any) -> None:
    read(
        "cuenta,canal,fecha_hora,dirección,resultado,finalidad\n"
        "A-0001,llamada,2026-11-18 10:00,saliente,no contesta,cobranza\n"
        "A-0001,ligação,2026-11-19 10:00,receptivo,contato,\n"
        "A-0001,WhatsApp,2026-11-20 10:00,sent,read,reminder\n"
    )
    rows = ContactAttempt.objects.order_by("occurred_at")
    assert list(rows.values_list("channel", "direction", "outcome", "purpose")) == [
        ("call", "outbound", "no_answer", "collection"),
        ("call", "inbound", "conversation", "information_requested_by_consumer"),
        ("whatsapp", "outbound", "delivered", "preventive_reminder"),
    ]


def test_every_bad_row_is_told_and_stops_no_other(account: Account, read: Any) -> None:
    report = read(
        "account,documento,channel,datetime,direction,outcome,purpose,kind\n"
        "A-0001,,call,2026-11-20 10:00,,,,\n"
        "A-9999,,call,2026-11-20 10:00,,,,\n"
        ",999888777,call,2026-11-20 10:00,,,,\n"
        ",,call,2026-11-20 10:00,,,,\n"
        "A-0001,102000002,call,2026-11-20 10:00,,,,\n"
        "A-0001,,pigeon,2026-11-20 10:00,,,,\n"
        "A-0001,,sms y correo,2026-11-20 10:00,,,,\n"
        "A-0001,,,2026-11-20 10:00,,,,\n"
        "A-0001,,call,yesterday,,,,\n"
        "A-0001,,call,2026-11-20 25:00,,,,\n"
        "A-0001,,call,2027-01-01 10:00,,,,\n"
        "A-0001,,call,2026-11-20 10:00,sideways,,,\n"
        "A-0001,,call,2026-11-20 10:00,,magic,,\n"
        "A-0001,,call,2026-11-20 10:00,,,fun,\n"
        "A-0001,,call,2026-11-20 10:00,,,,party\n"
        "A-0001,,all,2026-11-20 10:00,,,,consent\n"
    )
    assert report.new["contacts"] == 1
    assert faults(report) == [
        (3, "account", "A-9999", "unknown_account"),
        (4, "documento", "", "unknown_document"),
        (5, "account", "", "nobody_named"),
        (6, "documento", "A-0001", "debtors_differ"),
        (7, "channel", "pigeon", "unknown_channel_here"),
        (8, "channel", "sms y correo", "unknown_channel_here"),
        (9, "channel", "", "missing_value"),
        (10, "datetime", "yesterday", "unreadable_date"),
        (11, "datetime", "2026-11-20 25:00", "unreadable_time"),
        (12, "datetime", "2027-01-01 10:00", "in_the_future"),
        (13, "direction", "sideways", "unknown_direction"),
        (14, "outcome", "magic", "unknown_outcome"),
        (15, "purpose", "fun", "unknown_purpose"),
        (16, "kind", "party", "unknown_kind"),
        (17, "channel", "all", "unknown_channel_here"),
    ]
    assert report.to_json()["rows"] == {
        "read": 16, "accepted": 1, "rejected": 15, "duplicates": 0,
    }  # fmt: skip


def test_who_by_document_or_by_our_reference(account: Account, read: Any) -> None:
    report = read(
        "documento,debtor_id,channel,datetime\n"
        "102.000.001,,call,2026-11-20 10:00\n"
        f",{account.debtor.public_id},sms,2026-11-20 10:00\n"
        ",00000000-0000-0000-0000-000000000000,sms,2026-11-20 10:00\n"
        ",nobody,sms,2026-11-20 10:00\n"
    )
    found = ContactAttempt.objects.order_by("pk")
    assert set(found.values_list("debtor_id", "account_id")) == {(account.debtor_id, None)}
    assert [(line, code) for line, _c, _v, code in faults(report)] == [
        (4, "unknown_debtor"), (5, "unknown_debtor"),
    ]  # fmt: skip


def test_another_creditors_accounts_are_unknown(account: Account, read: Any) -> None:
    other = create_creditor(**ME, name="Otro Banco", country="CO")
    text = "account,documento,channel,datetime\nA-0001,,sms,2026-11-20 10:00\n"
    report = read(text + ",102000001,sms,2026-11-20 10:00\n", creditor=other)
    assert [code for _l, _c, _v, code in faults(report)] == [
        "unknown_account", "unknown_document",
    ]  # fmt: skip
    assert ContactAttempt.objects.count() == 0


# Wishes


def test_what_was_agreed_and_taken_back(other: Account, read: Any) -> None:
    head = "account,channel,datetime,kind,purpose,source,text\n"
    assert why(other) == "channel_not_authorized"
    read(
        head
        + "A-0002,sms,2026-01-10 10:00,consent,,form 1,I agree to SMS\n"
        + "A-0002,sms,2026-03-10 10:00,revocation,,call,\n"
        + "A-0002,email,2026-01-10 10:00,autorización,,form 1,I agree to mail\n"
        + "A-0002,email,2026-02-10 10:00,consent,marketing,form 2,offers too\n"
    )
    assert why(other) == "channel_not_authorized"
    assert why(other, "email") == "ok"
    stood = Consent.objects.get(debtor=other.debtor, channel="sms")
    assert (stood.granted_at, stood.revoked_at) == (
        local("2026-01-10 10:00"), local("2026-03-10 10:00"),
    )  # fmt: skip
    assert (stood.source, stood.text, stood.revoked_why) == ("form 1", "I agree to SMS", "call")
    purposes = Consent.objects.filter(debtor=other.debtor, channel="email").values_list(
        "purpose", flat=True
    )
    assert set(purposes) == {"collection", "commercial_offer"}


def test_a_revocation_of_what_is_known_here(account: Account, read: Any) -> None:
    assert why(account) == "ok"
    text = "account,channel,datetime,kind\nA-0001,sms,2026-11-24 09:30,revocation\n"
    # The consent came with the portfolio at ten: a revocation before that says nothing about it.
    assert read(text).new["revocations"] == 1
    assert why(account) == "ok"
    later = NOW + timedelta(hours=2)
    read(text.replace("09:30", "11:00"), now=later)
    assert why(account, now=later) == "channel_not_authorized"
    assert read(text.replace("09:30", "11:00"), now=later).new["revocations"] == 0


def test_a_consent_of_the_file_and_one_of_ours_end_together(account: Account, read: Any) -> None:
    later = NOW + timedelta(hours=3)
    report = read(
        "account,channel,datetime,kind\n"
        "A-0001,sms,2026-11-24 11:00,consent\n"
        "A-0001,sms,2026-11-24 12:00,revocation\n",
        now=later,
    )
    assert report.new["revocations"] == 1
    assert not Consent.objects.filter(channel="sms", revoked_at=None).exists()
    assert why(account, now=later) == "channel_not_authorized"


def test_an_older_consent_does_not_undo_a_later_no(account: Account, read: Any) -> None:
    revoke_consents(
        **ME, creditor_id=account.creditor_id, debtor_id=account.debtor_id, channels=["sms"],
        source="call",
    )  # fmt: skip
    read("account,channel,datetime,kind\nA-0001,sms,2026-11-20 10:00,consent\n")
    assert why(account) == "channel_not_authorized"
    grant_consents(
        **ME, creditor_id=account.creditor_id, grants=[(account.debtor_id, "sms")], source="form"
    )
    assert why(account) == "ok"


def test_opt_outs_of_before(account: Account, other: Account, read: Any) -> None:
    text = (
        "account,channel,datetime,kind,purpose,source\n"
        "A-0001,todos,2026-10-01 10:00,baja,,old system\n"
        "A-0002,sms,2026-10-01 10:00,opt_out,marketing,old system\n"
    )
    read(text)
    assert why(account) == "opt_out"
    assert why(other, purpose="commercial_offer") == "opt_out"
    opted = OptOut.objects.get(purpose="")
    assert (opted.channel, opted.opted_out_at, opted.source) == (
        "", local("2026-10-01 10:00"), "old system",
    )  # fmt: skip
    with transaction.atomic():
        withdraw_opt_out(opt_out=opted, source="call", **ME)
    read(text)
    assert why(account) == "ok"


# Files


def test_files_that_are_refused(account: Account, read: Any) -> None:
    for head in ("channel,datetime\n", "account,datetime\n", "account,channel\n"):
        with pytest.raises(HeaderNotRecognised):
            read(head + "A-0001,sms\n")
    text = "account,channel,datetime\nA-0001,sms,03/04/2026 10:00\n"
    with pytest.raises(DatesAmbiguous):
        read(text)
    read(text, dates="month_first")
    assert ContactAttempt.objects.get().occurred_at == datetime(2026, 3, 4, 15, tzinfo=UTC)


def test_hostile_cells(account: Account, read: Any) -> None:
    report = read(
        "account,channel,datetime,kind,text\n"
        '"=cmd|calc",sms,2026-11-20 10:00,contact,\n'
        "'; DROP TABLE compliance_consent; --,sms,2026-11-20 10:00,contact,\n"
        f"A-0001,call,2026-11-20 10:00,consent,{'x' * 5000}\u202e\n"
        'A-0001,"sms,2026-11-20 10:00,contact,\n'
    )
    assert report.rejected == 3
    assert len(Consent.objects.get(granted_at=local("2026-11-20 10:00")).text) <= 2_000


def test_many_rows_in_a_fixed_number_of_statements(
    account: Account, read: Any, django_assert_max_num_queries: Any
) -> None:
    lines = "\n".join(
        f"A-000{1 + number % 2},sms,2026-11-{1 + number % 20:02} {number % 24:02}:{number % 60:02}"
        for number in range(4_000)
    )
    with django_assert_max_num_queries(40):
        report = read(f"account,channel,datetime\n{lines}\n")
    assert report.new["contacts"] + report.duplicates == 4_000
