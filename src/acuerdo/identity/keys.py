"""Keys of programs: made once, shown once, found by their hash, and taken back."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from datetime import datetime
from typing import Final

from acuerdo.core.actor import Actor
from acuerdo.core.crypto import keyed_hash
from acuerdo.core.events import publish
from acuerdo.creditors.models import Creditor
from acuerdo.identity.errors import NoSuchScope
from acuerdo.identity.models import ApiKey

# What a key may be for.
SCOPES: Final = ("conversations",)
_PREFIX: Final = "ak_"


def create_api_key(
    *, creditor: Creditor, name: str, scopes: Sequence[str], actor: Actor, now: datetime
) -> tuple[ApiKey, str]:
    """A key and its secret, which nobody can read again. Raises NoSuchScope."""
    for scope in scopes:
        if scope not in SCOPES:
            raise NoSuchScope(scope=scope, known=", ".join(SCOPES))
    secret = _PREFIX + secrets.token_urlsafe(32)
    key = ApiKey.objects.create(
        creditor=creditor,
        name=name[:80],
        secret_hash=keyed_hash(secret),
        scopes=list(scopes),
        created_at=now,
    )
    _tell("ApiKeyCreated", key, actor, now)
    return key, secret


def revoke_api_key(*, key: ApiKey, actor: Actor, now: datetime) -> ApiKey:
    """The key opens nothing from now on."""
    if key.revoked_at is None:
        key.revoked_at = now
        key.save(update_fields=["revoked_at"])
        _tell("ApiKeyRevoked", key, actor, now)
    return key


def find_api_key(secret: str, scope: str) -> ApiKey | None:
    """The key with this secret, where it stands and is for `scope`."""
    if not secret.startswith(_PREFIX):
        return None
    key = (
        ApiKey.objects.select_related("creditor")
        .filter(secret_hash=keyed_hash(secret), revoked_at=None)
        .first()
    )
    return key if key is not None and scope in key.scopes else None


def _tell(name: str, key: ApiKey, actor: Actor, now: datetime) -> None:
    publish(
        name,
        actor=actor,
        now=now,
        creditor_id=key.creditor_id,
        refs=[f"api_key:{key.pk}"],
        data={"scopes": key.scopes},
    )
