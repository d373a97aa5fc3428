"""One person's data: all of it handed over, and forgotten when the time has come."""

from __future__ import annotations

import json
from base64 import b64decode
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from deals_kit import NOW, agree, make_account, make_creditor
from django.apps import apps
from django.db.models import BinaryField, Model
from pages_kit import make_link, withhold
from receipts_kit import PNG

from acuerdo.cases.actions import open_case
from acuerdo.cases.evidence import add_evidence
from acuerdo.cases.models import Evidence
from acuerdo.compliance.actions import place_hold
from acuerdo.compliance.models import ContactAttempt
from acuerdo.conversations.actions import append_turn, open_conversation
from acuerdo.core.actor import SYSTEM
from acuerdo.core.crypto import decrypt_bytes
from acuerdo.core.errors import NotFound
from acuerdo.core.models import Event
from acuerdo.creditors.models import Creditor
from acuerdo.ledger.queries import get_balance
from acuerdo.portfolio.actions import (
    Retention,
    add_party,
    apply_retention,
    erase_debtor,
    plan_retention,
    set_retention,
)
from acuerdo.portfolio.errors import RetentionInvalid, StillCollected
from acuerdo.portfolio.models import Account, ContactPoint, Debtor, Person
from acuerdo.reporting.dossier import export_person

pytestmark = pytest.mark.django_db
ME: dict[str, Any] = {"actor": SYSTEM, "now": NOW}
NAME, DOCUMENT, PHONE, WORDS = "Ana Núñez Secreta", "1020304050", "+573005550444", "vivo sola"


def lived(creditor: Creditor, number: str = "A-1", **cells: str) -> Account:
    """An account with something of every kind that holds words."""
    account = make_account(
        creditor, number, **{"name": NAME, "document": DOCUMENT, "phone": PHONE, **cells}
    )
    agree(account, count=3)
    talk = open_conversation(debtor_id=account.debtor_id, **ME)
    append_turn(
        conversation=talk, author="debtor", channel="whatsapp", address=PHONE, text=WORDS, **ME
    )
    case = {"kind": "hardship", "debtor": account.debtor, "account": account}
    open_case(**case, reason=WORDS, key=number, **ME)
    claim = open_case(**{**case, "kind": "already_paid"}, key=f"{number}:paid", **ME)
    for content in (PNG, b"%PDF-1.7 " + WORDS.encode()):
        add_evidence(case=claim, content=content, **ME)
    hold: dict[str, Any] = {"creditor_id": creditor.pk, "debtor_id": account.debtor_id}
    place_hold(**hold, reason="on_request", source="t", note=WORDS, **ME)
    make_link(account)
    withhold(account, "no_address")
    add_party(account=account, role="guarantor", name="Rosa Otra", document="52123456", **ME)
    return account


def close(account: Account, days: int = 0) -> None:
    Account.objects.filter(pk=account.pk).update(
        state="closed", closed_at=NOW - timedelta(days=days)
    )


def everything() -> Iterator[str]:
    """Every text that any row of the database holds, what is encrypted in the clear."""
    for model in apps.get_models():
        for row in model._base_manager.all():
            yield from _texts(row)


def _texts(row: Model) -> Iterator[str]:
    for field in row._meta.concrete_fields:
        value = getattr(row, field.attname)
        if isinstance(field, BinaryField):
            if value and field.attname.endswith("_encrypted"):
                yield decrypt_bytes(bytes(value)).decode(errors="replace")
        elif value is not None:
            yield str(value)


def traces() -> list[str]:
    last = NAME.rpartition(" ")[2].lower()
    wanted = (last, DOCUMENT, PHONE.removeprefix("+57"), WORDS, "persona0001@example.com")
    return [text for text in everything() if any(word in text.lower() for word in wanted)]


def test_an_export_holds_every_row_in_the_clear_and_nobody_elses() -> None:
    bank = make_creditor()
    account = lived(bank)
    other = make_creditor("Caja Vecina")
    theirs = make_account(other, "B-1", name=NAME, document=DOCUMENT, phone=PHONE)
    made = export_person(creditor_ids=[bank.pk], debtor_id=account.debtor_id, language="en", **ME)
    files = {name.rpartition(".")[2]: data for name, data in made.files.items()}
    document = json.loads(files["json"])
    assert document["person"]["document"] == DOCUMENT
    rows = document["rows"]
    for label in (
        "portfolio.Account", "portfolio.ContactPoint", "portfolio.DueItem", "cases.Case",
        "conversations.Turn", "compliance.Hold", "messaging.Message", "agreements.Agreement",
        "agreements.Instalment", "messaging.TrackedLink", "compliance.Consent",
    ):  # fmt: skip
        assert rows[label], label
    assert rows["conversations.Turn"][0]["text"] == WORDS
    receipts = [row["content"] for row in rows["cases.Evidence"]]
    assert (b64decode(receipts[0]), receipts[1]) == (PNG, f"%PDF-1.7 {WORDS}")
    assert document["statements"]["A-1"][0]["owed_minor"] == 120_000_000
    text = files["json"].decode() + files["html"].decode()
    for word in ("Rosa", "52123456", "B-1", "Caja", str(theirs.public_id)):
        assert word not in text, word
    links = [row["token"] for row in rows["messaging.TrackedLink"] if "token" in row]
    assert links == []
    for word in (NAME, DOCUMENT, PHONE, "A-1", WORDS, "What we know about you"):
        assert word in files["html"].decode(), word
    assert Event.objects.get(name="PersonExported").refs == [f"debtor:{account.debtor_id}"]
    with pytest.raises(NotFound):
        export_person(creditor_ids=[other.pk], debtor_id=account.debtor_id, **ME)


