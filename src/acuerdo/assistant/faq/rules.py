"""Which question of a FAQ a message asks, and which questions are alike. Pure.

Meanings are the encoder's vectors (one row of length 1 a text). The limits were chosen on a grid
over `tests/data/nlu/faq.yaml`, so what `tests/unit/assistant/test_faq_matching.py` holds flatters
them a little.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from acuerdo.assistant.commands import AskDiscount, AskInfo, Command, ProposePayment
from acuerdo.assistant.nlu.contract import LANGUAGES, Language, Understanding
from acuerdo.assistant.nlu.encoder import Floats
from acuerdo.assistant.nlu.text import clean, fold

# How near the nearest wording must be, and how much nearer than that of any other entry.
NEAR: Final = 0.54
LEAD: Final = 0.03
# Questions as near as this are shown as one group.
ALIKE: Final = 0.6

_EDGES = " \t\n.,;:!?\u00a1\u00bf"
_COURTEOUS = {"unknown", "small_talk"}
# What a creditor may word better than we do. The rest of what is asked is about a debt or a proof.
_GENERAL = ("methods", "debt_docs")
_ASKS = re.compile(
    r"^(?:(?:hola|ola|oi|hello|hi|hey|buen[oa]s|dias|tardes|bom|boa|dia|tarde|good|morning|y|e|and"
    r"|but|pero|mas|uma|una|pregunta|duvida|question|disculpe?|sorry|por favor|please)\W+)*"
    r"(?:(?:a|de|en|em|ate|hasta|por|com|con|desde|from|until|at|for)\s+)?"
    r"(?:como|cuand|quand|dond|onde|que\b|qual|cual|quien|quem|cuant|quant|por ?que|porque|puedo"
    r"|posso|pued|pode|tienen|tem\b|hay\b|se puede|da pra|necesito|preciso|quisiera saber|queria"
    r"|how|when|where|which|what|who|why|can\b|could|do\b|does|is\b|are\b|will\b|may\b)"
)


@dataclass(frozen=True, slots=True)
class Match:
    """An entry (by public id), its wording that is nearest, and how near: 1 is the same."""

    entry: str
    wording: str
    similarity: float


def prepared(text: str) -> str:
    """`text` as it is encoded: without case and the signs around it, which say nothing here."""
    return clean(text).lower().strip(_EDGES)


def list_wordings(questions: Mapping[Language, Sequence[str]]) -> list[str]:
    """The wordings of an entry, in the order of their vectors."""
    return [text for language in LANGUAGES for text in questions.get(language, ())]


def pack(vectors: Floats) -> bytes:
    """Vectors as they are stored."""
    return vectors.astype(np.float16).tobytes()


def unpack(stored: bytes, count: int) -> Floats:
    """`count` stored vectors; of no dimension where nothing is stored."""
    return np.frombuffer(stored, np.float16).reshape(count, -1).astype(np.float32)


class Index:
    """The wordings of all entries that are on, ready to be compared with."""

    def __init__(self, entries: Sequence[tuple[str, Sequence[str], bytes]]) -> None:
        """`entries`: public id, wordings, their stored vectors."""
        self._exact: dict[str, Match] = {}
        self._owners: list[Match] = []
        rows = []
        for entry, wordings, stored in entries:
            for wording in wordings:
                key = fold(prepared(wording))
                self._exact.setdefault(key, Match(entry, wording, 1.0))
            if stored and wordings:
                rows.append(unpack(stored, len(wordings)))
                self._owners += [Match(entry, wording, 0.0) for wording in wordings]
        self._vectors = np.concatenate(rows) if rows else None

    def find_same(self, text: str) -> Match | None:
        """The entry one of whose wordings this is, but for case, accents and signs."""
        return self._exact.get(fold(prepared(text)))

    def rank(self, vector: Floats) -> list[Match]:
        """Every entry by its nearest wording, the nearest entry first."""
        if self._vectors is None:
            return []
        near = self._vectors @ vector
        best: dict[str, Match] = {}
        for row in np.argsort(-near, kind="stable").tolist():
            owner = self._owners[row]
            if owner.entry not in best:
                best[owner.entry] = Match(owner.entry, owner.wording, float(near[row]))
        return list(best.values())

    @property
    def is_empty(self) -> bool:
        return not self._exact


def decide(ranked: Sequence[Match]) -> Match | None:
    """The first of the ranked entries, where it is near enough and clearly before the second."""
    if not ranked or ranked[0].similarity < NEAR:
        return None
    if len(ranked) > 1 and ranked[0].similarity - ranked[1].similarity < LEAD:
        return None
    return ranked[0]


def is_question(text: str) -> bool:
    """Whether the text asks something, by its sign or its first words."""
    folded = fold(clean(text)).strip()
    return "?" in folded or bool(_ASKS.match(folded.strip(_EDGES)))


def may_answer(understanding: Understanding, text: str) -> bool:
    """Whether a FAQ may answer: nothing else was heard, or what was heard is the same question
    read in another way. A risk, a command with a value and an answer to a question of ours are
    never among it."""
    return all(_gives_way(command, text) for command in understanding.commands)


def _gives_way(command: Command, text: str) -> bool:
    if command.kind in _COURTEOUS:
        return True
    if isinstance(command, AskInfo):
        return command.topic in _GENERAL
    if not is_question(text):
        return False
    # "Is a payment seen at once?" sounds like a promise to whoever hears the word alone.
    if isinstance(command, ProposePayment):
        return not (command.amount or command.on or command.fraction or command.vague)
    if isinstance(command, AskDiscount) and command.source != "rule":
        return not (command.percent or command.total or command.on)
    return False


def is_unanswered(understanding: Understanding, text: str) -> bool:
    """Whether a question was asked that nothing here answers."""
    kinds = {command.kind for command in understanding.commands}
    return kinds <= _COURTEOUS and "unknown" in kinds and is_question(text)


def group(vectors: Floats) -> list[list[int]]:
    """Rows that are alike, together: each joins the first group whose first row is near. The
    order of the rows is kept, so the weightiest should come first."""
    groups: list[list[int]] = []
    for row in range(len(vectors)):
        for members in groups:
            if float(vectors[row] @ vectors[members[0]]) >= ALIKE:
                members.append(row)
                break
        else:
            groups.append([row])
    return groups
