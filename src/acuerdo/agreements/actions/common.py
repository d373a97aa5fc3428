"""What every change to an agreement needs."""

from __future__ import annotations

from datetime import datetime

from acuerdo.agreements import events
from acuerdo.agreements.errors import NotVerified
from acuerdo.agreements.models import Agreement, Instalment
from acuerdo.core.actor import Actor
from acuerdo.core.errors import NotFound
from acuerdo.core.events import publish
from acuerdo.portfolio.models import Account


def lock_account(account_id: int) -> Account:
    """The account under its lock, with its creditor."""
    return (
        Account.objects.select_for_update(of=("self",))
        .select_related("creditor")
        .get(pk=account_id)
    )


def source_of(agreement: Agreement) -> str:
    """What an agreement's entries in the books name as their reason."""
    return f"agreement:{agreement.public_id}"


def refs_of(agreement: Agreement, account: Account) -> list[str]:
    return [f"account:{account.pk}", f"debtor:{account.debtor_id}", f"agreement:{agreement.pk}"]


def check_party(actor: Actor, account: Account, what: str) -> None:
    """A debtor, or the assistant for one, must have been recognised, and be this one. Raises
    NotVerified; NotFound, with `what` they asked for, where it is another's."""
    if actor.kind in ("debtor", "assistant") and actor.verification != "verified":
        raise NotVerified()
    if actor.debtor_id is not None and actor.debtor_id != account.debtor_id:
        raise NotFound(what=what)


def close_agreement(
    agreement: Agreement,
    account: Account,
    state: str,
    now: datetime,
    actor: Actor,
    figures: dict[str, object],
) -> None:
    """End an agreement: what of it has not come is no longer due. One event, with `figures`."""
    Instalment.objects.filter(agreement=agreement, state="due").update(state="cancelled")
    agreement.state, agreement.closed_at = state, now
    agreement.save(update_fields=["state", "closed_at"])
    name = {
        "kept": events.AGREEMENT_KEPT,
        "broken": events.AGREEMENT_BROKEN,
        "cancelled": events.AGREEMENT_CANCELLED,
        "replaced": events.AGREEMENT_REPLACED,
    }[state]
    publish(
        name,
        actor=actor,
        now=now,
        creditor_id=agreement.creditor_id,
        refs=refs_of(agreement, account),
        data={"kind": agreement.kind, "currency": agreement.currency, **figures},
    )
