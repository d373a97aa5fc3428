from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from deals_kit import NOW, agree, cop, debtor_of, make_account, make_creditor, offer, offer_terms
from django.db import transaction
from small_portfolio import TODAY

from acuerdo.agreements.actions import (
    accept_offer,
    apply_payment,
    cancel_agreement,
    make_offer,
    seed_policies,
    settle_due,
)
from acuerdo.agreements.errors import (
    AccountNotActive,
    AgreementClosed,
    AgreementRuns,
    BalanceChanged,
    NotVerified,
    OfferNotAdmissible,
    OfferNotOpen,
)
from acuerdo.agreements.models import Agreement, Instalment, Offer, OfferPolicy
from acuerdo.agreements.negotiation import Part, Proposal, Terms
from acuerdo.agreements.queries import (
    business_days,
    evaluate_proposal,
    get_active_agreement,
    list_instalments_due,
    list_next_instalments,
    list_offers,
    suggest_offers,
)
from acuerdo.core.actor import SYSTEM, Actor
from acuerdo.core.errors import CommandConflict, NotFound
from acuerdo.core.models import Event
from acuerdo.core.money import Money
from acuerdo.ledger.actions import post_entry, reverse_entry
from acuerdo.ledger.models import Entry
from acuerdo.ledger.queries import get_balance
from acuerdo.ledger.rules import ADJUSTED, RECEIVED, move
from acuerdo.portfolio.models import Account

pytestmark = pytest.mark.django_db


@pytest.fixture
def account() -> Account:
    return make_account(make_creditor(), dpd=120)  # late: 9 instalments, 15 % off, 10 % down


def receive(account: Account, pesos: int, key: str, on: date = TODAY) -> Entry:
    """Money in the books, as a payment posts it."""
    return post_entry(
        actor=SYSTEM,
        now=NOW,
        creditor_id=account.creditor_id,
        kind="payment",
        effective_on=on,
        postings=[move("principal", account.pk, -cop(pesos), RECEIVED)],
        key=key,
    )


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(hour=20, tzinfo=UTC)  # 15:00 in Bogotá


def events(*names: str) -> list[str]:
    found = Event.objects.filter(name__in=names) if names else Event.objects.all()
    return list(found.order_by("occurred_at", "id").values_list("name", flat=True))


def states(agreement: Agreement) -> list[str]:
    return list(agreement.instalments.order_by("sequence").values_list("state", flat=True))


# --- offers


def test_offers_follow_the_policy_of_the_days_past_due(account: Account) -> None:
    offers = list_offers(account_id=account.pk, now=NOW)
    assert max(terms.count for terms in offers) == 9
    assert max(terms.discount.minor for terms in offers) == cop(180_000).minor
    assert {terms.kind for terms in suggest_offers(account_id=account.pk, now=NOW)} == {
        "full",
        "settlement",
        "promise",
        "plan",
    }
    young = make_account(Account.objects.get().creditor, "B-0002", dpd=5)
    assert {terms.discount.minor for terms in list_offers(account_id=young.pk, now=NOW)} == {0}
    early = make_account(young.creditor, "C-0003", dpd=-5)
    assert {terms.kind for terms in list_offers(account_id=early.pk, now=NOW)} == {
        "full",
        "promise",
    }


def test_dates_are_no_holidays_where_the_debtor_lives(account: Account) -> None:
    is_open = business_days("CO", "")
    assert not is_open(date(2026, 12, 8))  # Inmaculada
    assert not is_open(date(2026, 12, 25))
    assert is_open(date(2026, 12, 9))
    assert business_days("XX", "")(date(2026, 12, 25))
    answer = evaluate_proposal(
        account_id=account.pk, proposal=Proposal("promise", on=date(2026, 12, 8)), now=NOW
    )
    assert answer.outside == ("not_a_business_day",)
    assert answer.nearest[0].first_due_on == date(2026, 12, 9)


def test_seeding_again_changes_nothing(account: Account) -> None:
    OfferPolicy.objects.filter(code="late").update(max_instalments=2)
    seed_policies(creditor_id=account.creditor_id)
    assert OfferPolicy.objects.count() == 7
    assert OfferPolicy.objects.get(code="late").max_instalments == 2


def test_without_a_policy_nothing_is_offered(account: Account) -> None:
    OfferPolicy.objects.update(is_active=False)
    assert list_offers(account_id=account.pk, now=NOW) == []
    answer = evaluate_proposal(account_id=account.pk, proposal=Proposal("full"), now=NOW)
    assert answer.outside == ("no_policy",)


