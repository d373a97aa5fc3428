"""The whole way of a payment, every door real: HTTP to the sandbox, its signed webhook back, the
reaction that asks it, and the books."""

from __future__ import annotations

from typing import Any

import httpx
import pytest
from deals_kit import NOW, agree, cop, make_account, make_creditor, open_request
from sandbox_peer import serve

from acuerdo.core.clock import real_now, travel
from acuerdo.ledger.queries import get_balance
from acuerdo.payments.models import Payment, PaymentRequest, ProviderEvent
from acuerdo.sandbox.callbacks import send_due
from acuerdo.sandbox.checkouts import close_checkout
from acuerdo.sandbox.models import Checkout, Webhook
from acuerdo.sandbox.rules import CheckoutState
from acuerdo.workflow.worker import drain

pytestmark = pytest.mark.django_db(transaction=True)


def test_from_the_page_to_the_books(settings: Any) -> None:
    with (
        serve("acuerdo.sandbox.urls") as outside,
        serve("acuerdo.config.urls") as inside,
        travel(NOW),
    ):
        settings.PUBLIC_URL = inside
        account = make_account(make_creditor(provider="sandbox", url=outside), dpd=120)
        agree(account, kind="plan", count=3)
        request = open_request(account, cop(400_000))
        assert (request.state, request.redirect_url.rpartition("/")[2]) == (
            "open",
            request.provider_session_id,
        )
        # The browser comes back first: nothing moves.
        drain()
        assert not Payment.objects.exists()
        close_checkout(Checkout.objects.get(), CheckoutState.PAID)
        assert send_due() == 1
        drain()
        assert PaymentRequest.objects.get().state == "paid"
        assert get_balance(account.pk).total_minor == cop(800_000).minor
        # The same again, as if our answer had been lost.
        Webhook.objects.update(delivered_at=None, next_at=real_now())
        assert send_due() == 1
        drain()
        assert (Payment.objects.count(), ProviderEvent.objects.count()) == (1, 1)
        # Somebody else signs.
        url = Webhook.objects.get().url
        forged = httpx.post(url, content=b"{}", headers={"X-Acuerdo-Signature": "t=1,v1=0"})
        assert forged.status_code == 403
