"""How debtors found their conversations: the mean of the scores, and how many answered at all."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from django.db.models import Avg, Count, QuerySet

from acuerdo.conversations.models import Satisfaction

By = Literal["conversation__creditor_id", "language", "channel", "owner"]


@dataclass(frozen=True, slots=True)
class Scored:
    """Of `asked` questions `answered` were; `mean` of 1 to 5, None where none was."""

    key: str
    asked: int
    answered: int
    mean: float | None


@dataclass(frozen=True, slots=True)
class Comment:
    """What somebody wrote beside their score, masked."""

    text: str
    score: int
    channel: str
    owner: str
    language: str
    at: datetime
    conversation: str


def get_satisfaction(creditor_ids: Sequence[int], since: datetime) -> Scored:
    """All conversations of these creditors that were asked about since then."""
    whole = _rows(creditor_ids, since).aggregate(
        asked=Count("pk"), answered=Count("score"), mean=Avg("score")
    )
    return Scored("", whole["asked"], whole["answered"], whole["mean"])


def list_satisfaction(creditor_ids: Sequence[int], since: datetime, by: By) -> list[Scored]:
    """The same by creditor (its id), language, channel, or who spoke last; the most asked first."""
    rows = (
        _rows(creditor_ids, since)
        .values(by)
        .annotate(asked=Count("pk"), answered=Count("score"), mean=Avg("score"))
        .order_by("-asked", by)
    )
    return [Scored(str(row[by]), row["asked"], row["answered"], row["mean"]) for row in rows]


def count_scores(creditor_ids: Sequence[int], since: datetime) -> dict[int, int]:
    """How many gave each score, 1 to 5."""
    rows = _rows(creditor_ids, since).exclude(score=None).values("score").annotate(n=Count("pk"))
    found = {row["score"]: row["n"] for row in rows}
    return {score: found.get(score, 0) for score in range(1, 6)}


def list_comments(creditor_ids: Sequence[int], since: datetime, limit: int = 20) -> list[Comment]:
    """The newest words beside a score."""
    rows = _rows(creditor_ids, since).exclude(comment="").exclude(score=None)
    return [
        Comment(
            text=row.comment,
            score=row.score or 0,
            channel=row.channel,
            owner=row.owner,
            language=row.language,
            at=row.answered_at or row.asked_at,
            conversation=str(row.conversation.public_id),
        )
        for row in rows.select_related("conversation").order_by("-asked_at")[:limit]
    ]


def _rows(creditor_ids: Sequence[int], since: datetime) -> QuerySet[Satisfaction]:
    return Satisfaction.objects.filter(
        conversation__creditor_id__in=list(creditor_ids), asked_at__gte=since
    )
