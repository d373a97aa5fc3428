"""Between what the dialogue says and what the rooms below keep: terms, offers, times."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from acuerdo.agreements.models import Agreement, Offer
from acuerdo.agreements.negotiation import Proposal
from acuerdo.assistant.dialogue import model
from acuerdo.assistant.dialogue.model import OfferFacts
from acuerdo.core.money import Money
from acuerdo.portfolio.models import Account

_MORNING = time(10)
# More parts than any policy has: the nearest that it admits are its smallest.
_MOST_PARTS = 360


def call_back_at(on: date | None, at: str | None, now: datetime) -> datetime:
    """When to call back, in the debtor's zone: never in the past, in the morning where only a day
    was named."""
    if at and at.startswith("+PT") and at.endswith("M") and at[3:-1].isdigit():
        return now + timedelta(minutes=int(at[3:-1]))
    clock_time = time.fromisoformat(at) if at and not at.startswith("+") else _MORNING
    day = max(on or now.date(), now.date())
    due = datetime.combine(day, clock_time, tzinfo=now.tzinfo)
    return due if due > now else due + timedelta(days=1)


def proposal_of(act: model.Propose, currency: str) -> Proposal:
    def amount(value: Decimal | None) -> Money | None:
        return None if value is None else Money.from_decimal(value, currency)

    return Proposal(
        kind=act.want,
        amount=amount(act.amount),
        on=act.on,
        count=_MOST_PARTS if act.lowest else act.count,
        first=amount(act.first),
        each=amount(act.each),
        frequency=act.frequency,
        rest_on=act.rest_on,
        discount_percent=act.percent,
    )


def _left(kind: str, owed_minor: int, total_minor: int) -> int:
    return max(0, owed_minor - total_minor) if kind == "promise" else 0


def offer_facts(offer: Offer, account: Account, owed_minor: int) -> OfferFacts:
    return OfferFacts.model_validate(
        {
            "ref": str(offer.public_id),
            "account": str(account.public_id),
            "kind": offer.kind,
            "currency": offer.currency,
            "total_minor": offer.total_minor,
            "discount_minor": offer.discount_minor,
            "left_minor": _left(offer.kind, owed_minor, offer.total_minor),
            "schedule": offer.schedule,
            "until": _last_day(offer, account),
        }
    )


def _last_day(offer: Offer, account: Account) -> date:
    """The last day on which it may be accepted to its end, where the creditor is."""
    zone = ZoneInfo(account.creditor.timezone)
    return (offer.expires_at.astimezone(zone) - timedelta(seconds=1)).date()


def agreed_facts(agreement: Agreement, offer: Offer, owed_minor: int) -> OfferFacts:
    """What was agreed, from the agreement's own rows: it is said exactly as it is kept."""
    return OfferFacts.model_validate(
        {
            "ref": str(offer.public_id),
            "account": str(offer.account.public_id),
            "kind": agreement.kind,
            "currency": agreement.currency,
            "total_minor": agreement.total_minor,
            "discount_minor": agreement.discount_minor,
            "left_minor": _left(agreement.kind, owed_minor, agreement.total_minor),
            "schedule": [
                {"due_on": part.due_on, "amount_minor": part.amount_minor}
                for part in agreement.instalments.order_by("sequence")
            ],
        }
    )
