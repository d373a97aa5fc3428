"""Scripted conversations and how one is played: what is said, what answers, and what may never be.

Every script runs in the tests, and before a conversation flow goes live. A file is a list of
`{id, world, turns: [{say, expect, contains, any}], end}`: `world` sets up `PracticeWorld`, `expect`
names the templates that answer, `end` what was done.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources
from typing import Any

import yaml

from acuerdo.assistant.dialogue.engine import TurnResult, run_turn
from acuerdo.assistant.dialogue.flow import Flow
from acuerdo.assistant.dialogue.model import State, replay
from acuerdo.assistant.dialogue.replies import asks, compose, discloses
from acuerdo.assistant.nlu.contract import Understander
from acuerdo.assistant.reading import read_turn
from acuerdo.assistant.rehearsal.world import PracticeWorld

_USUAL = Flow()
# What nobody may read before we know who they are.
OF_A_DEBT = re.compile(
    r"deuda|d\u00edvida|debt|saldo|balance|cuota|parcela|instal|vencid|overdue|pendiente|mora\b"
    r"|Cr\u00e9dito F\u00e1cil|Tarjeta|[$\u20ac]|R\$",
    re.I,
)


@dataclass(frozen=True, slots=True)
class Line:
    """One message of a script and what answered it. `problems` are codes of what may never be:
    too_early (something of a debt), two_questions, blocked (no wording passed the guard),
    not_silent (the decision says otherwise than the reply)."""

    say: str
    expect: tuple[str, ...] | None
    contains: tuple[str, ...]
    said: tuple[str, ...]
    text: str
    problems: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Played:
    """A script from its beginning to its end."""

    id: str
    lines: tuple[Line, ...]
    state: State
    world: PracticeWorld
    replays: bool


@lru_cache(maxsize=1)
def list_scripts() -> tuple[dict[str, Any], ...]:
    """Every script of the project, in the order of their files."""
    folder = resources.files("acuerdo.assistant.rehearsal").joinpath("scripts")
    files = sorted((file for file in folder.iterdir() if file.name.endswith(".yaml")), key=_name)
    return tuple(script for file in files for script in yaml.safe_load(file.read_text("utf-8")))


def _name(file: Any) -> str:
    return str(file.name)


def play(
    script: Mapping[str, Any],
    understander: Understander,
    flow: Flow = _USUAL,
    overrides: Mapping[str, Mapping[str, str]] | None = None,
) -> Played:
    """Play one script in a world of its own, as the flow leads it, with a creditor's own wordings
    (language → template → text)."""
    world = PracticeWorld(**script.get("world", {}), flow=flow)
    state = State()
    records: list[dict[str, Any] | None] = []
    lines = []
    problems: tuple[str, ...]
    for turn in script["turns"]:
        understanding = read_turn(
            understander, turn["say"], state=state, facts=world.facts(), today=world.today
        )
        result = run_turn(state, understanding, world)
        state = result.state
        records.append(result.decision.model_dump(mode="json"))
        said = tuple(part.template for part in result.says)
        text, problems = "", ()
        if said:
            text, problems = _look(result, world, overrides or {})
        if result.decision.silent != (not said):
            problems = (*problems, "not_silent")
        lines.append(
            Line(
                say=turn["say"],
                expect=None if turn.get("any") else tuple(turn["expect"]),
                contains=tuple(turn.get("contains", ())),
                said=said,
                text=text,
                problems=problems,
            )
        )
    return Played(script["id"], tuple(lines), state, world, replay(records) == state)


def _look(
    result: TurnResult, world: PracticeWorld, overrides: Mapping[str, Mapping[str, str]]
) -> tuple[str, tuple[str, ...]]:
    """The reply in words, and what is wrong with it."""
    said = [part.template for part in result.says]
    verified = world.level == "verified"
    reply = compose(
        result.says,
        language=result.state.language,
        country=world.country,
        today=world.today,
        verified=verified,
        overrides=overrides.get(result.state.language),
        flow=world.flow,
    )
    found = []
    if reply.blocked:
        found.append("blocked")
    if sum(map(asks, said)) > 1 or reply.text.count("?") > 1:
        found.append("two_questions")
    if not verified and (any(map(discloses, said)) or OF_A_DEBT.search(reply.text)):
        found.append("too_early")
    return reply.text.replace("\u00a0", " ").replace("\u202f", " "), tuple(found)
