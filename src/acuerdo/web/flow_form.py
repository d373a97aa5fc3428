"""The form of a conversation flow: a document as fields that a person types in, and back. Pure but
for words.

A field is named by its key in the document (`words.es.greeting`), as in `policy_form`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.http import QueryDict
from django.utils.translation import gettext as _

from acuerdo.agreements.files import PolicyFaults
from acuerdo.assistant.dialogue.flow import addresses_in
from acuerdo.assistant.flows.documents import LEVERS, STEPS, FlowDocument, read_document
from acuerdo.assistant.flows.hours import WEEKDAYS
from acuerdo.assistant.flows.scope import Scope
from acuerdo.assistant.nlu.contract import LANGUAGES
from acuerdo.web.policy_form import Cell
from acuerdo.web.typed import Unreadable, parse_amount

Choices = Sequence[tuple[str, str]]

_LONGEST = 400
_MONEY = ("balance_from", "balance_to")
_ORDERS: Mapping[str, tuple[str, ...]] = {"steps": STEPS, "levers": LEVERS}
_LISTS = ("steps", "levers", "whom.segments", "people.days")


@dataclass(frozen=True, slots=True)
class Item:
    """An entry of a list that is put in order, or of one that is ticked."""

    code: str
    label: str
    is_on: bool
    first: bool = False
    last: bool = False


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule of what is left to people."""

    number: int
    cells: list[Cell]
    wrong: str


