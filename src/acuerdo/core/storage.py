"""Files that the product keeps (rejected rows, evidence), under `STORAGE_URL`."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import unquote, urlsplit

from django.conf import settings

from acuerdo.core.errors import NotFound


def _root() -> Path:
    parts = urlsplit(settings.STORAGE_URL)
    if parts.scheme != "file":
        raise ValueError("STORAGE_URL must begin with file://")
    return Path(unquote(parts.path))


def _path(key: str) -> Path:
    path = (_root() / key).resolve()
    if not path.is_relative_to(_root().resolve()):
        raise NotFound(what=key)
    return path


def save(key: str, data: bytes) -> str:
    """Keep `data` under `key` (a relative path) and return the key. The last writer wins."""
    path = _path(key)
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(path.name + ".part")
    temporary.write_bytes(data)
    temporary.replace(path)
    return key


def load(key: str) -> bytes:
    """The bytes kept under `key`. Raises NotFound."""
    try:
        return _path(key).read_bytes()
    except FileNotFoundError:
        raise NotFound(what=key) from None


def remove(key: str) -> None:
    """Forget what is kept under `key`, if anything is."""
    _path(key).unlink(missing_ok=True)
