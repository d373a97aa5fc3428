"""Document numbers are read and then forgotten: what is kept of a turn shows dots instead.

The text as it came stays encrypted in the inbox. What teaches the assistant is masked further
(`mask_personal`), as it is read by people and by the training, and exported.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Any

from acuerdo.assistant.dialogue.model import CheckAnswer, TurnDecision
from acuerdo.assistant.nlu.contract import Entity, Understanding
from acuerdo.assistant.nlu.text import clean, fold
from acuerdo.core.masks import mask_keys

_DOT = "\u2022"
_NAME = _DOT * 3
_PERSONAL = frozenset({"document", "phone", "email"})
# Cards, accounts, references: seven figures and more that nothing but a space or hyphen divides.
_LONG_NUMBER = re.compile(r"\d(?:[ -]?\d){6,}")
_INTRODUCED = re.compile(
    r"\b((?:me llamo|mi nombre es|me chamo|(?:o )?meu nome (?:é|e)|my name is|my name's)\s+)"
    r"(?-i:\w+(?:\s+[A-ZÀ-Ý]\w*){0,3})",
    re.IGNORECASE,
)
_LINK_WORDS = frozenset({"de", "la", "los", "las", "del", "da", "do", "das", "dos", "van"})


def mask_text(text: str, understanding: Understanding) -> str:
    """`text` with every document number in dots."""
    masked = clean(text)
    for entity in understanding.entities:
        if entity.type == "document":
            hidden = _dots(masked[entity.start : entity.end])
            masked = masked[: entity.start] + hidden + masked[entity.end :]
    return masked if _DOT in masked else text


def mask_personal(text: str, entities: Sequence[Entity], names: Iterable[str]) -> str:
    """`text` without what tells who wrote it.

    Figures of documents, phones, cards and other long numbers become 0, as which figure it is says
    nothing about what somebody wants; letters of mail addresses x; words of `names`, and a name
    that is introduced as such, three dots; keys of our links are hidden.
    """
    masked = clean(text)
    for entity in entities:
        if entity.type in _PERSONAL:
            hidden = _crossed(masked[entity.start : entity.end])
            masked = masked[: entity.start] + hidden + masked[entity.end :]
    masked = _LONG_NUMBER.sub(lambda found: _crossed(found[0]), masked.replace(_DOT, "0"))
    words = {word for name in names for word in re.findall(r"\w{2,}", fold(name))} - _LINK_WORDS
    masked = re.sub(r"\w{2,}", lambda found: _NAME if fold(found[0]) in words else found[0], masked)
    return mask_keys(_INTRODUCED.sub(rf"\1{_NAME}", masked))


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
        "intents": list(understanding.intents),
        "top3": list(understanding.top3),
        "sureness": understanding.sureness,
        "act": understanding.act,
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


def _crossed(text: str) -> str:
    return re.sub(r"[^\W\d_]", "x", re.sub(r"\d", "0", text))


def _dots(text: str) -> str:
    return re.sub(r"\w", _DOT, text)
