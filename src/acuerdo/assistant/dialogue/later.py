"""Later: when a person should contact the debtor, asked for once and really noted."""

from __future__ import annotations

from collections.abc import Sequence

from acuerdo.assistant.commands import Callback, Command
from acuerdo.assistant.dialogue.model import CallBack, Decision, Pending, Scheduled, State
from acuerdo.assistant.dialogue.steps import say
from acuerdo.assistant.dialogue.values import DateValue, TimeValue


def call_back(state: State, commands: Sequence[Command]) -> Decision | None:
    """The answer to somebody who has no time now; None where nobody said so."""
    asked = state.pending is not None and state.pending.kind == "callback"
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
    return Decision(
        says=(say("callback.when"),),
        changes={"pending": Pending(kind="callback").model_dump(mode="json"), "failures": 0},
    )


def after_scheduling(outcome: Scheduled) -> Decision:
    """Say when it will be."""
    due = DateValue(on=outcome.on)
    if not outcome.at:
        return Decision(says=(say("callback.set", due=due),))
    return Decision(says=(say("callback.set_time", due=due, time=TimeValue(at=outcome.at)),))
