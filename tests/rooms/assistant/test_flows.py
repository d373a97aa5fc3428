"""Flows of a creditor on a real database: written, tried, approved, and leading."""

from __future__ import annotations

from contextlib import nullcontext
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.db import transaction
from small_portfolio import NOW, place, row
from typer.testing import CliRunner

from acuerdo.agreements.actions import require_two, seed_policies
from acuerdo.agreements.errors import FourEyes, PolicySettled
from acuerdo.agreements.versions import list_active, list_waiting
from acuerdo.assistant.flows.actions import (
    approve_flow,
    decline_flow,
    request_test,
    retire_flow,
    run_test,
    write_flow,
)
from acuerdo.assistant.flows.documents import FlowDocument, read_document
from acuerdo.assistant.flows.errors import AddressNotUsed, FlowUnsafe, FlowUntested, RunUnderWay
from acuerdo.assistant.flows.silence import remind_silent
from acuerdo.assistant.flows.trial import PROOF, MadeUp, try_flow
from acuerdo.assistant.jobs import test_flow as run_requested_test
from acuerdo.assistant.models import ConversationFlow
from acuerdo.assistant.talking import talk
from acuerdo.cases.jobs import create_hand_off_task
from acuerdo.cases.models import Task
from acuerdo.cli.app import app
from acuerdo.compliance.actions import place_hold
from acuerdo.conversations.actions import release, send_agent_turn, take_over
from acuerdo.conversations.models import Conversation, Turn
from acuerdo.core.actor import SYSTEM, Actor
from acuerdo.core.models import Event
from acuerdo.core.money import Money
from acuerdo.creditors.actions import change_settings, create_creditor
from acuerdo.creditors.models import Creditor
from acuerdo.identity.models import User
from acuerdo.ledger.models import Entry
from acuerdo.portfolio.models import Account, Debtor

pytestmark = pytest.mark.django_db

ANA, BEA = Actor("user", "1"), Actor("user", "2")


@pytest.fixture(autouse=True)
def rules_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settings, "NLU", "rules")


@pytest.fixture
def creditor() -> Creditor:
    made = create_creditor(actor=SYSTEM, now=NOW, name="Banco Uno", country="CO")
    seed_policies(creditor_id=made.pk)
    place(made, [row("A-0001", dpd=45)])
    return made


def document(**changes: Any) -> FlowDocument:
    return read_document({"code": "usual", **changes})


def put_into_force(creditor: Creditor, **changes: Any) -> ConversationFlow:
    with transaction.atomic():
        flow = write_flow(creditor=creditor, document=document(**changes), actor=ANA, now=NOW)
        # What the run over the scripts finds has its own tests.
        ConversationFlow.objects.filter(pk=flow.pk).update(test_state="passed")
        return approve_flow(flow=flow, actor=BEA, now=NOW)


def say(text: str, *, key: str = "", minutes: int = 0) -> str:
    """What the assistant answers in the chat."""
    debtor = Debtor.objects.get()
    exchange = talk(
        debtor=debtor,
        channel="chat",
        address="here",
        text=text,
        source="test",
        key=key or text,
        actor=Actor("debtor", str(debtor.pk), creditor_id=debtor.creditor_id),
        now=NOW + timedelta(minutes=minutes),
    )
    return "\n".join(turn.text for turn in exchange.answers).replace("\u00a0", " ")


def last4() -> str:
    return Debtor.objects.select_related("person").get().person.document_last4


# --- versions


def test_a_flow_goes_live_only_after_its_run(creditor: Creditor) -> None:
    flow = write_flow(
        creditor=creditor, document=document(steps=["offer"]), actor=ANA, now=NOW, note=" why "
    )
    assert (flow.is_waiting, flow.version, flow.note) == (True, 1, "why")
    with pytest.raises(FlowUntested):
        approve_flow(flow=flow, actor=ANA, now=NOW)
    run_test(flow=flow, now=NOW)
    assert flow.test_state == "passed"
    assert flow.test_report["scripts"] > 150
    assert any(one["outcome"] == "changed" for one in flow.test_report["results"])
    assert approve_flow(flow=flow, actor=ANA, now=NOW).is_active
    with pytest.raises(PolicySettled):
        approve_flow(flow=flow, actor=ANA, now=NOW)
    again = write_flow(creditor=creditor, document=document(steps=["offer"]), actor=ANA, now=NOW)
    assert again == flow
    names = set(Event.objects.filter(name__startswith="Flow").values_list("name", flat=True))
    assert names == {"FlowWritten", "FlowApproved"}
    retire_flow(flow=flow, actor=ANA, now=NOW)
    assert not list_active(ConversationFlow, creditor.pk)


def test_what_is_unsafe_does_not_go_live(creditor: Creditor) -> None:
    texts = {"es": {"verification.ask": "Llame al 018000 para seguir, {digits}."}}
    change_settings(
        creditor=creditor, section="assistant", values={"texts": texts}, actor=SYSTEM, now=NOW
    )
    flow = write_flow(creditor=creditor, document=document(), actor=ANA, now=NOW)
    flow = ConversationFlow.objects.select_related("creditor").get(pk=flow.pk)
    run_test(flow=flow, now=NOW)
    assert flow.test_state == "failed"
    with pytest.raises(FlowUnsafe):
        approve_flow(flow=flow, actor=ANA, now=NOW)


