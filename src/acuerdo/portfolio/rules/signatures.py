"""What the first bytes of a file give away: files renamed to .csv are common."""

from __future__ import annotations

_SIGNATURES: tuple[tuple[bytes, str], ...] = (
    (b"PK\x03\x04", "zip"),
    (b"PK\x05\x06", "zip"),
    (b"%PDF", "pdf"),
    (b"\x1f\x8b", "archive"),
    (b"BZh", "archive"),
    (b"7z\xbc\xaf\x27\x1c", "archive"),
    (b"Rar!", "archive"),
    (b"\x89PNG", "picture"),
    (b"\xff\xd8\xff", "picture"),
    (b"GIF8", "picture"),
    (b"II*\x00", "picture"),
    (b"MM\x00*", "picture"),
    (b"RIFF", "picture"),
    (b"PAR1", "parquet"),
    (b"SQLite format 3", "database"),
    (b"{\\rtf", "document"),
    (b"<!DOCTYPE", "page"),
    (b"<html", "page"),
    (b"<?xml", "xml"),
)


def find_kind(start: bytes) -> str:
    """What a file that begins with `start` is, a key of the texts of `NotText`; '' for text."""
    for signature, kind in _SIGNATURES:
        if start[: len(signature)].lower() == signature.lower():
            return kind
    return ""
