"""What every payment provider is, and the words it speaks with the rest of the room.

A provider hosts the page on which people pay: no card number ever comes here. It is told what to
ask for (`Intent`) and asked what became of it (`Checkout`). A webhook only says where to look.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, ClassVar, Protocol

from acuerdo.core.money import Money


@dataclass(frozen=True, slots=True)
class Account:
    """The settings of one provider account, decrypted, as an adapter needs them."""

    public_id: str
    config: Mapping[str, Any]
    secret: str


@dataclass(frozen=True, slots=True)
class Capabilities:
    """What a provider can do; what it cannot is said here, never found out by trying.

    `idempotent`: a repeat under the same key gives the same checkout. `findable`: a checkout can
    be found by our key. `currencies` is None where every one is taken.
    """

    idempotent: bool = False
    findable: bool = False
    webhooks: bool = False
    currencies: frozenset[str] | None = None


class CheckoutState(StrEnum):
    OPEN = "open"
    PAID = "paid"
    DECLINED = "declined"
    EXPIRED = "expired"


@dataclass(frozen=True, slots=True)
class Intent:
    """What a person is to be asked to pay. `reference` is ours; `description` they can read."""

    amount: Money
    reference: str
    description: str
    payee: str
    return_url: str
    webhook_url: str
    language: str
    expires_in_seconds: int = 1800


@dataclass(frozen=True, slots=True)
class Checkout:
    """A checkout as the provider sees it now. `key` is the one that we opened it with; `paid_at`
    and `payment_id` are given once it is paid."""

    session_id: str
    key: str
    state: CheckoutState
    amount: Money
    redirect_url: str
    expires_at: datetime | None
    paid_at: datetime | None = None
    payment_id: str = ""


@dataclass(frozen=True, slots=True)
class Notice:
    """A provider's word that something happened to a checkout; once per `event_id`."""

    event_id: str
    kind: str
    session_id: str


class PaymentProvider(Protocol):
    """One provider, opened for one account of a creditor.

    Calls raise ProviderUnavailable where the outcome is not known or may be had later, and
    ProviderRefused where it is no for good.
    """

    name: ClassVar[str]
    capabilities: ClassVar[Capabilities]

    def create(self, intent: Intent, *, idempotency_key: str) -> Checkout:
        """Open a checkout; the same key again gives the same one."""
        ...

    def verify(self, body: bytes, headers: Mapping[str, str], *, at: datetime) -> list[Notice]:
        """What a webhook says, if its signature (over the raw bytes) is right at `at`.

        `headers` have lower-case names. Raises SignatureRefused, WebhookUnreadable.
        """
        ...

    def fetch(self, session_id: str) -> Checkout | None:
        """The checkout now, the only word that counts; None where there is none."""
        ...

    def find(self, key: str) -> Checkout | None:
        """The checkout opened under our key; None where it never arrived."""
        ...

    def close(self) -> None:
        """Give back what the adapter holds."""
        ...
