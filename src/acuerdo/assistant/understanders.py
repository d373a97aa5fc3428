"""Which understander reads the debtors' messages. One place, so that it can be exchanged."""

from __future__ import annotations

from functools import lru_cache

from acuerdo.assistant.nlu.contract import Understander
from acuerdo.assistant.nlu.rules import RulesUnderstander


@lru_cache(maxsize=1)
def get_understander() -> Understander:
    """The rules: exact, explainable, nothing to load."""
    return RulesUnderstander()
