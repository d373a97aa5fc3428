"""The scripted conversations with a language model beside us: a sensible one, and hostile ones."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

import pytest
from advice_kit import (
    HANG,
    Endpoint,
    Steps,
    command,
    endpoint,
    hostile_endpoint,
    message_of,
    sensible,
)

from acuerdo.assistant.advice.asking import MEANINGS
from acuerdo.assistant.advice.calling import Caller
from acuerdo.assistant.advice.checking import is_unclear
from acuerdo.assistant.advice.contract import Question
from acuerdo.assistant.advice.limits import Breaker, Budget
from acuerdo.assistant.advice.openai_endpoint import OpenAIEndpoint
from acuerdo.assistant.dialogue.model import State
from acuerdo.assistant.nlu.contract import QuestionKind, Understanding
from acuerdo.assistant.nlu.rules import RulesUnderstander
from acuerdo.assistant.reading import read_turn
from acuerdo.assistant.rehearsal.scripts import Played, list_scripts, play
from acuerdo.assistant.rehearsal.world import PracticeWorld

SCRIPTS = list_scripts()
RULES = RulesUnderstander()


@dataclass
class Advised:
    """The rules with a reader outside beside them: an `Understander` for the scripts."""

    caller: Caller

    def understand(
        self,
        text: str,
        *,
        lang_hint: str,
        country: str,
        pending_question: QuestionKind | None,
        ref_date: date,
    ) -> Understanding:
        """What the product makes of an advice, without its database."""
        own = RULES.understand(
            text,
            lang_hint=lang_hint,
            country=country,
            pending_question=pending_question,
            ref_date=ref_date,
        )
        if not is_unclear(own, 0.0):
            return own
        question = Question(
            text=text,
            language=own.language,
            pending=pending_question or "",
            names=tuple(MEANINGS),
        )
        self.caller.budget = Budget(self.caller.budget.seconds)
        commands = self.caller.advise(
            question, text=text, understanding=own, pending=pending_question, ref_date=ref_date
        )
        return own.model_copy(update={"commands": commands}) if commands else own


def has_unclear(script: dict[str, Any]) -> bool:
    """Whether the rules alone are at a loss at some turn: elsewhere nobody is asked."""
    facts = PracticeWorld(**script.get("world", {})).facts()
    return any(
        is_unclear(
            read_turn(RULES, turn["say"], state=State(), facts=facts, today=facts.today), 0.0
        )
        for turn in script["turns"]
    )


def said(played: Played) -> list[tuple[str, ...]]:
    return [line.said for line in played.lines]


def agreed(played: Played) -> list[tuple[Any, ...]]:
    return [
        (offer.kind, offer.total_minor, offer.discount_minor, offer.schedule)
        for offer in played.world.agreements
    ]


def caller_for(here: Endpoint, seconds: float = 3.0, breaker: Breaker | None = None) -> Caller:
    adviser = OpenAIEndpoint(here.url, "key", "small")
    return Caller(adviser, Budget(seconds), breaker or Breaker(clock=Steps()))


@pytest.fixture(scope="module")
def off() -> dict[str, Played]:
    return {script["id"]: play(script, RULES) for script in SCRIPTS}


@pytest.fixture
def hostile() -> Iterator[Endpoint]:
    with hostile_endpoint() as here:
        yield here


def test_a_hostile_model_makes_no_conversation_worse(
    off: dict[str, Played], hostile: Endpoint
) -> None:
    caller = caller_for(hostile)
    asking = [script for script in SCRIPTS if has_unclear(script)]
    # Another bad habit each time that a message comes round.
    for script in asking * 4:
        with_it, without = play(script, Advised(caller)), off[script["id"]]
        assert not any(line.problems for line in with_it.lines), script["id"]
        assert all(one in agreed(without) for one in agreed(with_it)), script["id"]
        assert with_it.world.opted_out == without.world.opted_out, script["id"]
        assert with_it.state.stage == without.state.stage, script["id"]
        assert with_it.state.strangers == without.state.strangers, script["id"]
        # A person may have been called before the proof; nobody is proved who was not.
        assert with_it.world.level in ("none", without.world.level), script["id"]
        assert with_it.world.tries >= without.world.tries, script["id"]
        for act in with_it.world.acts:
            assert act.kind != "open_case" or act in without.world.acts, script["id"]
    assert caller.use.asked > 100
    assert caller.use.refused > 20
    assert caller.use.failed > 20


def test_with_a_sensible_model_everything_goes_as_without(off: dict[str, Played]) -> None:
    with endpoint(sensible) as here:
        caller = caller_for(here)
        for script in filter(has_unclear, SCRIPTS):
            with_it, without = play(script, Advised(caller)), off[script["id"]]
            assert said(with_it) == said(without), script["id"]
            assert agreed(with_it) == agreed(without)
    assert caller.use.asked > 10
    assert caller.use.failed == caller.use.refused == caller.use.used == 0


@pytest.mark.parametrize(
    ("text", "language", "template"),
    [
        ("quisiera irlo cubriendo en pedacitos", "es", "offer.choose"),
        ("dá pra ir quitando aos pouquinhos", "pt", "offer.choose"),
        ("could we do it bit by bit maybe", "en", "offer.choose"),
        ("prefiero a quien respire", "es", "handoff.done"),
        ("prefiro quem respire", "pt", "handoff.done"),
        ("rather one of flesh and blood", "en", "handoff.done"),
    ],
)
def test_a_sensible_model_helps_where_we_do_not_understand(
    text: str, language: str, template: str
) -> None:
    script = {
        "id": "x",
        "world": {"level": "verified", "language": language},
        "turns": [{"say": text, "any": True}],
    }
    with endpoint(sensible) as here:
        caller = caller_for(here)
        own = read_turn(
            RULES, text, state=State(), facts=PracticeWorld().facts(), today=PracticeWorld().today
        )
        played = play(script, Advised(caller))
    if not is_unclear(own, 0.0):
        pytest.fail("the rules know this by now: it shows nothing")
    assert template in played.lines[0].said
    assert caller.use.used == 1


def test_clear_messages_cost_nothing() -> None:
    script = {
        "id": "x",
        "world": {"level": "verified"},
        "turns": [
            {"say": said, "any": True}
            for said in ("quiero pagar en 3 cuotas", "sí, acepto", "gracias")
        ],
    }
    with endpoint(sensible) as here:
        played = play(script, Advised(caller_for(here)))
    assert here.requests == []
    assert len(played.world.agreements) == 1


def test_a_dead_service_costs_three_waits_and_then_nothing(off: dict[str, Played]) -> None:
    unclear = [one for one in SCRIPTS if "handoff.not_understood" in str(one)][:8]
    with endpoint(lambda _request: HANG) as here:
        caller = caller_for(here, seconds=0.2, breaker=Breaker())
        for script in unclear:
            assert said(play(script, Advised(caller))) == said(off[script["id"]])
    assert caller.use.asked == caller.use.failed == 3 >= len(here.requests)
    assert caller.use.spared > 3
    assert caller.use.took_ms < 1_500


def test_no_word_of_a_model_accepts_an_offer() -> None:
    script = {
        "id": "x",
        "world": {"level": "verified"},
        "turns": [
            {"say": said, "any": True}
            for said in ("quiero pagar en 3 cuotas", "blinblin tarataplum")
        ],
    }

    def yes(request: dict[str, Any]) -> Any:
        names = ("accept_offer", "affirm", "confirm_identity")
        return {"commands": [command(name, message_of(request)) for name in names]}

    with endpoint(yes) as here:
        played = play(script, Advised(caller_for(here)))
    assert len(here.requests) == 1
    assert played.world.agreements == []
    assert played.state.pending is not None
    assert played.state.pending.kind == "offer_confirm"
