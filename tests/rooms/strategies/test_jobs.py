"""What follows from events: who may not be written to as if nothing had happened."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from small_portfolio import NOW, place, row

from acuerdo.compliance.actions import record_opt_out
from acuerdo.core import clock
from acuerdo.core.actor import SYSTEM, Actor
from acuerdo.core.events import publish
from acuerdo.core.models import Event
from acuerdo.creditors.models import Creditor
from acuerdo.messaging.models import Message
from acuerdo.portfolio.models import Account
from acuerdo.strategies import jobs
from acuerdo.strategies.actions.moves import QUIET_AFTER_PAYMENT
from acuerdo.strategies.models import Enrolment, Strategy
from acuerdo.workflow.creditors import open_creditor
from acuerdo.workflow.worker import drain

pytestmark = pytest.mark.django_db


@pytest.fixture
def creditor(settings: Any) -> Creditor:
    settings.SANDBOX_URL = "http://127.0.0.1:9"  # nobody is there: what is queued waits
    made = open_creditor(actor=SYSTEM, now=NOW, name="Banco Uno", country="CO")
    first = row("A-0001")
    place(made, [first, first | {"account": "A-0002"}, row("B-0009")])
    with clock.travel(NOW):
        drain()
    return made


def tell(creditor: Creditor, name: str, *refs: str, **data: object) -> Event:
    return publish(name, actor=SYSTEM, now=NOW, creditor_id=creditor.pk, refs=refs, data=data)


def states() -> dict[str, tuple[str, str]]:
    rows = Enrolment.objects.order_by("account__number").values_list(
        "account__number", "state", "exit_reason"
    )
    return {number: (state, reason) for number, state, reason in rows}


def test_an_import_starts_the_night_and_the_plan(creditor: Creditor) -> None:
    assert set(states().values()) == {("active", "")}
    names = set(Event.objects.values_list("name", flat=True))
    assert {"PortfolioImported", "NightFinished", "ContactsPlanned", "MessageQueued"} <= names


def test_a_case_pauses_its_account_alone(creditor: Creditor) -> None:
    one = Account.objects.get(number="A-0001")
    event = tell(creditor, "CaseOpened", f"account:{one.pk}", f"debtor:{one.debtor_id}")
    jobs.leave_or_pause(event, now=NOW)
    assert states() == {
        "A-0001": ("paused", "case"), "A-0002": ("active", ""), "B-0009": ("active", "")
    }  # fmt: skip


def test_who_asks_for_a_person_is_left_to_them_on_all_accounts(creditor: Creditor) -> None:
    one = Account.objects.get(number="A-0001")
    event = tell(creditor, "HandOffRequested", "conversation:1", f"debtor:{one.debtor_id}")
    jobs.leave_or_pause(event, now=NOW)
    assert states()["A-0001"] == states()["A-0002"] == ("paused", "hand_off")
    assert states()["B-0009"] == ("active", "")


@pytest.mark.parametrize("channel", ["sms", ""])
def test_who_opts_out_of_one_channel_or_all_is_contacted_on_none(
    creditor: Creditor, channel: str
) -> None:
    one = Account.objects.get(number="A-0001")
    ref = f"debtor:{one.debtor_id}"
    jobs.leave_or_pause(tell(creditor, "OptedOut", ref, channel=channel), now=NOW)
    assert states()["A-0001"] == states()["A-0002"] == ("exited", "opted_out")


def receipts() -> list[Message]:
    return list(Message.objects.filter(template__code="payment_confirmation"))


def test_a_payment_is_receipted_once(creditor: Creditor) -> None:
    one = Account.objects.get(number="A-0001")
    event = tell(creditor, "PaymentConfirmed", f"account:{one.pk}", "payment:7")
    for _twice in range(2):
        jobs.send_receipt(event, now=NOW)
    (receipt,) = receipts()
    assert (receipt.key, receipt.purpose) == ("payment:7:receipt", "servicing")
    assert (receipt.channel, receipt.not_before) == ("whatsapp", NOW)


def test_a_receipt_goes_where_it_may(creditor: Creditor) -> None:
    one = Account.objects.get(number="A-0001")
    said: dict[str, Any] = {"creditor_id": creditor.pk, "debtor": one.debtor, "source": "inbound:1"}
    record_opt_out(**said, channel="whatsapp", actor=SYSTEM, now=NOW)
    jobs.send_receipt(tell(creditor, "PaymentConfirmed", f"account:{one.pk}", "payment:7"), now=NOW)
    assert [receipt.channel for receipt in receipts()] == ["sms"]
    record_opt_out(**said, actor=SYSTEM, now=NOW)
    jobs.send_receipt(tell(creditor, "PaymentConfirmed", f"account:{one.pk}", "payment:8"), now=NOW)
    assert len(receipts()) == 1


def confirm(creditor: Creditor, channel: str, actor: Actor = SYSTEM) -> list[str]:
    """Confirm agreement 7 twice; the channels of the messages that this makes."""
    one = Account.objects.get(number="A-0001")
    event = publish(
        "AgreementReached", actor=actor, now=NOW, creditor_id=creditor.pk,
        refs=[f"account:{one.pk}", "agreement:7"], data={"channel": channel},
    )  # fmt: skip
    for _twice in range(2):
        jobs.confirm_agreement(event, now=NOW)
    found = Message.objects.filter(template__code="agreement_confirmation")
    assert all(row.key == "agreement:7:confirmation" for row in found)
    return [row.channel for row in found]


def test_an_agreement_is_confirmed_once_where_it_can_be_kept(creditor: Creditor) -> None:
    assert confirm(creditor, "chat", Actor("assistant")) == ["email"]
    assert confirm(creditor, "portal") == ["email"]


def test_what_the_answer_said_in_writing_is_not_said_again(creditor: Creditor) -> None:
    assert confirm(creditor, "whatsapp", Actor("assistant")) == []


def test_a_confirmation_is_for_whoever_may_be_written_to(creditor: Creditor) -> None:
    one = Account.objects.get(number="A-0001")
    record_opt_out(
        creditor_id=creditor.pk, debtor=one.debtor, source="inbound:1", actor=SYSTEM, now=NOW
    )
    assert confirm(creditor, "chat", Actor("assistant")) == []


def test_a_part_payment_buys_peace_and_no_more(creditor: Creditor) -> None:
    one = Account.objects.get(number="A-0001")
    jobs.leave_or_pause(tell(creditor, "PaymentConfirmed", f"account:{one.pk}"), now=NOW)
    enrolment = Enrolment.objects.get(account=one)
    assert enrolment.state == "active"
    assert enrolment.next_at == NOW + QUIET_AFTER_PAYMENT


def test_an_event_about_nobody_changes_nothing(creditor: Creditor) -> None:
    before = states()
    jobs.leave_or_pause(tell(creditor, "CaseOpened"), now=NOW)
    jobs.restart(tell(creditor, "AgreementBroken", "agreement:1"), now=NOW)
    assert states() == before


def test_an_event_of_one_creditor_does_not_reach_another(creditor: Creditor) -> None:
    other = open_creditor(actor=SYSTEM, now=NOW, name="Banco Dos", country="CO")
    one = Account.objects.get(number="A-0001")
    ref = f"debtor:{one.debtor_id}"
    jobs.leave_or_pause(tell(other, "HandOffRequested", ref), now=NOW)
    jobs.leave_or_pause(tell(other, "CaseOpened", f"account:{one.pk}"), now=NOW)
    assert set(states().values()) == {("active", "")}


def test_preparing_a_creditor_twice_leaves_its_own_plans_alone(creditor: Creditor) -> None:
    Strategy.objects.filter(code="early").update(is_active=False)
    jobs.prepare(creditor_id=creditor.pk)
    assert not Strategy.objects.filter(code="early", is_active=True).exists()


@pytest.mark.parametrize(("tick", "work"), [("night_all", "run_night"), ("plan_all", "plan")])
def test_what_fails_for_one_creditor_does_not_stop_the_others(
    creditor: Creditor, monkeypatch: pytest.MonkeyPatch, tick: str, work: str
) -> None:
    other = open_creditor(actor=SYSTEM, now=NOW, name="Banco Dos", country="CO")
    place(other, [row("A-0001")])
    tomorrow, inner, done = NOW + timedelta(days=1), getattr(jobs, work), []

    def fail_for_the_first(*, creditor_id: int, **arguments: Any) -> Any:
        if creditor_id == creditor.pk:
            raise ValueError("broken data")
        done.append(creditor_id)
        return inner(creditor_id=creditor_id, **arguments)

    monkeypatch.setattr(jobs, work, fail_for_the_first)
    getattr(jobs, tick)(now=tomorrow)
    assert done == [other.pk]
