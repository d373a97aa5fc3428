"""A payment is asked for: the request is ours, the page on which it is paid the provider's."""

from __future__ import annotations

from contextlib import closing
from datetime import datetime, timedelta
from typing import Final

import structlog
from django.conf import settings
from django.db import connection, transaction

from acuerdo.agreements.models import Agreement
from acuerdo.core.actor import SYSTEM, Actor
from acuerdo.core.clock import real_now
from acuerdo.core.errors import CommandConflict
from acuerdo.core.events import publish
from acuerdo.core.money import Money
from acuerdo.creditors.models import ProviderAccount
from acuerdo.ledger.queries import get_balance
from acuerdo.messaging.providers import webhook_url
from acuerdo.payments import events
from acuerdo.payments.errors import (
    AmountNotPayable,
    NoPaymentProvider,
    NothingToPay,
    ProviderRefused,
    ProviderUnavailable,
    RequestBusy,
    RequestClosed,
)
from acuerdo.payments.models import PaymentRequest
from acuerdo.payments.providers.base import Checkout, CheckoutState, Intent
from acuerdo.payments.providers.registry import open_provider
from acuerdo.portfolio.models import Account

logger = structlog.get_logger(__name__)

# How long one attempt to open may take before somebody else may look after it (real clock).
LEASE: Final = timedelta(seconds=60)
# An open checkout is asked after this often even if no webhook comes.
FIRST_LOOK: Final = timedelta(minutes=2)
CHECKOUT_SECONDS: Final = 1800


def create_payment_request(
    *,
    account: Account,
    amount: Money,
    actor: Actor,
    now: datetime,
    key: str,
    channel: str = "",
    agreement: Agreement | None = None,
    return_url: str = "",
) -> PaymentRequest:
    """Ask for `amount` of what is owed. Nothing is opened yet: `open_payment_request` does.

    `return_url` is where the browser goes after paying; `{request}` in it becomes the request's
    public id. The same key gives the same request; with other data it raises CommandConflict.
    Raises NothingToPay, AmountNotPayable (zero, more than is owed, more than a settlement asks
    for), NoPaymentProvider.
    """
    account = (
        Account.objects.select_for_update(of=("self",))
        .select_related("creditor")
        .get(pk=account.pk)
    )
    known = PaymentRequest.objects.filter(creditor_id=account.creditor_id, key=key).first()
    if known is not None:
        asked = (account.pk, amount.minor, amount.currency)
        if (known.account_id, known.amount_minor, known.currency) != asked:
            raise CommandConflict(key=key, action="create_payment_request")
        return known
    _check_amount(account, amount, agreement)
    provider_account = ProviderAccount.objects.filter(
        creditor_id=account.creditor_id, kind="payments", is_active=True
    ).first()
    if provider_account is None:
        raise NoPaymentProvider()
    request = PaymentRequest(
        creditor_id=account.creditor_id,
        account=account,
        agreement=agreement,
        amount_minor=amount.minor,
        currency=amount.currency,
        channel=channel,
        provider=provider_account.provider,
        provider_account=provider_account,
        requested_at=now,
        key=key,
    )
    request.return_url = return_url.replace("{request}", str(request.public_id))
    request.save(force_insert=True)
    publish(
        events.PAYMENT_REQUESTED,
        actor=actor,
        now=now,
        creditor_id=account.creditor_id,
        refs=refs_of(request, account),
        data={"amount_minor": amount.minor, "currency": amount.currency, "channel": channel},
    )
    return request


def _check_amount(account: Account, amount: Money, agreement: Agreement | None) -> None:
    owed = get_balance(account.pk).total_minor
    if owed <= 0 or account.state != "active":
        raise NothingToPay()
    if amount.currency != account.currency or not 0 < amount.minor <= owed:
        raise AmountNotPayable(amount=amount)
    if agreement is None:
        return
    if agreement.account_id != account.pk or agreement.state != "active":
        raise AmountNotPayable(amount=amount)
    if agreement.kind == "settlement":
        parts = agreement.instalments.all()
        if amount.minor > sum(part.amount_minor - part.paid_minor for part in parts):
            raise AmountNotPayable(amount=amount)


