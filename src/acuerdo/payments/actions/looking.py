"""The provider is asked: after a webhook, and by the janitor for what was left hanging."""

from __future__ import annotations

from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import structlog
from django.db import transaction
from django.db.models import Q

from acuerdo.core.actor import Actor
from acuerdo.core.clock import real_now
from acuerdo.creditors.models import ProviderAccount
from acuerdo.payments.actions.confirming import close_request, confirm_payment, lock_request
from acuerdo.payments.actions.requesting import (
    FIRST_LOOK,
    LEASE,
    leave_database,
    record_open,
)
from acuerdo.payments.errors import ProviderRefused, ProviderUnavailable
from acuerdo.payments.models import PaymentRequest, ProviderEvent
from acuerdo.payments.providers.base import Checkout, CheckoutState
from acuerdo.payments.providers.registry import open_provider

logger = structlog.get_logger(__name__)

UNSETTLED = ("claimed", "open", "unknown")


@dataclass(slots=True)
class ReconcileReport:
    """What a round of the janitor found out."""

    asked: int = 0
    settled: int = 0
    unanswered: int = 0


def look_at_event(provider_event_id: int, *, now: datetime) -> None:
    """Ask the provider about the checkout that a webhook named. A delivery: no transaction is
    open while it is asked. Raises ProviderUnavailable, so that the reaction is tried again."""
    row = ProviderEvent.objects.select_related("provider_account").get(pk=provider_event_id)
    if row.processed_at is not None:
        return
    checkout = _ask(row.provider_account, session_id=row.session_id)
    with transaction.atomic():
        if checkout is not None:
            request = _find_request(row, checkout)
            if request is None:
                logger.warning("checkout_not_ours", provider=row.provider, provider_event=row.pk)
            else:
                record(request.pk, checkout, now=now)
        ProviderEvent.objects.filter(pk=row.pk).update(processed_at=now)


def _find_request(row: ProviderEvent, checkout: Checkout) -> PaymentRequest | None:
    """By the key that we gave, within the account that signed: the answer to `create` may have
    been lost, and another creditor's account must not speak for this one."""
    try:
        public_id = UUID(checkout.key)
    except ValueError:
        return None
    return PaymentRequest.objects.filter(
        public_id=public_id, provider_account_id=row.provider_account_id
    ).first()


def look_at_request(request_id: int, *, now: datetime) -> PaymentRequest:
    """Ask the provider what became of one request, and write it down. A delivery.

    A claim that never arrived there goes back to `new`: it is not sent again by itself. Raises
    ProviderUnavailable.
    """
    request = PaymentRequest.objects.select_related("provider_account").get(pk=request_id)
    if request.provider_session_id:
        checkout = _ask(request.provider_account, session_id=request.provider_session_id)
    else:
        checkout = _ask(request.provider_account, key=str(request.public_id))
    with transaction.atomic():
        if checkout is not None:
            record(request_id, checkout, now=now)
        else:
            _record_missing(request_id, now)
    return PaymentRequest.objects.get(pk=request_id)


def _ask(
    provider_account: ProviderAccount, *, session_id: str = "", key: str = ""
) -> Checkout | None:
    # Loaded before the connection is given back.
    adapter = open_provider(provider_account)
    leave_database()
    with closing(adapter) as provider:
        return provider.fetch(session_id) if session_id else provider.find(key)


def record(request_id: int, checkout: Checkout, *, now: datetime) -> None:
    """Write down what the provider says, inside the caller's transaction. Paid is final, and
    comes through whatever was written before."""
    if checkout.state is CheckoutState.PAID:
        request = PaymentRequest.objects.get(pk=request_id)
        confirm_payment(
            request_id=request_id,
            provider=request.provider,
            external_id=checkout.payment_id or checkout.session_id,
            amount=checkout.amount,
            paid_at=checkout.paid_at,
            actor=_actor_of(request),
            now=now,
        )
    elif checkout.state is CheckoutState.OPEN:
        record_open(request_id, checkout, now)
    else:
        request = PaymentRequest.objects.get(pk=request_id)
        close_request(
            request_id=request_id, state=checkout.state.value, actor=_actor_of(request), now=now
        )


def _actor_of(request: PaymentRequest) -> Actor:
    return Actor("provider", request.provider, request.creditor_id)


def _record_missing(request_id: int, now: datetime) -> None:
    _account, request = lock_request(request_id)
    if request.state in ("claimed", "unknown"):
        request.state, request.lease_until = "new", None
        request.save(update_fields=["state", "lease_until"])
    elif request.state == "open":
        # The provider forgot a page that it once opened.
        close_request(request_id=request_id, state="expired", actor=_actor_of(request), now=now)


def reconcile_requests(*, now: datetime, limit: int = 100) -> ReconcileReport:
    """The janitor: ask about claims and unknown outcomes past their lease, and about open pages
    from time to time and when they expire (all by the real clock). A delivery; two at once share
    the work."""
    report = ReconcileReport()
    for request_id in _claim_due(limit):
        report.asked += 1
        try:
            request = look_at_request(request_id, now=now)
        except (ProviderUnavailable, ProviderRefused):
            report.unanswered += 1
            continue
        report.settled += request.state not in UNSETTLED
    return report


def _claim_due(limit: int) -> list[int]:
    """Requests whose time has come; their lease is pushed on, so that nobody else asks now."""
    real = real_now()
    with transaction.atomic():
        rows = list(
            PaymentRequest.objects.select_for_update(skip_locked=True)
            .filter(
                Q(lease_until__lte=real) | Q(lease_until__isnull=True, expires_at__lte=real),
                state__in=UNSETTLED,
            )
            .order_by("requested_at", "id")[:limit]
        )
        for row in rows:
            # After its first look a page is asked about when it expires, then every other minute.
            lasts = row.expires_at - real if row.expires_at else LEASE
            row.lease_until = real + (max(FIRST_LOOK, lasts) if row.state == "open" else LEASE)
            row.save(update_fields=["lease_until"])
    return [row.pk for row in rows]
