"""What a debt bears with time: interest and late fees, by dated rules and within limits. Pure.

What a debt should have borne by a date follows from its whole history, so a fact that comes late
changes it: the difference to what is in the books is posted, never edited.
"""

from __future__ import annotations

from calendar import monthrange
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from enum import StrEnum
from functools import lru_cache
from typing import Final

from acuerdo.core.vocabulary import Component
from acuerdo.ledger.rules.history import CHARGED, Debt, Fact, Outcome, in_order
from acuerdo.ledger.rules.limits import UNLIMITED, Limits

KEY_PREFIX: Final = "accrual:"
"""How the keys of entries begin that follow from rules; other accruals are facts."""
_SCALE: Final = 10**10
_DAY: Final = timedelta(days=1)


class DayCount(StrEnum):
    """How the days of a rate are counted: `30/360` is the European kind (30E/360), in which parts
    of a span add up to the whole."""

    THIRTY_360 = "30/360"
    ACTUAL_365 = "actual/365"
    ACTUAL_360 = "actual/360"

    @property
    def year(self) -> int:
        return 365 if self is DayCount.ACTUAL_365 else 360

    def ordinal(self, on: date) -> int:
        """A number for each date: the difference of two is the days between them."""
        if self is DayCount.THIRTY_360:
            return 360 * on.year + 30 * on.month + min(on.day, 30)
        return on.toordinal()


class Every(StrEnum):
    """When what was borne is charged: at the end of each day, or of each calendar month."""

    DAY = "day"
    MONTH = "month"


@dataclass(frozen=True, slots=True)
class Rule:
    """One thing that a debt bears, from `from_on` to `until_on`, both included.

    `annual` is a nominal rate a year (0.24 is 24 %) on what is owed of `on`, and where it
    `is_compound` on what was borne before as well. `fixed_minor` and `share` (of what is owed of
    `on`) are charged whole at the end of a period in which anything is owed, `times` times at most.
    """

    component: Component = Component.INTEREST
    annual: Decimal = Decimal(0)
    fixed_minor: int = 0
    share: Decimal = Decimal(0)
    times: int | None = None
    on: frozenset[Component] = frozenset({Component.PRINCIPAL})
    is_compound: bool = False
    day_count: DayCount = DayCount.ACTUAL_365
    every: Every = Every.MONTH
    from_on: date = date.min
    until_on: date = date.max

    @property
    def base(self) -> tuple[Component, ...]:
        return tuple(self.on | {self.component} if self.is_compound else self.on)


@dataclass(frozen=True, slots=True)
class Pause:
    """Dates on which nothing is borne, both included."""

    from_on: date
    until_on: date


@dataclass(frozen=True, slots=True)
class Borne:
    """What a debt bore: per date and component, and what all facts with it come to."""

    accrued: Mapping[tuple[date, Component], int]
    outcome: Outcome


def bear(
    facts: Iterable[Fact],
    rules: Sequence[Rule],
    *,
    start_on: date,
    until_on: date,
    limits: Limits = UNLIMITED,
    pauses: Sequence[Pause] = (),
) -> Borne:
    """Replay `facts` (without what followed from rules before) with what the debt bears from
    `start_on` (a due date: the day after it is the first) until the last end of a period on or
    before `until_on`."""
    debt = Debt()
    meters = [_Meter(rule, limits, pauses, start_on) for rule in rules]
    accrued: dict[tuple[date, Component], int] = defaultdict(int)
    groups: dict[date, list[tuple[int, list[Fact]]]] = defaultdict(list)
    for on, rank, group in in_order(facts):
        groups[on].append((rank, group))
    ends = {end for rule in rules for end in list_ends(rule.every, start_on, until_on)}
    for on in sorted(groups.keys() | ends):
        if on > start_on:
            for meter in meters:
                meter.run(on, debt)
        todo = groups.get(on, [])
        for rank, group in todo:
            if rank == CHARGED:
                debt.apply(group)
        if on in ends:
            for part, minor in _charge(meters, on, debt, limits).items():
                accrued[on, part] += minor
        for rank, group in todo:
            if rank != CHARGED:
                debt.apply(group)
    return Borne(dict(accrued), debt.outcome())


def find_differences(
    facts: Iterable[Fact], accrued: Mapping[tuple[date, Component], int]
) -> dict[tuple[date, Component], int]:
    """What must be posted for `accrued`, beyond what `facts` have of it already."""
    missing: dict[tuple[date, Component], int] = defaultdict(int, accrued)
    for fact in facts:
        if is_from_rules(fact):
            for part, minor in fact.changes.items():
                missing[fact.effective_on, part] -= minor
    return {key: minor for key, minor in sorted(missing.items()) if minor}


