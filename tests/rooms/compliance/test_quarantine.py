"""A wrong person's address: nobody is contacted there until a person has looked."""

from __future__ import annotations

from typing import Any

import pytest
from messaging_kit import NOW, accounts, draft, make_creditor, queue
from small_portfolio import place, row

from acuerdo.cases.actions import close_case, open_case
from acuerdo.cases.models import Case
from acuerdo.compliance.actions import end_quarantine, quarantine_contact_points
from acuerdo.compliance.models import Hold, OptOut, Quarantine
from acuerdo.core.actor import SYSTEM, Actor
from acuerdo.core.models import Event
from acuerdo.core.vocabulary import Channel, Purpose
from acuerdo.creditors.models import Creditor
from acuerdo.messaging.actions import deliver_due, receive_inbound
from acuerdo.messaging.models import InboundEvent, Message
from acuerdo.portfolio.models import Account, ContactPoint
from acuerdo.strategies.gate import Contact, list_reaches

pytestmark = pytest.mark.django_db

AGENT: dict[str, Any] = {"actor": Actor("user", "7", creditor_id=None), "now": NOW}
PHONE = "+5215512345678"
SAME = "+525512345678"


@pytest.fixture
def creditor() -> Creditor:
    return make_creditor()


@pytest.fixture
def other() -> Creditor:
    return make_creditor("Otro Banco")


def holders(creditor: Creditor, *phones: str) -> list[Account]:
    return [accounts(creditor, phone=phone, document=f"1{creditor.pk}{number}00001")[0]
            for number, phone in enumerate(phones)]  # fmt: skip


def wrong_person(account: Account, address: str = PHONE, key: str = "1") -> Case:
    """Somebody writes from `address` that they are not the debtor."""
    InboundEvent.objects.create(
        source="sms", external_id=key, kind="text", creditor_id=account.creditor_id,
        debtor_id=account.debtor_id, channel="sms", address=address, received_at=NOW,
    )  # fmt: skip
    return open_case(
        kind="wrong_person", debtor=account.debtor, channel="sms", actor=SYSTEM, now=NOW,
        key=f"turn:{key}",
    )  # fmt: skip


def usable(*found: Account) -> list[bool]:
    return [
        ContactPoint.objects.get(debtor_id=account.debtor_id, kind="phone").is_valid
        for account in found
    ]


def routes(account: Account) -> list[str]:
    contact = Contact(account.debtor_id, account.pk, Purpose.COLLECTION)
    (reach,) = list_reaches(
        [contact], [[Channel.SMS, Channel.WHATSAPP, Channel.EMAIL]], creditor_id=account.creditor_id
    )
    return [route.channel for route in reach.routes]


def test_the_number_rests_for_everybody_everywhere(creditor: Creditor, other: Creditor) -> None:
    mine, twin = holders(creditor, PHONE, SAME)
    theirs, apart = holders(other, SAME, "+573001112233")
    case = wrong_person(mine)
    assert usable(mine, twin, theirs, apart) == [False, False, False, True]
    assert [routes(one) for one in (twin, theirs)] == [["email"], ["email"]]
    assert "sms" in routes(apart)
    # Only the person who was meant is left alone altogether.
    assert set(Hold.objects.values_list("debtor_id", flat=True)) == {mine.debtor_id}
    rows = Quarantine.objects.order_by("pk")
    assert {one.debtor_id for one in rows} == {mine.debtor_id, twin.debtor_id, theirs.debtor_id}
    assert {one.source for one in rows} == {f"case:{case.public_id}"}
    told = Event.objects.filter(name="ContactPointsQuarantined")
    assert {event.creditor_id for event in told} == {creditor.pk, other.pk}


def test_what_was_queued_before_is_withheld(creditor: Creditor) -> None:
    mine, twin = holders(creditor, PHONE, SAME)
    (message,) = queue(draft(twin))
    wrong_person(mine)
    deliver_due(now=NOW, actor=SYSTEM, creditor_id=creditor.pk)
    message = Message.objects.get(pk=message.pk)
    assert (message.state, message.reason_code) == ("withheld", "no_address")