def test_an_offer_is_kept_word_for_word_and_made_once(account: Account) -> None:
    made = offer(account, key="one", kind="plan", count=3)
    assert made.schedule[0] == {"due_on": "2026-12-01", "amount_minor": cop(400_000).minor}
    assert offer(account, key="one", kind="plan", count=3).pk == made.pk
    with pytest.raises(CommandConflict):
        offer(account, key="one", kind="plan", count=4)
    assert events("OffersShown") == ["OffersShown"]


def test_terms_that_the_policy_does_not_give_are_never_offered(account: Account) -> None:
    gift = Terms("settlement", cop(1), cop(1_199_999), (Part(date(2026, 11, 25), cop(1)),))
    with pytest.raises(OfferNotAdmissible) as refusal:
        offer_terms(account, gift)
    assert refusal.value.params["outside"] == ["discount_too_high"]
    assert not Offer.objects.exists()


# --- acceptance


def test_an_accepted_plan_is_what_was_offered(account: Account) -> None:
    rival = offer(account, kind="promise", on=date(2026, 12, 1))
    made = offer(account, kind="plan", count=3)
    with transaction.atomic():
        agreement = accept_offer(
            offer=made, actor=debtor_of(account), now=NOW, channel="chat", key="yes"
        )
        again = accept_offer(
            offer=made, actor=debtor_of(account), now=NOW, channel="chat", key="yes"
        )
        by_other_key = accept_offer(
            offer=made, actor=debtor_of(account), now=NOW, channel="sms", key="yes-2"
        )
    assert agreement.pk == again.pk == by_other_key.pk
    parts = [
        {"due_on": part.due_on.isoformat(), "amount_minor": part.amount_minor}
        for part in agreement.instalments.all()
    ]
    assert parts == made.schedule
    assert events("AgreementReached") == ["AgreementReached"]
    rival.refresh_from_db()
    assert rival.state == "superseded"
    assert get_active_agreement(account.pk) == agreement


def test_one_agreement_runs_at_a_time(account: Account) -> None:
    agree(account, kind="plan", count=3)
    late = offer(account, kind="plan", count=4)
    with pytest.raises(AgreementRuns):
        accept_offer(offer=late, actor=debtor_of(account), now=NOW, channel="chat", key="b")


def test_only_the_recognised_debtor_agrees(account: Account) -> None:
    made = offer(account, kind="plan", count=3)
    stranger = Actor("debtor", "1", account.creditor_id, debtor_id=account.debtor_id)
    with pytest.raises(NotVerified):
        accept_offer(offer=made, actor=stranger, now=NOW, channel="chat", key="a")
    other = Actor(
        "debtor", "2", account.creditor_id, debtor_id=account.debtor_id + 1, verification="verified"
    )
    with pytest.raises(NotFound):
        accept_offer(offer=made, actor=other, now=NOW, channel="chat", key="a")
    assert not Agreement.objects.exists()


def test_an_offer_ends(account: Account) -> None:
    made = offer(account, kind="plan", count=3)
    later = NOW + timedelta(days=5)
    with pytest.raises(OfferNotOpen):
        accept_offer(offer=made, actor=debtor_of(account), now=later, channel="chat", key="a")
    assert settle_due(now=later, actor=SYSTEM).lapsed == 1
    today = offer(account, kind="full")
    # In full today is until midnight in Bogotá.
    assert today.expires_at == datetime(2026, 11, 25, 5, tzinfo=UTC)


def test_what_is_owed_is_read_again(account: Account) -> None:
    made = offer(account, kind="plan", count=3)
    receive(account, 1, "p")
    with pytest.raises(BalanceChanged):
        accept_offer(offer=made, actor=debtor_of(account), now=NOW, channel="chat", key="a")


# --- keeping


def test_a_plan_is_kept_part_by_part(account: Account) -> None:
    agreement = agree(account, kind="plan", count=3, on=date(2026, 12, 1))
    receive(account, 500_000, "p1", date(2026, 11, 30))
    covered = apply_payment(account_id=account.pk, now=at("2026-11-30"), actor=SYSTEM)
    assert [part.amount_minor for part in covered] == [
        cop(400_000).minor,
        cop(100_000).minor,
    ]
    assert states(agreement) == ["paid", "due", "due"]
    nexts = list_next_instalments([account.pk])
    assert nexts[account.pk].paid_minor == cop(100_000).minor
    receive(account, 700_000, "p2", date(2027, 1, 4))
    apply_payment(account_id=account.pk, now=at("2027-01-04"), actor=SYSTEM)
    agreement.refresh_from_db()
    assert (agreement.state, states(agreement)) == ("kept", ["paid"] * 3)
    assert get_balance(account.pk).total_minor == 0
    assert events("InstalmentPaid", "AgreementKept") == [
        "InstalmentPaid",
        "InstalmentPaid",
        "InstalmentPaid",
        "AgreementKept",
    ]


