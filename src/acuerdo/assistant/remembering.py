"""What a turn taught us, kept so that nobody asks it again, and what the assistant asked in it."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import datetime

from acuerdo.assistant.commands import (
    AskPlan,
    Callback,
    Command,
    CorrectSlot,
    Hardship,
    ProposePayment,
)
from acuerdo.assistant.dialogue.engine import TurnResult
from acuerdo.assistant.nlu.text import fold
from acuerdo.conversations.knowledge import Kind
from acuerdo.conversations.known import note_asked, record_fact
from acuerdo.conversations.models import Conversation, Turn
from acuerdo.core.actor import Actor

# What the assistant's questions ask for. To agree or to choose is no fact that could be known.
QUESTIONS: dict[str, Kind] = {
    "verification.ask": "identity",
    "verification.private": "identity",
    "verification.still": "identity",
    "verification.again": "identity",
    "verification.code": "identity",
    "date.ask": "payment_date",
    "date.which": "payment_date",
    "cannot.how_much": "payment_amount",
    "proposal.ask": "payment_amount",
    "callback.when": "callback",
    "update_contact.ask": "phone",
}
_PAY_DAY = re.compile(
    r"\b(?:me pagan|nos pagan|me depositan|me consignan|cobro"
    r"|recibo (?:mi )?(?:sueldo|salario|pago)|me pagam|recebo"
    r"|meu salario (?:cai|sai)|cai (?:o )?(?:meu )?salario|i get paid|i(?:'m| am) paid"
    r"|my pay ?day is|payday is)"
    r"\b[^.;!?\d]{0,30}?\b(\d{1,2})(?:st|nd|rd|th)?\b(?! ?(?:mil|%|k\b|reais|pesos|euros))"
)
_LAST_DAY = 31


def remember_turn(
    *,
    turn: Turn,
    conversation: Conversation,
    commands: Iterable[Command],
    result: TurnResult,
    is_proved: bool,
    actor: Actor,
    now: datetime,
) -> None:
    """Count the questions of the answer by what was known before, and keep what who proved who they
    are told in `commands`."""
    kinds = asked_kinds(result)
    note_asked(
        debtor=conversation.debtor,
        kinds=kinds,
        channel=turn.channel,
        asked_by="assistant",
        now=now,
        turn=turn,
        # A proof holds for one place, and is asked for only where there is none.
        known=set() if kinds == ["identity"] else None,
    )
    if is_proved:
        for kind, value in list_told(turn.text, commands):
            record_fact(
                debtor=conversation.debtor,
                kind=kind,
                value=value,
                source="said",
                channel=turn.channel,
                actor=actor,
                now=now,
                turn=turn,
            )


def asked_kinds(result: TurnResult) -> list[Kind]:
    """What an answer asks for."""
    return [QUESTIONS[part.template] for part in result.says if part.template in QUESTIONS]


def list_told(text: str, commands: Iterable[Command]) -> list[tuple[Kind, str]]:
    """Facts in what was said, each once; the last one of a kind counts."""
    told: dict[Kind, str] = {}
    for command in commands:
        if isinstance(command, ProposePayment | CorrectSlot | AskPlan):
            if command.on is not None:
                told["payment_date"] = command.on.isoformat()
            amount = command.each if isinstance(command, AskPlan) else command.amount
            if amount is not None:
                told["payment_amount"] = f"{amount:f}"
        elif isinstance(command, Callback) and (command.on or command.at):
            day = command.on.isoformat() if command.on else ""
            told["callback"] = f"{day} {command.at or ''}".strip()
        elif isinstance(command, Hardship):
            told["reason"] = "hardship"
    day_of_month = read_pay_day(text)
    if day_of_month is not None:
        told["pay_day"] = str(day_of_month)
    return list(told.items())


def read_pay_day(text: str) -> int | None:
    """The day of the month on which somebody says to be paid."""
    found = _PAY_DAY.search(fold(text))
    if found is None or not 1 <= int(found[1]) <= _LAST_DAY:
        return None
    return int(found[1])
