"""Whether an agreement is kept: a pure function of what is due, what was paid, and the date."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final, Literal

AgreementState = Literal["active", "kept", "broken"]
PartState = Literal["due", "paid", "missed"]

# The kinds of expense that are asked for.
EXPENSES: Final = ("housing", "living", "debts")
# What somebody told of their income says nothing of next year's.
CAPACITY_HOLDS: Final = timedelta(days=180)


@dataclass(frozen=True, slots=True)
class DuePart:
    """One instalment, in minor units."""

    sequence: int
    due_on: date
    amount_minor: int


@dataclass(frozen=True, slots=True)
class PaidAmount:
    """Money that came on a date, in minor units; `at` orders those of one date."""

    on: date
    amount_minor: int


@dataclass(frozen=True, slots=True)
class AssessedPart:
    """How much of an instalment is covered (`due` with something paid is a partial one), and the
    date on which it was paid."""

    sequence: int
    state: PartState
    paid_minor: int
    paid_on: date | None


@dataclass(frozen=True, slots=True)
class Assessment:
    """`broken_on` is the first day after the grace of the first instalment that did not come."""

    state: AgreementState
    parts: tuple[AssessedPart, ...]
    broken_on: date | None
    remaining_minor: int


def assess(
    parts: Sequence[DuePart],
    paid: Sequence[PaidAmount],
    *,
    today: date,
    grace_days: int,
    tolerance_minor: int,
) -> Assessment:
    """Where an agreement stands at the end of `today`.

    Payments cover the instalments in order, whatever their dates. An instalment is paid when all
    that was due up to it has come but for `tolerance_minor`; it is missed when that did not
    happen within `grace_days` after its date, and then the agreement is broken for good: what
    comes later pays the debt, not the agreement.
    """
    ordered = sorted(paid, key=lambda one: one.on)
    due = sorted(parts, key=lambda part: part.sequence)
    broken_on = _broken_on(due, ordered, today, grace_days, tolerance_minor)
    counted = [
        one for one in ordered if one.on <= today and (broken_on is None or one.on < broken_on)
    ]
    left = sum(one.amount_minor for one in counted)
    assessed: list[AssessedPart] = []
    for part, covered_on in zip(due, _covered_on(due, counted, tolerance_minor), strict=True):
        share = min(left, part.amount_minor)
        left -= share
        state: PartState = "paid" if covered_on else "due"
        if not covered_on and broken_on and part.due_on + timedelta(days=grace_days) < today:
            state = "missed"
        assessed.append(AssessedPart(part.sequence, state, share, covered_on))
    state_now: AgreementState = "broken" if broken_on else "active"
    if all(part.state == "paid" for part in assessed):
        state_now = "kept"
    remaining = sum(part.amount_minor for part in due) - sum(one.paid_minor for one in assessed)
    return Assessment(state_now, tuple(assessed), broken_on, remaining)


def _covered_on(
    parts: Sequence[DuePart], paid: Sequence[PaidAmount], tolerance_minor: int
) -> list[date | None]:
    """Per instalment the date on which everything due up to it had come, or None."""
    found: list[date | None] = []
    needed, come, index = 0, 0, 0
    last: date | None = None
    for part in parts:
        needed += part.amount_minor
        # An instalment is never covered by tolerance alone.
        wanted = max(needed - tolerance_minor, needed - part.amount_minor + 1)
        while come < wanted and index < len(paid):
            come += paid[index].amount_minor
            last = paid[index].on
            index += 1
        found.append(last if come >= wanted else None)
    return found


def _broken_on(
    parts: Sequence[DuePart],
    paid: Sequence[PaidAmount],
    today: date,
    grace_days: int,
    tolerance_minor: int,
) -> date | None:
    for part, covered_on in zip(parts, _covered_on(parts, paid, tolerance_minor), strict=True):
        deadline = part.due_on + timedelta(days=grace_days)
        if (covered_on or date.max) > deadline and today > deadline:
            return deadline + timedelta(days=1)
    return None


@dataclass(frozen=True, slots=True)
class Roll:
    """An instalment that is to come later: the date that was agreed first, the one it has now, how
    often it was moved, and the date of the next one (None: it is the last)."""

    agreed_on: date
    due_on: date
    rolls: int
    next_due_on: date | None


def check_roll(
    roll: Roll,
    to_on: date,
    *,
    today: date,
    max_rolls: int,
    max_days: int,
    grace_days: int,
    is_business_day: Callable[[date], bool],
) -> tuple[str, ...]:
    """The codes of why the instalment may not come on `to_on` instead; empty where it may.

    Only later, before the next one, not too far from what was agreed, and while it can still be
    kept: who lets the grace pass has broken the agreement.
    """
    found = []
    if roll.rolls >= max_rolls:
        found.append("moved_too_often")
    if today > roll.due_on + timedelta(days=grace_days) or to_on < today:
        found.append("in_the_past")
    if to_on <= roll.due_on:
        found.append("not_later")
    too_far = to_on > roll.agreed_on + timedelta(days=max_days)
    if too_far or (roll.next_due_on is not None and to_on >= roll.next_due_on):
        found.append("too_late")
    if not is_business_day(to_on):
        found.append("not_a_business_day")
    return tuple(found)


def disposable_minor(income_minor: int, expenses_minor: Mapping[str, int]) -> int:
    """What is left of a month's income after its expenses, never below zero."""
    return max(income_minor - sum(expenses_minor.values()), 0)
