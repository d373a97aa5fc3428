"""Payments and promises of an old system, with their dates."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from deals_kit import NOW, agree, cop, make_account, make_creditor
from django.db import transaction
from small_portfolio import TODAY, place, row

from acuerdo.agreements.actions import cancel_agreement, import_promises, settle_due
from acuerdo.agreements.models import Agreement, Instalment, Offer, OfferPolicy
from acuerdo.agreements.versions import list_waiting
from acuerdo.core.actor import SYSTEM
from acuerdo.core.models import Event
from acuerdo.creditors.models import Creditor
from acuerdo.ledger.models import Entry, Posting
from acuerdo.ledger.queries import get_balance, list_balances, recompute_balances
from acuerdo.payments.actions import import_payments
from acuerdo.payments.models import Allocation, Payment
from acuerdo.portfolio.actions import FactReport
from acuerdo.portfolio.errors import DatesAmbiguous, HeaderNotRecognised
from acuerdo.portfolio.models import Account

pytestmark = pytest.mark.django_db

Take = Callable[..., FactReport]


@pytest.fixture
def creditor() -> Creditor:
    return make_creditor()


@pytest.fixture
def account(creditor: Creditor) -> Account:
    return make_account(creditor)


@pytest.fixture
def take(creditor: Creditor, tmp_path: Path) -> Take:
    def read(what: str, text: str, **more: Any) -> FactReport:
        path = tmp_path / f"{what}.csv"
        path.write_text(text, encoding="utf-8")
        importer = {"payments": import_payments, "promises": import_promises}[what]
        given = {"creditor": creditor, "path": path, "actor": SYSTEM, "now": NOW, **more}
        with transaction.atomic():
            return importer(**given)

    return read


def faults(report: FactReport) -> list[tuple[int, str, str, str]]:
    return [tuple(one.values()) for one in report.rejections.to_dicts()]  # type: ignore[misc]


def stands(account: Account) -> list[tuple[str, list[tuple[str, int]]]]:
    """The account's agreements, oldest first: state, and state and paid pesos of the parts."""
    found = Agreement.objects.filter(account=account).order_by("reached_at", "id")
    return [
        (one.state, [(part.state, part.paid_minor // 100) for part in one.instalments.all()])
        for one in found
    ]


# Payments


def test_past_payments_are_posted_at_their_dates_and_change_no_balance(
    account: Account, take: Take
) -> None:
    report = take(
        "payments",
        "cuenta;fecha de pago;valor pagado;recibo\n"
        "A-0001;15/08/2026;100.000,50;R-1\nA-0001;24/11/2026;50.000,00;R-2\n",
    )
    assert (report.read, report.accepted, report.new) == (2, 2, {"payments": 2})
    assert report.totals == {"COP": 15_000_050}
    assert get_balance(account.pk).total_minor == 120_000_000
    assert list_balances([account.pk]) == recompute_balances([account.pk])
    entries = Entry.objects.filter(kind="past_payment").order_by("effective_on")
    assert [entry.effective_on for entry in entries] == [date(2026, 8, 15), TODAY]
    received = Posting.objects.filter(debit__code="received")
    assert sorted(part.amount_minor for part in received) == [5_000_000, 10_000_050]
    payments = Payment.objects.order_by("paid_at")
    assert {(one.state, one.provider) for one in payments} == {("past", "creditor")}
    assert payments[0].paid_at.isoformat() == "2026-08-15T17:00:00+00:00"
    assert Allocation.objects.count() == 2
    event = Event.objects.get(name="PaymentHistoryImported")
    assert event.data == {"read": 2, "new": 2, "totals": {"COP": 15_000_050}}


def test_the_same_file_again_and_repeated_rows_change_nothing(account: Account, take: Take) -> None:
    text = "account,date,amount\nA-0001,2026-08-15,100\nA-0001,2026-08-15,100\n"
    first, again = take("payments", text), take("payments", text)
    assert (first.new, first.duplicates) == ({"payments": 1}, 1)
    assert (again.new, again.known, again.duplicates) == ({"payments": 0}, {"payments": 1}, 1)
    assert again.to_json()["rows"] == {"read": 2, "accepted": 1, "rejected": 0, "duplicates": 1}
    assert Payment.objects.count() == Entry.objects.filter(kind="past_payment").count() == 1
    # With references they are two.
    both = take(
        "payments",
        "account,date,amount,reference\nA-0001,2026-08-15,100,a\nA-0001,2026-08-15,100,b\n",
    )
    assert both.new == {"payments": 2}


def test_a_bad_row_is_named_and_stops_no_other(account: Account, take: Take) -> None:
    report = take(
        "payments",
        "account,date,amount,reference\n"
        "B-9999,2026-08-15,100,\n"
        "A-0001,2026-13-15,100,\n"
        "A-0001,2026-12-15,100,\n"
        "A-0001,2026-08-15,-5,\n"
        "A-0001,2026-08-15,0,\n"
        "A-0001,2026-08-15,abc,\n"
        ",2026-08-15,100,\n"
        "A-0001,,100,\n"
        "A-0001,2026-08-16,100,same\n"
        "A-0001,2026-08-16,200,same\n"
        "A-0001,2026-08-17\n"
        'A-0001,2026-08-18,"=1+1",\n',
    )
    assert faults(report) == [
        (2, "account", "B-9999", "unknown_account"),
        (3, "date", "2026-13-15", "unreadable_date"),
        (4, "date", "2026-12-15", "in_the_future"),
        (5, "amount", "-5", "negative_amount"),
        (6, "amount", "0", "zero_amount"),
        (7, "amount", "abc", "unreadable_amount"),
        (8, "account", "", "missing_value"),
        (8, "account", "", "unknown_account"),
        (9, "date", "", "missing_value"),
        (11, "reference", "same", "reference_twice"),
        (12, "", "A-0001,2026-08-17", "wrong_number_of_fields"),
        (13, "amount", "=1+1", "formula"),
    ]
    assert report.to_json()["rows"] == {"read": 12, "accepted": 1, "rejected": 11, "duplicates": 0}
    changed = take("payments", "account,date,amount,reference\nA-0001,2026-08-16,300,same\n")
    assert faults(changed) == [(2, "reference", "same", "reference_known")]
    assert Payment.objects.count() == 1


def test_a_file_that_cannot_be_read_is_refused(account: Account, take: Take) -> None:
    with pytest.raises(HeaderNotRecognised):
        take("payments", "account,amount\nA-0001,100\n")
    with pytest.raises(DatesAmbiguous):
        take("payments", "account,date,amount\nA-0001,01/02/2026,100\n")
    assert not Payment.objects.exists()


def test_a_payment_of_after_the_placement_pays_the_debt(account: Account, take: Take) -> None:
    agreement = agree(account, kind="promise", amount=cop(400_000), on=TODAY + timedelta(days=6))
    later = NOW + timedelta(days=3)
    text = "account,date,amount\nA-0001,2026-11-25,400000\nA-0001,2026-08-01,400000\n"
    report = take("payments", text, now=later)
    assert report.new == {"payments": 2}
    assert get_balance(account.pk).total_minor == 80_000_000
    agreement.refresh_from_db()
    assert agreement.state == "kept"
    event = Event.objects.get(name="PaymentReported")
    assert event.data["balance_minor"] == 80_000_000
    assert take("payments", text, now=later).new == {"payments": 0}
    take("payments", "account,date,amount\nA-0001,2026-11-26,800000\n", now=later)
    account.refresh_from_db()
    assert (account.state, get_balance(account.pk).total_minor) == ("closed", 0)


def test_another_creditors_account_is_unknown(account: Account, take: Take) -> None:
    other = make_creditor("Otro Banco")
    place(other, [row("Z-0001")])
    report = take("payments", "account,date,amount\nZ-0001,2026-08-15,100\n")
    assert faults(report) == [(2, "account", "Z-0001", "unknown_account")]


# Promises


PAID = "account,date,amount\nA-0001,2026-09-10,300\nA-0001,2026-10-30,100\n"
PROMISED = (
    "account,promised_on,due_on,amount\n"
    "A-0001,2026-09-01,2026-09-10,300\n"  # kept
    "A-0001,2026-10-01,2026-10-10,500\n"  # broken: what came, came too late
    "A-0001,2026-11-20,2026-11-30,200\n"  # open
    "A-0001,2026-11-20,2026-12-30,200\n"
)


def test_promises_are_kept_or_broken_by_what_was_paid(account: Account, take: Take) -> None:
    take("payments", PAID)
    report = take("promises", PROMISED)
    assert (report.new, report.accepted) == ({"promises": 3}, 4)
    expected = [
        ("kept", [("paid", 300)]),
        ("broken", [("missed", 0)]),
        ("active", [("due", 0), ("due", 0)]),
    ]
    assert stands(account) == expected
    kinds = Agreement.objects.order_by("reached_at").values_list("kind", "channel")
    assert list(kinds) == [("promise", ""), ("promise", ""), ("plan", "")]
    # The policy of the past is offered by nobody, and waits for nobody's approval.
    assert list_waiting(OfferPolicy, account.creditor_id) == []
    broken = Agreement.objects.get(state="broken")
    assert broken.closed_at is not None
    assert broken.closed_at.date() == date(2026, 10, 14)
    again = take("promises", PROMISED)
    assert (again.new, again.known) == ({"promises": 0}, {"promises": 3})
    assert stands(account) == expected


def test_payments_that_come_after_the_promises_judge_them_the_same(
    account: Account, take: Take
) -> None:
    take("promises", PROMISED)
    assert [state for state, _parts in stands(account)] == ["broken", "broken", "active"]
    take("payments", PAID)
    assert [state for state, _parts in stands(account)] == ["kept", "broken", "active"]


def test_an_open_promise_goes_on_as_ours(account: Account, take: Take) -> None:
    take("payments", "account,date,amount\nA-0001,2026-11-22,150\n")
    take("promises", PROMISED)
    assert stands(account)[-1] == ("active", [("due", 150), ("due", 0)])
    later = NOW + timedelta(days=4)
    take("payments", "account,date,amount\nA-0001,2026-11-27,50\n", now=later)
    assert stands(account)[-1] == ("active", [("paid", 200), ("due", 0)])
    settle_due(now=NOW + timedelta(days=60), actor=SYSTEM)
    assert stands(account)[-1] == ("broken", [("paid", 200), ("missed", 0)])
    assert Event.objects.filter(name="AgreementBroken").count() == 1


def test_a_later_promise_takes_the_place_of_an_open_one(account: Account, take: Take) -> None:
    take(
        "promises",
        "account,promised_on,due_on,amount\n"
        "A-0001,2026-11-10,2026-12-10,300\nA-0001,2026-11-20,2026-12-20,300\n",
    )
    assert stands(account) == [("cancelled", [("cancelled", 0)]), ("active", [("due", 0)])]
    ours = Agreement.objects.get(state="active")
    with transaction.atomic():
        cancel_agreement(agreement=ours, actor=SYSTEM, now=NOW)
    # What a person ended stays so, whatever comes in later.
    take("payments", "account,date,amount\nA-0001,2026-11-21,300\n")
    assert [state for state, _parts in stands(account)] == ["cancelled", "cancelled"]


def test_our_own_agreement_runs_on_beside_an_imported_one(account: Account, take: Take) -> None:
    agree(account, kind="promise", amount=cop(400_000), on=TODAY + timedelta(days=6))
    take("promises", "account,promised_on,due_on,amount\nA-0001,2026-11-20,2026-12-20,300\n")
    assert sorted(state for state, _parts in stands(account)) == ["active", "cancelled"]
    # What was paid before the placement is told of the imported one alone.
    take("payments", "account,date,amount\nA-0001,2026-11-24,400000\n")
    assert sorted(state for state, _parts in stands(account)) == ["active", "kept"]
    assert not Instalment.objects.filter(paid_minor__gt=0, agreement__state="active").exists()


def test_bad_promises_are_named(account: Account, take: Take) -> None:
    report = take(
        "promises",
        "account,promised_on,due_on,amount,reference\n"
        "A-0001,2026-11-20,2026-11-10,300,\n"
        "A-0001,2026-11-20,,300,\n"
        "A-0001,2026-12-20,2026-12-30,300,\n"
        "X,2026-11-20,2026-11-30,300,\n"
        "A-0001,2026-11-20,2026-12-30,300,P-1\n",
    )
    assert faults(report) == [
        (2, "due_on", "2026-11-10", "due_before_promise"),
        (3, "due_on", "", "missing_value"),
        (4, "promised_on", "2026-12-20", "in_the_future"),
        (5, "account", "X", "unknown_account"),
    ]
    assert report.new == {"promises": 1}
    other = take(
        "promises",
        "account,promised_on,due_on,amount,reference\nA-0001,2026-11-20,2026-12-30,400,P-1\n",
    )
    assert faults(other) == [(2, "reference", "P-1", "promise_known")]
    assert Offer.objects.get().total_minor == 30_000