def test_another_person_approves_where_two_are_wanted(creditor: Creditor) -> None:
    require_two(creditor=creditor, required=True, actor=ANA, now=NOW)
    flow = write_flow(creditor=creditor, document=document(), actor=ANA, now=NOW)
    ConversationFlow.objects.update(test_state="passed")
    with pytest.raises(FourEyes):
        approve_flow(flow=flow, actor=ANA, now=NOW)
    assert approve_flow(flow=flow, actor=BEA, now=NOW).approved_by == BEA.label
    draft = write_flow(creditor=creditor, document=document(failures=1), actor=ANA, now=NOW)
    decline_flow(flow=draft, actor=BEA, now=NOW)
    assert not list_waiting(ConversationFlow, creditor.pk)


def test_nobody_is_spoken_to_as_nobody_speaks_there(creditor: Creditor) -> None:
    vos = document(tone={"address": "vos"})
    with pytest.raises(AddressNotUsed):
        write_flow(creditor=creditor, document=vos, actor=ANA, now=NOW)


def test_a_run_is_asked_for_once_and_shows_how_far_it_is(creditor: Creditor) -> None:
    flow = write_flow(creditor=creditor, document=document(), actor=ANA, now=NOW)
    request_test(flow=flow, actor=ANA, now=NOW)
    with pytest.raises(RunUnderWay):
        request_test(flow=flow, actor=ANA, now=NOW)
    event = Event.objects.get(name="FlowTestRequested")
    run_requested_test(event, now=NOW)
    flow.refresh_from_db()
    assert (flow.test_state, flow.test_percent) == ("passed", 100)
    tested = flow.tested_at
    run_requested_test(event, now=NOW + timedelta(hours=1))
    flow.refresh_from_db()
    assert flow.tested_at == tested


