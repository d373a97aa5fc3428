"""Two debtors who are one human: found, merged, undone; and who else answers for a debt."""

from __future__ import annotations

from typing import Any

import pytest
from deals_kit import NOW, agree, make_account, make_creditor
from django.apps import apps
from small_portfolio import place, row

from acuerdo.compliance.actions import place_hold
from acuerdo.compliance.models import Hold
from acuerdo.conversations.actions import open_conversation
from acuerdo.conversations.models import Conversation
from acuerdo.core.actor import SYSTEM
from acuerdo.core.errors import NotFound
from acuerdo.core.models import Event
from acuerdo.creditors.models import Creditor
from acuerdo.portfolio.actions import (
    add_party,
    keep_apart,
    merge_debtors,
    propose_duplicates,
    remove_party,
    undo_merge,
)
from acuerdo.portfolio.errors import HolderStays, NotProposed, PartyInvalid, UndoLaterFirst
from acuerdo.portfolio.lookups import find_accounts
from acuerdo.portfolio.models import Account, AccountParty, ContactPoint, Debtor, DebtorPair
from acuerdo.portfolio.queries import find_debtor_by_address

pytestmark = pytest.mark.django_db
ME: dict[str, Any] = {"actor": SYSTEM, "now": NOW}
PHONE = "+573005550777"


@pytest.fixture
def bank() -> Creditor:
    """Ana twice: with a document, and without one under a shorter name, with the same phone."""
    creditor = make_creditor()
    place(
        creditor,
        [
            row("A-1001", name="Ana María Pérez Gómez", phone=PHONE),
            row("A-1002", name="PEREZ GOMEZ ANA", phone=PHONE, document=""),
            row("A-1003", name="Luis Pérez Gómez", phone=PHONE),
        ],
    )
    return creditor


def account(number: str) -> Account:
    return Account.objects.select_related("debtor__person", "creditor").get(number=number)


def propose(creditor: Creditor) -> DebtorPair:
    assert propose_duplicates(creditor_id=creditor.pk, **ME) == 1
    return DebtorPair.objects.get(creditor=creditor, state="proposed")


def merge(pair: DebtorPair) -> DebtorPair:
    return merge_debtors(creditor_id=pair.creditor_id, pair_id=pair.pk, **ME)


def test_a_pair_is_proposed_once_with_its_reasons(bank: Creditor) -> None:
    pair = propose(bank)
    assert pair.reasons == ["same_phone", "name_contained"]
    assert {pair.first_id, pair.second_id} == {
        account("A-1001").debtor_id, account("A-1002").debtor_id
    }  # fmt: skip
    assert propose_duplicates(creditor_id=bank.pk, **ME) == 0
    assert Event.objects.filter(name="DuplicatesProposed").count() == 1
    keep_apart(creditor_id=bank.pk, pair_id=pair.pk, **ME)
    assert propose_duplicates(creditor_id=bank.pk, **ME) == 0
    with pytest.raises(NotProposed):
        keep_apart(creditor_id=bank.pk, pair_id=pair.pk, **ME)


def test_nobody_is_compared_with_another_creditors_debtor(bank: Creditor) -> None:
    other = make_creditor("Caja Vecina")
    place(other, [row("B-1", name="Ana Pérez Gómez", phone=PHONE, document="")])
    assert propose_duplicates(creditor_id=other.pk, **ME) == 0
    pair = propose(bank)
    for act in (merge_debtors, keep_apart, undo_merge):
        with pytest.raises(NotFound):
            act(creditor_id=other.pk, pair_id=pair.pk, **ME)


def picture() -> dict[str, list[tuple[Any, ...]]]:
    """Every row of any room that points at a debtor or a person."""
    found = {}
    for target in (Debtor, apps.get_model("portfolio", "Person")):
        for relation in target._meta.related_objects:
            model, field = relation.related_model, relation.field.name
            if model is not DebtorPair:
                rows = model._base_manager.order_by("pk").values_list("pk", f"{field}_id")
                found[f"{model._meta.label}.{field}"] = list(rows)
    return found


def test_all_becomes_one_persons_and_all_goes_back(bank: Creditor) -> None:
    kept, gone = account("A-1001"), account("A-1002")
    agree(gone, count=3)
    open_conversation(debtor_id=gone.debtor_id, **ME)
    hold: dict[str, Any] = {"creditor_id": bank.pk, "reason": "deceased", "source": "t"}
    place_hold(person_id=gone.debtor.person_id, **hold, **ME)
    pair, before = propose(bank), picture()
    merge(pair)
    assert account("A-1002").debtor_id == kept.debtor_id
    assert Conversation.objects.get().debtor_id == kept.debtor_id
    assert Hold.objects.get(reason="deceased").person_id == kept.debtor.person_id
    assert find_debtor_by_address(bank.pk, "phone", PHONE) != gone.debtor
    assert find_debtor_by_address(bank.pk, "email", "persona1002@example.com") == kept.debtor
    # The phone that both had stays where it was.
    assert ContactPoint.objects.filter(debtor=gone.debtor).count() == 1
    with pytest.raises(NotProposed):
        merge(pair)
    undo_merge(creditor_id=bank.pk, pair_id=pair.pk, **ME)
    assert picture() == before
    assert DebtorPair.objects.get().state == "apart"
    with pytest.raises(NotProposed):
        undo_merge(creditor_id=bank.pk, pair_id=pair.pk, **ME)
    names = ("DebtorsMerged", "MergeUndone")
    assert [Event.objects.filter(name=name).count() for name in names] == [1, 1]


