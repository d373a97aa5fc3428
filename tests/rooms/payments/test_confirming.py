import random
from dataclasses import replace
from datetime import date, timedelta

import pytest
from deals_kit import (
    NOW,
    FakeProvider,
    agree,
    cop,
    make_account,
    make_creditor,
    open_request,
    pay,
    webhook,
)

from acuerdo.agreements.models import Instalment
from acuerdo.cases.models import Task
from acuerdo.core import clock
from acuerdo.core.actor import SYSTEM
from acuerdo.core.errors import SignatureRefused
from acuerdo.core.models import Event
from acuerdo.core.money import Money
from acuerdo.creditors.models import Creditor, ProviderAccount
from acuerdo.ledger.models import Entry, Posting
from acuerdo.ledger.queries import get_balance, recompute_balances
from acuerdo.payments.actions import confirm_payment, look_at_request, receive_webhook
from acuerdo.payments.jobs import look_at_provider, reconcile
from acuerdo.payments.models import Allocation, Payment, PaymentRequest, ProviderEvent
from acuerdo.payments.providers.base import CheckoutState
from acuerdo.portfolio.models import Account

pytestmark = pytest.mark.django_db


@pytest.fixture
def account() -> Account:
    cells = {"total": "", "principal": "1000000", "interest": "150000", "fees": "50000"}
    return make_account(make_creditor(), dpd=120, **cells)


def provider_account(account: Account) -> ProviderAccount:
    return ProviderAccount.objects.get(creditor=account.creditor, kind="payments")


def deliver(account: Account, message: tuple[dict[str, str], bytes]) -> int:
    headers, body = message
    return receive_webhook(
        provider_account=provider_account(account), headers=headers, body=body, now=NOW
    )


def react() -> None:
    """What the reactions to all webhooks do, in a random order, each twice."""
    events = list(Event.objects.filter(name="PaymentEventReceived")) * 2
    random.Random(7).shuffle(events)
    for event in events:
        look_at_provider(event, now=NOW)


def balance(account: Account) -> int:
    return get_balance(account.pk).total_minor


def test_the_same_webhook_ten_times_moves_the_money_once(account: Account) -> None:
    request = open_request(account, cop(400_000))
    FakeProvider.settle(request, CheckoutState.PAID)
    paid = webhook(request, "paid", "event-1")
    assert [deliver(account, paid) for _ in range(10)] == [1] + [0] * 9
    # Others about the same checkout, with ids of their own, in any order.
    for number in range(5):
        deliver(account, webhook(request, "paid", f"again-{number}"))
        deliver(account, webhook(request, "declined", f"late-{number}"))
    react()
    reconcile(now=NOW)
    assert Payment.objects.count() == 1
    assert Entry.objects.filter(kind="payment").count() == 1
    assert balance(account) == cop(800_000).minor
    assert Event.objects.filter(name="PaymentConfirmed").count() == 1
    assert not ProviderEvent.objects.filter(processed_at=None).exists()


def test_a_webhook_alone_moves_nothing(account: Account) -> None:
    """Its body says paid; the provider, when asked, does not."""
    request = open_request(account, cop(400_000))
    deliver(account, webhook(request, "paid"))
    react()
    assert not Payment.objects.exists()
    assert PaymentRequest.objects.get().state == "open"


def test_paid_comes_through_after_declined(account: Account) -> None:
    request = open_request(account, cop(400_000))
    FakeProvider.settle(request, CheckoutState.DECLINED)
    look_at_request(request.pk, now=NOW)
    FakeProvider.settle(request, CheckoutState.PAID)
    assert look_at_request(request.pk, now=NOW).state == "paid"
    FakeProvider.settle(request, CheckoutState.EXPIRED)
    assert look_at_request(request.pk, now=NOW).state == "paid"
    assert balance(account) == cop(800_000).minor


def test_a_wrong_signature_is_refused_and_logged(
    account: Account, caplog: pytest.LogCaptureFixture
) -> None:
    request = open_request(account, cop(400_000))
    headers, body = webhook(request, "paid")
    for wrong in (
        {},
        {"x-acuerdo-signature": "t=1,v1=00"},
        {"x-acuerdo-signature": headers["x-acuerdo-signature"][:-1] + "g"},
    ):
        with pytest.raises(SignatureRefused) as refusal:
            deliver(account, (wrong, body))
        assert refusal.value.http_status == 403
    with pytest.raises(SignatureRefused):
        deliver(account, (headers, body + b" "))
    assert caplog.text.count("payment_webhook_refused") == 4
    assert not ProviderEvent.objects.exists()


def test_another_creditors_account_cannot_speak_for_this_one(account: Account) -> None:
    request = open_request(account, cop(400_000))
    FakeProvider.settle(request, CheckoutState.PAID)
    other = make_creditor("Otro Banco")
    theirs = ProviderAccount.objects.get(creditor=other)
    headers, body = webhook(replace_account(request, theirs), "paid")
    receive_webhook(provider_account=theirs, headers=headers, body=body, now=NOW)
    react()
    assert not Payment.objects.exists()


