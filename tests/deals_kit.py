"""What tests of agreements and payments share: debts, deals, and a provider in memory."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any, ClassVar
from uuid import UUID, uuid4

from django.db import transaction
from small_portfolio import NOW, place, row

from acuerdo.agreements.actions import accept_offer, make_offer, seed_policies
from acuerdo.agreements.models import Agreement, Offer, OfferPolicy
from acuerdo.agreements.negotiation import Proposal, Terms
from acuerdo.agreements.queries import evaluate_proposal
from acuerdo.core import clock
from acuerdo.core.actor import SYSTEM, Actor
from acuerdo.core.crypto import SIGNATURE_HEADER, sign, verify_signature
from acuerdo.core.money import Money
from acuerdo.creditors.actions import connect_provider, create_creditor
from acuerdo.creditors.models import Creditor, ProviderAccount
from acuerdo.messaging.providers import account_secret
from acuerdo.payments.actions import create_payment_request, open_payment_request
from acuerdo.payments.errors import ProviderUnavailable
from acuerdo.payments.models import PaymentRequest
from acuerdo.payments.providers.base import (
    Account as ProviderSettings,
)
from acuerdo.payments.providers.base import Capabilities, Checkout, CheckoutState, Intent, Notice
from acuerdo.portfolio.models import Account

__all__ = [
    "NOW",
    "FakeProvider",
    "agree",
    "ask",
    "cop",
    "make_account",
    "make_creditor",
    "offer",
    "open_request",
    "pay",
    "webhook",
]


def cop(pesos: int) -> Money:
    return Money(pesos * 100, "COP")


def make_creditor(
    name: str = "Banco Ejemplo",
    *,
    provider: str = "fake",
    url: str = "http://127.0.0.1:1",
    ladder: bool = False,
) -> Creditor:
    """A Colombian creditor with the usual policies (all that they give is given at once, unless
    `ladder`) and one way to be paid."""
    with transaction.atomic():
        creditor = create_creditor(actor=SYSTEM, now=NOW, name=name, country="CO")
        seed_policies(creditor_id=creditor.pk)
        if not ladder:
            OfferPolicy.objects.filter(creditor=creditor).update(opening={})
        connect_provider(
            actor=SYSTEM, now=NOW, creditor=creditor, kind="payments", provider=provider,
            name="checkout", config={"base_url": url, "timeout_seconds": 3},
        )  # fmt: skip
    return creditor


def make_account(creditor: Creditor, number: str = "A-0001", **cells: Any) -> Account:
    """One imported debt: 1,200,000 pesos, 20 days past due, unless `cells` say else."""
    place(creditor, [row(number, **cells)])
    return Account.objects.select_related("debtor", "creditor").get(
        creditor=creditor, number=number
    )


def debtor_of(account: Account) -> Actor:
    return Actor(
        "debtor",
        str(account.debtor_id),
        account.creditor_id,
        debtor_id=account.debtor_id,
        verification="verified",
    )


def offer(account: Account, now: datetime = NOW, key: str = "", **proposal: Any) -> Offer:
    """An offer of what the debtor proposed, which must be admissible."""
    terms = evaluate_proposal(account_id=account.pk, proposal=Proposal(**proposal), now=now)
    assert terms.accepted is not None, terms.outside
    return offer_terms(account, terms.accepted, now, key)


def offer_terms(account: Account, terms: Terms, now: datetime = NOW, key: str = "") -> Offer:
    with transaction.atomic():
        return make_offer(
            account_id=account.pk,
            terms=terms,
            actor=debtor_of(account),
            now=now,
            key=key or str(uuid4()),
            channel="chat",
        )


def agree(account: Account, now: datetime = NOW, **proposal: Any) -> Agreement:
    """An agreement on what the debtor proposed."""
    made = offer(account, now, **proposal)
    with transaction.atomic():
        return accept_offer(
            offer=made, actor=debtor_of(account), now=now, channel="chat", key=str(uuid4())
        )


def ask(account: Account, amount: Money, now: datetime = NOW, **fields: Any) -> PaymentRequest:
    with transaction.atomic():
        return create_payment_request(
            account=account,
            amount=amount,
            actor=debtor_of(account),
            now=now,
            key=fields.pop("key", str(uuid4())),
            channel="chat",
            **fields,
        )


def open_request(account: Account, amount: Money, now: datetime = NOW) -> PaymentRequest:
    request = ask(account, amount, now)
    open_payment_request(request.pk, now=now)
    return PaymentRequest.objects.get(pk=request.pk)


def pay(account: Account, amount: Money, now: datetime = NOW) -> PaymentRequest:
    """Money comes: a request is opened, paid at the fake provider, and looked at."""
    from acuerdo.payments.actions import look_at_request

    request = open_request(account, amount, now)
    FakeProvider.settle(request, CheckoutState.PAID)
    return look_at_request(request.pk, now=now)


def webhook(request: PaymentRequest, kind: str, event_id: str = "") -> tuple[dict[str, str], bytes]:
    """A signed webhook of the fake provider: headers and body. The body lies about the money."""
    body = json.dumps(
        {
            "events": [
                {
                    "id": event_id or str(uuid4()),
                    "type": f"checkout.{kind}",
                    "checkout": {"id": request.provider_session_id, "amount_minor": 1},
                }
            ]
        }
    ).encode()
    account = ProviderAccount.objects.get(pk=request.provider_account_id)
    signature = sign(body, account_secret(account), clock.real_now())
    return {SIGNATURE_HEADER.lower(): signature}, body


class FakeProvider:
    """A hosted checkout in memory. `broken` makes it go silent: "before" it does anything, or
    "after" it has done it."""

    name: ClassVar[str] = "fake"
    capabilities: ClassVar[Capabilities] = Capabilities(
        idempotent=True, findable=True, webhooks=True
    )
    checkouts: ClassVar[dict[str, Checkout]] = {}
    broken: ClassVar[str] = ""
    creates: ClassVar[int] = 0

    def __init__(self, account: ProviderSettings) -> None:
        self._secret = account.secret

    @classmethod
    def reset(cls) -> None:
        cls.checkouts, cls.broken, cls.creates = {}, "", 0

    @classmethod
    def settle(
        cls, request: PaymentRequest, state: CheckoutState, amount: Money | None = None
    ) -> None:
        """What happens on the provider's page."""
        key = str(request.public_id)
        known = cls.checkouts[key]
        cls.checkouts[key] = replace(
            known,
            state=state,
            amount=amount or known.amount,
            paid_at=clock.real_now() if state is CheckoutState.PAID else None,
            payment_id=f"pay-{known.session_id}" if state is CheckoutState.PAID else "",
        )

    def create(self, intent: Intent, *, idempotency_key: str) -> Checkout:
        self._break("before")
        FakeProvider.creates += 1
        if idempotency_key not in self.checkouts:
            session = str(UUID(idempotency_key))[::-1]
            self.checkouts[idempotency_key] = Checkout(
                session_id=session,
                key=idempotency_key,
                state=CheckoutState.OPEN,
                amount=intent.amount,
                redirect_url=f"http://127.0.0.1/{session}",
                expires_at=clock.real_now() + timedelta(seconds=intent.expires_in_seconds),
            )
        self._break("after")
        return self.checkouts[idempotency_key]

    def verify(self, body: bytes, headers: Mapping[str, str], *, at: datetime) -> list[Notice]:
        verify_signature(headers.get(SIGNATURE_HEADER.lower(), ""), body, self._secret, at)
        return [
            Notice(event["id"], event["type"], event["checkout"]["id"])
            for event in json.loads(body)["events"]
        ]

    def fetch(self, session_id: str) -> Checkout | None:
        self._break("before")
        found = (one for one in self.checkouts.values() if one.session_id == session_id)
        return next(found, None)

    def find(self, key: str) -> Checkout | None:
        self._break("before")
        return self.checkouts.get(key)

    def close(self) -> None:
        pass

    def _break(self, when: str) -> None:
        if self.broken == when:
            raise ProviderUnavailable(provider=self.name)


def on(text: str) -> date:
    return date.fromisoformat(text)
