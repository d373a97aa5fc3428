"""What every channel adapter is, and the words it speaks with the outbox and the inbox.

An adapter knows one provider of one channel. It never touches the database: it is given the
settings of a provider account and talks to the provider. What the provider answers is told in
four words (`Outcome`); everything that a provider cannot do is said aloud in `Capabilities`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any, ClassVar, Protocol

from acuerdo.compliance.permits import Permit
from acuerdo.core.vocabulary import Channel


@dataclass(frozen=True, slots=True)
class Account:
    """The settings of one provider account, decrypted, as an adapter needs them.

    `public_id` names it to the provider; `config` is the adapter's own JSON; `secret` signs.
    """

    public_id: str
    config: Mapping[str, Any]
    secret: str
    sender_name: str = ""


@dataclass(frozen=True, slots=True)
class Button:
    """A quick reply: what the person reads, and the word that comes back."""

    title: str
    payload: str


@dataclass(frozen=True, slots=True)
class Outgoing:
    """A message ready to leave: addresses and texts are final, nothing is filled in any more.

    `text` is the plain form; `html` is given where the channel has one. `unsubscribe_url` is a
    one-click address (RFC 8058) for channels that carry it in a header. Only the contact gate
    gives the `permit`.
    """

    permit: Permit
    to: str
    text: str
    language: str
    subject: str = ""
    html: str = ""
    buttons: tuple[Button, ...] = ()
    unsubscribe_url: str = ""
    webhook_url: str = ""


class Outcome(StrEnum):
    """What is known after a send.

    `accepted`: the provider has it. `permanent`: it never will take it; do not repeat.
    `temporary`: it does not have it, or a repeat under the same key is safe. `unknown`: it may
    have it, and a repeat might reach the person twice.
    """

    ACCEPTED = "accepted"
    PERMANENT = "permanent"
    TEMPORARY = "temporary"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class SendResult:
    """`code` is short and stable, for counts; `detail` is the provider's own words, for people."""

    outcome: Outcome
    provider_message_id: str = ""
    code: str = ""
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Capabilities:
    """What an adapter can do.

    idempotent   a repeated send under the same key reaches the person once
    findable     the provider can be asked whether it has a key
    receives     replies come in by webhook
    statuses     delivery and reading are reported
    buttons      how many quick replies fit (0: none)
    max_length   characters of text, None without a limit
    """

    idempotent: bool = False
    findable: bool = False
    receives: bool = False
    statuses: bool = False
    html: bool = False
    subject: bool = False
    buttons: int = 0
    button_length: int = 20
    max_length: int | None = None


def fit_text(
    text: str, buttons: tuple[Button, ...], capabilities: Capabilities
) -> tuple[str, tuple[Button, ...]]:
    """Text and quick replies as this channel can show them.

    Where not all replies fit, in number or length, none is a button: they become lines of the
    text, so that the person still sees what can be answered, and nothing is cut silently.
    """
    fits = len(buttons) <= capabilities.buttons and all(
        len(button.title) <= capabilities.button_length for button in buttons
    )
    if fits or not buttons:
        return text, buttons
    return "\n".join([text, "", *(f"– {button.title}" for button in buttons)]), ()


class StatusState(StrEnum):
    """What a provider may report about a message that it took."""

    SENT = "sent"
    DELIVERED = "delivered"
    READ = "read"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class StatusUpdate:
    """A provider's word on one message. `key` is our public id where the provider returns it.

    `is_dead`: it failed because nobody can be reached at the address, now or later.
    """

    external_id: str
    state: StatusState
    provider_message_id: str = ""
    key: str = ""
    at: datetime | None = None
    detail: str = ""
    is_dead: bool = False


@dataclass(frozen=True, slots=True)
class Complaint:
    """Somebody told their provider that a message of ours is unwanted."""

    external_id: str
    provider_message_id: str = ""
    key: str = ""


@dataclass(frozen=True, slots=True)
class RawMail:
    """A mail as it came (RFC 5322), which is kept before it is read. `external_id` names it where
    it has no Message-ID."""

    raw: bytes
    external_id: str = ""


@dataclass(frozen=True, slots=True)
class InboundText:
    """What a person wrote, or the button they pressed (`button` holds its payload)."""

    external_id: str
    address: str
    text: str
    button: str = ""
    at: datetime | None = None
    payload: Mapping[str, Any] = field(default_factory=dict)


Inbound = InboundText | StatusUpdate | Complaint | RawMail


class Unsupported(Exception):
    """The provider cannot do this; the caller should have read `capabilities`."""


class Adapter(Protocol):
    """One provider of one channel, bound to one provider account. Not shared between threads."""

    channel: ClassVar[Channel]
    provider: ClassVar[str]
    capabilities: ClassVar[Capabilities]

    def __init__(self, account: Account) -> None: ...

    def send(self, outgoing: Outgoing, *, idempotency_key: str) -> SendResult:
        """Hand `outgoing` over once. Never raises for what a provider or a network may do."""
        ...

    def find(self, idempotency_key: str) -> SendResult | None:
        """What became of an earlier send: a result, or None where the provider never saw it.

        `Outcome.UNKNOWN` where the provider could not be asked. Raises Unsupported where
        `capabilities.findable` is false.
        """
        ...

    def parse_webhook(
        self, headers: Mapping[str, str], body: bytes, *, at: datetime
    ) -> list[Inbound]:
        """The facts in a webhook, in its order. Header names are lower case.

        `at` is the machine's time, for the signature's age. Raises SignatureRefused where the
        signature is wrong or old, WebhookUnreadable where a signed body makes no sense, and
        Unsupported where the provider sends none.
        """
        ...

    def close(self) -> None:
        """Give back connections. The adapter is not used afterwards."""
        ...
