"""Checking the books against themselves: every entry, every balance, every seal."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from django.db import connection

from acuerdo.ledger.models import Seal
from acuerdo.ledger.rules import CREDITOR_CODES, DEBT_PREFIX
from acuerdo.ledger.sealing import list_entries, read_digest, tie

Progress = Callable[[str, int, int], None]

_MOST = 100
"""How many findings of one kind are named; the others are counted."""


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
    _count(audit)
    _check_entries(audit, progress)
    _check_balances(audit, progress)
    _check_seals(audit, progress)
    return audit


def _count(audit: Audit) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT (SELECT count(*) FROM ledger_entry), (SELECT count(*) FROM ledger_posting),"
            " (SELECT count(*) FROM ledger_ledgeraccount)"
        )
        audit.entries, audit.postings, audit.lines = map(int, cursor.fetchone())


def _check_entries(audit: Audit, progress: Progress) -> None:
    """Every posting moves more than nothing between two lines of its own creditor and currency,
    and no entry is empty."""
    progress("entries", 0, audit.entries)
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT posting.id, posting.entry_id FROM ledger_posting AS posting
            JOIN ledger_entry AS entry ON entry.id = posting.entry_id
            JOIN ledger_ledgeraccount AS debit ON debit.id = posting.debit_id
            JOIN ledger_ledgeraccount AS credit ON credit.id = posting.credit_id
            WHERE posting.amount_minor <= 0 OR debit.id = credit.id
               OR debit.creditor_id <> entry.creditor_id OR credit.creditor_id <> entry.creditor_id
               OR debit.currency <> posting.currency OR credit.currency <> posting.currency
               OR (debit.subject_id = 0) <> (debit.code = ANY(%(codes)s))
               OR (credit.subject_id = 0) <> (credit.code = ANY(%(codes)s))
            """,
            {"codes": sorted(CREDITOR_CODES)},
        )
        for posting, entry in cursor.fetchall():
            audit.add("posting_wrong", f"posting {posting}", f"entry {entry}")
        cursor.execute(
            "SELECT id FROM ledger_entry AS entry WHERE NOT EXISTS"
            " (SELECT FROM ledger_posting WHERE entry_id = entry.id)"
        )
        for (entry,) in cursor.fetchall():
            audit.add("entry_empty", f"entry {entry}")
    progress("entries", audit.entries, audit.entries)


def _check_balances(audit: Audit, progress: Progress) -> None:
    """What is stored with each debt's line is what its postings add up to."""
    progress("balances", 0, audit.lines)
    with connection.cursor() as cursor:
        cursor.execute(
            """
            WITH moved AS (
                SELECT id, sum(amount) AS total FROM (
                    SELECT debit_id AS id, amount_minor AS amount FROM ledger_posting
                    UNION ALL
                    SELECT credit_id, -amount_minor FROM ledger_posting
                ) AS sides GROUP BY id
            )
            SELECT line.id, line.subject_id, line.code, line.balance_minor,
                   coalesce(moved.total, 0)
            FROM ledger_ledgeraccount AS line LEFT JOIN moved USING (id)
            WHERE starts_with(line.code, %s) AND line.balance_minor <> coalesce(moved.total, 0)
            """,
            [DEBT_PREFIX],
        )
        for line, subject, code, stored, real in cursor.fetchall():
            audit.add(
                "balance_differs", f"line {line}", f"{code} of {subject}: {stored}, postings {real}"
            )
    progress("balances", audit.lines, audit.lines)


def _check_seals(audit: Audit, progress: Progress) -> None:
    """Every sealed entry says what it said, none is gone, and the chain is whole."""
    seals = Seal.objects.order_by("pk")
    audit.seals = seals.count()
    before, done = "", 0
    for seal in seals.iterator(chunk_size=50):
        covers = _text(seal.covers)
        entries, digest, leaves = read_digest(covers)
        if (entries, digest) != (seal.entries, seal.digest):
            _name_altered(audit, covers, bytes(seal.leaves), leaves, seal.entries - entries)
        if seal.seal != tie(before, seal.digest):
            audit.add("seal_broken", f"seal {seal.pk}", "not made by this installation's key")
        before = seal.seal
        done += seal.entries
        progress("seals", done, audit.entries)
    audit.unsealed = audit.entries - done


def _text(covers: object) -> str:
    """The ranges as PostgreSQL writes them; psycopg reads them into an object of its own."""
    return "{" + ",".join(f"[{one.lower},{one.upper})" for one in covers) + "}"  # type: ignore[attr-defined]


def _name_altered(audit: Audit, covers: str, then: bytes, now: bytes, missing: int) -> None:
    """Say which entries of a batch are not what they were."""
    if missing > 0:
        audit.add("entry_missing", f"entries {covers}", f"{missing} are gone")
        return
    if missing < 0:
        audit.add("entry_added", f"entries {covers}", f"{-missing} were not there")
        return
    for place, entry in enumerate(list_entries(covers)):
        if then[place * 8 : place * 8 + 8] != now[place * 8 : place * 8 + 8]:
            audit.add("entry_altered", f"entry {entry}")
