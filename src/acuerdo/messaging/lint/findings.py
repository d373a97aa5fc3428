"""What the lint of a template says."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

REFUSED = "refused"
FLAGGED = "flagged"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is wrong with a template, or may be.

    `refused`: the contact gate would never let it out as it is; `flagged`: in some cases only, or
    it is our advice. `rule_id` names the gate's rule, or ours (`lint.…`); `countries` where it
    holds (none: everywhere), `fact` the gate's name for what the words do. `words` are the exact
    words, as they stand in `part` (`subject`, `body`, `button`; empty: the whole) from `start` up
    to `end`, where they stand there in one piece. `insert` is a sentence in the language of the
    template, ready to be put in.
    """

    severity: str
    rule_id: str
    code: str
    citation: str
    house_default: bool
    countries: tuple[str, ...]
    fact: str
    part: str
    words: str
    start: int | None
    end: int | None
    texts: Mapping[str, str]
    advice: Mapping[str, str]
    insert: str = ""

    @property
    def is_refused(self) -> bool:
        return self.severity == REFUSED

    @property
    def kind(self) -> tuple[str, str, str]:
        """What findings have in common that differ in their words only."""
        return self.rule_id, self.fact, self.citation

    def explain(self, language: str) -> str:
        """Why, in `es`, `pt` or `en` (else `en`)."""
        return self.texts.get(language[:2]) or self.texts["en"]

    def suggest(self, language: str) -> str:
        """What to do about it; a ready sentence, where there is one, is in `insert`."""
        return self.advice.get(language[:2]) or self.advice["en"]

    def to_json(self, language: str) -> dict[str, Any]:
        """All of it as plain data, in one language."""
        return {
            "severity": self.severity,
            "rule_id": self.rule_id,
            "code": self.code,
            "citation": self.citation,
            "house_default": self.house_default,
            "countries": list(self.countries),
            "fact": self.fact,
            "part": self.part,
            "words": self.words,
            "start": self.start,
            "end": self.end,
            "explanation": self.explain(language),
            "suggestion": self.suggest(language),
            "insert": self.insert,
        }