def test_grace_ends_at_midnight_where_the_creditor_is(account: Account) -> None:
    agreement = agree(account, kind="plan", count=3, on=date(2026, 12, 1))
    last_evening = datetime(2026, 12, 5, 4, 30, tzinfo=UTC)  # 4 December, 23:30 in Bogotá
    assert settle_due(now=last_evening, actor=SYSTEM).broken == 0
    report = settle_due(now=last_evening + timedelta(hours=1), actor=SYSTEM)
    assert report.broken == 1
    agreement.refresh_from_db()
    assert (agreement.state, states(agreement)) == ("broken", ["missed", "cancelled", "cancelled"])
    assert settle_due(now=at("2026-12-20"), actor=SYSTEM).broken == 0
    assert events("InstalmentMissed", "AgreementBroken") == ["InstalmentMissed", "AgreementBroken"]


def test_a_new_agreement_may_follow_a_broken_one(account: Account) -> None:
    agree(account, kind="plan", count=3, on=date(2026, 12, 1))
    receive(account, 100_000, "early", date(2026, 11, 30))
    apply_payment(account_id=account.pk, now=at("2026-11-30"), actor=SYSTEM)
    settle_due(now=at("2026-12-10"), actor=SYSTEM)
    second = agree(account, at("2026-12-10"), kind="plan", count=2)
    # What was paid for the first does not count for the second.
    assert apply_payment(account_id=account.pk, now=at("2026-12-10"), actor=SYSTEM) == []
    assert second.total_minor == cop(1_100_000).minor


def test_a_payment_after_the_agreement_broke_pays_the_debt_alone(account: Account) -> None:
    agreement = agree(account, kind="plan", count=3, on=date(2026, 12, 1))
    receive(account, 400_000, "late", date(2026, 12, 7))
    # Nobody has settled it yet: the payment itself finds that the grace is over.
    assert apply_payment(account_id=account.pk, now=at("2026-12-07"), actor=SYSTEM) == []
    agreement.refresh_from_db()
    assert (agreement.state, states(agreement)[0]) == ("broken", "missed")
    assert get_balance(account.pk).total_minor == cop(800_000).minor


def test_a_settlement_gives_its_discount_only_when_it_is_kept(account: Account) -> None:
    agreement = agree(account, kind="settlement", amount=cop(1_020_000), on=date(2026, 12, 1))
    receive(account, 20_000, "some", date(2026, 11, 30))
    apply_payment(account_id=account.pk, now=at("2026-11-30"), actor=SYSTEM)
    assert get_balance(account.pk).total_minor == cop(1_180_000).minor
    receive(account, 1_000_000, "rest", date(2026, 12, 1))
    apply_payment(account_id=account.pk, now=at("2026-12-01"), actor=SYSTEM)
    agreement.refresh_from_db()
    assert agreement.state == "kept"
    assert get_balance(account.pk).total_minor == 0
    discount = Entry.objects.get(kind="discount")
    assert sum(p.amount_minor for p in discount.postings.all()) == cop(180_000).minor


def test_a_broken_settlement_gives_nothing(account: Account) -> None:
    agree(account, kind="settlement", amount=cop(1_020_000), on=date(2026, 12, 1))
    receive(account, 1_000_000, "most", date(2026, 12, 1))
    apply_payment(account_id=account.pk, now=at("2026-12-01"), actor=SYSTEM)
    settle_due(now=at("2026-12-10"), actor=SYSTEM)
    assert get_balance(account.pk).total_minor == cop(200_000).minor
    assert not Entry.objects.filter(kind="discount").exists()


def test_tolerance_forgives_the_last_pesos_of_a_plan(account: Account) -> None:
    OfferPolicy.objects.filter(code="late").update(tolerance_minor={"COP": cop(500).minor})
    agreement = agree(account, kind="plan", count=2, on=date(2026, 12, 1))
    receive(account, 1_199_700, "nearly", date(2026, 12, 1))
    apply_payment(account_id=account.pk, now=at("2026-12-01"), actor=SYSTEM)
    agreement.refresh_from_db()
    assert agreement.state == "kept"
    assert get_balance(account.pk).total_minor == 0