@dataclass(slots=True)
class FlowForm:
    """What is typed, what it says where it can be read, and what is wrong with it.

    `texts` are the fields by name, `lists` what is ticked, `orders` all entries of an ordered list.
    `base` is the flow that is changed: what the form does not show (other currencies) stays.
    """

    base: FlowDocument
    currency: str
    country: str
    segments: Choices
    texts: dict[str, str]
    lists: dict[str, list[str]]
    orders: dict[str, list[str]]
    rules: int
    document: FlowDocument | None = None
    faults: dict[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, base: FlowDocument, currency: str, country: str, segments: Choices) -> FlowForm:
        """The form as a first look shows it."""
        lists: dict[str, list[str]] = {
            "steps": list(base.steps),
            "levers": list(base.levers),
            "whom.segments": list(base.whom.segments),
            "people.days": list(base.people.days) if base.people else list(WEEKDAYS[:5]),
        }
        orders = {name: _whole(lists[name], name) for name in _ORDERS}
        return cls(
            base,
            currency,
            country,
            segments,
            _texts(base, currency),
            {name: [str(one) for one in listed] for name, listed in lists.items()},
            orders,
            len(base.hand_over) + 1,
            document=base,
        )

    @classmethod
    def typed(
        cls, base: FlowDocument, currency: str, country: str, segments: Choices, data: QueryDict
    ) -> FlowForm:
        """The form with what somebody typed, ticked and moved."""
        rules = min(max(len(data.getlist("rule")), 1), 20)
        names = {*_texts(base, currency), *(name for n in range(rules) for name in _rule_names(n))}
        orders = {name: _whole(data.getlist(f"{name}.order"), name) for name in _ORDERS}
        _move(orders, data.get("move", ""))
        lists = {name: [one[:80] for one in data.getlist(name)][:40] for name in _LISTS}
        for name, order in orders.items():
            lists[name] = [one for one in order if one in lists[name]]
        texts = {name: data.get(name, "")[:_LONGEST].strip() for name in names}
        form = cls(base, currency, country, segments, texts, lists, orders, rules)
        form.document = form._read()
        if form._has(rules - 1):
            form.rules = rules + 1
        return form

    # --- as a document

    def _read(self) -> FlowDocument | None:
        rules = [n for n in range(self.rules) if self._has(n)]
        said: dict[str, Any] = {
            "code": self.texts["code"],
            "whom": {
                **self._scope("whom", self.base.whom),
                "segments": self.lists["whom.segments"],
            },
            "steps": self.lists["steps"],
            "levers": self.lists["levers"],
            "asks": {name: bool(self.texts[f"asks.{name}"]) for name in ("capacity", "contact")},
            "tone": {name: self.texts[f"tone.{name}"] for name in ("address", "warmth")},
            "words": {
                language: {
                    name: self.texts[f"words.{language}.{name}"] for name in ("greeting", "closing")
                }
                for language in LANGUAGES
            },
            "hand_over": [self._scope(f"hand_over.{n}", self._rule(n)) for n in rules],
            "failures": self.texts["failures"],
            "silence": {
                name: self.texts[f"silence.{name}"] or None
                for name in ("remind_after_minutes", "forget_after_hours")
            },
        }
        said["words"] = {one: words for one, words in said["words"].items() if any(words.values())}
        if self.texts["people.opens"] or self.texts["people.closes"]:
            said["people"] = {
                "days": self.lists["people.days"],
                "opens": self.texts["people.opens"],
                "closes": self.texts["people.closes"],
            }
        try:
            document = read_document(said)
        except PolicyFaults as wrong:
            for fault in wrong.faults:
                self.faults.setdefault(self._field(fault.key, rules), fault.message)
            return None
        return None if self.faults else document

    def _has(self, number: int) -> bool:
        """Whether anything is typed into a rule."""
        return any(self.texts.get(name) for name in _rule_names(number))

    def _rule(self, number: int) -> Scope:
        known = self.base.hand_over
        return known[number] if number < len(known) else Scope()

    def _scope(self, name: str, base: Scope) -> dict[str, Any]:
        said: dict[str, Any] = {}
        for key in ("dpd_from", "dpd_to"):
            said[key] = self.texts.get(f"{name}.{key}") or None
        for key in ("products", "segments", "legal_stages"):
            text = self.texts.get(f"{name}.{key}", "")
            said[key] = [one.strip() for one in text.split(",") if one.strip()]
        for key in _MONEY:
            amounts: dict[str, Decimal] = dict(getattr(base, key))
            amounts.pop(self.currency, None)
            text = self.texts.get(f"{name}.{key}", "")
            try:
                if text:
                    amounts[self.currency] = parse_amount(text, self.currency)
            except Unreadable:
                self.faults[f"{name}.{key}"] = _("Write an amount.")
            said[key] = amounts
        return said

    def _field(self, key: str, rules: Sequence[int]) -> str:
        """The field that a fault of the document stands beside."""
        parts = key.split(".")
        if parts[0] == "hand_over" and len(parts) > 1 and parts[1].isdigit():
            parts[1] = str(rules[int(parts[1])])
        known = {*self.texts, *self.lists, *(f"hand_over.{n}" for n in range(self.rules))}
        for length in range(len(parts), 0, -1):
            if ".".join(parts[:length]) in known:
                return ".".join(parts[:length])
        return "code"

    # --- as the page shows it

    @property
    def scope(self) -> list[Cell]:
        money = self.currency
        return [
            self._cell("code", _("Name"), _("Small letters. Another name makes a new flow.")),
            self._cell("whom.products", _("Products"), _("Separated by commas; empty: all.")),
            self._cell("whom.dpd_from", _("Days past due, from")),
            self._cell("whom.dpd_to", _("Days past due, until")),
            self._cell("whom.balance_from", _("Balance from, %(currency)s") % {"currency": money}),
            self._cell("whom.balance_to", _("Balance up to, %(currency)s") % {"currency": money}),
        ]

    @property
    def segment_items(self) -> list[Item]:
        return _items(self.segments, self.lists["whom.segments"])

    @property
    def steps(self) -> list[Item]:
        return self._ordered("steps", step_labels())

    @property
    def levers(self) -> list[Item]:
        return self._ordered("levers", lever_labels())

    def _ordered(self, name: str, labels: Mapping[str, str]) -> list[Item]:
        order = self.orders[name]
        return [
            Item(code, labels[code], code in self.lists[name], not n, n == len(order) - 1)
            for n, code in enumerate(order)
        ]

    @property
    def tone(self) -> list[Cell]:
        forms = {"tu": _("tú"), "usted": _("usted"), "vos": _("vos")}
        allowed = [(form, forms[form]) for form in addresses_in(self.country)]
        return [
            self._cell(
                "tone.address",
                _("Form of address (Spanish)"),
                choices=[("country", _("as usual in the country")), *allowed],
            ),
            self._cell(
                "tone.warmth",
                _("Warmth"),
                choices=[("plain", _("friendly and brief")), ("warm", _("warm"))],
            ),
            self._cell(
                "failures",
                _("A person takes over after"),
                choices=[
                    ("1", _("one message not understood")),
                    ("2", _("two messages not understood")),
                    ("3", _("three messages not understood")),
                ],
            ),
        ]

    @property
    def asks(self) -> list[Item]:
        labels = {
            "asks.capacity": _("Who cannot pay is shown the form of income and expenses"),
            "asks.contact": _("After an agreement: whether this is a good place to write to"),
        }
        return [Item(name, label, bool(self.texts[name])) for name, label in labels.items()]

    @property
    def words(self) -> list[tuple[str, list[Cell]]]:
        names = {"es": "Español", "pt": "Português", "en": "English"}
        return [
            (
                names[language],
                [
                    self._cell(f"words.{language}.greeting", _("First sentence")),
                    self._cell(f"words.{language}.closing", _("At goodbye")),
                ],
            )
            for language in LANGUAGES
        ]

    @property
    def hand_over(self) -> list[Rule]:
        return [
            Rule(n, self._rule_cells(n), self.faults.get(f"hand_over.{n}", ""))
            for n in range(self.rules)
        ]

    def _rule_cells(self, number: int) -> list[Cell]:
        name = f"hand_over.{number}"
        stages = stage_labels()
        return [
            self._cell(
                f"{name}.balance_from",
                _("Balance from, %(currency)s") % {"currency": self.currency},
            ),
            self._cell(f"{name}.dpd_from", _("Days past due, from")),
            self._cell(f"{name}.products", _("Products")),
            self._cell(
                f"{name}.segments",
                _("Segment"),
                choices=self._with_own(self.segments, f"{name}.segments"),
            ),
            self._cell(
                f"{name}.legal_stages",
                _("Legal stage"),
                choices=self._with_own(
                    [*stages.items(), (", ".join(stages), _("any of these"))],
                    f"{name}.legal_stages",
                ),
            ),
        ]

    def _with_own(self, choices: Choices, name: str) -> list[tuple[str, str]]:
        """The choices, none first, and whatever a file has set."""
        shown = [("", _("any")), *choices]
        own = self.texts.get(name, "")
        return shown if own in dict(shown) else [*shown, (own, own)]

    @property
    def silence(self) -> list[Cell]:
        return [
            self._cell(
                "silence.remind_after_minutes",
                _("One friendly line after, minutes"),
                _("Empty: none. Only in an open conversation."),
            ),
            self._cell(
                "silence.forget_after_hours",
                _("The question is forgotten after, hours"),
                _("Empty: never."),
            ),
        ]

    @property
    def people(self) -> list[Cell]:
        return [
            self._cell("people.opens", _("People answer from"), _("Like 09:00; empty: unknown.")),
            self._cell("people.closes", _("until")),
        ]

    @property
    def days(self) -> list[Item]:
        labels = day_labels()
        return [Item(day, labels[day], day in self.lists["people.days"]) for day in WEEKDAYS]

    @property
    def wrong_lists(self) -> dict[str, str]:
        return {name.replace(".", "_"): self.faults.get(name, "") for name in _LISTS}

    def _cell(self, name: str, label: str, text: str = "", choices: Choices = ()) -> Cell:
        value = self.texts.get(name, "")
        return Cell(name, label, value, text, self.faults.get(name, ""), tuple(choices))


