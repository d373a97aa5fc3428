"""What of an advice is believed. Pure.

A proposal stands only on the debtor's own words, and its values only where our own grammar reads
them there. It never says yes, proves nobody, and where it names a risk that our own reader did not
even think of, a person looks at it instead.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from acuerdo.assistant.advice.contract import Proposal, Question
from acuerdo.assistant.commands import Command, by_priority
from acuerdo.assistant.nlu.contract import DateRange, Entity, QuestionKind, Understanding
from acuerdo.assistant.nlu.fused import commands_from
from acuerdo.assistant.nlu.intents import OF_RULE, RISK, RULE_OF
from acuerdo.assistant.nlu.matching import Hit
from acuerdo.assistant.nlu.text import clean, fold

_SURE = 0.75
_THOUSAND = 1000
_RISKS = {RULE_OF[intent] for intent in RISK} - {"request_human"}
# What only our own reader may hear, whatever it is built from.
_OURS = {"unknown", "affirm", "negate", "accept_offer", "give_document"}


def is_unclear(understanding: Understanding, below: float) -> bool:
    """Whether a second reader is asked: nothing was understood, or (of what the classifier alone
    heard) less surely than `below`. What a rule heard is precise."""
    return all(
        command.kind == "unknown" or (command.source == "nlu" and command.confidence < below)
        for command in understanding.commands
    )


@dataclass(frozen=True, slots=True)
class Believed:
    """The commands that stand (none: the embedded understanding does), and how many proposals
    were refused."""

    commands: tuple[Command, ...]
    refused: int = 0


def believe(
    proposals: Sequence[Proposal],
    question: Question,
    *,
    text: str,
    understanding: Understanding,
    pending: QuestionKind | None,
    ref_date: date,
) -> Believed:
    """The commands of an advice on `text`, which `question` showed with personal data hidden."""
    hits: dict[str, Hit] = {}
    values: dict[str, dict[str, Any]] = {}
    for proposal in proposals:
        found = _values(proposal, understanding.entities)
        if found is None or not _is_said(proposal, question):
            continue
        name = proposal.name
        if name in _RISKS and OF_RULE[name] not in understanding.top3:
            name = "request_human"
        hits[name] = Hit(name, f"llm.{name}", 0, len(clean(text)), _SURE)
        values[name] = found
    commands = [
        _with(command, values)
        for command in (
            commands_from(text, understanding, list(hits.values()), pending, ref_date)
            if hits
            else ()
        )
        if command.kind not in _OURS
    ]
    return Believed(by_priority(tuple(commands)), len(proposals) - len(hits))


def _is_said(proposal: Proposal, question: Question) -> bool:
    quote = " ".join(fold(clean(proposal.quote)).split())
    return (
        proposal.name in question.names
        and bool(quote)
        and quote in " ".join(fold(clean(question.text)).split())
    )


def _values(proposal: Proposal, entities: Sequence[Entity]) -> dict[str, Any] | None:
    """The proposal's values as our grammar has them; None where one of them is not in the text."""
    found: dict[str, Any] = {}
    if proposal.amount is not None:
        found["amount"] = _amount(proposal.amount, entities)
    if proposal.date is not None:
        found["on"] = _day(proposal.date, entities)
    if proposal.count is not None:
        found["count"] = next(
            (
                proposal.count
                for entity in entities
                if entity.type in ("installments", "number", "ordinal")
                and entity.value == proposal.count
            ),
            None,
        )
    return None if None in found.values() else found


def _amount(said: str, entities: Sequence[Entity]) -> Decimal | None:
    """The amount of ours that was meant: "200" and "200000" may be the same words."""
    try:
        wanted = Decimal(said)
    except InvalidOperation:
        return None
    for entity in entities:
        if entity.type in ("amount", "number") and isinstance(entity.value, Decimal | int):
            value = Decimal(entity.value)
            if wanted in (value, value * _THOUSAND):
                return value
    return None


def _day(said: str, entities: Sequence[Entity]) -> date | None:
    try:
        wanted = date.fromisoformat(said)
    except ValueError:
        return None
    for entity in entities:
        readings = [entity.value, *entity.alternatives]
        if isinstance(entity.value, DateRange):
            readings.append(entity.value.first)
        if entity.type in ("date", "date_range") and wanted in readings:
            return wanted
    return None


def _with(command: Command, values: dict[str, dict[str, Any]]) -> Command:
    """The command as the advice's, with the values that it picked among ours."""
    own = values.get(command.kind, {})
    picked = {name: value for name, value in own.items() if hasattr(command, name)}
    return command.model_copy(update={**picked, "source": "llm", "confidence": _SURE})
