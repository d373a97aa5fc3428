"""Whether the address that is used is a good one: asked once, after the first agreement."""

from __future__ import annotations

from acuerdo.assistant.dialogue.model import Decision, Pending, State
from acuerdo.assistant.dialogue.steps import hand_off, say

_HERE = ("contact",)


def ask_contact() -> Decision:
    """Ask it. What is answered with anything but yes or no is answered as always."""
    pending = Pending(kind="open", options=_HERE)
    return Decision(
        says=(say("contact.ask"),), changes={"pending": pending.model_dump(mode="json")}
    )


def contact_answer(state: State, kinds: set[str]) -> Decision | None:
    """The answer to a yes or no; None where that was not asked, or something else is said."""
    if state.pending is None or state.pending.options != _HERE:
        return None
    if kinds & {"affirm", "accept_offer"} and not kinds & {"negate", "reject_offer"}:
        return Decision(says=(say("contact.kept"),), changes={"pending": None, "failures": 0})
    if kinds & {"negate", "reject_offer"}:
        return hand_off("update_contact", say("update_contact.done"))
    return None
