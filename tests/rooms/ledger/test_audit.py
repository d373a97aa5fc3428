"""The books are checked against themselves, and what is altered behind their back is named."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from hashlib import sha256

import polars as pl
import pytest
from django.db import DatabaseError, connection, transaction

from acuerdo.core.actor import SYSTEM
from acuerdo.core.money import Money
from acuerdo.creditors.actions import create_creditor
from acuerdo.creditors.models import Creditor
from acuerdo.ledger import audit as audit_module
from acuerdo.ledger import sealing
from acuerdo.ledger.actions import (
    POSTING_COLUMNS,
    post_entries,
    post_entry,
    post_payment,
    reverse_entry,
)
from acuerdo.ledger.audit import Audit, audit_books
from acuerdo.ledger.digests import read_leaves
from acuerdo.ledger.models import Entry, Seal
from acuerdo.ledger.rules import PLACED, move
from acuerdo.ledger.rules.allocation import Method, Terms
from acuerdo.ledger.sealing import seal_entries

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 11, 24, 15, tzinfo=UTC)


@pytest.fixture
def creditor() -> Creditor:
    return create_creditor(actor=SYSTEM, now=NOW, name="Lender", country="CO")


@pytest.fixture
def books(creditor: Creditor) -> list[Entry]:
    """Thirty entries, one of them reversed, all sealed."""
    entries = [post(creditor, number) for number in range(30)]
    reverse_entry(actor=SYSTEM, now=NOW, entry=entries[3], key="back")
    assert seal_entries(now=NOW) == 31
    return entries


def post(creditor: Creditor, number: int) -> Entry:
    return post_entry(
        actor=SYSTEM,
        now=NOW,
        creditor_id=creditor.pk,
        kind="placement",
        effective_on=date(2026, 11, 1),
        postings=[move("principal", number + 1, Money(1_000 + number, "COP"), PLACED)],
        key=f"e:{number}",
        memo="opening",
    )


def tamper(statement: str, *values: object) -> None:
    """What only somebody with all rights over the database can do."""
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute(statement, values)
        cursor.execute("SET LOCAL session_replication_role = origin")


def kinds(audit: Audit) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for one in audit.findings:
        found.setdefault(one.kind, []).append(one.what)
    return found


def test_whole_books_are_clean(books: list[Entry]) -> None:
    told: list[tuple[str, int, int]] = []
    audit = audit_books(progress=lambda *step: told.append(step))
    assert audit.is_clean
    assert (audit.entries, audit.postings, audit.seals, audit.unsealed) == (31, 31, 1, 0)
    assert {stage for stage, _done, _total in told} == {"entries", "balances", "seals"}


def test_what_is_sealed_once_is_not_sealed_again(books: list[Entry], creditor: Creditor) -> None:
    assert seal_entries(now=NOW) == 0
    post(creditor, 99)
    assert audit_books().unsealed == 1
    assert seal_entries(now=NOW + timedelta(hours=1)) == 1
    assert Seal.objects.count() == 2
    assert audit_books().is_clean


def test_batches_are_chained(creditor: Creditor, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sealing, "BATCH", 7)
    for number in range(20):
        post(creditor, number)
    assert seal_entries(now=NOW) == 20
    assert [seal.entries for seal in Seal.objects.order_by("pk")] == [7, 7, 6]
    assert audit_books().is_clean


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE ledger_posting SET amount_minor = amount_minor + 1 WHERE entry_id = %s",
        "UPDATE ledger_entry SET effective_on = '2026-01-01' WHERE id = %s",
        "UPDATE ledger_entry SET memo = 'opening ' WHERE id = %s",
        "UPDATE ledger_entry SET actor = 'somebody' WHERE id = %s",
        "DELETE FROM ledger_posting WHERE entry_id = %s",
    ],
)
def test_an_altered_entry_is_named(books: list[Entry], statement: str) -> None:
    tamper(statement, books[11].pk)
    assert kinds(audit_books())["entry_altered"] == [f"entry {books[11].pk}"]


def test_a_change_with_its_balance_covered_up_is_still_found(books: list[Entry]) -> None:
    tamper("UPDATE ledger_posting SET amount_minor = 1 WHERE entry_id = %s", books[5].pk)
    tamper("UPDATE ledger_ledgeraccount SET balance_minor = 1 WHERE subject_id = %s", 6)
    assert kinds(audit_books()) == {"entry_altered": [f"entry {books[5].pk}"]}


def test_a_line_renamed_to_another_debt_is_found(books: list[Entry]) -> None:
    tamper("UPDATE ledger_ledgeraccount SET subject_id = 4242 WHERE subject_id = %s", 8)
    assert kinds(audit_books()) == {"entry_altered": [f"entry {books[7].pk}"]}


def test_an_entry_that_is_gone_or_was_slipped_in_is_found(books: list[Entry]) -> None:
    tamper("DELETE FROM ledger_posting WHERE entry_id = %s", books[20].pk)
    tamper("DELETE FROM ledger_entry WHERE id = %s", books[20].pk)
    assert "entry_missing" in kinds(audit_books())


def test_a_stored_balance_that_differs_is_named(books: list[Entry]) -> None:
    tamper("UPDATE ledger_ledgeraccount SET balance_minor = 7 WHERE subject_id = %s", 2)
    audit = audit_books()
    assert list(audit.counts) == ["balance_differs"]
    assert "debt.principal of 2: 7, postings 1001" in audit.findings[0].detail


def test_a_seal_made_without_the_key_is_found(books: list[Entry]) -> None:
    tamper("UPDATE ledger_posting SET amount_minor = 1 WHERE entry_id = %s", books[5].pk)
    covers = "{" + f"[{books[0].pk},{books[-1].pk + 2})" + "}"
    _entries, digest, leaves = sealing.read_digest(covers)
    tamper("UPDATE ledger_seal SET digest = %s, leaves = %s", digest, leaves)
    assert "seal_broken" in kinds(audit_books())


def test_a_seal_is_append_only(books: list[Entry]) -> None:
    with pytest.raises(DatabaseError), transaction.atomic():
        Seal.objects.update(entries=1)


def test_a_large_set_is_sealed_in_batches(creditor: Creditor) -> None:
    rows = pl.DataFrame(
        {
            "key": [f"s:{number}" for number in range(25_000)],
            "kind": "placement",
            "effective_on": date(2026, 11, 1),
            "debit_code": "debt.principal",
            "debit_subject": range(1, 25_001),
            "credit_code": PLACED,
            "credit_subject": 0,
            "amount_minor": 500,
            "currency": "COP",
        },
        schema=POSTING_COLUMNS,
    )
    post_entries(actor=SYSTEM, now=NOW, creditor_id=creditor.pk, frame=rows)
    assert seal_entries(now=NOW) == 25_000
    assert Seal.objects.count() == 2
    assert audit_books().is_clean


def test_the_text_of_an_entry_never_changes(creditor: Creditor) -> None:
    """What was sealed by an earlier version is still read the same."""
    entry = post(creditor, 1)
    posting = entry.postings.select_related("debit", "credit").get()
    text = (
        f"{entry.pk}|{creditor.pk}|2026-11-01|1795532400.000000|0|9|placement|3|e:1|7|opening|"
        f"6|system|{posting.pk}:1001:COP:{creditor.pk}:debt.principal:2:COP:{creditor.pk}:placed:0:COP"
    )
    assert read_leaves([(entry.pk, entry.pk + 1)]) == ([entry.pk], [sha256(text.encode()).digest()])


def test_gaps_between_ids_are_no_entries(creditor: Creditor) -> None:
    entries = [post(creditor, number) for number in range(6)]
    ranges = [(entries[0].pk, entries[2].pk), (entries[3].pk, entries[4].pk)]
    ids, leaves = read_leaves(ranges)
    assert ids == [entries[place].pk for place in (0, 1, 3)]
    assert len(set(leaves)) == 3


def test_terms_of_a_payment_are_sealed(books: list[Entry], creditor: Creditor) -> None:
    paid = post_payment(
        actor=SYSTEM,
        now=NOW,
        creditor_id=creditor.pk,
        account_id=1,
        amount=Money(5, "COP"),
        effective_on=date(2026, 11, 2),
        key="paid",
        terms=Terms(Method.OLDEST),
    )
    assert seal_entries(now=NOW) == 1
    assert audit_books().is_clean
    tamper("UPDATE ledger_entry SET terms = %s WHERE id = %s", "", paid.pk)
    assert kinds(audit_books()) == {"entry_altered": [f"entry {paid.pk}"]}


def test_windows_and_seals_need_not_meet(
    creditor: Creditor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sealing, "BATCH", 7)
    monkeypatch.setattr(audit_module, "_WINDOW", 4)
    entries = [post(creditor, number) for number in range(20)]
    assert seal_entries(now=NOW) == 20
    assert audit_books().is_clean
    tamper("UPDATE ledger_entry SET memo = 'x' WHERE id = %s", entries[12].pk)
    tamper("DELETE FROM ledger_posting WHERE entry_id = %s", entries[19].pk)
    found = kinds(audit_books())
    assert found["entry_altered"] == [f"entry {entries[place].pk}" for place in (12, 19)]
    assert found["entry_empty"] == [f"entry {entries[19].pk}"]


def test_a_posting_of_no_entry_and_one_of_another_currency_are_named(books: list[Entry]) -> None:
    posting = books[4].postings.get()
    tamper("UPDATE ledger_posting SET entry_id = %s WHERE id = %s", books[-1].pk + 99, posting.pk)
    tamper("UPDATE ledger_posting SET currency = 'EUR' WHERE entry_id = %s", books[6].pk)
    found = kinds(audit_books())
    assert found["posting_wrong"] == [
        f"posting {books[6].postings.get().pk}",
        f"posting {posting.pk}",
    ]
    assert found["entry_empty"] == [f"entry {books[4].pk}"]


def test_a_debt_below_zero_is_named(books: list[Entry]) -> None:
    tamper("UPDATE ledger_posting SET debit_id = credit_id, credit_id = debit_id"
           " WHERE entry_id = %s", books[2].pk)  # fmt: skip
    tamper("UPDATE ledger_ledgeraccount SET balance_minor = -1002 WHERE subject_id = 3")
    assert set(kinds(audit_books())) == {"balance_negative", "entry_altered"}
