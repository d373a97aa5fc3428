"""What the build made: the hashed names of the two faces' styles and scripts.

`manifest.json` is written by Vite. It is read again when it changes, so that a rebuild needs no
restart; where it is missing the pages still work, without looks.
"""

from __future__ import annotations

import json
from pathlib import Path
from threading import Lock
from typing import TypedDict, cast

import structlog
from django.templatetags.static import static

logger = structlog.get_logger(__name__)

_DIST = Path(__file__).parent / "static" / "web" / "dist"
_SOURCES = "src/acuerdo/web/ui/"
_lock = Lock()
_read_at = -1.0
_manifest: dict[str, Chunk] = {}


class Chunk(TypedDict, total=False):
    """One entry of Vite's manifest."""

    file: str
    css: list[str]
    imports: list[str]


def asset_url(name: str) -> str | None:
    """The address of the built `name` (`work.css`, `debtor.ts`); None where it was not built."""
    chunk = _load().get(_SOURCES + name)
    return static(f"web/dist/{chunk['file']}") if chunk else None


def _load() -> dict[str, Chunk]:
    global _read_at, _manifest
    path = _DIST / "manifest.json"
    try:
        changed_at = path.stat().st_mtime
    except FileNotFoundError:
        logger.warning("assets_missing", hint="npm ci && npm run build")
        return {}
    with _lock:
        if changed_at != _read_at:
            _manifest = cast("dict[str, Chunk]", json.loads(path.read_text()))
            _read_at = changed_at
        return _manifest