def test_a_file_that_names_the_old_document_brings_accounts_to_who_stayed(db: None) -> None:
    bank = make_creditor()
    first = make_account(bank, "A-1", name="Ana Pérez Gómez", document="1020304050", phone=PHONE)
    typed = row("A-2", name="Ana Pérez Gómez", document="1020304051", phone=PHONE)
    place(bank, [typed])
    pair = propose(bank)
    merge(pair)
    report = place(bank, [{**typed, "total": "900000.00"}, {**typed, "account": "A-3"}])
    assert report.rejected == 0
    assert set(Account.objects.values_list("debtor_id", flat=True)) == {first.debtor_id}
    # Both numbers find all of them.
    for text in ("1020304050", "1020304051"):
        assert len(find_accounts(text, [bank.pk])) == 3
    undo_merge(creditor_id=bank.pk, pair_id=pair.pk, **ME)
    assert account("A-2").debtor_id != first.debtor_id
    # What came since stays where it came.
    assert account("A-3").debtor_id == first.debtor_id


def test_merges_are_undone_from_the_last(db: None) -> None:
    bank = make_creditor()
    cells = {"name": "Ana Pérez Gómez", "phone": PHONE}
    for number, document in (("A-1", "1020304050"), ("A-2", "1020304051"), ("A-3", "1020304052")):
        make_account(bank, number, document=document, **cells)
    assert propose_duplicates(creditor_id=bank.pk, **ME) == 3
    pairs = list(DebtorPair.objects.order_by("first", "second"))
    low, _middle, high = pairs
    merge(high)
    merge(low)
    assert len(set(Account.objects.values_list("debtor_id", flat=True))) == 1
    with pytest.raises(UndoLaterFirst):
        undo_merge(creditor_id=bank.pk, pair_id=high.pk, **ME)
    undo_merge(creditor_id=bank.pk, pair_id=low.pk, **ME)
    undo_merge(creditor_id=bank.pk, pair_id=high.pk, **ME)
    assert len(set(Account.objects.values_list("debtor_id", flat=True))) == 3


def test_another_creditors_view_of_the_persons_stays(bank: Creditor) -> None:
    other = make_creditor("Caja Vecina")
    place(other, [row("B-1", name="PEREZ GOMEZ ANA", phone=PHONE, document="")])
    theirs = account("B-1")
    assert theirs.debtor.person_id == account("A-1002").debtor.person_id
    merge(propose(bank))
    again = account("B-1")
    assert (again.debtor_id, again.debtor.person_id) == (theirs.debtor_id, theirs.debtor.person_id)
    assert again.debtor.merged_into_id is None


def test_a_guarantor_is_written_down_and_taken_off(bank: Creditor) -> None:
    debt = account("A-1001")
    said: dict[str, Any] = {"account": debt, "role": "guarantor", "name": "Rosa  Díaz"}
    party = add_party(**said, document="52.123.456", phone="310 555 0001", **ME)
    assert (party.debtor.name, party.debtor.creditor_id) == ("Rosa Díaz", bank.pk)
    assert party.debtor.person.document_last4 == "3456"
    assert party.debtor.zone_candidates == ["America/Bogota"]
    # The same again is the same.
    assert add_party(**said, document="52123456", **ME).pk == party.pk
    assert find_accounts("3105550001", [bank.pk]) == [debt.pk]
    assert find_accounts("52123456", [bank.pk]) == [debt.pk]
    remove_party(party=party, **ME)
    assert find_accounts("52123456", [bank.pk]) == []
    with pytest.raises(HolderStays):
        remove_party(party=AccountParty.objects.get(account=debt), **ME)


@pytest.mark.parametrize(
    "wrong",
    [
        {"role": "holder"}, {"name": " "}, {"document": "12"}, {"document": "***-**-1234"},
        {"phone": "123"}, {"email": "nobody"},
    ],
)  # fmt: skip
def test_what_cannot_be_right_is_refused(bank: Creditor, wrong: dict[str, str]) -> None:
    said: dict[str, Any] = {"role": "codebtor", "name": "Rosa", **wrong}
    with pytest.raises(PartyInvalid):
        add_party(account=account("A-1001"), **said, **ME)
    assert AccountParty.objects.count() == 3
