"""What a reading of a day may depend on, and what it gives."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from acuerdo.assistant.nlu.entities.clauses import Clauses
from acuerdo.assistant.nlu.entities.marked import Marked
from acuerdo.assistant.nlu.entities.tense import Tense, Tenses

Match = re.Match[str]
# A limit is ahead: "hasta el viernes", "by the 5th".
_LIMIT = re.compile(
    r"\b(?:hasta|antes\s+del?|a\s+mas\s+tardar|ate|antes\s+d[oae]|until|till?|by"
    r"|no\s+later\s+than)\s+(?:el\s+|o\s+|a\s+|the\s+)?$"
)


@dataclass(frozen=True, slots=True)
class Day:
    """What a pattern means. `end` where the reading is shorter than the match."""

    value: date | None
    alternatives: tuple[date, ...] = ()
    unresolved: str | None = None
    end: int | None = None
    confidence: float = 1.0


@dataclass(frozen=True, slots=True)
class Scene:
    """One message: its text with marks, its verbs, its clauses, and the debtor's day."""

    marked: Marked
    tenses: Tenses
    clauses: Clauses
    ref: date

    def tense(self, match: Match) -> Tense:
        if _LIMIT.search(self.marked.before(match.start(), 18)):
            return "future"
        return self.tenses.at(match.start(), match.end())

    def past(self, match: Match) -> bool:
        return self.tense(match) == "past"

    def day_number(self, match: Match, group: str = "day") -> int | None:
        """The number of a group where it can be a day of the month, or None."""
        number = self.marked.number(match, group)
        if number is None or number.whole is None or number.scale != 1:
            return None
        if not number.words and not number.text.isdigit():
            return None
        return number.whole if 1 <= number.whole <= 31 else None


Reader = Callable[[Match, Scene], Day | None]
Rule = tuple[str, re.Pattern[str], Reader]
