"""The statement of a debt: what moved, and what was owed after each entry. Pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from acuerdo.core.vocabulary import Component
from acuerdo.ledger.rules.grammar import Balance, make_balance


@dataclass(frozen=True, slots=True)
class Booked:
    """An entry as a statement shows it: it counts from `effective_on`, and was posted at
    `posted_at`, later where it came late. `reverses_id` is the entry that it undoes."""

    entry_id: int
    kind: str
    effective_on: date
    posted_at: datetime
    memo: str
    reverses_id: int | None = None


@dataclass(frozen=True, slots=True)
class StatementLine:
    """One entry and its effect, in minor units of `balance.currency`.

    `changes` has the components that moved (more owed above zero), `credit_change_minor` what
    was added to the debtor's credit or taken from it; `balance` is what is owed after it.
    """

    booked: Booked
    changes: Mapping[Component, int]
    credit_change_minor: int
    balance: Balance

    @property
    def change_minor(self) -> int:
        return sum(self.changes.values())


def make_statement(
    currency: str, moved: Iterable[tuple[Booked, str, int]]
) -> tuple[StatementLine, ...]:
    """The lines of a statement, by date and then as posted, from (entry, code of a line of the
    debt, debits less credits). What moves to and fro within an entry is told as its outcome."""
    entries: dict[int, Booked] = {}
    codes: dict[int, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    for booked, code, minor in moved:
        entries[booked.entry_id] = booked
        codes[booked.entry_id][code] += minor
    lines: list[StatementLine] = []
    totals: dict[str, int] = defaultdict(int)
    for booked in sorted(entries.values(), key=lambda one: (one.effective_on, one.entry_id)):
        change = make_balance(currency, codes[booked.entry_id].items())
        for code, minor in codes[booked.entry_id].items():
            totals[code] += minor
        lines.append(
            StatementLine(
                booked,
                {part: minor for part, minor in change.components.items() if minor},
                change.credit_minor,
                make_balance(currency, totals.items()),
            )
        )
    return tuple(lines)
