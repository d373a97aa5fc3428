"""The facts and guards of this room and the ones below it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any

from acuerdo.core.money import Money
from acuerdo.core.vocabulary import Purpose
from acuerdo.creditors.models import Creditor
from acuerdo.ledger.queries import list_balances
from acuerdo.messaging.facts import FactSubject, FactType, register_fact
from acuerdo.messaging.guards import register_guard
from acuerdo.messaging.models import Message
from acuerdo.messaging.rendering import OPTOUT_LINK, PORTAL_LINK, identity_of
from acuerdo.messaging.rules import first_name
from acuerdo.portfolio.models import Account, Debtor

# These ask for money, so they are pointless and wrong where none is owed.
CHASING = frozenset(
    {
        Purpose.COLLECTION,
        Purpose.PREVENTIVE_REMINDER,
        Purpose.COMMERCIAL_OFFER,
        Purpose.PRE_ACTION_DEMAND,
        Purpose.NOTICE_OF_SPECIFIED_REMEDY,
        Purpose.LOCATION_INFORMATION,
    }
)


def register_own() -> None:
    """Called once, when the application starts."""
    for field in ("name", "legal_name", "tax_id", "address", "phone", "email"):
        register_fact(f"creditor.{field}", FactType.TEXT, _creditor(field), discloses=False)
    register_fact("creditor.agency_name", FactType.TEXT, _agency_names, discloses=False)
    register_fact("debtor.first_name", FactType.TEXT, _first_names, discloses=False)
    register_fact("account.number", FactType.TEXT, _account("number"))
    register_fact("account.product", FactType.TEXT, _account("product"))
    register_fact("account.due_on", FactType.DATE, _account("due_on"))
    register_fact("account.balance", FactType.MONEY, _balances)
    # Given at delivery, when the message that carries them is known.
    register_fact(PORTAL_LINK, FactType.URL, None, discloses=False)
    register_fact(OPTOUT_LINK, FactType.URL, None, discloses=False)
    register_guard("account", guard_accounts)


_readers: dict[str, Callable[[Sequence[FactSubject]], Mapping[int, Any]]] = {}


def _creditor(field: str) -> Callable[[Sequence[FactSubject]], Mapping[int, Any]]:
    def read(subjects: Sequence[FactSubject]) -> Mapping[int, Any]:
        rows = Creditor.objects.in_bulk({subject.creditor_id for subject in subjects})
        return {
            subject.key: getattr(rows[subject.creditor_id], field) or None for subject in subjects
        }

    return _readers.setdefault(f"creditor.{field}", read)


def _agency_names(subjects: Sequence[FactSubject]) -> Mapping[int, Any]:
    rows = Creditor.objects.in_bulk({subject.creditor_id for subject in subjects})
    return {
        subject.key: identity_of(rows[subject.creditor_id]).firm or None for subject in subjects
    }


def _account(field: str) -> Callable[[Sequence[FactSubject]], Mapping[int, Any]]:
    def read(subjects: Sequence[FactSubject]) -> Mapping[int, Any]:
        rows = Account.objects.in_bulk({s.account_id for s in subjects if s.account_id})
        return {
            subject.key: getattr(rows[subject.account_id], field) or None
            for subject in subjects
            if subject.account_id in rows
        }

    return _readers.setdefault(f"account.{field}", read)


def _first_names(subjects: Sequence[FactSubject]) -> Mapping[int, Any]:
    rows = Debtor.objects.in_bulk({subject.debtor_id for subject in subjects})
    return {subject.key: first_name(rows[subject.debtor_id].name) or None for subject in subjects}


def _balances(subjects: Sequence[FactSubject]) -> Mapping[int, Any]:
    balances = list_balances([s.account_id for s in subjects if s.account_id])
    return {
        subject.key: Money(balance.total_minor, balance.currency)
        for subject in subjects
        if (balance := balances.get(subject.account_id or 0)) and balance.currency
    }


def guard_accounts(messages: Sequence[Message], _now: datetime) -> dict[int, str]:
    """Nobody is chased for an account that is closed, recalled or paid."""
    chasing = [m for m in messages if m.purpose in CHASING and m.account is not None]
    balances = list_balances([m.account_id for m in chasing if m.account_id])
    reasons: dict[int, str] = {}
    for message in chasing:
        balance = balances.get(message.account_id or 0)
        if message.account and message.account.state != "active":
            reasons[message.pk] = f"account_{message.account.state}"
        elif balance is None or balance.total_minor <= 0:
            reasons[message.pk] = "nothing_owed"
    return reasons
