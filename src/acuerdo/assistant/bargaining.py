"""The negotiation as the dialogue sees it: proposals answered, what people granted, agreements
changed, a month's money told. Each function asks the rooms below for one debtor's account."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from acuerdo.agreements.actions import (
    answer_with_offers,
    make_offer,
    roll_instalment,
    tell_capacity,
)
from acuerdo.agreements.models import Agreement, Offer, OfferPolicy
from acuerdo.agreements.queries import (
    check_rolling,
    count_changes,
    find_sustainable,
    get_active_agreement,
    list_granted_offers,
    read_table,
)
from acuerdo.assistant.dialogue import model
from acuerdo.assistant.dialogue.model import OfferFacts, Outcome
from acuerdo.assistant.dialogue.values import Due
from acuerdo.assistant.exchange import offer_facts, proposal_of
from acuerdo.core.actor import Actor
from acuerdo.core.money import Money
from acuerdo.portfolio.models import Account

Bargained = model.Propose | model.Roll | model.TellCapacity


@dataclass(frozen=True, slots=True)
class Bargain:
    """Who bargains about which account, where and in which turn; `owed` is in minor units."""

    account: Account
    owed: int
    actor: Actor
    now: datetime
    channel: str
    turn: int

    def answer(self, act: Bargained) -> Outcome:
        """Do it, or ask whether it may be done."""
        if isinstance(act, model.Propose):
            return self.propose(act)
        return self.roll(act) if isinstance(act, model.Roll) else self.tell_capacity(act)

    def propose(self, act: model.Propose) -> model.Proposed:
        """The policy's answer. What a person granted stands before what the policy gives."""
        account = self.account
        granted = list_granted_offers(account_id=account.pk, now=self.now)
        asked_for = find_granted(granted, act, account.currency)
        if asked_for is not None:
            return model.Proposed(exact=self._facts(asked_for), granted=True)
        answered = answer_with_offers(
            account_id=account.pk,
            proposal=proposal_of(act, account.currency),
            actor=self.actor,
            now=self.now,
            key=f"turn:{self.turn}",
            channel=self.channel,
        )
        evaluation = answered.evaluation
        offers = tuple(self._facts(offer) for offer in answered.offers)
        if evaluation.accepted is not None:
            return model.Proposed(exact=offers[0])
        if evaluation.outside == ("date_missing",):
            # The debtor is asked for it; offers with a day of ours would only be in the way.
            return model.Proposed(outside=evaluation.outside)
        first = tuple(self._facts(offer) for offer in granted)
        known = [(offer.kind, offer.total_minor, offer.schedule) for offer in first]
        others = (
            offer
            for offer in offers
            if (offer.kind, offer.total_minor, offer.schedule) not in known
        )
        return model.Proposed(
            nearest=(*first, *others),
            outside=evaluation.outside,
            final=evaluation.is_final,
            granted=bool(granted),
        )

    def roll(self, act: model.Roll) -> Outcome:
        """Whether the next instalment may come on another day; where `act.sure`, it does."""
        agreement = get_active_agreement(self.account.pk)
        if agreement is None:
            return model.Refused(code="agreement_closed")
        part = next(part for part in agreement.instalments.all() if part.state == "due")
        outside = check_rolling(agreement, act.to_on, self.now)
        if act.sure and not outside:
            part = roll_instalment(
                agreement=agreement,
                to_on=act.to_on,
                actor=self.actor,
                now=self.now,
                channel=self.channel,
            )
        return model.Rolled(
            to_on=act.to_on,
            amount_minor=part.amount_minor - part.paid_minor,
            currency=agreement.currency,
            done=act.sure and not outside,
            outside=outside,
        )

    def tell_capacity(self, act: model.TellCapacity) -> model.Sustained:
        """Keep what comes in and goes out, and find what can be kept."""
        currency = self.account.currency
        told = {name: Money.from_decimal(value, currency) for name, value in act.amounts.items()}
        tell_capacity(
            account_id=self.account.pk,
            income=told.pop("income"),
            expenses=told,
            actor=self.actor,
            now=self.now,
            channel=self.channel,
        )
        found = find_sustainable(account_id=self.account.pk, now=self.now)
        plans = tuple(
            make_offer(
                account_id=self.account.pk,
                terms=terms,
                channel=self.channel,
                actor=self.actor,
                now=self.now,
                key=f"turn:{self.turn}:sustainable:{terms.count}",
            )
            for terms in found.plans
        )
        return model.Sustained(way=found.way, plans=tuple(self._facts(offer) for offer in plans))

    def _facts(self, offer: Offer) -> OfferFacts:
        return offer_facts(offer, self.account, self.owed)


def offers_in(outcome: Outcome) -> tuple[OfferFacts, ...]:
    """The offers that an outcome puts to the debtor."""
    if isinstance(outcome, model.Proposed):
        return (outcome.exact,) if outcome.exact else outcome.nearest
    return outcome.plans if isinstance(outcome, model.Sustained) else ()


def find_granted(offers: Sequence[Offer], act: model.Propose, currency: str) -> Offer | None:
    """Of what a person granted the one that the debtor asks for, by its amount, discount or count
    of parts; None where they ask for something else, or for nothing in particular."""
    amount = None if act.amount is None else Money.from_decimal(act.amount, currency).minor
    for offer in offers:
        whole = offer.total_minor + offer.discount_minor
        percent = (Decimal(100 * offer.discount_minor) / whole).quantize(Decimal("0.1"))
        said = (
            (amount, offer.total_minor),
            (act.percent, percent),
            (act.count, len(offer.schedule)),
        )
        named = [(wanted, has) for wanted, has in said if wanted is not None]
        on_its_day = act.on is None or act.on.isoformat() == offer.schedule[0]["due_on"]
        if named and on_its_day and all(wanted == has for wanted, has in named):
            return offer
    return None


@dataclass(frozen=True, slots=True)
class Standing:
    """Of an account: the next part of its agreement, how often that may still be changed for
    another, and whether income and expenses are to be asked."""

    next_part: Due | None = None
    changes_left: int = 0
    asks_capacity: bool = False


def list_standings(accounts: Sequence[Account], now: datetime) -> dict[int, Standing]:
    """Where accounts of one creditor stand, by id, for somebody who may know it."""
    agreements = (
        Agreement.objects.filter(account_id__in=[account.pk for account in accounts])
        .filter(state="active")
        .select_related("offer__policy")
        .prefetch_related("instalments")
    )
    found = {
        agreement.account_id: Standing(
            next_due(agreement),
            max(0, agreement.offer.policy.max_renegotiations - count_changes(agreement)),
        )
        for agreement in agreements
    }
    free = [account for account in accounts if account.pk not in found]
    # As nearly everywhere no policy asks: one look tells for all.
    asking = OfferPolicy.objects.filter(
        creditor_id__in={account.creditor_id for account in free},
        is_active=True,
        asks_capacity=True,
    ).exists()
    return found | {
        account.pk: Standing(asks_capacity=asking and _asks_capacity(account, now))
        for account in free
    }


def _asks_capacity(account: Account, now: datetime) -> bool:
    table = read_table(account, now)
    asks = table.row is not None and table.row.asks_capacity and table.is_open
    return asks and table.facts.disposable is None


def next_due(agreement: Agreement) -> Due | None:
    """The first part that has not been paid in full, with what is open of it."""
    for part in agreement.instalments.all():
        if part.state == "due" and part.paid_minor < part.amount_minor:
            left = part.amount_minor - part.paid_minor
            return Due(due_on=part.due_on, amount_minor=left)
    return None
