"""Money that came to the creditor: told by them, and not by a provider of ours."""

from __future__ import annotations

from datetime import datetime
from hashlib import sha256
from typing import Final

from acuerdo.core.actor import Actor
from acuerdo.core.errors import CommandConflict
from acuerdo.core.events import publish
from acuerdo.core.money import Money
from acuerdo.payments import events
from acuerdo.payments.actions.confirming import book_payment
from acuerdo.payments.models import Payment
from acuerdo.portfolio.actions.closing import close_account
from acuerdo.portfolio.models import Account

REPORTED: Final = "creditor"
"""The provider of payments that the creditor tells of."""


def name_payment(creditor_id: int, *what: object) -> str:
    """The external id of a payment that a creditor tells of: their reference, or what it is."""
    return sha256(repr((creditor_id, *what)).encode()).hexdigest()[:40]


def report_payment(
    *,
    account_id: int,
    external_id: str,
    amount: Money,
    paid_at: datetime,
    actor: Actor,
    now: datetime,
) -> tuple[Payment, bool]:
    """Post a payment that was made to the creditor directly; the agreement counts it, and a debt
    of which nothing is left is closed. Returns it and whether it is new.

    Once per `external_id`: the same again changes nothing, with another amount or account it
    raises CommandConflict.
    """
    account = (
        Account.objects.select_for_update(of=("self",))
        .select_related("creditor", "debtor")
        .get(pk=account_id)
    )
    known = Payment.objects.filter(provider=REPORTED, external_id=external_id).first()
    if known is not None:
        if (known.account_id, known.amount_minor) != (account.pk, amount.minor):
            raise CommandConflict(key=external_id, action="report_payment")
        return known, False
    booked = book_payment(
        account=account,
        request=None,
        provider=REPORTED,
        external_id=external_id,
        amount=amount,
        paid_at=paid_at,
        actor=actor,
        now=now,
    )
    publish(
        events.PAYMENT_REPORTED,
        actor=actor,
        now=now,
        creditor_id=account.creditor_id,
        refs=[
            f"account:{account.pk}",
            f"debtor:{account.debtor_id}",
            f"payment:{booked.payment.pk}",
        ],
        data=booked.figures,
    )
    if booked.left_minor <= 0:
        close_account(account_id=account.pk, actor=actor, now=now)
    return booked.payment, True