def is_from_rules(fact: Fact) -> bool:
    """Whether a fact is one that followed from rules."""
    return fact.key.startswith(KEY_PREFIX)


def list_ends(every: Every, start_on: date, until_on: date) -> Iterator[date]:
    """The ends of periods after `start_on`, up to `until_on`."""
    if every is Every.DAY:
        on = start_on + _DAY
        while on <= until_on:
            yield on
            on += _DAY
        return
    on = _end_of_month(start_on)
    if on == start_on:
        on = _end_of_month(on + _DAY)
    while on <= until_on:
        yield on
        on = _end_of_month(on + _DAY)


def _end_of_month(on: date) -> date:
    return on.replace(day=monthrange(on.year, on.month)[1])


def _charge(meters: Sequence[_Meter], on: date, debt: Debt, limits: Limits) -> dict[Component, int]:
    """What the period that ends `on` bore, charged to `debt`."""
    changes: dict[Component, int] = defaultdict(int)
    for meter in meters:
        minor = meter.read(on, debt)
        if limits.ratio is not None and minor:
            principal = debt.of(Component.PRINCIPAL)
            beside = debt.of(*Component) - principal + sum(changes.values())
            minor = max(0, min(minor, int(limits.ratio * principal) - beside))
        if minor:
            changes[meter.rule.component] += minor
    if changes:
        debt.change(on, changes)
    return changes


class _Meter:
    """One rule running along one debt. Whole numbers only: what was borne is kept in
    `_SCALE * year` parts of a minor unit, and rounded once a period, half to even."""

    def __init__(self, rule: Rule, limits: Limits, pauses: Sequence[Pause], start_on: date) -> None:
        self.rule = rule
        self._spans = _rate_spans(rule, limits)
        self._share = rule.share if limits.share is None else min(rule.share, limits.share)
        self._pauses = sorted(pauses, key=lambda pause: pause.from_on)
        self._at = start_on
        self._sum = 0
        self._left = rule.times if rule.times is not None else -1

    def run(self, until: date, debt: Debt) -> None:
        """Count the days after the last one up to `until`, on what is owed all along."""
        base = debt.of(*self.rule.base) if self._spans else 0
        if base > 0:
            ordinal = self.rule.day_count.ordinal
            for lo, hi in self._open(self._at, until):
                for first, last, rate in self._spans:
                    start, end = max(lo, first), min(hi, last)
                    if end > start:
                        self._sum += base * rate * (ordinal(end) - ordinal(start))
        self._at = until

    def read(self, on: date, debt: Debt) -> int:
        """What to charge at the end of a period, in minor units."""
        minor = _round(self._sum, _SCALE * self.rule.day_count.year)
        self._sum = 0
        rule = self.rule
        if not (rule.fixed_minor or self._share) or not self._left:
            return minor
        base = debt.of(*rule.base)
        is_on = rule.from_on <= on <= rule.until_on
        if base <= 0 or not is_on or not any(self._open(on - _DAY, on)):
            return minor
        self._left -= 1
        return minor + rule.fixed_minor + _round(int(base * self._share * _SCALE), _SCALE)

    def _open(self, lo: date, hi: date) -> Iterator[tuple[date, date]]:
        """The parts of the days after `lo` up to `hi` on which nothing is paused."""
        for pause in self._pauses:
            if pause.until_on <= lo:
                continue
            if pause.from_on > hi:
                break
            before = pause.from_on - _DAY
            if before > lo:
                yield lo, before
            lo = max(lo, pause.until_on)
        if hi > lo:
            yield lo, hi


@lru_cache(maxsize=256)
def _rate_spans(rule: Rule, limits: Limits) -> tuple[tuple[date, date, int], ...]:
    """The rule's rate within the limits: (the day before the first, the last day, rate)."""
    if not rule.annual:
        return ()
    spans = []
    for first, last, ceiling in limits.spans():
        start, end = max(first, rule.from_on), min(last, rule.until_on)
        if start <= end:
            rate = rule.annual if ceiling is None else min(rule.annual, ceiling)
            before = start - _DAY if start > date.min else start
            spans.append((before, end, int(rate * _SCALE)))
    return tuple(spans)


def _round(number: int, parts: int) -> int:
    """`number` / `parts`, half to even."""
    whole, rest = divmod(number, parts)
    return whole + (2 * rest > parts or (2 * rest == parts and whole % 2 == 1))
