"""Checking the books against themselves: every entry, every balance, every seal.

The books are read once, in windows of entries, by a thread of its own: while one window is
checked, PostgreSQL reads out the next.
"""

from __future__ import annotations

import hashlib
from bisect import bisect_left
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from itertools import pairwise

import polars as pl
from django.db import connection

from acuerdo.ledger.digests import (
    Window,
    make_leaves,
    name_sides,
    read_leaves,
    read_lines,
    read_window,
)
from acuerdo.ledger.models import Seal
from acuerdo.ledger.rules import CREDIT, CREDITOR_CODES, DEBT_PREFIX
from acuerdo.ledger.sealing import LEAF, read_ranges, tie

Progress = Callable[[str, int, int], None]

_MOST = 100
"""How many findings of one kind are named; the others are counted."""
_WINDOW = 100_000
_LAST = 2**63 - 1


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is wrong: `kind` is stable, `what` names it, `detail` says what was found."""

    kind: str
    what: str
    detail: str = ""


@dataclass(slots=True)
class Audit:
    """What was checked and what was found. `unsealed` entries are younger than the last seal."""

    entries: int = 0
    postings: int = 0
    lines: int = 0
    seals: int = 0
    unsealed: int = 0
    findings: list[Finding] = field(default_factory=list)
    counts: dict[str, int] = field(default_factory=dict)

    def add(self, kind: str, what: str, detail: str = "") -> None:
        self.counts[kind] = self.counts.get(kind, 0) + 1
        if self.counts[kind] <= _MOST:
            self.findings.append(Finding(kind, what, detail))

    @property
    def is_clean(self) -> bool:
        return not self.counts


def audit_books(*, progress: Progress = lambda *_: None) -> Audit:
    """Check all entries, stored balances and seals. Reads only, in one snapshot if the caller has
    a repeatable-read transaction. `progress(stage, done, total)` is told as it goes."""
    audit = Audit()
    cuts = _count(audit)
    lines = read_lines()
    seals = _SealedRanges()
    moved: list[pl.DataFrame] = []
    done = 0
    for window in _read_ahead(cuts):
        named = name_sides(window, lines)
        _check_entries(audit, window.entries, named)
        moved.append(_sum_sides(window.postings))
        seals.add(window.entries["id"].to_list(), make_leaves(window.entries, named))
        done += window.entries.height
        progress("entries", done, audit.entries)
    _check_balances(audit, lines, moved)
    progress("balances", audit.lines, audit.lines)
    _check_seals(audit, seals, progress)
    return audit


def _count(audit: Audit) -> list[int]:
    """Count everything; gives the ids of entries at which one window ends and the next begins."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT (SELECT count(*) FROM ledger_posting), (SELECT count(*) FROM"
            " ledger_ledgeraccount), (SELECT count(*) FROM ledger_seal)"
        )
        audit.postings, audit.lines, audit.seals = map(int, cursor.fetchone())
        cursor.execute(
            "SELECT min(id), count(*) FROM ("
            "SELECT id, (row_number() OVER (ORDER BY id) - 1) / %s AS place FROM ledger_entry"
            ") AS placed GROUP BY place ORDER BY place",
            [_WINDOW],
        )
        windows = cursor.fetchall()
    audit.entries = sum(int(count) for _first, count in windows)
    # What belongs to no entry lies before the first or after the last, and is looked at as well.
    return [-_LAST, *(int(first) for first, _count in windows[1:]), _LAST]


def _read_ahead(cuts: list[int]) -> Iterator[Window]:
    """The windows between `cuts`, the next one read while the caller works on one."""
    connection.ensure_connection()
    link = connection.connection
    bounds = list(pairwise(cuts))
    with ThreadPoolExecutor(max_workers=1) as reader:
        ahead = reader.submit(read_window, *bounds[0], link)
        for bound in bounds[1:]:
            window = ahead.result()
            ahead = reader.submit(read_window, *bound, link)
            yield window
        yield ahead.result()


def _check_entries(audit: Audit, entries: pl.DataFrame, named: pl.DataFrame) -> None:
    """Every posting moves more than nothing between two lines of its own creditor and currency,
    and no entry is empty."""
    owners = entries.select(pl.col("id").alias("entry_id"), "creditor_id")
    known = named.join(owners, on="entry_id", how="left", maintain_order="left")
    right = (pl.col("amount_minor") > 0) & (pl.col("debit_id") != pl.col("credit_id"))
    for side in ("debit", "credit"):
        code = pl.col(f"{side}_code")
        is_wide = code.is_in(CREDITOR_CODES)
        is_of_debt = (code == CREDIT) | code.str.starts_with(DEBT_PREFIX)
        right &= (
            (pl.col(f"{side}_creditor_id") == pl.col("creditor_id"))
            & (pl.col(f"{side}_currency") == pl.col("currency"))
            & pl.when(pl.col(f"{side}_subject_id") == 0).then(is_wide).otherwise(is_of_debt)
        )
    wrong = known.filter(~right.fill_null(value=False))
    for posting, entry in wrong.select("id", "entry_id").iter_rows():
        audit.add("posting_wrong", f"posting {posting}", f"entry {entry}")
    if entries.height > named["entry_id"].n_unique() or wrong.height:
        for entry in entries.join(named, left_on="id", right_on="entry_id", how="anti")["id"]:
            audit.add("entry_empty", f"entry {entry}")


