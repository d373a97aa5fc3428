"""A debtor proposes: the answer, and what it cost, written into the ledger of concessions."""

from __future__ import annotations

from datetime import datetime

from acuerdo.agreements import events, negotiation
from acuerdo.agreements.actions.common import lock_account
from acuerdo.agreements.models import Concession
from acuerdo.agreements.negotiation import Evaluation, Proposal
from acuerdo.agreements.queries import read_table
from acuerdo.core.actor import Actor
from acuerdo.core.events import publish


def answer_proposal(
    *,
    account_id: int,
    proposal: Proposal,
    actor: Actor,
    now: datetime,
    key: str,
    channel: str = "",
) -> Evaluation:
    """Whether the debtor's proposal may be agreed, else the nearest that may, one concession
    further where they have moved: offered more than ever before, on any channel, to anybody.

    The move is remembered once per `key`; a repeat is answered from where the negotiation stands.
    """
    account = lock_account(account_id)
    table = read_table(account, now)
    if table.row is None or table.policy is None or not table.is_open:
        return Evaluation(None, (), ("no_policy",))
    known = Concession.objects.filter(creditor_id=account.creditor_id, key=key).exists()
    found = negotiation.answer(table.policy, table.facts, table.standing, proposal)
    if found.move is None or known:
        return found.evaluation
    Concession.objects.create(
        creditor_id=account.creditor_id,
        account=account,
        policy=table.row,
        kind="move",
        authority="assistant",
        round=found.standing.round,
        given=found.standing.given,
        proposed=found.move,
        worth_minor=found.standing.best[found.move].minor,
        currency=account.currency,
        channel=channel,
        made_by=actor.label,
        made_at=now,
        key=key,
    )
    publish(
        events.CONCESSION_MADE,
        actor=actor,
        now=now,
        creditor_id=account.creditor_id,
        refs=[f"account:{account.pk}", f"debtor:{account.debtor_id}"],
        data={"round": found.standing.round, "proposed": found.move, "channel": channel},
    )
    return found.evaluation