def test_an_erasure_leaves_no_trace_but_what_must_stay() -> None:
    bank = make_creditor()
    account = lived(bank)
    owed, due = get_balance(account.pk), account.due_items.count()
    with pytest.raises(StillCollected):
        erase_debtor(creditor_id=bank.pk, debtor_id=account.debtor_id, **ME)
    close(account)
    assert traces()
    debtor = erase_debtor(creditor_id=bank.pk, debtor_id=account.debtor_id, **ME)
    assert traces() == []
    assert {bytes(row.content_encrypted) for row in Evidence.objects.all()} == {b""}
    assert (debtor.name, debtor.erased_at) == (f"#{debtor.pk}", NOW)
    # The guarantor is another person.
    assert Debtor.objects.filter(name="Rosa Otra", erased_at=None).exists()
    assert get_balance(account.pk) == owed
    assert account.due_items.count() == due
    assert account.agreements.count() == 1
    assert ContactAttempt.objects.filter(debtor=debtor).count() >= 0
    assert not ContactPoint.objects.filter(debtor=debtor, is_valid=True).exists()
    # A second time changes nothing.
    erase_debtor(creditor_id=bank.pk, debtor_id=account.debtor_id, **ME)
    assert Event.objects.filter(name="PeopleErased").count() == 1
    with pytest.raises(NotFound):
        erase_debtor(creditor_id=bank.pk + 99, debtor_id=account.debtor_id, **ME)


def test_another_creditor_goes_on_knowing_the_person() -> None:
    bank, other = make_creditor(), make_creditor("Caja Vecina")
    account = make_account(bank, "A-1", name=NAME, document=DOCUMENT)
    theirs = make_account(other, "B-1", name=NAME, document=DOCUMENT, phone=PHONE)
    close(account)
    erase_debtor(creditor_id=bank.pk, debtor_id=account.debtor_id, **ME)
    again = Account.objects.select_related("debtor__person").get(pk=theirs.pk)
    assert (again.debtor.name, again.debtor.person.document_last4) == (NAME, DOCUMENT[-4:])
    assert ContactPoint.objects.filter(debtor=again.debtor, value=PHONE).exists()
    close(theirs)
    erase_debtor(creditor_id=other.pk, debtor_id=theirs.debtor_id, **ME)
    assert Person.objects.get(pk=again.debtor.person_id).document_hash is None


def test_a_guarantor_of_an_open_debt_is_not_erased() -> None:
    account = lived(make_creditor())
    guarantor = Debtor.objects.get(name="Rosa Otra")
    with pytest.raises(StillCollected):
        erase_debtor(creditor_id=account.creditor_id, debtor_id=guarantor.pk, **ME)


def test_retention_plans_what_it_then_does() -> None:
    bank = make_creditor()
    old = lived(bank)
    young = make_account(bank, "A-2", name="Luis Joven", document="1020304099")
    make_account(bank, "A-3", name="Eva Abierta", document="1020304088")
    close(old, days=400)
    close(young, days=10)
    assert plan_retention(creditor=bank, now=NOW).people == 0  # no rule, no forgetting
    bank = set_retention(creditor_id=bank.pk, rules=Retention(people=365), **ME)
    assert plan_retention(creditor=bank, now=NOW).people == 2  # with the guarantor
    assert traces()
    assert apply_retention(creditor=bank, **ME).people == 2
    assert traces() == []
    assert plan_retention(creditor=bank, now=NOW).people == 0
    names = set(Debtor.objects.filter(erased_at=None).values_list("name", flat=True))
    assert names == {"Luis Joven", "Eva Abierta"}
    event = Event.objects.get(name="RetentionApplied")
    assert event.data["people"] == 2


def test_texts_are_forgotten_by_age_though_the_person_stays() -> None:
    bank = make_creditor()
    account = lived(bank)
    bank = set_retention(creditor_id=bank.pk, rules=Retention(texts=90), **ME)
    assert sum(plan_retention(creditor=bank, now=NOW).texts.values()) == 0
    later = NOW + timedelta(days=91)
    planned = plan_retention(creditor=bank, now=later)
    assert planned.texts["conversations.Turn"] == 1
    assert apply_retention(creditor=bank, actor=SYSTEM, now=later) == planned
    assert apply_retention(creditor=bank, actor=SYSTEM, now=later).texts == dict.fromkeys(
        planned.texts, 0
    )
    account.refresh_from_db()
    assert account.debtor.name == NAME


@pytest.mark.parametrize("days", [0, 29, -1, 36_501])
def test_rules_that_would_forget_too_early_are_refused(days: int) -> None:
    bank = make_creditor()
    for rules in (Retention(people=days), Retention(texts=days)):
        with pytest.raises(RetentionInvalid):
            set_retention(creditor_id=bank.pk, rules=rules, **ME)
