"""The pages of conversation flows in a real browser: looks, a trial, and an order that is changed
by keyboard and by dragging."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest
from browser_kit import HEIGHTS, LANGUAGES, log_in, look_through, open_browser
from deals_kit import NOW, FakeProvider
from django.conf import settings
from django.urls import reverse
from pages_kit import Side, make_side, write_usual_flow
from playwright.sync_api import Browser, expect
from pytest_django.live_server_helper import LiveServer

from acuerdo.assistant.flows.actions import run_test
from acuerdo.core import clock
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
    monkeypatch.setattr(settings, "NLU", "rules")
    FakeProvider.reset()
    with clock.travel(NOW):
        yield


@pytest.fixture
def side() -> Side:
    """A creditor with a flow that waits and was run over the scripts."""
    side = make_side("Banco Ejemplo", "A-1001")
    flow = write_usual_flow(
        side.creditor,
        "small_debts",
        whom={"balance_to": {"COP": 2_000_000}},
        steps=["inform", "offer"],
        levers=["instalments", "date"],
        hand_over=[{"legal_stages": ["lawsuit"]}, {"balance_from": {"COP": 1_500_000}}],
        words={"es": {"greeting": "Hola, soy el asistente virtual de {creditor}."}},
        people={"opens": "09:00", "closes": "18:00"},
    )
    run_test(flow=flow, now=NOW)
    return replace(side, flow=flow)


@pytest.mark.parametrize("width", HEIGHTS)
@pytest.mark.parametrize("language", LANGUAGES)
def test_they_are_sound_in_every_language_and_width(
    live_server: LiveServer, browser: Browser, side: Side, language: str, width: int
) -> None:
    context = open_browser(browser, live_server, language, width)
    page = context.new_page()
    log_in(page, live_server, side, "manager")
    seen = [
        live_server.url + reverse("web:flows"),
        live_server.url + reverse("web:flow", args=[side.flow.public_id]),
        live_server.url + reverse("web:new_flow", args=[side.creditor.public_id]),
    ]
    assert look_through(page, seen, language, with_axe=language == "es") == {}


def test_the_draft_is_talked_to_as_it_is_put_in_order(
    live_server: LiveServer, browser: Browser, side: Side
) -> None:
    context = open_browser(browser, live_server, "en", 1440)
    page = context.new_page()
    log_in(page, live_server, side, "manager")
    page.goto(live_server.url + reverse("web:flow", args=[side.flow.public_id]))
    page.get_by_label("What the debtor writes").fill("hola")
    page.keyboard.press("Enter")
    thread = page.get_by_role("log", name="What was said")
    expect(thread).to_contain_text("documento de identidad")
    expect(page.get_by_label("What the debtor writes")).to_have_value("")
    page.get_by_role("button", name="Show the offers: up").press("Enter")
    steps = page.get_by_role("list", name="What comes first").get_by_role("listitem")
    expect(steps.first).to_contain_text("Show the offers")
    steps.nth(2).drag_to(steps.first, target_position={"x": 40, "y": 4})
    expect(steps.first).to_contain_text("Ask what is possible")
    page.get_by_label("Ask what is possible", exact=True).check()
    page.get_by_label("What the debtor writes").fill("5678")
    page.get_by_role("button", name="Send", exact=True).click()
    expect(thread).to_contain_text("¿Cuánto podría pagar")
    context.close()
