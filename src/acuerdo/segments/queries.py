"""Segments as pages and reports see them."""

from __future__ import annotations

from collections.abc import Sequence

from acuerdo.segments.models import Segment


def list_segments(creditor_ids: Sequence[int]) -> list[Segment]:
    """The segments of the creditors, in the order in which they are asked."""
    return list(
        Segment.objects.filter(creditor_id__in=list(creditor_ids)).order_by(
            "creditor_id", "position", "id"
        )
    )


def list_segment_names(creditor_ids: Sequence[int], language: str) -> dict[tuple[int, str], str]:
    """(creditor id, code) → name in `language` (es, pt, en; English where it has none)."""
    return {
        (item.creditor_id, item.code): item.names.get(language[:2])
        or item.names.get("en")
        or item.code
        for item in list_segments(creditor_ids)
    }
