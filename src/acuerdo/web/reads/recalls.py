"""Accounts that a full file does not name any more: what a person decides about."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import QuerySet

from acuerdo.agreements.models import Agreement
from acuerdo.core.money import Money
from acuerdo.identity.models import User
from acuerdo.ledger.queries import list_balances
from acuerdo.portfolio.models import RecallProposal

SHOWN = 100
DECIDED = 20


@dataclass(frozen=True, slots=True)
class RecallRow:
    """One proposed account, with what is owed and whether an agreement runs."""

    proposal: RecallProposal
    balance: Money
    has_agreement: bool


@dataclass(frozen=True, slots=True)
class DecidedRow:
    """One that was decided, and by whom ('' where the account came again)."""

    proposal: RecallProposal
    who: str


def count_open(creditor_ids: Sequence[int]) -> int:
    """How many accounts wait for a decision."""
    return _scoped(creditor_ids).filter(state="open").count()


def list_open(creditor_ids: Sequence[int]) -> list[RecallRow]:
    """The first of them, the oldest proposal first."""
    found = list(_scoped(creditor_ids).filter(state="open").order_by("creditor_id", "id")[:SHOWN])
    ids = [row.account_id for row in found]
    balances = list_balances(ids)
    agreed = set(
        Agreement.objects.filter(account_id__in=ids, state="active").values_list(
            "account_id", flat=True
        )
    )
    return [
        RecallRow(
            proposal=row,
            balance=Money(balances[row.account_id].total_minor, row.account.currency),
            has_agreement=row.account_id in agreed,
        )
        for row in found
    ]


def list_decided(creditor_ids: Sequence[int]) -> list[DecidedRow]:
    """The last that were decided, or that came again."""
    found = list(
        _scoped(creditor_ids).exclude(state="open").order_by("-decided_at", "-id")[:DECIDED]
    )
    ids = {row.decided_by.partition(":")[2] for row in found if row.decided_by.startswith("user:")}
    names = {f"user:{user.pk}": user.full_name for user in User.objects.filter(pk__in=ids)}
    return [DecidedRow(row, names.get(row.decided_by, "")) for row in found]


def _scoped(creditor_ids: Sequence[int]) -> QuerySet[RecallProposal]:
    return RecallProposal.objects.filter(creditor_id__in=creditor_ids).select_related(
        "account__debtor", "creditor", "import_run"
    )
