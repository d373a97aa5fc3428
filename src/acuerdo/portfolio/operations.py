"""What a row of a delta asks for: name → its words, its columns, and the writer of a set.

`portfolio` reads the file; what an operation does may be the business of a room above (a payment,
a hold). That room registers it in its `AppConfig.ready()`, as it does with columns.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime

import polars as pl

from acuerdo.core.actor import Actor
from acuerdo.creditors.models import Creditor
from acuerdo.portfolio.rules.facts import FactField


@dataclass(frozen=True, slots=True)
class OperationContext:
    """What a writer is told besides the rows. `columns` is field → header; `source` names the
    file, `digest` its content."""

    actor: Actor
    now: datetime
    today: date
    creditor: Creditor
    columns: Mapping[str, str]
    source: str
    digest: str


@dataclass(frozen=True, slots=True)
class Applied:
    """How many rows changed something, how many were here already, and which were refused
    (`line`, `column`, `value`, `reason`)."""

    done: int
    known: int
    rejections: pl.DataFrame


Apply = Callable[[pl.DataFrame, OperationContext], Applied]
"""Takes the rows of the operation: `line`, `number`, `account_id`, `debtor_id`, `currency`,
`state`, `placed_on`, `on` (null where the row names no date) and its fields. Called again with
the same rows of the same file it must change nothing."""


@dataclass(frozen=True, slots=True)
class Operation:
    """One registered operation; `words` are what files call it, in header form."""

    name: str
    words: tuple[str, ...]
    fields: tuple[FactField, ...]
    apply: Apply


_operations: dict[str, Operation] = {}


def register_operation(operation: Operation) -> None:
    """Let deltas ask for it. Registering a name again replaces it."""
    _operations[operation.name] = operation


def list_operations() -> tuple[Operation, ...]:
    """All registered operations, in order of registration."""
    return tuple(_operations.values())
