"""Putting a decision into words: templates from data files, filled with typed facts alone.

Every template exists in Spanish, Portuguese and English with the same facts; a country may word
some of its own (`es_AR.yaml`). `verified` ones are never rendered for somebody who is not.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from importlib import resources
from typing import Any

import yaml
from babel.dates import format_date
from babel.numbers import format_decimal

from acuerdo.assistant.dialogue.flow import Address, Flow, Warmth, addresses_in
from acuerdo.assistant.dialogue.guard import check_text
from acuerdo.assistant.dialogue.values import (
    AnswerValue,
    CountValue,
    DateValue,
    FactValue,
    MeaningValue,
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
from acuerdo.core.money import Money, format_money

_USUAL = Flow()
_FIELD = re.compile(r"\{(\w+)\}")
_DATE_PATTERNS = {
    "es": "EEEE d 'de' MMMM 'de' y",
    "pt": "EEEE, d 'de' MMMM 'de' y",
    "en": "EEEE d MMMM y",
}
_LOCALES = {
    ("es", "CO"): "es_CO",
    ("es", "MX"): "es_MX",
    ("es", "AR"): "es_AR",
    ("es", "ES"): "es_ES",
    ("es", "CL"): "es_CL",
    ("es", "PE"): "es_PE",
    ("pt", "BR"): "pt_BR",
    ("pt", "PT"): "pt_PT",
    ("en", "GB"): "en_GB",
}
_FALLBACK_LOCALES = {"es": "es_CO", "pt": "pt_BR", "en": "en_US"}


@dataclass(frozen=True, slots=True)
class Entry:
    """What a template may state and ask."""

    facts: frozenset[str]
    asks: bool
    verified: bool
    buttons: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Button:
    """A quick answer: what it means (accept, other, human, `meant:<name>`) and its title."""

    name: str
    title: str


@dataclass(frozen=True, slots=True)
class Reply:
    """The text that goes out, its buttons, and what the guard found (empty: nothing).

    `plain`: the guard stopped every wording, and the text only says that a person will answer.
    """

    text: str
    buttons: tuple[Button, ...]
    blocked: tuple[str, ...] = ()
    plain: bool = False


def _load(name: str) -> dict[str, Any]:
    folder = resources.files("acuerdo.assistant.dialogue").joinpath("templates")
    data = yaml.safe_load(folder.joinpath(name).read_text(encoding="utf-8"))
    return {str(key): value for key, value in data.items()}


@lru_cache(maxsize=1)
def catalogue() -> dict[str, Entry]:
    """Every template by id."""
    return {
        name: Entry(
            facts=frozenset(row.get("facts", ())),
            asks=bool(row.get("asks")),
            verified=bool(row.get("verified")),
            buttons=tuple(row.get("buttons", ())),
        )
        for name, row in _load("catalogue.yaml").items()
    }


@lru_cache(maxsize=64)
def texts(
    language: str, country: str, address: Address = "country", warmth: Warmth = "plain"
) -> dict[str, str]:
    """The wording of every template in a language, with the country's own where it has one, in
    the form of address that is wanted where the country uses it."""
    words = dict(_load(f"{language}.yaml"))
    for name in _layers(language, country, address):
        words.update(_load(f"{name}.yaml"))
    if warmth == "warm":
        words.update(_load(f"{language}_warm.yaml"))
    return words


def _layers(language: str, country: str, address: Address) -> tuple[str, ...]:
    """The files of wordings that lie over a language's own, lowest first."""
    if language != "es":
        return ()
    used = addresses_in(country)
    form = address if address in used else used[0]
    if form == "vos":
        return ("es_AR",)
    if country == "MX":
        return ("es_MX", "es_tu", "es_MX_tu") if form == "tu" else ("es_MX",)
    return ("es_tu",) if form == "tu" else ()


def asks(template: str) -> bool:
    """Whether the template asks a question."""
    return catalogue()[template].asks


def discloses(template: str) -> bool:
    """Whether the template tells of a debt, and so needs the verified level."""
    return catalogue()[template].verified


