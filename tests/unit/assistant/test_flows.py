"""Conversation flows: what may be chosen, what cannot be switched off, and what they change."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.utils import translation

from acuerdo.agreements.files import PolicyFaults
from acuerdo.assistant.dialogue.engine import run_turn
from acuerdo.assistant.dialogue.flow import Flow, Words, lever_of
from acuerdo.assistant.dialogue.model import HandOff, Opening, State, replay
from acuerdo.assistant.dialogue.replies import compose
from acuerdo.assistant.flows.documents import FlowDocument, read_document, write_document
from acuerdo.assistant.flows.hours import People, next_opening
from acuerdo.assistant.flows.leading import Lead, lead
from acuerdo.assistant.flows.scope import Debt, Scope
from acuerdo.assistant.nlu.rules import RulesUnderstander
from acuerdo.assistant.packet import mood_of, questions_of
from acuerdo.assistant.reading import read_turn
from acuerdo.assistant.rehearsal.checking import rehearse
from acuerdo.assistant.rehearsal.world import PracticeWorld
from acuerdo.core.money import Money

RULES = RulesUnderstander()
ASKED = "quiero hablar con un asesor"
GREETING = "Hola, soy el asistente virtual de {creditor}. Qué bueno saber de usted."


def document(**changes: Any) -> FlowDocument:
    return read_document({"code": "small", **changes})


def faults(**changes: Any) -> list[str]:
    with pytest.raises(PolicyFaults) as wrong:
        document(**changes)
    assert all(fault.message for fault in wrong.value.faults)
    return [fault.key for fault in wrong.value.faults]


def debt(pesos: int = 1_000_000, **changes: Any) -> Debt:
    return replace(Debt("mid", "Crédito Fácil", 45, Money(pesos * 100, "COP")), **changes)


# --- documents


def test_a_document_is_written_and_read_back_the_same() -> None:
    full = document(
        whom={"segments": ["mid"], "balance_to": {"COP": 2_000_000}, "dpd_from": 1},
        steps=["inform", "offer"],
        levers=["date", "instalments"],
        asks={"capacity": True, "contact": True},
        tone={"address": "tu", "warmth": "warm"},
        words={"es": {"greeting": GREETING, "closing": "Gracias de parte de {creditor}."}},
        hand_over=[{"balance_from": {"COP": "1500000.50"}}, {"legal_stages": ["lawsuit"]}],
        failures=1,
        silence={"remind_after_minutes": 30, "forget_after_hours": 24},
        people={"days": ["mon", "sat"], "opens": "08:30", "closes": "17:00"},
    )
    assert read_document(write_document(full)) == full
    assert write_document(document()) == {"code": "small", "steps": ["inform"]}


@pytest.mark.parametrize(
    "key", ["verification", "opt_out", "deceased", "dispute", "disclosure", "one_question"]
)
def test_what_protects_cannot_be_switched_off(key: str) -> None:
    with translation.override("en"), pytest.raises(PolicyFaults) as wrong:
        document(**{key: False})
    (fault,) = wrong.value.faults
    assert fault.key == key
    assert "cannot be switched off" in fault.message


@pytest.mark.parametrize(
    ("changes", "key"),
    [
        ({"steps": []}, "steps"),
        ({"steps": ["inform", "inform"]}, "steps.1"),
        ({"steps": ["threaten"]}, "steps.0"),
        ({"levers": ["full", "date", "full"]}, "levers.2"),
        ({"failures": 9}, "failures"),
        ({"failures": 0}, "failures"),
        ({"tone": {"address": "vosotros"}}, "tone.address"),
        ({"whom": {"dpd_from": 9, "dpd_to": 3}}, "whom.dpd_to"),
        ({"whom": {"balance_from": {"pesos": 3}}}, "whom.balance_from.pesos"),
        (
            {"whom": {"balance_from": {"COP": 9}, "balance_to": {"COP": 3}}},
            "whom.balance_to.COP",
        ),
        ({"hand_over": [{}]}, "hand_over.0"),
        ({"hand_over": [{"legal_stages": ["prison"]}]}, "hand_over.0.legal_stages.0"),
        ({"people": {"opens": "18:00", "closes": "09:00"}}, "people.closes"),
        ({"people": {"opens": "25:00"}}, "people.opens"),
        ({"silence": {"remind_after_minutes": 1}}, "silence.remind_after_minutes"),
        ({"words": {"fr": {"greeting": "Salut"}}}, "words.fr.[key]"),
        ({"hurry": True}, "hurry"),
    ],
)
def test_what_is_wrong_is_named(changes: dict[str, Any], key: str) -> None:
    assert key in faults(**changes)


@pytest.mark.parametrize(
    "text",
    [
        "Hola, soy el asistente virtual de {creditor}. ¿Cómo está?",  # a question
        "Soy el asistente virtual de {creditor}. Le quedan 3 días.",  # a figure
        "Soy el asistente virtual de {creditor}. Llame al 3001234567.",
        "Soy el asistente virtual de {creditor}. Vea https://evil.example",
        "Soy el asistente virtual de {creditor} y le escribo por su deuda.",  # of a debt
        "Soy el asistente virtual de {creditor} para {name}.",  # no such fact
        "Soy el asistente virtual de {creditor.settings}.",
        "Soy el asistente virtual de {creditor}. {",
        "Soy el asistente virtual de {creditor}. {{ creditor }} {% include 'x' %}",
        "Hola, soy el asistente virtual.",  # of whom?
        "Hola, soy Ana, de {creditor}.",  # a person?
        "Soy el asistente virtual de {creditor}. " + "a" * 300,
    ],
)
def test_words_say_nothing_that_needs_a_proof(text: str) -> None:
    assert faults(words={"es": {"greeting": text}}) == ["words.es.greeting"]


def test_words_of_three_languages() -> None:
    words = {
        "es": {"greeting": GREETING},
        "pt": {"greeting": "Olá! Aqui é o assistente virtual de {creditor}."},
        "en": {"closing": "Take care, from all of us at {creditor}."},
    }
    flow = document(words=words).to_flow()
    assert flow.own_texts("pt") == {"introduction": words["pt"]["greeting"]}
    assert flow.own_texts("en") == {"social.bye": words["en"]["closing"]}


# --- for whom


def test_all_conditions_have_to_hold() -> None:
    scope = Scope(segments=("mid",), products=("crédito fácil",), dpd_from=30, dpd_to=60)
    assert scope.fits(debt())
    for other in (debt(segment="late"), debt(product="Tarjeta"), debt(dpd=61), debt(dpd=29)):
        assert not scope.fits(other)


def test_an_amount_of_another_currency_does_not_fit() -> None:
    scope = document(whom={"balance_from": {"COP": 1_000_000}}).whom
    assert scope.fits(debt())
    assert not scope.fits(debt(999_999))
    assert not scope.fits(debt(balance=Money(10**12, "BRL")))


def test_the_first_that_fits_leads_and_each_debt_has_its_own_rules() -> None:
    small = document(whom={"balance_to": {"COP": 500_000}}, failures=1)
    rest = read_document(
        {"code": "rest", "hand_over": [{"balance_from": {"COP": 5_000_000}}, {"dpd_from": 300}]}
    )
    debts = {1: debt(100_000), 2: debt(9_000_000), 3: debt(1_000_000, dpd=400)}
    assert lead([small, rest], debts, [1]) == Lead(small, frozenset({2, 3}))
    assert lead([small, rest], debts) == Lead(rest, frozenset({2, 3}))
    assert lead([small], {2: debts[2]}) == Lead(None, frozenset())
    assert lead([small, rest], {}) == Lead(rest, frozenset())
    assert lead([], debts) == Lead()


def test_a_lawsuit_is_for_people() -> None:
    flow = document(hand_over=[{"legal_stages": ["lawsuit", "attorney"]}])
    assert lead([flow], {1: debt(holds=frozenset({"lawsuit"}))}).for_person == {1}
    assert lead([flow], {1: debt(holds=frozenset({"on_request"}))}).for_person == frozenset()


# --- when people answer


@pytest.mark.parametrize(
    ("now", "back"),
    [
        ("2026-11-24T10:00", None),
        ("2026-11-24T08:59", Opening(on=date(2026, 11, 24), at="09:00")),
        ("2026-11-24T18:00", Opening(on=date(2026, 11, 25), at="09:00")),
        ("2026-11-27T20:00", Opening(on=date(2026, 12, 1), at="09:00")),  # Monday is a holiday
        ("2026-11-28T10:00", Opening(on=date(2026, 12, 1), at="09:00")),
    ],
)
def test_when_people_are_back(now: str, back: Opening | None) -> None:
    at = datetime.fromisoformat(now).replace(tzinfo=ZoneInfo("America/Bogota"))
    assert next_opening(People(), at, lambda day: day == date(2026, 11, 30)) == back


def test_nobody_ever_there_names_no_day() -> None:
    at = datetime(2026, 11, 24, 10, tzinfo=ZoneInfo("America/Bogota"))
    assert next_opening(People(), at, lambda _day: True) is None


# --- what a flow changes


def talk(world: PracticeWorld, *lines: str) -> tuple[list[tuple[str, ...]], State]:
    """The templates that answer each line."""
    state, said, records = State(), [], []
    for line in lines:
        understanding = read_turn(RULES, line, state=state, facts=world.facts(), today=world.today)
        result = run_turn(state, understanding, world)
        state = result.state
        records.append(result.decision.model_dump(mode="json"))
        said.append(tuple(part.template for part in result.says))
    assert replay([*records]) == state
    return said, state


@pytest.mark.parametrize(
    ("steps", "opening"),
    [
        (("inform",), ("info.balance", "open.next")),
        (("inform", "offer"), ("info.balance", "offer.choose")),
        (("offer", "ask"), ("offer.choose",)),
        (("ask", "offer"), ("opening.ask",)),
        (("inform", "ask"), ("info.balance", "opening.ask")),
    ],
)
def test_what_comes_first(steps: Sequence[Any], opening: tuple[str, ...]) -> None:
    said, _state = talk(PracticeWorld(flow=Flow(steps=tuple(steps))), "hola", "5678")
    assert said[1] == ("verification.passed", *opening)


def test_who_has_no_idea_is_offered_something() -> None:
    world = PracticeWorld(level="verified", flow=Flow(steps=("ask", "offer")))
    world.level = "none"
    said, _state = talk(world, "hola", "5678", "no")
    assert said[2] == ("offer.choose",)


def test_offers_are_shown_in_the_order_of_the_levers() -> None:
    flow = Flow(steps=("offer",), levers=("instalments", "full"))
    said, state = talk(PracticeWorld(flow=flow), "hola", "5678", "sí")
    shown = [state.offer(offer.ref) for offer in state.offers]
    assert [lever_of(offer) for offer in shown if offer] == ["instalments", "instalments", "full"]
    assert said[2] == ("offer.plan",)


def test_one_message_not_understood_may_be_enough() -> None:
    said, state = talk(PracticeWorld(level="verified", flow=Flow(failures=1)), "asdf qwerty zxcv")
    assert (said[0], state.handed_off) == (("handoff.not_understood",), "not_understood")
    said, state = talk(
        PracticeWorld(level="verified", flow=Flow(failures=3)), "asdf qwerty", "zxcv uiop"
    )
    assert not state.handed_off


def test_a_debt_for_people_is_told_and_not_negotiated() -> None:
    world = PracticeWorld(for_person=True, flow=Flow(steps=("offer",)))
    said, state = talk(world, "quiero pagar en 3 cuotas", "5678", "y en 2?", "cuánto debo")
    assert said[1] == ("verification.passed", "handoff.complex")
    assert said[2] == ("handoff.noted",)
    assert said[3] == ("info.balance", "open.help")
    assert state.handed_off == "complex"
    assert [act.kind for act in world.acts] == ["check_answer", "hand_off"]
    said, _state = talk(PracticeWorld(for_person=True), "hola", "5678")
    assert said[1] == ("verification.passed", "info.balance", "handoff.complex")


def test_who_pays_all_of_a_large_debt_gets_the_link() -> None:
    world = PracticeWorld(for_person=True, level="verified")
    said, _state = talk(world, "quiero pagar ya")
    assert said[0] == ("link.ready",)


def test_out_of_hours_says_when_and_takes_a_time() -> None:
    back = Opening(on=date(2026, 11, 24), at="09:00")
    world = PracticeWorld(level="verified", people_back=back)
    said, _state = talk(world, "quiero hablar con una persona", "mañana a las 3 de la tarde")
    assert said == [("handoff.done", "handoff.hours"), ("callback.set_time",)]
    said, _state = talk(PracticeWorld(people_back=back), ASKED, "no", "gracias")
    assert said[1:] == [("callback.ok",), ("social.thanks",)]
    said, _state = talk(PracticeWorld(people_back=back, level="verified"), ASKED, "sí", "si")
    assert said[1:] == [("callback.when",), ("callback.ok",)]
    said, _state = talk(PracticeWorld(people_back=back), "mi papá falleció")
    assert said == [("deceased.done",)]


def test_after_a_person_it_goes_on_from_there() -> None:
    world = PracticeWorld(level="verified", spoke_with="Ana")
    said, _state = talk(world, "cuánto debo")
    assert said[0] == ("handoff.back", "info.balance", "open.next")
    said, _state = talk(PracticeWorld(spoke_with="Ana"), "cuánto debo")
    assert said[0] == ("introduction", "verification.ask")


def test_the_form_is_named_where_the_policy_has_one() -> None:
    flow = Flow(asks_capacity=True)
    world = PracticeWorld(level="verified", asks_capacity=True, flow=flow)
    said, _state = talk(world, "no puedo pagar")
    assert said[0] == ("cannot.note", "cannot.capacity", "offer.choose")
    said, _state = talk(PracticeWorld(level="verified", flow=flow), "no puedo pagar")
    assert said[0] == ("cannot.note", "offer.choose")


@pytest.mark.parametrize(
    ("answer", "template"), [("sí", "contact.kept"), ("no", "update_contact.done")]
)
def test_the_address_is_asked_about_once(answer: str, template: str) -> None:
    world = PracticeWorld(level="verified", flow=Flow(asks_contact=True))
    said, _state = talk(world, "quiero 3 cuotas", "sí", answer)
    assert said[1:] == [("agreed.plan", "agreed.link", "contact.ask"), (template,)]
    world = PracticeWorld(level="verified", flow=Flow(asks_contact=True))
    said, _state = talk(world, "quiero 3 cuotas", "sí", "cuánto debo")
    assert said[2][0] == "info.balance"


def test_own_words_go_out_and_the_rest_stays() -> None:
    closing = "Gracias de parte de {creditor}."
    flow = Flow(words={"es": Words(greeting=GREETING, closing=closing)})
    world = PracticeWorld(flow=flow)
    understanding = read_turn(RULES, "hola", state=State(), facts=world.facts(), today=world.today)
    result = run_turn(State(), understanding, world)
    reply = compose(
        result.says, language="es", country="CO", today=world.today, verified=False, flow=flow
    )
    assert reply.text.startswith("Hola, soy el asistente virtual de Banco Andino. Qué bueno")
    said, _state = talk(PracticeWorld(level="verified", flow=flow), "quiero 3 cuotas", "sí")
    assert said[1] == ("agreed.plan", "agreed.link", "social.bye")


# --- the run over the scripts


def test_a_flow_is_rehearsed_and_a_difference_is_shown() -> None:
    percents: list[int] = []
    report = rehearse(Flow(steps=("offer",)), RULES, tell=percents.append)
    assert report.is_safe
    assert report.count("changed") >= 5
    assert report.count("same") > report.count("changed")
    assert percents[-1] == 100
    changed = [one.difference for one in report.results if one.difference]
    assert any("offer.choose" in one.said and "info.balance" in one.expected for one in changed)
    assert not rehearse(Flow(), RULES).results


def test_a_wording_that_the_guard_stops_is_unsafe() -> None:
    texts = {"es": {"verification.ask": "Llame al 018000 ({digits}), ¿sí?"}}
    report = rehearse(Flow(), RULES, overrides=texts)
    assert not report.is_safe
    assert {problem for one in report.results for problem in one.problems} == {"blocked"}
    worst = next(one for one in report.results if one.outcome == "unsafe")
    assert worst.difference is not None


# --- the packet


def test_the_mood_is_what_weighs_most() -> None:
    assert mood_of(["ask_plan", "abuse", "cannot_pay"]) == "angry"
    assert mood_of(["ask_plan", "affirm"]) == "willing"
    assert mood_of(["small_talk"]) == ""


def test_a_hand_over_knows_what_was_asked_and_answered() -> None:
    world = PracticeWorld()
    state, decisions = State(), []
    for line in ("hola", "no sé", "5678", "quiero pagar 100 mil", ASKED):
        understanding = read_turn(RULES, line, state=state, facts=world.facts(), today=world.today)
        result = run_turn(state, understanding, world)
        state = result.state
        decisions.append(result.decision)
    assert isinstance(world.acts[-1], HandOff)
    asked = {one["question"]: one["answered"] for one in questions_of(decisions[:-1])}
    assert asked["verification"] is True
    assert asked["date"] is False
