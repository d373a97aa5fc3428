"""Addresses that name the message they were made for: `cobranza+<32 hex digits>@banco.example`.

An answer to such an address, or a bounce, says which message it is about even where nothing else
in it does (RFC 5233 calls the part behind the plus a detail, mail servers deliver it all the
same). The digits are the message's public id, which nobody can guess.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any
from uuid import UUID

_PLAIN = re.compile(r"[^@\s<>,;:\\]+@[A-Za-z0-9.-]+")
_TOKEN = re.compile(r"\+([0-9a-f]{32})@")
_ANSWER_ID = re.compile(r"([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})@")


def is_plain(address: str) -> bool:
    """Whether every server takes mail for this address: ASCII, and nothing but an address."""
    return address.isascii() and _PLAIN.fullmatch(address) is not None


def tag(mailbox: str, key: str) -> str:
    """`mailbox` with the message's public id behind a plus."""
    local, _at, domain = mailbox.rpartition("@")
    return f"{local}+{UUID(key).hex}@{domain}"


def answer_address(config: Mapping[str, Any], key: str) -> str:
    """Where an answer to a message goes: `reply_to`, tagged where `plus_addressing` is on; empty
    where answers go to the sender."""
    mailbox = str(config.get("reply_to") or "")
    if not config.get("plus_addressing"):
        return mailbox
    return tag(mailbox or str(config["from_address"]), key)


def return_address(config: Mapping[str, Any], key: str) -> str:
    """Where a bounce of a message goes: `return_path`, else where answers go if those are tagged,
    else the sender."""
    mailbox = str(config.get("return_path") or "")
    if config.get("plus_addressing"):
        return tag(mailbox, key) if mailbox else answer_address(config, key)
    return mailbox or str(config["from_address"])


def find_keys(addresses: Iterable[str], message_ids: Iterable[str] = ()) -> list[str]:
    """The public ids of ours in addresses, then in Message-IDs, each once."""
    found = [
        *(match[1] for address in addresses for match in _TOKEN.finditer(address.lower())),
        *(match[1] for one in message_ids for match in _ANSWER_ID.finditer(one.lower())),
    ]
    return list(dict.fromkeys(str(UUID(key)) for key in found))
