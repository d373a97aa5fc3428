"""The last look at a text before it goes out: every figure and date in it must be a fact.

It reads the text with the same grammar that reads the debtor's, so a number in words or a date
with another spelling is seen too. Names and links from the books are taken out first, letter by
letter; whatever digits are then left over and are no fact stop the text.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from acuerdo.assistant.dialogue.values import (
    AnswerValue,
    CountValue,
    DateValue,
    FactValue,
    MoneyValue,
    OptionsValue,
    PercentValue,
    ProofValue,
    ReplyPart,
    ScheduleValue,
    TextValue,
    TimeValue,
    UrlValue,
    WordValue,
)
from acuerdo.assistant.nlu.entities import extract
from acuerdo.assistant.nlu.text import fold
from acuerdo.core.money import Money

_DIGITS = re.compile(r"\d+")
_LINK = re.compile(r"(?:https?://|www\.)\S+", re.I)


@dataclass(slots=True)
class _Allowed:
    amounts: set[Decimal] = field(default_factory=set)
    currencies: set[str] = field(default_factory=set)
    dates: set[date] = field(default_factory=set)
    counts: set[int] = field(default_factory=set)
    percents: set[Decimal] = field(default_factory=set)
    rhythms: set[str] = field(default_factory=set)
    times: set[str] = field(default_factory=set)
    literals: set[str] = field(default_factory=set)


def check_text(
    text: str, parts: Sequence[ReplyPart], *, country: str, today: date
) -> tuple[str, ...]:
    """What in `text` is not among the facts of `parts` (empty: it may go out)."""
    allowed = _Allowed()
    for part in parts:
        for value in part.facts.values():
            _collect(value, allowed)
    rest = text
    for literal in sorted(allowed.literals, key=len, reverse=True):
        rest = rest.replace(literal, " " * len(literal))
    problems = [f"link {match[0]}" for match in _LINK.finditer(rest)]
    folded = fold(rest)
    left = list(folded)
    for entity in extract(folded, rest, country=country, ref_date=today, pending=None):
        read: Any = entity.value
        if entity.type == "amount":
            good = read in allowed.amounts
            if entity.currency and entity.currency not in allowed.currencies:
                good = False
        elif entity.type == "date":
            good = read in allowed.dates
        elif entity.type == "installments":
            good = read in allowed.counts
        elif entity.type == "percent":
            good = read in allowed.percents
        elif entity.type == "frequency":
            good = read in allowed.rhythms
        elif entity.type == "time":
            good = read in allowed.times
        elif entity.type == "number":
            # Small words ("un", "one") are articles; digits are looked at below.
            good = not entity.text[0].isdigit() and isinstance(read, Decimal) and read <= 1
            good = good or read in allowed.counts or read in allowed.amounts
        else:
            # A place in a list is no promise; everything else that can be read must be a fact.
            good = entity.type == "ordinal"
        if good:
            left[entity.start : entity.end] = " " * entity.length
        else:
            problems.append(f"{entity.type} {entity.text}")
    problems.extend(
        f"figure {digits}"
        for digits in _DIGITS.findall("".join(left))
        if int(digits) not in allowed.counts
    )
    return tuple(problems)


def _collect(value: FactValue, allowed: _Allowed) -> None:
    if isinstance(value, MoneyValue):
        _money(value.money, allowed)
    elif isinstance(value, DateValue):
        allowed.dates.add(value.on)
    elif isinstance(value, CountValue):
        allowed.counts.add(value.value)
    elif isinstance(value, PercentValue):
        allowed.percents.add(value.value)
    elif isinstance(value, TimeValue):
        allowed.times.add(value.at)
    elif isinstance(value, ProofValue):
        allowed.counts.add(value.digits)
    elif isinstance(value, WordValue):
        allowed.rhythms.add(value.name)
    elif isinstance(value, TextValue | UrlValue):
        if value.value:
            allowed.literals.add(value.value)
    elif isinstance(value, AnswerValue):
        allowed.literals.update(fact for fact in value.facts if fact)
    elif isinstance(value, ScheduleValue):
        for number, item in enumerate(value.items, 1):
            allowed.counts.add(number)
            allowed.dates.add(item.due_on)
            _money(Money(item.amount_minor, value.currency), allowed)
    elif isinstance(value, OptionsValue):
        for number, part in enumerate(value.items, 1):
            allowed.counts.add(number)
            for inner in part.facts.values():
                _collect(inner, allowed)


def _money(amount: Money, allowed: _Allowed) -> None:
    allowed.amounts.add(amount.to_decimal())
    allowed.currencies.add(amount.currency)