def step_labels() -> dict[str, str]:
    return {
        "inform": _("Say what is owed"),
        "offer": _("Show the offers"),
        "ask": _("Ask what is possible"),
    }


def lever_labels() -> dict[str, str]:
    return {
        "full": _("All of it today"),
        "date": _("All of it on a later day"),
        "split": _("Two parts"),
        "instalments": _("Instalments"),
        "discount": _("With a discount"),
    }


def stage_labels() -> dict[str, str]:
    return {
        "attorney": _("represented by a lawyer"),
        "lawsuit": _("a lawsuit has begun"),
        "insolvency": _("insolvency proceedings"),
        "bankruptcy": _("bankruptcy"),
    }


def day_labels() -> dict[str, str]:
    return {
        "mon": _("Mon"),
        "tue": _("Tue"),
        "wed": _("Wed"),
        "thu": _("Thu"),
        "fri": _("Fri"),
        "sat": _("Sat"),
        "sun": _("Sun"),
    }


def _items(choices: Choices, ticked: Iterable[str]) -> list[Item]:
    on = set(ticked)
    known = [Item(code, label, code in on) for code, label in choices]
    return known + [Item(code, code, True) for code in on - {code for code, _label in choices}]


def _whole(order: Iterable[str], name: str) -> list[str]:
    """Every entry of an ordered list: those named first, then the rest."""
    known = _ORDERS[name]
    named = [one for one in dict.fromkeys(order) if one in known]
    return named + [one for one in known if one not in named]