def open_payment_request(request_id: int, *, now: datetime) -> str:
    """Open the provider's page for a request and return its address. A delivery: it keeps its
    own short transactions, and none while the provider is called.

    A second call while the page is open gives the same address. The provider is given our id as
    its key, so that a try that was cut off does not open a second page. Raises RequestClosed,
    RequestBusy, ProviderUnavailable (try again later), ProviderRefused.
    """
    with transaction.atomic():
        request = _claim(request_id, now)
    if request.state == "open":
        return request.redirect_url
    intent = _intent_of(request)
    leave_database()
    try:
        with closing(open_provider(request.provider_account)) as provider:
            checkout = provider.create(intent, idempotency_key=str(request.public_id))
    except ProviderUnavailable:
        logger.warning("checkout_unknown", request=request.pk, provider=request.provider)
        _mark(request.pk, "unknown", lease_until=real_now() + LEASE)
        raise
    except ProviderRefused:
        logger.warning("checkout_refused", request=request.pk, provider=request.provider)
        _mark(request.pk, "failed", closed_at=now, lease_until=None)
        raise
    with transaction.atomic():
        record_open(request.pk, checkout, now)
    if checkout.state is not CheckoutState.OPEN:
        # Opened long ago by a try that was cut off; the janitor looks at once.
        _look_soon(request.pk)
    return checkout.redirect_url


def _claim(request_id: int, now: datetime) -> PaymentRequest:
    """The request, claimed for one attempt, or open already."""
    account_id = PaymentRequest.objects.values_list("account_id", flat=True).get(pk=request_id)
    account = Account.objects.select_for_update().get(pk=account_id)
    request = PaymentRequest.objects.select_for_update().get(pk=request_id)
    real = real_now()
    if request.state == "open" and (request.expires_at is None or request.expires_at > real):
        return request
    if request.state not in ("new", "claimed", "unknown"):
        raise RequestClosed()
    if request.state == "claimed" and request.lease_until and request.lease_until > real:
        raise RequestBusy()
    owed = get_balance(account.pk).total_minor
    if request.state == "new" and (account.state != "active" or owed < request.amount_minor):
        raise NothingToPay() if owed <= 0 else AmountNotPayable(amount=money_of(request))
    request.state, request.lease_until = "claimed", real + LEASE
    request.save(update_fields=["state", "lease_until"])
    return request


def _intent_of(request: PaymentRequest) -> Intent:
    account = Account.objects.select_related("creditor", "debtor").get(pk=request.account_id)
    # Loaded here: no database while the provider is called.
    request.provider_account = ProviderAccount.objects.select_related("creditor").get(
        pk=request.provider_account_id
    )
    return Intent(
        amount=money_of(request),
        reference=str(request.public_id),
        description=account.product or account.creditor.name,
        payee=account.creditor.name,
        return_url=request.return_url or settings.PUBLIC_URL,
        webhook_url=webhook_url(request.provider_account),
        language=account.debtor.language,
        expires_in_seconds=CHECKOUT_SECONDS,
    )


def record_open(request_id: int, checkout: Checkout, now: datetime) -> None:
    """Write down that the provider opened the page, unless more is known by now."""
    request = PaymentRequest.objects.select_for_update().get(pk=request_id)
    if request.state not in ("new", "claimed", "unknown"):
        return
    request.state = "open"
    request.provider_session_id = checkout.session_id
    request.redirect_url = checkout.redirect_url
    request.expires_at = checkout.expires_at
    request.opened_at = now
    request.lease_until = real_now() + FIRST_LOOK
    request.save(
        update_fields=[
            "state", "provider_session_id", "redirect_url", "expires_at", "opened_at",
            "lease_until",
        ]
    )  # fmt: skip
    account = Account.objects.get(pk=request.account_id)
    publish(
        events.CHECKOUT_OPENED,
        actor=SYSTEM,
        now=now,
        creditor_id=request.creditor_id,
        refs=refs_of(request, account),
        data={"amount_minor": request.amount_minor, "currency": request.currency},
    )


def _mark(request_id: int, state: str, **fields: datetime | None) -> None:
    PaymentRequest.objects.filter(pk=request_id, state="claimed").update(state=state, **fields)


def _look_soon(request_id: int) -> None:
    PaymentRequest.objects.filter(pk=request_id, state="open").update(lease_until=real_now())


def leave_database() -> None:
    """Give the connection back: none is kept while a provider is called."""
    if not connection.in_atomic_block:
        connection.close()


def money_of(request: PaymentRequest) -> Money:
    return Money(request.amount_minor, request.currency)


def refs_of(request: PaymentRequest, account: Account) -> list[str]:
    refs = [
        f"account:{account.pk}",
        f"debtor:{account.debtor_id}",
        f"payment_request:{request.pk}",
    ]
    return [*refs, f"agreement:{request.agreement_id}"] if request.agreement_id else refs
