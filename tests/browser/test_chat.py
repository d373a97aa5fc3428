"""The web chat in a real browser: written, tapped, answered, on a phone and in three languages."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from browser_kit import HEIGHTS, LANGUAGES, look, open_browser, watch
from deals_kit import NOW, make_account, make_creditor
from django.conf import settings
from django.urls import reverse
from pages_kit import make_link
from playwright.sync_api import Browser, expect
from pytest_django.live_server_helper import LiveServer

from acuerdo.agreements.models import Agreement
from acuerdo.core import clock
from acuerdo.messaging.models import TrackedLink
from acuerdo.web import assets

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(assets.asset_url("debtor.css") is None, reason="the assets are not built"),
]
WORDS = {
    "es": ("hola, quiero pagar en 3 cuotas", "¿Está de acuerdo?", "Sí, acepto", "Quedó acordado"),
    "pt": ("oi, quero pagar em 3 parcelas", "Você concorda?", "Sim, aceito", "Ficou combinado"),
    "en": ("hi, can I pay in 3 instalments", "Do you agree?", "Yes, I accept", "It is agreed"),
}


@pytest.fixture(autouse=True)
def world(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(settings, "DEMO", True)
    with clock.travel(NOW):
        yield


@pytest.fixture
def link() -> TrackedLink:
    return make_link(make_account(make_creditor("Banco Ejemplo"), "A-1001", name="Óscar Peña"))


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_plan_is_agreed_in_four_messages(
    browser: Browser, live_server: LiveServer, link: TrackedLink, language: str
) -> None:
    link.debtor.language = language
    link.debtor.save()
    wish, question, button, done = WORDS[language]
    context = open_browser(browser, live_server, language, 390)
    page = context.new_page()
    problems = watch(page)
    page.goto(live_server.url + reverse("web:portal_chat", args=[link.token]))
    field = page.locator("form.say textarea")
    for said, text in enumerate((wish, link.debtor.person.document_last4), 1):
        field.fill(text)
        field.press("Enter")
        expect(page.locator(".bubble-debtor")).to_have_count(said, timeout=30_000)
    expect(page.locator(".bubble-assistant").last).to_contain_text(question)
    assert not look(page)
    page.get_by_role("button", name=button).click()
    expect(page.locator(".bubble-assistant").last).to_contain_text(done)
    assert not look(page)
    assert not problems
    context.close()
    assert Agreement.objects.get().instalments.count() == 3


def test_it_is_readable_on_a_desk_and_works_without_our_script(
    browser: Browser, live_server: LiveServer, link: TrackedLink
) -> None:
    context = browser.new_context(
        java_script_enabled=False, viewport={"width": 1440, "height": HEIGHTS[1440]}
    )
    page = context.new_page()
    page.goto(live_server.url + reverse("web:portal_chat", args=[link.token]))
    page.locator("form.say textarea").fill("hola")
    page.locator("form.say button").click()
    expect(page.locator(".bubble-assistant").last).to_contain_text("documento")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    context.close()
