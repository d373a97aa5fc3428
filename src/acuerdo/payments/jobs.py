"""What the reactions and the business's ticks call."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import structlog
from django.db import connection

from acuerdo.core.actor import SYSTEM
from acuerdo.core.models import Event
from acuerdo.creditors.models import Creditor
from acuerdo.ledger.errors import SchemeInvalid
from acuerdo.payments import actions
from acuerdo.payments.events import DEBTS_ACCRUED

logger = structlog.get_logger(__name__)

# In the early morning of each creditor's own zone, before its night takes the picture.
ACCRUAL_HOUR = 3


def look_at_provider(event: Event, *, now: datetime) -> None:
    """Ask about what a webhook named. A delivery: it keeps its own transactions."""
    _apart(lambda: actions.look_at_event(int(event.data["provider_event"]), now=now))


def reconcile(*, now: datetime) -> None:
    """The janitor of requests left hanging. A tick."""
    _apart(lambda: actions.reconcile_requests(now=now))


def accrue_all(*, now: datetime) -> None:
    """What the debts of each creditor bear, once a day before its night. A tick, asked for every
    hour: after a standstill it makes up for the days that were missed."""
    for creditor in list(Creditor.objects.filter(settings__has_key="accrual").order_by("pk")):
        local = now.astimezone(ZoneInfo(creditor.timezone))
        yesterday = local.date() - timedelta(days=1)
        done = Event.objects.filter(
            creditor_id=creditor.pk,
            occurred_at__gte=now - timedelta(days=2),
            name=DEBTS_ACCRUED,
            data__on=yesterday.isoformat(),
        )
        if local.hour < ACCRUAL_HOUR or done.exists():
            continue
        try:
            actions.accrue_accounts(creditor_id=creditor.pk, on=yesterday, actor=SYSTEM, now=now)
        except SchemeInvalid as error:
            logger.warning("accrual_scheme_invalid", creditor=creditor.pk, problem=str(error))


def _apart(work: Callable[[], object]) -> None:
    """Run `work` in a thread with its own connection, which it gives back while a provider is
    asked; the caller's may carry a lock that must not be lost by that."""
    if connection.in_atomic_block:
        work()
        return

    def run() -> None:
        try:
            work()
        finally:
            connection.close()

    with ThreadPoolExecutor(max_workers=1) as pool:
        pool.submit(run).result()
