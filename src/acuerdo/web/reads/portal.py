"""What a debtor sees of a debt: the balance, what may be agreed, what was agreed and paid."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from datetime import date, datetime

from django.db.models import Q
from django.utils.translation import gettext as _

from acuerdo.agreements.models import Agreement, Offer
from acuerdo.agreements.negotiation import Terms
from acuerdo.agreements.queries import (
    list_granted_offers,
    list_offers,
    suggest_offers,
    terms_of,
)
from acuerdo.compliance.models import Hold
from acuerdo.core.money import Money, quantum
from acuerdo.core.vocabulary import Component
from acuerdo.ledger.queries import get_balance
from acuerdo.payments.models import Payment
from acuerdo.portfolio.models import Account, DueItem
from acuerdo.reporting.texts import word_of
from acuerdo.web.formats import write_day, write_money

CHOICES = 3


@dataclass(frozen=True, slots=True)
class PartView:
    """One payment of an arrangement."""

    on: date
    amount: Money
    words: str = ""
    shown: str = ""


@dataclass(frozen=True, slots=True)
class OfferView:
    """An arrangement in words. `mark` names these very terms, so that nothing else is accepted."""

    mark: str
    title: str
    line: str
    parts: list[PartView]
    total: Money
    discount: Money | None
    discount_shown: str
    is_now: bool
    terms: Terms
    stored: Offer | None = None


@dataclass(frozen=True, slots=True)
class ReceiptLine:
    """A payment that came in."""

    public_id: str
    on: date
    amount: Money


def read_components(account: Account) -> tuple[Money, list[tuple[str, Money]]]:
    """What is owed in all, and its parts that are not zero."""
    balance = get_balance(account.pk)
    parts = [
        (word_of(part.value), Money(balance.components[part], account.currency))
        for part in Component
        if balance.components[part]
    ]
    return Money(balance.total_minor, account.currency), parts


def pending_since(account: Account) -> date | None:
    """The date of the oldest due item."""
    item = DueItem.objects.filter(account=account).order_by("due_on").first()
    return item.due_on if item else account.due_on


def read_offers(account: Account, now: datetime, language: str) -> list[OfferView]:
    """What a person granted, then the few arrangements to choose from, in full first."""
    granted = list_granted_offers(account_id=account.pk, now=now)
    return [
        *(view_granted(offer, account, language) for offer in granted),
        *(
            view_terms(terms, account, language)
            for terms in suggest_offers(account_id=account.pk, now=now)
        ),
    ]


def view_granted(offer: Offer, account: Account, language: str) -> OfferView:
    """An offer that a person made to this debtor, in the debtor's words."""
    return replace(view_terms(terms_of(offer), account, language), stored=offer)


def find_offer(account: Account, mark: str, now: datetime, language: str) -> OfferView | None:
    """The arrangement that `mark` names, where it may be agreed today; None where no longer."""
    for offer in list_granted_offers(account_id=account.pk, now=now):
        if mark_of(terms_of(offer)) == mark:
            return view_granted(offer, account, language)
    for terms in list_offers(account_id=account.pk, now=now):
        if mark_of(terms) == mark:
            return view_terms(terms, account, language)
    return None


def mark_of(terms: Terms) -> str:
    """A short name of exactly these terms."""
    parts = ",".join(f"{part.due_on}:{part.amount.minor}" for part in terms.schedule)
    text = f"{terms.kind}|{terms.total}|{terms.discount.minor}|{parts}"
    return hashlib.sha256(text.encode()).hexdigest()[:20]


def view_terms(terms: Terms, account: Account, language: str) -> OfferView:
    """Terms in the debtor's words."""
    discount = terms.discount if terms.discount.minor > 0 else None
    title, line = words_of(terms, account.country, language)
    return OfferView(
        mark=mark_of(terms),
        title=title,
        line=line,
        parts=[PartView(part.due_on, part.amount) for part in terms.schedule],
        total=terms.total,
        discount=discount,
        discount_shown=_write(discount, account.country) if discount else "",
        is_now=terms.kind == "full",
        terms=terms,
    )


