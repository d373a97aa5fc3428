"""Payments and agreements under fire: threads at the same thing, processes killed half-way."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from deals_kit import (
    NOW,
    FakeProvider,
    agree,
    cop,
    debtor_of,
    make_account,
    make_creditor,
    offer,
    open_request,
    webhook,
)
from django.db import connections, transaction
from small_portfolio import place, row

from acuerdo.agreements.actions import accept_offer
from acuerdo.agreements.errors import AgreementRuns, OfferNotOpen
from acuerdo.agreements.models import Agreement, Instalment
from acuerdo.core.models import Event
from acuerdo.creditors.models import ProviderAccount
from acuerdo.ledger.models import Entry
from acuerdo.ledger.queries import get_balance, recompute_balances
from acuerdo.payments.actions import look_at_request, receive_webhook, reconcile_requests
from acuerdo.payments.jobs import look_at_provider
from acuerdo.payments.models import Allocation, Payment, PaymentRequest
from acuerdo.payments.providers import registry
from acuerdo.payments.providers.base import CheckoutState
from acuerdo.portfolio.models import Account

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def fake_provider(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setitem(registry.PROVIDERS, "fake", FakeProvider)
    FakeProvider.reset()
    yield
    FakeProvider.reset()


def at_once(*works: Callable[[], Any]) -> list[Any]:
    """What each of `works` gave, or the exception it raised, started at the same moment."""
    gate = threading.Barrier(len(works))

    def run(work: Callable[[], Any]) -> Any:
        gate.wait()
        try:
            return work()
        except Exception as error:
            return error
        finally:
            connections.close_all()

    with ThreadPoolExecutor(len(works)) as pool:
        return list(pool.map(run, works))


def check_whole(request: PaymentRequest) -> bool:
    """Everything of a payment is there, or nothing of it; gives which."""
    payment = Payment.objects.filter(request=request).first()
    key = f"payment:fake:pay-{request.provider_session_id}"
    told = Event.objects.filter(
        name="PaymentConfirmed", refs__contains=[f"payment_request:{request.pk}"]
    ).count()
    if payment is None:
        assert request.state == "open"
        assert not Entry.objects.filter(key=key).exists()
        assert told == 0
        assert get_balance(request.account_id).total_minor == cop(1_200_000).minor
        assert not Instalment.objects.filter(
            agreement__account_id=request.account_id, paid_minor__gt=0
        ).exists()
        return False
    assert request.state == "paid"
    assert payment.entry.key == key
    assert told == 1
    parts = Allocation.objects.filter(payment=payment)
    assert sum(part.amount_minor for part in parts) == payment.amount_minor
    left = cop(1_200_000).minor - payment.amount_minor
    assert get_balance(request.account_id).total_minor == left
    paid = Instalment.objects.filter(agreement__account_id=request.account_id)
    assert sum(part.paid_minor for part in paid) == payment.amount_minor
    recomputed = recompute_balances([request.account_id])[request.account_id]
    assert recomputed == get_balance(request.account_id)
    return True


def test_the_same_webhook_in_many_threads_moves_the_money_once() -> None:
    account = make_account(make_creditor(), dpd=120)
    agree(account, kind="plan", count=3)
    request = open_request(account, cop(400_000))
    FakeProvider.settle(request, CheckoutState.PAID)
    provider_account = ProviderAccount.objects.get(pk=request.provider_account_id)
    headers, body = webhook(request, "paid", "event-1")

    def deliver() -> int:
        with transaction.atomic():
            return receive_webhook(
                provider_account=provider_account, headers=headers, body=body, now=NOW
            )

    assert sorted(at_once(*[deliver] * 6)) == [0, 0, 0, 0, 0, 1]
    event = Event.objects.get(name="PaymentEventReceived")

    def react() -> None:
        look_at_provider(event, now=NOW)

    def look() -> str:
        return look_at_request(request.pk, now=NOW).state

    found = at_once(react, react, look, look, look, lambda: reconcile_requests(now=NOW).asked)
    assert not [one for one in found if isinstance(one, Exception)]
    assert check_whole(PaymentRequest.objects.get())
    assert Payment.objects.count() == 1


def test_payments_of_one_debt_wait_for_each_other() -> None:
    account = make_account(make_creditor(), dpd=120)
    agree(account, kind="plan", count=3)
    requests = [open_request(account, cop(300_000)) for _ in range(4)]
    for request in requests:
        FakeProvider.settle(request, CheckoutState.PAID)
    found = at_once(*(lambda pk=one.pk: look_at_request(pk, now=NOW).state for one in requests))  # type: ignore[misc]
    assert found == ["paid"] * 4
    account.refresh_from_db()
    assert (account.state, get_balance(account.pk).total_minor) == ("closed", 0)
    assert set(Instalment.objects.values_list("state", flat=True)) == {"paid"}
    assert Agreement.objects.get().state == "kept"
    assert sum(Allocation.objects.values_list("amount_minor", flat=True)) == cop(1_200_000).minor


def test_two_doors_accept_at_once() -> None:
    account = make_account(make_creditor(), dpd=120)
    plan, promise = offer(account, kind="plan", count=3), offer(account, kind="plan", count=4)

    def accept(made: Any, key: str) -> Callable[[], Any]:
        def work() -> int:
            with transaction.atomic():
                return accept_offer(
                    offer=made, actor=debtor_of(account), now=NOW, channel="chat", key=key
                ).pk

        return work

    found = at_once(accept(plan, "a"), accept(plan, "a"), accept(plan, "b"), accept(promise, "c"))
    agreement = Agreement.objects.get()
    assert [one for one in found if one == agreement.pk]
    refused = [one for one in found if one != agreement.pk]
    assert all(isinstance(one, AgreementRuns | OfferNotOpen) for one in refused)
    assert Instalment.objects.count() == agreement.instalments.count()
    assert Event.objects.filter(name="AgreementReached").count() == 1


# A process that confirms what was paid, one after the other; at `STOP` it says so and waits.
_CONFIRM = f"""
import os, sys, time
import django
django.setup()
from datetime import datetime
from django.db import transaction
from acuerdo.core.actor import SYSTEM
from acuerdo.core.money import Money
from acuerdo.payments.actions import confirming
from acuerdo.payments.models import PaymentRequest

