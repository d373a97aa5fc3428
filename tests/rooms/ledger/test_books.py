from datetime import UTC, date, datetime

import polars as pl
import pytest
from django.db import DatabaseError, connection, transaction

from acuerdo.core.actor import SYSTEM
from acuerdo.core.errors import CommandConflict
from acuerdo.core.models import Event
from acuerdo.core.money import Money
from acuerdo.core.vocabulary import Component
from acuerdo.creditors.actions import create_creditor
from acuerdo.creditors.models import Creditor
from acuerdo.ledger.actions import POSTING_COLUMNS, post_entries, post_entry, reverse_entry
from acuerdo.ledger.errors import AlreadyReversed, CurrencyMixed, EntryInvalid, NotReversible
from acuerdo.ledger.models import Entry, LedgerAccount, Posting
from acuerdo.ledger.queries import get_balance, list_balances, recompute_balances
from acuerdo.ledger.rules import PLACED, RECEIVED, PostingSpec, move

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 11, 24, 15, tzinfo=UTC)
TODAY = date(2026, 11, 24)


@pytest.fixture
def creditor() -> Creditor:
    return create_creditor(actor=SYSTEM, now=NOW, name="Lender", country="CO")


def post(
    creditor: Creditor, key: str, *specs: PostingSpec, kind: str = "placement", on: date = TODAY
) -> Entry:
    return post_entry(
        actor=SYSTEM,
        now=NOW,
        creditor_id=creditor.pk,
        kind=kind,
        effective_on=on,
        postings=specs,
        key=key,
    )


def owed(minor: int, account_id: int = 7, component: str = "principal") -> PostingSpec:
    return move(component, account_id, Money(minor, "COP"), PLACED)


def row(key: str, account_id: int, minor: int, component: str = "principal") -> dict[str, object]:
    return {
        "key": key,
        "kind": "placement",
        "effective_on": TODAY,
        "debit_code": f"debt.{component}",
        "debit_subject": account_id,
        "credit_code": PLACED,
        "credit_subject": 0,
        "amount_minor": minor,
        "currency": "COP",
    }


def post_set(creditor: Creditor, rows: list[dict[str, object]]) -> int:
    frame = pl.DataFrame(rows, schema=POSTING_COLUMNS)
    return post_entries(actor=SYSTEM, now=NOW, creditor_id=creditor.pk, frame=frame)


def test_an_entry_changes_the_balance_by_component(creditor: Creditor) -> None:
    post(creditor, "open", owed(100_00), owed(7_50, component="interest"))
    post(creditor, "pay", move("interest", 7, Money(-5_00, "COP"), RECEIVED), kind="payment")
    balance = get_balance(7)
    assert balance.currency == "COP"
    assert balance.components == {
        Component.PRINCIPAL: 100_00,
        Component.INTEREST: 2_50,
        Component.FEES: 0,
        Component.COSTS: 0,
        Component.TAXES: 0,
    }
    assert balance.total_minor == 102_50
    assert recompute_balances([7]) == {7: balance}
    assert get_balance(8).total_minor == 0
    wide = LedgerAccount.objects.filter(subject_id=0)
    assert set(wide.values_list("balance_minor", flat=True)) == {0}


def test_a_key_posts_once(creditor: Creditor) -> None:
    first = post(creditor, "open", owed(100_00))
    again = post(creditor, "open", owed(100_00))
    assert first == again
    assert get_balance(7).total_minor == 100_00
    assert Event.objects.filter(name="EntryPosted").count() == 1
    for change in (owed(99_00), owed(100_00, account_id=8), owed(100_00, component="fees")):
        with pytest.raises(CommandConflict):
            post(creditor, "open", change)
    with pytest.raises(CommandConflict):
        post(creditor, "open", owed(100_00), on=date(2026, 11, 23))


def test_a_key_is_of_one_creditor(creditor: Creditor) -> None:
    other = create_creditor(actor=SYSTEM, now=NOW, name="Other", country="CO")
    post(creditor, "open", owed(1))
    post(other, "open", owed(2, account_id=9))
    assert list_balances([7, 9])[9].total_minor == 2
    with pytest.raises(EntryInvalid):
        post(other, "steal", owed(2, account_id=7))


def test_a_reversal_restores_the_balance_and_happens_once(creditor: Creditor) -> None:
    post(creditor, "open", owed(100_00))
    paid = post(creditor, "pay", move("principal", 7, Money(-30_00, "COP"), RECEIVED))
    undo = reverse_entry(actor=SYSTEM, now=NOW, entry=paid, key="undo")
    assert get_balance(7).total_minor == 100_00
    assert recompute_balances([7])[7].total_minor == 100_00
    assert reverse_entry(actor=SYSTEM, now=NOW, entry=paid, key="undo") == undo
    with pytest.raises(AlreadyReversed):
        reverse_entry(actor=SYSTEM, now=NOW, entry=paid, key="undo again")
    with pytest.raises(NotReversible):
        reverse_entry(actor=SYSTEM, now=NOW, entry=undo, key="redo")


