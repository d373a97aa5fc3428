"""Which adapter serves a provider of a channel. The only place that names them all."""

from __future__ import annotations

from acuerdo.core.vocabulary import Channel
from acuerdo.messaging.channels.base import Account, Adapter
from acuerdo.messaging.channels.email.anymail import AnymailAdapter
from acuerdo.messaging.channels.email.smtp import SmtpAdapter
from acuerdo.messaging.channels.sms.sandbox import SandboxSmsAdapter
from acuerdo.messaging.channels.whatsapp.sandbox import SandboxWhatsAppAdapter
from acuerdo.messaging.errors import UnknownProvider

ADAPTERS: tuple[type[Adapter], ...] = (
    SmtpAdapter,
    AnymailAdapter,
    SandboxSmsAdapter,
    SandboxWhatsAppAdapter,
)

_by_name: dict[tuple[str, str], type[Adapter]] = {
    (adapter.channel.value, adapter.provider): adapter for adapter in ADAPTERS
}


def get_adapter(channel: Channel | str, provider: str) -> type[Adapter]:
    """The adapter class. Raises UnknownProvider where there is none."""
    found = _by_name.get((str(channel), provider))
    if found is None:
        raise UnknownProvider(channel=str(channel), provider=provider)
    return found


def has_adapter(channel: Channel | str, provider: str) -> bool:
    return (str(channel), provider) in _by_name


def open_adapter(channel: Channel | str, provider: str, account: Account) -> Adapter:
    """An adapter bound to `account`; the caller closes it."""
    return get_adapter(channel, provider)(account)
