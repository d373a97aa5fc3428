"""The pages about contact rules in a real browser: looks, keyboard, drawer, answers at once."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
from browser_kit import HEIGHTS, LANGUAGES, log_in, look, look_through, open_browser, watch
from deals_kit import NOW, FakeProvider, make_account
from django.conf import settings
from django.db import transaction
from django.urls import reverse
from pages_kit import Side, make_side, refuse
from playwright.sync_api import Browser, Page, expect
from pytest_django.live_server_helper import LiveServer

from acuerdo.compliance.actions import check_contacts
from acuerdo.compliance.rules import ContactRequest
from acuerdo.core import clock
from acuerdo.core.actor import SYSTEM
from acuerdo.payments.providers import registry
from acuerdo.web import assets

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(assets.asset_url("work.css") is None, reason="the assets are not built"),
]


@pytest.fixture(autouse=True)
def world(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setitem(registry.PROVIDERS, "fake", FakeProvider)
    monkeypatch.setattr(settings, "DEMO", True)
    FakeProvider.reset()
    with clock.travel(NOW):
        yield


@pytest.fixture
def side() -> Side:
    """One creditor with refusals of three weeks."""
    side = make_side("Banco Ejemplo", "A-1001")
    for number in range(4):
        account = make_account(side.creditor, f"A-90{number:02}", name=f"Óscar Peña {number}")
        refuse(account, "call")
        request = ContactRequest(
            creditor_id=side.creditor.pk,
            account_id=account.pk,
            debtor_id=account.debtor_id,
            channel="call",
            purpose="collection",
        )
        for weeks in (1, 2):
            with transaction.atomic():
                check_contacts(
                    [request], actor=SYSTEM, now=NOW - timedelta(weeks=weeks), stage="plan"
                )
    return side


def addresses(side: Side) -> list[str]:
    return [
        reverse("web:compliance"),
        reverse("web:compliance") + "?country=US&channel=call",
        reverse("web:compliance") + "?channel=postcard",
        reverse("web:what_if"),
        reverse("web:what_if")
        + "?country=BR&on=31/02/2026&at=9&past-0-at=ayer&flag_tcpa_consent=on",
        reverse("web:prevented"),
        reverse("web:withheld"),
        reverse("web:withheld") + "?kind=messages",
        reverse("web:why_verdict", args=[side.verdict.public_id]),
        reverse("web:why_message", args=[side.withheld.public_id]),
        reverse("web:why_channel", args=[side.account.public_id]) + "?channel=sms",
    ]


@pytest.mark.parametrize("width", HEIGHTS)
@pytest.mark.parametrize("language", LANGUAGES)
def test_they_are_sound_in_every_language_and_width(
    live_server: LiveServer, browser: Browser, side: Side, language: str, width: int
) -> None:
    context = open_browser(browser, live_server, language, width)
    page = context.new_page()
    log_in(page, live_server, side, "manager")
    wrong = watch(page)
    seen = [live_server.url + address for address in addresses(side)]
    assert look_through(page, seen, language, with_axe=language == "es") == {}
    assert [line for line in wrong if "ERR_FAILED" not in line] == []
    context.close()


def test_they_are_sound_in_the_dark(live_server: LiveServer, browser: Browser, side: Side) -> None:
    context = open_browser(browser, live_server, "es", 1440, theme="acuerdo-dark")
    page = context.new_page()
    log_in(page, live_server, side, "manager")
    seen = [live_server.url + address for address in addresses(side)]
    assert look_through(page, seen, "es") == {}
    context.close()


def open_page(browser: Browser, live_server: LiveServer, side: Side, address: str) -> Page:
    context = open_browser(browser, live_server, "es", 1440)
    page = context.new_page()
    log_in(page, live_server, side, "manager")
    page.goto(live_server.url + address)
    return page


def test_why_opens_beside_the_list_and_closes_by_keyboard(
    live_server: LiveServer, browser: Browser, side: Side
) -> None:
    page = open_page(browser, live_server, side, reverse("web:tasks"))
    page.keyboard.press("g")
    page.keyboard.press("l")
    page.wait_for_url("**/compliance")
    page.goto(live_server.url + reverse("web:withheld"))
    page.keyboard.press("j")
    expect(page.locator("[data-row]").first).to_be_focused()
    page.keyboard.press("Enter")
    drawer = page.locator("#drawer")
    expect(drawer.locator("#why")).to_be_visible()
    expect(drawer).to_contain_text("Lo que se sabía")
    assert page.url.endswith(reverse("web:withheld"))
    assert look(page) == []
    # What is open holds the keys: no row moves behind it.
    page.keyboard.press("j")
    page.keyboard.press("Escape")
    expect(drawer).to_be_hidden()
    expect(page.locator("[data-row]").first).to_be_focused()
    page.locator("[data-row]").first.click()
    drawer.locator("a.only-drawer").click()
    page.wait_for_url("**/compliance/verdicts/**")
    expect(page.locator("h1")).to_have_text("¿Por qué no se envió?")
    expect(page.locator(".only-drawer")).to_be_hidden()
    page.context.close()


def test_where_the_drawer_cannot_be_filled_the_link_leads_on(
    live_server: LiveServer, browser: Browser, side: Side
) -> None:
    page = open_page(browser, live_server, side, reverse("web:withheld"))
    page.context.clear_cookies(name=settings.SESSION_COOKIE_NAME)
    page.locator("[data-row]").first.click()
    page.wait_for_url("**/login?next=**")
    page.context.close()


def test_the_account_tells_why_in_a_drawer(
    live_server: LiveServer, browser: Browser, side: Side
) -> None:
    address = reverse("web:account", args=[side.account.public_id])
    page = open_page(browser, live_server, side, address)
    page.locator(".forbidden a[data-drawer]").first.click()
    expect(page.locator("#drawer #why")).to_contain_text("no se puede usar ahora")
    page.locator("#drawer-title + form button").click()
    expect(page.locator("#drawer")).to_be_hidden()
    page.context.close()


def test_the_form_answers_at_once_and_keeps_what_was_written(
    live_server: LiveServer, browser: Browser, side: Side
) -> None:
    page = open_page(browser, live_server, side, reverse("web:what_if"))
    wrong = watch(page)
    answer = page.locator("#answer-title")
    expect(answer).to_contain_text("Permitido")
    page.fill("#id_on", "29/11/2026")
    page.press("#id_on", "Tab")
    expect(answer).to_contain_text("Rechazado")
    expect(page.locator("#answer")).to_contain_text("Es domingo")
    # The hand is where it was: the answer took nothing away from it.
    expect(page.locator("#id_at")).to_be_focused()
    page.fill("#id_on", "30/02/2026")
    page.press("#id_on", "Tab")
    expect(page.locator("#what-if")).to_contain_text("Esa fecha no existe")
    expect(page.locator("#id_on")).to_have_value("30/02/2026")
    expect(page.locator("#answer")).to_contain_text("Todavía sin respuesta")
    page.fill("#id_on", "24/11/2026")
    page.fill("#id_at", "15:00")
    page.press("#id_at", "Enter")
    expect(answer).to_contain_text("Permitido")
    page.locator("button[name=add]").click()
    expect(page.locator(".past")).to_have_count(1)
    page.fill("#id_past-0-at", "24/11/2026 9:30")
    page.press("#id_past-0-at", "Tab")
    expect(page.locator("#answer")).to_contain_text("La persona ya fue contactada hoy")
    page.locator("button[name=remove]").click()
    expect(page.locator(".past")).to_have_count(0)
    expect(answer).to_contain_text("Permitido")
    page.locator("#id_flag_paid").check()
    expect(page.locator("#answer")).to_contain_text("base.paid")
    page.select_option("#id_country", "BR")
    expect(page.locator("#id_part option")).to_have_count(28)
    expect(page.locator("#id_flag_paid")).to_be_checked()
    assert [line for line in wrong if "ERR_FAILED" not in line] == []
    page.context.close()


def test_the_form_works_without_javascript(
    live_server: LiveServer, browser: Browser, side: Side
) -> None:
    context = browser.new_context(java_script_enabled=False, locale="es-CO")
    page = context.new_page()
    log_in(page, live_server, side, "manager")
    page.goto(live_server.url + reverse("web:what_if"))
    page.fill("#id_on", "29/11/2026")
    page.press("#id_on", "Enter")
    expect(page.locator("#answer")).to_contain_text("Es domingo")
    page.locator("button[name=add]").click()
    expect(page.locator(".past")).to_have_count(1)
    expect(page.locator("#id_on")).to_have_value("29/11/2026")
    context.close()


def test_the_chart_is_a_table_one_key_away(
    live_server: LiveServer, browser: Browser, side: Side
) -> None:
    page = open_page(browser, live_server, side, reverse("web:prevented"))
    table = page.locator("details[data-as-table] table")
    expect(table).to_be_hidden()
    page.keyboard.press("t")
    expect(table).to_be_visible()
    expect(table.locator("tbody tr")).to_have_count(12)
    assert look(page) == []
    page.keyboard.press("t")
    expect(table).to_be_hidden()
    expect(page.locator("#weeks-title")).to_have_text(
        "La semana pasada la ley impidió 4 contactos, los mismos que la semana anterior"
    )
    page.locator(".weeks a").last.click()
    page.wait_for_url("**/compliance/not-sent?week=2026-11-23")
    page.context.close()
