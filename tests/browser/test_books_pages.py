"""Correcting an account's books, its parties and what debts bear, in a real browser."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest
from browser_kit import HEIGHTS, LANGUAGES, log_in, look, open_browser, watch
from deals_kit import NOW, FakeProvider, cop, make_account, pay
from django.db import transaction
from django.urls import reverse
from pages_kit import Side, make_side
from playwright.sync_api import Browser, Page, expect
from pytest_django.live_server_helper import LiveServer

from acuerdo.core import clock
from acuerdo.core.actor import SYSTEM
from acuerdo.ledger.queries import get_balance
from acuerdo.payments.actions import set_bearing
from acuerdo.payments.providers import registry
from acuerdo.portfolio.actions import add_party
from acuerdo.portfolio.models import Account
from acuerdo.web import assets

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(assets.asset_url("work.css") is None, reason="the assets are not built"),
]


@pytest.fixture(autouse=True)
def world(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setitem(registry.PROVIDERS, "fake", FakeProvider)
    FakeProvider.reset()
    with clock.travel(NOW):
        yield


@pytest.fixture
def side() -> Side:
    return make_side("Banco Ejemplo", "A-1001")


@pytest.fixture
def account(side: Side) -> Account:
    cells = {"total": "", "principal": "1000000", "interest": "150000", "fees": "50000"}
    account = make_account(side.creditor, "A-2002", name="Luz Ángela Núñez", dpd=90, **cells)
    pay(account, cop(80_000))
    with transaction.atomic():
        add_party(
            account=account, role="guarantor", name="Rosa Díaz", document="52123456",
            actor=SYSTEM, now=NOW,
        )  # fmt: skip
        set_bearing(
            creditor=side.creditor,
            accrual={
                "rules": [
                    {"annual_percent": "24.36"},
                    {"component": "fees", "fixed_minor": {"COP": 2_000_000}, "times": 1},
                ],
                "ceilings": [
                    {
                        "from_on": "2026-04-01", "until_on": "2026-09-30",
                        "annual_percent": "25.11", "source": "Resolución 0405 de 2026",
                    }
                ],
            },
            allocation="fees_first",
            allocation_order=[],
            actor=SYSTEM,
            now=NOW,
        )  # fmt: skip
    return account


def picture(page: Page, name: str) -> None:
    if folder := os.environ.get("ACC_PICTURES"):
        page.screenshot(path=f"{folder}/{name}.png", full_page=True)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("width", HEIGHTS)
def test_the_pages_look_right(
    browser: Browser,
    live_server: LiveServer,
    side: Side,
    account: Account,
    language: str,
    width: int,
) -> None:
    context = open_browser(browser, live_server, language, width)
    page = context.new_page()
    wrong = watch(page)
    log_in(page, live_server, side, "administrator")
    own = [account.public_id]
    for name, address in (
        ("books", reverse("web:account_books", args=own)),
        ("accruals", reverse("web:accruals", args=[side.creditor.public_id])),
        ("account", reverse("web:account", args=own)),
    ):
        page.goto(live_server.url + address)
        if name == "books":
            page.locator("summary", has=page.locator("use[href$='#scale']")).first.click()
            page.locator("#adjust_amount").fill("20.000")
            page.locator("details[open] button.btn-primary").click()
            expect(page.locator("#plan-title")).to_be_visible()
        picture(page, f"{name}-{language}-{width}")
        assert look(page, with_axe=language == "es") == [], name
    context.close()
    context = open_browser(browser, live_server, language, width)
    page = context.new_page()
    wrong += watch(page)
    log_in(page, live_server, side, "agent")
    page.goto(live_server.url + reverse("web:account_parties", args=own))
    picture(page, f"parties-{language}-{width}")
    assert look(page, with_axe=language == "es") == []
    assert [line for line in wrong if "ERR_FAILED" not in line] == []
    context.close()


def test_a_payment_is_taken_back_and_looked_at_first(
    browser: Browser, live_server: LiveServer, side: Side, account: Account
) -> None:
    context = open_browser(browser, live_server, "en", 1440)
    page = context.new_page()
    log_in(page, live_server, side, "manager")
    page.goto(live_server.url + reverse("web:account", args=[account.public_id]))
    page.get_by_role("link", name="Correct the books").click()
    page.get_by_text("Reverse a payment or a correction").click()
    page.locator("#undo_reason").select_option("bounced")
    page.locator("details[open] button.btn-primary").click()
    expect(page.get_by_text("not posted yet")).to_be_visible()
    assert get_balance(account.pk).total_minor == cop(1_120_000).minor
    page.get_by_role("button", name="Post it").click()
    expect(page.get_by_role("status")).to_contain_text("Posted")
    assert get_balance(account.pk).total_minor == cop(1_200_000).minor
    context.close()


def test_the_example_follows_what_is_typed(
    browser: Browser, live_server: LiveServer, side: Side, account: Account
) -> None:
    context = open_browser(browser, live_server, "en", 1440)
    page = context.new_page()
    log_in(page, live_server, side, "administrator")
    page.goto(live_server.url + reverse("web:accruals", args=[side.creditor.public_id]))
    grown = page.locator(".grown .total")
    before = grown.inner_text()
    page.get_by_label("Rate a year, %").first.fill("12")
    page.get_by_label("Rate a year, %").first.blur()
    expect(grown).not_to_have_text(before)
    page.get_by_label("Rate a year, %").first.fill("a lot")
    page.get_by_label("Rate a year, %").first.blur()
    expect(page.get_by_text("Write a percentage from 0 to 1000.")).to_be_visible()
    page.get_by_label("Rate a year, %").first.fill("12")
    page.get_by_role("button", name="Save").click()
    expect(page.locator(".toast")).to_contain_text("Saved")
    side.creditor.refresh_from_db()
    assert side.creditor.settings["accrual"]["rules"][0]["annual_percent"] == "12"
    context.close()
