"""An agreement after it was reached: moved, replaced, confirmed in writing."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from uuid import uuid4

import pytest
from deals_kit import NOW, agree, cop, debtor_of, make_account, make_creditor, offer, on
from django.db import transaction
from pdf_kit import count_pages, read_text

from acuerdo.agreements.actions import accept_offer, roll_instalment, settle_due
from acuerdo.agreements.errors import (
    AgreementClosed,
    AgreementRuns,
    CannotRoll,
    NotVerified,
    TooManyChanges,
)
from acuerdo.agreements.letter import confirm_in_words, letter_html, print_letter
from acuerdo.agreements.models import Agreement, Instalment, Offer, OfferPolicy
from acuerdo.core.actor import SYSTEM, Actor
from acuerdo.core.models import Event
from acuerdo.core.printing import LibrariesMissing, child
from acuerdo.portfolio.models import Account

pytestmark = pytest.mark.django_db

AGENT = Actor("user", "7", role="agent")


@pytest.fixture
def account() -> Account:
    return make_account(make_creditor(), dpd=120)


def roll(
    agreement: Agreement, to_on: str, actor: Actor | None = None, now: datetime = NOW
) -> Instalment:
    with transaction.atomic():
        return roll_instalment(
            agreement=agreement,
            to_on=on(to_on),
            actor=actor or debtor_of(agreement.account),
            now=now,
            channel="chat",
        )


def replace_by(account: Account, made: Offer, now: datetime = NOW) -> Agreement:
    with transaction.atomic():
        return accept_offer(
            offer=made,
            actor=debtor_of(account),
            now=now,
            channel="chat",
            key=str(uuid4()),
            replacing=True,
        )


# --- a date is moved


def test_the_next_date_moves_and_the_others_stay(account: Account) -> None:
    agreement = agree(account, kind="plan", count=3)  # 1 December, 4 January, 1 February
    part = roll(agreement, "2026-12-07")
    assert (part.due_on, part.agreed_on, part.rolls) == (on("2026-12-07"), on("2026-12-01"), 1)
    days = list(agreement.instalments.values_list("due_on", flat=True))
    assert days == [date(2026, 12, 7), date(2027, 1, 4), date(2027, 2, 1)]
    event = Event.objects.get(name="InstalmentRolled")
    assert (event.data["from"], event.data["due_on"]) == ("2026-12-01", "2026-12-07")
    # Saying it twice moves it once.
    assert roll(agreement, "2026-12-07").rolls == 1


@pytest.mark.parametrize(
    ("to_on", "code"),
    [
        ("2026-12-05", "not_a_business_day"),  # a Saturday
        ("2026-12-08", "not_a_business_day"),  # Inmaculada
        ("2026-12-09", "too_late"),  # more than a week later
        ("2026-11-30", "not_later"),
        ("2026-11-20", "in_the_past"),
    ],
)
def test_a_date_moves_only_so_far(account: Account, to_on: str, code: str) -> None:
    agreement = agree(account, kind="plan", count=3)
    with pytest.raises(CannotRoll) as refused:
        roll(agreement, to_on)
    assert code in refused.value.params["outside"]
    assert agreement.instalments.filter(rolls__gt=0).count() == 0


def test_a_date_moves_once_and_never_past_the_next(account: Account) -> None:
    agreement = agree(account, kind="plan", count=3, frequency="weekly")
    with pytest.raises(CannotRoll):
        roll(agreement, "2026-12-09")
    roll(agreement, "2026-12-04")
    with pytest.raises(CannotRoll) as refused:
        roll(agreement, "2026-12-07")
    assert refused.value.params["outside"] == ["moved_too_often"]


def test_who_was_not_recognised_moves_nothing(account: Account) -> None:
    agreement = agree(account, kind="plan", count=3)
    with pytest.raises(NotVerified):
        roll(agreement, "2026-12-04", Actor("assistant", verification="claimed"))
    assert roll(agreement, "2026-12-04", AGENT).rolls == 1


def test_a_moved_date_is_the_one_that_counts(account: Account) -> None:
    agreement = agree(account, kind="plan", count=3)
    roll(agreement, "2026-12-07")
    settle_due(now=datetime.fromisoformat("2026-12-10T12:00:00+00:00"), actor=SYSTEM)
    agreement.refresh_from_db()
    assert agreement.state == "active"
    late = datetime.fromisoformat("2026-12-12T12:00:00+00:00")
    settle_due(now=late, actor=SYSTEM)
    agreement.refresh_from_db()
    assert agreement.state == "broken"
    with pytest.raises(AgreementClosed):
        roll(agreement, "2026-12-14", now=late)


# --- another agreement takes its place


def test_an_agreement_is_replaced_by_another_once(account: Account) -> None:
    first = agree(account, kind="plan", count=3)
    made = offer(account, kind="plan", count=6)
    with pytest.raises(AgreementRuns), transaction.atomic():
        accept_offer(offer=made, actor=debtor_of(account), now=NOW, channel="chat", key="k")
    second = replace_by(account, made)
    first.refresh_from_db()
    assert (first.state, second.state, second.replaces) == ("replaced", "active", first)
    assert set(first.instalments.values_list("state", flat=True)) == {"cancelled"}
    names = Event.objects.filter(name__startswith="Agreement").order_by("occurred_at", "id")
    assert [event.name for event in names][-2:] == ["AgreementReplaced", "AgreementReached"]
    third = offer(account, kind="plan", count=9)
    with pytest.raises(TooManyChanges):
        replace_by(account, third)
    second.refresh_from_db()
    assert second.state == "active"


def test_a_policy_without_changes_keeps_the_first(account: Account) -> None:
    OfferPolicy.objects.update(max_renegotiations=0)
    agree(account, kind="plan", count=3)
    with pytest.raises(TooManyChanges):
        replace_by(account, offer(account, kind="plan", count=6))
    assert Agreement.objects.get().state == "active"


# --- in writing


def test_the_confirmation_says_what_is_kept(account: Account) -> None:
    agreement = agree(account, kind="plan", count=3)
    said = confirm_in_words(agreement)
    assert said.language == "es"
    assert [line.amount for line in said.lines] == ["$\xa0400.000"] * 3
    assert [line.due_on for line in said.lines] == [
        "1 de diciembre de 2026",
        "4 de enero de 2027",
        "1 de febrero de 2027",
    ]
    assert "$\xa01.200.000 en 3 pagos" in said.text
    assert "4 de enero de 2027: $\xa0400.000" in said.text
    assert "24 de noviembre de 2026" in said.intro


@pytest.mark.parametrize(
    ("language", "words"), [("es", "se le descuentan"), ("pt", "descontados"), ("en", "let off")]
)
def test_a_settlement_is_confirmed_with_what_is_let_off(
    account: Account, language: str, words: str
) -> None:
    agreement = agree(account, kind="settlement", amount=cop(1_020_000), on=on("2026-12-01"))
    said = confirm_in_words(agreement, language)
    assert words in said.text
    assert "180" in said.text
    page = letter_html(agreement, language)
    for text in (said.summary, said.lines[0].due_on, said.number, account.debtor.name):
        assert text in page
    assert "http" not in page.replace("https://www.w3.org", "")


def test_a_name_cannot_write_into_the_letter(account: Account) -> None:
    agreement = agree(account, kind="promise", on=on("2026-12-01"))
    account.debtor.name = "<script>alert(1)</script>"
    account.debtor.save(update_fields=["name"])
    agreement = Agreement.objects.get(pk=agreement.pk)
    assert "<script>" not in letter_html(agreement)


def test_the_letter_is_printed(account: Account) -> None:
    agreement = agree(account, kind="plan", count=9)
    if child.list_missing().keys() - {"libharfbuzz-subset"}:
        with pytest.raises(LibrariesMissing):
            print_letter(agreement)
        return
    letter = print_letter(agreement)
    assert count_pages(letter) == 1
    text = read_text(letter)
    assert not text or "4 de enero de 2027" in text


def test_a_late_confirmation_has_the_creditors_date(account: Account) -> None:
    late = NOW + timedelta(hours=13, minutes=30)  # 23:30 in Bogotá, the next day in UTC
    agreement = agree(account, late, kind="promise", on=on("2026-12-01"))
    assert "24 de noviembre de 2026" in confirm_in_words(agreement).intro
