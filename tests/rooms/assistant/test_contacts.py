"""Another phone or e-mail, given in a conversation: kept beside the old one, for who proved it."""

from __future__ import annotations

import pytest
from small_portfolio import NOW, place, row

from acuerdo.agreements.actions import seed_policies, tell_capacity
from acuerdo.agreements.models import Capacity, OfferPolicy
from acuerdo.assistant.talking import talk
from acuerdo.conversations.codes import send_code
from acuerdo.conversations.errors import NothingSaid, UnknownFact
from acuerdo.conversations.known import list_asked, list_known, record_fact
from acuerdo.conversations.models import AskedQuestion, Conversation, KnownFact, OneTimeCode
from acuerdo.core.actor import SYSTEM
from acuerdo.core.models import Event
from acuerdo.core.money import Money
from acuerdo.creditors.actions import change_settings, connect_provider, create_creditor
from acuerdo.creditors.models import Creditor
from acuerdo.portfolio.actions import erase_debtor, tell_contact_point
from acuerdo.portfolio.errors import UnreadableContact
from acuerdo.portfolio.models import Account, ContactPoint, Debtor

pytestmark = pytest.mark.django_db


@pytest.fixture
def creditor() -> Creditor:
    made = create_creditor(actor=SYSTEM, now=NOW, name="Banco Uno", country="CO")
    seed_policies(creditor_id=made.pk)
    OfferPolicy.objects.update(asks_capacity=True)
    place(made, [row("A-0001", dpd=45)])
    return made


@pytest.fixture
def debtor(creditor: Creditor) -> Debtor:
    return Debtor.objects.select_related("person").get(creditor=creditor)


def say(debtor: Debtor, text: str, address: str = "chat:1") -> str:
    exchange = talk(
        debtor=debtor,
        channel="chat",
        address=address,
        text=text,
        source="test",
        key=f"{address} {text} {AskedQuestion.objects.count()}",
        actor=SYSTEM,
        now=NOW,
    )
    return "\n".join(turn.text for turn in exchange.answers)


def prove(debtor: Debtor) -> None:
    say(debtor, "¿cuánto debo?")
    say(debtor, debtor.person.document_last4)


def test_a_new_phone_is_kept_beside_the_old_one_and_said_back_in_part(debtor: Debtor) -> None:
    old = set(debtor.contact_points.values_list("pk", flat=True))
    prove(debtor)
    answer = say(debtor, "cambié de número, ahora es 3015550199")
    assert "•••• 99" in answer
    assert "3015550199" not in answer
    new = debtor.contact_points.get(value="+573015550199")
    assert (new.quality, new.source, new.is_valid) == ("unverified", "debtor:chat", True)
    assert new.priority > 0
    assert set(debtor.contact_points.exclude(pk=new.pk).values_list("pk", flat=True)) == old
    assert Event.objects.filter(name="ContactPointTold").exists()
    assert "3015550199" not in str(list(Event.objects.values_list("data", flat=True)))
    assert not Conversation.objects.get().needs_person


def test_it_is_asked_for_once_and_then_a_person_helps(debtor: Debtor) -> None:
    prove(debtor)
    assert "¿Cuál es" in say(debtor, "cambié de correo")
    assert "a•••@example.org" in say(debtor, "ana.nueva@example.org")
    say(debtor, "me mudé")
    say(debtor, "cambié de dirección")
    assert Conversation.objects.get().needs_person_reason == "update_contact"


def test_nobody_changes_data_without_a_proof(debtor: Debtor) -> None:
    answer = say(debtor, "cambié de número, ahora es 3015550199")
    assert "documento" in answer
    assert not debtor.contact_points.filter(quality="unverified").exists()
    # What was given before the proof is not asked again after it.
    assert "•••• 99" in say(debtor, debtor.person.document_last4)
    assert debtor.contact_points.filter(value="+573015550199").exists()


def test_the_policy_may_want_two_proofs_for_it(creditor: Creditor, debtor: Debtor) -> None:
    policy = {"second": ["account_last4"], "balance": "claimed", "negotiate": "claimed"}
    change_settings(creditor=creditor, section="verification", values=policy, actor=SYSTEM, now=NOW)
    prove(debtor)
    assert "número de cliente" in say(debtor, "cambié de número, ahora es 3015550199")
    assert not debtor.contact_points.filter(quality="unverified").exists()
    assert "•••• 99" in say(debtor, "0001")


