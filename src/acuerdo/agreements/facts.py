"""What templates may say of agreements."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

from acuerdo.agreements.models import Agreement
from acuerdo.agreements.queries import list_next_instalments
from acuerdo.core.money import Money
from acuerdo.messaging.facts import FactSubject, FactType, register_fact


def register_facts() -> None:
    """Called once, when the application starts."""
    register_fact("agreement.total", FactType.MONEY, _totals)
    register_fact("agreement.next_amount", FactType.MONEY, _next_amounts)
    register_fact("agreement.next_due_on", FactType.DATE, _next_dates)


def _accounts(subjects: Sequence[FactSubject]) -> list[int]:
    return [subject.account_id for subject in subjects if subject.account_id is not None]


def _totals(subjects: Sequence[FactSubject]) -> Mapping[int, Money]:
    rows = Agreement.objects.filter(account_id__in=_accounts(subjects), state="active")
    found = {row.account_id: Money(row.total_minor, row.currency) for row in rows}
    return {one.key: found[one.account_id] for one in subjects if one.account_id in found}


def _next_amounts(subjects: Sequence[FactSubject]) -> Mapping[int, Money]:
    """What is still missing of the next instalment."""
    parts = list_next_instalments(_accounts(subjects))
    return {
        one.key: Money(
            parts[one.account_id].amount_minor - parts[one.account_id].paid_minor,
            parts[one.account_id].agreement.currency,
        )
        for one in subjects
        if one.account_id in parts
    }


def _next_dates(subjects: Sequence[FactSubject]) -> Mapping[int, date]:
    parts = list_next_instalments(_accounts(subjects))
    return {one.key: parts[one.account_id].due_on for one in subjects if one.account_id in parts}
