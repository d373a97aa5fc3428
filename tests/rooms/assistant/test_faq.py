"""A creditor's FAQ in a conversation: asked, answered with facts, withheld, remembered."""

from __future__ import annotations

import itertools
from typing import Any

import pytest
from deals_kit import NOW, make_account, make_creditor

from acuerdo.agreements.files import PolicyFaults, read_file, write_file
from acuerdo.agreements.models import Agreement
from acuerdo.assistant.errors import FactInUse, FaqCodeTaken, FaqRefused
from acuerdo.assistant.faq.actions import (
    apply_entries,
    apply_facts,
    dismiss_questions,
    switch_entry,
    write_entry,
    write_facts,
)
from acuerdo.assistant.faq.answers import say_sample
from acuerdo.assistant.faq.documents import FactDocument, read_entry, read_fact
from acuerdo.assistant.models import FaqEntry, FaqQuestion, UnclearMessage
from acuerdo.assistant.talking import talk
from acuerdo.cases.models import Case
from acuerdo.conversations.actions import grant_verification, open_conversation
from acuerdo.conversations.models import Conversation, Turn
from acuerdo.core.actor import SYSTEM, Actor
from acuerdo.core.models import Event
from acuerdo.creditors.models import Creditor
from acuerdo.portfolio.models import Account

pytestmark = pytest.mark.django_db

PLACE = "chat:1"
OFFICES: dict[str, Any] = {
    "code": "offices",
    "questions": {
        "es": ["¿Dónde quedan sus oficinas?", "¿Tienen una sucursal donde pueda ir?"],
        "pt": ["Onde ficam os escritórios de vocês?"],
        "en": ["Where are your offices?"],
    },
    "answers": {
        "es": "Estamos en {{ office_address }}. Le esperamos.",
        "pt": "Estamos em {{ office_address }}. Esperamos você.",
        "en": "We are at {{ office_address }}.",
    },
}
BALANCE: dict[str, Any] = {
    "code": "credit_number",
    "questions": {"es": ["¿Cuál es el número de mi crédito?"]},
    "answers": {"es": "Es el {{ account.number }}."},
}
ADDRESS = {"code": "office_address", "texts": {"es": "Calle 10 # 4-20, piso 3, Bogotá"}}
_keys = itertools.count(1)


@pytest.fixture
def creditor() -> Creditor:
    made = make_creditor()
    apply_facts(creditor=made, documents=[read_fact(ADDRESS)], actor=SYSTEM, now=NOW)
    return made


@pytest.fixture
def account(creditor: Creditor) -> Account:
    return make_account(creditor)


def write(creditor: Creditor, document: dict[str, Any], entry: FaqEntry | None = None) -> FaqEntry:
    return write_entry(
        creditor=creditor, document=read_entry(document), entry=entry, actor=SYSTEM, now=NOW
    )


def say(account: Account, text: str, address: str = PLACE) -> str:
    said = talk(
        debtor=account.debtor,
        channel="chat",
        address=address,
        text=text,
        source="test",
        key=str(next(_keys)),
        actor=Actor("debtor", str(account.debtor_id), creditor_id=account.creditor_id),
        now=NOW,
    )
    return "\n".join(turn.text for turn in said.answers)


def prove(account: Account) -> None:
    conversation = open_conversation(debtor_id=account.debtor_id, actor=SYSTEM, now=NOW)
    grant_verification(
        conversation=conversation,
        channel="chat",
        address=PLACE,
        until=NOW.replace(year=NOW.year + 1),
        method="test",
        actor=SYSTEM,
        now=NOW,
    )


# --- in a conversation ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "begins"),
    [
        ("hay alguna oficina cerca para ir en persona?", "Estamos en Calle 10 # 4-20"),
        ("oi, onde fica o escritório de vocês?", "Estamos em Calle 10 # 4-20"),
        ("hello, do you have an office in the city?", "We are at Calle 10 # 4-20"),
    ],
)
def test_anybody_is_answered_in_their_language(account: Account, text: str, begins: str) -> None:
    write(account.creditor, OFFICES)
    assert begins in say(account, text)
    row = FaqQuestion.objects.get()
    assert row.entry is not None
    assert not UnclearMessage.objects.exists()


def test_a_question_inside_a_plan_is_answered_and_the_plan_goes_on(account: Account) -> None:
    write(account.creditor, OFFICES)
    prove(account)
    offered = say(account, "quiero pagar en 3 cuotas")
    answered = say(account, "¿dónde quedan sus oficinas?")
    assert answered.startswith("Estamos en Calle 10")
    assert offered.splitlines()[-1] in answered
    assert answered.count("?") == 1
    say(account, "sí")
    assert Agreement.objects.get().instalments.count() == 3


