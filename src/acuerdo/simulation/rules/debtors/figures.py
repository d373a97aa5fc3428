"""What many conversations come to: shares, turns and what must never happen. Pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import fmean

from acuerdo.simulation.rules.debtors.personas import Goal


@dataclass(frozen=True, slots=True)
class Result:
    """One conversation. `wrong` says where the database and the words differ; `recovered_share`
    is what was agreed (or linked to) of what is owed."""

    number: int
    goal: Goal
    language: str
    turns: int
    success: bool
    wrong: tuple[str, ...]
    recovered_share: float
    over_conceded: bool
    handed_over: bool
    floor_violations: int
    disclosures: int
    agreed: bool


@dataclass(frozen=True, slots=True)
class Figures:
    """All of a run. `pass_all`: of the personas, those whose every attempt succeeded (pass^k);
    `recovered` of what those owe who came to pay; `over_conceded` of what was agreed with those
    who could have paid it all."""

    dialogues: int
    success: float
    pass_all: float
    turns: float
    recovered: float
    over_conceded: float
    handed_over: float
    wrong: int
    floor_violations: int
    disclosures: int
    success_by_goal: dict[str, float]
    success_by_language: dict[str, float]


_PAYING: tuple[Goal, ...] = ("pay_all", "later", "instalments", "bargain")


def add_up(results: Sequence[Result]) -> Figures:
    """The figures of `results`, at least one."""
    attempts: dict[int, list[bool]] = defaultdict(list)
    for one in results:
        attempts[one.number].append(one.success)
    paying = [one for one in results if one.goal in _PAYING]
    able = [one for one in results if one.agreed and one.goal in ("pay_all", "later", "bargain")]
    return Figures(
        dialogues=len(results),
        success=fmean(one.success for one in results),
        pass_all=fmean(all(tries) for tries in attempts.values()),
        turns=fmean(one.turns for one in results),
        recovered=fmean(one.recovered_share for one in paying) if paying else 0.0,
        over_conceded=fmean(one.over_conceded for one in able) if able else 0.0,
        handed_over=fmean(one.handed_over for one in results),
        wrong=sum(bool(one.wrong) for one in results),
        floor_violations=sum(one.floor_violations for one in results),
        disclosures=sum(one.disclosures for one in results),
        success_by_goal=_shares(results, "goal"),
        success_by_language=_shares(results, "language"),
    )


def _shares(results: Sequence[Result], name: str) -> dict[str, float]:
    groups: dict[str, list[bool]] = defaultdict(list)
    for one in results:
        groups[getattr(one, name)].append(one.success)
    return {key: fmean(group) for key, group in sorted(groups.items())}
