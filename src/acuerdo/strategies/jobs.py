"""What runs by itself: the night, the planning of every hour, and what follows from events."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from zoneinfo import ZoneInfo

import structlog
from django.db import connection, transaction

from acuerdo.core.actor import SYSTEM
from acuerdo.core.models import Event
from acuerdo.core.vocabulary import Channel
from acuerdo.creditors.models import Creditor
from acuerdo.ledger.queries import list_balances
from acuerdo.portfolio.models import Account, AccountSnapshot
from acuerdo.segments.actions import seed_segments
from acuerdo.strategies.actions import (
    leave,
    pause,
    plan,
    queue_confirmation,
    queue_receipt,
    seed_strategies,
)
from acuerdo.strategies.actions import restart as begin_again
from acuerdo.strategies.actions.moves import LIVE, quiet
from acuerdo.strategies.models import Enrolment
from acuerdo.strategies.night import run_night

logger = structlog.get_logger(__name__)

# The night's work is done in the early morning of each creditor's own zone.
NIGHT_HOUR = 5


def start_portfolio(event: Event, *, now: datetime) -> None:
    """A file came in: score and segment what is there now, and plan the first contacts."""
    if event.creditor_id is None:
        return
    prepare(creditor_id=event.creditor_id)
    run_night(creditor_id=event.creditor_id, actor=SYSTEM, now=now)
    plan(creditor_id=event.creditor_id, actor=SYSTEM, now=now)


def prepare(*, creditor_id: int) -> None:
    """Give a creditor the segments and strategies to start with, where it has none."""
    seed_segments(creditor_id=creditor_id)
    seed_strategies(creditor_id=creditor_id)


def night_all(*, now: datetime) -> None:
    """The night of every creditor whose morning has come and has no picture of this date yet.

    Asked for every hour, so a creditor's night also happens after a standstill, once.
    """
    for creditor in list(Creditor.objects.order_by("pk")):
        with _on_its_own("night", creditor.pk):
            local = now.astimezone(ZoneInfo(creditor.timezone))
            done = AccountSnapshot.objects.filter(creditor_id=creditor.pk, as_of_on=local.date())
            if local.hour < NIGHT_HOUR or done.exists() or not _has_accounts(creditor.pk):
                continue
            with transaction.atomic():
                report = run_night(creditor_id=creditor.pk, actor=SYSTEM, now=now)
            logger.info("night_finished", creditor=creditor.pk, accounts=report.accounts)


def plan_all(*, now: datetime) -> None:
    """Plan the contacts of every creditor, each in a transaction of its own."""
    for creditor_id in list(Creditor.objects.order_by("pk").values_list("pk", flat=True)):
        with _on_its_own("plan", creditor_id):
            if _has_accounts(creditor_id):
                with transaction.atomic():
                    plan(creditor_id=creditor_id, actor=SYSTEM, now=now)


@contextmanager
def _on_its_own(work: str, creditor_id: int) -> Iterator[None]:
    """What fails for one creditor is logged and does not keep the others waiting: the next tick
    tries it again."""
    try:
        yield
    except Exception:
        logger.exception("creditor_failed", work=work, creditor=creditor_id)
        if not connection.in_atomic_block:
            connection.close_if_unusable_or_obsolete()


def _has_accounts(creditor_id: int) -> bool:
    return Account.objects.filter(creditor_id=creditor_id, state="active").exists()


def leave_or_pause(event: Event, *, now: datetime) -> None:
    """Something happened that the plan must respect: who has agreed, disputes, asks for a person
    or has paid is not written to as if nothing had happened."""
    account_ids = _accounts_of(event)
    if event.name == "AccountsRecalled" and event.creditor_id is not None:
        # A set may be too large to be named: who walks for nothing is found by its state.
        walking = Enrolment.objects.filter(
            creditor_id=event.creditor_id, state__in=LIVE, account__state="recalled"
        )
        account_ids = list(walking.values_list("account_id", flat=True))
    if event.creditor_id is None or not account_ids:
        return
    if event.name in ("PaymentConfirmed", "PaymentReported"):
        owed = list_balances(account_ids)
        paid = [pk for pk in account_ids if pk in owed and owed[pk].total_minor <= 0]
        leave(account_ids=paid, reason="paid", actor=SYSTEM, now=now, creditor_id=event.creditor_id)
        quiet(account_ids=account_ids, now=now, creditor_id=event.creditor_id)
        return
    reason = {
        "AccountsRecalled": "closed",
        "AgreementReached": "agreement",
        "CaseOpened": "case",
        "HandOffRequested": "hand_off",
        "OptedOut": "opted_out",
    }.get(event.name)
    if reason in ("opted_out", "closed"):
        if not event.data.get("is_stop", True):
            return  # a channel that rests, or offers that are not wanted: the plan goes on
        leave(
            account_ids=account_ids,
            reason=reason,
            actor=SYSTEM,
            now=now,
            creditor_id=event.creditor_id,
        )
    elif reason:
        pause(
            account_ids=account_ids,
            reason=reason,
            actor=SYSTEM,
            now=now,
            creditor_id=event.creditor_id,
        )


def restart(event: Event, *, now: datetime) -> None:
    """A promise was not kept: begin a new conversation about the same debt."""
    for account_id in _accounts_of(event):
        if event.creditor_id is not None:
            begin_again(account_id=account_id, actor=SYSTEM, now=now, creditor_id=event.creditor_id)


def send_receipt(event: Event, *, now: datetime) -> None:
    """A payment was confirmed: its receipt goes out, once."""
    payments = [ref.partition(":")[2] for ref in event.refs if ref.startswith("payment:")]
    for account_id in _accounts_of(event) if payments else []:
        queue_receipt(account_id=account_id, payment_id=int(payments[0]), actor=SYSTEM, now=now)


def confirm_agreement(event: Event, *, now: datetime) -> None:
    """Something was agreed: it goes out in writing, once.

    Not where the assistant's own answer did so: on a channel that keeps what is written, its terms
    and dates were sent there, to somebody who had proved who they are.
    """
    agreements = [ref.partition(":")[2] for ref in event.refs if ref.startswith("agreement:")]
    if event.actor.startswith("assistant") and event.data.get("channel") != Channel.CHAT:
        return
    for account_id in _accounts_of(event) if agreements else []:
        queue_confirmation(
            account_id=account_id, agreement_id=int(agreements[0]), actor=SYSTEM, now=now
        )


def _accounts_of(event: Event) -> list[int]:
    """The accounts that an event is about: those it names, else all of the debtor it names."""
    named: dict[str, list[int]] = {"account": [], "debtor": []}
    for ref in event.refs:
        kind, _separator, number = ref.partition(":")
        if kind in named and number.isdigit():
            named[kind].append(int(number))
    whole = event.name in ("HandOffRequested", "OptedOut")
    if named["account"] and not whole:
        return named["account"]
    if event.creditor_id is None:
        return []
    found = Account.objects.filter(
        creditor_id=event.creditor_id, debtor_id__in=named["debtor"]
    ).values_list("pk", flat=True)
    return sorted(set(found) | set(named["account"]))
