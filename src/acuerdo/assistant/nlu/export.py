"""Entities in the form in which they are exchanged, with offsets into the text as it was given."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from acuerdo.assistant.nlu.contract import Entity, QuestionKind
from acuerdo.assistant.nlu.entities import extract
from acuerdo.assistant.nlu.text import clean, fold

# What the dialogue alone needs: a place in a list, a number that is no value.
_INTERNAL = ("ordinal", "number")


def read_text(
    given: str, *, country: str, ref_date: date, pending: QuestionKind | None = None
) -> list[dict[str, Any]]:
    """The exported entities of a text as it came in."""
    original = clean(given)
    entities = extract(
        fold(original), original, country=country, ref_date=ref_date, pending=pending
    )
    return [_export(entity) for entity in entities if entity.type not in _INTERNAL]


def _export(entity: Entity) -> dict[str, Any]:
    exported: dict[str, Any] = {
        "type": entity.type,
        "text": entity.text,
        "start": entity.start,
        "end": entity.end,
        "value": _plain(entity.value),
    }
    if entity.type == "amount":
        exported["currency"] = entity.currency
    if entity.of is not None:
        exported["of"] = entity.of
    if entity.alternatives:
        exported["alternatives"] = [_plain(value) for value in entity.alternatives]
    return exported


def _plain(value: Any) -> Any:
    if isinstance(value, Decimal):
        return float(value)
    return value.isoformat() if isinstance(value, date) else value
