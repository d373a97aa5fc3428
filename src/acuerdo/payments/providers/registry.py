"""The payment providers that exist, and how a creditor's account becomes one that can speak."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from acuerdo.creditors.models import ProviderAccount
from acuerdo.messaging.providers import account_secret
from acuerdo.payments.errors import UnknownPaymentProvider
from acuerdo.payments.providers.base import Account, PaymentProvider
from acuerdo.payments.providers.sandbox import SandboxPayments

PROVIDERS: Final[dict[str, Callable[[Account], PaymentProvider]]] = {
    SandboxPayments.name: SandboxPayments,
}


def open_provider(provider_account: ProviderAccount) -> PaymentProvider:
    """The adapter of an account; the caller closes it. Raises UnknownPaymentProvider."""
    make = PROVIDERS.get(provider_account.provider)
    if make is None:
        raise UnknownPaymentProvider(
            provider=provider_account.provider, known=", ".join(sorted(PROVIDERS))
        )
    return make(
        Account(
            public_id=str(provider_account.public_id),
            config=provider_account.config,
            secret=account_secret(provider_account),
        )
    )
