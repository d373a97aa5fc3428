"""Scripted conversations, from the debtor's words to the last state, in three languages."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from acuerdo.assistant.dialogue.engine import run_turn
from acuerdo.assistant.dialogue.model import State, replay
from acuerdo.assistant.dialogue.replies import asks, compose, discloses
from acuerdo.assistant.nlu.encoder import get_encoder
from acuerdo.assistant.nlu.fused import FusedUnderstander
from acuerdo.assistant.nlu.model import get_model
from acuerdo.assistant.nlu.rules import RulesUnderstander
from acuerdo.assistant.reading import read_turn

from .fake_world import FakeWorld

FILES = sorted(Path(__file__).with_name("conversations").glob("*.yaml"))
SCRIPTS = [script for file in FILES for script in yaml.safe_load(file.read_text("utf-8"))]
# The product's, and what it falls back to: a conversation goes the same way with both.
UNDERSTANDERS = {
    "rules": RulesUnderstander(),
    "fused": FusedUnderstander(get_model(), get_encoder()),
}

# What nobody may read before we know who they are.
OF_A_DEBT = re.compile(
    r"deuda|d\u00edvida|debt|saldo|balance|cuota|parcela|instal|vencid|overdue|pendiente|mora\b"
    r"|Cr\u00e9dito F\u00e1cil|Tarjeta|[$\u20ac]|R\$",
    re.I,
)


def test_there_are_enough_scripts() -> None:
    assert len(SCRIPTS) >= 150
    assert len({script["id"] for script in SCRIPTS}) == len(SCRIPTS)


@pytest.mark.parametrize("reader", UNDERSTANDERS)
@pytest.mark.parametrize("script", SCRIPTS, ids=lambda script: script["id"])
def test_conversation(script: dict[str, Any], reader: str) -> None:
    world = FakeWorld(**script.get("world", {}))
    state, records = State(), []
    for turn in script["turns"]:
        before = world.facts()
        understanding = read_turn(
            UNDERSTANDERS[reader], turn["say"], state=state, facts=before, today=world.today
        )
        result = run_turn(state, understanding, world)
        state = result.state
        records.append(result.decision.model_dump(mode="json"))
        said = [part.template for part in result.says]
        if not turn.get("any"):
            assert said == turn["expect"], turn["say"]
        assert result.decision.silent == (not said)
        assert sum(asks(name) for name in said) <= 1
        if not said:
            continue
        verified = world.level == "verified"
        reply = compose(
            result.says,
            language=state.language,
            country=world.country,
            today=world.today,
            verified=verified,
        )
        assert not reply.blocked
        assert len(re.findall(r"\?", reply.text)) <= 1
        for piece in turn.get("contains", ()):
            assert piece in reply.text.replace("\u00a0", " ").replace("\u202f", " "), reply.text
        if not verified:
            assert not any(discloses(name) for name in said)
            assert not OF_A_DEBT.search(reply.text), reply.text
    assert replay(records) == state
    _check_end(script.get("end", {}), world, state)


def _check_end(end: dict[str, Any], world: FakeWorld, state: State) -> None:
    if "acts" in end:
        assert [act.kind for act in world.acts] == end["acts"]
    if "agreements" in end:
        assert [offer.count for offer in world.agreements] == end["agreements"]
    if "handed_off" in end:
        assert state.handed_off == end["handed_off"]
    if "stage" in end:
        assert world.absorbed(state) == end["stage"]
    if "level" in end:
        assert world.level == end["level"]
