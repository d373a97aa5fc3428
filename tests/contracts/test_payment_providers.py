"""One suite for every payment provider in the registry, against a peer that behaves like it."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import timedelta

import httpx
import pytest
from deals_kit import cop
from sandbox_peer import serve

from acuerdo.core.clock import real_now
from acuerdo.core.crypto import SIGNATURE_HEADER, derive_secret, sign
from acuerdo.core.errors import SignatureRefused
from acuerdo.core.money import Money
from acuerdo.payments.errors import ProviderRefused, ProviderUnavailable, WebhookUnreadable
from acuerdo.payments.providers.base import Account, CheckoutState, Intent, PaymentProvider
from acuerdo.payments.providers.registry import PROVIDERS
from acuerdo.sandbox.checkouts import close_checkout
from acuerdo.sandbox.models import Checkout, Webhook
from acuerdo.sandbox.rules import CheckoutState as SandboxState

pytestmark = pytest.mark.django_db(transaction=True)

INTENT = Intent(
    amount=cop(400_000),
    reference="ref-1",
    description="Crédito",
    payee="Banco Ejemplo",
    return_url="http://127.0.0.1/back",
    webhook_url="http://127.0.0.1/webhooks",
    language="es",
)


@dataclass
class Peer:
    """How a test makes things happen at the other side. `signed` gives headers and body of the
    webhook that told of it."""

    account: Account
    end: Callable[[str, str], None]
    signed: Callable[[str], tuple[dict[str, str], bytes]]


@contextmanager
def sandbox() -> Iterator[Peer]:
    public_id = "account-1"
    secret = derive_secret(f"sandbox:{public_id}")

    def end(session_id: str, state: str) -> None:
        checkout = Checkout.objects.get(public_id=session_id)
        if state == "expired":
            checkout.expires_at = real_now() - timedelta(seconds=1)
            checkout.save(update_fields=["expires_at"])
        else:
            close_checkout(checkout, SandboxState(state))

    def signed(session_id: str) -> tuple[dict[str, str], bytes]:
        told = [
            one.payload
            for one in Webhook.objects.all()
            if one.payload["checkout"]["id"] == session_id
        ]
        body = json.dumps({"events": told}).encode()
        return {SIGNATURE_HEADER.lower(): sign(body, secret, real_now())}, body

    with serve("acuerdo.sandbox.urls") as url:
        config = {"base_url": url, "timeout_seconds": 5}
        yield Peer(Account(public_id, config, secret), end, signed)


PEERS = {"sandbox": sandbox}


def test_every_provider_has_a_peer() -> None:
    assert set(PEERS) == {name for name in PROVIDERS if name != "fake"}


@pytest.fixture(params=sorted(PEERS))
def peer(request: pytest.FixtureRequest) -> Iterator[Peer]:
    with PEERS[request.param]() as found:
        found.name = request.param  # type: ignore[attr-defined]
        yield found


def connect(peer: Peer, **changes: object) -> PaymentProvider:
    return PROVIDERS[peer.name](replace(peer.account, **changes))  # type: ignore[attr-defined, arg-type]


@pytest.fixture
def provider(peer: Peer) -> Iterator[PaymentProvider]:
    made = connect(peer)
    yield made
    made.close()


def test_a_page_is_opened_and_found(provider: PaymentProvider) -> None:
    opened = provider.create(INTENT, idempotency_key="key-1")
    assert opened.state is CheckoutState.OPEN
    assert opened.amount == INTENT.amount
    assert opened.key == "key-1"
    assert opened.redirect_url.startswith("http")
    assert opened.expires_at is not None
    left = opened.expires_at - real_now()
    assert timedelta(minutes=25) < left <= timedelta(seconds=INTENT.expires_in_seconds)
    assert provider.fetch(opened.session_id) == opened
    assert provider.fetch("01a20d43-0000-7000-8000-000000000000") is None
    if provider.capabilities.findable:
        assert provider.find("key-1") == opened
        assert provider.find("key-2") is None


def test_the_same_key_opens_one_page(provider: PaymentProvider) -> None:
    if not provider.capabilities.idempotent:
        pytest.skip("the provider says that it cannot")
    first = provider.create(INTENT, idempotency_key="key-1")
    assert provider.create(INTENT, idempotency_key="key-1") == first
    other = replace(INTENT, amount=cop(1))
    with pytest.raises(ProviderRefused):
        provider.create(other, idempotency_key="key-1")


def test_amounts_keep_their_minor_units(provider: PaymentProvider) -> None:
    taken = provider.capabilities.currencies
    for currency in ("COP", "MXN", "BRL", "EUR", "CLP"):
        if taken is not None and currency not in taken:
            continue
        amount = Money(123_457, currency)
        opened = provider.create(replace(INTENT, amount=amount), idempotency_key=currency)
        found = provider.fetch(opened.session_id)
        assert found is not None
        assert found.amount == amount


def test_how_it_ended_is_told_by_asking(peer: Peer, provider: PaymentProvider) -> None:
    for state in ("paid", "declined", "expired"):
        opened = provider.create(INTENT, idempotency_key=state)
        peer.end(opened.session_id, state)
        ended = provider.fetch(opened.session_id)
        assert ended is not None
        assert ended.state.value == state
        assert bool(ended.payment_id) == (state == "paid")
        assert bool(ended.paid_at) == (state == "paid")
        if ended.paid_at is not None:
            assert abs(ended.paid_at - real_now()) < timedelta(minutes=1)


def test_a_webhook_says_where_to_look(peer: Peer, provider: PaymentProvider) -> None:
    opened = provider.create(INTENT, idempotency_key="key-1")
    peer.end(opened.session_id, "paid")
    headers, body = peer.signed(opened.session_id)
    notices = provider.verify(body, headers, at=real_now())
    assert [(notice.session_id, notice.kind) for notice in notices] == [
        (opened.session_id, "checkout.paid")
    ]
    assert notices[0].event_id
    with pytest.raises(SignatureRefused):
        provider.verify(body + b" ", headers, at=real_now())
    with pytest.raises(SignatureRefused):
        provider.verify(body, {}, at=real_now())
    with pytest.raises(SignatureRefused):
        provider.verify(body, headers, at=real_now() + timedelta(minutes=6))


def test_a_signed_body_that_makes_no_sense(peer: Peer, provider: PaymentProvider) -> None:
    half = b'{"events": [{"type": "checkout.paid"}]}'
    for body in (b"", b"[]", b"{}", half, b"\xff" * 9, b"[" * 9999):
        headers = {SIGNATURE_HEADER.lower(): sign(body, peer.account.secret, real_now())}
        with pytest.raises(WebhookUnreadable):
            provider.verify(body, headers, at=real_now())


def test_a_wrong_secret_or_a_silent_peer_is_not_the_payments_fault(peer: Peer) -> None:
    silent = {"base_url": "http://127.0.0.1:1", "timeout_seconds": 1}
    for changes in ({"secret": "wrong"}, {"config": silent}):
        provider = connect(peer, **changes)
        with pytest.raises(ProviderUnavailable):
            provider.create(INTENT, idempotency_key="key-1")
        with pytest.raises(ProviderUnavailable):
            provider.find("key-1")
        provider.close()


def test_answers_that_make_no_sense_leave_the_outcome_open(
    peer: Peer, monkeypatch: pytest.MonkeyPatch
) -> None:
    provider = connect(peer)
    for status, body in (
        (200, b"<html>"),
        (200, b"{}"),
        (200, b'{"id": 1, "key": "k", "state": "open", "amount_minor": 1.5}'),
        (500, b""),
        (404, b"<html>not here</html>"),
        (302, b""),
    ):
        answer = httpx.Response(status, content=body)
        silly = httpx.Client(
            base_url="http://127.0.0.1", transport=httpx.MockTransport(lambda _, a=answer: a)
        )
        monkeypatch.setattr(provider, "_http", silly)
        with pytest.raises(ProviderUnavailable):
            provider.fetch("some")
        with pytest.raises(ProviderUnavailable):
            provider.create(INTENT, idempotency_key="key-1")
