"""The ladder with its ledger: who asks again, elsewhere or somebody else, gets the same."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest
from deals_kit import NOW, agree, cop, debtor_of, make_account, make_creditor
from django.db import transaction
from small_portfolio import TODAY

from acuerdo.agreements.actions import (
    accept_offer,
    answer_proposal,
    cancel_agreement,
    make_offer,
    seed_policies,
)
from acuerdo.agreements.errors import OfferNotAdmissible, ReasonMissing
from acuerdo.agreements.models import Concession, OfferPolicy
from acuerdo.agreements.negotiation import Evaluation, Part, Proposal, Terms
from acuerdo.agreements.queries import (
    evaluate_proposal,
    list_offers,
    price_offers,
    read_table,
    suggest_offers,
)
from acuerdo.core.actor import Actor
from acuerdo.core.models import Event
from acuerdo.portfolio.models import Account

pytestmark = pytest.mark.django_db

AGENT = Actor("user", "7", role="agent")
MANAGER = Actor("user", "8", role="manager")


@pytest.fixture
def account() -> Account:
    return make_account(make_creditor(ladder=True), dpd=120)  # late: 5 % at first, 15 % at last


def answer(
    account: Account,
    pesos: int,
    *,
    channel: str = "chat",
    actor: Actor | None = None,
    key: str = "",
) -> Evaluation:
    with transaction.atomic():
        return answer_proposal(
            account_id=account.pk,
            proposal=Proposal("settlement", amount=cop(pesos), on=TODAY),
            actor=actor or debtor_of(account),
            now=NOW,
            key=key or str(uuid4()),
            channel=channel,
        )


def settle(pesos: int, on: int = 0) -> Terms:
    day = TODAY + timedelta(days=on)
    return Terms("settlement", cop(pesos), cop(1_200_000 - pesos), (Part(day, cop(pesos)),))


def put(account: Account, terms: Terms, actor: Actor, reason: str = "") -> None:
    with transaction.atomic():
        make_offer(
            account_id=account.pk,
            terms=terms,
            actor=actor,
            now=NOW,
            key=str(uuid4()),
            channel="call",
            reason=reason,
        )


def most_off(account: Account) -> int:
    offers = list_offers(account_id=account.pk, now=NOW)
    return max(terms.discount.minor for terms in offers) // 100


def test_it_opens_with_a_third_of_the_discount(account: Account) -> None:
    assert most_off(account) == 60_000
    suggested = suggest_offers(account_id=account.pk, now=NOW)
    assert {one.discount.minor for one in suggested if one.kind == "settlement"} == {6_000_000}
    first = evaluate_proposal(account_id=account.pk, proposal=Proposal("settlement"), now=NOW)
    assert first.nearest[0].discount == cop(60_000)
    assert Concession.objects.count() == 0


def test_another_channel_or_an_agent_gets_no_better_deal(account: Account) -> None:
    first = answer(account, 700_000).nearest[0].discount
    assert cop(60_000) < first < cop(75_000)
    for channel, actor in (("chat", None), ("whatsapp", None), ("call", AGENT), ("call", MANAGER)):
        again = answer(account, 700_000, channel=channel, actor=actor)
        assert again.nearest[0].discount == first
    assert most_off(account) == first.minor // 100
    assert Concession.objects.count() == 1
    # Who moves is answered with a move, wherever that is.
    assert answer(account, 800_000, channel="whatsapp").nearest[0].discount > first
    assert [row.round for row in Concession.objects.order_by("id")] == [1, 2]
    assert Event.objects.filter(name="ConcessionMade").count() == 2


def test_the_ladder_ends_at_the_floor(account: Account) -> None:
    for pesos in (500_000, 650_000, 800_000, 950_000, 1_000_000):
        found = answer(account, pesos)
        assert found.accepted is None
    assert found.is_final
    assert most_off(account) == 180_000
    assert answer(account, 1_020_000).accepted is not None


def test_a_command_that_comes_twice_moves_once(account: Account) -> None:
    first = answer(account, 700_000, key="turn:1")
    assert answer(account, 700_000, key="turn:1").nearest == first.nearest
    answer(account, 900_000, key="turn:1")
    assert Concession.objects.count() == 1


def test_nobody_jumps_the_ladder(account: Account) -> None:
    for terms in (settle(1_020_000), settle(1_020_000, on=1)):
        with pytest.raises(OfferNotAdmissible):
            put(account, terms, debtor_of(account))
        with pytest.raises(OfferNotAdmissible):
            put(account, terms, Actor("assistant", verification="verified"), reason="please")
    put(account, settle(1_135_000), debtor_of(account))


def test_a_person_goes_further_with_a_reason(account: Account) -> None:
    with pytest.raises(ReasonMissing):
        put(account, settle(960_000), AGENT, reason="  ")
    put(account, settle(960_000), AGENT, reason="Lost the job, has a letter of  it")
    row = Concession.objects.get()
    assert (row.kind, row.authority, row.made_by) == ("exception", "agent", "user:7")
    assert row.reason == "Lost the job, has a letter of it"
    # Thirty per cent off is a supervisor's to give, and beyond it nobody's.
    with pytest.raises(OfferNotAdmissible):
        put(account, settle(840_000), AGENT, reason="Lost the job")
    put(account, settle(840_000), MANAGER, reason="Agreed with the bank")
    with pytest.raises(OfferNotAdmissible):
        put(account, settle(830_000), MANAGER, reason="Agreed with the bank")
    # An exception moves no ladder: the next one who asks gets what the debtor's moves gave.
    assert most_off(account) == 60_000
    offered = [event.data["authority"] for event in Event.objects.filter(name="OffersShown")]
    assert sorted(offered) == ["agent", "supervisor"]


def test_what_a_person_granted_may_be_accepted_on_any_channel(account: Account) -> None:
    put(account, settle(960_000), AGENT, reason="Lost the job")
    granted = Concession.objects.get().offer
    assert granted is not None
    with transaction.atomic():
        agreement = accept_offer(
            offer=granted, actor=debtor_of(account), now=NOW, channel="whatsapp", key="yes"
        )
    assert agreement.discount_minor == cop(240_000).minor


def test_after_an_agreement_a_new_negotiation_begins(account: Account) -> None:
    answer(account, 700_000)
    later = NOW + timedelta(hours=1)
    agreement = agree(account, later, kind="plan", count=3)
    with transaction.atomic():
        cancel_agreement(agreement=agreement, actor=MANAGER, now=later)
    assert most_off(account) == 60_000
    assert read_table(account, later).standing.round == 0


def test_offers_have_their_present_value(account: Account) -> None:
    priced = price_offers(account_id=account.pk, now=NOW)
    values = [one.present_value.minor for one in priced]
    assert values == sorted(values, reverse=True)
    assert priced[0].terms.kind == "full"
    assert priced[0].present_value == cop(1_200_000)
    late = [one for one in priced if one.terms.kind == "promise"]
    assert all(one.present_value < one.terms.total for one in late)
    OfferPolicy.objects.update(is_active=False)
    assert price_offers(account_id=account.pk, now=NOW) == []


def test_seeding_again_leaves_versions_alone(account: Account) -> None:
    OfferPolicy.objects.filter(code="late").update(opening={})
    seed_policies(creditor_id=account.creditor_id)
    assert OfferPolicy.objects.filter(code="late").count() == 1
    assert OfferPolicy.objects.get(code="late").opening == {}
