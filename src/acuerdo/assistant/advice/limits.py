"""What a service outside may cost a debtor: one limit over all, and nothing while it is dead."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from concurrent.futures import TimeoutError as NotInTime
from dataclasses import dataclass, field
from typing import TypeVar

from acuerdo.assistant.advice.contract import NoAdvice

Said = TypeVar("Said")
_FAILURES, _REST_SECONDS = 3, 30.0
# A service that neither answers nor hangs up holds one of these until its own time is over.
_HANDS = 8


@dataclass
class Breaker:
    """After a few failures in a row nothing is asked for a while; then one question tries again."""

    clock: Callable[[], float] = time.monotonic
    _failures: int = 0
    _closed_until: float = 0.0
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def allows(self) -> bool:
        """Whether a question may be asked now."""
        with self._lock:
            if self._failures < _FAILURES:
                return True
            if self.clock() < self._closed_until:
                return False
            # This one tries; the others wait for what becomes of it.
            self._closed_until = self.clock() + _REST_SECONDS
            return True

    def note(self, good: bool) -> None:
        """What became of a question."""
        with self._lock:
            self._failures = 0 if good else self._failures + 1
            if self._failures >= _FAILURES:
                self._closed_until = self.clock() + _REST_SECONDS


@dataclass
class Budget:
    """Seconds that all questions of one turn may take together."""

    seconds: float
    clock: Callable[[], float] = time.monotonic
    _end: float = field(init=False)

    def __post_init__(self) -> None:
        self._end = self.clock() + self.seconds

    @property
    def left(self) -> float:
        return max(0.0, self._end - self.clock())


_pool = ThreadPoolExecutor(_HANDS, thread_name_prefix="advice")


def within(budget: Budget, breaker: Breaker, ask: Callable[[float], Said]) -> Said:
    """What `ask` (given the seconds that are left) answers. Raises NoAdvice, also where the answer
    is not there in time: the limits of a connection count from one byte to the next."""
    seconds = budget.left
    job = _pool.submit(ask, seconds)
    try:
        answer = job.result(timeout=seconds)
    except NotInTime as error:
        job.cancel()
        breaker.note(False)
        raise NoAdvice("late") from error
    except NoAdvice:
        breaker.note(False)
        raise
    breaker.note(True)
    return answer
