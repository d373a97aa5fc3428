"""Reads of payments. Nothing here writes."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from uuid import UUID

from acuerdo.agreements.models import Agreement
from acuerdo.agreements.queries import get_active_agreement
from acuerdo.core.errors import NotFound
from acuerdo.core.money import Money
from acuerdo.ledger.queries import get_balance
from acuerdo.payments.models import Payment, PaymentRequest
from acuerdo.portfolio.models import Account


@dataclass(frozen=True, slots=True)
class Payable:
    """What may be paid now: `due` is the next part of an agreement that runs (what is missing of
    it), else all that is owed; `most` is the most that is taken."""

    due: Money
    most: Money
    agreement: Agreement | None


def get_payable(account: Account) -> Payable:
    """What to suggest to somebody who wants to pay."""
    owed = Money(max(get_balance(account.pk).total_minor, 0), account.currency)
    agreement = get_active_agreement(account.pk)
    if agreement is None:
        return Payable(owed, owed, None)
    missing = [part.amount_minor - part.paid_minor for part in agreement.instalments.all()]
    left = [minor for minor in missing if minor > 0]
    due = Money(min(left[0], owed.minor) if left else owed.minor, account.currency)
    most = Money(min(sum(left), owed.minor), account.currency)
    return Payable(due, most if agreement.kind == "settlement" else owed, agreement)


def get_request(public_id: UUID | str, creditor_ids: Collection[int]) -> PaymentRequest:
    """A request with its account. Raises NotFound alike where it is another creditor's."""
    try:
        wanted = UUID(str(public_id))
    except ValueError:
        raise NotFound(what=str(public_id)[:40]) from None
    found = (
        PaymentRequest.objects.select_related("account")
        .filter(public_id=wanted, creditor_id__in=list(creditor_ids))
        .first()
    )
    if found is None:
        raise NotFound(what=str(wanted))
    return found


def list_payments(account_id: int) -> Sequence[Payment]:
    """The payments of an account with their allocations, the newest first."""
    rows = Payment.objects.filter(account_id=account_id).prefetch_related("allocations")
    return list(rows.order_by("-paid_at", "-id"))
