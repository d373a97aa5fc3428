"""Encryption at rest, keyed look-up hashes, and signatures between machines.

The master keys come from `ACUERDO_SECRET_KEYS` alone: the first encrypts, all of them decrypt,
so that a key is rotated by putting a new one in front. Everything else is derived from them.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
from datetime import datetime
from functools import lru_cache

from cryptography.fernet import Fernet, MultiFernet
from django.conf import settings

from acuerdo.core.errors import SignatureRefused

SIGNATURE_HEADER = "X-Acuerdo-Signature"
SIGNATURE_TOLERANCE_SECONDS = 300


def _derive(master: str, label: str) -> bytes:
    return hmac.new(master.encode(), label.encode(), hashlib.sha256).digest()


@lru_cache(maxsize=8)
def _fernet(masters: tuple[str, ...]) -> MultiFernet:
    return MultiFernet(
        [Fernet(base64.urlsafe_b64encode(_derive(master, "at-rest"))) for master in masters]
    )


def encrypt(text: str) -> bytes:
    """`text` encrypted under the newest master key (Fernet: AES-128-CBC and HMAC-SHA256)."""
    return _fernet(tuple(settings.ACUERDO_SECRET_KEYS)).encrypt(text.encode())


def decrypt(token: bytes | memoryview) -> str:
    """The text behind `encrypt`, under any master key that is still listed."""
    return _fernet(tuple(settings.ACUERDO_SECRET_KEYS)).decrypt(bytes(token)).decode()


def encrypt_bytes(data: bytes) -> bytes:
    """As `encrypt`, for what is no text."""
    return _fernet(tuple(settings.ACUERDO_SECRET_KEYS)).encrypt(data)


def decrypt_bytes(token: bytes) -> bytes:
    """The bytes behind `encrypt_bytes`."""
    return _fernet(tuple(settings.ACUERDO_SECRET_KEYS)).decrypt(token)


def keyed_hash(text: str) -> str:
    """A hex HMAC-SHA256 to find an encrypted value by, useless without the key.

    It uses the oldest master key, so that it stays the same when a new one is put in front.
    """
    return _derive(settings.ACUERDO_SECRET_KEYS[-1], "look-up:" + text).hex()


def derive_secret(label: str) -> str:
    """A stable secret for one purpose (hex), from the oldest master key."""
    return _derive(settings.ACUERDO_SECRET_KEYS[-1], "derived:" + label).hex()


def derive_secrets(label: str) -> list[str]:
    """The secret of `label` under each master key, that of `derive_secret` first: whatever was
    made under one of them can still be checked."""
    masters = reversed(settings.ACUERDO_SECRET_KEYS)
    return [_derive(master, "derived:" + label).hex() for master in masters]


def sign(body: bytes, secret: str, at: datetime) -> str:
    """The value of the signature header: `t=<unix seconds>,v1=<hex hmac of "t.body">`."""
    stamp = int(at.timestamp())
    digest = hmac.new(secret.encode(), f"{stamp}.".encode() + body, hashlib.sha256).hexdigest()
    return f"t={stamp},v1={digest}"


def verify_signature(header: str, body: bytes, secret: str, at: datetime) -> None:
    """Raises SignatureRefused unless `header` signs `body` and is at most five minutes old."""
    fields = dict(part.partition("=")[::2] for part in header.split(",") if "=" in part)
    stamp = fields.get("t", "")
    if not (stamp.isascii() and stamp.isdigit() and len(stamp) <= 12):
        raise SignatureRefused()
    wanted = hmac.new(secret.encode(), f"{stamp}.".encode() + body, hashlib.sha256).hexdigest()
    fresh = abs(at.timestamp() - int(stamp)) <= SIGNATURE_TOLERANCE_SECONDS
    if not (hmac.compare_digest(wanted.encode(), fields.get("v1", "").encode()) and fresh):
        raise SignatureRefused()
