"""Where the payments of an account went, as its history says now."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

from acuerdo.agreements.actions import CoveredPart
from acuerdo.agreements.queries import get_active_agreement, local_date
from acuerdo.core.vocabulary import Component
from acuerdo.ledger.queries import list_shares
from acuerdo.ledger.rules import CREDIT
from acuerdo.ledger.rules.allocation import Due, Terms
from acuerdo.payments.models import Allocation, Payment
from acuerdo.payments.rules import make_terms, spread
from acuerdo.portfolio.models import Account, DueItem


def get_terms(account: Account, on: date) -> Terms:
    """The terms of a payment that counts from `on`, by the creditor's settings, the account's
    instalments, and its agreement where one runs on that date."""
    agreement = get_active_agreement(account.pk)
    agreed_on = local_date(account, agreement.reached_at) if agreement else None
    items = DueItem.objects.filter(account=account).order_by("due_on", "sequence")
    return make_terms(
        account.creditor.settings,
        agreed_on=agreed_on if agreed_on and agreed_on <= on else None,
        dues=[
            Due(item.due_on, Component(item.component), item.amount_minor)
            for item in items
            if item.amount_minor > 0
        ],
    )


def allocate_anew(account_id: int, covered: Mapping[int, Sequence[CoveredPart]]) -> int:
    """Write down where each payment of the account went, where that is not what is written.

    `covered` is what payments (by id) that were just posted covered of the agreement; the others
    keep the instalments that they covered. Returns what of those just posted became credit.
    """
    credit = 0
    shares = list_shares(account_id)
    payments = Payment.objects.filter(account_id=account_id, state="confirmed").order_by("pk")
    for payment in payments.prefetch_related("allocations"):
        mine = shares.get(payment.entry_id, {})
        rows = sorted(payment.allocations.all(), key=lambda row: row.pk)
        written: dict[str, int] = {}
        parts: dict[int, int] = {}
        for row in rows:
            written[row.component] = written.get(row.component, 0) + row.amount_minor
            if row.instalment_id:
                parts[row.instalment_id] = parts.get(row.instalment_id, 0) + row.amount_minor
        if payment.pk in covered:
            parts = {part.instalment_id: part.amount_minor for part in covered[payment.pk]}
            credit += mine.get(CREDIT, 0)
        if written == mine:
            continue
        payment.allocations.all().delete()
        Allocation.objects.bulk_create(
            Allocation(
                payment=payment,
                component=share.component,
                amount_minor=share.amount_minor,
                instalment_id=share.instalment_id,
            )
            for share in spread(mine.items(), parts.items())
        )
    return credit