def replace_account(request: PaymentRequest, account: ProviderAccount) -> PaymentRequest:
    return PaymentRequest(provider_session_id=request.provider_session_id, provider_account=account)


def test_a_payment_goes_where_it_belongs(account: Account) -> None:
    agree(account, kind="plan", count=3, on=date(2026, 12, 1))
    pay(account, cop(450_000))
    payment = Payment.objects.get()
    rows = Allocation.objects.filter(payment=payment).order_by("id")
    assert [(row.component, row.amount_minor // 100, row.instalment.sequence) for row in rows] == [  # type: ignore[union-attr]
        ("fees", 50_000, 1),
        ("interest", 150_000, 1),
        ("principal", 200_000, 1),
        ("principal", 50_000, 2),
    ]
    assert get_balance(account.pk).components == {
        "principal": cop(750_000).minor,
        "interest": 0,
        "fees": 0,
        "costs": 0,
        "taxes": 0,
    }
    assert list(Instalment.objects.values_list("state", "paid_minor")) == [
        ("paid", cop(400_000).minor),
        ("due", cop(50_000).minor),
        ("due", 0),
    ]


def test_the_creditor_says_what_is_paid_first(account: Account) -> None:
    Creditor.objects.update(settings={"allocation_order": ["principal"]})
    pay(account, cop(100_000))
    assert Allocation.objects.get().component == "principal"


def test_the_last_payment_closes_the_account(account: Account) -> None:
    pay(account, cop(1_200_000))
    account.refresh_from_db()
    assert (account.state, account.closed_at, balance(account)) == ("closed", NOW, 0)
    assert Event.objects.filter(name="AccountClosed").count() == 1


def test_a_kept_settlement_closes_the_account(account: Account) -> None:
    agree(account, kind="settlement", amount=cop(1_020_000), on=date(2026, 12, 1))
    pay(account, cop(1_020_000))
    account.refresh_from_db()
    assert (account.state, balance(account)) == ("closed", 0)


def test_what_is_paid_too_much_is_never_lost(account: Account) -> None:
    first = open_request(account, cop(1_200_000))
    second = open_request(account, cop(1_200_000))
    third = open_request(account, cop(200_000))
    for request in (third, first, second):
        FakeProvider.settle(request, CheckoutState.PAID)
        look_at_request(request.pk, now=NOW)
    assert Payment.objects.count() == 3
    assert balance(account) == 0
    # Of one date: which of them was too much hangs on their keys; how much was does not.
    credit = Allocation.objects.filter(component="credit")
    assert sum(row.amount_minor for row in credit) == cop(1_400_000).minor
    assert get_balance(account.pk).credit_minor == cop(1_400_000).minor
    received = Posting.objects.filter(debit__code="received")
    assert sum(row.amount_minor for row in received) == cop(2_600_000).minor
    assert recompute_balances([account.pk]) == {account.pk: get_balance(account.pk)}


@pytest.mark.parametrize("paid", [cop(399_999), Money(40_000_000, "BRL")], ids=str)
def test_other_money_than_asked_for_posts_nothing_and_calls_a_person(
    account: Account, paid: Money
) -> None:
    request = open_request(account, cop(400_000))
    FakeProvider.settle(request, CheckoutState.PAID, paid)
    for _ in range(3):
        assert look_at_request(request.pk, now=NOW).state == "mismatch"
    assert not Payment.objects.exists()
    assert not Entry.objects.filter(kind="payment").exists()
    task = Task.objects.get()
    assert task.kind == "payment_mismatch"
    assert task.packet["paid_minor"] == paid.minor
    assert task.account_id == account.pk
    assert Event.objects.filter(name="PaymentRefused").count() == 1


def test_a_second_payment_of_one_request_calls_a_person(account: Account) -> None:
    request = pay(account, cop(400_000))
    again = confirm_payment(
        request_id=request.pk,
        provider="fake",
        external_id="another",
        amount=cop(400_000),
        paid_at=None,
        actor=SYSTEM,
        now=NOW,
    )
    assert again is None
    assert (Payment.objects.count(), Task.objects.count()) == (1, 1)
    assert PaymentRequest.objects.get().state == "paid"


def test_a_payment_counts_from_when_the_debtor_paid(account: Account) -> None:
    """The webhook came two days late; the demo clock stands elsewhere than the provider's."""
    request = open_request(account, cop(400_000))
    FakeProvider.settle(request, CheckoutState.PAID)
    key = str(request.public_id)
    known = FakeProvider.checkouts[key]
    two_days_ago = clock.real_now() - timedelta(days=2)
    FakeProvider.checkouts[key] = replace(known, paid_at=two_days_ago)
    later = NOW + timedelta(days=30)
    look_at_request(request.pk, now=later)
    payment = Payment.objects.select_related("entry").get()
    assert abs(payment.paid_at - (later - timedelta(days=2))) < timedelta(seconds=30)
    assert payment.entry.effective_on == date(2026, 12, 22)
    assert payment.recorded_at == later
