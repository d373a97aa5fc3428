"""An instalment comes a few days later, because the debtor said so before it was due."""

from __future__ import annotations

from datetime import date, datetime

from acuerdo.agreements import events
from acuerdo.agreements.actions.common import check_party, lock_account, refs_of
from acuerdo.agreements.errors import AgreementClosed, CannotRoll
from acuerdo.agreements.models import Agreement, Instalment
from acuerdo.agreements.queries import check_rolling
from acuerdo.core.actor import Actor
from acuerdo.core.events import publish


def roll_instalment(
    *, agreement: Agreement, to_on: date, actor: Actor, now: datetime, channel: str = ""
) -> Instalment:
    """Move the next instalment of an agreement that runs to `to_on`; the others stay.

    Asking for the date that it has already changes nothing. Raises NotVerified, NotFound,
    AgreementClosed, CannotRoll with the codes of what the policy does not allow.
    """
    account = lock_account(agreement.account_id)
    check_party(actor, account, str(agreement.public_id))
    agreement = Agreement.objects.select_related("offer__policy", "account__creditor").get(
        pk=agreement.pk
    )
    part = agreement.instalments.filter(state="due").order_by("sequence").first()
    if agreement.state != "active" or part is None:
        raise AgreementClosed()
    if part.due_on == to_on:
        return part
    outside = check_rolling(agreement, to_on, now)
    if outside:
        raise CannotRoll(outside=list(outside))
    before = part.due_on
    part.agreed_on, part.due_on, part.rolls = part.agreed_on or before, to_on, part.rolls + 1
    part.save(update_fields=["agreed_on", "due_on", "rolls"])
    publish(
        events.INSTALMENT_ROLLED,
        actor=actor,
        now=now,
        creditor_id=agreement.creditor_id,
        refs=[*refs_of(agreement, account), f"instalment:{part.pk}"],
        data={
            "sequence": part.sequence,
            "from": before.isoformat(),
            "due_on": to_on.isoformat(),
            "channel": channel,
        },
    )
    return part
