"""Money has come: payment, allocation, books and agreement change together or not at all."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import structlog

from acuerdo.agreements.actions import apply_payment
from acuerdo.agreements.queries import local_date
from acuerdo.cases.actions import create_task
from acuerdo.cases.models import Task
from acuerdo.core.actor import Actor
from acuerdo.core.clock import real_now
from acuerdo.core.events import publish
from acuerdo.core.money import Money
from acuerdo.ledger.actions import post_payment
from acuerdo.ledger.queries import get_balance
from acuerdo.payments import events
from acuerdo.payments.actions.allocating import allocate_anew, get_terms
from acuerdo.payments.actions.requesting import money_of, refs_of
from acuerdo.payments.models import Payment, PaymentRequest
from acuerdo.portfolio.actions.closing import close_account
from acuerdo.portfolio.models import Account

logger = structlog.get_logger(__name__)


def confirm_payment(
    *,
    request_id: int,
    provider: str,
    external_id: str,
    amount: Money,
    paid_at: datetime | None,
    actor: Actor,
    now: datetime,
) -> Payment | None:
    """Post a payment that the provider itself confirmed when it was asked.

    Once per (provider, external_id), however often and by whomever it is called. An amount or a
    currency other than what we asked for, or a second payment of one request, posts nothing: a
    person gets a task, and None is returned. What is paid beyond the debt is recorded as the
    debtor's credit. `paid_at` is the provider's, on the real clock.
    """
    account, request = lock_request(request_id)
    known = Payment.objects.filter(provider=provider, external_id=external_id).first()
    if known is not None and known.request_id == request.pk:
        return known
    if known is not None or request.state == "paid" or amount != money_of(request):
        _refuse(request, account, provider, external_id, amount, actor, now)
        return None
    came_at = now - max(real_now() - paid_at, timedelta(0)) if paid_at else now
    booked = book_payment(
        account=account,
        request=request,
        provider=provider,
        external_id=external_id,
        amount=amount,
        paid_at=came_at,
        actor=actor,
        now=now,
    )
    payment = booked.payment
    request.state, request.closed_at, request.lease_until = "paid", now, None
    request.save(update_fields=["state", "closed_at", "lease_until"])
    publish(
        events.PAYMENT_CONFIRMED,
        actor=actor,
        now=now,
        creditor_id=account.creditor_id,
        refs=[*refs_of(request, account), f"payment:{payment.pk}"],
        data=booked.figures,
    )
    if booked.left_minor <= 0:
        close_account(account_id=account.pk, actor=actor, now=now)
    return payment


@dataclass(frozen=True, slots=True)
class Booked:
    """A payment in the books: what an event tells of it, and what is owed now."""

    payment: Payment
    figures: dict[str, Any]
    left_minor: int


def book_payment(
    *,
    account: Account,
    request: PaymentRequest | None,
    provider: str,
    external_id: str,
    amount: Money,
    paid_at: datetime,
    actor: Actor,
    now: datetime,
) -> Booked:
    """Payment, allocation, books and agreement; the caller holds the account's lock and knows
    that this payment is new."""
    on = local_date(account, paid_at)
    entry = post_payment(
        actor=actor,
        now=now,
        creditor_id=account.creditor_id,
        account_id=account.pk,
        amount=amount,
        effective_on=on,
        key=f"payment:{provider}:{external_id}"[:200],
        terms=get_terms(account, on),
    )
    payment = Payment.objects.create(
        creditor_id=account.creditor_id,
        account=account,
        request=request,
        amount_minor=amount.minor,
        currency=amount.currency,
        provider=provider,
        external_id=external_id,
        paid_at=paid_at,
        recorded_at=now,
        entry=entry,
    )
    covered = apply_payment(account_id=account.pk, now=now, actor=actor)
    credit = allocate_anew(account.pk, {payment.pk: covered})
    left = get_balance(account.pk).total_minor
    figures = {
        "amount_minor": amount.minor,
        "currency": amount.currency,
        "credit_minor": credit,
        "balance_minor": left,
    }
    return Booked(payment, figures, left)


def close_request(*, request_id: int, state: str, actor: Actor, now: datetime) -> PaymentRequest:
    """A request ended without money (`declined`, `expired`). One that was paid stays paid."""
    account, request = lock_request(request_id)
    if request.state not in ("new", "claimed", "open", "unknown"):
        return request
    request.state, request.closed_at, request.lease_until = state, now, None
    request.save(update_fields=["state", "closed_at", "lease_until"])
    publish(
        events.PAYMENT_DECLINED if state == "declined" else events.PAYMENT_EXPIRED,
        actor=actor,
        now=now,
        creditor_id=request.creditor_id,
        refs=refs_of(request, account),
        data={"amount_minor": request.amount_minor, "currency": request.currency},
    )
    return request


def lock_request(request_id: int) -> tuple[Account, PaymentRequest]:
    """The account and the request under their locks, in this order."""
    account_id = PaymentRequest.objects.values_list("account_id", flat=True).get(pk=request_id)
    account = (
        Account.objects.select_for_update(of=("self",))
        .select_related("creditor", "debtor")
        .get(pk=account_id)
    )
    return account, PaymentRequest.objects.select_for_update().get(pk=request_id)


def _refuse(
    request: PaymentRequest,
    account: Account,
    provider: str,
    external_id: str,
    amount: Money,
    actor: Actor,
    now: datetime,
) -> None:
    """Money that is not what we asked for: nothing is posted, a person looks at it, once."""
    logger.warning("payment_mismatch", request=request.pk, provider=provider)
    figures = {
        "asked_minor": request.amount_minor,
        "asked_currency": request.currency,
        "paid_minor": amount.minor,
        "paid_currency": amount.currency,
    }
    if request.state not in ("paid", "mismatch"):
        request.state, request.closed_at, request.lease_until = "mismatch", now, None
        request.save(update_fields=["state", "closed_at", "lease_until"])
    key = f"payment:{provider}:{external_id}"[:200]
    if Task.objects.filter(creditor_id=request.creditor_id, key=key).exists():
        return
    create_task(
        kind="payment_mismatch",
        debtor=account.debtor,
        account=account,
        subject=f"payment_request:{request.pk}",
        packet={
            "payment_request": str(request.public_id),
            "provider": provider,
            "external_id": external_id,
            **figures,
        },
        actor=actor,
        now=now,
        key=key,
    )
    publish(
        events.PAYMENT_REFUSED,
        actor=actor,
        now=now,
        creditor_id=request.creditor_id,
        refs=refs_of(request, account),
        data=figures,
    )
