"""The planner's decisions, pure: sets in, decisions out.

An enrolment is one account walking the steps of a strategy. A step is a message (channels in
the order of preference), a wait (days) or an exit. Nothing here knows a database or a clock.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal

from acuerdo.core.vocabulary import Channel, Purpose
from acuerdo.portfolio.rules import ADDRESS_KINDS

StepKind = Literal["message", "wait", "exit"]
FINISHED = "finished"
NO_CHANNEL = "no_usable_channel"

# Where no date would make a refused contact lawful (no authorisation, say), ask again after this.
RETRY_AFTER = timedelta(days=7)
# A message nobody could send within this time is withheld, never sent late.
MESSAGE_LIFE = timedelta(hours=24)


@dataclass(frozen=True, slots=True)
class StepSpec:
    """One step: only the fields of its kind are filled."""

    kind: StepKind
    channels: tuple[Channel, ...] = ()
    template: str = ""
    purpose: Purpose = Purpose.COLLECTION
    days: int = 0
    reason: str = FINISHED


@dataclass(frozen=True, slots=True)
class StepProblem:
    """Why a strategy is refused: the number of the step (from 1) and a code."""

    step: int
    code: Literal[
        "kind", "channels", "template", "purpose", "days", "reason", "crowded", "after_exit", "none"
    ]


def parse_step(kind: str, config: Mapping[str, Any]) -> StepSpec:
    """A stored step (valid: see `list_step_problems`) as the planner reads it."""
    if kind == "message":
        return StepSpec(
            "message",
            channels=tuple(Channel(name) for name in config["channels"]),
            template=config["template"],
            purpose=Purpose(config.get("purpose", Purpose.COLLECTION)),
        )
    if kind == "wait":
        return StepSpec("wait", days=config["days"])
    return StepSpec("exit", reason=config.get("reason", FINISHED))


def list_step_problems(steps: Sequence[tuple[str, Mapping[str, Any]]]) -> list[StepProblem]:
    """What is wrong with steps that come from outside; empty where they may be stored.

    Two messages need a wait between them, and nothing may follow an exit.
    """
    if not steps:
        return [StepProblem(0, "none")]
    problems: list[StepProblem] = []
    before = ""
    for number, (kind, config) in enumerate(steps, start=1):
        if before == "exit":
            problems.append(StepProblem(number, "after_exit"))
        if kind == "message" and before == "message":
            problems.append(StepProblem(number, "crowded"))
        problems += [StepProblem(number, code) for code in _step_codes(kind, config)]
        before = kind
    return problems


def _step_codes(kind: str, config: Mapping[str, Any]) -> list[Any]:
    if kind == "message":
        channels = config.get("channels")
        known = (
            isinstance(channels, list)
            and bool(channels)
            and len(set(map(str, channels))) == len(channels)
            and set(map(str, channels)) <= set(Channel)
        )
        template = config.get("template")
        return [
            *([] if known else ["channels"]),
            *([] if isinstance(template, str) and template else ["template"]),
            *([] if config.get("purpose", "collection") in set(Purpose) else ["purpose"]),
        ]
    if kind == "wait":
        days = config.get("days")
        good = isinstance(days, int) and not isinstance(days, bool) and 1 <= days <= 365
        return [] if good else ["days"]
    if kind == "exit":
        reason = config.get("reason", FINISHED)
        return [] if isinstance(reason, str) and reason else ["reason"]
    return ["kind"]


@dataclass(frozen=True, slots=True)
class Move:
    """What an enrolment does now.

    `contact`: send the message of the step at `position`. `wait`: stand at `position` until
    `until`. `leave`: the walk is over, for `reason`.
    """

    kind: Literal["contact", "wait", "leave"]
    position: int
    until: datetime | None = None
    reason: str = ""


def advance(position: int, steps: Sequence[StepSpec], now: datetime) -> Move:
    """The move of an enrolment that is due at `position`."""
    if position >= len(steps):
        return Move("leave", position, reason=FINISHED)
    step = steps[position]
    if step.kind == "message":
        return Move("contact", position)
    if step.kind == "wait":
        return Move("wait", position + 1, until=_from_hour(now, step.days))
    return Move("leave", position, reason=step.reason)


def after_contact(position: int, steps: Sequence[StepSpec], now: datetime) -> Move:
    """The move of an enrolment whose message at `position` has just been queued."""
    move = advance(position + 1, steps, now)
    if move.kind == "contact":  # never two messages in one breath, whatever the steps say
        return Move("wait", position + 1, until=_from_hour(now, 1))
    return move


def _from_hour(now: datetime, days: int) -> datetime:
    """`days` from the start of this hour, so that an hourly planner does not drift."""
    return now.replace(minute=0, second=0, microsecond=0) + timedelta(days=days)


@dataclass(frozen=True, slots=True)
class Candidate:
    """An enrolment that wants to contact now, and what decides who speaks for the debtor."""

    enrolment_id: int
    account_id: int
    debtor_id: int
    dpd: int
    relative_balance: float


def choose_leads(candidates: Iterable[Candidate]) -> dict[int, list[Candidate]]:
    """One contact per debtor: debtor id → its candidates, the one that speaks first.

    The oldest debt speaks, then the larger one, then the earlier account. The others follow:
    their step counts as done by the same message.
    """
    grouped: dict[int, list[Candidate]] = defaultdict(list)
    for candidate in candidates:
        grouped[candidate.debtor_id].append(candidate)
    for group in grouped.values():
        group.sort(key=lambda one: (-one.dpd, -one.relative_balance, one.account_id))
    return dict(grouped)


@dataclass(frozen=True, slots=True)
class Route:
    """A way to reach somebody: a channel and the contact point it would use."""

    channel: Channel
    contact_point_id: int


@dataclass(frozen=True, slots=True)
class Point:
    """A contact point as the planner sees it: smaller `priority` is asked first."""

    id: int
    kind: str  # phone, email or address
    priority: int
    is_valid: bool


def list_routes(
    channels: Sequence[Channel],
    points: Iterable[Point],
    *,
    available: frozenset[Channel],
    authorised: frozenset[Channel] = frozenset(),
    preferred: Channel | None = None,
) -> list[Route]:
    """The ways to try, best first: the channel that the debtor prefers, then the step's order, but
    authorised channels before others.

    A channel counts where the creditor has a provider for it (`available`) and the debtor a
    valid contact point of its kind. Whether the law needs the authorisation is the gate's
    business: a channel without one is still asked, last. A wish adds no channel to the step: it
    has no text for it.
    """
    best: dict[str, Point] = {}
    for point in sorted(points, key=lambda one: (one.priority, one.id)):
        if point.is_valid:
            best.setdefault(point.kind, point)
    ordered = sorted(
        channels, key=lambda channel: (channel != preferred, channel not in authorised)
    )
    return [
        Route(channel, best[ADDRESS_KINDS[channel]].id)
        for channel in ordered
        if channel in available and ADDRESS_KINDS.get(channel) in best
    ]


@dataclass(frozen=True, slots=True)
class Answer:
    """What the gate said to one route."""

    allowed: bool
    reason_code: str = ""
    next_allowed_at: datetime | None = None
    verdict_id: object = None


@dataclass(frozen=True, slots=True)
class Outcome:
    """Where one contact ends: a `route` to send by, or a reason and when to ask again."""

    route: Route | None
    reason_code: str = ""
    until: datetime | None = None
    verdict_id: object = None


Gate = Callable[[list[tuple[int, Route]]], list[Answer]]


def settle_routes(routes: Mapping[int, Sequence[Route]], gate: Gate) -> dict[int, Outcome]:
    """Ask the gate for everybody's first route, then for the second of those refused, …

    `routes`: id of the contact → its ways, best first. `gate` is asked with whole sets, once
    per rank. A contact refused on every way waits for the earliest date that the gate named,
    with the reason that goes with it; where no date would help, with its first reason.
    """
    outcomes: dict[int, Outcome] = {}
    refusals: dict[int, list[Answer]] = defaultdict(list)
    rank = 0
    open_ids = list(routes)
    while open_ids:
        asking = [(key, routes[key][rank]) for key in open_ids if rank < len(routes[key])]
        answers = gate(asking) if asking else []
        for (key, route), answer in zip(asking, answers, strict=True):
            if answer.allowed:
                outcomes[key] = Outcome(route, verdict_id=answer.verdict_id)
            else:
                refusals[key].append(answer)
        for key in open_ids:
            if key not in outcomes and rank + 1 >= len(routes[key]):
                outcomes[key] = _refused(refusals[key])
        open_ids = [key for key in open_ids if key not in outcomes]
        rank += 1
    return outcomes


def _refused(answers: Sequence[Answer]) -> Outcome:
    if not answers:
        return Outcome(None, reason_code=NO_CHANNEL)
    dated = [(answer.next_allowed_at, answer) for answer in answers if answer.next_allowed_at]
    telling = min(dated, key=lambda pair: pair[0])[1] if dated else answers[0]
    return Outcome(
        None,
        reason_code=telling.reason_code,
        until=telling.next_allowed_at,
        verdict_id=telling.verdict_id,
    )


def retry_at(outcome: Outcome, now: datetime) -> datetime:
    """When a refused contact is asked again: at the gate's date, else after `RETRY_AFTER`."""
    if outcome.until is not None and outcome.until > now:
        return outcome.until
    return _from_hour(now, RETRY_AFTER.days)


# A promised part is reminded this many days before it falls due, and on the day itself.
REMINDER_DAYS = (2, 0)
REMINDER_TEMPLATE = "promise_reminder"
REMINDER_CHANNELS = (Channel.WHATSAPP, Channel.SMS, Channel.EMAIL)


def choose_reminder(days_left: int) -> int | None:
    """Which reminder an instalment due in `days_left` days (0: today) gets, None: none.

    The answer names the reminder in the message's key: each is sent once, and one that could
    not go on its first day may still go the next.
    """
    fitting = [days for days in REMINDER_DAYS if 0 <= days_left <= days]
    return min(fitting) if fitting else None
