"""Claim, send, record: against the sandbox's real servers."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection, connections, transaction
from messaging_kit import NOW, accounts, draft, make_creditor, peers, queue

from acuerdo.compliance.models import ContactAttempt, Verdict
from acuerdo.conversations.actions import grant_verification, open_conversation
from acuerdo.core import clock
from acuerdo.core.actor import SYSTEM
from acuerdo.core.models import Event
from acuerdo.core.money import Money
from acuerdo.creditors.models import Creditor, ProviderAccount
from acuerdo.ledger.actions import post_entry
from acuerdo.ledger.rules import Code, PostingSpec, debt
from acuerdo.messaging import facts, guards
from acuerdo.messaging.actions import deliver_due, save_template, settle_unknown
from acuerdo.messaging.channels.sms.sandbox import SandboxSmsAdapter
from acuerdo.messaging.models import Message, MessageStatus, TrackedLink
from acuerdo.messaging.rules import MAX_TRIES
from acuerdo.portfolio.models import Account
from acuerdo.sandbox.mail import parse, read_part
from acuerdo.sandbox.models import Mail, PhoneMessage

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def creditor() -> Iterator[Creditor]:
    with peers() as where:
        yield make_creditor(**where)


def deliver(now: Any = NOW, **arguments: Any) -> Any:
    return deliver_due(now=now, actor=SYSTEM, **arguments)


def only() -> Message:
    return Message.objects.get()


def test_a_message_goes_all_the_way(creditor: Creditor) -> None:
    (account,) = accounts(creditor)
    queue(draft(account))
    report = deliver()
    assert report.sent == {"sms": 1}
    message = only()
    assert (message.state, message.sent_at, message.attempts) == ("sent", NOW, 1)
    received = PhoneMessage.objects.get()
    assert received.idempotency_key == str(message.public_id)
    assert received.text == message.body
    assert "/p/" in received.text
    assert TrackedLink.objects.get(purpose="portal").token in received.text
    states = MessageStatus.objects.order_by("id").values_list("state", flat=True)
    assert list(states) == ["claimed", "sent"]
    attempt = ContactAttempt.objects.get()
    assert (attempt.state, attempt.reference) == ("settled", f"message:{message.public_id}")
    assert Verdict.objects.get(stage="deliver").allowed
    (event,) = Event.objects.filter(name="MessageSent")
    assert event.data == {"messages": 1, "channels": {"sms": 1}}
    assert deliver().total == 0


def test_every_channel(creditor: Creditor) -> None:
    made = accounts(creditor, 3)
    channels = ("sms", "whatsapp", "email")
    queue(*(draft(a, channel) for a, channel in zip(made, channels, strict=True)))
    assert deliver().sent == {"sms": 1, "whatsapp": 1, "email": 1}
    mail = parse(bytes(Mail.objects.get().raw))
    html, plain = read_part(mail, "html"), read_part(mail, "plain")
    assert "/p/" in html
    assert "/p/" in plain
    assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert TrackedLink.objects.get(purpose="optout").token in mail["List-Unsubscribe"]
    assert len(PhoneMessage.objects.get(channel="whatsapp").buttons) == 3


def test_two_messages_to_one_person_are_never_judged_together(creditor: Creditor) -> None:
    (account,) = accounts(creditor)
    queue(draft(account, "sms"), draft(account, "whatsapp"), draft(account, "email"))
    report = deliver()
    assert report.sent.total() == 1
    assert report.withheld.total() == 2
    assert ContactAttempt.objects.count() == 1


def test_limit_and_creditor(creditor: Creditor) -> None:
    queue(*(draft(account) for account in accounts(creditor, 3)))
    assert deliver(limit=2).total == 2
    assert deliver(creditor_id=creditor.pk + 1).total == 0
    assert deliver(creditor_id=creditor.pk).total == 1


def pay(account: Account, minor: int) -> None:
    with transaction.atomic():
        post_entry(
            actor=SYSTEM,
            now=NOW,
            creditor_id=account.creditor_id,
            kind="payment",
            effective_on=NOW.date(),
            postings=[
                PostingSpec(
                    Code("received"), debt("principal", account.pk), Money(minor, account.currency)
                )
            ],
            key="pay",
        )


def test_a_paid_debt_is_not_chased_and_its_receipt_still_goes(creditor: Creditor) -> None:
    (account,) = accounts(creditor)
    queue(draft(account))
    queue(draft(account, key="receipt", template="payment_confirmation", purpose="servicing"))
    pay(account, 120_000_000)
    report = deliver()
    assert report.withheld == {"nothing_owed": 1}
    assert report.sent == {"sms": 1}
    withheld = Message.objects.get(state="withheld")
    assert withheld.attempts == 0
    assert Event.objects.get(name="MessageWithheld").data["reasons"] == {"nothing_owed": 1}


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (
            {"not_after": NOW - timedelta(seconds=1), "not_before": NOW - timedelta(days=1)},
            "too_late",
        ),
        ({"template": "no_such"}, "no_template"),
        ({"channel": "letter"}, "no_address"),
        ({"channel": "chat", "address": "x", "body": "hola"}, "no_provider"),
    ],
)
def test_withheld_with_a_reason(creditor: Creditor, change: dict[str, Any], code: str) -> None:
    (account,) = accounts(creditor)
    queue(draft(account, **change))
    assert deliver().withheld == {code: 1}
    assert only().reason_code == code
    assert PhoneMessage.objects.count() == 0


def test_nothing_is_due_before_its_time(creditor: Creditor) -> None:
    (account,) = accounts(creditor)
    queue(draft(account, not_before=NOW + timedelta(minutes=1)))
    assert deliver().total == 0
    assert deliver(NOW + timedelta(minutes=1)).total == 1


def test_the_law_is_asked_at_the_last_moment(creditor: Creditor) -> None:
    (account,) = accounts(creditor)
    queue(draft(account, not_after=NOW + timedelta(days=9)))
    sunday = NOW + timedelta(days=5)
    report = deliver(sunday)
    assert report.sent.total() == 0
    message = only()
    assert (message.state, message.reason_code) == ("withheld", "sunday")
    assert message.reason


def test_a_debt_is_not_told_to_somebody_unverified(creditor: Creditor) -> None:
    one, two = accounts(creditor, 2)
    body = "Banco Ejemplo: su saldo es de $ 1.200.000. Responda BAJA y no le escribimos más."
    queue(
        draft(one, body=body, purpose="reply_to_debtor_query"),
        draft(two, body=body, purpose="reply_to_debtor_query", verified=True),
    )
    phone = Message.objects.get(account=two).address
    with transaction.atomic():
        grant_verification(
            conversation=open_conversation(debtor_id=two.debtor_id, actor=SYSTEM, now=NOW),
            channel="sms",
            address=phone,
            until=NOW + timedelta(hours=1),
            method="document_last4",
            actor=SYSTEM,
            now=NOW,
        )
    deliver()
    states = Message.objects.order_by("pk").values_list("state", "reason_code")
    assert list(states) == [("withheld", "identity_not_verified"), ("sent", "")]


def test_a_guard_of_another_room_withholds(
    creditor: Creditor, monkeypatch: pytest.MonkeyPatch
) -> None:
    one, two = accounts(creditor, 2)
    monkeypatch.setitem(
        guards._guards,
        "test",
        lambda messages, _now: {m.pk: "promised" for m in messages if m.account_id == one.pk},
    )
    queue(draft(one), draft(two))
    report = deliver()
    assert (report.withheld, report.sent) == ({"promised": 1}, {"sms": 1})


def test_a_fact_with_a_bug_keeps_those_who_need_it_and_nobody_else(
    creditor: Creditor, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(subjects: Any) -> Any:
        raise TypeError("a bug")

    monkeypatch.setitem(facts._facts, "test.broken", facts.Fact("test.broken", "text", broken))
    with transaction.atomic():
        save_template(
            creditor_id=creditor.pk, code="broken", channel="sms", locale="es",
            purpose="collection", body="{{ test.broken }}", actor=SYSTEM, now=NOW,
        )  # fmt: skip
    one, two = accounts(creditor, 2)
    queue(draft(one, template="broken"), draft(two))
    report = deliver()
    assert (report.withheld, report.sent) == ({"fact_missing": 1}, {"sms": 1})


def test_an_answer_goes_before_campaigns(creditor: Creditor) -> None:
    one, two = accounts(creditor, 2)
    queue(draft(one))
    queue(draft(two, key="answer", body="Hola, ¿en qué le ayudo?", purpose="reply_to_debtor_query"))
    deliver(limit=1)
    assert Message.objects.get(state="sent").key == "answer"


def test_refused_numbers_fail_and_give_the_attempt_back(creditor: Creditor) -> None:
    (account,) = accounts(creditor)
    queue(draft(account, address="+573009999990"))
    assert deliver().failed == {"unreachable": 1}
    assert only().state == "failed"
    assert ContactAttempt.objects.get().state == "released"


def test_a_busy_provider_is_tried_again_later_and_not_for_ever(creditor: Creditor) -> None:
    (account,) = accounts(creditor)
    queue(draft(account, address="+573009999991", not_after=NOW + timedelta(days=1)))
    now = NOW
    for tries in range(1, MAX_TRIES):
        assert deliver(now).postponed == {"busy": 1}
        message = only()
        assert (message.state, message.attempts) == ("planned", tries)
        assert message.not_before > now
        assert deliver(now).total == 0
        now = message.not_before
    assert deliver(now).failed == {"busy": 1}
    assert {a.state for a in ContactAttempt.objects.all()} == {"released"}


def test_no_retry_past_its_last_moment(creditor: Creditor) -> None:
    (account,) = accounts(creditor)
    queue(draft(account, address="+573009999991", not_after=NOW + timedelta(seconds=30)))
    assert deliver().failed == {"busy": 1}


def test_no_connection_and_no_transaction_while_a_provider_is_called(
    creditor: Creditor, monkeypatch: pytest.MonkeyPatch
) -> None:
    (account,) = accounts(creditor)
    queue(draft(account))
    workers = connections["default"]
    seen: list[tuple[str, bool]] = []
    send = SandboxSmsAdapter.send

    def watched(self: SandboxSmsAdapter, *arguments: Any, **named: Any) -> Any:
        # This thread has a connection of its own: it sees what was committed.
        seen.append((Message.objects.get().state, workers.connection is None))
        connection.close()
        return send(self, *arguments, **named)

    monkeypatch.setattr(SandboxSmsAdapter, "send", watched)
    deliver()
    assert seen == [("claimed", True)]


def test_not_inside_a_transaction() -> None:
    with pytest.raises(RuntimeError), transaction.atomic():
        deliver()


class Died(BaseException):
    """The worker's end, at a place of our choice."""


