"""Scripted conversations, from the debtor's words to the last state, in three languages."""

from __future__ import annotations

from typing import Any

import pytest

from acuerdo.assistant.nlu.encoder import get_encoder
from acuerdo.assistant.nlu.fused import FusedUnderstander
from acuerdo.assistant.nlu.model import get_model
from acuerdo.assistant.nlu.rules import RulesUnderstander
from acuerdo.assistant.rehearsal.scripts import Played, list_scripts, play

SCRIPTS = list_scripts()
# The product's, and what it falls back to: a conversation goes the same way with both.
UNDERSTANDERS = {
    "rules": RulesUnderstander(),
    "fused": FusedUnderstander(get_model(), get_encoder()),
}


def test_there_are_enough_scripts() -> None:
    assert len(SCRIPTS) >= 150
    assert len({script["id"] for script in SCRIPTS}) == len(SCRIPTS)


@pytest.mark.parametrize("reader", UNDERSTANDERS)
@pytest.mark.parametrize("script", SCRIPTS, ids=lambda script: script["id"])
def test_conversation(script: dict[str, Any], reader: str) -> None:
    played = play(script, UNDERSTANDERS[reader])
    for line in played.lines:
        if line.expect is not None:
            assert line.said == line.expect, line.say
        assert not line.problems, (line.say, line.text)
        for piece in line.contains:
            assert piece in line.text
    assert played.replays
    _check_end(script.get("end", {}), played)


def _check_end(end: dict[str, Any], played: Played) -> None:
    world, state = played.world, played.state
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
