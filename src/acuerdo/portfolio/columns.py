"""Import columns that belong to rooms above: name → headers and the writer of a whole set.

A room that must look at everybody whom a file brings (do-not-contact lists) registers a follower.

`portfolio` reads the file; what a column means (authorised channels, past contacts) is the
business of another room. That room registers the column in its `AppConfig.ready()`, and the
import calls its writer once per file, in the transaction of the import.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import polars as pl

from acuerdo.core.actor import Actor


@dataclass(frozen=True, slots=True)
class ColumnContext:
    """What a writer is told besides the rows.

    `source` says where the values come from: the file's name, or what the person who imports
    declared for the whole file (`--authorised-source`).
    """

    actor: Actor
    now: datetime
    creditor_id: int
    import_run_id: int
    source: str


Writer = Callable[[pl.DataFrame, ColumnContext], None]
"""Takes a frame of `line` (Int64), `account_id`, `debtor_id`, `person_id` (Int64) and `value`
(String, stripped, never empty), one row per accepted account that has a value. Called again with
the same rows it must change nothing."""

Check = Callable[[Sequence[str]], Mapping[str, str]]
"""Takes the distinct values of the column and returns those that it cannot read, with a reason
code. Such a value becomes a warning in the report and is not given to the writer."""


Follower = Callable[[pl.DataFrame, ColumnContext], None]
"""Takes a frame of `line`, `account_id`, `debtor_id`, `person_id` (Int64) of all accepted rows,
after the columns were written. Called again with the same rows it must change nothing."""


@dataclass(frozen=True, slots=True)
class Column:
    """One registered column."""

    name: str
    headers: tuple[str, ...]
    writer: Writer
    check: Check | None = None


_columns: dict[str, Column] = {}
_followers: dict[str, Follower] = {}


def register_column(
    name: str, headers: Sequence[str], writer: Writer, *, check: Check | None = None
) -> None:
    """Let the import read a column `name`, found under any of `headers`.

    Headers are compared without accents, case and punctuation ("Canales autorizados" is
    `canales_autorizados`). Registering a name again replaces it, so that `ready()` may run twice.
    """
    _columns[name] = Column(name, tuple(headers), writer, check)


def list_columns() -> tuple[Column, ...]:
    """All registered columns, in order of registration."""
    return tuple(_columns.values())


def register_follower(name: str, follower: Follower) -> None:
    """Let a room see everybody whom a file brings. Registering a name again replaces it."""
    _followers[name] = follower


def list_followers() -> tuple[Follower, ...]:
    """All registered followers, in order of registration."""
    return tuple(_followers.values())