def cut_off(monkeypatch: pytest.MonkeyPatch, *, arrives: bool) -> None:
    """Let the worker die before it sends, or after the provider took it and before our record."""

    def die(*_arguments: Any, **_named: Any) -> None:
        raise Died

    place = "record_results" if arrives else "_send"
    with monkeypatch.context() as patch:
        patch.setattr(f"acuerdo.messaging.actions.delivery.{place}", die)
        with pytest.raises(Died):
            deliver()


def lapse() -> None:
    """Let the leases of all claims run out."""
    Message.objects.filter(state="claimed").update(
        lease_until=clock.real_now() - timedelta(seconds=1)
    )


def test_a_send_that_was_cut_off_after_it_arrived_is_found(
    creditor: Creditor, monkeypatch: pytest.MonkeyPatch
) -> None:
    (account,) = accounts(creditor)
    queue(draft(account))
    cut_off(monkeypatch, arrives=True)
    assert only().state == "claimed"
    assert settle_unknown(now=NOW, actor=SYSTEM).total == 0
    assert deliver().total == 0
    lapse()
    assert settle_unknown(now=NOW, actor=SYSTEM).sent == {"sms": 1}
    assert only().state == "sent"
    assert PhoneMessage.objects.count() == 1
    assert ContactAttempt.objects.get().state == "settled"