stop = os.environ.get("STOP", "")
if stop:
    original = getattr(confirming, stop)
    def halting(*arguments, **named):
        result = original(*arguments, **named)
        print("here", flush=True)
        time.sleep(60)
        return result
    setattr(confirming, stop, halting)

now = datetime.fromisoformat({NOW.isoformat()!r})
for request in PaymentRequest.objects.filter(state="open").order_by("pk"):
    with transaction.atomic():
        confirming.confirm_payment(
            request_id=request.pk, provider="fake",
            external_id="pay-" + request.provider_session_id,
            amount=Money(request.amount_minor, request.currency),
            paid_at=None, actor=SYSTEM, now=now,
        )
"""


def start(stop: str = "") -> subprocess.Popen[bytes]:
    env = os.environ | {"PYTHONPATH": os.pathsep.join(sys.path), "STOP": stop}
    return subprocess.Popen([sys.executable, "-c", _CONFIRM], env=env, stdout=subprocess.PIPE)


def test_kill_9_at_the_first_and_last_step_of_a_confirmation_leaves_nothing_half_done() -> None:
    account = make_account(make_creditor(), dpd=120)
    agree(account, kind="plan", count=3)
    request = open_request(account, cop(400_000))
    for step in ("post_payment", "publish"):
        process = start(step)
        assert process.stdout is not None
        assert process.stdout.readline().strip() == b"here"
        process.send_signal(signal.SIGKILL)
        process.wait()
        process.stdout.close()
        assert not check_whole(PaymentRequest.objects.get(pk=request.pk)), step
    # What was cut off is found by the janitor, and posted once.
    FakeProvider.settle(request, CheckoutState.PAID)
    look_at_request(request.pk, now=NOW)
    assert check_whole(PaymentRequest.objects.get(pk=request.pk))
    assert Payment.objects.count() == 1


def test_kill_9_at_random_among_many() -> None:
    chance = random.Random(20261124)
    creditor = make_creditor()
    place(creditor, [row(f"A-{number:04}", dpd=120) for number in range(1, 31)])
    requests = []
    for account in Account.objects.select_related("debtor", "creditor").order_by("pk"):
        agree(account, kind="plan", count=3)
        requests.append(open_request(account, cop(400_000)))
    for _ in range(2):
        process = start()
        wanted = Payment.objects.count() + chance.randint(1, 8)
        deadline = time.monotonic() + 120
        while Payment.objects.count() < wanted and process.poll() is None:
            assert time.monotonic() < deadline
            time.sleep(0.002)
        time.sleep(chance.random() * 0.02)
        process.send_signal(signal.SIGKILL)
        process.wait()
        for request in PaymentRequest.objects.all():
            check_whole(request)
    for request in requests:
        FakeProvider.settle(request, CheckoutState.PAID)
        look_at_request(request.pk, now=NOW)
    assert all(check_whole(request) for request in PaymentRequest.objects.all())
    assert Payment.objects.count() == len(requests) == 30