def test_what_tells_of_a_debt_waits_for_the_proof(account: Account) -> None:
    entry = write(account.creditor, BALANCE)
    assert entry.private == ["es"]
    asked = say(account, "¿cuál es el número de mi crédito?")
    assert account.number not in asked
    assert "documento" in asked
    told = say(account, account.debtor.person.document_last4)
    assert account.number in told
    assert FaqQuestion.objects.get().entry == entry


def test_words_of_a_debt_wait_too(account: Account) -> None:
    entry = write(
        account.creditor,
        {**OFFICES, "answers": {"es": "Puede pagar su deuda vencida en nuestra oficina."}},
    )
    assert entry.private == ["es"]
    assert "deuda" not in say(account, "¿dónde quedan sus oficinas?")


def test_a_risk_beside_it_comes_first(account: Account) -> None:
    write(account.creditor, OFFICES)
    said = say(account, "¿dónde quedan sus oficinas? no reconozco esa deuda")
    assert Case.objects.get().kind == "dispute"
    assert "Calle 10" not in said


def test_a_fact_that_is_not_known_gives_no_answer(account: Account) -> None:
    write(
        account.creditor,
        {**OFFICES, "answers": {"es": "Llámenos al {{ creditor.phone }}."}},
    )
    said = say(account, "¿dónde quedan sus oficinas?")
    assert "Llámenos" not in said
    assert FaqQuestion.objects.get().entry is None


def test_turned_off_it_answers_nobody(account: Account) -> None:
    entry = write(account.creditor, OFFICES)
    assert "Calle 10" in say(account, "¿dónde quedan sus oficinas?")
    switch_entry(entry=entry, on=False, actor=SYSTEM, now=NOW)
    assert "Calle 10" not in say(account, "¿dónde quedan sus oficinas?", "chat:2")
    switch_entry(entry=entry, on=True, actor=SYSTEM, now=NOW)
    assert "Calle 10" in say(account, "¿dónde quedan sus oficinas?", "chat:2")


def test_another_creditors_entry_answers_nobody_here(account: Account) -> None:
    other = make_creditor("Otro Banco")
    apply_facts(creditor=other, documents=[read_fact(ADDRESS)], actor=SYSTEM, now=NOW)
    write(other, OFFICES)
    assert "Calle 10" not in say(account, "¿dónde quedan sus oficinas?")


def test_the_same_decisions_come_out_of_a_replay(account: Account) -> None:
    write(account.creditor, OFFICES)
    say(account, "¿dónde quedan sus oficinas?")
    turn = Turn.objects.get(author="debtor")
    assert turn.decision["commands"][0]["kind"] == "ask_faq"
    assert [step["outcomes"][0]["kind"] for step in turn.decision["steps"] if step["outcomes"]] == [
        "answered"
    ]


# --- asked and not answered ----------------------------------------------------------------------


def test_unanswered_questions_are_masked_counted_and_then_answered(account: Account) -> None:
    name = account.debtor.person.full_name
    say(account, f"¿venden celulares, {name.split()[0]}? ana.gomez@example.com")
    row = FaqQuestion.objects.get()
    assert (row.entry, row.times) == (None, 1)
    assert name.split()[0].lower() not in row.text.lower()
    assert "ana.gomez" not in row.text
    write(
        account.creditor,
        {
            "code": "parking",
            "questions": {"es": [row.text, "¿tienen parqueadero?"]},
            "answers": {"es": "Sí, junto a la oficina."},
        },
    )
    row.refresh_from_db()
    assert row.entry is not None


def test_the_same_question_is_counted(account: Account) -> None:
    prove(account)
    say(account, "¿venden celulares?")
    say(account, "venden CELULARES?")
    assert [row.times for row in FaqQuestion.objects.all()] == [1, 1]
    say(account, "¿Venden celulares?", "chat:2")
    assert sorted(row.times for row in FaqQuestion.objects.all()) == [1, 2]


def test_what_is_no_question_is_not_remembered_as_one(account: Account) -> None:
    say(account, "asdf qwer zxcv")
    assert not FaqQuestion.objects.exists()


def test_dismissed_by_its_own_creditor_alone(account: Account) -> None:
    say(account, "¿venden celulares?")
    row = FaqQuestion.objects.get()
    other = make_creditor("Otro Banco")
    asked: dict[str, Any] = {"public_ids": [str(row.public_id)], "actor": SYSTEM, "now": NOW}
    assert dismiss_questions(creditor=other, **asked) == 0
    assert dismiss_questions(creditor=account.creditor, **asked) == 1
    assert dismiss_questions(creditor=account.creditor, **asked) == 0


