"""Looking ahead: the next hour at which several countries may be contacted at once."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

from acuerdo.compliance.rules.check import check_contact
from acuerdo.compliance.rules.facts import CHANNELS, ContactRequest
from acuerdo.compliance.rules.windows import HORIZON
from acuerdo.core.vocabulary import Channel, Purpose


def next_lawful_hour(countries: Iterable[str], after: datetime) -> datetime:
    """The first full hour at or after `after` (aware) that lies within the hours of all of
    `countries`, in every zone of each. UTC. Raises LookupError where there is none in 400 days.
    """
    requests = [
        ContactRequest(
            jurisdiction=country,
            channel=Channel.EMAIL,
            purpose=Purpose.COLLECTION,
            authorised_channels=CHANNELS,
        )
        for country in sorted(set(countries))
    ]
    at = _full_hour(after.astimezone(UTC))
    limit = at + HORIZON
    while at <= limit:
        before = at
        for request in requests:
            verdict = check_contact(request, (), at)
            if verdict.allowed:
                continue
            if verdict.next_allowed_at is None:
                raise LookupError(f"no lawful hour: {verdict.reason_code}")
            at = _full_hour(verdict.next_allowed_at)
        if at == before:
            return at
    raise LookupError("no lawful hour within the horizon")


def _full_hour(at: datetime) -> datetime:
    whole = at.replace(minute=0, second=0, microsecond=0)
    return whole if whole == at else whole + timedelta(hours=1)