def test_a_send_that_never_left_goes_back_and_is_judged_anew(
    creditor: Creditor, monkeypatch: pytest.MonkeyPatch
) -> None:
    (account,) = accounts(creditor)
    queue(draft(account))
    cut_off(monkeypatch, arrives=False)
    lapse()
    settle_unknown(now=NOW, actor=SYSTEM)
    assert only().state == "planned"
    assert deliver().sent == {"sms": 1}
    assert PhoneMessage.objects.count() == 1


def test_a_mail_that_was_cut_off_is_unknown_and_not_sent_again(
    creditor: Creditor, monkeypatch: pytest.MonkeyPatch
) -> None:
    (account,) = accounts(creditor)
    queue(draft(account, "email"))
    cut_off(monkeypatch, arrives=False)
    lapse()
    assert settle_unknown(now=NOW, actor=SYSTEM).unknown == 1
    assert (only().state, only().reason_code) == ("unknown", "cut_off")
    assert ContactAttempt.objects.get().state == "settled"
    assert deliver(NOW + timedelta(hours=1)).total == 0
    assert Mail.objects.count() == 0


def test_a_provider_that_cannot_be_asked_is_asked_again(
    creditor: Creditor, monkeypatch: pytest.MonkeyPatch
) -> None:
    (account,) = accounts(creditor)
    queue(draft(account))
    cut_off(monkeypatch, arrives=True)
    good = ProviderAccount.objects.get(kind="sms").config
    ProviderAccount.objects.filter(kind="sms").update(config={"base_url": "http://127.0.0.1:1"})
    lapse()
    assert settle_unknown(now=NOW, actor=SYSTEM).total == 0
    assert only().state == "claimed"
    ProviderAccount.objects.filter(kind="sms").update(config=good)
    lapse()
    assert settle_unknown(now=NOW, actor=SYSTEM).sent == {"sms": 1}
    ProviderAccount.objects.filter(kind="sms").update(config={"base_url": "http://127.0.0.1:1"})
    Message.objects.update(state="claimed")
    lapse()
    assert settle_unknown(now=NOW + timedelta(days=2), actor=SYSTEM).unknown == 1


def test_an_adapter_that_raises_leaves_no_message_hanging(
    creditor: Creditor, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = accounts(creditor, 12)
    queue(*(draft(account) for account in made))

    def broken(*_arguments: Any, **_named: Any) -> Any:
        raise ValueError("a bug")

    monkeypatch.setattr(SandboxSmsAdapter, "send", broken)
    report = deliver()
    # What was under way may have arrived; the rest was never tried.
    assert report.unknown == 8
    assert report.postponed == {"ValueError": 4}
    assert not Message.objects.filter(state="claimed").exists()
