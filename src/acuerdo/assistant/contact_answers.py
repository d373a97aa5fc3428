"""Reading another phone, e-mail or address that somebody gives us. Pure."""

from __future__ import annotations

import re

from acuerdo.assistant.commands import ContactField, UpdateContact
from acuerdo.assistant.nlu.contract import Understanding
from acuerdo.assistant.nlu.text import clean
from acuerdo.portfolio.rules import normalise_phone

_FIELDS: tuple[ContactField, ...] = ("email", "phone")
# What an answer to "which is the new one?" may mean without being one.
_MEANS_LITTLE = frozenset(
    {"unknown", "small_talk", "update_contact", "affirm", "give_document", "propose_payment"}
    | {"correct_slot", "ask_plan", "choose"}
)
_ADDRESS = re.compile(r"(?=.*\d)(?=.*[^\W\d_]{3}).{8,200}", re.DOTALL)


def read_contact(
    understanding: Understanding, text: str, *, country: str, wanted: bool
) -> Understanding:
    """`understanding` with the address that was given: beside the wish to change one, or in answer
    to our question for it (`wanted`)."""
    kinds = {command.kind for command in understanding.commands}
    if "update_contact" not in kinds and not (wanted and kinds <= _MEANS_LITTLE):
        return understanding
    given = _given(understanding) or (_bare(text, country) if wanted else None)
    if given is None:
        return understanding
    others = [
        command
        for command in understanding.commands
        if command.kind not in ("update_contact", "unknown")
        and not (wanted and command.kind in _MEANS_LITTLE)
    ]
    return understanding.model_copy(update={"commands": (*others, given)})


def _given(understanding: Understanding) -> UpdateContact | None:
    for field in _FIELDS:
        for entity in understanding.entities:
            if entity.type == field and isinstance(entity.value, str):
                return UpdateContact(field=field, value=entity.value[:200])
    return None


def _bare(text: str, country: str) -> UpdateContact | None:
    """An answer that is nothing but a phone, or an address."""
    said = " ".join(clean(text).split())
    phone, is_phone = normalise_phone(said, country)
    if is_phone:
        return UpdateContact(field="phone", value=phone)
    return UpdateContact(field="address", value=said) if _ADDRESS.fullmatch(said) else None
