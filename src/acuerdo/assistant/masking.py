"""Document numbers are read and then forgotten: what is kept of a turn shows dots instead.

The text as it came stays encrypted in the inbox.
"""

from __future__ import annotations

import re
from typing import Any

from acuerdo.assistant.dialogue.model import CheckAnswer, TurnDecision
from acuerdo.assistant.nlu.contract import Understanding
from acuerdo.assistant.nlu.text import clean

_DOT = "\u2022"


def mask_text(text: str, understanding: Understanding) -> str:
    """`text` with every document number in dots."""
    masked = clean(text)
    for entity in understanding.entities:
        if entity.type == "document":
            hidden = _dots(masked[entity.start : entity.end])
            masked = masked[: entity.start] + hidden + masked[entity.end :]
    return masked if _DOT in masked else text


def explain(understanding: Understanding) -> dict[str, Any]:
    """What is kept with the turn: the commands by name first, then why."""
    detail = understanding.model_dump(mode="json")
    for entity in detail["entities"]:
        if entity["type"] == "document":
            entity["value"], entity["text"] = _dots(str(entity["value"])), _dots(entity["text"])
    return {
        "commands": [command.kind for command in understanding.commands],
        "language": understanding.language,
        "confidence": understanding.confidence,
        "entities": detail["entities"],
        "evidence": detail["evidence"],
    }


def keep(decision: TurnDecision) -> dict[str, Any]:
    """The decision as it is stored: all that a replay needs."""
    kept = decision.model_dump(mode="json")
    for command in kept["commands"]:
        if command["kind"] == "give_document":
            command["characters"] = _dots(command["characters"])
    for step, stored in zip(decision.steps, kept["steps"], strict=True):
        for act, row in zip(step.acts, stored["acts"], strict=True):
            if isinstance(act, CheckAnswer):
                row["characters"] = _dots(act.characters)
    return kept


def _dots(text: str) -> str:
    return re.sub(r"\w", _DOT, text)
