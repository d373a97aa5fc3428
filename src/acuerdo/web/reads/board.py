"""The dashboard's figures, arranged for the page. What they are comes from `reporting`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from acuerdo.core.money import Money
from acuerdo.creditors.countries import COUNTRIES
from acuerdo.portfolio.rules import BUCKETS
from acuerdo.reporting.types import Dashboard, Notice, SegmentFigure, Stage, Waiting
from acuerdo.web.formats import write_rate

SHOWN_WAITING = 5
SHOWN_NOTICES = 5

# Where the rows behind a notice or a step are. Codes are reporting's.
_LINKS: dict[str, tuple[str, str]] = {
    "accounts": ("web:accounts", ""),
    "conversations": ("web:conversations", ""),
    "tasks": ("web:tasks", ""),
    "cases": ("web:tasks", ""),
    "placed": ("web:accounts", ""),
    "contacted": ("web:accounts", "only=contacted"),
    "promised": ("web:accounts", "only=promised"),
    "paid": ("web:accounts", "only=paid"),
    "agreements": ("web:accounts", "only=promised"),
    "agreements_broken": ("web:accounts", "only=broken"),
    "broken": ("web:accounts", "only=broken"),
    "payments": ("web:accounts", "only=paid"),
    "holds": ("web:accounts", "only=held"),
    "imports": ("web:imports", ""),
    "verdicts": ("web:accounts", "only=refused"),
    "refused": ("web:accounts", "only=refused"),
    "failed_messages": ("web:accounts", "only=failed"),
    "unclear_messages": ("web:accounts", "only=unknown"),
    "unclear_payments": ("web:accounts", "only=unclear"),
    "messages": ("web:accounts", "only=failed"),
}


@dataclass(frozen=True, slots=True)
class MoneyRow:
    """One currency of the first answer."""

    currency: str
    country: str
    month: Money
    today: Money
    promised: Money
    balance: Money
    rate: str

    @property
    def month_minor(self) -> int:
        return self.month.minor

    @property
    def promised_minor(self) -> int | None:
        return self.promised.minor or None

    @property
    def top(self) -> int:
        """The bar's whole: whichever is more."""
        return max(self.month.minor, self.promised.minor, 1)


@dataclass(frozen=True, slots=True)
class Step:
    """One bar of a funnel."""

    label: str
    count: int
    of: int | None
    href: str


@dataclass(frozen=True, slots=True)
class LinkedNotice:
    text: str
    tone: str
    href: str


@dataclass(frozen=True, slots=True)
class LinkedWaiting:
    name: str
    text: str
    since: Any
    href: str


@dataclass(frozen=True, slots=True)
class Cell:
    """An amount and the country whose way of writing it has."""

    amount: Money
    country: str


@dataclass(frozen=True, slots=True)
class AgeRow:
    bucket: str
    label: str
    accounts: int
    cells: list[Cell | None]


@dataclass(frozen=True, slots=True)
class SegmentRow:
    figure: SegmentFigure
    country: str
    first: bool


def currency_country(currency: str) -> str:
    """A country that writes this currency's amounts: `COP` → `CO`, `EUR` → `ES`."""
    for country in COUNTRIES.values():
        if country.currency == currency:
            return country.code
    return "GB"


def arrange(board: Dashboard) -> dict[str, Any]:
    """The context of `parts/board.html`."""
    money_rows = [
        MoneyRow(
            currency=row.currency,
            country=currency_country(row.currency),
            month=row.month,
            today=row.today,
            promised=row.promised_month,
            balance=row.balance,
            rate=write_rate(row.month.minor, row.promised_month.minor, _language()),
        )
        for row in board.money_in
    ]
    account_steps = [_step(stage) for stage in board.funnel.accounts]
    message_steps = [_step(stage) for stage in board.funnel.messages]
    currencies = sorted({row.currency for row in board.ages})
    ages = _ages(board, currencies)
    # One person waits once, whatever they wait for; what is oldest stands for all.
    waiting = {item.debtor_name: item for item in reversed(board.waiting)}
    shown = [item for item in board.waiting if waiting[item.debtor_name] is item]
    tasks = sum(notice.count for notice in board.needs_person if notice.code == "tasks")
    return {
        "board": board,
        "headline": _headline(money_rows),
        "money_rows": money_rows,
        "notices": [_linked(notice) for notice in board.stands_out[:SHOWN_NOTICES]],
        "waiting": [_waiting(item) for item in shown[:SHOWN_WAITING]],
        "waiting_count": tasks,
        "account_steps": account_steps,
        "account_top": max((step.count for step in account_steps), default=0),
        "accounts_title": _accounts_title(board.funnel.accounts),
        "message_steps": message_steps,
        "message_top": max((step.count for step in message_steps), default=0),
        "messages_title": _messages_title(board.funnel.messages),
        "currencies": currencies,
        "ages": ages,
        "ages_top": max((row.accounts for row in ages), default=0),
        "ages_title": _ages_title(ages),
        "segments": _segments(board.segments),
        "many_creditors": len({row.creditor_id for row in board.segments}) > 1,
    }