@pytest.mark.parametrize(
    ("kind", "value"),
    [("phone", "12"), ("email", "no es correo"), ("email", "a@b"), ("address", " "), ("fax", "1")],
)
def test_what_is_no_address_is_refused(debtor: Debtor, kind: str, value: str) -> None:
    with pytest.raises(UnreadableContact):
        tell_contact_point(debtor=debtor, kind=kind, value=value, source="x", actor=SYSTEM, now=NOW)


def test_one_on_file_stays_as_it_is(debtor: Debtor) -> None:
    known = debtor.contact_points.get(kind="phone")
    told = tell_contact_point(
        debtor=debtor, kind="phone", value=known.value, source="x", actor=SYSTEM, now=NOW
    )
    assert told.pk == known.pk
    assert told.quality == ""


def test_what_is_known_says_from_whom_and_since_when(creditor: Creditor, debtor: Debtor) -> None:
    prove(debtor)
    say(debtor, "me pagan el 27")
    tell_capacity(
        account_id=Account.objects.get().pk,
        income=Money(2_000_000_00, "COP"),
        expenses={},
        actor=SYSTEM,
        now=NOW,
        channel="chat",
    )
    known = {one.kind: one for one in reversed(list_known(debtor, NOW))}
    assert known["name"].source == "file"
    assert known["identity"].is_good
    assert (known["pay_day"].value, known["pay_day"].channel) == ("27", "chat")
    assert known["pay_day"].by.startswith("assistant")
    assert known["pay_day"].at == NOW
    assert known["income"].value == "2000000.00 COP"


def test_a_stranger_teaches_us_nothing(debtor: Debtor) -> None:
    say(debtor, "me pagan el 27")
    assert not KnownFact.objects.exists()


def test_questions_and_how_often_they_were_asked_again(creditor: Creditor, debtor: Debtor) -> None:
    prove(debtor)
    say(debtor, "puedo pagar 300 mil")
    lines = list_asked(creditor_ids=[creditor.pk], since=NOW, until=NOW.replace(year=2027))
    assert {(line.kind, line.asked, line.again) for line in lines} == {
        ("identity", 1, 0),
        ("payment_date", 1, 0),
    }
    assert not list_asked(creditor_ids=[creditor.pk + 1], since=NOW, until=NOW.replace(year=2027))


def test_who_told_when_they_are_paid_is_not_asked_for_a_day(debtor: Debtor) -> None:
    prove(debtor)
    record_fact(
        debtor=debtor,
        kind="pay_day",
        value="27",
        source="noted",
        channel="call",
        actor=SYSTEM,
        now=NOW,
    )
    assert "27 de noviembre" in say(debtor, "puedo pagar 300 mil")
    assert not AskedQuestion.objects.filter(kind="payment_date").exists()


def test_only_what_the_registry_knows_is_remembered(debtor: Debtor) -> None:
    where = {"debtor": debtor, "source": "noted", "channel": "", "actor": SYSTEM, "now": NOW}
    with pytest.raises(UnknownFact):
        record_fact(kind="religion", value="x", **where)
    with pytest.raises(NothingSaid):
        record_fact(kind="pay_day", value="  ", **where)


def test_an_erasure_leaves_none_of_it(creditor: Creditor, debtor: Debtor) -> None:
    connect_provider(
        actor=SYSTEM,
        now=NOW,
        creditor=creditor,
        kind="sms",
        provider="sandbox",
        name="sms",
        config={},
    )
    prove(debtor)
    say(debtor, "cambié de número, ahora es 3015550199")
    say(debtor, "me pagan el 27")
    tell_capacity(
        account_id=Account.objects.get().pk,
        income=Money(2_000_000_00, "COP"),
        expenses={},
        actor=SYSTEM,
        now=NOW,
    )
    send_code(
        conversation=Conversation.objects.get(),
        channel="chat",
        address="chat:9",
        origin="203.0.113.7",
        actor=SYSTEM,
        now=NOW,
    )
    Account.objects.update(state="closed", closed_at=NOW)
    erase_debtor(creditor_id=creditor.pk, debtor_id=debtor.pk, actor=SYSTEM, now=NOW)
    assert set(KnownFact.objects.values_list("value", flat=True)) == {""}
    assert Capacity.objects.get().income_minor == 0
    code = OneTimeCode.objects.get()
    assert (code.address, code.origin_hash) == ("", "")
    assert not ContactPoint.objects.filter(value__contains="3015550199").exists()
