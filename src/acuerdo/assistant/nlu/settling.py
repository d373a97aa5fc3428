"""What a bare number is: by what was asked, and by the words around it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date
from decimal import Decimal

from acuerdo.assistant.nlu.contract import Entity, QuestionKind
from acuerdo.assistant.nlu.matching import Hit

MONEY_BEFORE = re.compile(
    r"(?:pag\w+|abon\w+|deposit\w+|consign\w+|transfer\w+|dar\w*|give|pay|paid|send|put|puedo|posso"
    r"|can|do|tengo|tenho|have|got|entrada(?:\s+de)?|inicial(?:\s+de)?|anticipo(?:\s+de)?|ser|son"
    r"|sao|fueron|is|de|with|con|com|up\s+to|hasta|ate|mejor|que|solo|so|just|only|about|unos|uns)\s+$"
)
EACH_AFTER = re.compile(
    r"^\s*(?:mensual\w*|mensa\w+|cada|al\s+mes|por\s+mes|ao\s+mes|a\s+month|per|each|every|monthly"
    r"|weekly|semanal\w*|quincenal\w*|por\s+(?:cuota|parcela|semana)|a\s+week)"
)
EACH_BEFORE = re.compile(r"(?:de|of|at|por)\s+(?:a\s+)?$")
NEGOTIATING: tuple[QuestionKind, ...] = (
    "offer_confirm",
    "offer_choice",
    "payment_date",
    "payment_amount",
    "proposal",
)
# "in 2035" is a year, whatever is paid in it.
_YEARS = (1990, 2099)
_YEAR_BEFORE = re.compile(r"\b(?:en|em|in|de|del|of|ano|year)\s+$")
# "en 3 pero desde enero", at the beginning of an answer: so many parts.
_IN_SO_MANY = re.compile(
    r"^\W*(?:(?:si|ok|dale|no|mejor|y|e|and|then|entonces)\W+)*(?:en|em|in)\s+$"
)
_MOST_PARTS = 60


def settle_numbers(
    folded: str,
    entities: Sequence[Entity],
    hits: dict[str, Hit],
    pending: QuestionKind | None,
    ref: date,
) -> tuple[Entity, ...]:
    """Say what each bare number is, by what was asked and by the words around it."""
    has_plan = "ask_plan" in hits or any(entity.type == "installments" for entity in entities)
    return tuple(
        _settle(folded, entity, hits, pending, ref, has_plan) if entity.type == "number" else entity
        for entity in entities
    )


def _settle(
    folded: str,
    entity: Entity,
    hits: dict[str, Hit],
    pending: QuestionKind | None,
    ref: date,
    has_plan: bool,
) -> Entity:
    value = entity.value
    if not isinstance(value, Decimal):
        return entity
    whole = int(value) if value == value.to_integral_value() else None
    if whole and _YEARS[0] <= whole <= _YEARS[1] and _YEAR_BEFORE.search(folded[: entity.start]):
        return entity
    before, after = folded[: entity.start], folded[entity.end :]
    alone = not re.search(r"[a-z0-9]", before + after) or hits.keys() <= {"affirm", "negate"}
    if pending in ("offer_choice", "account_choice") and alone and whole and whole <= 9:
        return entity.model_copy(update={"type": "ordinal", "value": whole})
    if pending == "payment_date" and alone and whole and 1 <= whole <= 31:
        day = _coming(whole, ref)
        if day:
            return entity.model_copy(update={"type": "date", "value": day})
    if pending in ("proposal", "offer_confirm") and alone and whole and 2 <= whole <= 60:
        return entity.model_copy(update={"type": "installments", "value": whole})
    talking = pending in (None, "open", *NEGOTIATING)
    if talking and whole and 1 < whole <= _MOST_PARTS and _IN_SO_MANY.search(before):
        return entity.model_copy(update={"type": "installments", "value": whole})
    if pending == "payment_amount" and alone and value > 0:
        return entity.model_copy(update={"type": "amount"})
    paying = {"propose_payment", "claim_paid", "request_link", "ask_plan", "dispute"} & hits.keys()
    if value >= 10 and MONEY_BEFORE.search(before) and (paying or pending in NEGOTIATING):
        return entity.model_copy(update={"type": "amount"})
    if value >= 10 and (EACH_AFTER.match(after) or (has_plan and EACH_BEFORE.search(before))):
        return entity.model_copy(update={"type": "amount"})
    if value >= 1_000 and (pending in NEGOTIATING or paying):
        return entity.model_copy(update={"type": "amount"})
    return entity


def _coming(day: int, ref: date) -> date | None:
    from acuerdo.assistant.nlu.entities.days import add_months

    for months in range(3):
        first = add_months(ref.replace(day=1), months)
        try:
            candidate = first.replace(day=day)
        except ValueError:
            continue
        if candidate >= ref:
            return candidate
    return None
