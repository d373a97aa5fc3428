"""One turn's questions to a reader outside: asked within one time limit, answered or done without.

No Django and no database: a conversation in a test asks the same way as the product.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from typing import TypeVar

import structlog

from acuerdo.assistant.advice.checking import believe
from acuerdo.assistant.advice.contract import Adviser, Answer, NoAdvice, Question
from acuerdo.assistant.advice.limits import Breaker, Budget, within
from acuerdo.assistant.advice.rewording import check_wording
from acuerdo.assistant.commands import Command
from acuerdo.assistant.nlu.contract import QuestionKind, Understanding

logger = structlog.get_logger(__name__)

Said = TypeVar("Said")


@dataclass(slots=True)
class Use:
    """What one turn cost: questions `asked`, those that `failed`, or were `spared` as the service
    rests; whether an advice was `used`; `refused` proposals and `blocked` wordings that were not
    believed; sentences `reworded`; tokens, and the time that was waited."""

    asked: int = 0
    failed: int = 0
    spared: int = 0
    used: int = 0
    refused: int = 0
    reworded: int = 0
    blocked: int = 0
    tokens_in: int = 0
    tokens_out: int = 0
    took_ms: int = 0


@dataclass
class Caller:
    """Who is asked, how long that may take in all, and what it has cost so far."""

    adviser: Adviser
    budget: Budget
    breaker: Breaker
    use: Use = field(default_factory=Use)

    def advise(
        self,
        question: Question,
        *,
        text: str,
        understanding: Understanding,
        pending: QuestionKind | None,
        ref_date: date,
    ) -> tuple[Command, ...]:
        """What `text` may mean, as far as it is believed; nothing where nobody knows."""
        said = self._ask(lambda seconds: self.adviser.propose(question, seconds=seconds))
        if said is None:
            return ()
        believed = believe(
            said.commands,
            question,
            text=text,
            understanding=understanding,
            pending=pending,
            ref_date=ref_date,
        )
        self.use.refused += believed.refused
        self.use.used += bool(believed.commands)
        return believed.commands

    def reword(
        self, sentence: str, question: Question, *, country: str, today: date, verified: bool
    ) -> str:
        """Other words for a sentence of ours, in its language; "" where ours are better."""
        said = self._ask(lambda seconds: self.adviser.reword(sentence, question, seconds=seconds))
        if said is None:
            return ""
        problems = check_wording(
            said,
            sentence,
            language=question.language,
            country=country,
            today=today,
            verified=verified,
        )
        if problems:
            self.use.blocked += 1
            logger.warning("wording_blocked", problems=problems)
            return ""
        self.use.reworded += 1
        return said

    def _ask(self, ask: Callable[[float], Answer[Said]]) -> Said | None:
        if not self.breaker.allows():
            self.use.spared += 1
            return None
        self.use.asked += 1
        began = time.monotonic()
        try:
            answer = within(self.budget, self.breaker, ask)
        except NoAdvice as error:
            self.use.failed += 1
            logger.warning("advice_failed", problem=str(error))
            return None
        finally:
            self.use.took_ms += round((time.monotonic() - began) * 1000)
        self.use.tokens_in += answer.tokens_in
        self.use.tokens_out += answer.tokens_out
        return answer.said