def test_another_creditor_learns_no_more_than_that_it_rests(
    creditor: Creditor, other: Creditor
) -> None:
    (mine,), (theirs,) = holders(creditor, PHONE), holders(other, PHONE)
    agent = Actor("user", "7", creditor_id=creditor.pk)
    point = ContactPoint.objects.get(debtor_id=mine.debtor_id, kind="phone")
    quarantine_contact_points(
        ids=[point.pk], creditor_id=creditor.pk, source="page:1", actor=agent, now=NOW
    )
    placed = dict(Quarantine.objects.values_list("debtor_id", "placed_by"))
    assert placed == {mine.debtor_id: "user:7", theirs.debtor_id: "system"}
    event = Event.objects.get(name="ContactPointsQuarantined", creditor_id=other.pk)
    assert event.actor == "system"
    assert f"debtor:{mine.debtor_id}" not in event.refs


def test_the_right_person_after_all(creditor: Creditor, other: Creditor) -> None:
    (mine,), (theirs,) = holders(creditor, PHONE), holders(other, PHONE)
    case = wrong_person(mine)
    close_case(case=case, resolution="right_person", **AGENT)
    assert usable(mine, theirs) == [True, True]
    ended = {one.creditor_id: one for one in Quarantine.objects.all()}
    assert (ended[creditor.pk].ended_by, ended[creditor.pk].ended_why) == (
        "user:7",
        "right_person",
    )
    assert (ended[other.pk].ended_by, ended[other.pk].ended_why) == ("system", "")


def test_a_removed_address_stays_removed_and_others_look_for_themselves(
    creditor: Creditor, other: Creditor
) -> None:
    (mine,), (theirs,) = holders(creditor, PHONE), holders(other, PHONE)
    close_case(case=wrong_person(mine), resolution="address_removed", **AGENT)
    assert usable(mine, theirs) == [False, False]
    (live,) = Quarantine.objects.filter(ended_at=None)
    assert live.creditor_id == other.pk
    end_quarantine(quarantine=live, outcome="cleared", why="it is hers", **AGENT)
    end_quarantine(quarantine=live, outcome="cleared", why="again", **AGENT)
    assert usable(mine, theirs) == [False, True]
    assert Event.objects.filter(name="QuarantineEnded", creditor_id=other.pk).count() == 1


def test_two_who_say_it_must_both_be_looked_at(creditor: Creditor) -> None:
    mine, twin = holders(creditor, PHONE, PHONE)
    first, second = wrong_person(mine), wrong_person(twin, key="2")
    assert Quarantine.objects.count() == 4
    close_case(case=first, resolution="right_person", **AGENT)
    assert usable(mine, twin) == [False, False]
    close_case(case=second, resolution="right_person", **AGENT)
    assert usable(mine, twin) == [True, True]


def test_saying_it_twice_is_once(creditor: Creditor) -> None:
    (mine,) = holders(creditor, PHONE)
    first = wrong_person(mine)
    again = wrong_person(mine, key="2")
    assert again == first
    assert Quarantine.objects.count() == 1


def test_who_is_placed_later_with_that_number(creditor: Creditor, other: Creditor) -> None:
    (mine,) = holders(creditor, PHONE)
    case = wrong_person(mine)
    (late,) = accounts(other, phone=SAME, document="190000001")
    assert usable(late) == [False]
    place(other, [row("A-0001", phone=SAME, document="190000001", total="9.00")])
    assert Quarantine.objects.filter(debtor_id=late.debtor_id).count() == 1
    close_case(case=case, resolution="right_person", **AGENT)
    assert usable(mine, late) == [True, True]


def test_an_address_that_was_never_good_is_not_made_good(creditor: Creditor) -> None:
    mine, twin = holders(creditor, PHONE, SAME)
    ContactPoint.objects.filter(debtor_id=twin.debtor_id).update(is_valid=False)
    case = wrong_person(mine)
    close_case(case=case, resolution="right_person", **AGENT)
    assert usable(mine, twin) == [True, False]


def test_a_stop_from_a_resting_number_is_still_obeyed(creditor: Creditor) -> None:
    mine, twin = holders(creditor, PHONE, SAME)
    wrong_person(mine)
    receive_inbound(
        source="s", external_id="9", channel="sms", address=PHONE, text="STOP",
        creditor_id=creditor.pk, actor=SYSTEM, now=NOW,
    )  # fmt: skip
    assert set(OptOut.objects.values_list("debtor_id", flat=True)) == {
        mine.debtor_id, twin.debtor_id,
    }  # fmt: skip
