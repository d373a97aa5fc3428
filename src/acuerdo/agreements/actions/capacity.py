"""A debtor tells what comes in and goes out in a month."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from acuerdo.agreements import events
from acuerdo.agreements.actions.common import check_party, lock_account
from acuerdo.agreements.errors import CapacityNotAsked, CapacityUnreadable
from acuerdo.agreements.models import Capacity
from acuerdo.agreements.queries import read_table
from acuerdo.agreements.rules import EXPENSES
from acuerdo.core.actor import Actor
from acuerdo.core.events import publish
from acuerdo.core.money import Money


def tell_capacity(
    *,
    account_id: int,
    income: Money,
    expenses: Mapping[str, Money],
    actor: Actor,
    now: datetime,
    channel: str = "",
) -> Capacity:
    """Keep what the debtor told of a month; no plan asks for more than is left of it from now on.

    Only where the policy asks for it. The event has no amounts: they can be erased with the person.
    Raises NotVerified, NotFound, CapacityNotAsked; CapacityUnreadable for another currency, a kind
    of expense that we do not ask for, or an amount below zero.
    """
    account = lock_account(account_id)
    check_party(actor, account, str(account.public_id))
    table = read_table(account, now)
    if table.row is None or not table.row.asks_capacity:
        raise CapacityNotAsked()
    amounts = [income, *expenses.values()]
    known = set(expenses) <= set(EXPENSES)
    if not known or any(one.currency != account.currency or one.minor < 0 for one in amounts):
        raise CapacityUnreadable()
    told = Capacity.objects.create(
        creditor_id=account.creditor_id,
        debtor_id=account.debtor_id,
        currency=account.currency,
        income_minor=income.minor,
        expenses_minor={kind: amount.minor for kind, amount in expenses.items()},
        channel=channel,
        told_by=actor.label,
        told_at=now,
    )
    publish(
        events.CAPACITY_TOLD,
        actor=actor,
        now=now,
        creditor_id=account.creditor_id,
        refs=[f"account:{account.pk}", f"debtor:{account.debtor_id}"],
        data={"channel": channel},
    )
    return told
