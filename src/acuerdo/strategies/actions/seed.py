"""Strategies are stored in versions: who walks one finishes that one."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from acuerdo.strategies.defaults import DEFAULT_STRATEGIES, StrategySpec
from acuerdo.strategies.errors import StrategyInvalid
from acuerdo.strategies.models import Step, Strategy
from acuerdo.strategies.rules import list_step_problems


def seed_strategies(
    *, creditor_id: int, specs: Sequence[StrategySpec] = DEFAULT_STRATEGIES
) -> list[Strategy]:
    """Give a creditor those of `specs` whose code it does not have yet, in any version."""
    known = set(Strategy.objects.filter(creditor_id=creditor_id).values_list("code", flat=True))
    return [
        save_strategy(
            creditor_id=creditor_id,
            code=spec.code,
            segment_code=spec.segment_code,
            names=spec.names,
            steps=spec.steps,
        )
        for spec in specs
        if spec.code not in known
    ]


def save_strategy(
    *,
    creditor_id: int,
    code: str,
    segment_code: str,
    names: dict[str, str],
    steps: Sequence[tuple[str, dict[str, Any]]],
) -> Strategy:
    """A new version of the strategy `code`, active instead of the one before.

    Accounts that already walk an earlier version finish it. Raises StrategyInvalid.
    """
    problems = list_step_problems(steps)
    if problems:
        raise StrategyInvalid(strategy=code, step=problems[0].step, found=problems[0].code)
    earlier = Strategy.objects.select_for_update().filter(creditor_id=creditor_id, code=code)
    version = max((strategy.version for strategy in earlier), default=0) + 1
    earlier.filter(is_active=True).update(is_active=False)
    strategy = Strategy.objects.create(
        creditor_id=creditor_id, code=code, segment_code=segment_code, names=names, version=version
    )
    Step.objects.bulk_create(
        [
            Step(strategy=strategy, position=position, kind=kind, config=config)
            for position, (kind, config) in enumerate(steps)
        ]
    )
    return strategy
