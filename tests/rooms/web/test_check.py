"""The public page for codes: it confirms ours, and tells nothing of whom they were given to."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
from deals_kit import NOW, make_account, make_creditor
from django.test import Client
from django.urls import reverse

from acuerdo.assistant.talking import talk
from acuerdo.conversations.models import CheckCode
from acuerdo.core import clock
from acuerdo.core.actor import Actor
from acuerdo.portfolio.models import Account


@pytest.fixture(autouse=True)
def then() -> Iterator[None]:
    with clock.travel(NOW):
        yield


@pytest.fixture
def account(db: None) -> Account:
    return make_account(make_creditor("Banco Ejemplo"), "A-1001", name="Óscar Peña")


def given(account: Account, key: str = "1") -> str:
    """The code in the answer to somebody who fears a fraud."""
    exchange = talk(
        debtor=account.debtor,
        channel="chat",
        address="test",
        text="¿esto es una estafa?",
        source="test",
        key=key,
        actor=Actor("debtor", creditor_id=account.creditor_id),
        now=NOW,
    )
    code = CheckCode.objects.get().code
    assert code in exchange.answers[0].text
    assert "/check" in exchange.answers[0].text
    return code


def check(code: str) -> str:
    page = Client().post(reverse("web:check"), {"code": code})
    assert page.status_code == 200
    return page.content.decode()


def test_a_code_is_confirmed_and_names_nobody(account: Account) -> None:
    code = given(account)
    for typed in (code, code.lower(), code.replace("-", " "), f" {code.replace('-', '')} "):
        page = check(typed)
        assert "Banco Ejemplo" in page
        assert "Óscar" not in page
        assert account.number not in page
    # Who asks again gets the same one: an older message stays true.
    assert given(account, "2") == code


@pytest.mark.parametrize("typed", ["AAAA-AAAA", "x", "' OR 1=1 --", "<script>", "9" * 500])
def test_another_code_is_not_ours(account: Account, typed: str) -> None:
    given(account)
    page = check(typed)
    assert "Banco Ejemplo" not in page
    assert "<script>x" not in page


def test_a_code_holds_for_a_day(account: Account) -> None:
    code = given(account)
    with clock.travel(NOW + timedelta(hours=25)):
        assert "Banco Ejemplo" not in check(code)