def locale_for(language: str, country: str) -> str:
    """The locale that figures are written in: the country's where it has the language."""
    return _LOCALES.get((language, country), _FALLBACK_LOCALES.get(language, "es_CO"))


def write_date(on: date, language: str, locale: str) -> str:
    """A date in full, weekday and year included, so that it cannot be misread."""
    return str(format_date(on, _DATE_PATTERNS[language], locale=locale))


def compose(
    parts: Sequence[ReplyPart],
    *,
    language: str,
    country: str,
    today: date,
    verified: bool,
    overrides: Mapping[str, str] | None = None,
    flow: Flow = _USUAL,
) -> Reply:
    """The one reply of a turn, in the tone and with the words of the flow. `overrides` are a
    creditor's own wordings by template id.

    What the guard stops (a figure that is no fact, a debt told to a stranger) is replaced: first
    by our own wording of the same parts, and where that fails too, by the plain sentence.
    """
    words = texts(language, country, flow.address, flow.warmth)
    own = {**(overrides or {}), **flow.own_texts(language)}
    stopped: list[str] = []
    for source in ({**words, **own}, words) if own else (words,):
        text, problems = _render(parts, source, language, country, verified)
        if text is not None:
            problems = check_text(text, parts, country=country, today=today)
        if not problems and text is not None:
            return Reply(text, _buttons(parts, words), tuple(stopped))
        stopped.extend(problems)
    return Reply(words["plain"], (), tuple(stopped), plain=True)


def _render(
    parts: Sequence[ReplyPart],
    words: Mapping[str, str],
    language: str,
    country: str,
    verified: bool,
) -> tuple[str | None, tuple[str, ...]]:
    locale = locale_for(language, country)
    lines = []
    for part in parts:
        if discloses(part.template) and not verified:
            return None, (f"{part.template} needs the verified level",)
        try:
            lines.append(_fill(part, words, language, locale))
        except KeyError as error:
            return None, (f"{part.template} has no fact {error}",)
    return "\n".join(lines), ()


def _fill(part: ReplyPart, words: Mapping[str, str], language: str, locale: str) -> str:
    values = {name: _write(value, words, language, locale) for name, value in part.facts.items()}
    return _FIELD.sub(lambda match: values[match[1]], words[part.template])


def _write(value: FactValue, words: Mapping[str, str], language: str, locale: str) -> str:
    if isinstance(value, MoneyValue):
        return format_money(value.money, locale)
    if isinstance(value, DateValue):
        return write_date(value.on, language, locale)
    if isinstance(value, CountValue):
        return str(value.value)
    if isinstance(value, PercentValue):
        return f"{format_decimal(value.value, locale=locale)} %"
    if isinstance(value, TimeValue):
        return value.at
    if isinstance(value, WordValue):
        return words[f"word.{value.name}"]
    if isinstance(value, ProofValue):
        return words[f"proof.{value.factor}"].replace("{digits}", str(value.digits))
    if isinstance(value, MeaningValue):
        return words[f"meant.{value.name}"]
    if isinstance(value, TextValue | UrlValue):
        return value.value
    if isinstance(value, AnswerValue):
        return value.text
    if isinstance(value, ScheduleValue):
        return "\n".join(
            f"{number}. {write_date(item.due_on, language, locale)}: "
            f"{format_money(Money(item.amount_minor, value.currency), locale)}"
            for number, item in enumerate(value.items, 1)
        )
    assert isinstance(value, OptionsValue)
    return "\n".join(
        f"{number}. {_fill(item, words, language, locale)}"
        for number, item in enumerate(value.items, 1)
    )


def _buttons(parts: Sequence[ReplyPart], words: Mapping[str, str]) -> tuple[Button, ...]:
    for part in reversed(parts):
        entry = catalogue()[part.template]
        if entry.asks:
            meant = [one.name for one in part.facts.values() if isinstance(one, MeaningValue)]
            return (
                *(Button(f"meant:{name}", words[f"meant.{name}"]) for name in meant),
                *(Button(name, words[f"button.{name}"]) for name in entry.buttons),
            )
    return ()
