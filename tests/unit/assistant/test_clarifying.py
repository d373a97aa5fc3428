"""Half understood: which of two was meant is asked once, and a tap on one is done."""

from __future__ import annotations

import re
from typing import get_args

import pytest

from acuerdo.assistant.buttons import command_of, payload_of
from acuerdo.assistant.commands import Unknown
from acuerdo.assistant.dialogue.clarifying import MEANT, clarify
from acuerdo.assistant.dialogue.engine import run_turn
from acuerdo.assistant.dialogue.model import Pending, State
from acuerdo.assistant.dialogue.replies import compose
from acuerdo.assistant.dialogue.values import Meaning, MeaningValue
from acuerdo.assistant.nlu.contract import Understanding
from acuerdo.assistant.rehearsal.world import PracticeWorld

LIKELY = ("ask_discount", "ask_installments", "out_of_scope")


def half(top3: tuple[str, ...] = LIKELY, sureness: float = 0.6, act: bool = False) -> Understanding:
    return Understanding(
        commands=(Unknown(confidence=0),),
        language="es",
        language_confidence=0.9,
        confidence=0,
        intents=top3[:1],
        top3=top3,
        sureness=sureness,
        act=act,
    )


def verified() -> PracticeWorld:
    return PracticeWorld(level="verified")


def test_every_meaning_has_its_command() -> None:
    assert set(MEANT) == set(get_args(Meaning))
    for name, make in MEANT.items():
        assert command_of(f"meant:{name}", State()) == make()


@pytest.mark.parametrize("payload", ["meant:", "meant:opt_out", "meant:nothing", "meant:x:y"])
def test_a_tap_that_names_nothing_of_ours_means_nothing(payload: str) -> None:
    assert command_of(payload, State()) is None


def test_two_meanings_are_asked_back_with_buttons() -> None:
    result = run_turn(State(), half(), verified())
    assert [part.template for part in result.says] == ["repair.meant"]
    assert result.state.failures == 1
    reply = compose(result.says, language="es", country="CO", today=verified().today, verified=True)
    assert "«Pedir un descuento» o «Pagar en cuotas»" in reply.text
    assert reply.text.count("?") == 1
    assert not reply.blocked
    assert [button.title for button in reply.buttons] == [
        "Pedir un descuento",
        "Pagar en cuotas",
        "Hablar con alguien",
    ]
    payloads = [payload_of(button, result.state) for button in reply.buttons]
    assert payloads == ["meant:ask_discount", "meant:ask_installments", "human"]
    assert all(len(payload) <= 60 for payload in payloads)


def test_it_is_asked_once_and_then_a_person_comes() -> None:
    world = verified()
    first = run_turn(State(), half(), world)
    second = run_turn(first.state, half(), world)
    assert [part.template for part in second.says] == ["handoff.not_understood"]


@pytest.mark.parametrize(
    "understanding",
    [
        half(sureness=0.1),
        half(act=True),
        half(top3=("out_of_scope", "ask_discount", "ask_installments")),
        half(top3=("stop_contact", "ask_discount", "ask_installments")),
        half(top3=("ask_discount", "out_of_scope", "greet")),
        half(top3=()),
    ],
)
def test_what_is_no_question_of_two_is_not_asked(understanding: Understanding) -> None:
    assert clarify(State(), understanding, verified().facts()) is None


def test_nobody_unproven_is_asked_about_a_debt() -> None:
    world = PracticeWorld()
    assert clarify(State(), half(), world.facts()) is None
    said = run_turn(State(), half(), world).says
    assert not any(isinstance(v, MeaningValue) for part in said for v in part.facts.values())


@pytest.mark.parametrize("kind", ["payment_date", "payment_amount", "offer_confirm"])
def test_a_narrower_question_is_put_again_instead(kind: str) -> None:
    state = State(pending=Pending.model_validate({"kind": kind}))
    assert clarify(state, half(), verified().facts()) is None
    assert re.match("repair", run_turn(state, half(), verified()).says[0].template)
