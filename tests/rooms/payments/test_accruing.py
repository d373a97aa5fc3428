"""What accounts bear by their creditor's settings, run by the tick."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import polars as pl
import pytest
from deals_kit import NOW, agree, cop, make_account, make_creditor
from django.db.models import Sum

from acuerdo.core.actor import SYSTEM
from acuerdo.core.models import Event
from acuerdo.core.vocabulary import Component
from acuerdo.creditors.models import Creditor
from acuerdo.ledger.actions import post_payment
from acuerdo.ledger.audit import audit_books
from acuerdo.ledger.errors import SchemeInvalid
from acuerdo.ledger.models import Entry, Posting
from acuerdo.ledger.queries import get_balance, recompute_balances
from acuerdo.payments.actions import accrue_accounts, accruing
from acuerdo.payments.jobs import accrue_all
from acuerdo.portfolio.models import Account
from acuerdo.portfolio.queries import list_bucket_history, list_days_past_due
from acuerdo.strategies.dpd import read_days_past_due

pytestmark = pytest.mark.django_db

ZONE = ZoneInfo("America/Bogota")
PLACED_ON = NOW.astimezone(ZONE).date()
CEILING = {
    "from_on": "2026-01-01", "until_on": "2027-12-31", "annual_percent": "36.5",
    "effective": False, "source": "made up for the test",
}  # fmt: skip
SCHEME: dict[str, Any] = {
    "rules": [
        {"annual_percent": "36.5"},
        {"component": "fees", "fixed_minor": {"COP": 500_000}, "times": 1},
    ],
    "ceilings": [CEILING],
}


@pytest.fixture
def creditor() -> Creditor:
    creditor = make_creditor()
    creditor.settings = {"accrual": SCHEME}
    creditor.save()
    return creditor


@pytest.fixture
def account(creditor: Creditor) -> Account:
    cells = {"total": "", "principal": "1000000", "interest": "0", "fees": "0"}
    return make_account(creditor, dpd=60, **cells)


def accrue(creditor: Creditor, on: date) -> int:
    done = accrue_accounts(creditor_id=creditor.pk, on=on, actor=SYSTEM, now=NOW)
    assert done is not None
    return done.entries


def end_of_month(months: int) -> date:
    first = PLACED_ON.replace(day=1)
    for _ in range(months + 1):
        first = (first + timedelta(days=32)).replace(day=1)
    return first - timedelta(days=1)


def pay_late(account: Account, on: date, pesos: int) -> Entry:
    return post_payment(
        actor=SYSTEM,
        now=NOW,
        creditor_id=account.creditor_id,
        account_id=account.pk,
        amount=cop(pesos),
        effective_on=on,
        key=f"late:{account.pk}:{on}",
    )


def owed(account: Account, part: Component = Component.INTEREST) -> int:
    return get_balance(account.pk).components[part]


def test_interest_and_a_fee_are_charged_at_the_end_of_each_month(account: Account) -> None:
    first = end_of_month(0)
    assert accrue(account.creditor, first - timedelta(days=1)) == 0
    assert accrue(account.creditor, first) == 2
    assert accrue(account.creditor, first) == 0
    days = (first - PLACED_ON).days
    assert owed(account) == cop(1_000).minor * days
    assert owed(account, Component.FEES) == cop(5_000).minor
    second = end_of_month(1)
    assert accrue(account.creditor, second) == 1
    assert owed(account) == cop(1_000).minor * (second - PLACED_ON).days
    assert recompute_balances([account.pk]) == {account.pk: get_balance(account.pk)}
    assert audit_books().is_clean


def test_a_payment_told_late_lowers_what_was_borne_and_edits_nothing(account: Account) -> None:
    accrue(account.creditor, end_of_month(1))
    before = list(Posting.objects.order_by("pk").values_list("pk", "amount_minor"))
    on = end_of_month(0) - timedelta(days=2)
    pay_late(account, on, 400_000)
    accrue(account.creditor, end_of_month(1))
    kept = list(Posting.objects.order_by("pk").values_list("pk", "amount_minor"))[: len(before)]
    assert kept == before
    first = (on - PLACED_ON).days * 1_000 + 2 * 600
    # The payment came before anything was borne, so it is the principal's; the rest follows.
    assert owed(account, Component.PRINCIPAL) == cop(600_000).minor
    second = (end_of_month(1) - end_of_month(0)).days * 600
    assert owed(account) == cop(first + second).minor
    assert audit_books().is_clean
    corrections = Posting.objects.filter(entry__kind="accrual", debit__code="accrued")
    assert corrections.aggregate(minor=Sum("amount_minor"))["minor"] > 0


def test_late_or_in_time_comes_to_the_same(creditor: Creditor) -> None:
    cells = {"total": "", "principal": "1000000", "interest": "50000", "fees": "0"}
    late, timely = (make_account(creditor, number, dpd=60, **cells) for number in ("A-1", "A-2"))
    on = end_of_month(0) + timedelta(days=3)
    accrue(creditor, end_of_month(0))
    pay_late(timely, on, 300_000)
    accrue(creditor, end_of_month(2))
    pay_late(late, on, 300_000)
    accrue(creditor, end_of_month(2))
    assert get_balance(late.pk).components == get_balance(timely.pk).components


def test_a_date_without_a_legal_maximum_bears_nothing_and_is_told(account: Account) -> None:
    creditor = account.creditor
    creditor.settings = {"accrual": {"rules": [{"annual_percent": "36.5"}]}}
    creditor.save()
    done = accrue_accounts(creditor_id=creditor.pk, on=end_of_month(0), actor=SYSTEM, now=NOW)
    assert done is not None
    assert (done.debts, done.entries) == (1, 0)
    assert done.gaps == {"CO": [(PLACED_ON + timedelta(days=1), end_of_month(0))]}
    event = Event.objects.get(name="DebtsAccrued")
    assert list(event.data["gaps"]) == ["CO"]
    # Once the figure is entered, what was missing is posted.
    creditor.settings = {"accrual": {**SCHEME, "rules": [{"annual_percent": "99"}]}}
    creditor.save()
    accrue(creditor, end_of_month(0))
    assert owed(account) == cop(1_000).minor * (end_of_month(0) - PLACED_ON).days


def test_nothing_is_borne_while_an_agreement_runs(account: Account) -> None:
    agree(account, kind="plan", count=3, on=PLACED_ON + timedelta(days=7))
    assert accrue(account.creditor, end_of_month(1)) == 0


def test_the_tick_runs_once_a_day_in_the_morning(account: Account) -> None:
    morning = datetime(*end_of_month(0).timetuple()[:3], 4, tzinfo=ZONE) + timedelta(days=1)
    accrue_all(now=morning - timedelta(hours=2))
    assert not Event.objects.filter(name="DebtsAccrued").exists()
    accrue_all(now=morning)
    accrue_all(now=morning + timedelta(hours=1))
    assert Event.objects.filter(name="DebtsAccrued").count() == 1
    assert owed(account) > 0


def test_a_creditor_without_rules_charges_nothing(account: Account) -> None:
    Creditor.objects.update(settings={})
    accrue_all(now=NOW + timedelta(days=40))
    assert not Event.objects.filter(name="DebtsAccrued").exists()
    assert owed(account) == 0


@pytest.mark.parametrize(
    "scheme",
    [
        {"rules": [{"annual_percent": 24.36}]},
        {"rules": [{"annual_percent": "NaN"}]},
        {"rules": [{"annual_percent": "-1"}]},
        {"rules": [{"day_count": "31/366"}]},
        {"rules": [{"component": "tips"}]},
        {"rules": [{"rate": "3"}]},
        {"rules": [{"fixed_minor": {"COP": -5}}]},
        {"rules": [{"on": ["interest"]}]},
        {"rules": [{"from_on": "31/12/2026"}]},
        {"rules": "all of them"},
        {"ceilings": []},
        ["rules"],
        {"rules": [], "ceilings": [{"annual_percent": "1"}]},
    ],
)
def test_settings_that_cannot_be_read_charge_nothing_and_stop_nobody(
    account: Account, scheme: object
) -> None:
    Creditor.objects.update(settings={"accrual": scheme})
    with pytest.raises(SchemeInvalid):
        accrue(account.creditor, end_of_month(0))
    accrue_all(now=NOW + timedelta(days=40))
    assert not Entry.objects.filter(kind="accrual").exists()


def test_what_is_borne_falls_due_when_it_is_charged(account: Account) -> None:
    first = end_of_month(0)
    accrue(account.creditor, first)
    # All but the interest and the fee is paid: they are what is past due, from their own date.
    pay_late(account, first + timedelta(days=1), 1_000_000)
    ten_days = first + timedelta(days=10)
    assert list_days_past_due([account.pk], ten_days) == {account.pk: 10}
    owed_now = pl.DataFrame(
        {"account_id": [account.pk], "total_minor": [get_balance(account.pk).total_minor]}
    )
    ages = read_days_past_due(owed_now, creditor_id=account.creditor_id, on=ten_days)
    assert ages["dpd"].to_list() == [10]


def test_the_history_of_buckets_counts_late_news_from_its_date(account: Account) -> None:
    before = list_bucket_history(account.pk, from_on=PLACED_ON, until_on=ten(PLACED_ON))
    assert [spell.bucket for spell in before] == ["31-60", "61-90"]
    pay_late(account, PLACED_ON + timedelta(days=4), 1_000_000)
    after = list_bucket_history(account.pk, from_on=PLACED_ON, until_on=ten(PLACED_ON))
    assert [(spell.bucket, (spell.from_on - PLACED_ON).days) for spell in after] == [
        ("31-60", 0),
        ("61-90", 1),
        ("current", 4),
    ]


def test_between_the_ends_of_periods_only_what_was_touched_is_looked_at(
    account: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(accruing, "_LATE_COMMITS", 0)
    creditor = account.creditor
    other = make_account(creditor, "A-2", dpd=60)
    first = end_of_month(0)

    def look(on: date) -> int:
        done = accrue_accounts(creditor_id=creditor.pk, on=on, actor=SYSTEM, now=NOW)
        assert done is not None
        return done.debts

    assert look(first) == 2
    look(first + timedelta(days=1))  # what was posted at the end of the month itself
    assert look(first + timedelta(days=2)) == 0
    pay_late(other, first - timedelta(days=3), 10_000)
    before = owed(account)
    assert look(first + timedelta(days=3)) == 1
    assert owed(account) == before
    creditor.settings = {"accrual": {**SCHEME, "rules": SCHEME["rules"][:1]}}
    creditor.save()
    assert look(first + timedelta(days=4)) == 2
    assert look(end_of_month(1)) == 2


def ten(on: date) -> date:
    return on + timedelta(days=10)
