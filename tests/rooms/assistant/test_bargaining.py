"""What a debtor changes, hears from a person, or tells of a month: in the chat and in the books."""

from __future__ import annotations

import itertools
from datetime import date, timedelta

import pytest
from small_portfolio import NOW, place, row

from acuerdo.agreements.actions import make_offer, seed_policies
from acuerdo.agreements.models import Agreement, Capacity, Offer, OfferPolicy
from acuerdo.agreements.negotiation import Part, Terms
from acuerdo.assistant.talking import talk
from acuerdo.core.actor import SYSTEM, Actor
from acuerdo.core.money import Money
from acuerdo.creditors.actions import create_creditor
from acuerdo.creditors.models import Creditor
from acuerdo.portfolio.models import Account, Debtor

pytestmark = pytest.mark.django_db

_numbers = itertools.count(1)


@pytest.fixture
def creditor() -> Creditor:
    made = create_creditor(actor=SYSTEM, now=NOW, name="Banco Uno", country="CO")
    seed_policies(creditor_id=made.pk)
    place(made, [row("A-0001", dpd=45)])
    return made


@pytest.fixture
def debtor(creditor: Creditor) -> Debtor:
    found = Debtor.objects.select_related("person").get()
    say(found, "cuánto debo")
    say(found, found.person.document_last4)
    return found


def say(debtor: Debtor, text: str) -> str:
    exchange = talk(
        debtor=debtor,
        channel="chat",
        address="test",
        text=text,
        source="test",
        key=str(next(_numbers)),
        actor=Actor("debtor", str(debtor.pk), creditor_id=debtor.creditor_id),
        now=NOW,
    )
    return "\n".join(turn.text for turn in exchange.answers).replace("\u00a0", " ")


def days_of(agreement: Agreement) -> list[tuple[date, int]]:
    return [(part.due_on, part.amount_minor) for part in agreement.instalments.order_by("sequence")]


def business_day(after: int) -> date:
    day = NOW.date() + timedelta(days=after)
    while day.weekday() >= 5:
        day += timedelta(days=1)
    return day


MONTHS = (
    "enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre"
).split()


def said(day: date) -> str:
    return f"{day.day} de {MONTHS[day.month - 1]}"


def test_two_days_of_ones_own_are_kept_to_the_day(debtor: Debtor) -> None:
    first, rest = business_day(5), business_day(23)
    read_back = say(debtor, f"pago 400 mil el {said(first)} y el resto el {said(rest)}")
    assert "$ 400.000" in read_back
    say(debtor, "sí, acepto")
    agreement = Agreement.objects.get()
    assert days_of(agreement) == [(first, 40_000_000), (rest, 80_000_000)]


def test_a_day_that_is_none_of_business_comes_back_moved(debtor: Debtor) -> None:
    first = business_day(5)
    sunday = first + timedelta(days=20)
    sunday += timedelta(days=6 - sunday.weekday())
    answer = say(debtor, f"pago 400 mil el {said(first)} y el resto el {said(sunday)}")
    assert "1." in answer
    assert Agreement.objects.count() == 0
    offers = Offer.objects.order_by("pk")
    schedule = offers[0].schedule
    assert [part["amount_minor"] for part in schedule] == [40_000_000, 80_000_000]
    assert date.fromisoformat(schedule[1]["due_on"]) > sunday


def agree(debtor: Debtor, text: str = "quiero pagar en 3 cuotas") -> Agreement:
    say(debtor, text)
    say(debtor, "sí, acepto")
    return Agreement.objects.get(state="active")


def test_a_date_is_moved_after_a_yes_alone(debtor: Debtor) -> None:
    agreement = agree(debtor)
    before = days_of(agreement)
    to_on = before[0][0] + timedelta(days=2)
    while to_on.weekday() >= 5:
        to_on += timedelta(days=1)
    asked = say(debtor, f"puedo pagar la primera el {said(to_on)}?")
    assert f"{to_on.day} de" in asked
    assert days_of(agreement) == before
    assert f"{to_on.day} de" in say(debtor, "sí")
    assert days_of(agreement) == [(to_on, before[0][1]), *before[1:]]
    # The policy lets it move once.
    later = to_on + timedelta(days=1 if to_on.weekday() < 4 else 3)
    assert "persona" in say(debtor, f"mejor la pago el {said(later)}")
    assert days_of(agreement)[0][0] == to_on


def test_another_agreement_takes_its_place_once(debtor: Debtor) -> None:
    agreement = agree(debtor)
    assert "en lugar del que tiene" in say(debtor, "mejor quiero pagar en 2 cuotas")
    assert Agreement.objects.get(state="active") == agreement
    say(debtor, "sí, acepto")
    agreement.refresh_from_db()
    other = Agreement.objects.get(state="active")
    assert (agreement.state, other.replaces, other.instalments.count()) == (
        "replaced",
        agreement,
        2,
    )
    assert "persona" in say(debtor, "mejor quiero pagar en 3 cuotas")
    assert Agreement.objects.get(state="active") == other


def test_what_a_person_granted_is_offered_and_agreed(debtor: Debtor) -> None:
    OfferPolicy.objects.update(supervisor={"max_discount_percent": "60"})
    account = Account.objects.get()
    due_on = business_day(4)
    whole, discount = Money(120_000_000, "COP"), Money(60_000_000, "COP")
    granted = make_offer(
        account_id=account.pk,
        terms=Terms("settlement", whole - discount, discount, (Part(due_on, whole - discount),)),
        actor=Actor("user", "7", role="manager", creditor_id=account.creditor_id),
        now=NOW,
        key="granted",
        reason="long illness",
    )
    answer = say(debtor, "me pueden hacer un descuento?")
    assert "persona de nuestro equipo" in answer
    assert "600.000" in answer
    if "1." in answer:
        say(debtor, "la primera")
    say(debtor, "sí, acepto")
    agreement = Agreement.objects.get()
    assert agreement.offer == granted
    assert agreement.total_minor == 60_000_000


def test_a_months_money_bounds_what_is_agreed(debtor: Debtor) -> None:
    OfferPolicy.objects.update(asks_capacity=True)
    assert "ingresos" in say(debtor, "no me alcanza")
    say(debtor, "un millón y medio")
    say(debtor, "700 mil")
    say(debtor, "400")
    answer = say(debtor, "nada")
    told = Capacity.objects.get()
    assert (told.income_minor, told.expenses_minor) == (
        150_000_000,
        {"housing": 70_000_000, "living": 40_000_000, "debts": 0},
    )
    for offer in Offer.objects.all():
        assert max(part["amount_minor"] for part in offer.schedule) <= 40_000_000
    assert Offer.objects.exists()
    assert "cabe en su mes" in answer


def test_nobody_is_asked_for_a_months_money_without_the_policy(debtor: Debtor) -> None:
    answer = say(debtor, "no me alcanza")
    assert "ingresos" not in answer
    assert Capacity.objects.count() == 0
