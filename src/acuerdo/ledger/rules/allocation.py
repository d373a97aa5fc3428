"""Where money goes: which part of what is owed a payment covers first. Pure."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final

from acuerdo.core.vocabulary import Component

# What was added to a debt is paid before the debt itself (Código Civil of Colombia, art. 1653,
# and its like), unless the creditor's policy says else.
DEFAULT_ORDER: Final = (
    Component.FEES,
    Component.COSTS,
    Component.TAXES,
    Component.INTEREST,
    Component.PRINCIPAL,
)
PRINCIPAL_FIRST: Final = (
    Component.PRINCIPAL,
    Component.INTEREST,
    Component.TAXES,
    Component.COSTS,
    Component.FEES,
)

Open = Mapping[tuple[date, Component], int]
"""What is owed, in minor units above zero, by the date from which it counts and component."""


class Method(StrEnum):
    """What decides first: the component, the age of a charge, or the instalment it is in."""

    COMPONENT = "component"
    OLDEST = "oldest"
    INSTALMENT = "instalment"


@dataclass(frozen=True, slots=True)
class Due:
    """A part of a component that falls due on a date."""

    due_on: date
    component: Component
    amount_minor: int


@dataclass(frozen=True, slots=True)
class Terms:
    """How one payment is spread. They are kept with the payment, so that another policy or
    another plan of instalments changes nothing of what was paid before.

    `order` decides between components, `method` what comes before that. Where an agreement ran,
    what was owed on `agreed_on` comes before what was charged later. `dues` are the instalments
    that `Method.INSTALMENT` goes by.
    """

    method: Method = Method.COMPONENT
    order: tuple[Component, ...] = DEFAULT_ORDER
    agreed_on: date | None = None
    dues: tuple[Due, ...] = ()


USUAL: Final = Terms()


def make_order(names: Iterable[str]) -> tuple[Component, ...]:
    """An order of all components from the names of some: the others follow in the usual one, and
    unknown words are skipped."""
    known = {component.value for component in Component}
    return tuple(
        dict.fromkeys((*(Component(name) for name in names if name in known), *DEFAULT_ORDER))
    )


def write_terms(terms: Terms) -> str:
    """The terms as the books keep them: one text for the same terms, '' for the usual ones."""
    if terms == USUAL:
        return ""
    said = {
        "method": terms.method.value,
        "order": [component.value for component in terms.order],
        "agreed_on": terms.agreed_on.isoformat() if terms.agreed_on else None,
        "dues": [[due.due_on.isoformat(), due.component, due.amount_minor] for due in terms.dues],
    }
    return json.dumps({name: value for name, value in said.items() if value}, sort_keys=True)


def read_terms(text: str) -> Terms:
    """The terms that `write_terms` wrote."""
    if not text:
        return USUAL
    said = json.loads(text)
    agreed_on = said.get("agreed_on")
    return Terms(
        Method(said["method"]),
        tuple(Component(name) for name in said["order"]),
        date.fromisoformat(agreed_on) if agreed_on else None,
        tuple(
            Due(date.fromisoformat(on), Component(part), minor)
            for on, part, minor in said.get("dues", ())
        ),
    )


def allocate(
    amount_minor: int, owed: Open, terms: Terms
) -> tuple[dict[tuple[date, Component], int], int]:
    """What `amount_minor` covers of `owed`, and what is left of it: the debtor's credit."""
    covered: dict[tuple[date, Component], int] = {}
    left = amount_minor
    for key, minor in _in_order(owed, terms):
        if not left:
            break
        share = min(left, minor)
        covered[key] = covered.get(key, 0) + share
        left -= share
    return covered, left


def _in_order(owed: Open, terms: Terms) -> list[tuple[tuple[date, Component], int]]:
    """The parts of `owed` in the order in which they are paid; a charge that several instalments
    share comes up once for each."""
    rank = {component: place for place, component in enumerate(terms.order)}
    parts = _cut_by_due(owed, terms.dues) if terms.method is Method.INSTALMENT else [
        (on, on, component, minor) for (on, component), minor in owed.items()
    ]  # fmt: skip

    def place(part: tuple[date, date, Component, int]) -> tuple[object, ...]:
        due_on, on, component, _minor = part
        is_later = terms.agreed_on is not None and on > terms.agreed_on
        if terms.method is Method.COMPONENT:
            return is_later, rank[component], on
        return is_later, due_on, rank[component], on

    return [((on, part), minor) for _due, on, part, minor in sorted(parts, key=place)]


def _cut_by_due(owed: Open, dues: Sequence[Due]) -> list[tuple[date, date, Component, int]]:
    """`owed` as (due date, date of the charge, component, minor units).

    What is still owed of a component is the last of its instalments, as what was paid went to the
    earlier ones; what is owed beyond all of them is due from the date of its charge.
    """
    parts: list[tuple[date, date, Component, int]] = []
    for component in Component:
        charges = [(on, minor) for (on, part), minor in sorted(owed.items()) if part == component]
        left = sum(minor for _on, minor in charges)
        claims: list[tuple[date, int]] = []
        mine = (due for due in dues if due.component == component)
        for due in sorted(mine, key=lambda due: due.due_on, reverse=True):
            claim = min(due.amount_minor, left)
            claims.append((due.due_on, claim))
            left -= claim
        # The oldest charges fill the instalments; the newest, beyond them, stand for themselves.
        for due_on, claim in reversed(claims):
            taken, charges = _take(charges, claim)
            parts.extend((due_on, on, component, minor) for on, minor in taken)
        parts.extend((on, on, component, minor) for on, minor in charges)
    return parts


def _take(
    charges: Sequence[tuple[date, int]], amount_minor: int
) -> tuple[list[tuple[date, int]], list[tuple[date, int]]]:
    """`amount_minor` off the first of `charges`: what was taken, and what is left."""
    taken: list[tuple[date, int]] = []
    rest: list[tuple[date, int]] = []
    for on, minor in charges:
        share = min(minor, amount_minor)
        amount_minor -= share
        if share:
            taken.append((on, share))
        if minor > share:
            rest.append((on, minor - share))
    return taken, rest
