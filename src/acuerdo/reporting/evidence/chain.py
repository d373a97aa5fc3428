"""The form of an evidence file and its hash chain. Pure: no database, no clock, no keys of its own.

Canonical JSON is RFC 8785 (JCS) over a narrower set of values: texts, whole numbers that every
language reads alike, true, false, null, lists and objects. Anybody can check a file with a SHA-256
and thirty lines of their own (`docs/evidence.md`).
"""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

FORMAT: Final = "acuerdo-evidence/1"
RECORD: Final = frozenset({"seq", "at", "kind", "body", "prev_hash", "hash"})
PARTS: Final = frozenset({"format", "header", "records", "closing", "seal"})
CLOSING: Final = frozenset({"records", "head", "documents", "key_id", "digest"})

# Beyond this a number is not the same in every language.
_LARGEST: Final = 2**53 - 1


class NotCanonical(ValueError):
    """A value that has no one form: a float, a number too large, a text that is no Unicode."""


@dataclass(frozen=True, slots=True)
class Draft:
    """A record before it has its place: `at` in ISO 8601 UTC, `body` of canonical values."""

    at: str
    kind: str
    body: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Chained:
    """The header, its records in their order with number and hashes, and the last hash."""

    header: Mapping[str, Any]
    records: tuple[Mapping[str, Any], ...]
    head: str


def canonical(value: Any) -> bytes:
    """The one way to write `value`: UTF-8, sorted keys, no spaces. Raises NotCanonical."""
    try:
        text = json.dumps(
            _ordered(value), ensure_ascii=False, allow_nan=False, separators=(",", ":")
        )
        return text.encode()
    except (UnicodeEncodeError, RecursionError) as error:
        raise NotCanonical(type(error).__name__) from None


def _ordered(value: Any) -> Any:
    if value is None or isinstance(value, (str, bool)):
        return value
    if isinstance(value, int):
        if abs(value) > _LARGEST:
            raise NotCanonical("number")
        return value
    if isinstance(value, Mapping):
        if not all(isinstance(key, str) for key in value):
            raise NotCanonical("key")
        # JCS sorts by UTF-16 code units.
        keys = sorted(value, key=lambda key: key.encode("utf-16-be"))
        return {key: _ordered(value[key]) for key in keys}
    if isinstance(value, (list, tuple)):
        return [_ordered(item) for item in value]
    raise NotCanonical(type(value).__name__)


def digest(data: bytes) -> str:
    """SHA-256 in hex."""
    return hashlib.sha256(data).hexdigest()


def origin_of(header: Mapping[str, Any]) -> str:
    """What the first record is chained to: the digest of the format's name and the header."""
    return digest(canonical({"format": FORMAT, "header": header}))


def hash_of(prev_hash: str, record: Mapping[str, Any]) -> str:
    """SHA-256 over the previous hash (its 64 hex characters) and the record without its hashes."""
    content = {name: record[name] for name in ("seq", "at", "kind", "body")}
    return digest(prev_hash.encode() + canonical(content))


def chain(header: Mapping[str, Any], drafts: Iterable[Draft]) -> Chained:
    """Number the drafts from 1 and chain each to the one before. Raises NotCanonical."""
    head = origin_of(header)
    records = []
    for seq, draft in enumerate(drafts, start=1):
        record = {"seq": seq, "at": draft.at, "kind": draft.kind, "body": draft.body}
        own = hash_of(head, record)
        records.append({**record, "prev_hash": head, "hash": own})
        head = own
    return Chained(header, tuple(records), head)


def close(chained: Chained, documents: Mapping[str, str], key: str) -> dict[str, Any]:
    """The whole file as one object, sealed with `key`. `documents` are the files that belong to
    it: name → SHA-256."""
    closing: dict[str, Any] = {
        "records": len(chained.records),
        "head": chained.head,
        "documents": dict(documents),
        "key_id": key_id(key),
    }
    closing["digest"] = closing_digest(closing)
    return {
        "format": FORMAT,
        "header": chained.header,
        "records": chained.records,
        "closing": closing,
        "seal": seal_of(closing, key),
    }


def closing_digest(closing: Mapping[str, Any]) -> str:
    """The digest of a closing without the digest itself."""
    return digest(canonical({name: value for name, value in closing.items() if name != "digest"}))


def seal_of(closing: Mapping[str, Any], key: str) -> str:
    """HMAC-SHA256 (hex) under `key` of the format's name and the closing, and so of everything:
    the closing holds the head, which holds all records and the header."""
    sealed = canonical({"format": FORMAT, "closing": closing})
    return hmac.new(key.encode(), sealed, hashlib.sha256).hexdigest()


def key_id(key: str) -> str:
    """A short name by which a key is recognised and from which it cannot be found."""
    return digest(b"acuerdo-evidence-key:" + key.encode())[:16]


def write(document: Mapping[str, Any]) -> bytes:
    """The file's bytes: JSON with one record a line, so that it can be read and compared."""

    def plain(value: Any) -> str:
        return json.dumps(value, ensure_ascii=False, allow_nan=False)

    records = ",\n".join(plain(record) for record in document["records"])
    parts = [
        f"{plain(name)}: [\n{records}\n]" if name == "records" else f"{plain(name)}: {plain(value)}"
        for name, value in document.items()
    ]
    return ("{\n" + ",\n".join(parts) + "\n}\n").encode()
