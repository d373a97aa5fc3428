"""Income and expenses: told once, kept for a while, and never more asked than is left."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest
from deals_kit import NOW, cop, debtor_of, make_account, make_creditor
from django.db import transaction

from acuerdo.agreements.actions import make_offer, tell_capacity
from acuerdo.agreements.errors import (
    CapacityNotAsked,
    CapacityUnreadable,
    NotVerified,
    OfferNotAdmissible,
)
from acuerdo.agreements.models import Capacity, OfferPolicy
from acuerdo.agreements.negotiation import Part, Proposal, Terms
from acuerdo.agreements.queries import (
    asks_capacity,
    evaluate_proposal,
    find_sustainable,
    list_offers,
)
from acuerdo.core.actor import SYSTEM, Actor
from acuerdo.core.errors import NotFound
from acuerdo.core.models import Event
from acuerdo.core.money import Money
from acuerdo.portfolio.actions import erase_debtor
from acuerdo.portfolio.models import Account

pytestmark = pytest.mark.django_db


@pytest.fixture
def account() -> Account:
    account = make_account(make_creditor(), dpd=120)
    OfferPolicy.objects.filter(code="late").update(
        asks_capacity=True, opening={"max_instalments": "3"}, rounds=3
    )
    return account


def tell(account: Account, income: int, *expenses: int, actor: Actor | None = None) -> Capacity:
    kinds = ("housing", "living", "debts")
    with transaction.atomic():
        return tell_capacity(
            account_id=account.pk,
            income=cop(income),
            expenses={kind: cop(one) for kind, one in zip(kinds, expenses, strict=False)},
            actor=actor or debtor_of(account),
            now=NOW,
            channel="portal",
        )


def test_no_plan_asks_for_more_than_is_left(account: Account) -> None:
    assert max(terms.count for terms in list_offers(account_id=account.pk, now=NOW)) == 3
    tell(account, 1_500_000, 700_000, 500_000, 100_000)  # 200,000 are left
    plans = [one for one in list_offers(account_id=account.pk, now=NOW) if one.count > 1]
    assert {one.count for one in plans} == {6, 7, 8, 9}
    assert max(part.amount.minor for one in plans for part in one.schedule) <= cop(200_000).minor
    answer = evaluate_proposal(account_id=account.pk, proposal=Proposal("plan", count=4), now=NOW)
    assert "above_capacity" in answer.outside
    found = find_sustainable(account_id=account.pk, now=NOW)
    assert (found.way, found.plans[0].count) == ("plan", 9)
    with transaction.atomic():
        make_offer(
            account_id=account.pk,
            terms=found.plans[0],
            actor=debtor_of(account),
            now=NOW,
            key=str(uuid4()),
        )
    halves = tuple(Part(part.due_on, cop(600_000)) for part in found.plans[0].schedule[:2])
    with pytest.raises(OfferNotAdmissible), transaction.atomic():
        make_offer(
            account_id=account.pk,
            terms=Terms("plan", cop(1_200_000), cop(0), halves),
            actor=debtor_of(account),
            now=NOW,
            key=str(uuid4()),
        )


def test_the_newest_holds_for_half_a_year(account: Account) -> None:
    tell(account, 1_000_000, 990_000)
    assert find_sustainable(account_id=account.pk, now=NOW).way == "pause"
    tell(account, 1_000_000, 940_000)
    assert find_sustainable(account_id=account.pk, now=NOW).way == "person"
    tell(account, 3_000_000)
    assert find_sustainable(account_id=account.pk, now=NOW).way == "plan"
    late = NOW + timedelta(days=181)
    OfferPolicy.objects.filter(code="very_late").update(is_active=False)
    OfferPolicy.objects.filter(code="late").update(dpd_to=None)
    plans = [one for one in list_offers(account_id=account.pk, now=late) if one.count > 1]
    assert {one.count for one in plans} == {2, 3}


def test_the_trail_has_no_amounts_and_no_reason(account: Account) -> None:
    tell(account, 1_500_000, 700_000)
    assert Event.objects.get(name="CapacityTold").data == {"channel": "portal"}
    fields = {field.name for field in Capacity._meta.get_fields()}
    assert not {name for name in fields if "reason" in name or "why" in name}


def test_it_is_asked_only_where_the_policy_says_so_and_of_the_debtor(account: Account) -> None:
    with pytest.raises(NotVerified):
        tell(account, 1, actor=Actor("assistant", verification="claimed"))
    stranger = Actor("debtor", "9", debtor_id=account.debtor_id + 1, verification="verified")
    with pytest.raises(NotFound):
        tell(account, 1, actor=stranger)
    OfferPolicy.objects.update(asks_capacity=False)
    assert not asks_capacity(account=account, now=NOW)
    with pytest.raises(CapacityNotAsked):
        tell(account, 1_500_000)


@pytest.mark.parametrize(
    ("income", "expenses"),
    [
        (cop(-1), {}),
        (cop(1), {"housing": cop(-1)}),
        (Money(1, "EUR"), {}),
        (cop(1), {"gambling": cop(1)}),
    ],
)
def test_strange_amounts_are_refused(
    account: Account, income: Money, expenses: dict[str, Money]
) -> None:
    with pytest.raises(CapacityUnreadable), transaction.atomic():
        tell_capacity(
            account_id=account.pk,
            income=income,
            expenses=expenses,
            actor=debtor_of(account),
            now=NOW,
        )
    assert not Capacity.objects.exists()


def test_it_is_forgotten_with_the_person(account: Account) -> None:
    tell(account, 1_500_000, 700_000)
    account.state = "closed"
    account.save(update_fields=["state"])
    with transaction.atomic():
        erase_debtor(
            creditor_id=account.creditor_id, debtor_id=account.debtor_id, actor=SYSTEM, now=NOW
        )
    told = Capacity.objects.get()
    assert (told.income_minor, told.expenses_minor) == (0, {})
