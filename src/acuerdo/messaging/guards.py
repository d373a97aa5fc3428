"""The registry of last-minute reasons to withhold a message.

A guard looks at a **set** of messages that are about to leave and names those that must not. It
only reads. Rooms above register theirs in `AppConfig.ready()`: an agreement that runs, a case
that was opened a minute ago. Guards are asked in the order of their names, in the transaction
of the claim; the first reason counts.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from acuerdo.messaging.models import Message

GuardReader = Callable[["Sequence[Message]", datetime], Mapping[int, str]]

_guards: dict[str, GuardReader] = {}


def register_guard(name: str, reader: GuardReader) -> None:
    """Ask `reader` about every batch and the time: it answers message id → reason code.

    A reason code is short, lower case, and stays (`nothing_owed`): figures are counted by it.
    Raises ValueError on a second registration by another reader.
    """
    known = _guards.get(name)
    if known is not None and known is not reader:
        raise ValueError(f"the guard {name} is registered twice")
    _guards[name] = reader


def ask_guards(messages: Sequence[Message], now: datetime) -> dict[int, str]:
    """The messages to withhold at `now` and why. A guard that fails stops the batch:
    fail closed."""
    reasons: dict[int, str] = {}
    for name in sorted(_guards):
        left = [message for message in messages if message.pk not in reasons]
        if not left:
            break
        reasons.update(_guards[name](left, now))
    return reasons
