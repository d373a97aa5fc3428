"""How much one file may change at once: a creditor's setting. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

RECALL_PERCENT = 10
CHANGE_PERCENT = 100


@dataclass(frozen=True, slots=True)
class Limits:
    """The share of active accounts, in percent, that a file may end (or leave out) and change.
    So few as `always` it may in any case."""

    recall_percent: int = RECALL_PERCENT
    change_percent: int = CHANGE_PERCENT
    always: ClassVar[int] = 10


def read_limits(settings: Mapping[str, Any]) -> Limits:
    """The limits in a creditor's settings (`import_limits`), else the usual ones."""
    told = settings.get("import_limits") or {}
    return Limits(
        _percent(told.get("recall_percent"), RECALL_PERCENT),
        _percent(told.get("change_percent"), CHANGE_PERCENT),
    )


def _percent(value: object, usual: int) -> int:
    return value if isinstance(value, int) and 0 <= value <= 100 else usual
