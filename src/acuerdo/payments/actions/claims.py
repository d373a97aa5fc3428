"""A payment that a debtor told us of, found good."""

from __future__ import annotations

from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from acuerdo.agreements.queries import local_date
from acuerdo.cases.actions import close_case
from acuerdo.cases.models import Case
from acuerdo.cases.rules import PAYMENT_BOOKED
from acuerdo.core.actor import Actor
from acuerdo.core.money import Money
from acuerdo.payments.actions.reporting import name_payment, report_payment
from acuerdo.payments.errors import AmountNotPayable, DateOutside
from acuerdo.payments.models import Payment
from acuerdo.portfolio.models import Account


def accept_claim(
    *, case: Case, account: Account, amount: Money, paid_on: date, actor: Actor, now: datetime
) -> Payment:
    """Post the payment that `account`'s debtor showed a receipt of, and close the case.

    It counts from the day it was paid, but not from before the account came: what was owed then
    is what the creditor's file said. Once per case. Raises AmountNotPayable, DateOutside,
    CaseClosedAlready, UnknownResolution.
    """
    zone = ZoneInfo(account.creditor.timezone)
    first, today = local_date(account, account.placed_at), local_date(account, now)
    if amount.minor <= 0:
        raise AmountNotPayable(amount=amount)
    if paid_on > today:
        raise DateOutside(on=paid_on, first=first, last=today)
    close_case(case=case, resolution=PAYMENT_BOOKED, actor=actor, now=now)
    noon = datetime.combine(max(paid_on, first), time(12), zone)
    payment, _is_new = report_payment(
        account_id=account.pk,
        external_id=name_payment(account.creditor_id, "case", case.public_id),
        amount=amount,
        paid_at=min(noon, now),
        actor=actor,
        now=now,
    )
    return payment