def _sum_sides(postings: pl.DataFrame) -> pl.DataFrame:
    """`id` of a line and `total`, debits less credits."""
    debits = postings.select(pl.col("debit_id").alias("id"), pl.col("amount_minor"))
    credits_ = postings.select(pl.col("credit_id").alias("id"), -pl.col("amount_minor"))
    return pl.concat([debits, credits_]).group_by("id").agg(total=pl.col("amount_minor").sum())


def _check_balances(audit: Audit, lines: pl.DataFrame, moved: list[pl.DataFrame]) -> None:
    """What is stored with each debt's line is what its postings add up to, and is not below zero
    (a credit: not above)."""
    totals = pl.concat(moved).group_by("id").agg(pl.col("total").sum())
    debts = lines.filter(pl.col("subject_id") != 0).join(totals, on="id", how="left")
    debts = debts.with_columns(pl.col("total").fill_null(0))
    owed = pl.when(pl.col("code") == CREDIT).then(-pl.col("total")).otherwise("total")
    columns = ("id", "code", "subject_id", "balance_minor", "total")
    differs = debts.filter(pl.col("balance_minor") != pl.col("total")).select(columns)
    for line, code, subject, stored, real in differs.iter_rows():
        detail = f"{code} of {subject}: {stored}, postings {real}"
        audit.add("balance_differs", f"line {line}", detail)
    for line, code, subject, _stored, real in debts.filter(owed < 0).select(columns).iter_rows():
        audit.add("balance_negative", f"line {line}", f"{code} of {subject}: {real}")


class _SealedRanges:
    """The entries that are there now, gathered by the seals that cover them, in order of ids."""

    def __init__(self) -> None:
        self.covers = {
            pk: _text(covers)
            for pk, covers in Seal.objects.order_by("pk").values_list("pk", "covers")
        }
        self._ranges = sorted(
            (first, end, pk)
            for pk, covers in self.covers.items()
            for first, end in read_ranges(covers)
        )
        self.entries = dict.fromkeys(self.covers, 0)
        self._hashes = {pk: hashlib.sha256() for pk in self.covers}
        self._next = 0

    def add(self, ids: list[int], leaves: list[bytes]) -> None:
        """A window of entries, in order, after the window before."""
        place = self._next
        while ids and place < len(self._ranges) and self._ranges[place][0] <= ids[-1]:
            first, end, pk = self._ranges[place]
            start, stop = bisect_left(ids, first), bisect_left(ids, end)
            self._hashes[pk].update(b"".join(leaves[start:stop]))
            self.entries[pk] += stop - start
            if end - 1 > ids[-1]:
                break  # the rest of this range is in the next window
            place += 1
        self._next = place

    def digest(self, pk: int) -> str:
        return self._hashes[pk].hexdigest()


def _check_seals(audit: Audit, found: _SealedRanges, progress: Progress) -> None:
    """Every sealed entry says what it said, none is gone, and the chain is whole."""
    before, done = "", 0
    for seal in Seal.objects.order_by("pk").iterator(chunk_size=50):
        entries, digest = found.entries[seal.pk], found.digest(seal.pk)
        if (entries, digest) != (seal.entries, seal.digest):
            _name_altered(audit, found.covers[seal.pk], bytes(seal.leaves), seal.entries - entries)
        if seal.seal != tie(before, seal.digest):
            audit.add("seal_broken", f"seal {seal.pk}", "not made by this installation's key")
        before = seal.seal
        done += seal.entries
        progress("seals", done, audit.entries)
    audit.unsealed = audit.entries - done


def _text(covers: object) -> str:
    """The ranges as PostgreSQL writes them; psycopg reads them into an object of its own."""
    return "{" + ",".join(f"[{one.lower},{one.upper})" for one in covers) + "}"  # type: ignore[attr-defined]


def _name_altered(audit: Audit, covers: str, then: bytes, missing: int) -> None:
    """Say which entries of a batch are not what they were."""
    if missing > 0:
        audit.add("entry_missing", f"entries {covers}", f"{missing} are gone")
        return
    if missing < 0:
        audit.add("entry_added", f"entries {covers}", f"{-missing} were not there")
        return
    ids, leaves = read_leaves(read_ranges(covers))
    for place, (entry, leaf) in enumerate(zip(ids, leaves, strict=True)):
        if then[place * LEAF : (place + 1) * LEAF] != leaf[:LEAF]:
            audit.add("entry_altered", f"entry {entry}")
