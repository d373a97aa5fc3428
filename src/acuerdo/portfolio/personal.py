"""What of a person stands in which table, and what is left of it after an erasure.

Each room says in its `AppConfig.ready()` which columns of its own hold words, names or addresses.
What is not named here (amounts, dates, contacts counted, verdicts, the books) is what laws make a
creditor keep; it stays, and tells of nobody once the names are gone.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import CharField, Model, Value
from django.db.models.functions import Cast, Concat

# For a column in which two rows may not hold the same.
PSEUDONYM = Concat(Value("erased:"), Cast("pk", CharField()))


@dataclass(frozen=True, slots=True)
class Personal:
    """Columns of `model` (each with what it holds afterwards); `via` leads to the debtor.

    `at` names the column that says when the words were written: with it they can be forgotten by
    age alone, though the person stays.
    """

    model: type[Model]
    clear: Mapping[str, Any]
    via: str = "debtor"
    at: str = ""

    @property
    def label(self) -> str:
        return str(self.model._meta.label)


_kinds: dict[str, Personal] = {}


def register_personal(*kinds: Personal) -> None:
    """Called once by each room that keeps words of or about a person."""
    for kind in kinds:
        _kinds[kind.label] = kind


def list_personal() -> list[Personal]:
    """All that was registered, by name of the model."""
    return [_kinds[label] for label in sorted(_kinds)]
