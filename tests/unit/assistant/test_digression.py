"""A question of the FAQ in the middle of something: answered, and what was open goes on."""

from __future__ import annotations

from acuerdo.assistant.commands import AskFaq, AskPlan, Command, GiveDocument, by_priority
from acuerdo.assistant.dialogue.engine import run_turn
from acuerdo.assistant.dialogue.model import State, replay
from acuerdo.assistant.nlu.contract import Understanding
from acuerdo.assistant.rehearsal.world import PracticeWorld


def talk(world: PracticeWorld, *turns: Command) -> tuple[list[list[str]], State]:
    """The templates that answer each command, and the state after them."""
    state, said, records = State(), [], []
    for command in turns:
        result = run_turn(
            state,
            Understanding(
                commands=by_priority((command,)),
                language="es",
                language_confidence=0.5,
                confidence=1.0,
            ),
            world,
        )
        state = result.state
        records.append(result.decision.model_dump(mode="json"))
        said.append([part.template for part in result.says])
    assert replay(records) == state
    return said, state


def test_the_open_offer_comes_back_after_the_answer() -> None:
    world = PracticeWorld(level="verified")
    said, state = talk(world, AskPlan(count=3), AskFaq(entry="public"))
    assert said == [["offer.plan"], ["faq.answer", "offer.plan"]]
    assert state.pending is not None
    assert state.pending.kind == "offer_confirm"


def test_an_answer_about_the_debt_waits_for_the_proof_beside_what_else_was_asked() -> None:
    world = PracticeWorld()
    said, state = talk(
        world, AskPlan(count=3), AskFaq(entry="private"), GiveDocument(characters="5678")
    )
    assert said[1] == ["verification.still"]
    assert said[2][:2] == ["verification.passed", "faq.private"]
    assert said[2][-1] == "offer.plan"
    assert state.parked == ()


def test_what_is_not_known_falls_to_the_usual_repair() -> None:
    world = PracticeWorld(level="verified")
    said, state = talk(world, AskFaq(entry="gone"), AskFaq(entry="gone"))
    assert said == [["question.unknown"], ["handoff.done"]]
    assert state.handed_off == "question"


def test_it_is_answered_while_a_person_is_awaited() -> None:
    world = PracticeWorld(level="verified", waiting=True)
    said, _state = talk(world, AskFaq(entry="public"))
    assert said == [["faq.answer"]]
