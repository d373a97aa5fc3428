"""What a person sees who corrects an account's books: what stands, and what a change would do."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Q
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from acuerdo.agreements.queries import local_date
from acuerdo.core.errors import AcuerdoError
from acuerdo.core.money import Money, format_money
from acuerdo.core.vocabulary import Component
from acuerdo.creditors.countries import locale_of
from acuerdo.ledger.models import LedgerAccount, Posting
from acuerdo.ledger.queries import get_balance
from acuerdo.ledger.rules import Balance
from acuerdo.payments.actions import BY_HAND
from acuerdo.payments.models import Payment
from acuerdo.portfolio.models import Account
from acuerdo.reporting.texts import word_of
from acuerdo.web.formats import write_day

_SHOWN = 40


@dataclass(frozen=True, slots=True)
class Undoable:
    """An entry that may be reversed: `payment:3` or `entry:7`, and in words."""

    code: str
    title: str


@dataclass(frozen=True, slots=True)
class Line:
    """One part of the debt, now and after a change."""

    label: str
    before: Money
    after: Money
    is_total: bool = False

    @property
    def change(self) -> Money:
        return self.after - self.before


@dataclass(frozen=True, slots=True)
class BooksView:
    """The context of the page. `picture` is one text for one state of the books: who confirms a
    change says with it which state they looked at."""

    account: Account
    balance: Balance
    undoable: list[Undoable]
    today: date

    @property
    def total(self) -> Money:
        return Money(self.balance.total_minor, self.account.currency)

    @property
    def credit(self) -> Money:
        return Money(self.balance.credit_minor, self.account.currency)

    @property
    def is_over(self) -> bool:
        return self.account.state == "recalled"

    @property
    def picture(self) -> str:
        parts = [self.balance.components[part] for part in Component]
        return ":".join(map(str, [*parts, self.balance.credit_minor, self.account.state]))


def get_books_view(account: Account, now: datetime) -> BooksView:
    return BooksView(
        account=account,
        balance=get_balance(account.pk),
        undoable=[] if account.state == "recalled" else list(_list_undoable(account)),
        today=local_date(account, now),
    )


def compare(view: BooksView, after: Balance) -> list[Line]:
    """What is owed now and after a change, the parts that there are, and the whole."""
    currency = view.account.currency
    before = view.balance
    lines = [
        Line(
            word_of(part.value),
            Money(before.components[part], currency),
            Money(after.components[part], currency),
        )
        for part in Component
        if before.components[part] or after.components[part]
    ]
    total = Money(after.total_minor, currency)
    lines.append(Line(_("Owed in all"), view.total, total, is_total=True))
    if before.credit_minor or after.credit_minor:
        credit = Money(after.credit_minor, currency)
        lines.append(Line(word_of("credit"), view.credit, credit))
    return lines


def say_refusal(error: AcuerdoError, account: Account) -> str:
    """A refusal with its amounts and dates as people write them."""
    language = get_language() or "en"
    locale = locale_of(account.country, language)
    params = {
        name: format_money(value, locale)
        if isinstance(value, Money)
        else write_day(value, language)
        if isinstance(value, date)
        else value
        for name, value in error.params.items()
    }
    return str(error.message).format(**params)


def _list_undoable(account: Account) -> Iterator[Undoable]:
    """Payments that stand and what a person wrote, the newest first."""
    language = get_language() or "en"
    locale = locale_of(account.country, language)

    def title(kind: str, minor: int, on: date) -> str:
        facts = {"what": kind[:1].upper() + kind[1:], "on": write_day(on, language)}
        facts["amount"] = format_money(Money(minor, account.currency), locale)
        return _("%(what)s of %(amount)s, %(on)s") % facts

    payments = Payment.objects.filter(account=account, state="confirmed").order_by("-paid_at")
    for payment in payments.select_related("entry")[:_SHOWN]:
        on = payment.entry.effective_on
        yield Undoable(f"payment:{payment.pk}", title(_("payment"), payment.amount_minor, on))
    lines = list(LedgerAccount.objects.filter(subject_id=account.pk).values_list("pk", flat=True))
    written = Posting.objects.filter(
        Q(debit__in=lines) | Q(credit__in=lines), entry__key__startswith=BY_HAND, entry__entry=None
    )
    for posting in written.select_related("entry").order_by("-entry_id")[:_SHOWN]:
        entry = posting.entry
        kind, on = word_of(entry.kind), entry.effective_on
        yield Undoable(f"entry:{entry.pk}", title(kind, posting.amount_minor, on))
