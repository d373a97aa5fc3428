"""An offer is made, and accepted."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.db.models import Max

from acuerdo.agreements import events
from acuerdo.agreements.actions.common import (
    check_party,
    close_agreement,
    lock_account,
    refs_of,
)
from acuerdo.agreements.errors import (
    AccountNotActive,
    AgreementRuns,
    BalanceChanged,
    OfferNotAdmissible,
    OfferNotOpen,
    ReasonMissing,
    TooManyChanges,
)
from acuerdo.agreements.models import Agreement, Concession, Instalment, Offer, OfferPolicy
from acuerdo.agreements.negotiation import (
    AUTHORITIES,
    Authority,
    Policy,
    Terms,
    check_offer,
    check_terms,
)
from acuerdo.agreements.queries import (
    Table,
    count_changes,
    local_date,
    read_table,
    terms_of,
    to_policy,
)
from acuerdo.core.actor import Actor
from acuerdo.core.commands import idempotent
from acuerdo.core.errors import CommandConflict
from acuerdo.core.events import publish
from acuerdo.ledger.models import Posting
from acuerdo.ledger.queries import get_balance
from acuerdo.portfolio.models import Account


def make_offer(
    *,
    account_id: int,
    terms: Terms,
    actor: Actor,
    now: datetime,
    key: str,
    channel: str = "",
    reason: str = "",
) -> Offer:
    """Put `terms` to the debtor: stored, so that what is accepted is what was said.

    The policy is asked again, whoever made the terms up, and where the negotiation stands. A
    person may go further, as far as their authority, by giving a `reason`, which is kept in the
    ledger of concessions. The same key gives the same offer; with other terms it raises
    CommandConflict. Raises OfferNotAdmissible, AccountNotActive, ReasonMissing.
    """
    account = lock_account(account_id)
    known = Offer.objects.filter(creditor_id=account.creditor_id, key=key).first()
    if known is not None:
        if known.account_id != account.pk or terms_of(known) != terms:
            raise CommandConflict(key=key, action="make_offer")
        return known
    if account.state != "active":
        raise AccountNotActive()
    table = read_table(account, now)
    if table.row is None or table.policy is None:
        raise OfferNotAdmissible(outside=["no_policy"])
    authority = _needed_authority(table, terms, actor, reason)
    offer = _offer_of(table, terms, actor, now, key, channel)
    offer.save()
    if authority != "assistant":
        _record_exception(offer, authority, reason, actor, now)
    _tell_shown([offer], account, authority, actor, now)
    return offer


def make_offers(
    *, table: Table, offers: Mapping[str, Terms], actor: Actor, now: datetime, channel: str
) -> list[Offer]:
    """Put several arrangements to the debtor at once, by key, in order: what `make_offer` does for
    one, for a set. `table` was read under the account's lock, which is still held.

    None may need more authority than the assistant has. Raises OfferNotAdmissible, CommandConflict.
    """
    rows = Offer.objects.filter(creditor_id=table.account.creditor_id, key__in=list(offers))
    known = {row.key: row for row in rows}
    for key, terms in offers.items():
        if key in known and terms_of(known[key]) != terms:
            raise CommandConflict(key=key, action="make_offer")
        if table.policy is None or not table.is_open:
            raise OfferNotAdmissible(outside=["no_policy"])
        outside = check_offer(table.policy, table.facts, table.standing, terms)
        if outside:
            raise OfferNotAdmissible(outside=list(outside))
    made = Offer.objects.bulk_create(
        _offer_of(table, terms, actor, now, key, channel)
        for key, terms in offers.items()
        if key not in known
    )
    if made:
        _tell_shown(made, table.account, "assistant", actor, now)
    known |= {row.key: row for row in made}
    return [known[key] for key in offers]


def _offer_of(
    table: Table, terms: Terms, actor: Actor, now: datetime, key: str, channel: str
) -> Offer:
    account = table.account
    assert table.policy is not None
    return Offer(
        creditor_id=account.creditor_id,
        account=account,
        policy=table.row,
        kind=terms.kind,
        currency=account.currency,
        total_minor=terms.total.minor,
        discount_minor=terms.discount.minor,
        schedule=[
            {"due_on": part.due_on.isoformat(), "amount_minor": part.amount.minor}
            for part in terms.schedule
        ],
        channel=channel,
        offered_by=actor.label,
        offered_at=now,
        expires_at=_expiry(account, table.policy, terms, now),
        key=key,
    )


def _tell_shown(
    offers: Sequence[Offer], account: Account, authority: Authority, actor: Actor, now: datetime
) -> None:
    """One event for all that was shown together; its figures are those of the first, the best."""
    first = offers[0]
    publish(
        events.OFFERS_SHOWN,
        actor=actor,
        now=now,
        creditor_id=account.creditor_id,
        refs=[
            f"account:{account.pk}",
            f"debtor:{account.debtor_id}",
            *(f"offer:{offer.pk}" for offer in offers),
        ],
        data={
            "kind": first.kind,
            "total_minor": first.total_minor,
            "discount_minor": first.discount_minor,
            "currency": first.currency,
            "count": len(first.schedule),
            "authority": authority,
            "shown": len(offers),
        },
    )


def authority_of(actor: Actor) -> Authority:
    """How far somebody may go: who answers for others, further than who talks to debtors."""
    if actor.kind != "user":
        return "assistant"
    return "supervisor" if actor.role in ("manager", "administrator") else "agent"


def _needed_authority(table: Table, terms: Terms, actor: Actor, reason: str) -> Authority:
    """The least authority that may offer `terms`. Raises OfferNotAdmissible, or ReasonMissing
    where the actor has it but gave no reason."""
    assert table.policy is not None
    assert table.row is not None
    outside = check_offer(table.policy, table.facts, table.standing, terms)
    if not outside:
        return "assistant"
    held = authority_of(actor)
    for authority in AUTHORITIES[1 : AUTHORITIES.index(held) + 1]:
        policy = to_policy(table.row, table.account.currency, authority)
        outside = check_terms(policy, table.facts, terms)
        if not outside:
            if not reason.strip():
                raise ReasonMissing()
            return authority
    raise OfferNotAdmissible(outside=list(outside))


def _record_exception(
    offer: Offer, authority: Authority, reason: str, actor: Actor, now: datetime
) -> None:
    Concession.objects.create(
        creditor_id=offer.creditor_id,
        account_id=offer.account_id,
        policy=offer.policy,
        kind="exception",
        authority=authority,
        proposed=offer.kind,
        currency=offer.currency,
        offer=offer,
        reason=" ".join(reason.split())[:200],
        channel=offer.channel,
        made_by=actor.label,
        made_at=now,
        key=f"offer:{offer.pk}:exception",
    )


def _expiry(account: Account, policy: Policy, terms: Terms, now: datetime) -> datetime:
    """So long as the policy says, but no longer than the day of the first payment."""
    zone = ZoneInfo(account.creditor.timezone)
    next_day = terms.first_due_on + timedelta(days=1)
    end_of_day = datetime.combine(next_day, time(), zone)
    return min(now + timedelta(days=policy.offer_valid_days), end_of_day.astimezone(now.tzinfo))


def accept_offer(
    *,
    offer: Offer,
    actor: Actor,
    now: datetime,
    channel: str,
    key: str,
    replacing: bool = False,
) -> Agreement:
    """The debtor agrees to `offer`: from now on its dates and amounts count.

    What is owed is read again under the account's lock. Accepting the same offer twice gives the
    same agreement. With `replacing` the agreement that runs ends as replaced by this one, as often
    as the policy allows; without, AgreementRuns. Raises NotVerified (a debtor, or the assistant for
    one, who was not recognised), OfferNotOpen, BalanceChanged, TooManyChanges, AccountNotActive.
    """
    account = lock_account(offer.account_id)
    check_party(actor, account, str(offer.public_id))
    payload = {"offer": str(offer.public_id)}
    with idempotent(
        creditor_id=account.creditor_id, action="accept_offer", key=key, payload=payload
    ) as command:
        if command.done:
            return Agreement.objects.get(pk=command.result["agreement"])
        agreement = _accept(account, offer.pk, actor, now, channel, replacing)
        command.result = {"agreement": agreement.pk}
    return agreement


def _accept(
    account: Account, offer_id: int, actor: Actor, now: datetime, channel: str, replacing: bool
) -> Agreement:
    offer = Offer.objects.select_for_update().get(pk=offer_id)
    known = Agreement.objects.filter(offer=offer).first()
    if known is not None:
        return known
    _check_acceptable(account, offer, now)
    earlier = _make_way(account, offer.policy, actor, now, replacing)
    row, terms = offer.policy, terms_of(offer)
    agreement = Agreement.objects.create(
        creditor_id=account.creditor_id,
        account=account,
        offer=offer,
        kind="promise" if offer.kind == "full" else offer.kind,
        currency=offer.currency,
        total_minor=offer.total_minor,
        discount_minor=offer.discount_minor,
        grace_days=row.grace_days,
        tolerance_minor=int(row.tolerance_minor.get(offer.currency, 0)),
        replaces=earlier,
        channel=channel,
        accepted_by=actor.label,
        reached_at=now,
        after_entry_id=_newest_entry(account.pk),
    )
    Instalment.objects.bulk_create(
        Instalment(
            agreement=agreement,
            sequence=number,
            due_on=part.due_on,
            amount_minor=part.amount.minor,
        )
        for number, part in enumerate(terms.schedule, 1)
    )
    offer.state = "accepted"
    offer.save(update_fields=["state"])
    Offer.objects.filter(account=account, state="open").update(state="superseded")
    publish(
        events.AGREEMENT_REACHED,
        actor=actor,
        now=now,
        creditor_id=account.creditor_id,
        refs=refs_of(agreement, account),
        data={
            "kind": agreement.kind,
            "total_minor": agreement.total_minor,
            "discount_minor": agreement.discount_minor,
            "currency": agreement.currency,
            "count": terms.count,
            "first_due_on": terms.first_due_on.isoformat(),
            "channel": channel,
        },
    )
    return agreement


def _check_acceptable(account: Account, offer: Offer, now: datetime) -> None:
    if account.state != "active":
        raise AccountNotActive()
    terms = terms_of(offer)
    stands = offer.state == "open" and now < offer.expires_at
    if not stands or terms.first_due_on < local_date(account, now):
        raise OfferNotOpen()
    owed = get_balance(account.pk).total_minor
    covers = offer.total_minor + offer.discount_minor
    if covers > owed or (offer.kind != "promise" and covers != owed):
        raise BalanceChanged()


def _make_way(
    account: Account, policy: OfferPolicy, actor: Actor, now: datetime, replacing: bool
) -> Agreement | None:
    """End the agreement that runs, if it may be replaced; the one that was ended."""
    running = Agreement.objects.filter(account=account, state="active").first()
    if running is None:
        return None
    if not replacing:
        raise AgreementRuns()
    if count_changes(running) >= policy.max_renegotiations:
        raise TooManyChanges()
    close_agreement(running, account, "replaced", now, actor, {})
    return running


def _newest_entry(account_id: int) -> int:
    newest = Posting.objects.filter(credit__subject_id=account_id).aggregate(Max("entry_id"))
    return int(newest["entry_id__max"] or 0)
