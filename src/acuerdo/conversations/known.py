"""Facts are asked once: what is known of a debtor, from whom, since when, over all channels; and
every question that was asked, so that how often we ask again is a figure.

Rooms that know something register a reader in `ready()`; what was said or written down is here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Q

from acuerdo.compliance.models import ContactWish
from acuerdo.conversations import events
from acuerdo.conversations.errors import NothingSaid, UnknownFact
from acuerdo.conversations.knowledge import KINDS, Kind, is_good, questions_in
from acuerdo.conversations.models import AskedQuestion, KnownFact, Turn, Verification
from acuerdo.core.actor import Actor
from acuerdo.core.events import publish
from acuerdo.portfolio.models import ContactPoint, Debtor

LONGEST = 200


@dataclass(frozen=True, slots=True)
class Known:
    """One thing that is known. `by` is an actor's label, "" what a file brought; `at` is None where
    it stands on file. `value` is a text, a day as YYYY-MM-DD, or a number."""

    kind: Kind
    value: str
    source: str
    channel: str = ""
    by: str = ""
    at: datetime | None = None
    is_good: bool = True


Reader = Callable[[Debtor, datetime], Iterable[Known]]
_readers: dict[str, Reader] = {}


def register_known(room: str, reader: Reader) -> None:
    """Called once by each room that knows something of debtors which nobody should ask again."""
    _readers[room] = reader


def list_known(debtor: Debtor, now: datetime) -> list[Known]:
    """All that is known, the newest of each kind first, in the order of `KINDS`."""
    found = [one for reader in _readers.values() for one in reader(debtor, now)]
    found.sort(key=lambda one: one.at.timestamp() if one.at else 0, reverse=True)
    return sorted(found, key=lambda one: KINDS.index(one.kind))


def good_kinds(debtor: Debtor, now: datetime) -> set[str]:
    """The kinds that need not be asked."""
    return {one.kind for one in list_known(debtor, now) if one.is_good}


def read_own(debtor: Debtor, now: datetime) -> Iterable[Known]:
    """What this room and those below know."""
    yield Known("name", debtor.name, "file")
    for proof in Verification.objects.filter(
        conversation__debtor=debtor, verified_at__isnull=False
    ).exclude(level="none"):
        good = proof.expires_at is not None and proof.expires_at > now
        yield Known(
            "identity",
            proof.level,
            proof.method or "proof",
            proof.channel,
            f"debtor:{debtor.pk}",
            proof.verified_at,
            good,
        )
    for point in ContactPoint.objects.filter(debtor=debtor, is_valid=True).order_by("priority"):
        if point.kind in ("phone", "email", "address"):
            kind: Kind = point.kind  # type: ignore[assignment]
            yield Known(kind, point.value, point.quality or "file", by=point.source)
    for wish in ContactWish.objects.filter(debtor=debtor, withdrawn_at=None):
        if wish.kind == "preferred_channel":
            yield Known("channel", wish.channel, "wish", by=wish.recorded_by, at=wish.wished_at)
        elif wish.kind == "requested_hours":
            hours = f"{wish.from_time or ''}–{wish.to_time or ''}"
            yield Known("hour", hours, "wish", by=wish.recorded_by, at=wish.wished_at)
    for row in KnownFact.objects.filter(debtor=debtor).order_by("-learned_at", "-pk"):
        good = is_good(row.kind, row.learned_at, now)
        if row.kind == "payment_date" and row.value < now.date().isoformat():
            good = False
        yield Known(
            row.kind,  # type: ignore[arg-type]
            row.value,
            row.source,
            row.channel,
            row.recorded_by,
            row.learned_at,
            good,
        )


def record_fact(
    *,
    debtor: Debtor,
    kind: str,
    value: str,
    source: str,
    channel: str,
    actor: Actor,
    now: datetime,
    turn: Turn | None = None,
) -> KnownFact:
    """Remember what a debtor told (`source`: said, form) or an agent wrote down (`noted`). Raises
    UnknownFact and NothingSaid."""
    told = " ".join(value.split())[:LONGEST]
    if kind not in KINDS:
        raise UnknownFact(kind=kind)
    if not told:
        raise NothingSaid()
    row = KnownFact.objects.create(
        creditor_id=debtor.creditor_id,
        debtor=debtor,
        kind=kind,
        value=told,
        source=source,
        channel=channel,
        recorded_by=actor.label,
        turn=turn,
        learned_at=now,
    )
    publish(
        events.FACT_LEARNED,
        actor=actor,
        now=now,
        creditor_id=debtor.creditor_id,
        refs=[f"debtor:{debtor.pk}"],
        data={"kind": kind, "source": source, "channel": channel},
    )
    return row


def note_asked(
    *,
    debtor: Debtor,
    kinds: Sequence[str],
    channel: str,
    asked_by: str,
    now: datetime,
    turn: Turn | None = None,
    known: set[str] | None = None,
) -> list[AskedQuestion]:
    """Count questions that were put: by `assistant`, `agent` or `portal`. `known`: what was known
    when they were, where the caller has it."""
    if not kinds:
        return []
    before = good_kinds(debtor, now) if known is None else known
    return AskedQuestion.objects.bulk_create(
        AskedQuestion(
            creditor_id=debtor.creditor_id,
            debtor=debtor,
            kind=kind,
            channel=channel,
            asked_by=asked_by,
            turn=turn,
            was_known=kind in before,
            asked_at=now,
        )
        for kind in kinds
    )


def note_agent_questions(*, turn: Turn, now: datetime) -> list[AskedQuestion]:
    """Count what an agent asks in a turn, by its words."""
    debtor = turn.conversation.debtor
    return note_asked(
        debtor=debtor,
        kinds=questions_in(turn.text),
        channel=turn.channel,
        asked_by="agent",
        now=now,
        turn=turn,
    )


@dataclass(frozen=True, slots=True)
class AskedLine:
    """How often something was asked, and how often though it was known."""

    kind: str
    asked_by: str
    asked: int
    again: int

    @property
    def rate(self) -> float:
        return self.again / self.asked if self.asked else 0.0


def list_asked(*, creditor_ids: Sequence[int], since: datetime, until: datetime) -> list[AskedLine]:
    """The questions put from `since` to `until`, by kind and by who asks, those asked again
    most often first."""
    rows = (
        AskedQuestion.objects.filter(
            creditor_id__in=creditor_ids, asked_at__gte=since, asked_at__lte=until
        )
        .values("kind", "asked_by")
        .annotate(asked=Count("pk"), again=Count("pk", filter=Q(was_known=True)))
    )
    lines = [AskedLine(**row) for row in rows]
    return sorted(lines, key=lambda line: (-line.again, -line.asked, line.kind, line.asked_by))
