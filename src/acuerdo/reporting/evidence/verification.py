"""Is an evidence file as it was made? Says which record was altered, is missing, was added or
moved. Pure: needs neither database nor installation; what it reads may be hostile."""

from __future__ import annotations

import hmac
import json
import re
from bisect import bisect_left
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Any, TypeGuard

from acuerdo.reporting.evidence.chain import (
    CLOSING,
    FORMAT,
    PARTS,
    RECORD,
    NotCanonical,
    closing_digest,
    digest,
    hash_of,
    key_id,
    origin_of,
    seal_of,
)

_HASH = re.compile(r"[0-9a-f]{64}")


class Unreadable(ValueError):
    """Not an evidence file at all: no JSON, or another format."""


class Fault(Enum):
    """What is wrong. Those of a record name it by `number`, and by `place` where it stands."""

    ALTERED = "altered"
    # Its hash fits it and is not the one that the next was chained to: it was recomputed, and
    # whatever stands before it may have been, too.
    REWRITTEN = "rewritten"
    MISSING = "missing"  # `number` to `until`
    ADDED = "added"
    MOVED = "moved"
    HEADER = "header"
    CLOSING = "closing"
    PART = "part"  # `name`: a part of the file that is missing, or that does not belong to it
    SEAL = "seal"
    HEAD = "head"  # not the head that was asked for
    DOCUMENT = "document"  # `name`: a file that belongs to it and is not the one that was made


class Seal(Enum):
    """What the seal says."""

    GOOD = "good"
    BROKEN = "broken"
    NO_KEY = "no_key"  # the key that it names is not among those given: nothing was checked


@dataclass(frozen=True, slots=True)
class Finding:
    """One fault. `number` is the record's own, `place` where it stands in the file, from 1."""

    fault: Fault
    number: int | None = None
    until: int | None = None
    place: int | None = None
    name: str = ""


@dataclass(frozen=True, slots=True)
class Report:
    """What was found: nothing, where the file is as it was made."""

    findings: tuple[Finding, ...]
    seal: Seal
    records: int
    head: str
    documents: tuple[str, ...] = ()
    absent: tuple[str, ...] = ()

    @property
    def is_whole(self) -> bool:
        return not self.findings


