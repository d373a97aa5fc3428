"""The master keys: from `ACUERDO_SECRET_KEYS`, or made for an embedded trial."""

from __future__ import annotations

import os
import secrets
from pathlib import Path

import environs
from django.core.exceptions import ImproperlyConfigured

_SHORTEST = 32


def secret_keys(env: environs.Env, data_dir: Path) -> list[str]:
    """The master keys, newest first.

    Without `ACUERDO_SECRET_KEYS`, embedded data gets a random key in a file of mode 0600 beside
    it. With a database of one's own the setting is required. Raises ImproperlyConfigured.
    """
    listed: list[str] = env.list("ACUERDO_SECRET_KEYS", [])
    given = [key.strip() for key in listed if key.strip()]
    if given:
        if short := [key for key in given if len(key) < _SHORTEST]:
            raise ImproperlyConfigured(
                f"ACUERDO_SECRET_KEYS holds {len(short)} key(s) below {_SHORTEST} characters;"
                " make one with: python -c 'import secrets; print(secrets.token_urlsafe(48))'"
            )
        return given
    if env.str("DATABASE_URL", ""):
        raise ImproperlyConfigured(
            "ACUERDO_SECRET_KEYS is not set. With a database of your own (DATABASE_URL) the keys"
            " that encrypt it must come from you."
        )
    return [_kept_key(data_dir / "secret-key")]


def _kept_key(path: Path) -> str:
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return path.read_text().strip()
    with os.fdopen(handle, "w") as file:
        key = secrets.token_urlsafe(48)
        file.write(key)
    return key