def test_flows_go_out_into_a_file_and_come_back(
    creditor: Creditor, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("acuerdo.cli.policies.with_database", lambda _data: nullcontext())
    put_into_force(creditor, steps=["inform", "ask"], tone={"warmth": "warm"})
    path = tmp_path / "all.yaml"

    def run(*arguments: object) -> tuple[int, str]:
        result = CliRunner().invoke(app, ["policy", *map(str, arguments)])
        return result.exit_code, result.output

    assert run("export", path, "--creditor", creditor.name)[0] == 0
    text = path.read_text("utf-8")
    assert "flows:\n- code: usual\n" in text
    assert run("apply", path, "--creditor", creditor.name)[0] == 0
    assert [flow.version for flow in list_active(ConversationFlow, creditor.pk)] == [1]
    path.write_text("flows:\n- code: usual\n  opt_out: false\n", "utf-8")
    code, said = run("check", path)
    assert code == 1
    assert "line 3" in said or "línea 3" in said
    path.write_text("flows:\n- code: usual\n  steps: [offer]\n", "utf-8")
    assert run("apply", path, "--creditor", creditor.name)[0] == 0
    (flow,) = list_active(ConversationFlow, creditor.pk)
    assert (flow.version, flow.document["steps"]) == (2, ["offer"])


# --- leading


def test_a_flow_leads_in_its_tone_and_words(creditor: Creditor) -> None:
    greeting = "Hola, aquí el asistente virtual de {creditor}, con mucho gusto."
    put_into_force(
        creditor,
        steps=["offer"],
        levers=["date", "full", "discount"],
        tone={"address": "tu", "warmth": "warm"},
        words={"es": {"greeting": greeting}},
    )
    asked = say("hola")
    assert asked.startswith("Hola, aquí el asistente virtual de Banco Uno, con mucho gusto.")
    assert "me escribes" in asked
    offered = say(last4())
    assert "¿Cuál te sirve más?" in offered
    later, today = offered.index("9 de diciembre"), offered.index("24 de noviembre")
    assert later < today < offered.index("descuento")


def test_a_large_debt_is_told_and_left_to_people(creditor: Creditor) -> None:
    put_into_force(creditor, hand_over=[{"balance_from": {"COP": 1_000_000}}])
    say("quiero pagar en 3 cuotas")
    told = say(last4())
    assert "Su caso merece" in told
    conversation = Conversation.objects.get()
    assert (conversation.needs_person, conversation.needs_person_reason) == (True, "complex")
    event = Event.objects.get(name="HandOffRequested")
    create_hand_off_task(event, now=NOW)
    packet = Task.objects.get().packet
    assert packet["next_step"] == "negotiate"
    assert packet["mood"] == "willing"
    assert packet["wishes"] == ["ask_plan"]
    assert packet["asked"] == [{"question": "verification", "answered": False}]
    assert packet["accounts"][0]["dpd"] == 45


def test_a_debt_before_a_court_is_for_people(creditor: Creditor) -> None:
    put_into_force(creditor, hand_over=[{"legal_stages": ["lawsuit"]}])
    account = Account.objects.get()
    place_hold(
        creditor_id=creditor.pk,
        reason="lawsuit",
        account_id=account.pk,
        source="test",
        actor=SYSTEM,
        now=NOW,
    )
    say("en 3 cuotas")
    assert "Su caso merece" in say(last4())


def test_the_flow_of_other_debts_does_not_lead(creditor: Creditor) -> None:
    put_into_force(creditor, whom={"balance_to": {"COP": 1_000}}, failures=1)
    say("cuánto debo")
    assert "otras palabras" in say(last4() + "") + say("asdf qwer zxcv")


def test_out_of_hours_a_call_can_be_agreed(creditor: Creditor) -> None:
    put_into_force(creditor, people={"opens": "11:00", "closes": "12:00"})
    told = say("quiero hablar con una persona")
    assert "martes 24 de noviembre de 2026 desde las 11:00" in told
    assert told.count("?") == 1
    assert "miércoles 25" in say("mañana a las 3 de la tarde")
    assert Task.objects.filter(kind="callback").exists()


def test_after_the_agent_it_goes_on_and_asks_nothing_twice(creditor: Creditor) -> None:
    say("cuánto debo")
    say(last4())
    conversation = Conversation.objects.get()
    user = User.objects.create(email="ana@example.com", full_name="Ana Ruiz")
    with transaction.atomic():
        take_over(conversation=conversation, user=user, actor=ANA, now=NOW)
        send_agent_turn(
            conversation=conversation, user=user, text="Soy Ana.", key="1", actor=ANA, now=NOW
        )
    assert say("hola Ana") == ""
    with transaction.atomic():
        release(conversation=Conversation.objects.get(), actor=ANA, now=NOW)
    answer = say("quiero 3 cuotas")
    assert answer.startswith("Veo que ya habló con Ana.")
    assert "documento" not in answer
    assert "Veo que" not in say("sí")


def test_after_a_long_silence_the_question_is_forgotten(creditor: Creditor) -> None:
    put_into_force(creditor, silence={"forget_after_hours": 2})
    say("cuánto debo")
    say(last4())
    say("quiero 3 cuotas")
    assert "Listo" not in say("sí", minutes=60 * 3)


def test_a_silent_chat_hears_one_friendly_line(creditor: Creditor) -> None:
    put_into_force(creditor, silence={"remind_after_minutes": 10})
    say("cuánto debo")
    assert remind_silent(now=NOW + timedelta(minutes=9)) == 0
    assert remind_silent(now=NOW + timedelta(minutes=10)) == 1
    last = Turn.objects.latest("sequence")
    assert (last.author, last.text[:9]) == ("assistant", "Aquí sigo")
    assert remind_silent(now=NOW + timedelta(minutes=30)) == 0
    assert "1.200.000" in say(last4(), minutes=31)
    take_over(
        conversation=Conversation.objects.get(),
        user=User.objects.create(email="ana@example.com"),
        actor=ANA,
        now=NOW,
    )
    assert remind_silent(now=NOW + timedelta(minutes=90)) == 0


def test_where_no_flow_wants_it_silence_is_left_alone(creditor: Creditor) -> None:
    put_into_force(creditor)
    say("cuánto debo")
    assert remind_silent(now=NOW + timedelta(hours=2)) == 0


# --- trials


def test_a_trial_leaves_nothing_behind(creditor: Creditor) -> None:
    before = (Turn.objects.count(), Account.objects.count(), Entry.objects.count())
    events = Event.objects.count()
    trial = try_flow(
        creditor=creditor,
        document=document(steps=["offer"], hand_over=[{"balance_from": {"COP": 9_000_000}}]),
        debt=MadeUp(Money(120_000_000, "COP"), 45),
        lines=["hola", PROOF, "la 2", "sí", "quiero hablar con una persona"],
        now=NOW,
    )
    assert "documento" in trial.said[0].answers[0]
    assert "¿Cuál le sirve más?" in trial.said[1].answers[0]
    assert "¡Listo!" in trial.said[3].answers[0]
    assert trial.said[2].understood == ["choose"]
    assert trial.handed_off == "asked"
    assert trial.fits
    assert (Turn.objects.count(), Account.objects.count(), Entry.objects.count()) == before
    assert Event.objects.count() == events
    assert not ConversationFlow.objects.exists()


def test_a_trial_of_a_debt_that_is_none_of_the_flows(creditor: Creditor) -> None:
    trial = try_flow(
        creditor=creditor,
        document=document(whom={"dpd_from": 90}, hand_over=[{"segments": ["legal"]}]),
        debt=MadeUp(Money(120_000_000, "COP"), 45, segment="legal", language="pt"),
        lines=["quero pagar em 3 vezes", PROOF],
        now=NOW,
    )
    assert not trial.fits
    assert trial.handed_off == "complex"
    assert "assistente virtual" in trial.said[0].answers[0]
