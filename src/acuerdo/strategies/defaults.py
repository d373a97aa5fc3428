"""The strategies that a new creditor starts with: one per default segment, one after a promise.

Every walk is short and ends by itself: a few friendly messages days apart, in channels that the
debtor answers when it suits them, and then silence until the account's segment changes. The
rhythm stays below every cap of the contact rules on purpose; the gate has the last word anyway.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

AFTER_BROKEN_PROMISE = "after_broken_promise"


@dataclass(frozen=True, slots=True)
class StrategySpec:
    """A strategy to seed. `segment_code` is empty where only an event enrols into it."""

    code: str
    segment_code: str
    names: dict[str, str]
    steps: tuple[tuple[str, dict[str, Any]], ...]


def _message(
    template: str, *channels: str, purpose: str = "collection"
) -> tuple[str, dict[str, Any]]:
    config = {"channels": list(channels), "template": template, "purpose": purpose}
    return "message", config


def _wait(days: int) -> tuple[str, dict[str, Any]]:
    return "wait", {"days": days}


_EXIT: tuple[str, dict[str, Any]] = ("exit", {"reason": "finished"})

DEFAULT_STRATEGIES: tuple[StrategySpec, ...] = (
    StrategySpec(
        "before_due",
        "before_due",
        {
            "es": "Recordatorio antes del vencimiento",
            "pt": "Lembrete antes do vencimento",
            "en": "Reminder before the due date",
        },
        (
            _message(
                "reminder_before_due",
                "email",
                "whatsapp",
                "sms",
                purpose="preventive_reminder",
            ),
            _EXIT,
        ),
    ),
    StrategySpec(
        "small_balance",
        "small_balance",
        {"es": "Saldos pequeños", "pt": "Saldos pequenos", "en": "Small balances"},
        (
            _message("first_contact", "email", "sms", "whatsapp"),
            _wait(15),
            _message("follow_up", "email", "sms", "whatsapp"),
            _EXIT,
        ),
    ),
    StrategySpec(
        "high_balance",
        "high_balance",
        {"es": "Saldos altos", "pt": "Saldos altos", "en": "High balances"},
        (
            _message("first_contact", "whatsapp", "email", "sms"),
            _wait(4),
            _message("offer_help", "whatsapp", "email", "sms"),
            _wait(7),
            _message("follow_up", "whatsapp", "email", "sms"),
            _wait(10),
            _EXIT,
        ),
    ),
    StrategySpec(
        "early",
        "early",
        {"es": "Mora temprana", "pt": "Atraso inicial", "en": "Early arrears"},
        (
            _message("first_contact", "whatsapp", "sms", "email"),
            _wait(5),
            _message("follow_up", "whatsapp", "sms", "email"),
            _wait(9),
            _message("offer_help", "email", "whatsapp", "sms"),
            _EXIT,
        ),
    ),
    StrategySpec(
        "mid",
        "mid",
        {"es": "Mora media", "pt": "Atraso médio", "en": "Mid arrears"},
        (
            _message("first_contact", "whatsapp", "sms", "email"),
            _wait(5),
            _message("offer_help", "whatsapp", "sms", "email"),
            _wait(8),
            _message("follow_up", "email", "whatsapp", "sms"),
            _wait(14),
            _message("offer_help", "sms", "whatsapp", "email"),
            _EXIT,
        ),
    ),
    StrategySpec(
        "late",
        "late",
        {"es": "Mora avanzada", "pt": "Atraso avançado", "en": "Late arrears"},
        (
            _message("first_contact", "sms", "whatsapp", "email"),
            _wait(7),
            _message("offer_help", "whatsapp", "email", "sms"),
            _wait(14),
            _message("follow_up", "email", "sms", "whatsapp"),
            _EXIT,
        ),
    ),
    StrategySpec(
        "very_late",
        "very_late",
        {"es": "Mora muy avanzada", "pt": "Atraso muito avançado", "en": "Very late arrears"},
        (
            _message("first_contact", "email", "sms", "whatsapp"),
            _wait(14),
            _message("offer_help", "sms", "email", "whatsapp"),
            _wait(30),
            _message("offer_help", "email", "sms", "whatsapp"),
            _EXIT,
        ),
    ),
    StrategySpec(
        AFTER_BROKEN_PROMISE,
        "",
        {
            "es": "Después de un compromiso no cumplido",
            "pt": "Depois de um compromisso não cumprido",
            "en": "After a promise that was not kept",
        },
        (
            _wait(1),
            _message("broken_promise", "whatsapp", "sms", "email"),
            _wait(6),
            _message("offer_help", "whatsapp", "email", "sms"),
            _EXIT,
        ),
    ),
)
