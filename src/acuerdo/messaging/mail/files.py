"""Which files of a mail are kept for people to open."""

from __future__ import annotations

import re
from enum import StrEnum
from typing import Any

from acuerdo.messaging.mail.reading import AttachedFile

MAX_FILES = 20
MAX_BYTES = 10_000_000

# What proofs and letters come as: media type → how such a file may begin (a pattern of bytes).
_TYPES: dict[str, re.Pattern[bytes]] = {
    "application/pdf": re.compile(rb"%PDF-"),
    "image/jpeg": re.compile(rb"\xff\xd8\xff"),
    "image/png": re.compile(rb"\x89PNG\r\n\x1a\n"),
    "image/gif": re.compile(rb"GIF8"),
    "image/webp": re.compile(rb"RIFF.{4}WEBP", re.DOTALL),
    "image/heic": re.compile(rb"\0.{3}ftyp(?:hei|mif1)", re.DOTALL),
}


class FileState(StrEnum):
    """What became of a file. The mail it came with is kept whole, whatever this says.

    `waiting`: it has not been scanned yet. `unscanned`: the scanner failed.
    """

    KEPT = "kept"
    WAITING = "waiting"
    TOO_LARGE = "too_large"
    TOO_MANY = "too_many"
    TYPE_REFUSED = "type_refused"
    INFECTED = "infected"
    UNSCANNED = "unscanned"


def judge_files(files: list[AttachedFile], *, scans: bool) -> list[dict[str, Any]]:
    """One row per file, in their order; what may be kept waits where a scanner is to look at it."""
    return [
        {
            "name": file.name,
            "media_type": find_type(file.content),
            "size": len(file.content),
            "digest": file.digest,
            "state": _judge(file, number, scans=scans).value,
        }
        for number, file in enumerate(files, start=1)
    ]


def find_type(content: bytes) -> str:
    """The media type by the file's first bytes, not by what the sender calls it; empty: other."""
    return next((name for name, beginning in _TYPES.items() if beginning.match(content)), "")


def _judge(file: AttachedFile, number: int, *, scans: bool) -> FileState:
    if number > MAX_FILES:
        return FileState.TOO_MANY
    if len(file.content) > MAX_BYTES:
        return FileState.TOO_LARGE
    if not find_type(file.content):
        return FileState.TYPE_REFUSED
    return FileState.WAITING if scans else FileState.KEPT
