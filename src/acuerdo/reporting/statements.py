"""The statement of an account: what moved, what was owed after it, as rows and on paper."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Final
from zoneinfo import ZoneInfo

from babel.dates import format_date
from django.db import connection
from django.template.loader import render_to_string
from django.utils.safestring import mark_safe
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from acuerdo.core.money import Money, format_money
from acuerdo.core.printing import font_faces, print_pdf
from acuerdo.core.vocabulary import Component
from acuerdo.creditors.countries import locale_of
from acuerdo.ledger.queries import get_balance, list_statement
from acuerdo.ledger.rules.statement import StatementLine
from acuerdo.portfolio.models import Account
from acuerdo.reporting.texts import word_of

PATIENCE_SECONDS: Final = 60.0


@dataclass(frozen=True, slots=True)
class Row:
    """One entry. `parts` are the components that moved, where more than one did or it is not the
    principal; `is_late` where it was posted on a later date than it counts from."""

    on: date
    title: str
    parts: list[tuple[str, Money]]
    change: Money
    balance: Money
    posted_on: date
    is_late: bool


@dataclass(frozen=True, slots=True)
class Statement:
    """What an account's page and its paper show."""

    account: Account
    rows: list[Row]
    components: list[tuple[str, Money]]
    total: Money
    credit: Money
    made_on: date


def get_statement(account: Account, now: datetime) -> Statement:
    """The whole statement, the oldest entry first, in the active language."""
    balance = get_balance(account.pk)
    zone = ZoneInfo(account.creditor.timezone)
    return Statement(
        account=account,
        rows=[_row(line, zone) for line in list_statement(account.pk)],
        components=[
            (word_of(part.value), Money(balance.components[part], account.currency))
            for part in Component
            if balance.components[part]
        ],
        total=Money(balance.total_minor, account.currency),
        credit=Money(balance.credit_minor, account.currency),
        made_on=now.astimezone(zone).date(),
    )


def print_statement(statement: Statement) -> bytes:
    """The statement as PDF, in the active language. Not inside a transaction: it takes a while.

    Raises PdfUnavailable.
    """
    html = to_html(statement)
    if not connection.in_atomic_block:
        connection.close()  # others may use it while this one waits for the printer
    return print_pdf(html, seconds=PATIENCE_SECONDS)


def _row(line: StatementLine, zone: ZoneInfo) -> Row:
    currency = line.balance.currency
    parts = [
        *((word_of(part.value), minor) for part, minor in line.changes.items()),
        *([(word_of("credit"), line.credit_change_minor)] if line.credit_change_minor else []),
    ]
    title = _("payment") if line.booked.kind == "payment" else word_of(line.booked.kind)
    if line.booked.reverses_id is not None and line.booked.kind != "reversal":
        title = f"{title} ({word_of('reversal')})"
    posted_on = line.booked.posted_at.astimezone(zone).date()
    is_plain = set(line.changes) == {Component.PRINCIPAL} and len(parts) == 1
    return Row(
        on=line.booked.effective_on,
        title=title[:1].upper() + title[1:],
        parts=[] if is_plain else [(name, Money(minor, currency)) for name, minor in parts],
        change=Money(line.change_minor, currency),
        balance=Money(line.balance.total_minor, currency),
        posted_on=posted_on,
        is_late=posted_on > line.booked.effective_on,
    )


def to_html(statement: Statement) -> str:
    """The paper's document."""
    account = statement.account
    language = get_language() or "en"
    locale = locale_of(account.country, language)
    page_locale = {"pt": "pt_BR", "en": "en_GB"}.get(language[:2], language[:2])

    def day(on: date) -> str:
        return format_date(on, "medium", locale=page_locale)

    def amount(money: Money) -> str:
        return format_money(money, locale)

    context = {
        "language": language,
        "fonts": mark_safe(font_faces()),  # noqa: S308  our own files
        "account": account,
        "creditor": account.creditor,
        "debtor": account.debtor,
        "made_on": day(statement.made_on),
        "total": amount(statement.total),
        "credit": amount(statement.credit) if statement.credit.minor else "",
        "components": [(name, amount(money)) for name, money in statement.components],
        "rows": [
            {
                "on": day(row.on),
                "title": row.title,
                "parts": [(name, amount(money)) for name, money in row.parts],
                "late": day(row.posted_on) if row.is_late else "",
                "change": amount(row.change),
                "balance": amount(row.balance),
            }
            for row in statement.rows
        ],
        "title": _("Statement of account"),
    }
    return render_to_string("reporting/statement.html", context)
