"""The small language of a rule's `when` and `unless`: fact → test, all of them together; or a
list of such, of which one is enough.

`flags.paid: true` · `party: [spouse, relative]` · `flags.credit_type: {not_in: [rural]}` ·
`flags.debtor_age: {below: 18}` · `flags.stop_received_at: {present: true}` ·
`flags.opted_out_channels: {has_channel: true}` · `holds: [dispute, fraud]`

An absent flag that is yes-or-no is "no", an absent message fact is not evaluated and meets no
test but `not_in` and `present: false`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from acuerdo.compliance.rules.facts import (
    FLAGS,
    MESSAGE_FACTS,
    NOT_EVALUATED_IF_ABSENT,
    ContactRequest,
)
from acuerdo.core.vocabulary import Channel

Condition = Callable[[ContactRequest], bool]

# One medium for the wish of whoever is reached by it.
_FAMILIES: Mapping[str, frozenset[str]] = {
    channel: family
    for family in (frozenset({Channel.CALL, Channel.PRERECORDED_CALL, Channel.VOICEMAIL}),)
    for channel in family
}


def family_of(channel: str) -> frozenset[str]:
    """The channels that share a debtor's wish with `channel`: calls, recordings and voicemail."""
    return _FAMILIES.get(channel, frozenset({channel}))


def _reader(path: str) -> Callable[[ContactRequest], Any]:
    group, _dot, name = path.partition(".")
    if group == "flags" and name in FLAGS:
        if FLAGS[name] == "bool" and name not in NOT_EVALUATED_IF_ABSENT:
            return lambda request: request.flags.get(name, False)
        return lambda request: request.flags.get(name)
    if group == "message" and name in MESSAGE_FACTS:
        return lambda request: request.message.get(name)
    if path in {"party", "channel", "purpose", "creditor_type"}:
        return lambda request: getattr(request, path)
    if path == "holds":
        return lambda request: frozenset(hold.reason for hold in request.holds)
    raise ValueError(f"there is no fact called {path}")


def _test(read: Callable[[ContactRequest], Any], test: Any) -> Condition:
    if isinstance(test, (bool, str)):
        return lambda request: read(request) == test
    if isinstance(test, list):
        words = frozenset(test)

        def among(request: ContactRequest) -> bool:
            value = read(request)
            return not words.isdisjoint(value) if isinstance(value, frozenset) else value in words

        return among
    if isinstance(test, Mapping) and len(test) == 1:
        ((kind, operand),) = test.items()
        if kind == "not_in":
            words = frozenset(operand)
            return lambda request: read(request) not in words
        if kind == "below":
            return lambda request: (value := read(request)) is not None and value < operand
        if kind == "present":
            return lambda request: (read(request) is not None) is operand
        if kind == "has_channel":
            return lambda request: (
                family_of(request.channel).isdisjoint(read(request) or ()) is not operand
            )
    raise ValueError(f"there is no test like {test}")


def list_reads(tests: Mapping[str, Any] | Sequence[Mapping[str, Any]]) -> frozenset[str]:
    """The facts that `tests` look at: `flags.paid`, `message.caller_id`, `party`."""
    if isinstance(tests, Mapping):
        return frozenset(tests)
    return frozenset().union(*(list_reads(one) for one in tests))


def compile_condition(tests: Mapping[str, Any] | Sequence[Mapping[str, Any]]) -> Condition:
    """One function of all `tests`. Raises ValueError on an unknown fact or test."""
    if not isinstance(tests, Mapping):
        ways = tuple(compile_condition(one) for one in tests)
        return lambda request: any(way(request) for way in ways)
    parts = tuple(_test(_reader(path), test) for path, test in tests.items())
    if len(parts) == 1:
        return parts[0]
    return lambda request: all(part(request) for part in parts)
