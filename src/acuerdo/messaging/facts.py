"""The registry of named facts that a template may use.

A fact is a name, a type and a reader: a read-only function of a **set** of subjects. Rooms above
register theirs in `AppConfig.ready()`; nobody here knows what an agreement is. A value is turned
into text here, in the locale of whoever reads it, so a template never formats a figure.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any
from zoneinfo import ZoneInfo

from babel.core import Locale, UnknownLocaleError
from babel.dates import format_date, format_datetime
from babel.numbers import format_decimal

from acuerdo.core.money import Money, format_money


class FactType(StrEnum):
    TEXT = "text"
    MONEY = "money"
    DATE = "date"
    DATETIME = "datetime"
    NUMBER = "number"
    URL = "url"


@dataclass(frozen=True, slots=True)
class FactSubject:
    """Whom a fact is read for. `key` is the caller's own number of the subject."""

    key: int
    creditor_id: int
    debtor_id: int
    account_id: int | None
    locale: str
    timezone: str


FactReader = Callable[[Sequence[FactSubject]], Mapping[int, Any]]


@dataclass(frozen=True, slots=True)
class Fact:
    """`discloses`: whoever reads it learns of a debt. `reader` None: given at delivery."""

    name: str
    kind: FactType
    reader: FactReader | None
    discloses: bool = False


_facts: dict[str, Fact] = {}


def register_fact(
    name: str,
    kind: FactType | str,
    reader: FactReader | None,
    *,
    discloses: bool = True,
) -> None:
    """Make `name` (dotted) usable in templates.

    A reader answers for every subject that it can and leaves the others out; None in its answer
    means that the fact is known to be empty. What a fact discloses is assumed, not hoped for:
    pass `discloses=False` only where a stranger may read it. Raises ValueError on a second
    registration by another reader.
    """
    fact = Fact(name, FactType(kind), reader, discloses)
    known = _facts.get(name)
    if known is not None and known.reader is not reader:
        raise ValueError(f"the fact {name} is registered twice")
    _facts[name] = fact


def list_facts() -> tuple[Fact, ...]:
    """All registered facts, by name."""
    return tuple(_facts[name] for name in sorted(_facts))


def is_disclosing(names: Collection[str]) -> bool:
    """Whether one of `names` lets the reader know of a debt. An unregistered one does."""
    return any(name not in _facts or _facts[name].discloses for name in names)


def read_facts(
    names: Collection[str], subjects: Sequence[FactSubject]
) -> dict[int, dict[str, str | None]]:
    """Each subject's facts as text in its locale: `{key: {"creditor.name": "…"}}`.

    One reading per fact for the whole set. A fact that its reader does not know is left out, so
    that the template that needs it fails rather than says nothing.
    """
    texts: dict[int, dict[str, str | None]] = {subject.key: {} for subject in subjects}
    for name in sorted(set(names)):
        fact = _facts.get(name)
        if fact is None or fact.reader is None:
            continue
        values = fact.reader(subjects)
        for subject in subjects:
            if subject.key in values:
                texts[subject.key][name] = format_fact(
                    fact.kind, values[subject.key], subject.locale, subject.timezone
                )
    return texts


def format_fact(kind: FactType, value: Any, locale: str, timezone: str) -> str | None:
    """`value` as people of `locale` (`es_CO`) write it; None stays None.

    Raises TypeError where the value is not of its type: a float is never money.
    """
    if value is None:
        return None
    match kind:
        case FactType.MONEY:
            if not isinstance(value, Money):
                raise TypeError(f"a money fact is Money, not {value.__class__.__name__}")
            return format_money(value, locale)
        case FactType.DATETIME:
            if not isinstance(value, datetime) or value.tzinfo is None:
                raise TypeError("a datetime fact is an aware datetime")
            local = value.astimezone(ZoneInfo(timezone or "UTC"))
            return format_datetime(local, "long", locale=_locale(locale)).rsplit(" ", 1)[0]
        case FactType.DATE:
            if not isinstance(value, date) or isinstance(value, datetime):
                raise TypeError(f"a date fact is a date, not {value.__class__.__name__}")
            return format_date(value, "long", locale=_locale(locale))
        case FactType.NUMBER:
            if not isinstance(value, int):
                raise TypeError(f"a number fact is a whole number, not {value.__class__.__name__}")
            return format_decimal(value, locale=_locale(locale))
    return str(value)


def _locale(name: str) -> Locale:
    try:
        return Locale.parse(name)
    except (UnknownLocaleError, ValueError):
        return Locale.parse(name[:2])
