"""What the rooms beside the conversation know of a debtor, for its registry of facts; and the day
on which somebody is paid next."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterable
from datetime import date, datetime, timedelta

from acuerdo.agreements.models import Agreement, Capacity, Instalment
from acuerdo.conversations.knowledge import is_good
from acuerdo.conversations.known import Known
from acuerdo.conversations.models import KnownFact
from acuerdo.core.money import Money
from acuerdo.portfolio.models import Debtor


def read_agreements(debtor: Debtor, now: datetime) -> Iterable[Known]:
    """Income as it was told, and the next day of an agreement that runs."""
    told = Capacity.objects.filter(debtor=debtor).order_by("-told_at").first()
    if told is not None:
        amount = Money(told.income_minor, told.currency)
        yield Known(
            "income",
            f"{amount.to_decimal():f} {told.currency}",
            "form",
            told.channel,
            told.told_by,
            told.told_at,
            is_good("income", told.told_at, now),
        )
    running = Agreement.objects.filter(account__debtor=debtor, state="active")
    for part in Instalment.objects.filter(agreement__in=running, state="due").order_by("due_on"):
        agreement = part.agreement
        yield Known(
            "payment_date",
            part.due_on.isoformat(),
            "agreement",
            agreement.channel,
            agreement.accepted_by,
            agreement.reached_at,
        )
        break


def next_pay_day(debtor: Debtor, today: date, now: datetime) -> date | None:
    """The next day on which the debtor is paid, where they told us and it is still good."""
    told = KnownFact.objects.filter(debtor=debtor, kind="pay_day").order_by("-learned_at").first()
    if told is None or not told.value.isdigit() or not is_good("pay_day", told.learned_at, now):
        return None
    return next_day_of_month(int(told.value), today)


def next_day_of_month(day: int, today: date) -> date:
    """The first date after `today` with that day; a short month ends earlier."""
    for month_start in (today.replace(day=1), _next_month(today)):
        last = monthrange(month_start.year, month_start.month)[1]
        found = month_start.replace(day=min(day, last))
        if found > today:
            return found
    return _next_month(_next_month(today)).replace(day=min(day, 28))


def _next_month(on: date) -> date:
    return (on.replace(day=28) + timedelta(days=4)).replace(day=1)
