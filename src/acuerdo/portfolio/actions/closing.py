"""The end of an account."""

from __future__ import annotations

from datetime import datetime

from acuerdo.core.actor import Actor
from acuerdo.core.events import publish
from acuerdo.portfolio.models import Account

ACCOUNT_CLOSED = "AccountClosed"
ACCOUNT_REOPENED = "AccountReopened"


def close_account(*, account_id: int, actor: Actor, now: datetime) -> bool:
    """Close an account on which nothing is owed any more; the caller holds its lock and has read
    its balance. Returns whether it was open until now."""
    account = Account.objects.get(pk=account_id)
    if account.state != "active":
        return False
    account.state, account.closed_at = "closed", now
    account.save(update_fields=["state", "closed_at"])
    publish(
        ACCOUNT_CLOSED,
        actor=actor,
        now=now,
        creditor_id=account.creditor_id,
        refs=[f"account:{account.pk}", f"debtor:{account.debtor_id}"],
    )
    return True


def reopen_account(*, account_id: int, actor: Actor, now: datetime) -> bool:
    """Open an account again that was closed as paid, because the money was taken back; the caller
    holds its lock. Returns whether it was closed until now."""
    account = Account.objects.get(pk=account_id)
    if account.state != "closed":
        return False
    account.state, account.closed_at = "active", None
    account.save(update_fields=["state", "closed_at"])
    publish(
        ACCOUNT_REOPENED,
        actor=actor,
        now=now,
        creditor_id=account.creditor_id,
        refs=[f"account:{account.pk}", f"debtor:{account.debtor_id}"],
    )
    return True
