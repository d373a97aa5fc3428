"""The pages of policies in a real browser: looks, and an example that follows what is typed."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from browser_kit import HEIGHTS, LANGUAGES, log_in, look, look_through, open_browser, watch
from deals_kit import NOW, FakeProvider
from django.conf import settings
from django.db import transaction
from django.urls import reverse
from pages_kit import Side, make_side
from playwright.sync_api import Browser, expect
from pytest_django.live_server_helper import LiveServer

from acuerdo.agreements.actions import write_policy
from acuerdo.agreements.documents import PolicyDocument
from acuerdo.agreements.models import OfferPolicy
from acuerdo.agreements.policies import to_document
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
    """A creditor with the ladder in force and a version that waits."""
    side = make_side("Banco Ejemplo", "A-1001")
    opening = {"max_discount_percent": "5"}
    OfferPolicy.objects.filter(creditor=side.creditor, code="late").update(opening=opening)
    data = to_document(OfferPolicy.objects.get(pk=side.policy.pk)).model_dump(exclude_none=True)
    data["levers"]["max_instalments"] = 12
    with transaction.atomic():
        write_policy(
            creditor=side.creditor,
            document=PolicyDocument.model_validate(data),
            actor=SYSTEM,
            now=NOW,
            note="Planes más largos para diciembre",
        )
    return side


def addresses(side: Side) -> list[str]:
    waiting = OfferPolicy.objects.get(creditor=side.creditor, code="late", version=2)
    return [
        reverse("web:policies"),
        reverse("web:policy", args=[side.policy.public_id]),
        reverse("web:policy", args=[waiting.public_id]),
        reverse("web:account_offer", args=[side.account.public_id]),
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


@pytest.mark.parametrize("width", HEIGHTS)
def test_what_fits_a_month_is_sound(
    live_server: LiveServer, browser: Browser, side: Side, width: int
) -> None:
    OfferPolicy.objects.update(asks_capacity=True)
    context = open_browser(browser, live_server, "es", width)
    page = context.new_page()
    home = live_server.url + reverse("web:portal", args=[side.link.token])
    page.goto(home)
    page.fill("[name=answer]", side.account.debtor.person.document_last4)
    page.keyboard.press("Enter")
    expect(page.locator("h1.amount")).to_be_visible()
    page.goto(f"{home}/what-fits?account={side.account.public_id}")
    assert look(page) == []
    page.fill("#income", "1.500.000")
    page.fill("#housing", "1.100.000")
    page.get_by_role("button", name="Ver qué cabe").click()
    expect(page.locator("h1")).to_have_text("Esto cabe en su mes")
    assert look(page) == []
    context.close()


def test_the_example_follows_what_is_typed(
    live_server: LiveServer, browser: Browser, side: Side
) -> None:
    context = open_browser(browser, live_server, "es", 1440, theme="acuerdo-dark")
    page = context.new_page()
    log_in(page, live_server, side, "manager")
    wrong = watch(page)
    page.goto(live_server.url + reverse("web:policy", args=[side.policy.public_id]))
    example = page.locator("#example")
    expect(example).to_contain_text("850.000")  # 15 % off a million
    page.get_by_label("Descuento total, máximo, Asistente").fill("18")
    page.keyboard.press("Tab")
    expect(example).to_contain_text("820.000")
    page.fill("#owed", "2.000.000")
    page.keyboard.press("Tab")
    expect(example).to_contain_text("1.640.000")
    page.get_by_label("Cuotas, máximo, Asistente").fill("muchas")
    page.keyboard.press("Tab")
    expect(page.locator("table.levers [role=alert]")).to_have_text("Escriba un número.")
    assert look(page) == []
    page.get_by_label("Cuotas, máximo, Asistente").fill("10")
    page.get_by_role("button", name="Guardar como versión nueva").click()
    page.wait_for_url(lambda url: str(side.policy.public_id) not in url)
    expect(page.locator("h1")).to_contain_text("v3")
    page.get_by_role("button", name="Poner en vigor").click()
    expect(page.locator("h1")).to_contain_text("vigente")
    assert OfferPolicy.objects.get(code="late", is_active=True).max_instalments == 10
    assert [line for line in wrong if "ERR_FAILED" not in line] == []
    context.close()
