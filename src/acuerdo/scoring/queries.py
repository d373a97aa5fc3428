"""What models said."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from acuerdo.scoring.models import Score
from acuerdo.scoring.scorecard import MODEL


@dataclass(frozen=True, slots=True)
class ExplainedScore:
    """A stored score with its reasons in words, the strongest first."""

    scored_at: datetime
    model: str
    version: str
    value: float
    band: str
    reasons: tuple[str, ...]


def get_score(
    account_id: int, *, creditor_ids: Sequence[int], language: str
) -> ExplainedScore | None:
    """The latest score of an account of one of the creditors, None where there is none."""
    score = (
        Score.objects.filter(account_id=account_id, creditor_id__in=list(creditor_ids))
        .order_by("-scored_at")
        .first()
    )
    if score is None:
        return None
    return ExplainedScore(
        score.scored_at,
        score.model,
        score.version,
        score.value,
        score.band,
        tuple(MODEL.explain(reason["code"], language) for reason in score.reasons),
    )
