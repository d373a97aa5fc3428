"""What the rules prevented, counted from the verdicts: each person once a date, whenever asked."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, timedelta

import pytest
from django.db import transaction
from small_portfolio import NOW, TODAY, place, row

from acuerdo.compliance.actions import check_contacts, count_refusals
from acuerdo.compliance.jobs import count_refusals_all
from acuerdo.compliance.models import RefusalCount, Verdict
from acuerdo.compliance.queries import find_rule, is_house_rule, preview_contacts
from acuerdo.compliance.rules import ContactRequest
from acuerdo.core.actor import SYSTEM
from acuerdo.creditors.actions import create_creditor
from acuerdo.creditors.models import Creditor
from acuerdo.portfolio.models import Account

pytestmark = pytest.mark.django_db

DAY = timedelta(days=1)


@pytest.fixture
def creditor() -> Creditor:
    return open_creditor("Banco Ejemplo")


def open_creditor(name: str) -> Creditor:
    return create_creditor(actor=SYSTEM, now=NOW, name=name, country="CO")


def place_accounts(creditor: Creditor, *numbers: str) -> list[Account]:
    place(creditor, [row(number) for number in numbers])
    return list(Account.objects.filter(creditor=creditor).order_by("number"))


def ask(
    accounts: Iterable[Account], channel: str = "call", now: datetime = NOW, stage: str = "plan"
) -> None:
    """Calls are authorised by nobody here, so every one is refused."""
    check_contacts(
        [
            ContactRequest(
                creditor_id=account.creditor_id,
                account_id=account.pk,
                debtor_id=account.debtor_id,
                channel=channel,
                purpose="collection",
            )
            for account in accounts
        ],
        actor=SYSTEM,
        now=now,
        stage=stage,  # type: ignore[arg-type]
    )


def counts(creditor: Creditor) -> dict[tuple[date, str, str], int]:
    return {
        (one.on, one.channel, one.rule_id): one.contacts
        for one in RefusalCount.objects.filter(creditor=creditor)
    }


def test_a_person_counts_once_a_date_channel_and_rule(creditor: Creditor) -> None:
    accounts = place_accounts(creditor, "A-0001", "A-0002")
    for hour in range(3):
        ask(accounts, now=NOW + timedelta(hours=hour))
    ask(accounts, now=NOW, stage="deliver")
    ask(accounts[:1], "visit")
    ask(accounts, "sms")  # allowed: nothing is prevented
    assert count_refusals(creditor_id=creditor.pk, now=NOW + DAY) == 2
    assert counts(creditor) == {
        (TODAY, "call", "co.authorised_channel"): 2,
        (TODAY, "visit", "co.visit"): 1,
    }
    row_ = RefusalCount.objects.get(channel="call")
    assert (row_.pack, row_.house_default) == ("CO", False)


def test_the_same_again_changes_nothing_and_later_dates_are_added(creditor: Creditor) -> None:
    accounts = place_accounts(creditor, "A-0001", "A-0002")
    ask(accounts)
    count_refusals(creditor_id=creditor.pk, now=NOW)
    before = counts(creditor)
    count_refusals(creditor_id=creditor.pk, now=NOW)
    assert counts(creditor) == before
    ask(accounts, now=NOW + 3 * DAY)
    count_refusals(creditor_id=creditor.pk, now=NOW + 3 * DAY)
    assert counts(creditor) == before | {(TODAY + 3 * DAY, "call", "co.authorised_channel"): 2}


def test_what_was_stored_late_is_still_counted(creditor: Creditor) -> None:
    """A planning takes a while: its verdicts carry the time at which it began."""
    one, two = place_accounts(creditor, "A-0001", "A-0002")
    ask([one], now=NOW - timedelta(minutes=5))
    count_refusals(creditor_id=creditor.pk, now=NOW)
    ask([two], now=NOW - timedelta(minutes=10))
    count_refusals(creditor_id=creditor.pk, now=NOW + timedelta(hours=1))
    assert counts(creditor) == {(TODAY, "call", "co.authorised_channel"): 2}


def test_dates_are_those_of_the_creditor(creditor: Creditor) -> None:
    accounts = place_accounts(creditor, "A-0001")
    # 23:30 in Bogotá is the next date in UTC, and still this one for the creditor.
    ask(accounts, now=datetime.fromisoformat("2026-11-25T04:30:00+00:00"))
    ask(accounts, now=datetime.fromisoformat("2026-11-25T05:30:00+00:00"))
    count_refusals(creditor_id=creditor.pk, now=NOW + DAY)
    assert [on for on, _channel, _rule in counts(creditor)] == [TODAY, TODAY + DAY]


def test_creditors_are_counted_apart_by_the_tick(creditor: Creditor) -> None:
    other = open_creditor("Caja Vecina")
    ask(place_accounts(creditor, "A-0001"))
    ask(place_accounts(other, "B-0001", "B-0002"))
    count_refusals_all(now=NOW)
    assert sum(counts(creditor).values()) == 1
    assert sum(counts(other).values()) == 2


def test_counting_needs_the_transaction_that_holds_its_lock(creditor: Creditor) -> None:
    with transaction.atomic():
        assert count_refusals(creditor_id=creditor.pk, now=NOW) == 0


def test_a_common_rule_may_be_the_laws_in_one_country_and_ours_in_another() -> None:
    colombian, argentine = find_rule("base.third_party", "CO"), find_rule("base.third_party", "AR")
    assert colombian is not None
    assert argentine is not None
    assert (colombian.house_default, argentine.house_default) == (False, True)
    assert not is_house_rule("base.third_party", "CO", "")
    # A rule that no pack has any more was the law's where it named its source.
    assert is_house_rule("gone.rule", "CO", "")
    assert not is_house_rule("gone.rule", "CO", "Ley 1 de 2020")
    assert is_house_rule("own.no_fridays", "CO", "Our contract")


def test_a_look_ahead_is_not_kept(creditor: Creditor) -> None:
    (account,) = place_accounts(creditor, "A-0001")
    requests = [
        ContactRequest(
            creditor_id=creditor.pk,
            account_id=account.pk,
            debtor_id=account.debtor_id,
            channel=channel,
            purpose="collection",
        )
        for channel in ("sms", "call")
    ]
    allowed, refused = preview_contacts(requests, NOW)
    assert (allowed.allowed, refused.reason_code) == (True, "channel_not_authorized")
    assert not Verdict.objects.exists()