def _move(orders: dict[str, list[str]], move: str) -> None:
    """`steps:ask:up` moves an entry by one place."""
    name, _colon, rest = move.partition(":")
    code, _colon, way = rest.partition(":")
    order = orders.get(name, [])
    if code not in order:
        return
    place = order.index(code)
    other = place - 1 if way == "up" else place + 1
    if 0 <= other < len(order):
        order[place], order[other] = order[other], order[place]


def _rule_names(number: int) -> list[str]:
    keys = ("balance_from", "dpd_from", "products", "segments", "legal_stages")
    return [f"hand_over.{number}.{key}" for key in keys]


def _texts(document: FlowDocument, currency: str) -> dict[str, str]:
    """The document's fields as texts, each under its key."""
    whom = document.whom
    texts = {
        "code": document.code,
        "whom.products": ", ".join(whom.products),
        "whom.dpd_from": _write(whom.dpd_from),
        "whom.dpd_to": _write(whom.dpd_to),
        "whom.balance_from": _write(whom.balance_from.get(currency)),
        "whom.balance_to": _write(whom.balance_to.get(currency)),
        "asks.capacity": "on" if document.asks.capacity else "",
        "asks.contact": "on" if document.asks.contact else "",
        "tone.address": document.tone.address,
        "tone.warmth": document.tone.warmth,
        "failures": str(document.failures),
        "silence.remind_after_minutes": _write(document.silence.remind_after_minutes),
        "silence.forget_after_hours": _write(document.silence.forget_after_hours),
        "people.opens": document.people.opens if document.people else "",
        "people.closes": document.people.closes if document.people else "",
    }
    said = {str(language): words for language, words in document.words.items()}
    for language in LANGUAGES:
        for name in ("greeting", "closing"):
            own = getattr(said[language], name) if language in said else ""
            texts[f"words.{language}.{name}"] = own
    for number, rule in enumerate(document.hand_over):
        values = (
            _write(rule.balance_from.get(currency)),
            _write(rule.dpd_from),
            ", ".join(rule.products),
            ", ".join(rule.segments),
            ", ".join(rule.legal_stages),
        )
        texts.update(zip(_rule_names(number), values, strict=True))
    return texts


def _write(value: Any) -> str:
    if value is None:
        return ""
    return f"{value.normalize():f}" if isinstance(value, Decimal) else str(value)
