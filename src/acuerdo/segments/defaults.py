"""The segments that a new creditor starts with. Ordered: the first that holds takes the account.

Days past due follow the usual ageing buckets. Before them stand the two in which the size of the
balance changes what is worth doing: balances whose collection costs more than it brings, and
those that deserve a person early.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class SegmentSpec:
    """A segment to seed: `code`, its name in es, pt and en, and its predicate."""

    code: str
    names: dict[str, str]
    predicate: dict[str, Any]


def _is(field: str, op: str, value: Any) -> dict[str, Any]:
    return {"field": field, "op": op, "value": value}


DEFAULT_SEGMENTS: tuple[SegmentSpec, ...] = (
    SegmentSpec(
        "before_due",
        {"es": "Antes del vencimiento", "pt": "Antes do vencimento", "en": "Before the due date"},
        _is("dpd", "<=", 0),
    ),
    SegmentSpec(
        "small_balance",
        {"es": "Saldo pequeño", "pt": "Saldo pequeno", "en": "Small balance"},
        _is("relative_balance", "<=", 0.1),
    ),
    SegmentSpec(
        "high_balance",
        {"es": "Saldo alto", "pt": "Saldo alto", "en": "High balance"},
        {"all": [_is("relative_balance", ">=", 5), _is("dpd", "<=", 180)]},
    ),
    SegmentSpec(
        "early",
        {
            "es": "Mora temprana (1 a 30 días)",
            "pt": "Atraso inicial (1 a 30 dias)",
            "en": "Early (1 to 30 days)",
        },
        _is("dpd", "<=", 30),
    ),
    SegmentSpec(
        "mid",
        {
            "es": "Mora media (31 a 90 días)",
            "pt": "Atraso médio (31 a 90 dias)",
            "en": "Mid (31 to 90 days)",
        },
        _is("dpd", "<=", 90),
    ),
    SegmentSpec(
        "late",
        {
            "es": "Mora avanzada (91 a 180 días)",
            "pt": "Atraso avançado (91 a 180 dias)",
            "en": "Late (91 to 180 days)",
        },
        _is("dpd", "<=", 180),
    ),
    SegmentSpec(
        "very_late",
        {
            "es": "Mora muy avanzada (181 días o más)",
            "pt": "Atraso muito avançado (181 dias ou mais)",
            "en": "Very late (181 days or more)",
        },
        _is("dpd", ">", 180),
    ),
)
