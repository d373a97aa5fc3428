"""Quick answers: what a tap on one means. A tap needs no reading, so it is never misread.

The button that accepts names its offer: tapped on an older message it accepts nothing, and the
open question is put again.
"""

from __future__ import annotations

from acuerdo.assistant.commands import (
    AcceptOffer,
    Command,
    DenyIdentity,
    OptOut,
    RejectOffer,
    Repeat,
    RequestHuman,
)
from acuerdo.assistant.dialogue.clarifying import command_meant
from acuerdo.assistant.dialogue.model import State
from acuerdo.assistant.dialogue.replies import Button


def payload_of(button: Button, state: State) -> str:
    """What comes back when the button is tapped (at most 60 characters)."""
    if button.name == "accept" and state.pending is not None and state.pending.offer:
        return f"accept:{state.pending.offer}"
    return button.name


def command_of(payload: str, state: State) -> Command | None:
    """The command behind a tap; None where the payload is none of ours and the text counts."""
    name, _separator, reference = payload.partition(":")
    if name == "human":
        return RequestHuman(source="button")
    if name == "wrong_person":
        return DenyIdentity(source="button")
    if name == "stop":
        return OptOut(source="button")
    if name == "again":
        return Repeat(source="button")
    if name == "other":
        return RejectOffer(source="button")
    if name == "meant":
        return command_meant(reference)
    if name == "accept":
        waiting = state.pending.offer if state.pending is not None else ""
        if reference and reference == waiting:
            return AcceptOffer(source="button")
        return Repeat(source="button")
    return None
