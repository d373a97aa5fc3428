"""The form of a policy: a document as fields that a person types in, and back. Pure but for words.

A field is named by its key in the document (`agent.max_discount_percent`), so that a fault of a
document and one of a file are the same, and stand beside their field.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from acuerdo.agreements.documents import PolicyDocument, read_document
from acuerdo.agreements.files import PolicyFaults
from acuerdo.agreements.negotiation import LEVERS
from acuerdo.web.typed import Unreadable, parse_amount

HOLDERS = ("opening", "levers", "agent", "supervisor")
_MONEY = ("min_instalment", "tolerance")
_SCOPE = ("code", "segment", "dpd_from", "dpd_to")
_LADDER = ("rounds", "shape", "annual_percent")
_LIFE = (
    "min_instalment",
    "offer_valid_days",
    "grace_days",
    "tolerance",
    "max_rolls",
    "max_roll_days",
    "max_renegotiations",
    "max_disposable_percent",
)
_FLAGS = ("asks_capacity",)
_TEXTS = ("code", "segment")
_LONGEST = 60

Words = str | Promise

_LABELS: dict[str, tuple[Words, Words]] = {
    "code": (
        gettext_lazy("Name"),
        gettext_lazy("Small letters. Under another name it becomes a policy of its own."),
    ),
    "segment": (gettext_lazy("Segment"), gettext_lazy("Its code; empty: every segment.")),
    "dpd_from": (gettext_lazy("From day past due"), gettext_lazy("Empty: no limit.")),
    "dpd_to": (gettext_lazy("To day past due"), gettext_lazy("Empty: no limit.")),
    "rounds": (
        gettext_lazy("Moves until the floor"),
        gettext_lazy("Each after the debtor offers more than before."),
    ),
    "shape": (gettext_lazy("How it is given"), ""),
    "annual_percent": (
        gettext_lazy("What waiting a year costs, %"),
        gettext_lazy("To compare money today with money later."),
    ),
    "min_instalment": (gettext_lazy("Least instalment"), ""),
    "tolerance": (
        gettext_lazy("Tolerance"),
        gettext_lazy("Missing so little, an instalment counts as paid."),
    ),
    "offer_valid_days": (gettext_lazy("An offer stands, days"), ""),
    "grace_days": (gettext_lazy("Days of grace"), gettext_lazy("After an instalment's date.")),
    "max_rolls": (gettext_lazy("A date may move, times"), ""),
    "max_roll_days": (gettext_lazy("… by days at most"), ""),
    "max_renegotiations": (gettext_lazy("An agreement may be replaced, times"), ""),
    "max_disposable_percent": (
        gettext_lazy("Of what is left of an income, %"),
        gettext_lazy("No month asks for more, where the debtor told it."),
    ),
    "asks_capacity": (
        gettext_lazy("Ask for income and expenses, where somebody wants smaller payments"),
        "",
    ),
}
LEVER_LABELS: dict[str, tuple[Words, Words]] = {
    "max_first_due_days": (gettext_lazy("First payment within"), gettext_lazy("days")),
    "min_down_percent": (gettext_lazy("Paid down, at least"), gettext_lazy("% of the debt")),
    "max_instalments": (gettext_lazy("Instalments, at most"), ""),
    "max_settlement_parts": (gettext_lazy("Parts of a settlement, at most"), ""),
    "max_fees_percent": (gettext_lazy("Fees let off, at most"), gettext_lazy("% of the fees")),
    "max_interest_percent": (
        gettext_lazy("Interest let off, at most"),
        gettext_lazy("% of the interest"),
    ),
    "max_principal_percent": (
        gettext_lazy("Principal let off, at most"),
        gettext_lazy("% of the principal"),
    ),
    "max_discount_percent": (
        gettext_lazy("In all let off, at most"),
        gettext_lazy("% of the debt"),
    ),
}
HOLDER_LABELS: dict[str, tuple[Words, Words]] = {
    "opening": (gettext_lazy("At first"), gettext_lazy("empty: all at once")),
    "levers": (gettext_lazy("Assistant"), gettext_lazy("its floor")),
    "agent": (gettext_lazy("Agent"), gettext_lazy("with a reason")),
    "supervisor": (gettext_lazy("Supervisor"), gettext_lazy("with a reason")),
}


@dataclass(frozen=True, slots=True)
class Cell:
    """One field as the page shows it."""

    name: str
    label: str
    value: str
    help: str = ""
    wrong: str = ""
    choices: tuple[tuple[str, str], ...] = ()
    inherited: str = ""  # what holds where it is empty

    @property
    def id(self) -> str:
        return f"f-{self.name.replace('.', '-')}"


@dataclass(frozen=True, slots=True)
class Row:
    """One lever over all authorities."""

    label: str
    unit: str
    cells: list[Cell]


@dataclass(slots=True)
class PolicyForm:
    """What is typed, what it says where it can be read, and what is wrong with it.

    `base` is the policy that is changed: what the form does not show (other currencies) stays.
    """

    base: PolicyDocument
    currency: str
    values: Mapping[str, str]
    document: PolicyDocument | None = None
    faults: dict[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, base: PolicyDocument, currency: str) -> PolicyForm:
        """The form as a first look shows it."""
        return cls(base, currency, _values(base, currency), document=base)

    @classmethod
    def typed(cls, base: PolicyDocument, currency: str, data: Mapping[str, str]) -> PolicyForm:
        """The form with what somebody typed."""
        values = {
            name: str(data.get(name, ""))[:_LONGEST].strip() for name in _values(base, currency)
        }
        form = cls(base, currency, values)
        form.document = form._read()
        return form

    def _read(self) -> PolicyDocument | None:
        said: dict[str, Any] = {holder: {} for holder in HOLDERS}
        for name, value in self.values.items():
            holder, dot, lever = name.partition(".")
            if dot:
                if value:
                    said[holder][lever] = _number(value)
            elif name in _FLAGS:
                said[name] = value == "on"
            elif name in _TEXTS:
                said[name] = value
            elif name in _MONEY:
                said[name] = self._amounts(name, value)
            elif value:
                said[name] = _number(value)
        try:
            document = read_document(said)
        except PolicyFaults as wrong:
            for fault in wrong.faults:
                name = fault.key if fault.key in self.values else str(fault.path[0])
                self.faults.setdefault(name, fault.message)
            return None
        return None if self.faults else document

    def _amounts(self, name: str, value: str) -> dict[str, Decimal]:
        amounts = dict(getattr(self.base, name))
        amounts.pop(self.currency, None)
        try:
            if value:
                amounts[self.currency] = parse_amount(value, self.currency)
        except Unreadable:
            self.faults[name] = _("Write an amount.")
        return amounts

    # --- as the page shows it

    @property
    def matrix(self) -> list[Row]:
        return [
            Row(str(label), str(unit), self._lever(lever, str(label)))
            for lever, (label, unit) in LEVER_LABELS.items()
        ]

    def _lever(self, lever: str, label: str) -> list[Cell]:
        """One lever of every holder; where it is empty, what it is instead is shown faintly."""
        cells = []
        inherited = self.values[f"levers.{lever}"]
        for holder in HOLDERS:
            cell = self._cell(f"{holder}.{lever}", f"{label}, {HOLDER_LABELS[holder][0]}")
            cells.append(replace(cell, inherited=inherited))
            if holder in HOLDERS[1:]:
                inherited = cell.value or inherited
        return cells

    @property
    def holders(self) -> list[tuple[str, str]]:
        return [(str(label), str(text)) for label, text in HOLDER_LABELS.values()]

    @property
    def scope(self) -> list[Cell]:
        return self._cells(_SCOPE)

    @property
    def ladder(self) -> list[Cell]:
        return self._cells(_LADDER)

    @property
    def life(self) -> list[Cell]:
        return self._cells(_LIFE)

    @property
    def asks_capacity(self) -> Cell:
        return self._cells(_FLAGS)[0]

    def _cells(self, names: tuple[str, ...]) -> list[Cell]:
        return [self._cell(name, str(_LABELS[name][0]), str(_LABELS[name][1])) for name in names]

    def _cell(self, name: str, label: str, text: str = "") -> Cell:
        if name in _MONEY:
            label = f"{label}, {self.currency}"
        choices = self._shapes() if name == "shape" else ()
        return Cell(name, label, self.values[name], text, self.faults.get(name, ""), choices)

    def _shapes(self) -> tuple[tuple[str, str], ...]:
        """Late, evenly, early, and whatever a file has set."""
        usual = {
            "0.4": _("mostly at the end"),
            "1": _("evenly"),
            "3": _("mostly at first"),
        }
        value = self.values["shape"]
        return tuple((usual if value in usual else {value: value, **usual}).items())


def _values(document: PolicyDocument, currency: str) -> dict[str, str]:
    """The document's fields as texts, each under its key."""
    values = {
        f"{holder}.{lever}": _write(getattr(getattr(document, holder), lever))
        for holder in HOLDERS
        for lever in LEVERS
    }
    for name in (*_SCOPE, *_LADDER, *_LIFE):
        value = getattr(document, name)
        values[name] = _write(value.get(currency) if name in _MONEY else value)
    for name in _FLAGS:
        values[name] = "on" if getattr(document, name) else ""
    return values


def _write(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, Decimal):
        text = f"{value:f}"
        return text.rstrip("0").rstrip(".") if "." in text else text
    return str(value)


def _number(text: str) -> str:
    """`12,5 %` as a machine reads it."""
    return text.removesuffix("%").strip().replace(",", ".")
