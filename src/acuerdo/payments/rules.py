"""Where a payment goes: which component of the debt, which instalment, what is too much. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from acuerdo.core.money import Money
from acuerdo.core.vocabulary import Component
from acuerdo.ledger.rules import RECEIVED, Code, PostingSpec, debt

# What was added to a debt is paid before the debt itself (Código Civil of Colombia, art. 1653,
# and its like), unless the creditor's policy says else.
DEFAULT_ORDER: Final = (
    Component.FEES,
    Component.COSTS,
    Component.INTEREST,
    Component.PRINCIPAL,
)
CREDIT: Final = "credit"
# The line of the books for what debtors paid beyond their debt, until it is given back.
OVERPAID: Final = "overpaid"


@dataclass(frozen=True, slots=True)
class Share:
    """A part of a payment: a component of the debt (or `credit`: more than was owed), and the
    instalment that it covered, if any."""

    component: str
    amount_minor: int
    instalment_id: int | None = None


def allocation_order(settings: Mapping[str, Any]) -> tuple[Component, ...]:
    """The order of a creditor's settings (`allocation_order`), else the usual one.

    Components that the setting leaves out follow in the usual order; unknown words are skipped.
    """
    chosen = settings.get("allocation_order") or ()
    known = {component.value for component in Component}
    first = [Component(name) for name in chosen if name in known]
    return tuple(dict.fromkeys((*first, *DEFAULT_ORDER)))


def allocate(
    amount_minor: int, balance: Mapping[Component, int], order: Sequence[Component]
) -> list[tuple[str, int]]:
    """`amount_minor` over what is owed, in `order`; what is left is the debtor's credit."""
    shares: list[tuple[str, int]] = []
    left = amount_minor
    for component in order:
        share = min(left, max(balance.get(component, 0), 0))
        if share:
            shares.append((component.value, share))
            left -= share
    if left:
        shares.append((CREDIT, left))
    return shares


def spread(shares: Iterable[tuple[str, int]], covered: Iterable[tuple[int, int]]) -> list[Share]:
    """The same shares cut along the instalments that they covered, in order.

    Credit covers nothing, and neither does what is paid beyond the instalments.
    """
    parts = [list(part) for part in covered]
    found: list[Share] = []
    for component, minor in shares:
        left = minor
        while left and component != CREDIT and parts:
            instalment, open_minor = parts[0]
            share = min(left, open_minor)
            if share:
                found.append(Share(component, share, instalment))
            left -= share
            parts[0][1] -= share
            if parts[0][1] == 0:
                parts.pop(0)
        if left:
            found.append(Share(component, left))
    return found


def make_postings(
    shares: Iterable[tuple[str, int]], account_id: int, currency: str
) -> list[PostingSpec]:
    """The books' side of a payment: received, from the debt, or as the debtor's credit."""
    return [
        PostingSpec(
            Code(RECEIVED),
            Code(OVERPAID) if component == CREDIT else debt(component, account_id),
            Money(minor, currency),
        )
        for component, minor in shares
    ]
