"""What strategies do: start, plan, leave, pause and begin again."""

from acuerdo.strategies.actions.moves import leave, pause, restart
from acuerdo.strategies.actions.plan import PlanReport, plan
from acuerdo.strategies.actions.receipts import queue_confirmation, queue_receipt
from acuerdo.strategies.actions.seed import save_strategy, seed_strategies

__all__ = [
    "PlanReport",
    "leave",
    "pause",
    "plan",
    "queue_confirmation",
    "queue_receipt",
    "restart",
    "save_strategy",
    "seed_strategies",
]