# --- writing -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "answer",
    [
        "Su saldo es $ 1.200.000.",
        "Abrimos a las 8:00.",
        "Llame al 300 555 0001.",
        "Le damos el 20 % de descuento.",
        "Entre a https://example.com.",
        "Pague antes del 15 de marzo.",
        "Hola {{ nobody.knows }}.",
        "{{ portal.link }}",
        "Si no paga lo vamos a embargar y va a ir a la cárcel.",
    ],
)
def test_an_answer_that_says_what_is_no_fact_is_refused(creditor: Creditor, answer: str) -> None:
    with pytest.raises(FaqRefused) as refused:
        write(creditor, {**OFFICES, "answers": {"es": answer}})
    assert refused.value.faults[0].path == ("answers", "es")
    assert not FaqEntry.objects.exists()


@pytest.mark.parametrize(
    "answer",
    [
        "{% include 'x' %}",
        "{{ 'a' | safe }}",
        "{{ creditor",
        "{% assign x = 1 %}{{ x }}",
        "{{ (1..100000000) | join }}",
    ],
)
def test_a_template_stays_closed(answer: str) -> None:
    with pytest.raises(PolicyFaults):
        read_entry({**OFFICES, "answers": {"es": answer}})


@pytest.mark.parametrize(
    "broken",
    [
        {"code": "Bad Code"},
        {"questions": {}},
        {"questions": {"es": []}},
        {"questions": {"es": ["x"]}},
        {"questions": {"fr": ["Où ?"]}},
        {"answers": {}},
        {"answers": {"es": "  "}},
        {"answers": {"es": "x" * 2_000}},
        {"more": 1},
        {"active": "perhaps"},
    ],
)
def test_a_document_that_is_none(broken: dict[str, Any]) -> None:
    with pytest.raises(PolicyFaults):
        read_entry({**OFFICES, **broken})


def test_written_again_it_is_a_revision_and_the_same_words_are_none(creditor: Creditor) -> None:
    entry = write(creditor, OFFICES)
    assert write(creditor, OFFICES, entry).revision == 1
    changed = write(creditor, {**OFFICES, "answers": {"es": "En {{ office_address }}."}}, entry)
    assert (changed.pk, changed.revision) == (entry.pk, 2)
    with pytest.raises(FaqCodeTaken):
        write(creditor, OFFICES)
    assert Event.objects.filter(name="FaqWritten").count() == 2


def test_a_fact_that_an_answer_names_cannot_go(creditor: Creditor) -> None:
    write(creditor, OFFICES)
    with pytest.raises(FactInUse):
        write_facts(creditor=creditor, facts=[], actor=SYSTEM, now=NOW)
    taken = FactDocument(code="account", texts={"es": "x"})
    with pytest.raises(FactInUse):
        write_facts(creditor=creditor, facts=[taken], actor=SYSTEM, now=NOW)


def test_a_sample_shows_the_creditors_own_facts(creditor: Creditor) -> None:
    said = say_sample("{{ creditor.name }}: {{ office_address }}", creditor, "pt")
    assert said.text == "Banco Ejemplo: Calle 10 # 4-20, piso 3, Bogotá"


def test_braces_in_a_fact_are_no_template(creditor: Creditor) -> None:
    text = {"code": "office_address", "texts": {"es": "{{ account.balance }} {% if x %}"}}
    apply_facts(creditor=creditor, documents=[read_fact(text)], actor=SYSTEM, now=NOW)
    write(creditor, OFFICES)
    assert say_sample("{{ office_address }}", creditor, "es").text == text["texts"]["es"]


# --- as a file -----------------------------------------------------------------------------------


def test_a_file_gives_back_what_it_took(creditor: Creditor) -> None:
    write(creditor, OFFICES)
    text = write_file(creditor.pk)
    found = read_file(text)
    other = make_creditor("Otro Banco")
    said: dict[str, Any] = {"creditor": other, "actor": SYSTEM, "now": NOW}
    assert [one.outcome for one in apply_facts(documents=found["facts"], **said)] == ["active"]
    assert [one.outcome for one in apply_entries(documents=found["faq"], **said)] == ["active"]
    assert [one.outcome for one in apply_facts(documents=found["facts"], **said)] == ["unchanged"]
    assert [one.outcome for one in apply_entries(documents=found["faq"], **said)] == ["unchanged"]
    again = read_file(write_file(other.pk))
    assert (again["faq"], again["facts"]) == (found["faq"], found["facts"])


def test_a_fault_of_a_file_has_its_line() -> None:
    text = 'faq:\n- code: offices\n  questions: {es: ["¿Dónde?"]}\n  answers:\n    es: "{{ oops"\n'
    with pytest.raises(PolicyFaults) as wrong:
        read_file(text)
    assert [(fault.line, fault.key) for fault in wrong.value.faults] == [(5, "faq.0.answers.es")]


def test_nobody_is_asked_who_they_are_for_a_general_answer(account: Account) -> None:
    write(account.creditor, OFFICES)
    said = say(account, "¿dónde quedan sus oficinas?")
    assert "documento" not in said
    assert Conversation.objects.get().needs_person is False