def _language() -> str:
    return get_language() or "en"


def _headline(rows: Sequence[MoneyRow]) -> str:
    """The point of the first answer in one line. Currencies are never added up."""
    came = [row for row in rows if row.month]
    promised = [row for row in rows if row.promised]
    if not came and not promised:
        return _("Nothing came in yet, and nothing was promised")
    if not came:
        return _("Nothing came in yet of what was promised")
    if not promised:
        return _("Money came in; nothing was promised for this month")
    behind = [row for row in promised if row.month < row.promised]
    if not behind:
        return _("All that was promised for this month came in")
    if len(rows) == 1:
        rate = write_rate(rows[0].month.minor, rows[0].promised.minor, _language())
        return _("%(rate)s of this month's promises came in") % {"rate": rate}
    if len(behind) == len(rows):
        return _("Part of this month's promises is still to come")
    return _("Still to come of this month's promises: %(currencies)s") % {
        "currencies": ", ".join(row.currency for row in behind)
    }


def _step(stage: Stage) -> Step:
    return Step(stage.label, stage.count, stage.before, _href(stage.code))


def _href(code: str) -> str:
    known = _LINKS.get(code)
    if known is None:
        return ""
    name, parameters = known
    return reverse(name) + (f"?{parameters}" if parameters else "")


def _linked(notice: Notice) -> LinkedNotice:
    return LinkedNotice(notice.text, notice.tone, _href(notice.link) or _href(notice.code))


def _waiting(item: Waiting) -> LinkedWaiting:
    if item.kind == "conversation":
        href = reverse("web:conversation", args=[item.public_id])
    else:
        href = reverse("web:task", args=[item.public_id])
    return LinkedWaiting(item.debtor_name, item.text, item.since, href)


def _rate_of(stages: Sequence[Stage], code: str, of: str) -> str:
    by_code = {stage.code: stage.count for stage in stages}
    if not by_code.get(of):
        return ""
    return write_rate(by_code.get(code, 0), by_code[of], _language())


def _accounts_title(stages: Sequence[Stage]) -> str:
    rate = _rate_of(stages, "paid", "placed")
    if not rate or not stages[-1].count:
        reached = _rate_of(stages, "contacted", "placed")
        if reached:
            return _("%(rate)s of the accounts were contacted") % {"rate": reached}
        return _("From placed to paid")
    return _("%(rate)s of the placed accounts have paid") % {"rate": rate}


def _messages_title(stages: Sequence[Stage]) -> str:
    if not any(stage.count for stage in stages if stage.code == "visited"):
        return _("From sent to paid")
    rate = _rate_of(stages, "visited", "sent")
    return (
        _("%(rate)s of the people written to opened the portal") % {"rate": rate}
        if rate
        else _("From sent to paid")
    )


def _ages(board: Dashboard, currencies: Sequence[str]) -> list[AgeRow]:
    order = {bucket: place for place, bucket in enumerate(BUCKETS)}
    buckets: dict[str, dict[str, Any]] = {}
    for row in board.ages:
        entry = buckets.setdefault(row.bucket, {"accounts": 0, "cells": {}})
        entry["accounts"] += row.accounts
        entry["cells"][row.currency] = Cell(row.balance, currency_country(row.currency))
    return [
        AgeRow(
            bucket,
            bucket_label(bucket),
            entry["accounts"],
            [entry["cells"].get(currency) for currency in currencies],
        )
        for bucket, entry in sorted(
            buckets.items(), key=lambda pair: (order.get(pair[0], 99), pair[0])
        )
    ]


def bucket_label(bucket: str) -> str:
    """A bucket's name: its range of days, or that it is not due."""
    return _("Not overdue") if bucket in ("current", "0") else bucket.replace("-", "–")


def _ages_title(rows: Sequence[AgeRow]) -> str:
    if not rows:
        return _("Ageing")
    most = max(rows, key=lambda row: row.accounts)
    return _("Most accounts: %(bucket)s") % {"bucket": most.label}


def _segments(figures: Sequence[SegmentFigure]) -> list[SegmentRow]:
    rows: list[SegmentRow] = []
    before: tuple[int, str] | None = None
    for figure in figures:
        here = (figure.creditor_id, figure.code)
        rows.append(SegmentRow(figure, currency_country(figure.currency), here != before))
        before = here
    return rows