def test_a_debt_has_one_currency(creditor: Creditor) -> None:
    post(creditor, "open", owed(100_00))
    with pytest.raises(CurrencyMixed):
        post(creditor, "more", move("fees", 7, Money(1, "EUR"), PLACED))
    with pytest.raises(CurrencyMixed):
        post_set(creditor, [{**row("more", 7, 1, "fees"), "currency": "EUR"}])
    assert get_balance(7).total_minor == 100_00


def test_the_database_refuses_a_posting_of_two_currencies(creditor: Creditor) -> None:
    entry = post(creditor, "open", owed(100_00))
    pesos = LedgerAccount.objects.get(subject_id=7)
    euros = LedgerAccount.objects.create(creditor_id=creditor.pk, code=PLACED, currency="EUR")
    with pytest.raises(DatabaseError), transaction.atomic():
        Posting.objects.create(
            entry=entry, debit=pesos, credit=euros, amount_minor=1, currency="COP"
        )


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE ledger_posting SET amount_minor = 1",
        "DELETE FROM ledger_posting",
        "TRUNCATE ledger_posting",
        "UPDATE ledger_entry SET memo = 'x'",
        "DELETE FROM ledger_entry",
        "TRUNCATE ledger_entry CASCADE",
    ],
)
def test_the_database_refuses_to_change_the_books(creditor: Creditor, statement: str) -> None:
    post(creditor, "open", owed(100_00))
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        with pytest.raises(DatabaseError), transaction.atomic():
            cursor.execute(statement)
    assert recompute_balances([7])[7].total_minor == 100_00


def test_a_set_is_posted_once(creditor: Creditor) -> None:
    rows = [row("a", 7, 100), row("a", 7, 20, "fees"), row("b", 8, 50), row("c", 9, 0)]
    assert post_set(creditor, rows) == 2
    assert post_set(creditor, rows) == 0
    balances = list_balances([7, 8, 9])
    assert [balances[key].total_minor for key in (7, 8, 9)] == [120, 50, 0]
    assert balances[9].currency == "COP"
    assert recompute_balances([7, 8, 9]) == balances
    assert Entry.objects.count() == 2


def test_a_set_adds_to_what_is_there(creditor: Creditor) -> None:
    post(creditor, "open", owed(100))
    back = {**row("d", 7, 30), "debit_code": "adjusted", "debit_subject": 0,
            "credit_code": "debt.principal", "credit_subject": 7}  # fmt: skip
    assert post_set(creditor, [back, row("e", 7, 5, "interest")]) == 2
    assert get_balance(7).components[Component.PRINCIPAL] == 70
    assert recompute_balances([7])[7] == get_balance(7)


@pytest.mark.parametrize(
    "bad",
    [
        {"amount_minor": -1},
        {"amount_minor": None},
        {"debit_subject": 0},
        {"credit_code": "debt.principal", "credit_subject": 7},
    ],
)
def test_a_set_with_a_bad_row_posts_nothing(creditor: Creditor, bad: dict[str, object]) -> None:
    with pytest.raises(EntryInvalid):
        post_set(creditor, [row("a", 7, 1), {**row("b", 7, 1), **bad}])
    assert not Entry.objects.exists()


def test_a_set_of_new_debts_has_one_currency_each(creditor: Creditor) -> None:
    mixed = [row("a", 7, 1), {**row("b", 7, 1, "fees"), "currency": "EUR"}]
    with pytest.raises(CurrencyMixed):
        post_set(creditor, mixed)
    assert not Entry.objects.exists()


def test_a_key_of_another_debt_is_never_taken_over(creditor: Creditor) -> None:
    post(creditor, "a", owed(100))
    with pytest.raises(CommandConflict), transaction.atomic():
        post_set(creditor, [row("a", 8, 1)])
    assert post_set(creditor, [row("a", 7, 1), row("b", 8, 5)]) == 1
    assert [get_balance(account_id).total_minor for account_id in (7, 8)] == [100, 5]


def test_a_set_of_several_currencies(creditor: Creditor) -> None:
    rows = [row("a", 7, 100), {**row("b", 8, 200), "currency": "EUR"}, row("c", 9, 300)]
    assert post_set(creditor, rows) == 3
    balances = list_balances([7, 8, 9])
    assert [(found.currency, found.total_minor) for found in balances.values()] == [
        ("COP", 100),
        ("EUR", 200),
        ("COP", 300),
    ]
    assert recompute_balances([7, 8, 9]) == balances
    assert set(LedgerAccount.objects.filter(code=PLACED).values_list("currency", flat=True)) == {
        "COP",
        "EUR",
    }
