"""A debtor proposes: the answer, and what it cost, written into the ledger of concessions."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from acuerdo.agreements import events, negotiation
from acuerdo.agreements.actions.common import lock_account
from acuerdo.agreements.actions.offering import make_offers
from acuerdo.agreements.models import Concession, Offer
from acuerdo.agreements.negotiation import Answer, Evaluation, Proposal, Terms
from acuerdo.agreements.queries import Table, read_table
from acuerdo.core.actor import Actor
from acuerdo.core.events import publish


@dataclass(frozen=True, slots=True)
class Answered:
    """The evaluation, and as stored offers what of it may be agreed: the accepted one, or the
    nearest, best first. `balance_minor` is what was owed."""

    evaluation: Evaluation
    offers: tuple[Offer, ...]
    balance_minor: int


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
    table = read_table(lock_account(account_id), now)
    return _answer(table, proposal, actor, now, key, channel).evaluation


def answer_with_offers(
    *,
    account_id: int,
    proposal: Proposal,
    actor: Actor,
    now: datetime,
    key: str,
    channel: str = "",
) -> Answered:
    """The same answer, and what may be agreed put to the debtor as offers: all from one look at
    the account. Nothing is offered where only a day is missing. The same key with the same
    proposal gives the same offers."""
    table = read_table(lock_account(account_id), now)
    found = _answer(table, proposal, actor, now, f"{key}:move", channel)
    evaluation = found.evaluation
    shown = (evaluation.accepted,) if evaluation.accepted else evaluation.nearest
    if evaluation.outside == ("date_missing",):
        shown = ()
    offers = make_offers(
        table=replace(table, standing=found.standing),
        offers={f"{key}:{_fingerprint(terms)}": terms for terms in shown},
        actor=actor,
        now=now,
        channel=channel,
    )
    return Answered(evaluation, tuple(offers), table.facts.owed.minor)


def _answer(
    table: Table, proposal: Proposal, actor: Actor, now: datetime, key: str, channel: str
) -> Answer:
    """The answer, its move written down. The account is locked."""
    account = table.account
    if table.row is None or table.policy is None or not table.is_open:
        return Answer(Evaluation(None, (), ("no_policy",)), table.standing)
    found = negotiation.answer(table.policy, table.facts, table.standing, proposal)
    if found.move is None:
        return found
    if Concession.objects.filter(creditor_id=account.creditor_id, key=key).exists():
        return found
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
    return found


def _fingerprint(terms: Terms) -> str:
    first = terms.schedule[0]
    return (
        f"{terms.kind}:{terms.count}:{terms.total.minor}:{terms.discount.minor}"
        f":{first.due_on.isoformat()}:{first.amount.minor}:{terms.schedule[-1].due_on.isoformat()}"
    )
