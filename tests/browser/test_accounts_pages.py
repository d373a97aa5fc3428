"""The pages about accounts and people in a real browser: looks, keyboard, saved views, merges."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest
from browser_kit import HEIGHTS, LANGUAGES, log_in, look, open_browser, watch
from deals_kit import NOW, FakeProvider, make_account
from django.db import transaction
from django.urls import reverse
from pages_kit import Side, make_side
from playwright.sync_api import Browser, expect
from pytest_django.live_server_helper import LiveServer

from acuerdo.core import clock
from acuerdo.core.actor import SYSTEM
from acuerdo.identity.actions import save_view
from acuerdo.payments.providers import registry
from acuerdo.portfolio.actions import Retention, add_party, set_retention
from acuerdo.portfolio.models import DebtorPair
from acuerdo.strategies.night import run_night
from acuerdo.web import assets

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(assets.asset_url("work.css") is None, reason="the assets are not built"),
]
FIRST = ("Ana María", "José", "Luz Ángela", "Óscar", "María de los Ángeles", "João", "Rosa Elena")
LAST = ("Núñez Peña", "Pérez Gómez", "da Silva", "Rodríguez", "Vargas Lleras", "Quispe Mamani")


@pytest.fixture(autouse=True)
def world(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setitem(registry.PROVIDERS, "fake", FakeProvider)
    FakeProvider.reset()
    with clock.travel(NOW):
        yield


@pytest.fixture
def side() -> Side:
    side = make_side("Banco Ejemplo", "A-1001")
    for number in range(16):
        make_account(
            side.creditor,
            f"A-9{number:03}",
            name=f"{FIRST[number % 7]} {LAST[number % 6]}",
            dpd=12 * number,
            total=f"{(number + 2) * 137_450}.00",
            product="Tarjeta de crédito",
        )
    administrator = side.users["administrator"]
    with transaction.atomic():
        run_night(creditor_id=side.creditor.pk, actor=SYSTEM, now=NOW)
        for name, query in (("Más de 90 días", "bucket=91-180"), ("Altas", "least=500000")):
            save_view(user=administrator, page="accounts", name=name, query=query)
        set_retention(
            creditor_id=side.creditor.pk, rules=Retention(people=1825), actor=SYSTEM, now=NOW
        )
        add_party(
            account=side.account, role="guarantor", name="Rosa Díaz", document="52123456",
            actor=SYSTEM, now=NOW,
        )  # fmt: skip
    return side


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("width", HEIGHTS)
def test_the_pages_look_right(
    browser: Browser, live_server: LiveServer, side: Side, language: str, width: int
) -> None:
    context = open_browser(browser, live_server, language, width)
    page = context.new_page()
    wrong = watch(page)
    log_in(page, live_server, side, "administrator")
    own = [side.account.public_id]
    for name, address in (
        ("accounts", reverse("web:accounts")),
        ("filtered", reverse("web:accounts") + "?least=500000"),
        ("none", reverse("web:accounts") + "?q=nadie"),
        ("account", reverse("web:account", args=own)),
        ("statement", reverse("web:statement", args=own)),
        ("personal", reverse("web:personal", args=own)),
        ("duplicates", reverse("web:duplicates")),
        ("retention", reverse("web:retention")),
        ("exports", reverse("web:exports")),
    ):
        page.goto(live_server.url + address)
        if folder := os.environ.get("ACC_PICTURES"):
            page.screenshot(path=f"{folder}/{name}-{language}-{width}.png", full_page=True)
        assert look(page, with_axe=language == "es") == [], name
    assert [line for line in wrong if "ERR_FAILED" not in line] == []
    context.close()


def test_a_view_is_kept_and_forgotten(
    browser: Browser, live_server: LiveServer, side: Side
) -> None:
    context = open_browser(browser, live_server, "en", 1440)
    page = context.new_page()
    log_in(page, live_server, side, "manager")
    page.goto(live_server.url + reverse("web:accounts"))
    page.select_option("select[name=state]", "active")
    page.get_by_text("Save this view").click()
    page.get_by_label("Name of the view").fill("Open ones")
    page.get_by_role("button", name="Save", exact=True).click()
    view = page.get_by_role("link", name="Open ones")
    expect(view).to_have_attribute("aria-current", "true")
    page.get_by_text("show all").click()
    view.click()
    expect(page.locator("select[name=state]")).to_have_value("active")
    page.get_by_role("button", name="Delete the view Open ones").click()
    expect(page.get_by_role("link", name="Open ones")).to_have_count(0)
    context.close()


def test_two_are_merged_and_two_again_by_keyboard(
    browser: Browser, live_server: LiveServer, side: Side
) -> None:
    context = open_browser(browser, live_server, "en", 1440)
    page = context.new_page()
    log_in(page, live_server, side, "manager")
    page.goto(live_server.url + reverse("web:duplicates"))
    page.get_by_role("button", name="Merge: one person").first.press("Enter")
    expect(page.get_by_role("status")).to_contain_text("Merged")
    assert DebtorPair.objects.filter(state="merged").count() == 1
    page.get_by_role("button", name="Undo").press("Enter")
    expect(page.get_by_role("status")).to_contain_text("Undone")
    assert DebtorPair.objects.filter(state="merged").count() == 0
    context.close()
