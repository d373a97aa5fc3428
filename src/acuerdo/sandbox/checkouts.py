"""The hosted checkout: one that is open ends once, as paid, declined or expired."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import transaction
from uuid_utils.compat import uuid7

from acuerdo.core.clock import real_now
from acuerdo.sandbox.callbacks import queue_event
from acuerdo.sandbox.models import Checkout
from acuerdo.sandbox.rules import CheckoutState


def close_checkout(checkout: Checkout, state: CheckoutState) -> Checkout:
    """End an open checkout and tell the client. One that has ended stays as it is."""
    with transaction.atomic():
        row = Checkout.objects.select_for_update().get(pk=checkout.pk)
        if row.state != CheckoutState.OPEN:
            return row
        now = real_now()
        if row.expires_at <= now:
            state = CheckoutState.EXPIRED
        row.state, row.closed_at = state.value, now
        if state is CheckoutState.PAID:
            row.payment_id = uuid7()
        row.save(update_fields=["state", "closed_at", "payment_id"])
        queue_event(
            account_id=row.account_id,
            url=row.webhook_url,
            kind=f"checkout.{state.value}",
            fields={"checkout": describe_checkout(row)},
        )
        return row


def expire_if_due(checkout: Checkout) -> Checkout:
    """The checkout, closed as expired where its time is over."""
    if checkout.state == CheckoutState.OPEN and checkout.expires_at <= real_now():
        return close_checkout(checkout, CheckoutState.EXPIRED)
    return checkout


def describe_checkout(checkout: Checkout) -> dict[str, Any]:
    """The object that the API and the webhooks show."""
    paid = checkout.state == CheckoutState.PAID
    return {
        "id": str(checkout.public_id),
        "key": checkout.idempotency_key,
        "state": checkout.state,
        "amount_minor": checkout.amount_minor,
        "currency": checkout.currency,
        "reference": checkout.reference,
        "url": f"{settings.SANDBOX_URL}/checkout/{checkout.public_id}",
        "expires_at": checkout.expires_at.isoformat(),
        "paid_at": checkout.closed_at.isoformat() if paid and checkout.closed_at else None,
        "payment_id": str(checkout.payment_id) if paid else None,
    }
