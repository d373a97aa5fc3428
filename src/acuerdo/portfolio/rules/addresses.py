"""Which kind of address a channel uses, and how one address may be written."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from acuerdo.core.vocabulary import Channel
from acuerdo.portfolio.rules.phones import list_phone_variants

ADDRESS_KINDS: Mapping[str, str] = MappingProxyType(
    {
        Channel.CALL: "phone",
        Channel.PRERECORDED_CALL: "phone",
        Channel.VOICEMAIL: "phone",
        Channel.SMS: "phone",
        Channel.WHATSAPP: "phone",
        Channel.TELEGRAM: "telegram",
        Channel.MESSENGER: "messenger",
        Channel.INSTAGRAM: "instagram",
        Channel.EMAIL: "email",
        Channel.LETTER: "address",
        Channel.POSTCARD: "address",
        Channel.VISIT: "address",
    }
)
"""Channel → kind of contact point. A channel that is missing reaches nobody who has gone away."""


def list_spellings(kind: str, value: str) -> tuple[str, ...]:
    """All forms in which an address of `kind` may stand with a debtor, the surest first.

    Providers write `573001234567` or `whatsapp:+57…`; networks and lists disagree about digits.
    """
    if kind == "phone":
        digits = "".join(char for char in value if char.isdigit() and char.isascii())
        return list_phone_variants(f"+{digits}")
    value = value.strip()
    return (value.lower(),) if kind == "email" else (value,)
