from datetime import timedelta

import pytest
from deals_kit import (
    NOW,
    FakeProvider,
    agree,
    ask,
    cop,
    debtor_of,
    make_account,
    make_creditor,
    open_request,
    pay,
)

from acuerdo.core.clock import real_now
from acuerdo.core.errors import CommandConflict, NotFound
from acuerdo.core.models import Event
from acuerdo.core.money import Money
from acuerdo.creditors.models import ProviderAccount
from acuerdo.payments.actions import (
    create_payment_request,
    look_at_request,
    open_payment_request,
    reconcile_requests,
)
from acuerdo.payments.errors import (
    AmountNotPayable,
    NoPaymentProvider,
    NothingToPay,
    ProviderUnavailable,
    RequestBusy,
    RequestClosed,
)
from acuerdo.payments.models import Payment, PaymentRequest
from acuerdo.payments.providers.base import CheckoutState
from acuerdo.payments.queries import get_payable, get_request
from acuerdo.portfolio.models import Account

pytestmark = pytest.mark.django_db


@pytest.fixture
def account() -> Account:
    return make_account(make_creditor(), dpd=120)


def read(request: PaymentRequest) -> PaymentRequest:
    return PaymentRequest.objects.get(pk=request.pk)


def lapse(request: PaymentRequest) -> None:
    PaymentRequest.objects.filter(pk=request.pk).update(
        lease_until=real_now() - timedelta(seconds=1)
    )


def test_a_page_is_opened_once_however_often_it_is_asked_for(account: Account) -> None:
    request = ask(account, cop(400_000), return_url="http://x.example/p/1/{request}")
    assert request.return_url.endswith(str(request.public_id))
    address = open_payment_request(request.pk, now=NOW)
    assert open_payment_request(request.pk, now=NOW) == address
    assert FakeProvider.creates == 1
    assert read(request).state == "open"
    names = ["PaymentRequested", "CheckoutOpened"]
    assert sorted(Event.objects.filter(name__in=names).values_list("name", flat=True)) == sorted(
        names
    )


def test_the_same_key_asks_once(account: Account) -> None:
    first = ask(account, cop(400_000), key="k")
    assert ask(account, cop(400_000), key="k").pk == first.pk
    with pytest.raises(CommandConflict):
        ask(account, cop(400_001), key="k")


@pytest.mark.parametrize("amount", [cop(0), cop(-5), cop(1_200_001), Money(100, "BRL")], ids=str)
def test_no_more_than_is_owed_is_asked_for(account: Account, amount: Money) -> None:
    with pytest.raises(AmountNotPayable):
        ask(account, amount)


def test_a_settlement_never_takes_more_than_was_agreed(account: Account) -> None:
    agreement = agree(account, kind="settlement", amount=cop(1_020_000), on=NOW.date())
    payable = get_payable(account)
    assert (payable.due, payable.most, payable.agreement) == (
        cop(1_020_000),
        cop(1_020_000),
        agreement,
    )
    with pytest.raises(AmountNotPayable):
        ask(account, cop(1_020_001), agreement=agreement)
    assert ask(account, cop(1_020_000), agreement=agreement).state == "new"


def test_what_to_pay_is_the_next_part_or_all(account: Account) -> None:
    assert get_payable(account).due == cop(1_200_000)
    agree(account, kind="plan", count=3)
    assert get_payable(account).due == cop(400_000)
    pay(account, cop(150_000))
    assert (get_payable(account).due, get_payable(account).most) == (
        cop(250_000),
        cop(1_050_000),
    )


def test_a_paid_debt_is_not_paid_again(account: Account) -> None:
    waiting = ask(account, cop(1_200_000))
    pay(account, cop(1_200_000))
    with pytest.raises(NothingToPay):
        open_payment_request(waiting.pk, now=NOW)
    with pytest.raises(NothingToPay):
        ask(account, cop(1))


def test_without_a_provider_it_is_said(account: Account) -> None:
    ProviderAccount.objects.update(is_active=False)
    with pytest.raises(NoPaymentProvider):
        create_payment_request(
            account=account, amount=cop(1), actor=debtor_of(account), now=NOW, key="k"
        )


def test_a_lost_answer_does_not_open_a_second_page(account: Account) -> None:
    request = ask(account, cop(400_000))
    FakeProvider.broken = "after"
    with pytest.raises(ProviderUnavailable):
        open_payment_request(request.pk, now=NOW)
    assert read(request).state == "unknown"
    FakeProvider.broken = ""
    open_payment_request(request.pk, now=NOW)
    assert (read(request).state, len(FakeProvider.checkouts)) == ("open", 1)


def test_the_janitor_finds_the_page_whose_answer_was_lost(account: Account) -> None:
    request = ask(account, cop(400_000))
    FakeProvider.broken = "after"
    with pytest.raises(ProviderUnavailable):
        open_payment_request(request.pk, now=NOW)
    FakeProvider.broken = ""
    assert reconcile_requests(now=NOW).asked == 0  # its lease still runs
    lapse(request)
    assert reconcile_requests(now=NOW).asked == 1
    assert (read(request).state, FakeProvider.creates) == ("open", 1)


def test_a_claim_that_never_arrived_may_be_opened_again(account: Account) -> None:
    request = ask(account, cop(400_000))
    PaymentRequest.objects.update(state="claimed", lease_until=real_now() + timedelta(seconds=30))
    with pytest.raises(RequestBusy):
        open_payment_request(request.pk, now=NOW)
    lapse(request)
    reconcile_requests(now=NOW)
    assert (read(request).state, FakeProvider.creates) == ("new", 0)
    open_payment_request(request.pk, now=NOW)
    assert read(request).state == "open"


def test_the_janitor_hears_of_a_payment_whose_webhook_was_lost(account: Account) -> None:
    request = open_request(account, cop(400_000))
    FakeProvider.settle(request, CheckoutState.PAID)
    assert reconcile_requests(now=NOW).asked == 0
    lapse(request)
    report = reconcile_requests(now=NOW)
    assert (report.asked, report.settled) == (1, 1)
    assert Payment.objects.get().amount_minor == cop(400_000).minor
    assert reconcile_requests(now=NOW).asked == 0


def test_a_provider_that_is_silent_is_asked_again_later(account: Account) -> None:
    request = open_request(account, cop(400_000))
    lapse(request)
    FakeProvider.broken = "before"
    assert reconcile_requests(now=NOW).unanswered == 1
    assert reconcile_requests(now=NOW).asked == 0
    assert read(request).state == "open"


def test_a_declined_or_expired_page_is_closed(account: Account) -> None:
    declined, expired = (open_request(account, cop(1000)) for _ in range(2))
    FakeProvider.settle(declined, CheckoutState.DECLINED)
    FakeProvider.settle(expired, CheckoutState.EXPIRED)
    assert look_at_request(declined.pk, now=NOW).state == "declined"
    assert look_at_request(expired.pk, now=NOW).state == "expired"
    with pytest.raises(RequestClosed):
        open_payment_request(declined.pk, now=NOW)
    found = Event.objects.filter(name__in=["PaymentDeclined", "PaymentExpired"])
    assert found.count() == 2
    assert not Payment.objects.exists()


def test_a_request_is_found_by_its_creditor_alone(account: Account) -> None:
    request = ask(account, cop(1000))
    assert get_request(request.public_id, [account.creditor_id]).pk == request.pk
    for public_id, creditor in ((request.public_id, account.creditor_id + 1), ("nonsense", 1)):
        with pytest.raises(NotFound):
            get_request(public_id, [creditor])
