"""The statement of a debt, read from the books."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from acuerdo.core.actor import SYSTEM
from acuerdo.core.money import Money
from acuerdo.core.vocabulary import Component
from acuerdo.creditors.actions import create_creditor
from acuerdo.creditors.models import Creditor
from acuerdo.ledger.actions import post_entry, post_payment, reverse_entry
from acuerdo.ledger.models import Entry
from acuerdo.ledger.queries import get_balance, list_statement
from acuerdo.ledger.rules import PLACED, PostingSpec, move

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 11, 24, 15, tzinfo=UTC)


@pytest.fixture
def creditor() -> Creditor:
    return create_creditor(actor=SYSTEM, now=NOW, name="Lender", country="CO")


def post(creditor: Creditor, kind: str, on: date, *postings: PostingSpec) -> Entry:
    return post_entry(
        actor=SYSTEM,
        now=NOW,
        creditor_id=creditor.pk,
        kind=kind,
        effective_on=on,
        postings=postings,
        key=f"{kind}:{on}",
    )


def pay(creditor: Creditor, on: date, minor: int) -> Entry:
    return post_payment(
        actor=SYSTEM,
        now=NOW,
        creditor_id=creditor.pk,
        account_id=7,
        amount=cop(minor),
        effective_on=on,
        key=f"payment:{on}",
    )


def cop(minor: int) -> Money:
    return Money(minor, "COP")


def place(creditor: Creditor) -> Entry:
    return post(
        creditor,
        "placement",
        date(2026, 10, 1),
        move("principal", 7, cop(1_000), PLACED),
        move("fees", 7, cop(50), PLACED),
    )


def test_a_statement_runs_by_date_with_what_is_owed_after_each_entry(creditor: Creditor) -> None:
    place(creditor)
    november = pay(creditor, date(2026, 11, 20), 350)
    late = pay(creditor, date(2026, 11, 5), 50)
    post(creditor, "placement", date(2026, 10, 2), move("principal", 8, cop(9), PLACED))
    lines = list_statement(7)
    assert [line.booked.kind for line in lines] == [
        "placement",
        "payment",
        "payment",
        "reallocation",
    ]
    assert [line.booked.entry_id for line in lines[1:3]] == [late.pk, november.pk]
    assert lines[0].changes == {Component.PRINCIPAL: 1_000, Component.FEES: 50}
    assert lines[1].changes == {Component.FEES: -50}
    assert [line.change_minor for line in lines] == [1_050, -50, -350, 0]
    assert [line.balance.total_minor for line in lines] == [1_050, 1_000, 650, 650]
    # The fees were paid on the 5th after all, so what came on the 20th is the principal's.
    assert lines[2].changes == {Component.FEES: -50, Component.PRINCIPAL: -300}
    assert lines[3].changes == {Component.FEES: 50, Component.PRINCIPAL: -50}
    assert lines[-1].balance == get_balance(7)
    assert lines[0].booked.posted_at == NOW


def test_a_reversal_names_what_it_undoes(creditor: Creditor) -> None:
    place(creditor)
    paid = pay(creditor, date(2026, 11, 5), 50)
    undone = reverse_entry(actor=SYSTEM, now=NOW, entry=paid, key="undo")
    last = list_statement(7)[-1]
    assert (last.booked.entry_id, last.booked.reverses_id) == (undone.pk, paid.pk)
    assert last.balance.total_minor == 1_050


def test_what_was_paid_too_much_is_credit_and_no_debt(creditor: Creditor) -> None:
    place(creditor)
    pay(creditor, date(2026, 11, 5), 1_075)
    last = list_statement(7)[-1]
    assert (last.change_minor, last.credit_change_minor) == (-1_050, 25)
    assert (last.balance.total_minor, last.balance.credit_minor) == (0, 25)
    assert get_balance(7) == last.balance


def test_dates_leave_lines_out_but_keep_the_running_balance(creditor: Creditor) -> None:
    place(creditor)
    pay(creditor, date(2026, 11, 5), 50)
    pay(creditor, date(2026, 11, 9), 1)
    lines = list_statement(7, from_on=date(2026, 11, 5), until_on=date(2026, 11, 5))
    assert [line.balance.total_minor for line in lines] == [1_000]


def test_a_debt_that_the_books_do_not_know_has_an_empty_statement(creditor: Creditor) -> None:
    place(creditor)
    assert list_statement(99) == []
    assert list_statement(0) == []
