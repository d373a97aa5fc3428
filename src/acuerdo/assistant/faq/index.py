"""The entries of a creditor as they are compared with: read once, again after every change."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

from django.conf import settings
from django.db.models import Count, Sum

from acuerdo.assistant.faq.rules import Index, Match, decide, list_wordings, prepared
from acuerdo.assistant.models import FaqEntry
from acuerdo.assistant.nlu.encoder import Floats, WrongWeights, check_weights, get_encoder


def encode(texts: Sequence[str]) -> Floats | None:
    """The meanings of `texts`; None where this installation has no encoder, and the same words
    alone are recognised."""
    if settings.NLU == "rules":
        return None
    try:
        check_weights()
    except WrongWeights:
        return None
    return get_encoder().encode([prepared(text) for text in texts])


def find_entry(creditor_id: int, text: str) -> Match | None:
    """The entry that `text` asks for, None where none does so clearly."""
    index = get_index(creditor_id)
    same = index.find_same(text)
    if same is not None or index.is_empty:
        return same
    vectors = encode([text])
    return None if vectors is None else decide(index.rank(vectors[0]))


def rank_entries(creditor_id: int, text: str) -> list[Match]:
    """Every entry, the nearest first: for a look at how near they are."""
    index = get_index(creditor_id)
    vectors = encode([text])
    ranked = [] if vectors is None else index.rank(vectors[0])
    same = index.find_same(text)
    if same is None:
        return ranked
    return [same, *(one for one in ranked if one.entry != same.entry)]


def get_index(creditor_id: int) -> Index:
    """The entries that are on. Whether they changed is asked for every time, so that all
    processes see a change at once; they are read only then."""
    stamp = FaqEntry.objects.filter(creditor_id=creditor_id).aggregate(
        entries=Count("pk"), changes=Sum("revision")
    )
    return _load(creditor_id, stamp["entries"], stamp["changes"] or 0)


@lru_cache(maxsize=64)
def _load(creditor_id: int, _entries: int, _changes: int) -> Index:
    rows = FaqEntry.objects.filter(creditor_id=creditor_id, is_active=True).order_by("pk")
    return Index(
        [(str(row.public_id), list_wordings(row.questions), bytes(row.vectors)) for row in rows]
    )
