"""Where a message says one thing and then another.

A sentence or a comma ends a clause; a conjunction does where both sides have a verb ("perdí el
trabajo y quiero pagar en cuotas", but not "luz y agua"). A cut too many does little harm: what a
clause seems to say is weighed against the whole message.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import pairwise

from acuerdo.assistant.nlu.text import fold

MOST = 6
_END = re.compile(r"(?<!\d)[.,](?!\d)|[.,](?=\s)|[;!?\n\u2026]|\s-\s")
_JOINT = re.compile(
    r"\s(?=(?:y|e|o|pero|mas|but|and|so|porque|pq|because|cause|aunque|embora|although|ademas|alem"
    r"|also|aparte|entonces|entao|luego|depois|then|mejor|melhor|sino)\s)"
)
# Words that are most often verbs, and endings that few other words have.
_VERB = re.compile(
    r"\b(?:soy|es|son|esta|estoy|estan|fue|fui|era|hay|va|voy|van|vamos|puedo|puede|pueden|podria"
    r"|quiero|quisiera|tengo|tiene|tienen|debo|debe|deben|pago|pague|paga|doy|dan|hago|hacen|hice"
    r"|mande|mandame|envie|deme|digame|llame|llamen|dejen|deje|saben|sabe|conozco|entiendo|trabajo"
    r"|vive|vivo|murio|fallecio|perdi|quede|cobro|gano|pase|paseme"
    r"|sou|e|sao|estou|to|ta|tou|foi|vou|vai|posso|pode|quero|queria|tenho|tem|devo|paguei|pagou"
    r"|manda|envia|liga|ligue|liguem|parem|sei|conheco|moro|mora|morreu|faleceu|perdi|recebo"
    r"|am|is|are|was|were|have|has|had|do|does|did|can|can't|cant|could|will|won't|would|want|need"
    r"|pay|paid|owe|send|call|stop|quit|know|get|got|lost|live|lives|died|don't|dont|didn't|i'm|im"
    r"|i'll|ill|it's|let|give|take|remove|\w+(?:aron|ieron|aste|iste|amos|emos|imos|aba|aban|ando"
    r"|iendo|aria|eria|iria|are|ere|ire|aram|eram|iram|ava|avam|endo|indo|ing|arme|irme|erme"
    r"|arlo|erlo|ar|er|ir|ei|ou))\b"
)


@dataclass(frozen=True, slots=True)
class Clause:
    """A part of a text and where it stands in it."""

    text: str
    start: int
    end: int


def split(text: str) -> list[Clause]:
    """The clauses in reading order, at most MOST: the last holds the rest. One where there is
    nothing to divide."""
    folded = fold(text)
    bounds = [0, *(match.end() for match in _END.finditer(folded)), len(text)]
    parts: list[tuple[int, int]] = []
    for start, end in pairwise(bounds):
        parts.extend(_at_joints(folded, start, end))
    spoken = [(start, end) for start, end in parts if any(map(str.isalnum, folded[start:end]))]
    if len(spoken) > MOST:
        spoken = [*spoken[: MOST - 1], (spoken[MOST - 1][0], spoken[-1][1])]
    return [Clause(text[start:end].strip(), start, end) for start, end in spoken]


def _at_joints(folded: str, start: int, end: int) -> list[tuple[int, int]]:
    for match in _JOINT.finditer(folded, start, end):
        left, right = folded[start : match.start()], folded[match.end() : end]
        rest = right.split(" ", 1)[-1]
        if _VERB.search(left) and _VERB.search(rest):
            return [(start, match.start()), *_at_joints(folded, match.start() + 1, end)]
    return [(start, end)]
