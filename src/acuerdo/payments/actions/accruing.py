"""What the accounts of a creditor bear, by its settings, brought up to date."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from hashlib import sha256
from typing import Any

import structlog
from django.db import connection, transaction
from django.db.models import Max

from acuerdo.core.actor import Actor
from acuerdo.core.events import publish
from acuerdo.core.models import Event
from acuerdo.creditors.models import Creditor
from acuerdo.ledger.actions import AccrualReport, Bearer, accrue_debts
from acuerdo.ledger.models import Entry
from acuerdo.ledger.rules.accrual import Pause, list_ends
from acuerdo.ledger.rules.limits import Limits, limits_of
from acuerdo.ledger.rules.scheme import Scheme, read_scheme
from acuerdo.payments.actions.allocating import allocate_anew
from acuerdo.payments.events import DEBTS_ACCRUED
from acuerdo.payments.models import Payment

logger = structlog.get_logger(__name__)

_BATCH = 2_000

_ACCOUNTS = """
    SELECT account.id, account.debtor_id, account.currency, account.country, account.due_on,
           (account.placed_at AT TIME ZONE creditor.timezone)::date
    FROM portfolio_account AS account
    JOIN creditors_creditor AS creditor ON creditor.id = account.creditor_id
    WHERE account.creditor_id = %(creditor)s AND account.state = 'active'
      AND account.due_on < %(on)s AND account.id > %(after)s
      AND (%(touched)s::bigint[] IS NULL OR account.id = ANY(%(touched)s))
    ORDER BY account.id LIMIT %(batch)s
"""
_TOUCHED = """
    SELECT DISTINCT line.subject_id
    FROM ledger_posting AS posting
    JOIN ledger_ledgeraccount AS line ON line.id IN (posting.debit_id, posting.credit_id)
    WHERE posting.entry_id > %(since)s AND line.subject_id > 0
      AND line.creditor_id = %(creditor)s
"""
# An entry commits later than others with higher ids; so far back one may still come.
_LATE_COMMITS = 50_000

_AGREED = """
    SELECT agreement.account_id, (agreement.reached_at AT TIME ZONE creditor.timezone)::date,
           (agreement.closed_at AT TIME ZONE creditor.timezone)::date
    FROM agreements_agreement AS agreement
    JOIN creditors_creditor AS creditor ON creditor.id = agreement.creditor_id
    WHERE agreement.account_id = ANY(%(accounts)s)
"""
_HELD = """
    SELECT account.id, (hold.from_at AT TIME ZONE creditor.timezone)::date,
           (least(hold.until_at, hold.released_at) AT TIME ZONE creditor.timezone)::date
    FROM portfolio_account AS account
    JOIN compliance_hold AS hold
      ON hold.account_id = account.id
      OR (hold.account_id IS NULL AND hold.debtor_id = account.debtor_id)
    JOIN creditors_creditor AS creditor ON creditor.id = account.creditor_id
    WHERE account.id = ANY(%(accounts)s) AND hold.creditor_id = account.creditor_id