def test_what_was_added_to_the_debt_meanwhile_stays_owed(account: Account) -> None:
    agree(account, kind="settlement", amount=cop(1_020_000), on=date(2026, 12, 1))
    post_entry(
        actor=SYSTEM, now=NOW, creditor_id=account.creditor_id, kind="accrual",
        effective_on=NOW.date(), key="fee",
        postings=[move("fees", account.pk, cop(50_000), ADJUSTED)],
    )  # fmt: skip
    receive(account, 1_020_000, "all", date(2026, 12, 1))
    apply_payment(account_id=account.pk, now=at("2026-12-01"), actor=SYSTEM)
    assert get_balance(account.pk).total_minor == cop(50_000).minor


def test_a_debt_that_was_settled_elsewhere_breaks_nothing(account: Account) -> None:
    agreement = agree(account, kind="plan", count=3, on=date(2026, 12, 1))
    post_entry(
        actor=SYSTEM, now=NOW, creditor_id=account.creditor_id, kind="adjustment",
        effective_on=TODAY, key="from the next file",
        postings=[move("principal", account.pk, cop(-1_200_000), ADJUSTED)],
    )  # fmt: skip
    assert settle_due(now=at("2026-12-10"), actor=SYSTEM).broken == 0
    agreement.refresh_from_db()
    assert (agreement.state, states(agreement)) == ("cancelled", ["cancelled"] * 3)
    assert events("AgreementBroken", "AgreementCancelled") == ["AgreementCancelled"]


def test_a_reversed_payment_no_longer_counts(account: Account) -> None:
    agreement = agree(account, kind="plan", count=3, on=date(2026, 12, 1))
    entry = receive(account, 400_000, "p1", date(2026, 12, 1))
    apply_payment(account_id=account.pk, now=at("2026-12-01"), actor=SYSTEM)
    reverse_entry(actor=SYSTEM, now=at("2026-12-02"), entry=entry, key="charge-back")
    apply_payment(account_id=account.pk, now=at("2026-12-02"), actor=SYSTEM)
    first = Instalment.objects.get(agreement=agreement, sequence=1)
    assert (first.state, first.paid_minor, first.paid_at) == ("due", 0, None)


def test_a_person_may_cancel_it_once(account: Account) -> None:
    agreement = agree(account, kind="plan", count=3)
    cancelled = cancel_agreement(
        agreement=agreement, actor=SYSTEM, now=NOW, reason="asked_by_debtor"
    )
    assert (cancelled.state, states(cancelled)) == ("cancelled", ["cancelled"] * 3)
    with pytest.raises(AgreementClosed):
        cancel_agreement(agreement=agreement, actor=SYSTEM, now=NOW)


def test_instalments_that_fall_due_are_listed(account: Account) -> None:
    agree(account, kind="plan", count=3, on=date(2026, 12, 1))
    due = list_instalments_due(date(2026, 12, 1), creditor_id=account.creditor_id)
    assert [part.sequence for part in due] == [1]
    assert len(list_instalments_due(date(2026, 12, 1), until=date(2027, 1, 31))) == 2
    assert list_instalments_due(date(2026, 12, 1), creditor_id=account.creditor_id + 1) == []


def test_every_currency_has_its_own_least_instalment() -> None:
    creditor = make_creditor()
    real = make_account(
        creditor, "R-0009", dpd=120, total="100.00", currency="BRL", country="BR", document="",
        document_type="", phone="+5511987650009",
    )  # fmt: skip
    answer = evaluate_proposal(account_id=real.pk, proposal=Proposal("plan", count=9), now=NOW)
    # 30 reais at least: 3 parts.
    assert answer.nearest[0].count == 3
    assert answer.nearest[0].total == Money(10_000, "BRL")
    assert answer.nearest[0].schedule[0].amount >= Money(int(Decimal(3333)), "BRL")


def test_an_offer_is_not_made_on_a_closed_account(account: Account) -> None:
    terms = suggest_offers(account_id=account.pk, now=NOW)[0]
    Account.objects.update(state="closed")
    assert suggest_offers(account_id=account.pk, now=NOW) == []
    with pytest.raises(AccountNotActive):
        make_offer(account_id=account.pk, terms=terms, actor=SYSTEM, now=NOW, key="x")
