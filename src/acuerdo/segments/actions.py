"""Keep segments, and put accounts into them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import polars as pl
from django.db import connection

from acuerdo.core.actor import SYSTEM, Actor
from acuerdo.core.bulk import copy_frame, staging
from acuerdo.core.events import publish
from acuerdo.portfolio.models import Account
from acuerdo.segments.defaults import DEFAULT_SEGMENTS, SegmentSpec
from acuerdo.segments.errors import PredicateInvalid, SegmentUnnamed
from acuerdo.segments.events import SEGMENTS_ASSIGNED
from acuerdo.segments.models import Segment
from acuerdo.segments.rules import Rule, assign, list_problems


def seed_segments(
    *, creditor_id: int, specs: Sequence[SegmentSpec] = DEFAULT_SEGMENTS
) -> list[Segment]:
    """Give a creditor without segments those of `specs`, in order; else leave its own alone.

    Raises PredicateInvalid or SegmentUnnamed before anything is written.
    """
    for spec in specs:
        check_segment(code=spec.code, names=spec.names, predicate=spec.predicate)
    if not Segment.objects.filter(creditor_id=creditor_id).exists():
        Segment.objects.bulk_create(
            [
                Segment(
                    creditor_id=creditor_id,
                    code=spec.code,
                    names=spec.names,
                    position=position,
                    predicate=spec.predicate,
                )
                for position, spec in enumerate(specs, start=1)
            ],
            ignore_conflicts=True,
        )
    return list(Segment.objects.filter(creditor_id=creditor_id).order_by("position"))


def check_segment(*, code: str, names: dict[str, str], predicate: object) -> None:
    """Raise PredicateInvalid or SegmentUnnamed where a segment may not be stored."""
    problems = list_problems(predicate)
    if problems:
        raise PredicateInvalid(
            segment=code, place=problems[0].path or "/", found=problems[0].found[:80]
        )
    if not all(names.get(language) for language in ("es", "pt", "en")):
        raise SegmentUnnamed(segment=code)


def assign_segments(
    frame: pl.DataFrame, *, now: datetime, creditor_id: int, actor: Actor = SYSTEM
) -> pl.DataFrame:
    """Put every account of `frame` into the first of the creditor's segments that holds.

    `frame` has one row per account: `account_id`, `score_band` and the facts that the segments
    ask for (`rules.FIELDS`). Account rows are touched only where segment or band changed; one
    event tells how many changed and how many accounts each segment has. Returns `frame` with
    `segment_code` (`""` where no segment holds).
    """
    segments = Segment.objects.filter(creditor_id=creditor_id, is_active=True)
    rules = [Rule(item.code, item.predicate) for item in segments.order_by("position", "id")]
    assigned = frame.with_columns(assign(frame, rules).alias("segment_code"))
    if assigned.is_empty():
        return assigned
    table = Account._meta.db_table
    columns = {"account_id": "bigint", "segment_code": "text", "score_band": "text"}
    with staging("segments_staged", columns) as staged, connection.cursor() as cursor:
        copy_frame(staged, assigned.select(*columns))
        cursor.execute(
            f"""
            UPDATE {table} AS account
            SET segment_code = staged.segment_code, score_band = staged.score_band
            FROM {staged} AS staged
            WHERE account.id = staged.account_id AND account.creditor_id = %s
              AND (account.segment_code, account.score_band)
                  IS DISTINCT FROM (staged.segment_code, staged.score_band)
            """,
            [creditor_id],
        )
        changed = cursor.rowcount
    if changed:
        counts = assigned.group_by("segment_code").len().sort("segment_code")
        publish(
            SEGMENTS_ASSIGNED,
            actor=actor,
            now=now,
            creditor_id=creditor_id,
            data={"changed": changed, "segments": dict(counts.iter_rows())},
        )
    return assigned
