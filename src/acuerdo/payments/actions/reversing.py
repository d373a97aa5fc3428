"""Money that came was taken back: a charge back, a bounced transfer, a mistake."""

from __future__ import annotations

from datetime import datetime

from acuerdo.agreements.actions import apply_payment
from acuerdo.core.actor import Actor
from acuerdo.core.events import publish
from acuerdo.ledger.actions import reverse_entry
from acuerdo.ledger.queries import get_balance
from acuerdo.payments import events
from acuerdo.payments.actions.allocating import allocate_anew
from acuerdo.payments.models import Payment
from acuerdo.portfolio.actions.closing import reopen_account
from acuerdo.portfolio.models import Account


def reverse_payment(*, payment_id: int, reason: str, actor: Actor, now: datetime) -> Payment:
    """Undo a payment as if it had never come: what was paid later takes its place, its agreement
    and the account are as open as they then are. Once; a repeat changes nothing.

    `reason` is a code, as `charged_back`, not a text.
    """
    payment = Payment.objects.select_related("entry").get(pk=payment_id)
    account = Account.objects.select_for_update(of=("self",)).get(pk=payment.account_id)
    payment.refresh_from_db(fields=["state"])
    if payment.state == "reversed":
        return payment
    reverse_entry(
        actor=actor,
        now=now,
        entry=payment.entry,
        key=f"reversal:{payment.entry_id}",
        memo=reason[:40],
    )
    payment.state = "reversed"
    payment.save(update_fields=["state"])
    payment.allocations.all().delete()
    allocate_anew(account.pk, {})
    apply_payment(account_id=account.pk, now=now, actor=actor)
    balance = get_balance(account.pk)
    publish(
        events.PAYMENT_REVERSED,
        actor=actor,
        now=now,
        creditor_id=payment.creditor_id,
        refs=[f"payment:{payment.pk}", f"account:{account.pk}", f"debtor:{account.debtor_id}"],
        data={
            "amount_minor": payment.amount_minor,
            "currency": payment.currency,
            "reason": reason[:40],
            "balance_minor": balance.total_minor,
        },
    )
    if balance.total_minor > 0:
        reopen_account(account_id=account.pk, actor=actor, now=now)
    return payment
