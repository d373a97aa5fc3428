"""Another phone, e-mail or address: taken down, said back in part, the earlier one kept."""

from __future__ import annotations

from collections.abc import Sequence

from acuerdo.assistant.commands import Command, UpdateContact
from acuerdo.assistant.dialogue.model import ContactSaved, Decision, Pending, SaveContact, State
from acuerdo.assistant.dialogue.steps import hand_off, say
from acuerdo.assistant.dialogue.values import TextValue


def change_contact(state: State, commands: Sequence[Command]) -> Decision | None:
    """Keep what was given, or ask for it once; None where nobody changes anything."""
    wishes = [one for one in commands if isinstance(one, UpdateContact)]
    given = next((one for one in wishes if one.field and one.value), None)
    if given is not None and given.field is not None:
        return Decision(
            acts=(SaveContact(field=given.field, value=given.value),),
            changes={"pending": None, "failures": 0},
        )
    if not wishes:
        return None
    if state.pending is not None and state.pending.wants == "contact":
        return hand_off("update_contact", say("update_contact.done"))
    pending = Pending(kind="open", wants="contact")
    return Decision(
        says=(say("update_contact.ask"),),
        changes={"pending": pending.model_dump(mode="json"), "failures": 0},
    )


def after_saving(outcome: ContactSaved) -> Decision:
    """Say it back as its owner knows it."""
    return Decision(says=(say("update_contact.saved", place=TextValue(value=outcome.place)),))
