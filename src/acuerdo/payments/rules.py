"""Where a payment goes: by which terms it is spread, and which instalment it covers. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from acuerdo.ledger.rules import CREDIT
from acuerdo.ledger.rules.allocation import (
    PRINCIPAL_FIRST,
    USUAL,
    Due,
    Method,
    Terms,
    make_order,
)

# What a creditor may set as `allocation`: what decides where a payment goes.
METHODS: Final = {
    "fees_first": USUAL,
    "principal_first": Terms(order=PRINCIPAL_FIRST),
    "oldest_first": Terms(Method.OLDEST),
    "by_instalment": Terms(Method.INSTALMENT),
}
BY_AGREEMENT: Final = "by_agreement"


@dataclass(frozen=True, slots=True)
class Share:
    """A part of a payment: a component of the debt (or CREDIT: more than was owed), and the
    instalment that it covered, if any."""

    component: str
    amount_minor: int
    instalment_id: int | None = None


def make_terms(
    settings: Mapping[str, Any], *, agreed_on: date | None = None, dues: Sequence[Due] = ()
) -> Terms:
    """The terms of a payment by a creditor's settings.

    `allocation` is one of METHODS, or BY_AGREEMENT: while an agreement runs (reached on
    `agreed_on`), what was owed then comes before what was charged since. `allocation_order` names
    components; those it leaves out follow in the usual order. Unknown words are skipped.
    """
    method = METHODS.get(str(settings.get("allocation")), USUAL)
    named = settings.get("allocation_order") or ()
    order = make_order(named) if named else method.order
    if method.method is Method.INSTALMENT:
        return Terms(method.method, order, dues=tuple(dues))
    by_agreement = settings.get("allocation") == BY_AGREEMENT
    return Terms(method.method, order, agreed_on if by_agreement else None)


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
