"""Entities in the form in which they are exchanged, with offsets into the text as it was given."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from typing import Any

from acuerdo.assistant.nlu.contract import DateRange, Entity, QuestionKind
from acuerdo.assistant.nlu.entities import extract
from acuerdo.assistant.nlu.text import clean, fold, positions

# What the dialogue alone needs: a place in a list, a number that is no value.
_INTERNAL = ("ordinal", "number")


def export_entities(given: str, entities: Iterable[Entity]) -> list[dict[str, Any]]:
    """Entities of `clean(given)` as `{type, text, start, end, value, …}`.

    Offsets count code points of `given`, the end exclusive, and `text` is that slice. `currency`
    (ISO 4217 or None) on amounts, `of` on shares, `unresolved` and `alternatives` where there
    are any. Dates are ISO, amounts, percentages and shares plain numbers.
    """
    places = positions(given)
    return [
        _export(given, entity, places[entity.start][0], places[entity.end - 1][1])
        for entity in entities
        if entity.type not in _INTERNAL
    ]


def read_text(
    given: str, *, country: str, ref_date: date, pending: QuestionKind | None = None
) -> list[dict[str, Any]]:
    """The exported entities of a text as it came in."""
    original = clean(given)
    entities = extract(
        fold(original), original, country=country, ref_date=ref_date, pending=pending
    )
    return export_entities(given, entities)


def _export(given: str, entity: Entity, start: int, end: int) -> dict[str, Any]:
    exported: dict[str, Any] = {
        "type": entity.type,
        "text": given[start:end],
        "start": start,
        "end": end,
        "value": _plain(entity.value),
    }
    if entity.type == "amount":
        exported["currency"] = entity.currency
    if entity.of is not None:
        exported["of"] = entity.of
    if entity.unresolved is not None:
        exported["unresolved"] = entity.unresolved
    if entity.alternatives:
        exported["alternatives"] = [_plain(value) for value in entity.alternatives]
    return exported


def _plain(value: Any) -> Any:
    if isinstance(value, Decimal):
        return float(value)
    if isinstance(value, DateRange):
        return {"from": value.first.isoformat(), "to": value.last.isoformat()}
    if isinstance(value, date):
        return value.isoformat()
    return value