"""


@dataclass(slots=True)
class CreditorAccrual:
    """What was done for a creditor as of a date. `gaps`: per country, dates without a figure of
    its legal maximum, on which nothing was borne."""

    on: date
    debts: int = 0
    entries: int = 0
    raised_minor: dict[str, int] = field(default_factory=dict)
    gaps: dict[str, list[tuple[date, date]]] = field(default_factory=dict)


def accrue_accounts(
    *, creditor_id: int, on: date, actor: Actor, now: datetime
) -> CreditorAccrual | None:
    """Post what every open account past its due date should have borne by `on`, each few thousand
    in a transaction of their own; a repeat posts nothing. Between the ends of periods only those
    accounts are looked at of which something was posted since. None where the creditor's debts
    bear nothing. Raises SchemeInvalid where its settings cannot be read."""
    creditor = Creditor.objects.get(pk=creditor_id)
    scheme = read_scheme(creditor.settings)
    if scheme is None:
        return None
    done = CreditorAccrual(on)
    newest = Entry.objects.aggregate(newest=Max("pk"))["newest"] or 0
    said = json.dumps(creditor.settings["accrual"], sort_keys=True)
    digest = sha256(said.encode()).hexdigest()[:16]
    touched = _list_touched(creditor_id, scheme, digest, on)
    limits: dict[str, Limits] = {}
    after = 0
    while rows := _read(_ACCOUNTS, creditor=creditor_id, on=on, after=after, batch=_BATCH,
                       touched=touched):  # fmt: skip
        after = rows[-1][0]
        for country in {row[3] for row in rows} - set(limits):
            limits[country] = limits_of(country, scheme.ceilings)
        with transaction.atomic():
            report = accrue_debts(
                actor=actor,
                now=now,
                creditor_id=creditor_id,
                bearers=_list_bearers(rows, scheme, limits, on),
                rules={row[2]: scheme.rules_in(row[2]) for row in rows},
                until_on=on,
            )
            _follow(report)
        _add(done, report, {row[3]: min(_start(one, scheme) for one in rows) for row in rows},
             limits)  # fmt: skip
    with transaction.atomic():
        publish(
            DEBTS_ACCRUED,
            actor=actor,
            now=now,
            creditor_id=creditor_id,
            data={
                "on": on.isoformat(),
                "debts": done.debts,
                "entries": done.entries,
                "raised_minor": done.raised_minor,
                "after_entry": newest,
                "scheme": digest,
                "gaps": {
                    country: [[first.isoformat(), last.isoformat()] for first, last in gaps]
                    for country, gaps in done.gaps.items()
                },
            },
        )
    if done.gaps:
        logger.warning("legal_maximum_unknown", creditor=creditor_id, countries=list(done.gaps))
    return done


def _list_touched(creditor_id: int, scheme: Scheme, digest: str, on: date) -> list[int] | None:
    """The accounts to look at; None is all of them: the first time, by other rules, or when a
    period has ended since the last time."""
    last = (
        Event.objects.filter(creditor_id=creditor_id, name=DEBTS_ACCRUED)
        .order_by("-occurred_at", "-pk")
        .values_list("data", flat=True)
        .first()
    )
    if last is None or last["scheme"] != digest:
        return None
    since = date.fromisoformat(last["on"])
    if any(any(list_ends(rule.every, since, on)) for rule, _fixed in scheme.rules):
        return None
    rows = _read(_TOUCHED, since=last["after_entry"] - _LATE_COMMITS, creditor=creditor_id)
    return [account_id for (account_id,) in rows]


def _read(sql: str, **values: Any) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return list(cursor.fetchall())


def _start(row: Sequence[Any], scheme: Scheme) -> date:
    """What the creditor's file said was borne already by the day of the placement."""
    due_on: date = row[4]
    return due_on if scheme.from_due else max(due_on, row[5])


def _list_bearers(
    rows: Sequence[Sequence[Any]], scheme: Scheme, limits: dict[str, Limits], on: date
) -> list[Bearer]:
    accounts = [row[0] for row in rows]
    spans: list[tuple[Any, ...]] = []
    if not scheme.bears_under_agreement:
        spans += _read(_AGREED, accounts=accounts)
    if not scheme.bears_under_hold:
        spans += _read(_HELD, accounts=accounts)
    pauses: dict[int, list[Pause]] = defaultdict(list)
    for account_id, from_on, until_on in spans:
        pauses[account_id].append(Pause(from_on, until_on or on + timedelta(days=1)))
    return [
        Bearer(row[0], _start(row, scheme), limits[row[3]], pauses.get(row[0], ())) for row in rows
    ]


def _follow(report: AccrualReport) -> None:
    """Payments that went elsewhere by what was borne late say so."""
    paid = Payment.objects.filter(account_id__in=report.reallocated).values_list(
        "account_id", flat=True
    )
    for account_id in sorted(set(paid)):
        allocate_anew(account_id, {})


def _add(
    done: CreditorAccrual, report: AccrualReport, starts: dict[str, date], limits: dict[str, Limits]
) -> None:
    done.debts += report.debts
    done.entries += report.entries
    for currency, minor in report.raised_minor.items():
        done.raised_minor[currency] = done.raised_minor.get(currency, 0) + minor
    for country, start_on in starts.items():
        gaps = limits[country].find_gaps(start_on + timedelta(days=1), done.on)
        if gaps:
            done.gaps[country] = min(gaps, done.gaps.get(country, gaps))