def words_of(terms: Terms, country: str, language: str) -> tuple[str, str]:
    """What an arrangement is called, and one line more about it."""
    first = terms.schedule[0]
    amount, on = _write(first.amount, country), write_day(first.due_on, language, long=True)
    if terms.kind == "full":
        return _("All of it today: %(amount)s") % {"amount": amount}, _("And it is settled.")
    if terms.kind == "settlement" and terms.count > 1:
        saved = _write(terms.discount, country)
        return (
            _plan_title(terms, country),
            _("The first by %(on)s, %(saved)s less in all, and it is settled.")
            % {"on": on, "saved": saved},
        )
    if terms.kind == "settlement":
        saved = _write(terms.discount, country)
        return (
            _("One payment of %(amount)s") % {"amount": amount},
            _("By %(on)s, %(saved)s less, and it is settled.") % {"on": on, "saved": saved},
        )
    if terms.kind == "promise":
        return (
            _("All of it by %(on)s") % {"on": on},
            _("One payment of %(amount)s.") % {"amount": amount},
        )
    return _plan_title(terms, country), _("The first by %(on)s.") % {"on": on}


def _plan_title(terms: Terms, country: str) -> str:
    """Equal parts by their amount; parts that differ by a unit by the largest; else first, rest."""
    amounts = [part.amount for part in terms.schedule]
    number, first, second = len(amounts), amounts[0], amounts[1]
    facts = {"n": number, "amount": _write(first, country)}
    if len({amount.minor for amount in amounts}) == 1:
        return _("%(n)s payments of %(amount)s") % facts
    if first.minor - amounts[-1].minor <= quantum(first.currency):
        return _("%(n)s payments of %(amount)s at most") % facts
    return _("First %(amount)s, then %(n)s payments of %(next)s at most") % {
        "amount": _write(first, country),
        "n": number - 1,
        "next": _write(second, country),
    }


def _write(amount: Money, country: str) -> str:
    return write_money(amount, country)[0]


def view_agreement(agreement: Agreement, country: str) -> tuple[list[PartView], PartView | None]:
    """All parts of an agreement, and the next one to pay with what is missing of it."""
    words = {"paid": _("paid"), "missed": _("did not come")}
    instalments = list(agreement.instalments.order_by("sequence"))
    parts = [
        PartView(row.due_on, Money(row.amount_minor, agreement.currency), words.get(row.state, ""))
        for row in instalments
    ]
    due = next((row for row in instalments if row.state == "due"), None)
    if due is None:
        return parts, None
    missing = Money(due.amount_minor - due.paid_minor, agreement.currency)
    return parts, PartView(due.due_on, missing, shown=_write(missing, country))


def agreement_title(agreement: Agreement) -> str:
    """What was agreed, in the debtor's words."""
    titles = {
        "promise": _("You chose to pay on one date"),
        "plan": _("You chose to pay in parts"),
        "settlement": _("You chose one payment with a discount"),
    }
    if agreement.kind == "settlement" and agreement.instalments.count() > 1:
        return _("You chose to pay in parts, with a discount")
    return titles.get(agreement.kind, word_of(agreement.kind))


def find_hold(account: Account, now: datetime) -> str:
    """Why collection rests (a case, a wish), empty where it does not."""
    hold = (
        Hold.objects.filter(
            Q(account=account) | Q(debtor=account.debtor),
            Q(until_at__isnull=True) | Q(until_at__gt=now),
            released_at__isnull=True,
        )
        .exclude(source__startswith="agreement:")
        .order_by("-from_at")
        .first()
    )
    return hold.reason if hold else ""


def hold_words(reason: str) -> tuple[str, str]:
    """Heading and text of a rest, for the debtor."""
    texts = {
        "dispute": _("You told us that something is wrong."),
        "already_paid": _("You told us that you have already paid."),
        "hardship": _("You told us that you cannot pay now."),
        "fraud": _("You told us that this may be a fraud."),
    }
    rest = _("A person is looking at it and will write to you. Until then we ask for nothing.")
    return _("We are looking at it"), f"{texts.get(reason, '')} {rest}".strip()


def list_receipts(account: Account) -> list[ReceiptLine]:
    """The payments that were confirmed, newest first."""
    rows = Payment.objects.filter(account=account, state="confirmed").order_by("-paid_at")[:12]
    return [
        ReceiptLine(str(row.public_id), row.paid_at.date(), Money(row.amount_minor, row.currency))
        for row in rows
    ]