def read(data: bytes) -> dict[str, Any]:
    """The object in a file's bytes. Raises Unreadable."""
    try:
        found = json.loads(
            data.decode("utf-8-sig"), object_pairs_hook=_once, parse_constant=_no_constant
        )
    except (ValueError, RecursionError) as error:
        raise Unreadable(str(error)) from None
    if not isinstance(found, dict) or found.get("format") != FORMAT:
        raise Unreadable("format")
    return found


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Two values under one name would be read differently by different readers."""
    made = dict(pairs)
    if len(made) != len(pairs):
        raise ValueError("a name stands twice in one object")
    return made


def _no_constant(text: str) -> Any:
    raise ValueError(text)


def verify(
    document: Mapping[str, Any],
    *,
    keys: Iterable[str] = (),
    head: str = "",
    find: Callable[[str], bytes | None] = lambda _name: None,
) -> Report:
    """Check a file that `read` gave.

    `keys` are the seal's keys that are at hand; `head` is the last hash as somebody noted it
    elsewhere (on the paper, in the audit trail); `find` gives a file beside it by its name, None
    where there is none.
    """
    findings = [Finding(Fault.PART, name=name) for name in sorted(PARTS ^ set(document))]
    header = document.get("header")
    closing = document.get("closing")
    rows = document.get("records")
    records: Sequence[Any] = rows if isinstance(rows, list) else []
    if "records" in document and not isinstance(rows, list):
        findings.append(Finding(Fault.PART, name="records"))
    last: Mapping[str, Any] = {}
    if _is_closing(closing):
        last = closing
    elif "closing" in document:
        findings.append(Finding(Fault.CLOSING))
    try:
        origin = origin_of(header) if isinstance(header, dict) else ""
    except NotCanonical:
        origin = ""
    told = _check_records(records, origin, last)
    if not origin and Finding(Fault.HEADER) not in told:
        told.insert(0, Finding(Fault.HEADER))
    findings += [item for item in told if item.fault is not Fault.HEADER or "header" in document]
    seal = _check_seal(last, document.get("seal"), keys)
    if seal is Seal.BROKEN:
        findings.append(Finding(Fault.SEAL))
    stated = last.get("head", "")
    if head and head.strip().lower() != stated:
        findings.append(Finding(Fault.HEAD))
    present: list[str] = []
    absent: list[str] = []
    for name, wanted in last.get("documents", {}).items():
        data = find(name)
        (absent if data is None else present).append(name)
        if data is not None and digest(data) != wanted:
            findings.append(Finding(Fault.DOCUMENT, name=name))
    return Report(
        findings=tuple(findings),
        seal=seal,
        records=len(records),
        head=stated,
        documents=tuple(present),
        absent=tuple(absent),
    )


def _is_closing(closing: Any) -> TypeGuard[dict[str, Any]]:
    """Whether the closing has its form, and the digest over itself."""
    if not isinstance(closing, dict) or set(closing) != CLOSING:
        return False
    count, documents = closing["records"], closing["documents"]
    if not _is_number(count) or not _is_hash(closing["head"]) or not isinstance(documents, dict):
        return False
    if not all(_is_hash(value) for value in documents.values()):
        return False
    if not isinstance(closing["key_id"], str):
        return False
    try:
        return bool(closing_digest(closing) == closing["digest"])
    except NotCanonical:
        return False


def _is_number(value: Any) -> TypeGuard[int]:
    return isinstance(value, int) and not isinstance(value, bool) and value >= 0


def _is_hash(value: Any) -> TypeGuard[str]:
    return isinstance(value, str) and _HASH.fullmatch(value) is not None


def _check_seal(closing: Mapping[str, Any], seal: Any, keys: Iterable[str]) -> Seal:
    """A closing that is broken breaks its seal with it, whatever keys there are."""
    known = {key_id(key): key for key in keys}
    if not closing:
        return Seal.BROKEN if known else Seal.NO_KEY
    key = known.get(closing["key_id"])
    if key is None:
        return Seal.NO_KEY
    given = seal if isinstance(seal, str) else ""
    good = hmac.compare_digest(seal_of(closing, key).encode(), given.encode(errors="replace"))
    return Seal.GOOD if good else Seal.BROKEN


def _check_records(
    records: Sequence[Any], origin: str, closing: Mapping[str, Any]
) -> list[Finding]:
    """Walk back from the head, which vouches for the last record, which vouches for the one
    before. What stands in the place of a record that is vouched for was altered or rewritten; a
    number without a record is missing; a record without a number of its own was added."""
    rows = [_Row.of(record) for record in records]
    lookup = _Lookup(rows)
    found: list[Finding] = []
    number = closing.get("records", lookup.highest)
    want = closing.get("head", "")
    if number == 0 and want and want != origin:
        found.append(Finding(Fault.HEADER))
    while number > 0:
        index, fault = lookup.take(number, want)
        if index is None:
            following = lookup.next_below(number)
            found.append(Finding(Fault.MISSING, number=following + 1, until=number))
            number, want = following, ""
            continue
        before = rows[index].prev
        if fault:
            found.append(Finding(fault, number=number, place=index + 1))
        elif number == 1 and before != origin:
            found.append(Finding(Fault.HEADER))
        # What an altered record says of the one before is a hint, no more.
        want = before if not fault or before in lookup.by_hash else ""
        number -= 1
    found.reverse()
    order = sorted(lookup.numbers)
    found += [
        Finding(Fault.MOVED, number=lookup.numbers[index], place=index + 1)
        for index in _out_of_order(order, lookup.numbers)
    ]
    found += [
        Finding(Fault.ADDED, number=row.seq, place=index + 1)
        for index, row in enumerate(rows)
        if index not in lookup.numbers
    ]
    return found


@dataclass(frozen=True, slots=True)
class _Row:
    """A record as it came: what it says of itself, and whether its own hash fits it."""

    seq: int | None = None
    prev: str = ""
    stated: str = ""
    intact: bool = False

    @classmethod
    def of(cls, record: Any) -> _Row:
        if not isinstance(record, dict):
            return cls()
        seq = record.get("seq")
        prev = record.get("prev_hash")
        stated = record.get("hash")
        intact = False
        if set(record) == RECORD and _is_hash(prev) and _is_hash(stated):
            try:
                intact = hash_of(prev, record) == stated
            except NotCanonical:
                intact = False
        return cls(
            seq=seq if _is_number(seq) else None,
            prev=prev if _is_hash(prev) else "",
            stated=stated if _is_hash(stated) else "",
            intact=intact,
        )


class _Lookup:
    """The rows by what they say of themselves, and `numbers`: index → the number it was given."""

    def __init__(self, rows: Sequence[_Row]) -> None:
        self._rows = rows
        self._by_seq: dict[int, list[int]] = {}
        self.by_hash: dict[str, list[int]] = {}
        self.numbers: dict[int, int] = {}
        for index, row in enumerate(rows):
            if row.seq:
                self._by_seq.setdefault(row.seq, []).append(index)
            if row.stated:
                self.by_hash.setdefault(row.stated, []).append(index)
        self._present = sorted(self._by_seq)
        self._following = len(rows)
        self.highest = max(self._present, default=0)

    def next_below(self, number: int) -> int:
        """The highest number below that a record bears, else 0."""
        at = bisect_left(self._present, number)
        return self._present[at - 1] if at else 0

    def take(self, number: int, want: str) -> tuple[int | None, Fault | None]:
        """Where record `number` stands, and what is wrong with it. `want` is the hash by which
        it is vouched for; where nothing vouches (empty), its own hash must do."""
        index, fault = self._find(number, want)
        if index is not None:
            self.numbers[index] = number
            self._following = index
        return index, fault

    def _find(self, number: int, want: str) -> tuple[int | None, Fault | None]:
        free = [index for index in self._by_seq.get(number, ()) if index not in self.numbers]
        intact = [index for index in free if self._rows[index].intact]
        if not want:
            if intact:
                return intact[0], None
        else:
            vouched = [i for i in self.by_hash.get(want, ()) if i not in self.numbers]
            genuine = [i for i in vouched if self._rows[i].intact and self._rows[i].seq == number]
            if genuine:
                # Of several copies, the last that stands before the record that follows.
                ahead = [index for index in genuine if index < self._following]
                return (ahead or genuine)[-1], None
            for index in vouched:
                # Its hash was left as it was, and something else of it was changed: the number
                # itself, too.
                if not self._rows[index].intact:
                    return index, Fault.ALTERED
            if intact:
                return intact[0], Fault.REWRITTEN
        return (free[0], Fault.ALTERED) if free else (None, None)


def _out_of_order(order: Sequence[int], numbers: Mapping[int, int]) -> list[int]:
    """The fewest records whose move explains the order (what no longest ascending run holds)."""
    tails: list[int] = []
    ends: list[int] = []
    before: dict[int, int | None] = {}
    for index in order:
        at = bisect_left(tails, numbers[index])
        before[index] = ends[at - 1] if at else None
        tails[at : at + 1] = [numbers[index]]
        ends[at : at + 1] = [index]
    keep: set[int] = set()
    last = ends[-1] if ends else None
    while last is not None:
        keep.add(last)
        last = before[last]
    return [index for index in order if index not in keep]
