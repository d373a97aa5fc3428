"""Each filter of the list as a condition on accounts of one creditor."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from django.db.models import Exists, OuterRef, Q, QuerySet

from acuerdo.agreements.models import Agreement
from acuerdo.compliance.models import ContactAttempt, Hold, Verdict
from acuerdo.conversations.models import Conversation
from acuerdo.core.money import exponent
from acuerdo.creditors.models import Creditor
from acuerdo.messaging.models import Message
from acuerdo.payments.models import Payment, PaymentRequest
from acuerdo.portfolio.models import Account, AccountSnapshot
from acuerdo.portfolio.queries import get_newest_snapshot_on
from acuerdo.portfolio.rules import BUCKETS, bucket_range
from acuerdo.reporting.listing.filters import Filters
from acuerdo.strategies.models import Enrolment

STATES = ("active", "closed", "recalled")
STEPS = ("today", "planned", "paused", "none")
_HIGHEST = 2**62


def narrow(creditor: Creditor, filters: Filters, now: datetime) -> QuerySet[Account]:
    """The creditor's accounts that all filters but the text let through."""
    found = Account.objects.filter(creditor_id=creditor.pk)
    if filters.creditor and filters.creditor != str(creditor.public_id):
        return found.none()
    if filters.segment:
        found = found.filter(segment_code=filters.segment)
    if filters.state in STATES:
        found = found.filter(state=filters.state)
    if filters.country:
        found = found.filter(country=filters.country)
    if filters.agent.isdecimal():
        talks = Conversation.objects.filter(debtor=OuterRef("debtor"), owner="agent")
        found = found.filter(Exists(talks.filter(agent_id=int(filters.agent[:9]))))
    if filters.step in STEPS:
        found = found.filter(_step(filters.step, creditor, now))
    if filters.only in _BEHIND:
        found = found.filter(_BEHIND[filters.only](now))
    return _narrow_picture(found, creditor, filters)


def read_minor(text: str, currency: str) -> int | None:
    """An amount as people type it (`1.200.000`, `1,200.50`) in minor units; None for none."""
    head, tail = _split_decimals(text.replace(" ", "").replace("'", ""), exponent(currency))
    digits = head.replace(".", "").replace(",", "")
    if not (digits.isascii() and digits.isdecimal()):
        return None
    minor = int(Decimal(f"{digits}.{tail or 0}").scaleb(exponent(currency)))
    return minor if minor < _HIGHEST else None


def _split_decimals(text: str, places: int) -> tuple[str, str]:
    """A last mark with at most `places` digits behind it, fewer than three, is the decimal one."""
    for mark in ",.":
        head, _found, tail = text.rpartition(mark)
        if head and 0 < len(tail) <= min(places, 2) and tail.isascii() and tail.isdecimal():
            return head, tail
    return text, ""


def _narrow_picture(
    found: QuerySet[Account], creditor: Creditor, filters: Filters
) -> QuerySet[Account]:
    """By last night's picture: days past due and balance."""
    wanted = Q()
    if filters.bucket in BUCKETS:
        least, most = bucket_range(filters.bucket)
        wanted &= Q() if least is None else Q(dpd__gte=least)
        wanted &= Q() if most is None else Q(dpd__lte=most)
    currency = filters.currency or creditor.currency
    if filters.least or filters.most:
        low, high = read_minor(filters.least, currency), read_minor(filters.most, currency)
        wanted &= Q() if low is None else Q(total_minor__gte=low)
        wanted &= Q() if high is None else Q(total_minor__lte=high)
        wanted &= Q(currency=currency)
    elif filters.currency:
        found = found.filter(currency=filters.currency)
    if not wanted:
        return found
    on = get_newest_snapshot_on(creditor.pk)
    if on is None:
        return found.none()
    if filters.segment:
        # The pictures' index has both: filters that exclude each other are seen at once.
        wanted &= Q(segment_code=filters.segment)
    pictures = AccountSnapshot.objects.filter(
        account_id=OuterRef("pk"), creditor_id=creditor.pk, as_of_on=on
    )
    return found.filter(Exists(pictures.filter(wanted)))


def _step(step: str, creditor: Creditor, now: datetime) -> Q:
    live = Enrolment.objects.filter(account=OuterRef("pk"))
    if step == "none":
        return ~Q(Exists(live.filter(state__in=["active", "paused"])))
    if step == "paused":
        return Q(Exists(live.filter(state="paused")))
    planned = live.filter(state="active", next_at__isnull=False)
    if step == "today":
        planned = planned.filter(next_at__lt=_end_of_day(creditor, now))
    return Q(Exists(planned))


def _end_of_day(creditor: Creditor, now: datetime) -> datetime:
    zone = ZoneInfo(creditor.timezone)
    tomorrow: date = now.astimezone(zone).date() + timedelta(days=1)
    return datetime.combine(tomorrow, datetime.min.time(), zone)


def _with_agreement(*states: str) -> Callable[[datetime], Exists]:
    def condition(_now: datetime) -> Exists:
        agreements = Agreement.objects.filter(account=OuterRef("pk"))
        return Exists(agreements.filter(state__in=states) if states else agreements)

    return condition


def _with_message(state: str) -> Callable[[datetime], Exists]:
    return lambda _now: Exists(Message.objects.filter(account=OuterRef("pk"), state=state))


def _contacted(_now: datetime) -> Exists:
    attempts = ContactAttempt.objects.filter(account=OuterRef("pk"))
    return Exists(attempts.filter(direction="outbound", state="settled"))


def _paid(_now: datetime) -> Exists:
    return Exists(Payment.objects.filter(account=OuterRef("pk"), state="confirmed"))


def _refused(now: datetime) -> Exists:
    """As the dashboard counts them: in the last day."""
    refused = Verdict.objects.filter(account_id=OuterRef("pk"), allowed=False)
    return Exists(refused.filter(decided_at__gt=now - timedelta(days=1)))


def _unclear(_now: datetime) -> Exists:
    requests = PaymentRequest.objects.filter(account=OuterRef("pk"))
    return Exists(requests.filter(state__in=["unknown", "mismatch"]))


def _held(_now: datetime) -> Q:
    live = Hold.objects.filter(released_at__isnull=True).exclude(source__startswith="agreement:")
    return (
        Q(Exists(live.filter(account=OuterRef("pk"))))
        | Q(Exists(live.filter(debtor=OuterRef("debtor"))))
        | Q(Exists(live.filter(person=OuterRef("debtor__person"))))
    )


# The accounts behind a figure of the dashboard.
_BEHIND: dict[str, Callable[[datetime], Q | Exists]] = {
    "contacted": _contacted,
    "promised": _with_agreement(),
    "active": _with_agreement("active"),
    "kept": _with_agreement("kept"),
    "broken": _with_agreement("broken"),
    "paid": _paid,
    "withheld": _with_message("withheld"),
    "failed": _with_message("failed"),
    "unknown": _with_message("unknown"),
    "refused": _refused,
    "unclear": _unclear,
    "held": _held,
}
