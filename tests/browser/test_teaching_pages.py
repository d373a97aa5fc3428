"""The pages that teach the assistant in a real browser: looks, keyboard, a label in one press."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from browser_kit import HEIGHTS, LANGUAGES, log_in, look, look_through, open_browser, watch
from deals_kit import NOW, FakeProvider
from django.conf import settings
from django.urls import reverse
from pages_kit import Side, make_side, put_up
from playwright.sync_api import Browser, Page, expect
from pytest_django.live_server_helper import LiveServer

from acuerdo.assistant.models import ModelVersion, UnclearMessage
from acuerdo.assistant.nlu.intents import RISK
from acuerdo.core import clock
from acuerdo.payments.providers import registry
from acuerdo.web import assets

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(assets.asset_url("work.css") is None, reason="the assets are not built"),
]

TEXTS = (
    ("zarpame la fula compadre", ["send_link", "repeat", "small_talk"]),
    ("ando pato este mes, mándeme un salvavidas", ["hardship", "bye", "abuse"]),
    ("tô liso, segura aí que dia quinze eu vejo", ["hardship", "promise_to_pay", "callback_later"]),
    ("y si mejor lo cuadramos por ahí con alguito menos", ["ask_discount", "hardship", "negate"]),
)


@pytest.fixture(autouse=True)
def world(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setitem(registry.PROVIDERS, "fake", FakeProvider)
    monkeypatch.setattr(settings, "DEMO", True)
    FakeProvider.reset()
    with clock.travel(NOW):
        yield


@pytest.fixture
def side() -> Side:
    """One creditor with messages to label and two versions, one of which loses a risk."""
    side = make_side("Banco Ejemplo", "A-1001")
    for text, top3 in TEXTS:
        row = put_up(side.unclear.turn, text)
        row.top3, row.times = top3, 3
        row.save()
    row.reason = "flagged"
    row.save()
    recall = dict.fromkeys(RISK, 1.0)
    before = {
        "messages": 568, "primary": 0.9806, "by_language": {"en": 0.98, "es": 0.99, "pt": 0.965},
        "top3": 1.0, "acted": 0.766, "right_where_acted": 0.998, "risk_recall": recall,
        "out_of_scope_recall": 0.96, "calibration_error": 0.05,
    }  # fmt: skip
    after = {
        **before, "primary": 0.9824, "acted": 0.784, "calibration_error": 0.051,
        "risk_recall": {**recall, "hardship": 0.96},
    }  # fmt: skip
    for number, state, figures in (
        (1, "ready", {"before": before, "after": after}),
        (2, "training", {}),
    ):
        ModelVersion.objects.create(
            number=number, state=state, labels=12 * number, percent=40, figures=figures,
            alive_at=NOW, requested_at=NOW, requested_by=side.users["manager"],
        )  # fmt: skip
    return side


def addresses(side: Side) -> list[str]:
    one, two = ModelVersion.objects.order_by("number")
    return [
        reverse("web:unclear"),
        reverse("web:unclear") + "?state=skipped",
        reverse("web:models"),
        reverse("web:model", args=[one.public_id]),
        reverse("web:model", args=[two.public_id]),
        reverse("web:explain") + f"?message={UnclearMessage.objects.order_by('-pk')[0].public_id}",
        reverse("web:conversation", args=[side.conversation.public_id]),
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


def open_queue(browser: Browser, live_server: LiveServer, side: Side) -> Page:
    page = open_browser(browser, live_server, "es", 1440).new_page()
    log_in(page, live_server, side, "manager")
    page.keyboard.press("g")
    page.keyboard.press("u")
    page.wait_for_url("**/assistant")
    return page


def test_the_queue_is_gone_through_by_keyboard(
    live_server: LiveServer, browser: Browser, side: Side
) -> None:
    page = open_queue(browser, live_server, side)
    rows = page.locator("[data-row]")
    page.keyboard.press("j")
    expect(rows.nth(0)).to_be_focused()
    page.keyboard.press("2")
    expect(page.locator(".unclear").nth(0)).to_contain_text("No puedo pagar")
    expect(page.locator(".unclear").nth(0).get_by_role("status")).to_be_visible()
    # The focus has gone on to the next message; the page is the same.
    expect(rows.nth(1)).to_be_focused()
    page.keyboard.press("0")
    expect(rows.nth(2)).to_be_focused()
    page.keyboard.press("s")
    expect(rows.nth(3)).to_be_focused()
    states = UnclearMessage.objects.exclude(state="open").values_list("state", "intents")
    assert sorted(states) == [
        ("labelled", ["hardship"]),
        ("labelled", ["out_of_scope"]),
        ("skipped", []),
    ]
    # A key in a field is a letter, not an answer.
    page.locator("#search").press("s")
    assert UnclearMessage.objects.filter(state="skipped").count() == 1


def test_another_meaning_is_chosen_and_taken_back(
    live_server: LiveServer, browser: Browser, side: Side
) -> None:
    page = open_queue(browser, live_server, side)
    first = page.locator(".unclear").nth(0)
    first.locator("select").select_option("complaint_legal")
    first.get_by_role("button", name="Tomar el significado elegido").click()
    expect(first).to_contain_text("Queja, abogado, autoridad")
    first.get_by_role("button", name="Deshacer").click()
    expect(first.locator("select")).to_be_visible()
    assert not UnclearMessage.objects.exclude(state="open").exists()


def test_a_typed_text_is_explained_and_stays_out_of_the_address(
    live_server: LiveServer, browser: Browser, side: Side
) -> None:
    page = open_queue(browser, live_server, side)
    page.get_by_role("link", name="Explicar un texto").click()
    page.fill("#id_text", "me quedé sin pega, ¿puedo pagar 200 mil en 6 cuotas?")
    page.get_by_role("button", name="Explicar").click()
    expect(page.locator("#why mark").first).to_contain_text("200 mil")
    assert "pega" not in page.url
    assert look(page) == []


def test_without_javascript_a_label_is_given_too(
    live_server: LiveServer, browser: Browser, side: Side
) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(live_server.url + reverse("web:login"))
    page.fill("#id_username", side.users["manager"].email)
    page.fill("#id_password", "a-long-word-for-tests-1")
    page.locator("button[type=submit], form button").first.click()
    page.goto(live_server.url + reverse("web:unclear") + "?language=es")
    page.locator('button[value="send_link"]').first.click()
    page.wait_for_url("**/assistant?language=es")
    assert UnclearMessage.objects.filter(intents=["send_link"]).count() == 1
    context.close()
