"""A receipt in a real browser: sent from a phone, looked at by a person, and posted."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from browser_kit import LANGUAGES, log_in, look, open_browser, watch
from deals_kit import NOW, FakeProvider
from django.conf import settings
from django.urls import reverse
from pages_kit import make_link, make_side
from playwright.sync_api import Browser, FilePayload, expect
from pytest_django.live_server_helper import LiveServer
from receipts_kit import BAD, GOOD, PNG

from acuerdo.cases.models import Case
from acuerdo.core import clock
from acuerdo.payments.models import Payment
from acuerdo.payments.providers import registry
from acuerdo.web import assets

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(assets.asset_url("debtor.css") is None, reason="the assets are not built"),
]
RECEIVED = {"es": "recibido", "pt": "recebido", "en": "received"}
FILES: list[FilePayload] = [
    {"name": "foto.png", "mimeType": "image/png", "buffer": PNG + b"\0"},
    {"name": "pago.pdf", "mimeType": "application/pdf", "buffer": GOOD["application/pdf"]},
]


@pytest.fixture(autouse=True)
def world(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(settings, "DEMO", True)
    monkeypatch.setitem(registry.PROVIDERS, "fake", FakeProvider)
    FakeProvider.reset()
    with clock.travel(NOW):
        yield


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_receipt_is_sent_from_a_phone_and_posted_at_a_desk(
    browser: Browser, live_server: LiveServer, language: str
) -> None:
    side = make_side("Banco Ejemplo", "A-1001")
    link = make_link(side.account)
    phone = open_browser(browser, live_server, language, 390)
    page = phone.new_page()
    problems = watch(page)
    page.goto(live_server.url + reverse("web:portal_paid", args=[link.token]))
    page.locator("input[name=answer]").fill(link.debtor.person.document_last4)
    page.keyboard.press("Enter")
    expect(page.locator("#files")).to_be_visible()
    assert not look(page)
    page.locator("#files").set_input_files(FILES)
    page.locator("button.go").click()
    expect(page.get_by_text(RECEIVED[language])).to_have_count(3)
    assert not look(page)
    assert not problems
    page.locator("#files").set_input_files(
        {"name": "<b>.png", "mimeType": "image/png", "buffer": BAD["svg"]}
    )
    page.locator("button.go").click()
    expect(page.get_by_role("alert")).to_be_visible()
    assert not look(page)
    phone.close()

    for width in (390, 1440):
        desk = open_browser(browser, live_server, language, width)
        page = desk.new_page()
        problems = watch(page)
        log_in(page, live_server, side, "manager")
        page.goto(live_server.url + reverse("web:task", args=[side.task.public_id]))
        expect(page.locator("img.proof")).to_have_count(2)
        drawn = page.locator("img.proof").first.evaluate("one => one.decode().then(() => true)")
        assert drawn
        page.locator("details.note-form summary").click()
        assert not look(page)
        # The stream of news is shut off in tests.
        assert not [one for one in problems if "ERR_FAILED" not in one]
        if width == 1440:
            page.locator("#claim_amount").fill("50000")
            page.locator("#claim_on").fill(f"{NOW:%Y-%m-%d}")
            page.locator("details.note-form button").click()
            page.wait_for_url(lambda url: url.endswith(reverse("web:tasks")))
        desk.close()
    assert Case.objects.get(pk=side.task.case_id).resolution == "payment_booked"
    assert Payment.objects.get(provider="creditor").amount_minor == 5_000_000
