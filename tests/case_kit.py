"""Contact cases as JSON lines: reading them, and telling two of them apart."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

DATA = Path(__file__).parent / "data" / "compliance"

# What a case says of its moment: one thing in three words.
_MOMENT = frozenset({"local_datetime", "weekday", "utc_instant"})
_NOTES = frozenset({"id", "expected", "reason_code", "reason", "citation", "tags"})


def read_cases(name: str) -> list[dict[str, Any]]:
    """The cases of `tests/data/compliance/<name>.jsonl`."""
    return [json.loads(line) for line in (DATA / f"{name}.jsonl").read_text("utf-8").splitlines()]


def list_differences(one: Mapping[str, Any], other: Mapping[str, Any]) -> list[str]:
    """In what two cases differ, beside their notes: `moment`, `channel`, `flags.paid`,
    `history.outcome`, and `history` where one has a past contact more."""
    found = set()
    for name in (set(one) | set(other)) - _NOTES:
        if name in _MOMENT:
            if one.get(name) != other.get(name):
                found.add("moment")
        elif name in {"flags", "message"}:
            found.update(_differing(name, one.get(name, {}), other.get(name, {})))
        elif name == "history":
            found.update(_past_differences(one.get(name, []), other.get(name, [])))
        elif name != "debt_id" or (one.get(name) and other.get(name)):
            found.update([name] if one.get(name) != other.get(name) else [])
    return sorted(found)


def _differing(name: str, one: Mapping[str, Any], other: Mapping[str, Any]) -> list[str]:
    return [f"{name}.{key}" for key in set(one) | set(other) if one.get(key) != other.get(key)]


def _past_differences(one: list[Any], other: list[Any]) -> list[str]:
    if len(one) != len(other):
        shorter, longer = sorted((one, other), key=len)
        left = [item for item in longer if item not in shorter]
        return ["history"] if len(left) == 1 else ["history", "and more"]
    return [
        word
        for mine, theirs in zip(one, other, strict=True)
        for word in _differing("history", mine, theirs)
    ]
