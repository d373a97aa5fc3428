"""The report of prevented contacts: what is counted and what came since make one figure."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from small_portfolio import NOW, TODAY, place, row

from acuerdo.compliance.actions import check_contacts, count_refusals
from acuerdo.compliance.models import Verdict
from acuerdo.compliance.rules import ContactRequest
from acuerdo.core.actor import SYSTEM
from acuerdo.creditors.actions import create_creditor
from acuerdo.creditors.models import Creditor
from acuerdo.portfolio.models import Account
from acuerdo.reporting.prevented import (
    WEEKS,
    Prevented,
    Selection,
    first_monday,
    get_prevented,
    list_refused,
)

pytestmark = pytest.mark.django_db

DAY = timedelta(days=1)
MONDAY = date(2026, 11, 23)


@pytest.fixture
def creditor() -> Creditor:
    return open_creditor("Banco Ejemplo")


def open_creditor(name: str, country: str = "CO") -> Creditor:
    return create_creditor(actor=SYSTEM, now=NOW, name=name, country=country)


def place_accounts(creditor: Creditor, *numbers: str, **cells: str) -> list[Account]:
    place(creditor, [row(number, **cells) for number in numbers])
    return list(Account.objects.filter(creditor=creditor).order_by("number"))


def ask(accounts: Iterable[Account], channel: str = "call", now: datetime = NOW) -> None:
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
        stage="plan",
    )


def report(creditor: Creditor, now: datetime = NOW, **selection: str) -> Prevented:
    return get_prevented(
        [creditor.pk],
        today=now.date(),
        now=now,
        language="en",
        selection=Selection(**selection),
    )


def rows(creditor: Creditor, **selection: str) -> int:
    page = list_refused(
        [creditor.pk],
        first=first_monday(TODAY),
        last=TODAY + 2 * DAY,
        selection=Selection(**selection),
    )
    assert len(page.contacts) == page.count
    return page.count


def test_the_weeks_end_with_the_present_one() -> None:
    assert first_monday(TODAY) == MONDAY - timedelta(weeks=WEEKS - 1)
    assert first_monday(MONDAY) == first_monday(MONDAY + 6 * DAY)
    empty = get_prevented([], today=TODAY, now=NOW, language="es")
    assert (len(empty.weeks), empty.law, empty.house, empty.rules) == (WEEKS, 0, 0, ())


def test_repeated_planning_does_not_inflate_it(creditor: Creditor) -> None:
    accounts = place_accounts(creditor, "A-0001", "A-0002")
    for minutes in range(0, 240, 60):
        ask(accounts, now=NOW + timedelta(minutes=minutes))
    now = NOW + timedelta(hours=5)
    assert report(creditor, now).weeks[-1].law == 2
    # Half of it counted, the rest asked again on the same date, by one more person too.
    count_refusals(creditor_id=creditor.pk, now=NOW + timedelta(minutes=30))
    assert report(creditor, now).weeks[-1].law == 2
    count_refusals(creditor_id=creditor.pk, now=now)
    assert report(creditor, now).weeks[-1].law == 2
    assert rows(creditor) == 2


def test_what_came_since_the_counting_is_added(creditor: Creditor) -> None:
    one, two = place_accounts(creditor, "A-0001", "A-0002")
    ask([one])
    count_refusals(creditor_id=creditor.pk, now=NOW)
    later = NOW + timedelta(minutes=20)
    ask([one, two], now=later)
    ask([one], "visit", now=later)
    found = report(creditor, later)
    assert found.law == 3
    assert dict(found.channels) == {"call": 2, "visit": 1}
    assert rows(creditor) == 3
    tomorrow = NOW + DAY
    ask([one], now=tomorrow)
    assert report(creditor, tomorrow).law == 4


def test_what_lies_ahead_of_the_clock_is_not_told(creditor: Creditor) -> None:
    ask(place_accounts(creditor, "A-0001"), now=NOW + timedelta(hours=1))
    assert report(creditor).law == 0


def test_the_law_and_our_own_caution_are_apart(creditor: Creditor) -> None:
    accounts = place_accounts(creditor, "A-0001")
    ask(accounts, "call")  # the law: not authorised
    ask(accounts, "postcard")  # ours: others could read it
    found = report(creditor)
    assert (found.law, found.house) == (1, 1)
    assert {rule.rule_id: rule.is_house for rule in found.rules} == {
        "co.authorised_channel": False,
        "base.postcard": True,
    }
    law = next(rule for rule in found.rules if not rule.is_house)
    assert law.citation.startswith("Ley 2300")
    assert "authorised" in law.text
    assert (report(creditor, source="law").house, report(creditor, source="house").law) == (0, 0)
    assert (rows(creditor, source="law"), rows(creditor, source="house")) == (1, 1)


def test_every_figure_leads_to_as_many_rows(creditor: Creditor) -> None:
    accounts = place_accounts(creditor, "A-0001", "A-0002", "A-0003")
    brazil = place_accounts(
        creditor,
        "B-0001",
        country="BR",
        currency="BRL",
        document_type="CPF",
        document="52998224725",
    )[-1:]
    for week in range(3):
        at = NOW - timedelta(weeks=week)
        ask(accounts[: 3 - week], now=at)
        ask(brazil, "visit", now=at - timedelta(hours=9))
    count_refusals(creditor_id=creditor.pk, now=NOW - 3 * DAY)
    found = report(creditor)
    assert found.law + found.house == rows(creditor) > 6
    for country, count in found.countries:
        assert rows(creditor, country=country) == count
        assert report(creditor, country=country).law + report(creditor, country=country).house == (
            count
        )
    for channel, count in found.channels:
        assert rows(creditor, channel=channel) == count
    for rule in found.rules:
        assert rows(creditor, rule_id=rule.rule_id, country=rule.pack) == rule.count
    for week in found.weeks:
        page = list_refused(
            [creditor.pk],
            first=week.monday,
            last=week.monday + 7 * DAY,
            selection=Selection(),
        )
        assert page.count == week.total


def test_pages_of_rows_tell_each_contact_once(creditor: Creditor) -> None:
    accounts = place_accounts(creditor, *(f"A-{number:04}" for number in range(1, 8)))
    ask(accounts)
    seen = []
    for offset in (0, 3, 6):
        page = list_refused(
            [creditor.pk],
            first=TODAY,
            last=TODAY + DAY,
            selection=Selection(),
            offset=offset,
            limit=3,
        )
        assert page.count == 7
        seen += [contact.verdict.debtor_id for contact in page.contacts]
    assert len(seen) == len(set(seen)) == 7
    assert page.contacts[0].account is not None
    assert page.contacts[0].debtor_name.startswith("Persona")


def test_another_creditor_is_not_counted(creditor: Creditor) -> None:
    other = open_creditor("Caja Vecina")
    ask(place_accounts(other, "B-0001"))
    assert report(creditor).law == 0
    assert rows(creditor) == 0
    both = get_prevented([creditor.pk, other.pk], today=TODAY, now=NOW, language="es")
    assert both.law == 1


def test_a_rule_that_no_pack_has_any_more_is_still_told(creditor: Creditor) -> None:
    (account,) = place_accounts(creditor, "A-0001")
    fields: dict[str, Any] = {
        "decided_at": NOW,
        "creditor_id": creditor.pk,
        "account_id": account.pk,
        "debtor_id": account.debtor_id,
        "person_id": account.debtor.person_id,
        "channel": "sms",
        "purpose": "collection",
        "stage": "plan",
        "allowed": False,
        "reason_code": "outside_hours",
        "rule_id": "co.gone",
        "citation": "Ley 1 de 2020",
        "pack": "CO",
        "pack_version": "1/1",
    }
    ask([account], "sms")  # makes the month's partition
    Verdict.objects.create(**fields)
    (rule,) = report(creditor).rules
    assert (rule.rule_id, rule.text, rule.citation, rule.is_house) == (
        "co.gone",
        "",
        "Ley 1 de 2020",
        False,
    )
    assert (rows(creditor, source="law"), rows(creditor, source="house")) == (1, 0)


def test_the_report_is_two_statements(creditor: Creditor, django_assert_num_queries: Any) -> None:
    ask(place_accounts(creditor, "A-0001"))
    with django_assert_num_queries(2):
        report(creditor)
