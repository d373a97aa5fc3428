"""Later: when a person should contact the debtor, asked for once and really noted."""

from __future__ import annotations

from collections.abc import Sequence

from acuerdo.assistant.commands import Callback, Command
from acuerdo.assistant.dialogue.model import (
    CallBack,
    Decision,
    Opening,
    Pending,
    Scheduled,
    State,
)
from acuerdo.assistant.dialogue.steps import say
from acuerdo.assistant.dialogue.values import DateValue, TimeValue


def call_back(state: State, commands: Sequence[Command]) -> Decision | None:
    """The answer to somebody who has no time now; None where nobody said so."""
    asked = is_asked(state)
    for command in commands:
        if isinstance(command, Callback) and (command.on or command.at):
            return Decision(
                acts=(CallBack(on=command.on, at=command.at),),
                changes={"pending": None, "failures": 0},
            )
    if not any(isinstance(command, Callback) for command in commands):
        return None
    if asked:
        return Decision(says=(say("callback.ok"),), changes={"pending": None, "failures": 0})
    return _when()


def is_asked(state: State) -> bool:
    """Whether the day and time of a call are the open question."""
    return state.pending is not None and state.pending.kind == "callback"


def call_back_answer(state: State, kinds: set[str]) -> Decision | None:
    """The answer to a bare yes or no to that question; None where something else is said."""
    if not is_asked(state) or not kinds & {"affirm", "negate"} or "callback" in kinds:
        return None
    if "negate" not in kinds and not _asked_when(state):
        return _when()
    return Decision(says=(say("callback.ok"),), changes={"pending": None, "failures": 0})


def _asked_when(state: State) -> bool:
    """Whether it was asked in just these words."""
    return any(part.template == "callback.when" for part in state.said)


def _when() -> Decision:
    return Decision(
        says=(say("callback.when"),),
        changes={"pending": Pending(kind="callback").model_dump(mode="json"), "failures": 0},
    )


def out_of_hours(back: Opening) -> Decision:
    """Nobody is there now: when a person answers, and whether another time suits better."""
    part = say("handoff.hours", due=DateValue(on=back.on), time=TimeValue(at=back.at))
    return Decision(
        says=(part,), changes={"pending": Pending(kind="callback").model_dump(mode="json")}
    )


def after_scheduling(outcome: Scheduled) -> Decision:
    """Say when it will be."""
    due = DateValue(on=outcome.on)
    if not outcome.at:
        return Decision(says=(say("callback.set", due=due),))
    return Decision(says=(say("callback.set_time", due=due, time=TimeValue(at=outcome.at)),))
