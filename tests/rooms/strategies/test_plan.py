"""The planner: who is contacted now, on which channel, once; and who is left alone."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from small_portfolio import NOW, place, row

from acuerdo.agreements.actions import accept_offer, make_offer, settle_due
from acuerdo.agreements.models import Agreement
from acuerdo.agreements.queries import list_offers
from acuerdo.compliance.actions import place_hold, record_opt_out, record_wish, release_hold
from acuerdo.compliance.models import Verdict
from acuerdo.conversations.models import Conversation
from acuerdo.core import clock
from acuerdo.core.actor import SYSTEM
from acuerdo.core.models import Event
from acuerdo.creditors.models import Creditor
from acuerdo.messaging.models import Message
from acuerdo.portfolio.models import Account
from acuerdo.strategies import jobs
from acuerdo.strategies.actions import PlanReport, leave, pause, plan, restart
from acuerdo.strategies.actions.moves import quiet
from acuerdo.strategies.models import Enrolment
from acuerdo.strategies.night import run_night
from acuerdo.workflow.creditors import open_creditor

pytestmark = pytest.mark.django_db
NIGHT = NOW.replace(hour=23)  # 18:00 in Bogotá
LATE = NOW.replace(day=25, hour=1)  # 20:00 in Bogotá: closed


@pytest.fixture
def creditor() -> Creditor:
    return open_creditor(actor=SYSTEM, now=NOW, name="Banco Uno", country="CO")


def started(creditor: Creditor, *rows: dict[str, str], now: datetime = NOW) -> PlanReport:
    place(creditor, rows, now=now)
    return again(creditor, now)


def again(creditor: Creditor, now: datetime, *, night: bool = True) -> PlanReport:
    with clock.travel(now):
        if night:
            run_night(creditor_id=creditor.pk, actor=SYSTEM, now=now)
        return plan(creditor_id=creditor.pk, actor=SYSTEM, now=now)


def account(number: str) -> Account:
    return Account.objects.get(number=number)


def live(number: str) -> Enrolment:
    return Enrolment.objects.get(account__number=number, state__in=["active", "paused"])


def test_a_preferred_channel_is_used_where_it_is_allowed(creditor: Creditor) -> None:
    place(creditor, [row("A-0001", dpd=12), row("A-0002", dpd=12), row("A-0003", dpd=12)])
    for number, channel in (("A-0001", "email"), ("A-0002", "email"), ("A-0003", "visit")):
        record_wish(
            debtor=account(number).debtor, kind="preferred_channel", channel=channel,
            source="call", actor=SYSTEM, now=NOW,
        )  # fmt: skip
    opted_out = account("A-0002").debtor
    record_opt_out(
        creditor_id=creditor.pk, debtor=opted_out, channel="email", is_stop=False, source="call",
        actor=SYSTEM, now=NOW,
    )  # fmt: skip
    again(creditor, NOW)
    sent = dict(Message.objects.values_list("account__number", "channel"))
    assert sent == {"A-0001": "email", "A-0002": "whatsapp", "A-0003": "whatsapp"}


def test_everybody_gets_the_first_message_of_their_strategy(creditor: Creditor) -> None:
    report = started(creditor, row("A-0001", dpd=12), row("A-0002", dpd=40), row("A-0003", dpd=-5))
    assert report.enrolled == 3
    assert report.queued == {"whatsapp": 2, "email": 1}
    assert not report.refused
    sent = {message.account.number: message for message in Message.objects.all() if message.account}
    assert sent["A-0001"].template is not None
    assert sent["A-0001"].template.code == "first_contact"
    assert sent["A-0003"].purpose == "preventive_reminder"
    enrolment = live("A-0001")
    assert sent["A-0001"].key == f"enrolment:{enrolment.pk}:step:0:0"
    assert (enrolment.step_position, enrolment.next_at) == (2, NOW + timedelta(days=5))
    assert Enrolment.objects.get(account__number="A-0003").state == "done"
    event = Event.objects.get(name="ContactsPlanned")
    assert event.data["queued"] == {"whatsapp": 2, "email": 1}


def test_planning_again_plans_nothing_more(creditor: Creditor) -> None:
    started(creditor, row("A-0001"), row("A-0002", dpd=-5))
    assert again(creditor, NOW).message_ids == []
    assert again(creditor, NOW + timedelta(hours=1)).message_ids == []
    assert Message.objects.count() == 2
    assert Event.objects.filter(name="ContactsPlanned").count() == 1


def test_a_person_with_several_accounts_gets_one_message(creditor: Creditor) -> None:
    first = row("A-0001", dpd=10)
    started(creditor, first, first | {"account": "A-0002"}, first | {"account": "A-0003"})
    message = Message.objects.get()
    assert message.account is not None
    assert message.account.number == "A-0001"
    positions = Enrolment.objects.values_list("step_position", "next_at")
    assert list(positions) == [(2, NOW + timedelta(days=5))] * 3


def test_the_next_step_comes_when_its_wait_is_over(creditor: Creditor) -> None:
    started(creditor, row("A-0001", dpd=3))
    assert again(creditor, NOW + timedelta(days=4)).message_ids == []
    report = again(creditor, NOW + timedelta(days=6))
    assert report.queued.total() == 1
    last = Message.objects.latest("id")
    assert last.template is not None
    assert last.template.code == "follow_up"


def test_without_authorisation_the_law_withholds_with_its_reason(creditor: Creditor) -> None:
    report = started(creditor, row("A-0001", authorised_channels=""))
    assert report.refused == {"channel_not_authorized": 1}
    assert not Message.objects.exists()
    enrolment = live("A-0001")
    assert (enrolment.step_position, enrolment.round) == (0, 1)
    assert enrolment.exit_reason == "channel_not_authorized"
    assert enrolment.next_at == NOW + timedelta(days=7)
    verdicts = Verdict.objects.filter(account_id=enrolment.account_id, stage="plan")
    assert {verdict.channel for verdict in verdicts} == {"whatsapp", "sms", "email"}


def test_who_authorises_later_is_contacted_at_once(creditor: Creditor) -> None:
    bare = row("A-0001", authorised_channels="")
    started(creditor, bare)
    assert again(creditor, NOW).refused == {}
    place(creditor, [bare | {"authorised_channels": "sms"}])
    report = again(creditor, NOW)
    assert report.queued == {"sms": 1}
    assert live("A-0001").exit_reason == ""
    assert again(creditor, NOW).message_ids == []


def test_only_the_authorised_channel_is_taken(creditor: Creditor) -> None:
    report = started(creditor, row("A-0001", authorised_channels="email"))
    assert report.queued == {"email": 1}


def test_outside_the_hours_the_plan_waits_for_the_next_lawful_one(creditor: Creditor) -> None:
    report = started(creditor, row("A-0001"), now=LATE)
    assert report.refused.total() == 1
    opens = live("A-0001").next_at
    assert opens == datetime.fromisoformat("2026-11-25T12:00:00+00:00")  # 07:00 in Bogotá
    assert again(creditor, opens - timedelta(minutes=1)).message_ids == []
    assert again(creditor, opens).queued.total() == 1


def test_nobody_without_an_address_is_planned(creditor: Creditor) -> None:
    report = started(creditor, row("A-0001", phone="", email=""))
    assert report.refused == {"no_usable_channel": 1}
    assert not Verdict.objects.exists()


def test_an_account_on_hold_stands_still_and_goes_on_later(creditor: Creditor) -> None:
    place(creditor, [row("A-0001")])
    hold = place_hold(
        creditor_id=creditor.pk,
        account_id=account("A-0001").pk,
        reason="dispute",
        source="test",
        actor=SYSTEM,
        now=NOW,
    )
    report = again(creditor, NOW)
    assert (report.paused, report.message_ids) == (1, [])
    assert live("A-0001").exit_reason == "hold"
    release_hold(hold=hold, actor=SYSTEM, now=NOW + timedelta(hours=1))
    assert again(creditor, NOW + timedelta(hours=2)).resumed == 1
    assert again(creditor, NOW + timedelta(hours=3)).message_ids == []
    assert again(creditor, NOW + timedelta(days=1, hours=2)).queued.total() == 1


def test_who_has_just_written_is_not_written_to(creditor: Creditor) -> None:
    place(creditor, [row("A-0001")])
    Conversation.objects.create(
        creditor=creditor,
        debtor=account("A-0001").debtor,
        language="es",
        opened_at=NOW,
        last_inbound_at=NOW - timedelta(hours=2),
    )
    assert again(creditor, NOW).message_ids == []
    assert live("A-0001").next_at == NOW + timedelta(hours=22)


def test_another_segment_means_another_strategy_but_not_at_once(creditor: Creditor) -> None:
    started(creditor, row("A-0001", dpd=29))
    report = again(creditor, NOW + timedelta(days=2))
    assert (report.left, report.enrolled) == (1, 1)
    assert report.message_ids == []
    assert live("A-0001").strategy.code == "mid"
    assert live("A-0001").next_at == NOW + timedelta(days=3)
    left = Enrolment.objects.get(strategy__code="early")
    assert (left.state, left.exit_reason) == ("exited", "segment_changed")


def test_each_creditor_is_planned_for_itself(creditor: Creditor) -> None:
    other = open_creditor(actor=SYSTEM, now=NOW, name="Banco Dos", country="CO")
    place(other, [row("B-0001")])
    started(creditor, row("A-0001", document="1020777777"))
    assert set(Message.objects.values_list("creditor_id", flat=True)) == {creditor.pk}
    assert not Enrolment.objects.filter(creditor=other).exists()


def agree(number: str, now: datetime, parts: int = 3) -> Agreement:
    """The plan of so many parts that the policy admits, beginning as late as it may."""
    debt = account(number)
    offers = list_offers(account_id=debt.pk, now=now)
    terms = max(
        (offer for offer in offers if len(offer.schedule) == parts),
        key=lambda offer: offer.schedule[0].due_on,
    )
    offer = make_offer(account_id=debt.pk, terms=terms, actor=SYSTEM, now=now, key=f"o:{number}")
    return accept_offer(offer=offer, actor=SYSTEM, now=now, channel="whatsapp", key=f"a:{number}")


def test_an_agreement_is_reminded_and_nothing_else_is_sent(creditor: Creditor) -> None:
    started(creditor, row("A-0001", dpd=20))
    agreement = agree("A-0001", NOW + timedelta(hours=1))
    event = Event.objects.get(name="AgreementReached")
    jobs.leave_or_pause(event, now=NOW + timedelta(hours=1))
    assert (live("A-0001").state, live("A-0001").exit_reason) == ("paused", "agreement")
    first = agreement.instalments.order_by("sequence")[0]
    due = datetime.combine(first.due_on, NOW.time(), NOW.tzinfo)
    queued = []
    now = NOW + timedelta(days=1)
    while now <= due:
        queued += again(creditor, now).message_ids
        now += timedelta(hours=6)
    sent = Message.objects.filter(pk__in=queued)
    assert {message.template.code for message in sent if message.template} == {"promise_reminder"}
    assert 1 <= len(queued) <= 2


def test_a_broken_promise_starts_a_new_conversation_a_day_later(creditor: Creditor) -> None:
    started(creditor, row("A-0001", dpd=20))
    agreement = agree("A-0001", NOW + timedelta(hours=1))
    jobs.leave_or_pause(Event.objects.get(name="AgreementReached"), now=NOW)
    first = agreement.instalments.order_by("sequence")[0]
    after = datetime.combine(first.due_on, NOW.time(), NOW.tzinfo) + timedelta(days=9)
    settle_due(now=after, actor=SYSTEM, creditor_id=creditor.pk)
    jobs.restart(Event.objects.get(name="AgreementBroken"), now=after)
    jobs.restart(Event.objects.get(name="AgreementBroken"), now=after)
    begun = live("A-0001")
    assert begun.strategy.code == "after_broken_promise"
    assert again(creditor, after).message_ids == []
    now = after + timedelta(days=1)
    while not (ids := again(creditor, now).message_ids):
        now += timedelta(hours=6)
        assert now < after + timedelta(days=6)
    message = Message.objects.get(pk=ids[0])
    assert message.template is not None
    assert message.template.code == "broken_promise"


def test_moves_by_hand(creditor: Creditor) -> None:
    started(creditor, row("A-0001"), row("A-0002"))
    one, two = account("A-0001").pk, account("A-0002").pk
    assert pause(
        account_ids=[one], reason="case", actor=SYSTEM, now=NOW, creditor_id=creditor.pk
    ) == 1  # fmt: skip
    assert quiet(account_ids=[two], now=NOW + timedelta(days=1), creditor_id=creditor.pk) == 1
    assert live("A-0002").next_at == NOW + timedelta(days=8)
    assert leave(
        account_ids=[one, two], reason="paid", actor=SYSTEM, now=NOW, creditor_id=creditor.pk
    ) == 2  # fmt: skip
    assert restart(account_id=one, actor=SYSTEM, now=NOW, creditor_id=creditor.pk) is not None
    assert restart(account_id=one, actor=SYSTEM, now=NOW, creditor_id=creditor.pk) is None
