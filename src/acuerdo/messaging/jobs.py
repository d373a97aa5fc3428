"""What the reactions and the business's ticks call."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime

from django.db import connection

from acuerdo.core.actor import SYSTEM
from acuerdo.core.models import Event
from acuerdo.messaging import actions
from acuerdo.messaging.actions import mails


def deliver(*, now: datetime) -> None:
    """Deliver what is due. A tick."""
    _apart(lambda: actions.deliver_due(now=now, actor=SYSTEM))


def deliver_queued(event: Event, *, now: datetime) -> None:
    """Deliver because something was queued. A delivery: it keeps its own transactions."""
    _apart(lambda: actions.deliver_due(now=now, actor=SYSTEM, creditor_id=event.creditor_id))


def withhold_ended(event: Event, *, now: datetime) -> None:
    """Accounts were closed or taken back: what was planned to chase them is not sent."""
    if event.creditor_id is not None:
        actions.withhold_ended(creditor_id=event.creditor_id, now=now, actor=SYSTEM)


def read_mail(event: Event, *, now: datetime) -> None:
    """A mail came in (MailReceived)."""
    for mail_id in _mails(event):
        mails.read_mail(mail_id=mail_id, now=now)


def scan_files(event: Event, *, now: datetime) -> None:
    """Have its files scanned. A delivery: a scanner takes its time."""
    for mail_id in _mails(event):
        mails.scan_files(mail_id=mail_id)


def _mails(event: Event) -> list[int]:
    refs = (ref.partition(":") for ref in event.refs)
    return [int(number) for kind, _separator, number in refs if kind == "mail"]


def settle_unknown(*, now: datetime) -> None:
    """The janitor of hanging claims. A tick."""
    _apart(lambda: actions.settle_unknown(now=now, actor=SYSTEM))


def _apart(work: Callable[[], object]) -> None:
    """Run `work` in a thread with its own database connection, which it gives back while a
    provider is called; the caller's may carry a lock that must not be lost by that."""
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
