"""Days past due: a pure function of what fell due, what is still owed, and the holds."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import polars as pl

# Upper ends in days; the industry's buckets (docs/glossary.md: bucket).
_EDGES = ((0, "current"), (30, "1-30"), (60, "31-60"), (90, "61-90"), (180, "91-180"))
_LAST = "181+"
BUCKETS = (*(name for _, name in _EDGES), _LAST)


@dataclass(frozen=True, slots=True)
class DuePart:
    """An amount (minor units) and the date it fell or falls due."""

    due_on: date
    amount_minor: int


@dataclass(frozen=True, slots=True)
class Pause:
    """Dates on which nothing ages: a hold, from its first day to its last (None: still on)."""

    from_on: date
    until_on: date | None = None


def days_past_due(
    parts: Sequence[DuePart],
    *,
    outstanding_minor: int,
    as_of_on: date,
    pauses: Iterable[Pause] = (),
) -> int:
    """Days since the oldest part that is not paid fell due; less than zero before that date.

    What is no longer owed counts as paid on the oldest parts first. Nothing owed is 0 days.
    Days within `pauses` after the due date are not counted.
    """
    if outstanding_minor <= 0 or not parts:
        return 0
    ordered = sorted(parts, key=lambda part: part.due_on)
    paid = max(0, sum(part.amount_minor for part in ordered) - outstanding_minor)
    oldest = ordered[-1]
    for part in ordered:
        if paid < part.amount_minor:
            oldest = part
            break
        paid -= part.amount_minor
    days = (as_of_on - oldest.due_on).days
    if days <= 0:
        return days
    return days - _paused_days(pauses, oldest.due_on, as_of_on)


@dataclass(frozen=True, slots=True)
class Spell:
    """The dates, both included, that an account spent in one bucket."""

    from_on: date
    until_on: date
    bucket: str


def list_spells(
    parts: Sequence[DuePart],
    owed: Iterable[tuple[date, int]],
    *,
    from_on: date,
    until_on: date,
    pauses: Sequence[Pause] = (),
) -> list[Spell]:
    """The buckets that an account was in from one date to another, both included.

    `owed` is what was owed at the end of each date on which it changed, in order; before the
    first of them nothing was. A part counts from the day on which it falls due.
    """
    changes = deque(owed)
    spells: list[Spell] = []
    outstanding, on = 0, from_on
    while on <= until_on:
        while changes and changes[0][0] <= on:
            outstanding = changes.popleft()[1]
        name = bucket(
            days_past_due(parts, outstanding_minor=outstanding, as_of_on=on, pauses=pauses)
        )
        if spells and spells[-1].bucket == name:
            spells[-1] = Spell(spells[-1].from_on, on, name)
        else:
            spells.append(Spell(on, on, name))
        on += timedelta(days=1)
    return spells


def _paused_days(pauses: Iterable[Pause], due_on: date, as_of_on: date) -> int:
    """Distinct days after `due_on`, up to `as_of_on`, that lie within any of `pauses`."""
    counted, last = 0, due_on
    for pause in sorted(pauses, key=lambda pause: pause.from_on):
        first = max(pause.from_on, last + timedelta(days=1))
        until = min(pause.until_on or as_of_on, as_of_on)
        if until >= first:
            counted += (until - first).days + 1
            last = until
    return counted


def bucket(dpd: int) -> str:
    """The bucket of an account that is `dpd` days past due: one of BUCKETS."""
    return next((name for edge, name in _EDGES if dpd <= edge), _LAST)


def bucket_range(name: str) -> tuple[int | None, int | None]:
    """The least and the most days past due of a bucket, None where it has no such end.

    Raises ValueError for what is no bucket.
    """
    place = BUCKETS.index(name)
    least = _EDGES[place - 1][0] + 1 if place else None
    return least, _EDGES[place][0] if place < len(_EDGES) else None


def bucket_of(dpd: pl.Expr) -> pl.Expr:
    """`bucket` for a column."""
    found = pl.lit(_LAST)
    for edge, name in reversed(_EDGES):
        found = pl.when(dpd <= edge).then(pl.lit(name)).otherwise(found)
    return found
