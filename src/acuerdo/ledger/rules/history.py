"""What a debt's history says is owed: all facts in the order of their dates. Pure.

The books are told of facts in any order. What is owed of each component, where each payment went
and what is left in the debtor's favour follow from the facts alone: whoever replays the same
facts finds the same, however late one of them was posted.
"""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from itertools import groupby
from typing import Final

from acuerdo.core.vocabulary import Component
from acuerdo.ledger.rules.allocation import USUAL, Open, Terms, allocate
from acuerdo.ledger.rules.grammar import CREDIT, DEBT_PREFIX, Kind

# Of one date: what is owed, then what it bore, then what is paid, then what is given back.
CHARGED, _ACCRUED, _PAID, _REFUNDED = range(4)
_RANKS: Final[dict[str, int]] = {
    Kind.ACCRUAL: _ACCRUED,
    Kind.PAYMENT: _PAID,
    Kind.REFUND: _REFUNDED,
}


@dataclass(frozen=True, slots=True)
class Fact:
    """One thing that happened to a debt, known by its key.

    `changes`: what is owed rises (above zero) or falls by, per component. `paid_minor` is what
    came in, spread by `terms`; `refunded_minor` what was given back.
    """

    effective_on: date
    key: str
    kind: str
    changes: Mapping[Component, int] = field(default_factory=dict)
    paid_minor: int = 0
    refunded_minor: int = 0
    terms: Terms = USUAL

    @property
    def rank(self) -> int:
        return _RANKS.get(self.kind, CHARGED)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What is owed per component (all of them), the debtor's credit, and where each payment went:
    by the key of its fact, per component or CREDIT. Minor units."""

    components: Mapping[Component, int]
    credit_minor: int
    shares: Mapping[str, Mapping[str, int]]


def make_fact(
    *, effective_on: date, key: str, kind: str, codes: Mapping[str, int], terms: Terms = USUAL
) -> Fact:
    """The fact behind an entry that moved the lines `codes` of a debt (debits less credits)."""
    total = sum(codes.values())
    if kind == Kind.PAYMENT:
        return Fact(effective_on, key, kind, paid_minor=-total, terms=terms)
    if kind == Kind.REFUND:
        return Fact(effective_on, key, kind, refunded_minor=total)
    return Fact(
        effective_on,
        key,
        kind,
        {
            Component(code.removeprefix(DEBT_PREFIX)): minor
            for code, minor in codes.items()
            if code != CREDIT
        },
        paid_minor=-codes.get(CREDIT, 0),
        terms=terms,
    )


class Debt:
    """A debt while its history is replayed. Nothing in it is ever below zero, and there is no
    credit while anything is owed."""

    def __init__(self) -> None:
        self.owed: dict[tuple[date, Component], int] = {}
        self.credit = 0
        self.shares: dict[str, dict[str, int]] = {}

    def of(self, *components: Component) -> int:
        """What is owed of `components` now."""
        return sum(minor for (_on, part), minor in self.owed.items() if part in components)

    def change(self, on: date, changes: Mapping[Component, int]) -> None:
        """Charge what is above zero, then take off what is below it. What was taken off a
        component beyond what is owed of it is taken off the others, and then is credit."""
        for part, minor in changes.items():
            if minor > 0:
                self.owed[on, part] = self.owed.get((on, part), 0) + minor
        self._use_credit()
        for part, minor in changes.items():
            if minor < 0:
                mine = {key: owed for key, owed in self.owed.items() if key[1] == part}
                self.credit += self._cover(-minor, mine, USUAL)[1]
        self._use_credit()

    def pay(self, key: str, amount_minor: int, terms: Terms) -> None:
        """Spread a payment; its shares are kept under `key`."""
        covered, left = self._cover(amount_minor, self.owed, terms)
        shares: dict[str, int] = defaultdict(int)
        for (_on, part), minor in covered.items():
            shares[part.value] += minor
        if left:
            shares[CREDIT] = left
        self.credit += left
        self.shares[key] = dict(shares)

    def refund(self, on: date, amount_minor: int) -> None:
        """Give back of the credit. What was given back beyond it is owed again."""
        given = min(amount_minor, self.credit)
        self.credit -= given
        if amount_minor > given:
            self.change(on, {Component.PRINCIPAL: amount_minor - given})

    def apply(self, facts: Iterable[Fact]) -> None:
        """Facts of one date and rank. What they charge counts together: a correction of a charge
        is no fact of its own."""
        changes: dict[Component, int] = defaultdict(int)
        ordered = sorted(facts, key=lambda fact: fact.key)
        for fact in ordered:
            for part, minor in fact.changes.items():
                changes[part] += minor
        if changes:
            self.change(ordered[0].effective_on, changes)
        for fact in ordered:
            if fact.paid_minor > 0:
                self.pay(fact.key, fact.paid_minor, fact.terms)
            elif fact.paid_minor < 0:
                self.refund(fact.effective_on, -fact.paid_minor)
            if fact.refunded_minor:
                self.refund(fact.effective_on, fact.refunded_minor)

    def outcome(self) -> Outcome:
        components = dict.fromkeys(Component, 0)
        for (_on, part), minor in self.owed.items():
            components[part] += minor
        return Outcome(components, self.credit, self.shares)

    def _cover(
        self, amount_minor: int, owed: Open, terms: Terms
    ) -> tuple[dict[tuple[date, Component], int], int]:
        covered, left = allocate(amount_minor, owed, terms)
        for key, minor in covered.items():
            self.owed[key] -= minor
            if not self.owed[key]:
                del self.owed[key]
        return covered, left

    def _use_credit(self) -> None:
        if self.credit and self.owed:
            self.credit = self._cover(self.credit, self.owed, USUAL)[1]


def in_order(facts: Iterable[Fact]) -> Iterator[tuple[date, int, list[Fact]]]:
    """The facts by date and rank: (date, rank, facts)."""

    def place(fact: Fact) -> tuple[date, int]:
        return fact.effective_on, fact.rank

    for (on, rank), group in groupby(sorted(facts, key=place), key=place):
        yield on, rank, list(group)


def replay(facts: Iterable[Fact]) -> Outcome:
    """What all facts together come to. Their order does not matter."""
    debt = Debt()
    for _on, _rank, group in in_order(facts):
        debt.apply(group)
    return debt.outcome()


def pair_moves(differences: Mapping[str, int]) -> list[tuple[str, str, int]]:
    """The moves (debit, credit, minor units) that change each line by its difference; the
    differences add up to zero."""
    moves: list[tuple[str, str, int]] = []
    rises = deque((code, minor) for code, minor in differences.items() if minor > 0)
    falls = deque((code, -minor) for code, minor in differences.items() if minor < 0)
    while rises and falls:
        (debit, up), (credit, down) = rises.popleft(), falls.popleft()
        minor = min(up, down)
        moves.append((debit, credit, minor))
        if up > minor:
            rises.appendleft((debit, up - minor))
        if down > minor:
            falls.appendleft((credit, down - minor))
    return moves
