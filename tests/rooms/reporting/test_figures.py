"""Figures: by creditor, segment and currency, in few statements, and never across creditors."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.utils import translation
from small_portfolio import NOW, place, row

from acuerdo.agreements.actions import accept_offer, make_offer
from acuerdo.agreements.queries import list_offers
from acuerdo.core import clock
from acuerdo.core.actor import SYSTEM
from acuerdo.core.money import Money
from acuerdo.creditors.models import Creditor
from acuerdo.messaging.models import Message, TrackedLink
from acuerdo.portfolio.models import Account
from acuerdo.reporting.queries import get_dashboard, get_funnel, list_segment_figures
from acuerdo.strategies.actions import plan
from acuerdo.strategies.night import run_night
from acuerdo.workflow.creditors import open_creditor

pytestmark = pytest.mark.django_db
EURO = {"country": "ES", "currency": "EUR", "document_type": "DNI", "document": "00000001R"}


@pytest.fixture
def creditor() -> Creditor:
    return open_creditor(actor=SYSTEM, now=NOW, name="Banco Uno", country="CO")


def begin(creditor: Creditor, *rows: dict[str, str]) -> None:
    place(creditor, rows)
    with clock.travel(NOW):
        run_night(creditor_id=creditor.pk, actor=SYSTEM, now=NOW)
        plan(creditor_id=creditor.pk, actor=SYSTEM, now=NOW)


def agree(number: str) -> None:
    account = Account.objects.get(number=number)
    terms = list_offers(account_id=account.pk, now=NOW)[0]
    offer = make_offer(account_id=account.pk, terms=terms, actor=SYSTEM, now=NOW, key=f"o{number}")
    accept_offer(offer=offer, actor=SYSTEM, now=NOW, channel="sms", key=f"a{number}")


ROWS = [row("A-0001", dpd=10), row("A-0002", dpd=45), row("A-0003", dpd=50, total="800.00", **EURO)]


def test_nothing_is_nothing_and_not_an_error() -> None:
    board = get_dashboard([], NOW)
    assert (board.accounts, board.debtors, board.money_in, board.segments) == (0, 0, (), ())
    assert [stage.count for stage in board.funnel.accounts] == [0, 0, 0, 0]
    assert board.funnel.accounts[1].rate is None
    assert board.stands_out == board.needs_person == board.waiting == ()


def test_the_dashboard_counts_what_happened(
    creditor: Creditor, django_assert_max_num_queries: Any
) -> None:
    begin(creditor, *ROWS)
    Message.objects.update(state="delivered")
    one = Account.objects.get(number="A-0001")
    TrackedLink.objects.create(
        token="t",
        creditor=creditor,
        debtor=one.debtor,
        created_at=NOW,
        expires_at=NOW + timedelta(days=1),
        first_opened_at=NOW,
    )
    agree("A-0001")
    with django_assert_max_num_queries(14), translation.override("en"):
        board = get_dashboard([creditor.pk], NOW + timedelta(minutes=5))
    assert (board.accounts, board.debtors) == (3, 3)
    assert [stage.count for stage in board.funnel.accounts] == [3, 3, 1, 0]
    assert board.funnel.accounts[2].rate == pytest.approx(1 / 3)
    assert [stage.count for stage in board.funnel.messages] == [3, 3, 1, 0, 0]
    assert board.funnel.balances == (Money(240_000_000, "COP"), Money(80_000, "EUR"))
    cop, eur = board.money_in
    assert (cop.placed, cop.balance) == (Money(240_000_000, "COP"), Money(240_000_000, "COP"))
    assert cop.promised_month
    assert not eur.promised_month
    assert eur.rate is None
    assert {(age.bucket, age.currency, age.accounts) for age in board.ages} == {
        ("1-30", "COP", 1), ("31-60", "COP", 1), ("31-60", "EUR", 1)
    }  # fmt: skip
    whatsapp = next(figure for figure in board.channels if figure.channel == "whatsapp")
    assert (whatsapp.sent, whatsapp.delivered, whatsapp.withheld) == (3, 3, 0)
    texts = {notice.code: notice.text for notice in board.stands_out}
    assert texts["agreements"] == "1 agreement was reached in the last seven days"
    assert set(texts) == {"agreements"}


def test_segments_come_in_their_order_with_their_names(creditor: Creditor) -> None:
    begin(creditor, *ROWS)
    with translation.override("pt"):
        figures = list_segment_figures([creditor.pk])
    assert [(figure.code, figure.currency, figure.accounts) for figure in figures] == [
        ("early", "COP", 1), ("mid", "COP", 1), ("mid", "EUR", 1)
    ]  # fmt: skip
    assert figures[1].name == "Atraso médio (31 a 90 dias)"
    assert figures[0].creditor_name == "Banco Uno"


def test_creditors_do_not_mix(creditor: Creditor) -> None:
    other = open_creditor(actor=SYSTEM, now=NOW, name="Banco Dos", country="CO")
    begin(creditor, *ROWS)
    begin(other, row("B-0009"))
    assert get_funnel([other.pk]).accounts[0].count == 1
    assert get_funnel([creditor.pk, other.pk]).accounts[0].count == 4
    assert {figure.creditor_name for figure in list_segment_figures([other.pk])} == {"Banco Dos"}


def test_a_funnel_of_one_segment(creditor: Creditor) -> None:
    begin(creditor, *ROWS)
    Message.objects.update(state="sent")
    funnel = get_funnel([creditor.pk], segment_code="early")
    assert funnel.accounts[0].count == 1
    assert funnel.messages[0].count == 1
    assert funnel.balances == (Money(120_000_000, "COP"),)


def test_what_the_rules_kept_back_stands_out(creditor: Creditor) -> None:
    begin(creditor, row("A-0001", authorised_channels=""))
    with translation.override("es"):
        notice = get_dashboard([creditor.pk], NOW).stands_out[0]
    assert notice.code == "refused"
    assert notice.count == 1
    assert notice.text.endswith("el canal no está autorizado")
